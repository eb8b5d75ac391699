"""Attendance as pages show it: one sheet, and the sheets of a session with what an inspector would object to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Document, JournalEntry
from defi.operations.models import Session
from defi.schemes.rulebook import AttendanceRules
from defi.steps.design.calendar.durations import ends_at, hour_words
from defi.steps.design.models import Module
from defi.steps.pairing.queries import book_of
from defi.steps.training.company_hours import away_of
from defi.steps.training.half_days import Objection, SheetFacts, objections, overlap
from defi.steps.training.hours import code_shown
from defi.steps.training.inspection import (
    Signed,
    Titles,
    filled_late,
    other_titles,
    pattern_objection,
    same_patterns,
)
from defi.steps.training.models import (
    UNSIGNED,
    Attendance,
    AttendanceSheet,
    Placement,
    PrintedSheet,
    SentSignature,
    SheetScan,
    Way,
)
from defi.steps.training.queries.corrections import Correction, corrections_of
from defi.steps.training.queries.papers import scans_of
from defi.steps.training.signing import FAULT_WORDS

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Attendance.State
Away = dict[int, set[date]]
"""The days on which somebody is in company, by candidacy."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet in a list, with its counts."""

    sheet: AttendanceSheet
    until: time
    present: int
    missing: int
    waiting: int
    objections: tuple[Objection, ...]
    held: int = 0

    @property
    def hours(self) -> str:
        return f"{hour_words(self.sheet.starts_at)} – {hour_words(self.until)}"

    @property
    def people(self) -> int:
        return self.present + self.missing + self.waiting


@dataclass(frozen=True, slots=True)
class LineRow:
    """Somebody on a sheet; `corrections`: what was changed after the lock, by whom and why."""

    line: Attendance
    name: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A signature that a person has to look at, or has looked at: whose, why, and what was decided."""

    sent: SentSignature
    name: str
    why: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One sheet. `mine` is the line of the trainee who reads; the room code is shown to the provider only."""

    row: SheetRow
    lines: list[LineRow]
    mine: Attendance | None
    room_code: str
    i_am_the_trainer: bool
    documents: list[Document] = field(default_factory=list)
    questioned: list[HeldRow] = field(default_factory=list)
    scans: list[SheetScan] = field(default_factory=list)
    cancelled_why: str = ""

    @property
    def sheet(self) -> AttendanceSheet:
        return self.row.sheet

    @property
    def is_blank(self) -> bool:
        """Whether nothing is noted on it yet, so that it can be moved or cancelled."""
        noted = any(row.line.state != State.EXPECTED for row in self.lines)
        return not (noted or self.questioned or self.scans or self.sheet.trainer_way)


def sheet_rows(actor: Actor, session: Session, away: Away | None = None) -> list[SheetRow]:
    """All the sheets of a session that stand, in the order of the days. `away` when it is known: see `away_of`."""
    sheets = list(_standing(actor, session))
    return _rows(actor, session, sheets, sheets, away)


def _standing(actor: Actor, session: Session) -> QuerySet[AttendanceSheet]:
    return AttendanceSheet.objects.visible_to(actor).filter(session=session).exclude(state="cancelled")


def _rows(
    actor: Actor,
    session: Session,
    sheets: list[AttendanceSheet],
    everything: Iterable[AttendanceSheet],
    away: Away | None = None,
) -> list[SheetRow]:
    """The rows of these sheets, in as many queries whatever their number: they are read among all of the session."""
    lines: dict[int, list[Attendance]] = defaultdict(list)
    for line in Attendance.objects.visible_to(actor).filter(sheet__in=_standing(actor, session)):
        lines[line.sheet_id].append(line)
    days: dict[date, list[AttendanceSheet]] = defaultdict(list)
    signed = []
    for one in everything:
        days[one.on].append(one)
        signed.append(Signed(one.pk, one.half, _times(lines[one.pk])))
    modules = dict(Module.objects.filter(operation=session.operation_id).values_list("pk", "title"))
    if away is None:
        away = away_of(Placement.objects.visible_to(actor).filter(candidacy__session=session))
    papers, deposited, on_paper = _papers(actor, sheets)
    around = _Around(
        rules=book_of(session.operation).attendance,
        away=away,
        on_paper=on_paper,
        deposited=deposited,
        planned=bool(modules),
        session=Titles(session.operation.title, session.eos_number),
        papers=papers,
        modules=modules,
        patterns={},
        held=_held(actor, session),
    )
    around.patterns.update(same_patterns(signed, around.rules))
    return [_row(sheet, lines[sheet.pk], days[sheet.on], around) for sheet in sheets]


