"""Reaching a promise to change it: the operation is locked first, then the promise."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.journal import Action
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.steps.pairing.models import Promise
from defi.steps.sourcing.import_rules import is_of_health
from defi.steps.sourcing.locks import refuse_nir


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


def refuse_private(**texts: str) -> None:
    """Raises `Invalid` beside each text that holds a social security number, or says something of somebody's health: a
    reason is read by firms and kept (law.md 4.1)."""
    refuse_nir(**texts)
    faults = {name: _health_sentence() for name, text in texts.items() if is_of_health(text)}
    if faults:
        raise Invalid(next(iter(faults.values())), faults)


def _health_sentence() -> str:
    return _("Rien sur la santé n'est noté ici : dites le fait, par exemple « ne peut pas commencer à cette date ».")
