"""Who is told when the follow-up of a moment is sent."""

from __future__ import annotations

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action
from defi.kernel.outbox import queue
from defi.operations.mailing import to_employer
from defi.operations.models import Operation
from defi.people.mailing import to_officers, to_person
from defi.schemes.rulebook import Moment
from defi.steps.followup.models import FollowUpReport
from defi.steps.pairing.models import Promise
from defi.steps.sourcing.models import Candidacy

LINK_DAYS = 60


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


def employer_asked(act: Action, operation: Operation, promise: Promise) -> bool:
    """An employer confirms who works there from a link, in one minute. False without an address."""
    recipients = to_employer(operation.pk, promise.employer, named=promise.signatory)
    for to in recipients:
        url = links.issue(
            promise,
            "situation.confirm",
            address=to.address,
            person_id=to.person_id,
            organisation_id=promise.employer_id,
            days=LINK_DAYS,
        )
        context = {"operation": operation, "employer": promise.employer.name, "url": url}
        queue(act, to, "followup/mail/ask_employer.txt", context, file_id=operation.pk)
    return bool(recipients)


def report_sent(
    act: Action, operation: Operation, report: FollowUpReport, moment: Moment, *, again: bool = False
) -> None:
    """The officers of the territory receive the address of the report, or of the one that takes its place."""
    code = report.document.code if report.document else ""
    context = {
        "operation": operation,
        "moment": moment.label,
        "again": again,
        "provider": operation.provider.name if operation.provider else "",
        "document_url": f"{settings.PUBLIC_URL}/documents/{code}/",
        "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/suivi/",
    }
    for recipient in to_officers(operation.region_id, operation.basin_id):
        queue(act, recipient, "followup/mail/report.txt", context, file_id=operation.pk)
