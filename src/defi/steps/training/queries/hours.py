"""The ledger: hours planned, done, missed, waiting, per trainee, in centre and in company; and somebody's absences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import AttendanceRules
from defi.steps.design.calendar.durations import duration_words
from defi.steps.pairing.queries import book_of
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company_hours import periods_by_person, state_told
from defi.steps.training.half_days import Account, Ledger, Line, ledger
from defi.steps.training.interruptions import Stay, stay_of, stays_of
from defi.steps.training.models import (
    UNSIGNED,
    Absence,
    AbsenceAlert,
    Attendance,
    CompanyPresence,
    HalfDay,
    Placement,
)

IN_TRAINING = ("entered", "left", "completed")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """The hours of one trainee, or of the whole group (`candidacy` is None)."""

    name: str
    ledger: Ledger
    candidacy: Candidacy | None = None
    corrected: int = 0
    alerted_on: date | None = None
    unsigned: int = 0

    @property
    def centre(self) -> dict[str, str]:
        return _words(self.ledger.centre)

    @property
    def company(self) -> dict[str, str]:
        return _words(self.ledger.company)


def _words(account: Account) -> dict[str, str]:
    """The four figures, as people read hours."""
    return {name: duration_words(getattr(account, name)) for name in ("planned", "done", "missed", "waiting")}


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The rows by name, and their sum."""

    session: Session | None
    rows: list[LedgerRow] = field(default_factory=list)
    whole: LedgerRow | None = None


def ledger_page(actor: Actor, operation: Operation) -> LedgerPage:
    """The hours of a session, in eleven queries whatever the number of half-days."""
    session = Session.objects.visible_to(actor).filter(operation=operation).first()
    if session is None:
        return LedgerPage(None)
    people = Candidacy.objects.visible_to(actor).filter(session=session, state__in=IN_TRAINING)
    ordered = list(people.select_related("person").order_by("person__last_name", "person__first_name", "pk"))
    lines, corrected, unsigned = _lines(actor, session, stays_of(ordered))
    in_firm = CompanyPresence.objects.visible_to(actor).filter(placement__candidacy__session=session)
    for candidacy_id in in_firm.exclude(corrected_on=None).values_list("placement__candidacy_id", flat=True):
        corrected[candidacy_id] += 1
    periods = periods_by_person(Placement.objects.visible_to(actor).filter(candidacy__session=session))
    alerts = AbsenceAlert.objects.visible_to(actor).filter(candidacy__session=session).order_by("told_on")
    told = dict(alerts.values_list("candidacy_id", "told_on"))
    rows = [
        LedgerRow(str(c.person), ledger(lines[c.pk], periods[c.pk]), c, corrected[c.pk], told.get(c.pk), unsigned[c.pk])
        for c in ordered
    ]
    whole = ledger(
        [line for c in ordered for line in lines[c.pk]], [period for c in ordered for period in periods[c.pk]]
    )
    return LedgerPage(session, rows, LedgerRow("", whole, corrected=sum(row.corrected for row in rows)))


def _lines(
    actor: Actor, session: Session, stays: Mapping[int, Stay]
) -> tuple[dict[int, list[Line]], dict[int, int], dict[int, int]]:
    """The half-days of each trainee (candidacy id), those of their training only, and how many of them were corrected
    after the lock, how many of those are present without a signature."""
    lines: dict[int, list[Line]] = defaultdict(list)
    corrected: dict[int, int] = defaultdict(int)
    unsigned: dict[int, int] = defaultdict(int)
    kept = Attendance.objects.visible_to(actor).filter(sheet__session=session)
    for candidacy_id, state, day, minutes, sheet, on, way in kept.values_list(
        "candidacy_id", "state", "sheet__on", "sheet__minutes", "sheet__state", "corrected_on", "way"
    ):
        if stays.get(candidacy_id, Stay()).counts(day, state):
            lines[candidacy_id].append(Line(state, minutes, sheet == "locked"))
        corrected[candidacy_id] += on is not None
        unsigned[candidacy_id] += way == UNSIGNED
    return lines, corrected, unsigned


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A half-day missed, why if it is known, and the paper that shows it: of a sheet (`line`) or in a firm."""

    on: date
    half: str
    state: str
    line: Attendance | None = None
    presence: CompanyPresence | None = None
    reason: str = ""
    absence: Absence | None = None

    @property
    def half_words(self) -> str:
        return str(HalfDay(self.half).label)

    @property
    def state_words(self) -> str:
        return str(Attendance.State(self.state).label)

    @property
    def is_excused(self) -> bool:
        return self.state == Attendance.State.EXCUSED


@dataclass(frozen=True, slots=True)
class AbsencesPage:
    """What somebody missed, and when who follows them was told."""

    candidacy: Candidacy
    rules: AttendanceRules
    rows: list[MissedRow]
    alerts: list[AbsenceAlert]

    @property
    def told(self) -> str:
        """Who is told of absences, by the rulebook, of those whom this trainee has."""
        people = {
            "referent": _("le référent"),
            "prescriber": _("le prescripteur") if self.candidacy.prescriber_id else "",
            "officer": _("la Région"),
        }
        return ", ".join(words for who, words in people.items() if words and who in self.rules.alert_to)


def absences_page(actor: Actor, candidacy: Candidacy) -> AbsencesPage:
    """The absences of one trainee, for their provider."""
    rules = book_of(candidacy.operation).attendance
    missed = Attendance.objects.visible_to(actor).filter(candidacy=candidacy, state__in=["absent", "excused"])
    stay = stay_of(candidacy)
    lines = [line for line in missed.select_related("sheet") if stay.has(line.sheet.on)]
    in_firm = CompanyPresence.objects.visible_to(actor).filter(placement__candidacy=candidacy, state="absent")
    signed = [row for row in in_firm.select_related("placement__employer", "absence") if stay.has(row.on)]
    noted = Absence.objects.visible_to(actor).filter(Q(line__in=lines) | Q(presence__in=signed))
    known = {(row.line_id, row.presence_id): row for row in noted.select_related("proof")}
    rows = []
    for line in lines:
        told = (line.sheet.on, line.sheet.half, line.state)
        rows.append(_missed(rules, known.get((line.pk, None)), told, line=line))
    for row in signed:
        told = (row.on, row.half, state_told(row, rules))
        rows.append(_missed(rules, known.get((None, row.pk)), told, presence=row))
    rows.sort(key=lambda row: (row.on, row.half == "afternoon"))
    alerts = AbsenceAlert.objects.visible_to(actor).filter(candidacy=candidacy)
    return AbsencesPage(candidacy, rules, rows, list(alerts.order_by("-pk")))


def _missed(
    rules: AttendanceRules,
    absence: Absence | None,
    told: tuple[date, str, str],
    *,
    line: Attendance | None = None,
    presence: CompanyPresence | None = None,
) -> MissedRow:
    on, half, state = told
    reason = rules.reason(absence.reason).label if absence else ""
    return MissedRow(on, half, state, line, presence, reason, absence)
