"""How the last rooms reach their rows: the operation first, always, so that two screens take locks in the same order.

What is known of people's jobs goes on being written once the operation is closed, until the last follow-up."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action
from defi.kernel.refusals import Unknown, WrongState
from defi.operations.access import must_take_part
from defi.operations.models import Meeting, Operation, OperationBound, Session
from defi.steps.review.models import EmploymentContract


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


def started_session(operation: Operation) -> Session:
    """The session of an operation, once it has started. Raises `WrongState`."""
    session = Session._base_manager.filter(operation=operation).order_by("number").first()
    if session is None or session.started_on is None:
        raise WrongState(_("La session n'a pas démarré : constatez d'abord le démarrage."))
    return session


def refuse_held(operation: Operation) -> None:
    """Raises `WrongState` once the bilan is held."""
    held = _held(operation)
    if held and held.held_on:
        raise WrongState(
            _("Le bilan est déjà tenu, le %(on)s : ajoutez-y des points plutôt que de le tenir de nouveau.")
            % {"on": long_date(held.held_on)}
        )


def held_review(operation: Operation) -> Meeting:
    """The bilan of an operation, once it is held. Raises `WrongState`."""
    held = _held(operation)
    if held is None:
        raise WrongState(_("Le bilan n'est pas encore tenu : notez-le d'abord, avec les présents."))
    return held


def must_not_be_hired_as_promised(candidacy_id: int) -> None:
    """Raises `WrongState` when a contract on the promise is recorded: there is no absence of contract to explain."""
    if EmploymentContract._base_manager.filter(candidacy=candidacy_id).exclude(promise=None).exists():
        raise WrongState(_("Un contrat avec l'employeur de la promesse est enregistré : s'il est faux, corrigez-le."))


def _held(operation: Operation) -> Meeting | None:
    return Meeting._base_manager.filter(operation=operation, kind=Meeting.Kind.REVIEW).exclude(held_on=None).first()
