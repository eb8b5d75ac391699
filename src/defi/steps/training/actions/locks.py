"""The locks of this room, always in the same order: operation, session or sheet or period, lines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, OperationBound, Session
from defi.steps.training.models import AttendanceSheet, Placement


def lock_session(act: Action, session_id: int, version: int | None = None) -> tuple[Operation, Session]:
    """The operation, then its session. Raises `Unknown`, `Stale`, `NotAllowed`, `WrongState`."""
    operation = lock_operation(act, _operation_of(act.actor, Session, session_id))
    return operation, act.lock(Session, session_id, version)


def lock_sheet(act: Action, sheet_id: int, version: int | None = None) -> AttendanceSheet:
    """A sheet for the provider that holds it. Raises `Unknown`, `Stale`, `NotAllowed`, `WrongState`."""
    lock_operation(act, _operation_of(act.actor, AttendanceSheet, sheet_id))
    return act.lock(AttendanceSheet, sheet_id, version)


def lock_own_sheet(act: Action, sheet_id: int) -> AttendanceSheet:
    """A sheet for one of its trainees, who knows nothing of the operation around it."""
    _lock_file(_operation_of(act.actor, AttendanceSheet, sheet_id))
    return act.lock(AttendanceSheet, sheet_id)


def lock_placement(act: Action, placement_id: int, version: int | None = None) -> Placement:
    """A period in company for whoever has a part in it; the bearer of a link only the one it was made for."""
    actor = act.actor
    if actor.link and (actor.link.object_type, actor.link.object_id) != (Placement._meta.label_lower, placement_id):
        raise NotAllowed(_("Ce lien a été fait pour une autre période en entreprise."))
    operation_id = _operation_of(actor, Placement, placement_id)
    if actor.who in {Who.TRAINEE, Who.LINK}:
        _lock_file(operation_id)
    else:
        lock_operation(act, operation_id)
    return act.lock(Placement, placement_id, version)


def _lock_file(operation_id: int) -> None:
    """The operation in the stead of who cannot see it: everybody takes their locks in the same order."""
    operation = Operation._base_manager.select_for_update(of=("self",)).get(pk=operation_id)
    if operation.state != "running":
        raise WrongState(_("Cette opération est close : elle se lit, elle ne se modifie plus."))


def _operation_of(actor: Actor, model: type[OperationBound], pk: int) -> int:
    seen: int | None = model.objects.visible_to(actor).filter(pk=pk).values_list("operation_id", flat=True).first()
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return seen
