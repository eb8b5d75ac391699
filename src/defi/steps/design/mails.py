"""Who is told that a plan waits for their approval."""

from __future__ import annotations

from django.conf import settings

from defi.kernel.access import EMPLOYER
from defi.kernel.journal import Action
from defi.kernel.outbox import queue
from defi.operations.models import Part, Partner
from defi.people.mailing import to_officers, to_organisation
from defi.steps.design.models import TrainingPlan


def plan_submitted(act: Action, plan: TrainingPlan) -> None:
    """Each employer and the officer read and approve."""
    operation = plan.operation
    partners = Partner._base_manager.filter(operation=operation, part=Part.EMPLOYER, left_on=None)
    recipients = [r for p in partners.select_related("organisation") for r in to_organisation(p.organisation, EMPLOYER)]
    recipients += to_officers(operation.region_id, operation.basin_id)
    context = {
        "operation": operation,
        "provider": operation.provider,
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/ingenierie/",
    }
    for recipient in recipients:
        queue(act, recipient, "design/mail/plan_submitted.txt", context, file_id=operation.pk)
