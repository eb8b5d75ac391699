"""A sheet opened by mistake is cancelled, one whose half-day moves is moved: as long as nobody signed it.

Afterwards it stays what it is, since it proves something: what it says wrongly is corrected, visibly."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, WrongState
from defi.steps.sourcing.locks import refuse_private
from defi.steps.training import mails
from defi.steps.training.actions.attendance import HalfDayFacts, State, module_of, refuse_taken, trainer_of
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.locks import lock_session, lock_sheet
from defi.steps.training.actions.overlaps import refuse_overlap
from defi.steps.training.half_days import USUAL_START, check_half_day
from defi.steps.training.models import Attendance, AttendanceSheet, HalfDay, PrintedSheet, SentSignature, SheetScan
from defi.steps.training.rules import day_words, half_day_words
from defi.steps.training.states import SHEET

MOST_AT_ONCE = 400


def move_sheet(actor: Actor, sheet_id: int, facts: HalfDayFacts, *, version: int | None = None) -> AttendanceSheet:
    """Another date, half, time, module, trainer or place for a half-day that nobody signed. Its lines follow the group
    of the new day, a paper printed before is its own no longer, the trainees of a half-day to come are told.

    Raises `WrongState` once somebody signed or that half-day has a sheet, `Invalid` for what cannot be."""
    with acting(actor, "sheet.move") as act:
        sheet = lock_sheet(act, sheet_id, version)
        SHEET.take("sheet.move", actor, sheet.state)
        refuse_signed(sheet)
        operation, session = lock_session(act, sheet.session_id)
        if facts.half not in HalfDay.values:
            raise Invalid.field("half", _("Choisissez le matin ou l'après-midi."))
        starts_at = facts.starts_at or USUAL_START[facts.half]
        first, last = session.started_on or session.starts_on, session.ended_on or session.ends_on
        check_half_day(
            facts.on, facts.half, starts_at, facts.minutes, first=first, last=last, unusual_day=facts.unusual_day
        )
        if facts.on < act.today < sheet.on:
            raise Invalid.field(
                "on",
                _(
                    "Cette séance est à venir : elle ne se déplace pas vers un jour passé (%(day)s). Si une séance "
                    "a eu lieu ce jour-là, ouvrez sa feuille ; celle-ci s'annule."
                )
                % {"day": day_words(facts.on)},
            )
        refuse_taken(session, facts, but=sheet.pk)
        module, label = module_of(act, operation, facts)
        trainer, name = trainer_of(operation, facts)
        was, day = half_day_words(sheet.on, sheet.half), sheet.on
        fields = {
            "on": facts.on,
            "half": facts.half,
            "starts_at": starts_at,
            "minutes": facts.minutes,
            "place": facts.place.strip(),
            "unusual_day": facts.unusual_day,
            "module": module,
            "module_label": label,
            "trainer": trainer,
            "trainer_name": name,
        }
        if all(getattr(sheet, field) == value for field, value in fields.items()):
            raise WrongState(_("La feuille dit déjà cela : rien n'a changé."))
        told = {"on", "half", "starts_at", "minutes", "place"}
        tells = any(getattr(sheet, field) != fields[field] for field in told)
        act.change(sheet, **fields)
        _off_papers(act, [sheet])
        follow_group(act, session, [sheet])
        refuse_overlap(sheet)
        if tells and max(day, sheet.on) >= act.today:
            mails.half_day_moved(act, sheet, was)
        return sheet


def cancel_sheets(actor: Actor, session_id: int, sheet_ids: Sequence[int], *, reason: str) -> list[AttendanceSheet]:
    """Sheets opened by mistake: their empty lines go, they stay readable with the reason; trainees are told of those to
    come. All or none. Raises `WrongState` once somebody signed one of them, `Invalid`."""
    with acting(actor, "sheet.cancel", reason=reason) as act:
        _operation, session = lock_session(act, session_id)
        refuse_private(reason=reason)
        if not 0 < len(set(sheet_ids)) <= MOST_AT_ONCE:
            raise Invalid.field("sheets", _("Cochez les feuilles à annuler."))
        rows = AttendanceSheet.objects.visible_to(actor).filter(session=session, pk__in=sheet_ids)
        sheets = list(rows.select_for_update(of=("self",)).order_by("on", "starts_at", "pk"))
        if len(sheets) != len(set(sheet_ids)):
            raise Invalid.field("sheets", _("Une de ces feuilles n'est pas de cette session."))
        for sheet in sheets:
            SHEET.take("sheet.cancel", actor, sheet.state, reason)
            refuse_signed(sheet)
        mails.half_days_cancelled(act, [sheet for sheet in sheets if sheet.on >= act.today])
        _off_papers(act, sheets)
        for sheet in sheets:
            for line in Attendance.objects.select_for_update(of=("self",)).filter(sheet=sheet).order_by("pk"):
                act.remove(line)
            act.move(SHEET, sheet)
        return sheets


def refuse_signed(sheet: AttendanceSheet) -> None:
    """Raise `WrongState`, saying what to do, when this sheet proves something already."""
    half_day = half_day_words(sheet.on, sheet.half)
    lines = Attendance.objects.filter(sheet=sheet)
    if sheet.trainer_way or lines.filter(state=State.PRESENT).exists():
        raise WrongState(
            _(
                "La feuille du %(half_day)s est déjà signée : elle ne se déplace ni ne s'annule plus. Si la séance "
                "a eu lieu un autre jour, ouvrez la feuille de ce jour-là ; celle-ci se verrouille, puis se corrige "
                "avec un motif qui reste visible."
            )
            % {"half_day": half_day}
        )
    if lines.exclude(state=State.EXPECTED).exists():
        raise WrongState(
            _("Des absences sont notées sur la feuille du %(half_day)s : remettez-les « à noter », puis recommencez.")
            % {"half_day": half_day}
        )
    if SentSignature.objects.filter(sheet=sheet).exists():
        raise WrongState(
            _("Des signatures ont été envoyées pour la feuille du %(half_day)s : départagez-les et gardez la feuille.")
            % {"half_day": half_day}
        )
    if SheetScan.objects.filter(document__in=_papers_of(sheet), state__in=["placed", "read"]).exists():
        raise WrongState(
            _("Un papier signé de la feuille du %(half_day)s est déjà revenu : lisez-le et gardez la feuille.")
            % {"half_day": half_day}
        )


def _papers_of(sheet: AttendanceSheet) -> list[int]:
    return list(PrintedSheet.objects.filter(sheet=sheet).values_list("document_id", flat=True))


def _off_papers(act: Action, sheets: Sequence[AttendanceSheet]) -> None:
    """A paper that bears another date, or a half-day that is no more, is no longer theirs."""
    for printed in PrintedSheet.objects.select_for_update(of=("self",)).filter(sheet__in=sheets).order_by("pk"):
        act.remove(printed)
