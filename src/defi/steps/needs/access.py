"""Who sees a need, and who may act on it: a role alone does not say in which territory.

The wall (process.md, step 1): before the launch of a tender and after it, the only training organisation that sees a
need is the one to which its operation is entrusted: its market gives it the exclusivity, or it won the tender.
One that typed a sheet for an employer sees that sheet only, and the tender file notes it (`offer.informed`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.refusals import NotAllowed
from defi.operations.models import Operation

if TYPE_CHECKING:
    from defi.steps.needs.models import Need


def in_territory(actor: Actor, basin_id: int) -> bool:
    """Whether this officer pilots this basin. An officer without a territory pilots the whole region."""
    return actor.who is Who.OFFICER and (not actor.basins or basin_id in actor.basins)


def must_pilot(actor: Actor, basin_id: int) -> None:
    """Raises `NotAllowed` to an officer of another territory; other roles are checked by their verb."""
    if actor.who is Who.OFFICER and not in_territory(actor, basin_id):
        raise NotAllowed(_("Ce bassin est hors de votre territoire : il se consulte, il ne se modifie pas."))


def seen_needs(actor: Actor) -> Q:
    """The needs this actor may know of: the Region's, one's own, the sheets one typed for others, and those of the
    operations entrusted to one's organisation; the bearer of a link, the need of the link."""
    if actor.who is Who.LINK:
        link = actor.link
        return Q(pk=link.object_id) if link and link.object_type == "needs.need" else Q(pk__in=[])
    if actor.in_region:
        return Q(region_id=actor.region_id)
    if not actor.organisation_id:
        return Q(pk__in=[])
    own = Q(employer_id=actor.organisation_id) | Q(typed_for_id=actor.organisation_id)
    return own | Q(collective__operation_id__in=_entrusted(actor)) if actor.in_provider else own


def seen_collectives(actor: Actor) -> Q:
    """The collective needs this actor may know of: never a provider's before its operation is entrusted to it."""
    if actor.in_region:
        return Q(region_id=actor.region_id)
    return Q(operation_id__in=_entrusted(actor)) if actor.in_provider else Q(pk__in=[])


def group_is_hidden(actor: Actor, need: Need) -> bool:
    """Whether this actor reads a grouped need as one that still waits: to a provider that typed the sheet, a group
    tells of an operation to come. `need` comes with its collective need and its operation."""
    if not actor.in_provider or need.state != "grouped":
        return False
    operation = need.collective.operation if need.collective else None
    return operation is None or actor.organisation_id not in {operation.provider_id, operation.holder_id}


def answer_read(actor: Actor, need: Need) -> str:
    """What was answered to the employer, as this actor may read it: before a need is closed its answer tells of a
    tender, and a provider that typed the sheet reads it afterwards only."""
    return "" if actor.in_provider and need.state != "answered" else need.answer


def in_state(actor: Actor, state: str) -> Q:
    """The needs that are in this state as this actor may know it."""
    if not actor.in_provider or state not in {"received", "grouped"}:
        return Q(state=state)
    entrusted = Q(collective__operation_id__in=_entrusted(actor))
    return Q(state="grouped") & entrusted if state == "grouped" else Q(state=state) | Q(state="grouped") & ~entrusted


def _entrusted(actor: Actor) -> QuerySet[Operation, int]:
    """The operations that this actor's organisation runs, as provider or as holder of the market."""
    runs = Q(provider_id=actor.organisation_id) | Q(holder_id=actor.organisation_id)
    return Operation.objects.filter(runs).values_list("pk", flat=True)
