"""Who is told what about the announcement."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from defi.kernel import links
from defi.kernel.access import LEAD, PRESCRIBER
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.mailing import to_employer
from defi.operations.models import Part, Partner
from defi.people.mailing import to_organisation
from defi.steps.sourcing.models import Notice, NoticeFirm

LINK_DAYS = 30


def asked(act: Action, notice: Notice, firm: NoticeFirm) -> None:
    """The firm reads the announcement behind its link, and agrees or not."""
    for recipient in to_employer(notice.operation_id, firm.employer):
        link = links.issue(
            firm,
            "notice.approve",
            address=recipient.address,
            person_id=recipient.person_id,
            organisation_id=firm.employer_id,
            days=LINK_DAYS,
        )
        _send(act, [recipient], "notice_asked", notice, {"firm": firm, "link": link})


def published(act: Action, notice: Notice) -> None:
    """Prescribers of the operation learn where the page and the poster are."""
    rows = Partner.objects.filter(operation_id=notice.operation_id, part=Part.PRESCRIBER, left_on=None)
    houses = {row.organisation_id: row.organisation for row in rows.select_related("organisation").order_by("pk")}
    for house in houses.values():
        _send(act, to_organisation(house, PRESCRIBER), "notice_published", notice, {})


def declined(act: Action, firm: NoticeFirm, reason: str) -> None:
    """The provider learns that a firm does not wish to be named, and why."""
    notice = firm.notice
    recipients = to_organisation(notice.operation.provider, LEAD)
    _send(act, recipients, "notice_declined", notice, {"firm": firm, "reason": reason})


def public_address(notice: Notice) -> str:
    """Where anybody reads it: what the QR code of the poster holds."""
    return f"{settings.PUBLIC_URL}/venir/annonce/{notice.code}/"


def _send(act: Action, recipients: list[Recipient], template: str, notice: Notice, more: dict[str, Any]) -> None:
    context = {
        "notice": notice,
        "training": notice.operation.title,
        "provider": notice.operation.provider,
        "public_url": public_address(notice),
        "url": f"{settings.PUBLIC_URL}/operations/{notice.operation_id}/annonce/",
        **more,
    }
    for recipient in recipients:
        queue(act, recipient, f"sourcing/mail/{template}.txt", context, file_id=notice.operation_id)
