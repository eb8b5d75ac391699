"""The presence of a month, trainee by trainee, from the locked sheets; what does not count yet is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.documents.french import short_date
from defi.kernel.models import Document
from defi.operations.models import Session
from defi.schemes.rulebook import AttendanceRules
from defi.steps.design.calendar.durations import duration_words
from defi.steps.pairing.queries import book_of
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.company import Half
from defi.steps.training.company_hours import state_told, waiting, with_minutes
from defi.steps.training.interruptions import Stay, stays_of
from defi.steps.training.models import (
    Attendance,
    AttendanceSheet,
    CompanyPresence,
    Placement,
    PresenceStatement,
    Suspension,
)
from defi.steps.training.monthly import Kept, MonthAccount, bounds, month_account, month_words, months_between

HALVES = {"morning": gettext_lazy("matin"), "afternoon": gettext_lazy("après-midi")}


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One trainee in a month; `notes` are what whoever pays must know: entry, exit, absences, periods."""

    candidacy: Candidacy
    name: str
    account: MonthAccount
    notes: list[str]

    @property
    def planned(self) -> str:
        return duration_words(self.account.planned)

    @property
    def present(self) -> str:
        return duration_words(self.account.present)

    @property
    def excused(self) -> str:
        return duration_words(self.account.excused)

    @property
    def absent(self) -> str:
        return duration_words(self.account.absent)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was made; `changed` when sheets were locked or corrected since."""

    row: PresenceStatement
    document: Document | None
    changed: bool


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month of a session."""

    month: date
    months: list[date]
    rows: list[MonthRow]
    not_locked: list[str]
    statements: list[Statement] = field(default_factory=list)

    @property
    def words(self) -> str:
        return month_words(self.month)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(f"{month:%Y-%m}", month_words(month)) for month in self.months]

    @property
    def figures(self) -> dict[str, list[int]]:
        """What a statement of this month keeps, by candidacy."""
        return {str(row.candidacy.pk): row.account.figures for row in self.rows}


def months_of(session: Session) -> list[date]:
    """The months of a session up to the present one; its first one at least."""
    first = session.started_on or session.starts_on
    last = min(session.ended_on or session.ends_on, clock.today())
    return months_between(first, max(first, last))


