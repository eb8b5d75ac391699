"""People paired with promised posts, and pairings that end."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Refused, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.steps.pairing import mails
from defi.steps.pairing.actions.locks import lock_promise
from defi.steps.pairing.models import Encounter, Pairing, Post, Promise
from defi.steps.pairing.rules import pairing_fault
from defi.steps.pairing.states import PAIRING
from defi.steps.sourcing.locks import refuse_private
from defi.steps.sourcing.models import Candidacy

PAIRABLE = ("selected", "reserve", "confirmed", "entered")


def pair(actor: Actor, candidacy_id: int, promise_id: int, *, on: date | None = None) -> Pairing:
    """Pair a person with a free post of a promise, once both said yes. One trainee, one promise. `on`: that day (today
    when left out), neither to come nor before both said yes.

    Raises `WrongState` with the sentence that says what stands in the way."""
    with acting(actor, "pairing.pair") as act:
        promise = lock_promise(act, promise_id)
        candidacy = act.lock(Candidacy, candidacy_id)
        if candidacy.operation_id != promise.operation_id:
            raise Invalid(_("Cette personne et cette promesse ne sont pas de la même opération."))
        if candidacy.state not in PAIRABLE:
            raise WrongState(
                _("Cette personne n'est pas retenue (%(state)s) : elle ne peut pas être appairée.")
                % {"state": candidacy.get_state_display()}
            )
        agreed_on = _check_agreed(candidacy, promise)
        day = on or act.today
        _check_paired_on(day, agreed_on, act.today)
        if Pairing.objects.filter(candidacy=candidacy, state="active").exists():
            raise WrongState(_("Cette personne est déjà appairée : rompez d'abord l'appairage en cours."))
        post = _free_post(promise)
        if post is None:
            raise WrongState(pairing_fault(met_on=agreed_on, promise=promise.state, has_room=False))
        target = PAIRING.take("pairing.pair", actor, "").target
        try:
            with transaction.atomic():
                return act.create(
                    Pairing,
                    operation_id=promise.operation_id,
                    candidacy=candidacy,
                    post=post,
                    state=target,
                    paired_on=day,
                )
        except IntegrityError as clash:
            raise Refused(_("Cet appairage vient d'être fait depuis un autre écran.")) from clash


def pair_again(actor: Actor, ended: Pairing) -> Pairing | None:
    """Within the action by which somebody comes after all: their former pairing is taken up again, on a free post of
    the same promise. None when the promise stands no more, or no post of it is free. The employer learns it."""
    with acting(actor, "pairing.pair") as act:
        promise = act.lock(Promise, ended.post.promise_id)
        post = _free_post(promise) if promise.state == "made" else None
        if post is None:
            return None
        target = PAIRING.take("pairing.pair", actor, "").target
        made = act.create(
            Pairing,
            operation_id=ended.operation_id,
            candidacy=ended.candidacy,
            post=post,
            state=target,
            paired_on=act.today,
        )
        mails.paired_again(act, made)
        return made


def _check_paired_on(day: date, agreed_on: date | None, today: date) -> None:
    if day > today:
        raise Invalid.field("on", _("Cette date est à venir : un appairage se note une fois fait."))
    if agreed_on and day < agreed_on:
        raise Invalid.field(
            "on",
            _("Ils n'étaient tous deux d'accord que le %(day)s : l'appairage ne date pas d'avant.")
            % {"day": long_date(agreed_on)},
        )


def _check_agreed(candidacy: Candidacy, promise: Promise) -> date | None:
    """The day from which both had met and said yes."""
    encounter = Encounter.objects.filter(candidacy=candidacy, promise=promise).first()
    if encounter is None:
        raise WrongState(_("Ils ne se sont pas encore rencontrés : notez d'abord leur rencontre."))
    for answer, who in ((encounter.employer_answer, _("l'employeur")), (encounter.person_answer, _("la personne"))):
        if answer != Encounter.Answer.YES:
            raise WrongState(_("L'accord manque : %(who)s n'a pas dit oui.") % {"who": who})
    if fault := pairing_fault(met_on=encounter.met_on, promise=promise.state, has_room=True):
        raise WrongState(fault)
    days = [day for day in (encounter.met_on, encounter.employer_answered_on, encounter.person_answered_on) if day]
    return max(days, default=None)


def _free_post(promise: Promise) -> Post | None:
    taken = Pairing.objects.filter(post__promise=promise, state="active").values("post_id")
    return Post.objects.filter(promise=promise, withdrawn_on=None).exclude(pk__in=taken).order_by("number").first()


def unpair(actor: Actor, pairing_id: int, *, ending: str, reason: str, version: int | None = None) -> Pairing:
    """Break a pairing, for a reason of the list and in words."""
    with acting(actor, "pairing.unpair", reason=reason) as act:
        seen = Pairing.objects.visible_to(actor).filter(pk=pairing_id).values_list("operation_id", flat=True).first()
        if seen is None:
            raise Unknown(_("Cet appairage n'existe pas, ou il n'est pas pour vous."))
        lock_operation(act, seen)
        pairing = act.lock(Pairing, pairing_id, version)
        refuse_private(reason=reason)
        if ending not in Pairing.Ending.values:
            raise Invalid.field("ending", _("Choisissez un motif dans la liste."))
        act.move(PAIRING, pairing, ended_on=act.today, ending=ending)
        _take_back_the_yes(act, pairing)
        mails.pairing_ended(act, pairing)
        return pairing


CHANGED_MIND = {
    Pairing.Ending.EMPLOYER_WITHDREW: "employer",
    Pairing.Ending.EMPLOYER_CHANGED: "employer",
    Pairing.Ending.PERSON_CHANGED: "person",
    Pairing.Ending.PERSON_LEFT: "person",
}
"""Whose yes an ending takes back. A mistake of typing takes none: they still agree."""


def _take_back_the_yes(act: Action, pairing: Pairing) -> None:
    """Who changed their mind agrees no more: the board counts no possible pair there until they say yes again."""
    side = CHANGED_MIND.get(Pairing.Ending(pairing.ending))
    seen = Encounter.objects.filter(candidacy=pairing.candidacy_id, promise=pairing.post.promise_id)
    encounter = seen.select_for_update().first()
    if side and encounter and getattr(encounter, f"{side}_answer") == Encounter.Answer.YES:
        act.change(encounter, **{f"{side}_answer": Encounter.Answer.NO, f"{side}_answered_on": act.today})


def end_pairing(act: Action, pairing: Pairing, ending: Pairing.Ending, on: date) -> None:
    """Within an action: a pairing ends because something else did (a post withdrawn, a person gone)."""
    PAIRING.take("pairing.end", act.actor, pairing.state)
    act.change(pairing, state="ended", ended_on=max(on, pairing.paired_on), ending=ending)
