"""Gathers from the earlier rooms what the certificate's lines look at, in a constant number of queries.

Every table is read whole for the operation, not as the actor sees it: the lines hold no name, and the provider must see
the same verdict as the officer. The caller has checked that the actor may read the operation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, Max, Min, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.models import JournalEntry
from defi.operations.models import Meeting, Operation, Presence, Session
from defi.people.models import Organisation, OrganisationKind
from defi.steps.closing.evidence import Facts
from defi.steps.closing.models import ReportedMoment
from defi.steps.convention.models import OF_ANY_TEXT, Convention, Signatory
from defi.steps.convention.states import SIGNED
from defi.steps.design.models import Approval, Module, PlanCompetence, Tailoring, TrainingPlan
from defi.steps.needs.models import CollectiveNeed, Need, PublicProfile
from defi.steps.offer.models import Proposal
from defi.steps.pairing.models import Pairing, Promise
from defi.steps.pairing.queries import Standing, standing
from defi.steps.pairing.states import STANDING
from defi.steps.review.models import EmploymentContract, NoHire, ReviewPoint
from defi.steps.sourcing.models import AimsShared, Announcement, Candidacy, SourcingLine
from defi.steps.training.models import AttendanceSheet, Exchange, Placement, Report

ENTERED = ("entered", "left", "completed")
BEGUN = ("begun", "done", "debriefed")
OVER = ("done", "debriefed")
PLAN_TOLD = ("plan.submit", "plan.ask_one", "plan.pass_on")
"""The verbs by which a provider shows its plan to the others."""


def gather(operation: Operation) -> Facts:
    """The facts of an operation as they stand today."""
    with scope(TASK):
        session = Session.objects.filter(operation=operation).order_by("number").first()
        gauge = standing(session) if session else None
        plan = TrainingPlan.objects.filter(operation=operation).first()
        signed = set(
            Signatory.objects.filter(OF_ANY_TEXT, operation=operation, state__in=SIGNED).values_list(
                "organisation_id", flat=True
            )
        )
        return Facts(
            today=clock.today(),
            **_session(session),
            **_gauge(gauge),
            **_counts(operation, plan),
            **_plan(plan),
            **_periods(operation, signed),
            **_dialogue(operation, session, signed),
        )


def _session(session: Session | None) -> dict[str, Any]:
    if session is None:
        return {}
    return {
        "starts_on": session.starts_on,
        "ends_on": session.ends_on,
        "started_on": session.started_on,
        "ended_on": session.ended_on,
        "hours_company": session.hours_company,
    }


def _gauge(gauge: Standing | None) -> dict[str, Any]:
    if gauge is None:
        return {}
    return {"conformity": gauge.conformity, "found_on": gauge.found_on}


def _plan(plan: TrainingPlan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "plan_approved_on": plan.approved_on,
        "rhythm_known": bool(plan.rhythm.strip()),
        "specific_told": bool(plan.specific.strip()) or Tailoring.objects.filter(plan=plan).exists(),
    }


def _count(rows: QuerySet[Any], path: str = "operation", what: str = "pk") -> Coalesce:
    """How many of `rows` belong to the operation of the outer query."""
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _first(model: type[Model], column: str, *, path: str = "operation", last: bool = False, **where: Any) -> Subquery:
    """The earliest (or last) date of a column among the rows of the operation of the outer query."""
    rows = model._default_manager.filter(**{path: OuterRef("pk")}, **where).order_by().values(path)
    return Subquery(rows.annotate(day=(Max if last else Min)(column)).values("day"))


def _counts(operation: Operation, plan: TrainingPlan | None) -> dict[str, Any]:
    """Everything that is a count or a date, in one query over the operation."""
    approvals = Approval.objects.filter(cancelled_on=None)
    mistaken = Pairing.Ending.MISTAKE
    paired = Candidacy.objects.filter(
        Exists(Pairing.objects.filter(candidacy=OuterRef("pk")).exclude(ending=mistaken)), state__in=ENTERED
    )
    hired = Exists(EmploymentContract.objects.filter(candidacy=OuterRef("pk")))
    explained = Exists(NoHire.objects.filter(candidacy=OuterRef("pk")))
    competences = PlanCompetence.objects.all()
    presences = Presence.objects.filter(state=Presence.State.PRESENT, meeting__held_on__isnull=False)
    committees = Meeting.objects.filter(kind=Meeting.Kind.COMMITTEE, held_on__isnull=False)
    attended = presences.filter(quality=Presence.As.PROVIDER)
    row: dict[str, Any] = dict(
        Operation.objects.filter(pk=operation.pk)
        .annotate(
            needs=_count(Need.objects.exclude(state__in=("withdrawn", "to_confirm")), "collective__operation"),
            profiles=_count(PublicProfile.objects.filter(state="given"))
            + _count(PublicProfile.objects.filter(state="given", operation=None), "collective__operation"),
            diagnoses=_count(CollectiveNeed.objects.exclude(diagnosis="")),
            proposed_on=_first(Proposal, "proposed_on"),
            typed_on=_first(Need, "received_on", path="collective__operation", typed_for_id__in=_runners(operation)),
            submitted_at=Subquery(
                JournalEntry.objects.filter(file_id=OuterRef("pk"), verb__in=PLAN_TOLD).order_by("id").values("at")[:1]
            ),
            regions=_count(approvals.filter(organisation__kind=OrganisationKind.REGION)),
            firms=_count(approvals.filter(organisation__kind=OrganisationKind.EMPLOYER), what="organisation"),
            modules=_count(Module.objects.all()),
            modules_specific=_count(Module.objects.exclude(kind=Module.Kind.KEPT)),
            modules_on_platform=_count(Module.objects.filter(on_platform=True)),
            competences=_count(competences),
            competences_taught=_count(competences.filter(modules__isnull=False)),
            competences_explained=_count(competences.filter(modules=None).exclude(gap_reason="")),
            aims_shared=_count(AimsShared.objects.all(), what="organisation"),
            aims_shared_on=_first(AimsShared, "shared_on"),
            announcements_with_firms=_count(Announcement.objects.filter(employers__isnull=False)),
            sourcing_done=_count(SourcingLine.objects.filter(done_on__isnull=False)),
            convention_signed_on=_first(Convention, "signed_on", state="signed"),
            hires_expected=_count(paired),
            hires_signed=_count(paired.filter(hired)),
            hires_explained=_count(paired.filter(explained).exclude(hired)),
            sheets_locked=_count(AttendanceSheet.objects.filter(state="locked")),
            reports=_count(Report.objects.all()),
            review_held_on=_first(Meeting, "held_on", kind=Meeting.Kind.REVIEW),
            employers_at_review=_count(
                presences.filter(meeting__kind=Meeting.Kind.REVIEW, quality=Presence.As.EMPLOYER), what="organisation"
            ),
            lessons=_count(ReviewPoint.objects.exclude(kind=ReviewPoint.Kind.STRONG)),
            committees=_count(committees),
            committees_attended=_count(attended.filter(meeting__kind=Meeting.Kind.COMMITTEE), what="meeting"),
            last_exit_on=_first(Candidacy, "left_on", last=True),
            still_in_training=_count(Candidacy.objects.filter(state="entered")),
        )
        .values()
        .get()
    )
    submitted_at = row.pop("submitted_at")
    told = [row.pop("proposed_on"), row.pop("typed_on")]
    told.append(submitted_at.astimezone(clock.PARIS).date() if submitted_at else None)
    profiles, diagnoses, regions, firms = (row.pop(n) for n in ("profiles", "diagnoses", "regions", "firms"))
    columns = {column.attname for column in Operation._meta.concrete_fields}
    return {
        **{name: value for name, value in row.items() if name not in columns},
        "told_on": min((day for day in told if day), default=None),
        "public_known": bool(profiles) or bool(plan and plan.public_need.strip()),
        "diagnosis_known": bool(diagnoses),
        "approved_by_region": bool(regions),
        "approved_by_employers": firms,
        "reported_moments": frozenset(
            ReportedMoment.objects.filter(operation=operation).values_list("moment", flat=True)
        ),
    }


def _runners(operation: Operation) -> list[int]:
    return [pk for pk in (operation.provider_id, operation.holder_id) if pk]


def _periods(operation: Operation, signed: set[int]) -> dict[str, Any]:
    begun = Q(state__in=BEGUN)
    return Placement.objects.filter(operation=operation).aggregate(
        periods=Count("pk", filter=begun),
        periods_prepared=Count("pk", filter=begun & Q(prepared_on__isnull=False)),
        periods_visited=Count("pk", filter=begun & Q(visited_on__isnull=False)),
        periods_over=Count("pk", filter=Q(state__in=OVER)),
        periods_debriefed=Count("pk", filter=Q(state="debriefed")),
        periods_outside=Count("pk", filter=begun & ~Q(employer_id__in=signed)),
    )


def _dialogue(operation: Operation, session: Session | None, signed: set[int]) -> dict[str, Any]:
    """With how many of the engaged employers an exchange is dated before, during and after the training.

    Being at a meeting is an exchange: a fact is typed once."""
    promising = set(
        Promise.objects.filter(operation=operation, state__in=STANDING).values_list("employer_id", flat=True)
    )
    employers = Organisation.objects.filter(pk__in=signed, kind=OrganisationKind.EMPLOYER)
    firms = set(employers.values_list("pk", flat=True)) or promising
    if session is None:
        return {"employers": len(firms)}
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
    first, last = session.started_on or session.starts_on, session.ended_on or session.ends_on
    return {
        "employers": len(firms),
        "employers_before": _reached(firms, met, lambda day: day < first),
        "employers_during": _reached(firms, met, lambda day: first <= day <= last),
        "employers_after": _reached(firms, met, lambda day: day > last),
    }


def _reached(firms: set[int], met: Iterable[tuple[int | None, date]], when: Any) -> int:
    return len({firm for firm, day in met if firm in firms and when(day)})