def month_page(actor: Actor, session: Session, month: date) -> MonthPage:
    """The month as this actor may see it: a constant number of queries."""
    first, last = bounds(month)
    sheets = AttendanceSheet.objects.visible_to(actor).filter(session=session, on__range=(first, last))
    today = clock.today()
    open_sheets = sheets.filter(state="open", on__lte=today).values_list("on", "half")
    locked = sheets.filter(state="locked")
    # Whoever a locked sheet of the month names is in it, even when their leaving was told later than it took place.
    named = Attendance.objects.visible_to(actor).filter(sheet__in=locked).values("candidacy")
    there = Q(entered_on__lte=last) & (Q(left_on=None) | Q(left_on__gte=first))
    people = list(
        Candidacy.objects.visible_to(actor)
        .filter(there | Q(pk__in=named), session=session)
        .select_related("person")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    stays = stays_of(people)
    lines: dict[int, list[Kept]] = defaultdict(list)
    kept = Attendance.objects.visible_to(actor).filter(sheet__in=locked, candidacy__in=people)
    for pk, on, half, minutes, state in kept.values_list(
        "candidacy_id", "sheet__on", "sheet__half", "sheet__minutes", "state"
    ):
        if stays[pk].counts(on, state):
            lines[pk].append(Kept(on, half, minutes, state))
    unsigned = _in_company(actor, stays, (first, last), lines, book_of(session.operation).attendance)
    # Of whoever was gone before the month, what a sheet says present is shown, and no absence.
    people = [p for p in people if lines[p.pk] or p.left_on is None or p.left_on >= first]
    periods = _periods(actor, people, first, last)
    away = _away(actor, people, first, last)
    rows = []
    for person in people:
        account = month_account(lines[person.pk])
        notes = [*_moves(person, first, last), *away[person.pk], *periods[person.pk], *_absences(account)]
        rows.append(MonthRow(person, str(person.person), account, notes))
    not_locked = [f"{short_date(on)} {HALVES[half]}" for on, half in open_sheets]
    page = MonthPage(month, months_of(session), rows, [*not_locked, *unsigned])
    return MonthPage(page.month, page.months, rows, page.not_locked, _statements(actor, session, page))


def _moves(person: Candidacy, first: date, last: date) -> list[str]:
    said = []
    if person.entered_on and first <= person.entered_on <= last:
        said.append(_("entré le %(day)s") % {"day": short_date(person.entered_on)})
    if person.left_on and first <= person.left_on <= last:
        words = _("parti le %(day)s") if person.state == "left" else _("arrivé au terme le %(day)s")
        said.append(words % {"day": short_date(person.left_on)})
    return said


def _absences(account: MonthAccount) -> list[str]:
    said = []
    for label, states in ((_("absence justifiée"), {"excused"}), (_("absence"), {"absent", "expected"})):
        days = [f"{short_date(line.on)} {HALVES[line.half]}" for line in account.missed if line.state in states]
        if days:
            said.append(f"{label} : {', '.join(days)}")
    return said


def _in_company(
    actor: Actor,
    stays: Mapping[int, Stay],
    month: tuple[date, date],
    lines: dict[int, list[Kept]],
    rules: AttendanceRules,
) -> list[str]:
    """Adds the half-days that tutors signed to these lines; gives back, in words, how many of whom are not signed."""
    first, last = month
    rows = CompanyPresence.objects.visible_to(actor).filter(placement__candidacy__in=stays)
    signed: dict[int, set[Half]] = defaultdict(set)
    for row in rows.select_related("placement", "absence"):
        signed[row.placement_id].add((row.on, row.half))
        pk = row.placement.candidacy_id
        if first <= row.on <= last and stays[pk].counts(row.on, row.state):
            lines[pk].append(Kept(row.on, row.half, row.minutes, state_told(row, rules)))
    begun = Placement.objects.visible_to(actor).filter(candidacy__in=stays, state="begun", starts_on__lte=last)
    found = []
    for period in begun.select_related("candidacy__person", "employer").order_by("starts_on", "pk"):
        missing = sum(first <= due.on <= last for due in waiting(period, signed[period.pk], stays[period.candidacy_id]))
        if missing:
            words = ngettext(
                "%(n)d demi-journée de %(name)s chez %(firm)s", "%(n)d demi-journées de %(name)s chez %(firm)s", missing
            )
            found.append(words % {"n": missing, "name": period.candidacy.person, "firm": period.employer})
    return found


def _periods(actor: Actor, people: list[Candidacy], first: date, last: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        Placement.objects.visible_to(actor)
        .filter(candidacy__in=people, starts_on__lte=last, ends_on__gte=first)
        .exclude(state__in=["cancelled", "planned"])
    )
    for period in with_minutes(rows).select_related("employer").order_by("starts_on", "pk"):
        hours = _hours(period)
        words = _("en entreprise du %(first)s au %(last)s, %(firm)s, %(hours)s")
        found[period.candidacy_id].append(
            words
            % {
                "first": short_date(period.starts_on),
                "last": short_date(period.finished_on or period.ends_on),
                "firm": period.employer,
                "hours": hours,
            }
        )
    return found


def _hours(period: Any) -> str:
    """What is done of a period of `with_minutes`: its half-days stand in the figures, a figure noted at the end does
    not, and it is said."""
    if period.here is not None or period.away is not None:
        return _("%(time)s signées") % {"time": duration_words(period.here or 0)}
    if period.hours_done is not None:
        return _("%(n)d h notées sans signature, hors des heures ci-contre") % {"n": period.hours_done}
    return _("en cours")


def _away(actor: Actor, people: list[Candidacy], first: date, last: date) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        Suspension.objects.visible_to(actor).filter(candidacy__in=people, from_on__lte=last).exclude(ended_on__lt=first)
    )
    for row in rows:
        if row.ended_on:
            words = _("parcours interrompu le %(first)s, repris le %(last)s")
            said = words % {"first": short_date(row.from_on), "last": short_date(row.ended_on)}
        else:
            said = _("parcours interrompu depuis le %(first)s") % {"first": short_date(row.from_on)}
        found[row.candidacy_id].append(said)
    return found


def _statements(actor: Actor, session: Session, page: MonthPage) -> list[Statement]:
    rows = list(
        PresenceStatement.objects.visible_to(actor)
        .filter(session=session, month=page.month)
        .select_related("made_by")
        .order_by("-pk")
    )
    kept = Document.objects.filter(
        object_type=PresenceStatement._meta.label_lower, object_id__in=[row.pk for row in rows]
    ).defer("content")
    papers = {document.object_id: document for document in kept}
    return [Statement(row, papers.get(row.pk), row.figures != page.figures) for row in rows]
