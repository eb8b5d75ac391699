"""Who is told what of a request: the officers when it is asked, its provider when it is answered, those it touches."""

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
from defi.steps.design.change_models import ChangeRequest
from defi.steps.design.changes.effects import Effect
from defi.steps.design.mails import LINK_DAYS


def change_asked(act: Action, request: ChangeRequest) -> None:
    """The officers of the territory read what is asked, and decide."""
    _send(act, _officers(request), "change_asked", request)


def change_withdrawn(act: Action, request: ChangeRequest) -> None:
    """Nobody decides a request that was taken back."""
    _send(act, _officers(request), "change_withdrawn", request)


def change_answered(act: Action, request: ChangeRequest) -> None:
    """The provider reads why its request is refused, or what must be mended."""
    _send(act, _provider(request), "change_answered", request)


def change_approved(act: Action, request: ChangeRequest, effect: Effect) -> None:
    """The provider knows that the plan has changed; each employer whom it touches reads what, with its own link."""
    _send(act, _provider(request), "change_approved", request)
    about = {told.organisation: told.about for told in effect.employers}
    partners = Partner._base_manager.filter(
        operation=request.operation_id, organisation__in=about, part=Part.EMPLOYER, left_on=None
    )
    for partner in partners.select_related("organisation", "contact").order_by("pk"):
        for recipient in to_employer(request.operation_id, partner.organisation, named=partner.contact):
            link = links.issue(
                request.plan,
                "plan.approve",
                address=recipient.address,
                person_id=recipient.person_id,
                organisation_id=partner.organisation_id,
                days=LINK_DAYS,
            )
            more = {"about": about[partner.organisation_id], "link": link, "days": LINK_DAYS}
            _send(act, [recipient], "plan_changed", request, more)


def _officers(request: ChangeRequest) -> list[Recipient]:
    return to_officers(request.operation.region_id, request.operation.basin_id)


def _provider(request: ChangeRequest) -> list[Recipient]:
    return to_organisation(request.operation.provider, LEAD)


def _send(
    act: Action,
    recipients: Iterable[Recipient],
    template: str,
    request: ChangeRequest,
    more: dict[str, Any] | None = None,
) -> None:
    context = {
        "request": request,
        "operation": request.operation,
        "provider": request.operation.provider,
        "url": f"{settings.PUBLIC_URL}/modifications/{request.pk}/",
    }
    for recipient in recipients:
        queue(act, recipient, f"design/mail/{template}.txt", context | (more or {}), file_id=request.operation_id)
