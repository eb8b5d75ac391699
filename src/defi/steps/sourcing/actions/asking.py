"""Before the start, those who hold a seat say again that they come. Source: features.md, 32."""

from __future__ import annotations

from datetime import date, timedelta

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import WrongState
from defi.operations.models import Session
from defi.schemes.rulebook import rulebook
from defi.steps.sourcing import mails
from defi.steps.sourcing.locks import checked_day, lock_candidacy
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import asks_again_on
from defi.steps.sourcing.states import CANDIDACY

FARTHEST = timedelta(days=31)
"""Sessions that start later are not looked at each morning: no rulebook asks so early."""


def say_again(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """Before the start the person says again that they come: from the link, or by phone to the provider."""
    with acting(actor, "candidacy.say_again") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        return act.move(CANDIDACY, candidacy, said_again_on=checked_day(act, on, after=candidacy.confirmed_on))


def ask_again() -> int:
    """Each morning: those who hold a seat are asked, some days before the start, whether they still come. Who has no
    address is to be called: the silence shows on the page of the group. Returns how many people are asked."""
    with scope(TASK):
        today = clock.today()
        near = Session.objects.filter(
            started_on=None, starts_on__range=(today, today + FARTHEST), operation__state="running"
        )
        ids = list(
            Candidacy.objects.filter(session__in=near, state="confirmed").order_by("pk").values_list("pk", flat=True)
        )
    return sum(_ask_again(pk) for pk in ids)


def _ask_again(candidacy_id: int) -> bool:
    with acting(TASK, "candidacy.ask_again") as act:
        # Looked at again under lock: the state when the question leaves is what counts.
        try:
            candidacy = lock_candidacy(act, candidacy_id)
        except WrongState:
            # Closed since the list was drawn: there is nothing more to ask.
            return False
        operation, session = candidacy.operation, candidacy.session
        days = rulebook(operation.scheme, operation.rulebook_version).sourcing.confirm_days
        due = candidacy.state == "confirmed" and asks_again_on(
            session.starts_on,
            days,
            confirmed_on=candidacy.confirmed_on or act.today,
            asked_on=candidacy.asked_again_on,
            said_on=candidacy.said_again_on,
            today=act.today,
        )
        if due:
            act.change(candidacy, asked_again_on=act.today)
            mails.asked_again(act, candidacy)
        return due
