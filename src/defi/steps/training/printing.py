"""Fills the EOS copy sheet and the attendance sheets from the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.access import TASK, scope
from defi.operations.models import Operation, Session
from defi.people.models import Person
from defi.schemes.rulebook import rulebook
from defi.steps.design.calendar.durations import ends_at
from defi.steps.training.copying import copy_lines
from defi.steps.training.documents import AttendanceSheetData, Cell, EosLine, EosSheetData, Period, Row
from defi.steps.training.documents import HalfDay as PrintedHalfDay
from defi.steps.training.models import UNSIGNED, Attendance, AttendanceSheet, EosEntry, Way
from defi.steps.training.queries.corrections import corrections_of
from defi.steps.training.rules import half_day_words


def eos_data(operation: Operation, session: Session) -> EosSheetData:
    """The lines to copy, beside the last answer of EOS."""
    with scope(TASK), override("fr"):
        entry = EosEntry.objects.filter(session=session).select_related("entered_by").order_by("-id").first()
        deadline = rulebook(operation.scheme, operation.rulebook_version).deadlines["eos_entry"]
        lines = [
            EosLine(
                str(line.label),
                line.to_copy,
                line.answered,
                line.difference,
                line.why,
                silent=bool(entry and not line.answered),
            )
            for line in copy_lines(operation, session, entry)
        ]
        lines.append(EosLine(_("Numéro donné par EOS"), _("rien à saisir : à relever"), session.eos_number))
        return EosSheetData(
            training=operation.title,
            provider=str(operation.provider or ""),
            starts_on=session.starts_on,
            ends_on=session.ends_on,
            eos_number=session.eos_number,
            due_on=deadline.on(session.starts_on, session.ends_on),
            lines=tuple(lines),
            typed_back_by=str(entry.entered_by or "") if entry else "",
            typed_back_on=entry.entered_on if entry else None,
        )


def attendance_data(operation: Operation, session: Session, sheets: Sequence[AttendanceSheet]) -> AttendanceSheetData:
    """The half-days in their order, a row per trainee on any of them."""
    with scope(TASK), override("fr"):
        ordered = sorted(sheets, key=lambda sheet: (sheet.on, sheet.half == "afternoon"))
        lines = Attendance.objects.filter(sheet__in=ordered).select_related("candidacy__person")
        cells: dict[int, dict[int, Cell]] = {}
        people: dict[int, Person] = {}
        for line in lines:
            people[line.candidacy_id] = line.candidacy.person
            cells.setdefault(line.candidacy_id, {})[line.sheet_id] = _cell(line)
        changed = _corrections(ordered, list(lines))
        names = sorted(people, key=lambda pk: (people[pk].last_name, people[pk].first_name, pk))
        return AttendanceSheetData(
            training=operation.title,
            eos_number=session.eos_number,
            provider=str(operation.provider or ""),
            place=session.place,
            half_days=tuple(_half_day(sheet) for sheet in ordered),
            rows=tuple(
                Row(
                    f"{people[pk].last_name} {people[pk].first_name}",
                    tuple(cells[pk].get(sheet.pk, Cell(words="—")) for sheet in ordered),
                )
                for pk in names
            ),
            corrections=changed,
        )


def _corrections(sheets: Sequence[AttendanceSheet], lines: Sequence[Attendance]) -> tuple[str, ...]:
    """A sentence a correction, in the order of the half-days. Why is left out of a paper that goes round the room: a
    trainee is not told why a line was corrected."""
    why = all(sheet.state == "locked" for sheet in sheets)
    found = corrections_of(lines)
    of_sheet: dict[int, list[Attendance]] = {}
    for line in sorted((line for line in lines if line.pk in found), key=lambda line: line.pk):
        of_sheet.setdefault(line.sheet_id, []).append(line)
    return tuple(
        _("%(name)s, %(half_day)s : %(said)s.")
        % {
            "name": line.candidacy.person,
            "half_day": half_day_words(sheet.on, sheet.half),
            "said": one.sentence(why=why).rstrip("."),
        }
        for sheet in sheets
        for line in of_sheet.get(sheet.pk, ())
        for one in found[line.pk]
    )


def _half_day(sheet: AttendanceSheet) -> PrintedHalfDay:
    signed = Cell()
    if sheet.trainer_way in {Way.CLICK, Way.ROOM}:
        signed = Cell(signed_at=sheet.trainer_signed_at)
    elif sheet.trainer_way == Way.PAPER:
        signed = Cell(words=_("signé sur papier"))
    return PrintedHalfDay(
        day=sheet.on,
        period=Period[sheet.half.upper()],
        starts_at=sheet.starts_at,
        ends_at=ends_at(sheet.starts_at, sheet.minutes),
        length=timedelta(minutes=sheet.minutes),
        module=sheet.module_label,
        trainer=sheet.trainer_name,
        place=sheet.place,
        trainer_cell=signed,
    )


def _cell(line: Attendance) -> Cell:
    words = {
        Attendance.State.PRESENT: _("signé sur papier"),
        Attendance.State.ABSENT: _("absent"),
        Attendance.State.EXCUSED: _("absence justifiée"),
    }
    if line.way == UNSIGNED:
        return Cell(words=_("présent, corrigé sans signature"))
    if line.way in {Way.CLICK, Way.ROOM}:
        return Cell(signed_at=line.signed_at)
    said = words.get(Attendance.State(line.state), "")
    return Cell(words=_("%(state)s, corrigé") % {"state": said} if said and line.corrected_on else said)
