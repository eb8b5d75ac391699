"""Who is told what at the bilan and when a contract is signed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import LEAD
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.mailing import to_employer
from defi.operations.models import Meeting, Operation
from defi.people.mailing import to_officers, to_organisation
from defi.steps.pairing.models import Promise
from defi.steps.review.following import promises_to_follow
from defi.steps.review.models import EmploymentContract, for_a_firm

LINK_DAYS = 90


def review_held(act: Action, operation: Operation, meeting: Meeting) -> None:
    """The officers learn that the bilan is held; each employer is asked for the contracts it signs."""
    context = {**_context(operation), "held_on": long_date(meeting.held_on) if meeting.held_on else ""}
    _send(act, to_officers(operation.region_id, operation.basin_id), "held", context, operation)
    for promise in promises_to_follow(operation):
        contracts_asked(act, operation, promise)


def contracts_asked(act: Action, operation: Operation, promise: Promise) -> bool:
    """An employer notes its contracts from a link, in one minute and without an account. False without an address."""
    recipients = to_employer(operation.pk, promise.employer, named=promise.signatory)
    for to in recipients:
        url = links.issue(
            promise,
            "review.record_contract",
            address=to.address,
            person_id=to.person_id,
            organisation_id=promise.employer_id,
            days=LINK_DAYS,
        )
        _send(act, [to], "contracts_asked", {**_context(operation), "url": url}, operation)
    return bool(recipients)


def contract_recorded(act: Action, operation: Operation, row: EmploymentContract) -> None:
    """What an employer records the provider learns; what the provider records the employer can check."""
    context = {
        **_context(operation),
        "person": row.candidacy.person.short_name,
        "contract": row.get_contract_display(),
        "employer": row.employer_name,
        "starts_on": long_date(row.starts_on),
    }
    if for_a_firm(act.actor):
        told = to_organisation(operation.provider, LEAD)
    else:
        told = to_employer(operation.pk, row.employer) if row.employer else []
    _send(act, told, "contract", context, operation)


def _context(operation: Operation) -> dict[str, Any]:
    return {"operation": operation, "url": f"{settings.PUBLIC_URL}/operations/{operation.pk}/bilan/"}


def _send(
    act: Action, recipients: Iterable[Recipient], template: str, context: dict[str, Any], operation: Operation
) -> None:
    for recipient in recipients:
        queue(act, recipient, f"review/mail/{template}.txt", context, file_id=operation.pk)
