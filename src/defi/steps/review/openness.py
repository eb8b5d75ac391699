"""A form of the bilan opened by its address when its act is not possible: the page says so before anything is typed.

What was posted is judged by the action, so that nothing typed is lost when the file changed meanwhile."""

from __future__ import annotations

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest
from defi.kernel.transitions import VERBS
from defi.operations.access import must_run, must_take_part
from defi.operations.models import Operation
from defi.steps.review.access import (
    held_review,
    must_not_be_hired_as_promised,
    refuse_abandoned,
    refuse_held,
    started_session,
)
from defi.steps.review.form_pages import ROLE_ONLY


def may_hold(request: ActorRequest, operation: Operation) -> None:
    """Before the form of the presences. Raises `NotAllowed`, `WrongState` (closed, not started, held already)."""
    if _read_by(request, "meeting.hold_review", operation):
        must_run(operation)
        started_session(operation)
        refuse_held(operation)


def may_note_point(request: ActorRequest, operation: Operation) -> None:
    """Before the form of a point. Raises `NotAllowed`, `WrongState` (closed, or no bilan held yet)."""
    if _read_by(request, "review.note", operation):
        must_run(operation)
        held_review(operation)


def may_certify(request: ActorRequest, operation: Operation) -> None:
    """Before the form of a result. Raises `NotAllowed`, `WrongState` (closed, or session not started)."""
    if _read_by(request, "review.certify", operation):
        must_run(operation)
        started_session(operation)


def may_record_contract(request: ActorRequest, operation: Operation, verb: str = "review.record_contract") -> None:
    """Before the form of a contract, which outlives the closing. Raises `NotAllowed`, `WrongState` (abandoned, or
    session not started)."""
    if _read_by(request, verb, operation):
        refuse_abandoned(operation)
        started_session(operation)


def may_say_no_hire(request: ActorRequest, operation: Operation, candidacy_id: int) -> None:
    """Before the form that says why somebody is not hired. Raises `NotAllowed`, `WrongState` (abandoned, or hired as
    promised)."""
    if _read_by(request, "review.record_no_hire", operation):
        refuse_abandoned(operation)
        must_not_be_hired_as_promised(candidacy_id)


def _read_by(request: ActorRequest, verb: str, operation: Operation) -> bool:
    """Whether the form is only read, by somebody whose verb it is. Raises `NotAllowed`."""
    if request.method == "POST":
        return False
    _must_be_theirs(request.actor, verb, operation)
    return True


def _must_be_theirs(actor: Actor, verb: str, operation: Operation) -> None:
    VERBS[verb].check(actor, reason=ROLE_ONLY)
    must_take_part(actor, operation)