@dataclass(frozen=True, slots=True)
class _Around:
    """What a sheet is read against."""

    rules: AttendanceRules
    away: Away
    on_paper: set[int]
    deposited: set[int]
    planned: bool
    session: Titles
    papers: dict[int, list[Titles]]
    modules: dict[int, str]
    patterns: dict[int, int]
    held: Counter[int]


def _held(actor: Actor, session: Session) -> Counter[int]:
    """How many signatures wait for a person, by sheet."""
    rows = SentSignature.objects.visible_to(actor).filter(sheet__session=session, settled_on=None).exclude(fault="")
    return Counter(rows.values_list("sheet_id", flat=True))


def _times(lines: list[Attendance]) -> frozenset[tuple[int, str]]:
    return frozenset(
        (line.candidacy_id, f"{line.signed_at.astimezone(clock.PARIS):%H:%M}")
        for line in lines
        if line.signed_at and line.way != Way.PAPER
    )


def _papers(actor: Actor, sheets: list[AttendanceSheet]) -> tuple[dict[int, list[Titles]], set[int], set[int]]:
    """How the papers printed of these sheets name the session; the sheets of which a signed paper came back; those of
    which it was read: it proves what was noted after the day."""
    found: dict[int, list[Titles]] = defaultdict(list)
    here = _scans(actor)
    read = here.filter(state="read")
    printed = PrintedSheet.objects.visible_to(actor).filter(sheet__in=sheets)
    deposited, on_paper = set(), set()
    for sheet_id, training, number, is_here, is_read in printed.annotate(
        is_here=Exists(here), is_read=Exists(read)
    ).values_list("sheet_id", "training", "eos_number", "is_here", "is_read"):
        found[sheet_id].append(Titles(training, number))
        if is_here:
            deposited.add(sheet_id)
        if is_read:
            on_paper.add(sheet_id)
    return found, deposited, on_paper


def _scans(actor: Actor) -> QuerySet[SheetScan]:
    """The pages that came back of a printed paper, of which this is the subquery."""
    return SheetScan.objects.visible_to(actor).filter(state__in=["placed", "read"], document=OuterRef("document"))


def _row(sheet: AttendanceSheet, lines: list[Attendance], day: list[AttendanceSheet], around: _Around) -> SheetRow:
    present = [line for line in lines if line.state == State.PRESENT]
    waiting = sum(line.state == State.EXPECTED for line in lines)
    facts = SheetFacts(
        on=sheet.on,
        today=clock.today(),
        minutes=sheet.minutes,
        day_minutes=sum(one.minutes for one in day),
        trainer_signed=bool(sheet.trainer_way),
        locked_on=sheet.locked_on,
        module_of_plan=sheet.module_id is not None or not around.planned,
        late_papers=0 if sheet.pk in around.on_paper else sum(_recorded_late(line, sheet) for line in present),
        corrected=sum(line.corrected_on is not None for line in lines),
        unsigned=sum(line.way == UNSIGNED for line in present),
        away=sum(sheet.on in around.away[line.candidacy_id] for line in present),
        no_paper=0 if sheet.pk in around.deposited else _said_on_paper(sheet, present),
        overlaps=any(_meet(sheet, other) for other in day if other.pk != sheet.pk),
    )
    found = (
        (*objections(facts), *_among_all(sheet, present, around))
        if sheet.on <= clock.today() and sheet.state != "cancelled"
        else ()
    )
    until = ends_at(sheet.starts_at, sheet.minutes)
    return SheetRow(
        sheet, until, len(present), len(lines) - len(present) - waiting, waiting, found, around.held[sheet.pk]
    )


