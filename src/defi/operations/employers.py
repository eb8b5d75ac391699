"""What operations say of employers: who works with whom, and what becomes of a partner that was noted twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.models import Operation, OperationBound, Part, Partner, Session
from defi.people.employers.actions import learn_contact
from defi.people.employers.merging import Melding, columns_to, locked_first, rule
from defi.people.employers.reach import meets, tie


def of_own_operations(actor: Actor) -> Q:
    """For rows of an operation's file: those of the operations this provider runs, or holds the market of."""
    if not actor.in_provider:
        return Q(pk__in=[])
    return Q(operation__provider_id=actor.organisation_id) | Q(operation__holder_id=actor.organisation_id)


@meets
def reached(actor: Actor) -> QuerySet[Any, Any]:
    """Who is reached in the firms that take part."""
    mine = Partner._base_manager.filter(of_own_operations(actor), part=Part.EMPLOYER, contact__isnull=False)
    return mine.values("contact_id")


@tie
def partners(actor: Actor) -> QuerySet[Any, Any]:
    """The employers of the operations of an officer's territory, of a provider, that a prescriber takes part in."""
    employers = Partner._base_manager.filter(part=Part.EMPLOYER)
    if actor.who is Who.OFFICER:
        mine = Q(operation__basin_id__in=actor.basins) if actor.basins else Q()
    elif actor.in_provider:
        mine = of_own_operations(actor)
    else:
        mine = Q(operation_id__in=Operation._base_manager.filter(Operation.visibility(actor)).values("pk"))
    return employers.filter(mine).values("organisation_id")


@on("operation.add_partner")
@on("operation.name_contact")
def contact_named(outer: Action, entries: list[JournalEntry]) -> None:
    """Who is reached in a partner is a contact of the firm."""
    ids = [entry.object_id for entry in entries if entry.object_type == "operations.partner"]
    named = Partner._base_manager.filter(pk__in=ids, part=Part.EMPLOYER, contact__isnull=False)
    for partner in named.select_related("organisation", "contact"):
        if partner.contact is not None:
            learn_contact(partner.organisation, partner.contact)


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


@dataclass(frozen=True, slots=True)
class TakenPart:
    """An operation an employer takes part in, or left, with its dates when they are fixed."""

    operation: Operation
    session: Session | None
    joined_on: date
    left_on: date | None


def taken_part(actor: Actor, firms: Collection[int]) -> list[TakenPart]:
    """The operations of an employer that this actor may see, the latest first. Two queries."""
    mine = (
        Partner.objects.visible_to(actor)
        .filter(organisation_id__in=firms, part=Part.EMPLOYER)
        .select_related("operation__basin", "operation__provider")
        .order_by("operation_id", "left_on")
    )
    # A record that was merged may have left its own line behind: the one still there is told first.
    partners: dict[int, Partner] = {}
    for partner in mine:
        known = partners.get(partner.operation_id)
        if known is None or (known.left_on and not partner.left_on):
            partners[partner.operation_id] = partner
    sessions = {s.operation_id: s for s in Session._base_manager.filter(operation__in=partners).order_by("-number")}
    latest = sorted(partners.values(), key=lambda row: (row.operation.opened_on, row.operation_id), reverse=True)
    return [TakenPart(row.operation, sessions.get(row.operation_id), row.joined_on, row.left_on) for row in latest]
