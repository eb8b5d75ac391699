"""Reaching a promise to change it: the operation is locked first, then the promise."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.journal import Action
from defi.kernel.refusals import Unknown, WrongState
from defi.operations.access import lock_operation
from defi.steps.pairing.models import Promise


def lock_promise(act: Action, promise_id: int, version: int | None = None) -> Promise:
    """Lock a promise that is not withdrawn, its operation first. Raises `Unknown`, `Stale`, `WrongState`."""
    seen = Promise.objects.visible_to(act.actor).filter(pk=promise_id).values_list("operation_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    # The operation first, always: two screens that pair and withdraw take their locks in the same order.
    lock_operation(act, seen)
    promise = act.lock(Promise, promise_id, version)
    if promise.state == "withdrawn":
        raise WrongState(_("Cette promesse est déjà retirée."))
    return promise


def other_posts(promise: Promise) -> None:
    """Within an action: the number of posts is part of what a promise says, so pages drawn before are stale."""
    promise.version += 1
    promise.save(update_fields=["version"])
