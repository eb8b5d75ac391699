"""Everything the certificate's lines look at that is a count or a date: one query over the operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, Min, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate

from defi.kernel import clock
from defi.operations.models import Meeting, Operation, Presence
from defi.people.models import OrganisationKind
from defi.steps.convention.models import OF_ANY_TEXT, Amendment, Convention, Signatory
from defi.steps.convention.states import SIGNED
from defi.steps.design.models import Approval, Module, PlanCompetence, PlanTurn, TrainingPlan
from defi.steps.needs.models import CollectiveNeed, Need, PublicProfile
from defi.steps.offer.models import Proposal
from defi.steps.pairing.models import Pairing
from defi.steps.review.models import EmploymentContract, NoHire, ReviewPoint
from defi.steps.sourcing.models import AimsShared, Announcement, Candidacy, SourcingLine
from defi.steps.training.models import AttendanceSheet, Report

ENTERED = ("entered", "left", "completed")
NEVER = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Frame:
    """What tells a fact in time from a late one, and whose fact counts.

    `start` and `end` are the days of the session, None without one; `settled` is the last moment of the follow-up,
    counted from the end; `engaged` are the firms that promised or signed."""

    engaged: frozenset[int]
    start: date | None = None
    end: date | None = None
    settled: date | None = None


def upto(column: str, day: date | None) -> Q:
    """In time: on that day at the latest. All rows while the day is unknown."""
    return Q() if day is None else Q(**{f"{column}__lte": day})


def past(column: str, day: date | None) -> Q:
    """Too late: after that day. No row while the day is unknown."""
    return NEVER if day is None else Q(**{f"{column}__gt": day})


def counts(operation: Operation, plan: TrainingPlan | None, frame: Frame) -> dict[str, Any]:
    """Every count and date of an operation, in one query. Must run inside an open scope."""
    row: dict[str, Any] = dict(
        Operation.objects.filter(pk=operation.pk)
        .annotate(
            **_of_the_need(operation, frame),
            **_of_the_plan(frame),
            **_of_the_group(frame),
            **_of_the_convention(operation),
            **_of_the_training(frame),
            **_of_the_review(frame),
        )
        .values()
        .get()
    )
    columns = {column.attname for column in Operation._meta.concrete_fields}
    found = {name: value for name, value in row.items() if name not in columns}
    return _gathered(found, plan)


def _gathered(row: dict[str, Any], plan: TrainingPlan | None) -> dict[str, Any]:
    """Counts that become a word, and the earliest of several days."""
    submitted_at = row.pop("submitted_at")
    told = [row.pop("proposed_on"), row.pop("typed_on")]
    told.append(submitted_at.astimezone(clock.PARIS).date() if submitted_at else None)
    in_plan = bool(plan and plan.public_need.strip())
    return {
        "told_on": min((day for day in told if day), default=None),
        "public_known": bool(row.pop("profiles")) or in_plan,
        "public_late": bool(row.pop("profiles_late")),
        "diagnosis_known": bool(row.pop("diagnoses")),
        "diagnosis_late": bool(row.pop("diagnoses_late")),
        "approved_by_region": bool(row.pop("regions")),
        **row,
    }


def _of_the_need(operation: Operation, frame: Frame) -> dict[str, Any]:
    path, start = "collective__operation", frame.start
    confirmed = Need.objects.exclude(state__in=("withdrawn", "to_confirm"))
    given = PublicProfile.objects.filter(state="given")
    diagnosed = CollectiveNeed.objects.exclude(diagnosis="")
    runners = [pk for pk in (operation.provider_id, operation.holder_id) if pk]

    def profiles(when: Q) -> Any:
        return _count(given.filter(when)) + _count(given.filter(when, operation=None), path)

    return {
        "needs": _count(confirmed.filter(upto("received_on", start)), path),
        "needs_late": _count(confirmed.filter(past("received_on", start)), path),
        "needs_aside": _count(Need.objects.filter(state="to_confirm"), path),
        "profiles": profiles(Q(recorded_on=None) | upto("recorded_on", start)),
        "profiles_late": profiles(past("recorded_on", start)),
        "diagnoses": _count(diagnosed.filter(Q(diagnosis_on=None) | upto("diagnosis_on", start))),
        "diagnoses_late": _count(diagnosed.filter(past("diagnosis_on", start))),
        "proposed_on": _first(Proposal, "proposed_on"),
        "typed_on": _first(Need, "received_on", path=path, typed_for_id__in=runners),
        "submitted_at": Subquery(
            PlanTurn.objects.filter(Q(to=None) | Q(to=operation.region_id), operation=OuterRef("pk"))
            .filter(given_by__in=runners)
            .order_by("id")
            .values("given_at")[:1]
        ),
    }


def _of_the_plan(frame: Frame) -> dict[str, Any]:
    # An approval that a later change of the plan took away was one on the first day.
    stood = Q(cancelled_on=None) if frame.start is None else Q(cancelled_on=None) | Q(cancelled_on__gt=frame.start)
    approvals = Approval.objects.filter(stood)
    in_time = approvals.filter(upto("approved_on", frame.start))
    by_firms = Q(organisation__kind=OrganisationKind.EMPLOYER)
    engaged = Q(organisation__in=frame.engaged)
    modules = Module.objects.all()
    specific = modules.exclude(kind=Module.Kind.KEPT)
    ours = Q(for_employers=None) | Q(for_employers__in=frame.engaged)
    lent = modules.filter(on_platform=True)
    by_ours = Q(lender=None) | Q(lender__in=frame.engaged)
    competences = PlanCompetence.objects.filter(asked_by__in=frame.engaged)
    return {
        "regions": _count(in_time.filter(organisation__kind=OrganisationKind.REGION)),
        "approved_by_employers": _count(in_time.filter(by_firms, engaged), what="organisation"),
        "approvals_late": _count(approvals.filter(past("approved_on", frame.start))),
        "approvals_aside": _count(in_time.filter(by_firms).exclude(engaged), what="organisation"),
        "modules": _count(modules),
        "modules_specific": _count(specific.filter(ours)),
        "modules_aside": _count(specific.exclude(ours)),
        "modules_on_platform": _count(lent.filter(by_ours)),
        "platform_aside": _count(lent.exclude(by_ours)),
        "competences": _count(competences),
        "competences_taught": _count(competences.filter(modules__isnull=False)),
        "competences_explained": _count(competences.filter(modules=None).exclude(gap_reason="")),
        "competences_aside": _count(PlanCompetence.objects.exclude(asked_by__in=frame.engaged)),
    }


def _of_the_group(frame: Frame) -> dict[str, Any]:
    paired = Candidacy.objects.filter(
        Exists(Pairing.objects.filter(candidacy=OuterRef("pk")).exclude(ending=Pairing.Ending.MISTAKE)),
        state__in=ENTERED,
    )
    signed = EmploymentContract.objects.filter(candidacy=OuterRef("pk"))
    hired = Exists(signed.filter(upto("starts_on", frame.settled)))
    explained = Exists(NoHire.objects.filter(candidacy=OuterRef("pk")))
    announced = Announcement.objects.all()
    with_firms = announced.filter(employers__in=frame.engaged)
    held = SourcingLine.objects.filter(done_on__isnull=False)
    return {
        "announcements_with_firms": _count(with_firms.filter(upto("published_on", frame.start))),
        "announcements_aside": _count(announced.exclude(employers__in=frame.engaged)),
        "sourcing_done": _count(held.filter(upto("done_on", frame.start))),
        "campaign_late": _count(with_firms.filter(past("published_on", frame.start)))
        + _count(held.filter(past("done_on", frame.start))),
        "hires_expected": _count(paired),
        "hires_signed": _count(paired.filter(hired)),
        "hires_explained": _count(paired.filter(explained).exclude(hired)),
        "hires_late": _count(paired.exclude(hired).filter(Exists(signed)).exclude(explained)),
        "last_exit_on": _first(Candidacy, "left_on", last=True),
        "still_in_training": _count(Candidacy.objects.filter(state="entered")),
    }


def _of_the_convention(operation: Operation) -> dict[str, Any]:
    signed_on = _first(Convention, "signed_on", state="signed")
    own = [pk for pk in (operation.provider_id, operation.holder_id, operation.region_id) if pk]
    told = AimsShared.objects.annotate(convention_signed_on=_signed_on_of("operation"))
    in_time = Q(convention_signed_on=None) | Q(shared_on__lte=_signed_on_of("operation"))
    others = told.exclude(organisation__in=own)
    lines = Signatory.objects.filter(OF_ANY_TEXT).exclude(state="removed")
    return {
        "convention_signed_on": signed_on,
        "signatures": _count(lines.filter(state__in=SIGNED)),
        "signatures_due": _count(lines),
        "amendments_waiting": _count(Amendment.objects.filter(state__in=("owed", "sent"))),
        "aims_shared": _count(others.filter(in_time), what="organisation"),
        "aims_shared_on": _first(AimsShared, "shared_on"),
        "aims_late": _count(others.exclude(in_time), what="organisation"),
        "aims_aside": _count(told.filter(organisation__in=own), what="organisation"),
    }


def _of_the_training(frame: Frame) -> dict[str, Any]:
    sheets = AttendanceSheet.objects.all()
    committees = Meeting.objects.filter(kind=Meeting.Kind.COMMITTEE, held_on__isnull=False)
    attended = Presence.objects.filter(
        state=Presence.State.PRESENT, quality=Presence.As.PROVIDER, meeting__kind=Meeting.Kind.COMMITTEE
    )
    return {
        "sheets_locked": _count(sheets.filter(state="locked")),
        "minutes_locked": _sum(sheets.filter(state="locked"), "minutes"),
        "trainees": _count(Candidacy.objects.filter(state__in=("entered", "completed"))),
        "sheets_open": _count(sheets.filter(state="open", on__lt=clock.today())),
        "reports": _count(Report.objects.filter(upto("sent_on", frame.end))),
        "reports_late": _count(Report.objects.filter(past("sent_on", frame.end))),
        "committees": _count(committees),
        "committees_attended": _count(
            attended.filter(Q(meeting__held_on__isnull=False) & upto("meeting__held_on", frame.end)), what="meeting"
        ),
        "committees_late": _count(attended.filter(past("meeting__held_on", frame.end)), what="meeting"),
    }


def _of_the_review(frame: Frame) -> dict[str, Any]:
    there = Presence.objects.filter(
        state=Presence.State.PRESENT,
        quality=Presence.As.EMPLOYER,
        meeting__kind=Meeting.Kind.REVIEW,
        meeting__held_on__isnull=False,
    )
    learnt = ReviewPoint.objects.exclude(kind=ReviewPoint.Kind.STRONG).annotate(
        day=TruncDate("created_at", tzinfo=clock.PARIS)
    )
    return {
        "review_held_on": _first(Meeting, "held_on", kind=Meeting.Kind.REVIEW),
        "employers_at_review": _count(there.filter(organisation__in=frame.engaged), what="organisation"),
        "review_aside": _count(there.exclude(organisation__in=frame.engaged), what="organisation"),
        "lessons": _count(learnt.filter(upto("day", frame.settled))),
        "lessons_late": _count(learnt.filter(past("day", frame.settled))),
    }


def _signed_on_of(path: str) -> Subquery:
    signed = Convention.objects.filter(operation=OuterRef(path), state="signed").order_by("signed_on")
    return Subquery(signed.values("signed_on")[:1])


def _count(rows: QuerySet[Any], path: str = "operation", what: str = "pk") -> Coalesce:
    """How many of `rows` belong to the operation of the outer query."""
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _sum(rows: QuerySet[Any], column: str) -> Coalesce:
    """The sum of a column of `rows` that belong to the operation of the outer query."""
    summed = rows.filter(operation=OuterRef("pk")).order_by().values("operation").annotate(all=Sum(column))
    return Coalesce(Subquery(summed.values("all"), output_field=IntegerField()), 0)


def _first(model: type[Model], column: str, *, path: str = "operation", last: bool = False, **where: Any) -> Subquery:
    """The earliest (or last) date of a column among the rows of the operation of the outer query."""
    rows = model._default_manager.filter(**{path: OuterRef("pk")}, **where).order_by().values(path)
    return Subquery(rows.annotate(day=(Max if last else Min)(column)).values("day"))
