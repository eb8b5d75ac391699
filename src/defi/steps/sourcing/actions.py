"""What becomes of a candidacy: met, selected, in reserve, confirmed, entered, gone. Source: process.md, steps 5 and 6.

Orienting and finding people again stands in `orientation`; the meeting and the sourcing plan in `preparation`.
Dates given (`on`) are those of the facts: today by default, never to come, never before the step they follow."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.documents.french import long_date
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.models import Session
from defi.people.actions import NewCard, issue_card
from defi.people.models import Membership, Person
from defi.schemes.rulebook import rulebook
from defi.steps.sourcing import mails
from defi.steps.sourcing.locks import TAKES_A_SEAT, checked_day, lock_candidacy, refuse_private, seats_taken
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.orientation import Funding, PersonFacts, check_funding, correct_person, orient_person
from defi.steps.sourcing.orientation import reopen_candidacy as reopen_candidacy
from defi.steps.sourcing.preparation import (
    announce,
    hold_preparatory,
    leave_team,
    line_done,
    name_to_team,
    plan_line,
    remove_line,
    share_aims,
)
from defi.steps.sourcing.rules import DECLINING, LEAVING, WITHDRAWING, asks_again_on, seat_fault
from defi.steps.sourcing.states import CANDIDACY
from defi.steps.sourcing.twins import refuse_second

__all__ = [
    "Funding",
    "PersonFacts",
    "announce",
    "complete_training",
    "confirm_candidate",
    "correct_person",
    "decline_candidate",
    "enter_training",
    "fund_seat",
    "hand_card",
    "hold_preparatory",
    "invite_candidate",
    "leave_team",
    "leave_training",
    "line_done",
    "meet_candidate",
    "name_referent",
    "name_to_team",
    "note_no_show",
    "orient_person",
    "plan_line",
    "put_in_reserve",
    "remove_line",
    "reopen_candidacy",
    "say_again",
    "select_candidate",
    "share_aims",
    "withdraw_candidate",
]


FARTHEST = timedelta(days=31)
"""Sessions that start later are not looked at each morning: no rulebook asks so early."""


def meet_candidate(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The provider met the person; who oriented them is told, once a day for all their people."""
    with acting(actor, "candidacy.meet") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=candidacy.invited_on or candidacy.oriented_on)
        act.move(CANDIDACY, candidacy, met_on=day)
        mails.moved_on(act, candidacy)
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
            _refuse_overflow(candidacy.session, candidacy.pk)
        _refuse_two_at_once(candidacy)
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
    said = _said(code, reason, DECLINING)
    with acting(actor, "candidacy.decline", reason=said) as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=_last_step(candidacy))
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
    said = _said(code, reason, WITHDRAWING)
    with acting(actor, "candidacy.withdraw", reason=said) as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=_last_step(candidacy))
        held = candidacy.state == "confirmed"
        act.move(CANDIDACY, candidacy, answered_on=day, ended_reason=code)
        mails.ended(act, candidacy)
        if actor.who is Who.LINK:
            mails.said_by_link(act, candidacy)
        if held:
            mails.seat_freed(act, candidacy)
        return candidacy


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


def enter_training(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The person really entered, on the first day or later. Raises `WrongState` when seats are all taken, or when the
    person follows another session."""
    with acting(actor, "candidacy.enter") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=_last_step(candidacy))
        _refuse_outside(candidacy.session, day)
        if candidacy.funding == Candidacy.Funding.REGION:
            _refuse_overflow(candidacy.session, candidacy.pk)
        try:
            with transaction.atomic():
                act.move(CANDIDACY, candidacy, entered_on=day, answered_on=candidacy.answered_on or day)
        except IntegrityError as elsewhere:
            raise WrongState(
                _("%(name)s suit déjà une autre session : son départ doit y être noté d'abord.")
                % {"name": candidacy.person}
            ) from elsewhere
        if candidacy.confirmed_on is None:
            mails.ended(act, candidacy)
        return candidacy


def note_no_show(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The person was expected on the first day and did not come; the prescriber is told, the seat is free again."""
    with acting(actor, "candidacy.no_show") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        session = candidacy.session
        if act.today < (session.started_on or session.starts_on):
            raise WrongState(_("La session n'a pas démarré : si la personne ne vient plus, notez un renoncement."))
        held = candidacy.state == "confirmed"
        act.move(CANDIDACY, candidacy, answered_on=checked_day(act, on, after=_last_step(candidacy)))
        mails.ended(act, candidacy)
        if held:
            mails.seat_freed(act, candidacy)
        return candidacy


def leave_training(
    actor: Actor,
    candidacy_id: int,
    *,
    code: str,
    on: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> Candidacy:
    """The trainee leaves before the end: its pairing ends with it, the finding of the start stands."""
    said = _said(code, reason, LEAVING)
    with acting(actor, "candidacy.leave", reason=said) as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=candidacy.entered_on)
        act.move(CANDIDACY, candidacy, left_on=day, ended_reason=code)
        mails.ended(act, candidacy)
        return candidacy


def complete_training(
    actor: Actor, candidacy_id: int, *, on: date | None = None, reason: str = "", version: int | None = None
) -> Candidacy:
    """The trainee followed the training to its end; `on` is the last day.

    Raises `Invalid` when the session goes on after that day and no reason is given: a path planned shorter, say."""
    with acting(actor, "candidacy.complete", reason=reason) as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=candidacy.entered_on)
        ends_on = candidacy.session.ends_on
        if day < ends_on and not reason.strip():
            raise Invalid.field(
                "reason",
                _(
                    "La session finit le %(end)s : dites pourquoi cette personne est au terme avant, ou notez "
                    "son départ."
                )
                % {"end": long_date(ends_on)},
            )
        refuse_private(reason=reason)
        return act.move(CANDIDACY, candidacy, left_on=day)


