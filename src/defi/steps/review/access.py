"""How the last rooms reach their rows: the operation first, always, so that two screens take locks in the same order.

What is known of people's jobs goes on being written once the operation is closed, until the last follow-up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action
from defi.kernel.refusals import Unknown, WrongState
from defi.operations.access import must_take_part
from defi.operations.models import Operation, OperationBound


def operation_of(actor: Actor, model: type[OperationBound], pk: int) -> int:
    """The operation of a row this actor may see, before anything is locked. Raises `Unknown`."""
    found = model.objects.visible_to(actor).filter(pk=pk).values_list("operation_id", flat=True).first()
    if found is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return found


def lock_followed(act: Action, operation_id: int) -> Operation:
    """Lock an operation whose people are followed: running, or closed (the follow-up outlives the closing).

    Raises `Unknown`, `NotAllowed` (other provider, officer of another territory), `WrongState` (abandoned)."""
    operation = act.lock(Operation, operation_id)
    must_take_part(act.actor, operation)
    refuse_abandoned(operation)
    return operation


def refuse_abandoned(operation: Operation) -> None:
    """Raises `WrongState` when the operation did not take place."""
    if operation.state == "abandoned":
        raise WrongState(_("Cette opération a été abandonnée : elle n'a pas de suite à noter."))
