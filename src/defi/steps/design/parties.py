"""Who designs the plan together: the provider, each employer that takes part, the Region; and who holds it now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from defi.operations.models import Operation, Part, Partner, Session
from defi.people.models import Organisation
from defi.steps.design.content import PROVIDER, REGION
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import Approval, PlanTurn, TrainingPlan


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody whose approval is required; `approval` stands, `fallen` is the last one that a change cancelled.

    `mandate`: this employer lets the provider answer for it."""

    organisation: Organisation
    quality: str
    approval: Approval | None = None
    fallen: Approval | None = None
    holds: bool = False
    mandate: Mandate | None = None


def required_parties(operation: Operation) -> list[tuple[int, str]]:
    """Who must approve: the provider, each employer that takes part, the Region (id of organisation, quality)."""
    return _ranked(_partners(operation), operation)


def _partners(operation: Operation) -> QuerySet[Partner]:
    """Those who take part and approve, save the Region, which is no partner."""
    partners = Partner._base_manager.filter(operation=operation, left_on=None, part__in=[Part.PROVIDER, Part.EMPLOYER])
    return partners.order_by("part", "id")


def _ranked(partners: Iterable[Partner], operation: Operation) -> list[tuple[int, str]]:
    """The provider first, then the employers, then the Region."""
    ranked = sorted(((p.organisation_id, str(p.part)) for p in partners), key=lambda party: party[1] != PROVIDER)
    return [*ranked, (operation.region_id, REGION)]


def quality_of(operation: Operation, organisation_id: int | None) -> str:
    """As what this organisation designs the plan, or nothing."""
    return next((quality for pk, quality in required_parties(operation) if pk == organisation_id), "")


def current_turn(plan: TrainingPlan) -> PlanTurn | None:
    """Who holds the plan, since when; None only for a plan that everybody approved before turns were kept."""
    return PlanTurn._base_manager.filter(plan=plan, ended_at=None).select_related("to", "given_by").first()


def is_away(operation: Operation, turn: PlanTurn | None) -> bool:
    """Whether somebody else than the provider holds it: a party that left holds nothing any more."""
    others = {pk for pk, quality in required_parties(operation) if quality != PROVIDER}
    return turn is not None and turn.to_id in others


def standing(plan: TrainingPlan) -> dict[int, Approval]:
    """The approvals that no change has cancelled, by organisation."""
    return {a.organisation_id: a for a in Approval._base_manager.filter(plan=plan, cancelled_on=None)}


def mandates(plan: TrainingPlan) -> QuerySet[Mandate]:
    """Who lets the provider answer for it now."""
    return Mandate._base_manager.filter(plan=plan, ended_on=None)


def changes_by_request(plan: TrainingPlan) -> bool:
    """Whether this plan changes by request only: it is approved and its session has started."""
    started = Session._base_manager.filter(operation=plan.operation_id, started_on__isnull=False)
    return plan.state == "approved" and started.exists()


def has_fallen(plan: TrainingPlan, organisation_id: int | None) -> bool:
    """Whether this organisation had approved the plan, and a change cancelled it."""
    given = Approval._base_manager.filter(plan=plan, organisation_id=organisation_id or 0)
    return given.exists() and not given.filter(cancelled_on=None).exists()


def awaited(plan: TrainingPlan) -> list[tuple[int, str]]:
    """The required parties whose approval is missing, in the order in which they are asked."""
    given = standing(plan)
    return [(pk, quality) for pk, quality in required_parties(plan.operation) if pk not in given]


def parties(plan: TrainingPlan, operation: Operation, turn: PlanTurn | None) -> list[Party]:
    """Each required party with its approval, in two queries when the Region of the operation is at hand, one more when
    somebody lets the provider answer."""
    lets = Exists(mandates(plan).filter(organisation=OuterRef("organisation_id")))
    partners = list(_partners(operation).select_related("organisation").annotate(lets=lets))
    required = _ranked(partners, operation)
    organisations = {partner.organisation_id: partner.organisation for partner in partners}
    organisations[operation.region_id] = operation.region
    given: dict[int, Approval] = {}
    fallen: dict[int, Approval] = {}
    is_let = any(partner.lets for partner in partners)
    let = {mandate.organisation_id: mandate for mandate in mandates(plan)} if is_let else {}
    for approval in Approval._base_manager.filter(plan=plan).select_related("mandate").order_by("pk"):
        (fallen if approval.cancelled_on else given)[approval.organisation_id] = approval
    found = []
    for pk, quality in required:
        mine = given.get(pk)
        holds = holds_now(turn, pk, has_approved=mine is not None)
        found.append(Party(organisations[pk], quality, mine, None if mine else fallen.get(pk), holds, let.get(pk)))
    return found


def holds_now(turn: PlanTurn | None, organisation_id: int | None, *, has_approved: bool) -> bool:
    """Whether it is this organisation's turn: the plan is with it, or with all those who have not approved."""
    if turn is None or organisation_id is None:
        return False
    if turn.to_id is None:
        return not has_approved
    return turn.to_id == organisation_id
