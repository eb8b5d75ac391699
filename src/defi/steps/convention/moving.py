"""When the session moves, so does the way to the signing: provider, officer and Cabinet read once what is due now.

A ceremony already held does not move by itself: the mail says when it no longer fits."""

from __future__ import annotations

from defi.kernel.journal import Action
from defi.operations.models import Session
from defi.steps.convention import mails
from defi.steps.convention.models import Convention, SigningOption
from defi.steps.convention.rules import SigningFacts, back_planning, option_fault
from defi.steps.pairing.queries import book_of


def told(act: Action, session: Session) -> None:
    """Within the action that moves the session. Nobody is told once everybody signed. Must run in an open scope."""
    operation = session.operation
    conventions = list(Convention.objects.filter(operation=operation).order_by("pk"))
    convention = next((row for row in conventions if not row.is_over), None)
    announced = conventions[-1] if conventions else None
    if convention is not None and convention.state == "signed":
        return
    options = list(SigningOption.objects.filter(operation=operation).order_by("pk"))
    held = next((option for option in options if option.state == "held"), None)
    states = {option.state for option in options}
    facts = SigningFacts(
        session.starts_on,
        session.ends_on,
        eos_number=bool(session.eos_number),
        proposed=bool(states - {"refused"}),
        forwarded=bool(states & {"forwarded", "held"}),
        held=held is not None,
        sent=convention is not None and convention.state != "draft",
        warned=announced is not None and announced.save_the_date_on is not None,
        invited=announced is not None and announced.invited_on is not None,
    )
    left = [line for line in back_planning(book_of(operation).deadlines, facts) if not line.done and line.due_on]
    fault = option_fault(held.on, today=act.today, ends_on=session.ends_on) if held else ""
    mails.signing_moved(act, session, left, held=held, fault=fault)
