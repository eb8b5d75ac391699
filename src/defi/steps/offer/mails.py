"""Who is told what of proposals, of the decided route, of tenders."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings

from defi.kernel.access import LEAD
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.mailing import to_employer
from defi.operations.models import Operation, Part, Partner
from defi.people.mailing import to_officers, to_organisation, to_person
from defi.people.models import Organisation
from defi.steps.offer.models import Proposal, RouteDecision, Tender


def proposed(act: Action, proposal: Proposal) -> None:
    """The officers of the basin learn at once of a proposal (seed 000: « aviser […] dès le besoin repéré »)."""
    context = _proposal(proposal) | {"again": act.verb == "proposal.resubmit"}
    _send(act, to_officers(proposal.region_id, proposal.basin_id), "proposed", context, None)


def decided(act: Action, proposal: Proposal) -> None:
    """The provider learns that changes are asked, or that it is refused, and why."""
    _send(act, _proposers(proposal), "proposal_decided", _proposal(proposal) | {"reason": act.reason}, None)


def accepted(act: Action, proposal: Proposal, operation: Operation, employers: Iterable[Organisation]) -> None:
    """The provider and the employers learn that the session becomes an operation."""
    context = {"operation": operation, "provider": proposal.provider.name, "url": _page(operation)}
    _send(act, _proposers(proposal), "proposal_accepted", context, operation)
    for employer in employers:
        _send(act, to_employer(operation.pk, employer), "employer_engaged", context, operation)


def route_decided(act: Action, decision: RouteDecision, *, but: Collection[int]) -> None:
    """The holder learns that the operation is entrusted to it; employers that take part without a need of their own
    learn who answers."""
    operation = decision.operation
    context = {"operation": operation, "decision": decision, "url": _page(operation)}
    _send(act, to_organisation(operation.provider, LEAD), "entrusted", context, operation)
    _send(act, _employers(operation, but), "route_decided", context, operation)


def no_training(act: Action, decision: RouteDecision, answer: str, *, but: Collection[int]) -> None:
    """Employers that take part without a need of their own get the reason too."""
    context = {"operation": decision.operation, "answer": answer}
    _send(act, _employers(decision.operation, but), "no_training", context, decision.operation)


def no_longer_entrusted(act: Action, operation: Operation, provider: Organisation) -> None:
    """Who ran the operation learns that it no longer does. Not why: what replaces it may be a tender to come."""
    context = {"operation": operation, "provider": provider, "url": _page(operation)}
    _send(act, to_organisation(provider, LEAD), "no_longer_entrusted", context, operation)


def tender_awarded(act: Action, tender: Tender, *, but: Collection[int]) -> None:
    """The holder learns that the operation is entrusted to it, employers without a need of their own who trains."""
    operation = tender.operation
    context = {"operation": operation, "decision": None, "url": _page(operation)}
    _send(act, to_organisation(tender.holder, LEAD), "entrusted", context, operation)
    _send(act, _employers(operation, but), "route_decided", context, operation)


def _employers(operation: Operation, but: Collection[int] = ()) -> list[Recipient]:
    partners = (
        Partner.objects.filter(operation=operation, part=Part.EMPLOYER, left_on=None)
        .exclude(organisation_id__in=but)
        .select_related("contact", "organisation")
    )
    return [r for p in partners for r in to_employer(operation.pk, p.organisation, named=p.contact)]


def _proposers(proposal: Proposal) -> list[Recipient]:
    return to_person(proposal.proposed_by) or to_organisation(proposal.provider, LEAD)


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "employers": [employer.name for employer in proposal.employers.all()],
        "url": f"{settings.PUBLIC_URL}/propositions/{proposal.pk}/",
    }


def _page(operation: Operation) -> str:
    return f"{settings.PUBLIC_URL}/operations/{operation.pk}/"


def _send(
    act: Action,
    recipients: Iterable[Recipient],
    template: str,
    context: dict[str, Any],
    operation: Operation | None,
) -> None:
    for recipient in recipients:
        queue(act, recipient, f"offer/mail/{template}.txt", context, file_id=operation.pk if operation else None)
