"""Who leads and who pilots an operation: what a role alone does not say."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.operations.models import Operation, OperationBound

B = TypeVar("B", bound=OperationBound)


def lock_operation(act: Action, operation_id: int, version: int | None = None) -> Operation:
    """Lock an operation that is running and on which this actor may act.

    Raises `Unknown`, `Stale`, `NotAllowed` (other provider, officer of another territory), `WrongState` (closed)."""
    operation = act.lock(Operation, operation_id, version)
    must_take_part(act.actor, operation)
    must_run(operation)
    return operation


def must_run(operation: Operation) -> None:
    """Raises `WrongState` once the operation is closed or abandoned."""
    if operation.state != "running":
        raise WrongState(_("Cette opération est close : elle se lit, elle ne se modifie plus."))


def operation_of(actor: Actor, model: type[OperationBound], pk: int) -> int:
    """The operation of a row this actor may see, before anything is locked. Raises `Unknown`."""
    seen: int | None = model.objects.visible_to(actor).filter(pk=pk).values_list("operation_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return seen


def lock_to_seal(act: Action, model: type[B], pk: int) -> B:
    """Lock a row to which a task adds a proof, the operation first as `lock_bound` does, though it be closed."""
    act.lock(Operation, operation_of(act.actor, model, pk))
    return act.lock(model, pk)


def lock_bound(act: Action, model: type[B], pk: int, version: int | None = None) -> B:
    """Lock a row of an operation's file, the operation first: all take their locks in this order, and none deadlocks.

    Raises what `lock_operation` raises."""
    lock_operation(act, operation_of(act.actor, model, pk))
    return act.lock(model, pk, version)


def must_take_part(actor: Actor, operation: Operation) -> None:
    """A provider acts only on the operations it runs, an officer only in their territory. Raises `NotAllowed`."""
    if actor.in_provider and actor.organisation_id not in {operation.provider_id, operation.holder_id}:
        raise NotAllowed(_("Seul l'organisme de formation de cette opération peut faire cela."))
    if actor.who is Who.OFFICER and actor.basins and operation.basin_id not in actor.basins:
        raise NotAllowed(_("Cette opération est hors de votre territoire : elle se consulte, elle ne se modifie pas."))


def pilots(actor: Actor, operation: Operation) -> bool:
    """Whether this officer pilots the operation's territory."""
    return actor.who is Who.OFFICER and (not actor.basins or operation.basin_id in actor.basins)


def leads(actor: Actor, operation: Operation) -> bool:
    """Whether this member of a provider runs the operation."""
    return actor.in_provider and actor.organisation_id in {operation.provider_id, operation.holder_id}
