"""What becomes of a candidacy before the start: met, invited, selected, in reserve, confirmed, ended.

Source: process.md, step 5. Dates given (`on`) are those of the facts: today by default, never to come, never before the
step they follow."""

from __future__ import annotations

from datetime import date

from defi.kernel.access import Actor, Who
from defi.kernel.journal import acting
from defi.steps.sourcing import mails
from defi.steps.sourcing.actions.checks import (
    last_step,
    refuse_overflow,
    refuse_two_at_once,
    said_words,
)
from defi.steps.sourcing.locks import checked_day, lock_candidacy
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import DECLINING, WITHDRAWING
from defi.steps.sourcing.states import CANDIDACY
from defi.steps.sourcing.twins import refuse_second


def meet_candidate(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The provider met the person; who oriented them is told, once a day for all their people."""
    with acting(actor, "candidacy.meet") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=candidacy.invited_on or candidacy.oriented_on)
        act.move(CANDIDACY, candidacy, met_on=day)
        mails.moved_on(act, candidacy)
        return candidacy


def miss_meeting(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The person was awaited at a meeting, did not come, and is awaited no more; who oriented them is told. It may be
    taken up again: one absence ends nothing by itself."""
    with acting(actor, "candidacy.miss") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        act.move(CANDIDACY, candidacy, answered_on=checked_day(act, on, after=last_step(candidacy)))
        mails.ended(act, candidacy)
        return candidacy


def invite_candidate(
    actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None
) -> Candidacy:
    """The provider asked the person to come and be met; nothing is decided yet."""
    with acting(actor, "candidacy.invite") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        return act.move(CANDIDACY, candidacy, invited_on=checked_day(act, on, after=candidacy.oriented_on))


def select_candidate(
    actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None
) -> Candidacy:
    """The person is taken; a link asks them to say that they will come."""
    with acting(actor, "candidacy.select") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        refuse_second(actor, candidacy)
        act.move(CANDIDACY, candidacy, selected_on=checked_day(act, on, after=candidacy.met_on))
        mails.selected(act, candidacy)
        mails.moved_on(act, candidacy)
        return candidacy


def put_in_reserve(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The person waits for a seat, and is told so."""
    with acting(actor, "candidacy.put_in_reserve") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=candidacy.selected_on or candidacy.met_on)
        act.move(CANDIDACY, candidacy, answered_on=day)
        mails.answered(act, candidacy)
        return candidacy


def confirm_candidate(
    actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None
) -> Candidacy:
    """The person will come: noted by the provider, or said by the person from a link. Takes a seat.

    Raises `WrongState` when the seats of the Region are all taken, or the person holds one elsewhere meanwhile."""
    with acting(actor, "candidacy.confirm") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=candidacy.selected_on or candidacy.met_on)
        if candidacy.funding == Candidacy.Funding.REGION:
            refuse_overflow(candidacy.session, candidacy.pk)
        refuse_two_at_once(candidacy)
        refuse_second(actor, candidacy, beyond=("confirmed", "entered"))
        act.move(CANDIDACY, candidacy, confirmed_on=day, answered_on=day)
        mails.answered(act, candidacy)
        if actor.who is Who.LINK:
            mails.said_by_link(act, candidacy)
        return candidacy


def decline_candidate(
    actor: Actor,
    candidacy_id: int,
    *,
    code: str,
    on: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Candidacy:
    """The person is not taken, for a reason of the closed list; `reason` adds words that the person may read."""
    said = said_words(code, reason, DECLINING)
    with acting(actor, "candidacy.decline", reason=said) as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=last_step(candidacy))
        act.move(CANDIDACY, candidacy, answered_on=day, ended_reason=code)
        mails.answered(act, candidacy)
        return candidacy


def withdraw_candidate(
    actor: Actor,
    candidacy_id: int,
    *,
    code: str,
    on: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Candidacy:
    """The person gives up before the start; the seat is free again."""
    said = said_words(code, reason, WITHDRAWING)
    with acting(actor, "candidacy.withdraw", reason=said) as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=last_step(candidacy))
        held = candidacy.state == "confirmed"
        act.move(CANDIDACY, candidacy, answered_on=day, ended_reason=code)
        mails.ended(act, candidacy)
        if actor.who is Who.LINK:
            mails.said_by_link(act, candidacy)
        if held:
            mails.seat_freed(act, candidacy)
        return candidacy
