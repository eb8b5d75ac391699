"""Who is told what when a plan is submitted, approved by all, reopened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import LEAD
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.mailing import to_employer
from defi.operations.models import Part, Partner
from defi.people.mailing import to_officers, to_organisation
from defi.steps.design.models import Approval, TrainingPlan

LINK_DAYS = 30


def plan_submitted(act: Action, plan: TrainingPlan) -> None:
    """Each employer gets a link of its own, the officers the page: they read and approve."""
    ask_employers(act, plan)
    officers = to_officers(plan.operation.region_id, plan.operation.basin_id)
    _send(act, officers, "plan_submitted", plan, {"url": _page(plan)})


def ask_employers(act: Action, plan: TrainingPlan, only: int | None = None) -> None:
    """A personal link to approve, to each employer that takes part, or to this one only."""
    for partner in _employers(plan):
        if only not in {None, partner.organisation_id}:
            continue
        for recipient in _of(partner):
            link = links.issue(
                plan,
                "plan.approve",
                address=recipient.address,
                person_id=recipient.person_id,
                organisation_id=partner.organisation_id,
                days=LINK_DAYS,
            )
            _send(act, [recipient], "plan_submitted", plan, {"url": link, "days": LINK_DAYS})


def plan_approved(act: Action, plan: TrainingPlan) -> None:
    """The provider knows that nobody is missing any more."""
    _send(act, to_organisation(plan.operation.provider, LEAD), "plan_approved", plan, {"url": _page(plan)})


def plan_reopened(act: Action, plan: TrainingPlan) -> None:
    """Whoever had approved, or was about to, knows that a new edition will come, and why."""
    given = set(Approval.objects.filter(plan=plan, edition=plan.edition).values_list("organisation_id", flat=True))
    context = {"reason": act.reason}
    for partner in _employers(plan):
        _send(act, _of(partner), "plan_reopened", plan, context | {"had_approved": partner.organisation_id in given})
    officers = to_officers(plan.operation.region_id, plan.operation.basin_id)
    _send(act, officers, "plan_reopened", plan, context | {"had_approved": plan.operation.region_id in given})


def _employers(plan: TrainingPlan) -> Iterable[Partner]:
    partners = Partner._base_manager.filter(operation=plan.operation_id, part=Part.EMPLOYER, left_on=None)
    return partners.select_related("organisation", "contact").order_by("pk")


def _of(partner: Partner) -> list[Recipient]:
    return to_employer(partner.operation_id, partner.organisation, named=partner.contact)


def _page(plan: TrainingPlan) -> str:
    return f"{settings.PUBLIC_URL}/operations/{plan.operation_id}/ingenierie/"


def _send(
    act: Action, recipients: Iterable[Recipient], template: str, plan: TrainingPlan, context: dict[str, Any]
) -> None:
    shared = {"plan": plan, "operation": plan.operation, "provider": plan.operation.provider}
    for recipient in recipients:
        queue(act, recipient, f"design/mail/{template}.txt", shared | context, file_id=plan.operation_id)