def fund_seat(actor: Actor, candidacy_id: int, funding: Funding, *, version: int | None = None) -> Candidacy:
    """Say who pays the seat, and what a seat of other funding aims at.

    The payer no longer changes after entry, since the finding counts it; the aim may still be told."""
    with acting(actor, "candidacy.fund") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        check_funding(funding)
        if funding.by != candidacy.funding and candidacy.entered_on:
            raise WrongState(_("La personne est entrée : le financement de sa place ne change plus."))
        if funding.by == Candidacy.Funding.REGION and candidacy.state == "confirmed":
            _refuse_overflow(candidacy.session, candidacy.pk)
        return act.change(
            candidacy, funding=funding.by, aim_contract=funding.aim_contract, aim_months=funding.aim_months
        )


def name_referent(actor: Actor, candidacy_id: int, referent_id: int | None, *, version: int | None = None) -> Candidacy:
    """The person of the provider who follows this trainee (CCTAC, « référent de parcours »); None: nobody yet."""
    with acting(actor, "candidacy.name_referent") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        referent = _colleague(candidacy, referent_id) if referent_id else None
        return act.change(candidacy, referent=referent)


def hand_card(actor: Actor, candidacy_id: int) -> NewCard:
    """A new personal card for somebody who holds a seat; the former one dies, and the file keeps that it was handed.

    Raises `WrongState` before the person is confirmed, or once they have left."""
    with acting(actor, "card.issue") as act:
        candidacy = lock_candidacy(act, candidacy_id)
        if candidacy.state not in TAKES_A_SEAT:
            raise WrongState(_("La carte se remet à une personne confirmée ou entrée en formation."))
        new = issue_card(actor, candidacy.person)
        act.note(candidacy, card=new.card.pk)
        return new


def _colleague(candidacy: Candidacy, person_id: int) -> Person:
    with scope(TASK):
        working = Membership.objects.filter(person_id=person_id, organisation=candidacy.operation.provider)
        member = working.filter(until=None).select_related("person").first()
    if member is None:
        raise Invalid.field("referent", _("Le référent se choisit parmi les personnes de l'organisme de formation."))
    return member.person


def _said(code: str, reason: str, allowed: tuple[str, ...]) -> str:
    """The words kept as the reason: those typed, else the label of the code. Raises `Invalid`."""
    if code not in allowed:
        raise Invalid.field("code", _("Choisissez un motif dans la liste."))
    refuse_private(reason=reason)
    return reason.strip() or str(Candidacy.Refusal(code).label)


def _last_step(candidacy: Candidacy) -> date:
    """The latest date already noted on the way to the entry."""
    known = (
        candidacy.oriented_on,
        candidacy.invited_on,
        candidacy.met_on,
        candidacy.selected_on,
        candidacy.confirmed_on,
    )
    return max(day for day in known if day)


def _refuse_overflow(session: Session, candidacy_id: int) -> None:
    fault = seat_fault(session.seats, seats_taken(session.pk, without=candidacy_id))
    if fault:
        raise WrongState(fault)


def _refuse_two_at_once(candidacy: Candidacy) -> None:
    """A person holds a seat in one session at a time. Where the other is, is told to nobody here."""
    mine = candidacy.session
    others = Candidacy.objects.filter(person_id=candidacy.person_id, state__in=("confirmed", "entered"))
    together = others.filter(session__starts_on__lte=mine.ends_on, session__ends_on__gte=mine.starts_on)
    other = together.exclude(pk=candidacy.pk).select_related("session").order_by("pk").first()
    if other is not None:
        raise WrongState(
            _(
                "%(name)s tient déjà une place dans une session du %(start)s au %(end)s, en même temps que celle-ci : "
                "son renoncement doit y être noté d'abord."
            )
            % {
                "name": candidacy.person,
                "start": long_date(other.session.starts_on),
                "end": long_date(other.session.ends_on),
            }
        )


def _refuse_outside(session: Session, day: date) -> None:
    if (session.started_on or session.starts_on) <= day <= session.ends_on:
        return
    raise Invalid.field(
        "on",
        _("La session a lieu du %(start)s au %(end)s : l'entrée se note dans ces dates.")
        % {"start": long_date(session.starts_on), "end": long_date(session.ends_on)},
    )