def _among_all(sheet: AttendanceSheet, present: list[Attendance], around: _Around) -> tuple[Objection, ...]:
    """What is asked of a sheet beside the others, its papers and the session."""
    filled = [line.signed_at.astimezone(clock.PARIS).date() for line in present if line.signed_at]
    plan = replace(around.session, module=around.modules.get(sheet.module_id or 0, ""))
    said = [*around.papers.get(sheet.pk, []), Titles(module=sheet.module_label)]
    alike = around.patterns.get(sheet.pk)
    return (
        *((pattern_objection(alike),) if alike else ()),
        *filled_late(sheet.on, filled, around.rules),
        *other_titles(plan, said),
    )


def _said_on_paper(sheet: AttendanceSheet, present: list[Attendance]) -> int:
    return sum(line.way == Way.PAPER for line in present) + (sheet.trainer_way == Way.PAPER)


def _meet(one: AttendanceSheet, other: AttendanceSheet) -> bool:
    return overlap((one.starts_at, one.minutes), (other.starts_at, other.minutes))


def without_paper(actor: Actor, session: Session) -> int:
    """How many locked sheets of a session say signatures on a paper that was not deposited. One query."""
    deposited = PrintedSheet.objects.visible_to(actor).filter(Exists(_scans(actor)), sheet=OuterRef("pk"))
    on_paper = Attendance.objects.visible_to(actor).filter(sheet=OuterRef("pk"), way=Way.PAPER)
    locked = _standing(actor, session).filter(state="locked")
    return locked.filter(Q(Exists(on_paper)) | Q(trainer_way=Way.PAPER)).exclude(Exists(deposited)).count()


def _recorded_late(line: Attendance, sheet: AttendanceSheet) -> bool:
    return (
        line.way == Way.PAPER
        and line.signed_at is not None
        and line.corrected_on is None
        and line.signed_at.astimezone(clock.PARIS).date() > sheet.on
    )


def sheet_page(actor: Actor, sheet: AttendanceSheet) -> SheetPage:
    """One sheet as this actor may see it: a trainee only their own line."""
    people = (
        Attendance.objects.visible_to(actor)
        .filter(sheet=sheet)
        .select_related("candidacy__person")
        .order_by("candidacy__person__last_name", "candidacy__person__first_name", "pk")
    )
    lines = list(people)
    mine = lines[0] if lines and not (actor.in_provider or actor.in_region) else None
    # A trainee is not told why a line was corrected.
    corrected = {} if mine else corrections_of(lines)
    documents = Document.objects.filter(object_type=sheet._meta.label_lower, object_id=sheet.pk)
    return SheetPage(
        row=_rows(actor, sheet.session, [sheet], _standing(actor, sheet.session))[0],
        lines=[LineRow(line, str(line.candidacy.person), tuple(corrected.get(line.pk, ()))) for line in lines],
        mine=mine,
        room_code=code_shown(sheet, clock.now()) if actor.in_provider else "",
        i_am_the_trainer=sheet.trainer_id is not None and sheet.trainer_id == actor.person_id,
        documents=list(documents.defer("content")) if actor.in_provider or actor.in_region else [],
        questioned=_questioned(actor, sheet),
        scans=scans_of(actor, sheet),
        cancelled_why=_told("sheet.cancel", AttendanceSheet, [sheet.pk]).get(sheet.pk, ""),
    )


def _questioned(actor: Actor, sheet: AttendanceSheet) -> list[HeldRow]:
    """The signatures that contradict something, those still to settle first."""
    rows = SentSignature.objects.visible_to(actor).filter(sheet=sheet).exclude(fault="")
    ordered = rows.select_related("candidacy__person").order_by("-settled_on", "made_at", "pk")
    reasons = _told("signature.settle", SentSignature, [row.pk for row in ordered if row.settled_on])
    found = [
        HeldRow(row, str(row.candidacy.person), str(FAULT_WORDS.get(row.fault, "")), reasons.get(row.pk, ""))
        for row in ordered
    ]
    return [row for row in found if row.sent.is_held] + [row for row in found if not row.sent.is_held]


def _told(verb: str, model: type[SentSignature | AttendanceSheet], ids: list[int]) -> dict[int, str]:
    """The last reason given for this verb on each of these rows."""
    if not ids:
        return {}
    entries = JournalEntry.objects.filter(verb=verb, object_type=model._meta.label_lower, object_id__in=ids)
    rows = entries.select_related("reason").order_by("id")
    return {entry.object_id: entry.reason.text for entry in rows if entry.reason}
