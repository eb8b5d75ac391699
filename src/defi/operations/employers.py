"""What operations say of employers: who works with whom, and what becomes of a partner that was noted twice."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action
from defi.operations.models import Operation, OperationBound, Part, Partner
from defi.people.employers.merging import Melding, columns_to, locked_first, rule
from defi.people.employers.reach import tie


@tie
def partners(actor: Actor) -> QuerySet[Any, Any]:
    """The employers of the operations of an officer's territory, of a provider, that a prescriber takes part in."""
    employers = Partner._base_manager.filter(part=Part.EMPLOYER)
    if actor.who is Who.OFFICER:
        mine = Q(operation__basin_id__in=actor.basins)
    elif actor.in_provider:
        mine = Q(operation__provider_id=actor.organisation_id) | Q(operation__holder_id=actor.organisation_id)
    else:
        mine = Q(operation_id__in=Operation._base_manager.filter(Operation.visibility(actor)).values("pk"))
    return employers.filter(mine).values("organisation_id")


@rule("operations.partner")
def same_partner(melding: Melding, kept: Partner, other: Partner) -> None:
    """A firm twice in an operation: it takes part once, since the first day; the other line is left behind."""
    both_left = kept.left_on and other.left_on
    melding.change(
        kept,
        joined_on=min(kept.joined_on, other.joined_on),
        left_on=max(kept.left_on, other.left_on) if both_left else None,  # type: ignore[type-var]
        contact_id=kept.contact_id or other.contact_id,
    )
    melding.change(other, left_on=other.left_on or max(melding.today, other.joined_on))


@locked_first
def lock_operations(act: Action, model: type[Model], pk: int) -> None:
    """The operations before their rows, as every action does: none deadlocks."""
    ids: set[int] = set()
    for column in columns_to(model):
        if issubclass(column.model, OperationBound):
            ids |= set(column.model._base_manager.filter(**{column.attname: pk}).values_list("operation_id", flat=True))
    list(Operation._base_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
