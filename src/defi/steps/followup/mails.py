"""Who is told when the follow-up of a moment is sent."""

from __future__ import annotations

from django.conf import settings

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action
from defi.kernel.outbox import queue
from defi.operations.models import Operation
from defi.people.mailing import to_officers, to_person
from defi.schemes.rulebook import Moment
from defi.steps.followup.models import FollowUpReport
from defi.steps.sourcing.models import Candidacy


def situation_asked(act: Action, candidacy: Candidacy, moment: Moment, address: str) -> None:
    """The person receives their own link."""
    with scope(TASK):
        operation = candidacy.operation
        context = {
            "first_name": candidacy.person.first_name,
            "operation": operation,
            "provider": operation.provider.name if operation.provider else "",
            "moment": moment.label,
            "url": address,
        }
    for recipient in to_person(candidacy.person):
        queue(act, recipient, "followup/mail/ask.txt", context, file_id=candidacy.operation_id)


def report_sent(act: Action, operation: Operation, report: FollowUpReport, moment: Moment) -> None:
    """The officers of the territory receive the address of the report."""
    code = report.document.code if report.document else ""
    context = {
        "operation": operation,
        "moment": moment.label,
        "provider": operation.provider.name if operation.provider else "",
        "document_url": f"{settings.PUBLIC_URL}/documents/{code}/",
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/suivi/",
    }
    for recipient in to_officers(operation.region_id, operation.basin_id):
        queue(act, recipient, "followup/mail/report.txt", context, file_id=operation.pk)
