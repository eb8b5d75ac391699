"""Who really entered, did not come, left or followed the training to its end. Source: process.md, step 6."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.steps.sourcing import mails
from defi.steps.sourcing.actions.checks import (
    last_step,
    refuse_outside,
    refuse_overflow,
    refuse_two_at_once,
    said_words,
)
from defi.steps.sourcing.locks import checked_day, lock_candidacy, refuse_private
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.rules import LEAVING
from defi.steps.sourcing.states import CANDIDACY
from defi.steps.sourcing.twins import refuse_second


def enter_training(actor: Actor, candidacy_id: int, *, on: date | None = None, version: int | None = None) -> Candidacy:
    """The person really entered, on the first day or later. Raises `WrongState` when seats are all taken, or when the
    person follows another session."""
    with acting(actor, "candidacy.enter") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        day = checked_day(act, on, after=last_step(candidacy))
        refuse_outside(candidacy.session, day)
        if candidacy.funding == Candidacy.Funding.REGION:
            refuse_overflow(candidacy.session, candidacy.pk)
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
        act.move(CANDIDACY, candidacy, answered_on=checked_day(act, on, after=last_step(candidacy)))
        mails.ended(act, candidacy)
        if held:
            mails.seat_freed(act, candidacy)
        return candidacy


def expect_again(actor: Actor, candidacy_id: int, *, version: int | None = None) -> Candidacy:
    """Who was noted absent on the first day comes later: confirmed as before, in the seat they had; their pairing is
    taken up again with it (`pairing.handlers`).

    Raises `WrongState` when the session is over, the seat is taken, or they had never confirmed that they come."""
    with acting(actor, "candidacy.expect_again") as act:
        candidacy = lock_candidacy(act, candidacy_id, version)
        CANDIDACY.take("candidacy.expect_again", actor, candidacy.state)
        if candidacy.session.ended_on:
            raise WrongState(_("La session est finie : cette personne ne peut plus y venir."))
        if candidacy.confirmed_on is None:
            raise WrongState(_("Cette personne n'avait pas confirmé sa venue : reprenez plutôt sa candidature."))
        if candidacy.funding == Candidacy.Funding.REGION:
            refuse_overflow(candidacy.session, candidacy.pk)
        refuse_two_at_once(candidacy)
        refuse_second(actor, candidacy, beyond=("confirmed", "entered"))
        act.move(CANDIDACY, candidacy, answered_on=act.today)
        mails.answered(act, candidacy)
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
    said = said_words(code, reason, LEAVING)
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
