"""Gathers from the earlier rooms what the certificate's lines look at, in a constant number of queries.

Every table is read whole for the operation, not as the actor sees it: the lines hold no name, and the provider must see
the same verdict as the officer. The caller has checked that the actor may read the operation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.operations.models import Operation, Presence, Session
from defi.people.models import OrganisationKind
from defi.schemes.months import add_months
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steps.closing.evidence import Facts
from defi.steps.closing.facts_counted import Frame, counts
from defi.steps.closing.models import ReportedMoment
from defi.steps.convention.models import OF_ANY_TEXT, Signatory
from defi.steps.convention.states import SIGNED
from defi.steps.design.models import Tailoring, TrainingPlan
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.queries import Standing, standing
from defi.steps.pairing.states import STANDING
from defi.steps.training.models import Exchange, Placement

BEGUN = ("begun", "done", "debriefed")
OVER = ("done", "debriefed")
STAYED = ("entered", "completed")


def gather(operation: Operation) -> Facts:
    """The facts of an operation as they stand today."""
    with scope(TASK):
        book = rulebook(operation.scheme, operation.rulebook_version)
        session = Session.objects.filter(operation=operation).order_by("number").first()
        gauge = standing(session) if session else None
        plan = TrainingPlan.objects.filter(operation=operation).first()
        firms = _firms(operation)
        frame = _frame(book, session, firms.engaged)
        counted = counts(operation, plan, frame)
        return Facts(
            today=clock.today(),
            **_session(session),
            **_gauge(operation, gauge),
            **counted,
            **_plan(plan, firms.engaged),
            **_periods(operation, firms.signed),
            **_dialogue(operation, frame, firms),
            **_reported(operation, book, counted["last_exit_on"]),
        )


class _Firms:
    """Firms of an operation: those that signed, those whose promise stands, those that ever promised or signed."""

    def __init__(self, signed: set[int], promising: set[int], ever: set[int]) -> None:
        self.signed = signed
        self.owed_dialogue = signed or promising
        self.engaged = signed | ever


def _firms(operation: Operation) -> _Firms:
    signed = set(
        Signatory.objects.filter(
            OF_ANY_TEXT, operation=operation, state__in=SIGNED, organisation__kind=OrganisationKind.EMPLOYER
        ).values_list("organisation_id", flat=True)
    )
    promises = list(Promise.objects.filter(operation=operation).values_list("employer_id", "work_at_id", "state"))
    promising = {firm for firm, _site, state in promises if state in STANDING}
    ever = {firm for firm, _site, _state in promises} | {site for _firm, site, _state in promises if site}
    return _Firms(signed, promising, ever)


def _frame(book: Rulebook, session: Session | None, engaged: set[int]) -> Frame:
    if session is None:
        return Frame(engaged=frozenset(engaged))
    end = session.ended_on or session.ends_on
    last = max(moment.months for moment in book.moments)
    return Frame(
        engaged=frozenset(engaged),
        start=session.started_on or session.starts_on,
        end=end,
        settled=add_months(end, last),
    )


def _session(session: Session | None) -> dict[str, Any]:
    if session is None:
        return {}
    return {
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "started_on": session.started_on,
        "ended_on": session.ended_on,
        "hours_centre": session.hours_centre,
        "hours_company": session.hours_company,
    }


def _gauge(operation: Operation, gauge: Standing | None) -> dict[str, Any]:
    if gauge is None:
        return {}
    late = 0
    if gauge.found_on is not None:
        pairings = Pairing.objects.filter(operation=operation)
        # Somebody paired again after a loss counted already on the day of the finding.
        known = pairings.filter(paired_on__lte=gauge.found_on).values("candidacy")
        late = pairings.filter(state="active", paired_on__gt=gauge.found_on).exclude(candidacy__in=known).count()
    return {"conformity": gauge.conformity, "found_on": gauge.found_on, "paired_late": late}


def _plan(plan: TrainingPlan | None, engaged: set[int]) -> dict[str, Any]:
    if plan is None:
        return {}
    told = list(Tailoring.objects.filter(plan=plan).values_list("employer_id", flat=True))
    counted = [firm for firm in told if firm is None or firm in engaged]
    return {
        "plan_approved_on": plan.approved_on,
        "rhythm_known": bool(plan.rhythm.strip()),
        "specific_told": bool(plan.specific.strip() or counted),
        "specific_aside": bool(told) and not counted,
    }


def _periods(operation: Operation, signed: set[int]) -> dict[str, Any]:
    begun = Q(state__in=BEGUN)
    prepared = begun & Q(prepared_on__lte=F("starts_on"))
    visited = begun & Q(visited_on__isnull=False) & (Q(finished_on=None) | Q(visited_on__lte=F("finished_on")))
    late = begun & (Q(prepared_on__gt=F("starts_on")) | Q(visited_on__gt=F("finished_on")))
    return Placement.objects.filter(operation=operation).aggregate(
        periods=Count("pk", filter=begun),
        periods_prepared=Count("pk", filter=prepared),
        periods_visited=Count("pk", filter=visited),
        periods_late=Count("pk", filter=late),
        periods_over=Count("pk", filter=Q(state__in=OVER)),
        periods_debriefed=Count("pk", filter=Q(state="debriefed")),
        hours_in_company=Coalesce(Sum("hours_done", filter=begun), 0),
        trainees_in_company=Count("candidacy", filter=begun & Q(candidacy__state__in=STAYED), distinct=True),
        periods_outside=Count("pk", filter=begun & ~Q(employer_id__in=signed)),
    )


def _dialogue(operation: Operation, frame: Frame, firms: _Firms) -> dict[str, Any]:
    """With how many of the engaged employers an exchange is dated before, during and after the training.

    Being at a meeting is an exchange: a fact is typed once."""
    owed = firms.owed_dialogue
    if frame.start is None or frame.end is None:
        return {"employers": len(owed)}
    first, last = frame.start, frame.end
    met = [
        *Exchange.objects.filter(operation=operation).values_list("organisation_id", "on"),
        *Presence.objects.filter(
            operation=operation,
            quality=Presence.As.EMPLOYER,
            state=Presence.State.PRESENT,
            meeting__held_on__isnull=False,
        )
        .annotate(day=F("meeting__held_on"))
        .values_list("organisation_id", "day"),
    ]
    return {
        "employers": len(owed),
        "employers_before": _reached(owed, met, lambda day: day < first),
        "employers_during": _reached(owed, met, lambda day: first <= day <= last),
        "employers_after": _reached(owed, met, lambda day: day > last),
        "exchanges_aside": sum(firm not in owed for firm, _day in met),
    }


def _reached(firms: set[int], met: Iterable[tuple[int | None, date]], when: Any) -> int:
    return len({firm for firm, day in met if firm in firms and when(day)})


def _reported(operation: Operation, book: Rulebook, last_exit_on: date | None) -> dict[str, Any]:
    """The moments of the follow-up that reached the Region, in time or not: counted from the last exit."""
    sent = dict(ReportedMoment.objects.filter(operation=operation).values_list("moment", "reported_on"))
    months = {moment.key: moment.months for moment in book.moments}
    late = frozenset(
        key
        for key, day in sent.items()
        if last_exit_on and day > add_months(last_exit_on, months.get(key, 0)) + timedelta(days=book.followup_days)
    )
    return {"reported_moments": frozenset(sent) - late, "late_moments": late}
