"""What becomes of a promise once made: changed, suspended and resumed, signed. The rest stands in `actions`."""

from __future__ import annotations

from copy import copy
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.actions import ContactFacts
from defi.people.models import Organisation, Person
from defi.steps.pairing import mails
from defi.steps.pairing.actions import (
    Terms,
    check_people,
    check_terms,
    check_work_at,
    columns,
    elsewhere,
    judge_terms,
    lock_promise,
    named,
    other_posts,
    texts_of,
)
from defi.steps.pairing.models import Pairing, Post, Promise
from defi.steps.pairing.states import PROMISE
from defi.steps.sourcing.locks import refuse_nir, refuse_private

UNSIGNED = {"signed_on": None, "signed_how": "", "signed_by": None}
TERMS = ("job_label", "contract", "months", "days", "starts_on", "ends_on", "weekly_hours", "gross_pay", "place")


def change_promise(
    actor: Actor,
    promise_id: int,
    terms: Terms,
    *,
    reason: str,
    work_at: Organisation | None = None,
    signatory: Person | ContactFacts | None = None,
    tutor: Person | ContactFacts | None = None,
    version: int | None = None,
) -> Promise:
    """Other terms, more posts, other people: judged again by the rulebook. When the terms or the number of posts are
    others, what was signed falls and is asked again; the people paired, the provider and the officer are told.

    Raises `Invalid` (fewer posts: they are withdrawn, with the people concerned), `WrongState`, `Stale`."""
    with acting(actor, "promise.change", reason=reason) as act:
        promise = lock_promise(act, promise_id, version)
        PROMISE.take("promise.change", actor, promise.state, reason)
        check_work_at(work_at)
        # Who is named on it already stays, whatever became of them.
        signing = None if signatory == promise.signatory else signatory
        tutoring = None if tutor == promise.tutor else tutor
        check_people(promise.employer, work_at, signing, tutoring)
        refuse_private(reason=reason)
        refuse_nir(**texts_of(signatory=signatory, tutor=tutor))
        open_posts = Post._base_manager.filter(promise=promise, withdrawn_on=None).count()
        check_change(terms, promise, open_posts)
        others = alters(promise, terms, open_posts, work_at)
        verdict = judge_terms(promise.operation, terms)
        act.change(
            promise,
            **columns(promise.operation, terms),
            work_at=elsewhere(promise.employer, work_at),
            signatory=named(act, promise.employer, signatory) or promise.signatory,
            tutor=named(act, work_at or promise.employer, tutor) or promise.tutor,
            conforms=verdict.conforms,
            conformity_note=verdict.reason,
        )
        _add_posts(act, promise, terms.posts - open_posts)
        if others:
            was_signed = promise.signed_on is not None
            act.change(promise, **UNSIGNED)
            mails.promise_changed(act, promise, _living(promise))
            if was_signed:
                mails.ask_signature(act, promise)
        return promise


def alters(promise: Promise, terms: Terms, open_posts: int, work_at: Organisation | None) -> bool:
    """Whether the promise would say something else: then its signature falls, and people are told. Naming another
    signatory or tutor does not."""
    said = columns(promise.operation, terms)
    place = elsewhere(promise.employer, work_at)
    return (
        any(getattr(promise, name) != said[name] for name in TERMS)
        or promise.work_at_id != (place.pk if place else None)
        or terms.posts != open_posts
    )


def as_changed(promise: Promise, terms: Terms, work_at: Organisation | None) -> Promise:
    """The promise as it would be on these terms, not saved."""
    changed = copy(promise)
    for name, value in columns(promise.operation, terms).items():
        setattr(changed, name, value)
    changed.work_at = elsewhere(promise.employer, work_at)
    return changed


def completes(promise: Promise, terms: Terms, open_posts: int, work_at: Organisation | None) -> bool:
    """Whether the terms only say what the promise left out, its pay for one: nothing said before is otherwise."""
    said = columns(promise.operation, terms)
    place = elsewhere(promise.employer, work_at)
    return (
        all(getattr(promise, name) in (None, "", said[name]) for name in TERMS)
        and promise.work_at_id in (None, place.pk if place else None)
        and terms.posts == open_posts
    )


def check_change(terms: Terms, promise: Promise, open_posts: int) -> Terms:
    """The terms, when a promise with that many open posts may take them. Raises `Invalid`."""
    check_terms(terms)
    if promise.gross_pay is not None and terms.gross_pay is None:
        raise Invalid.field("gross_pay", _("Ce salaire a été annoncé : changez-le, mais ne l'effacez pas."))
    if terms.posts < open_posts:
        raise Invalid.field(
            "posts",
            _("Il y a %(n)d postes : pour en retirer, utilisez « Retirer des postes », qui prévient les personnes.")
            % {"n": open_posts},
        )
    return terms


def _add_posts(act: Action, promise: Promise, more: int) -> None:
    last = Post._base_manager.filter(promise=promise).order_by("-number").values_list("number", flat=True).first() or 0
    for number in range(last + 1, last + 1 + more):
        act.create(Post, operation=promise.operation, promise=promise, number=number)
    if more > 0:
        act.note(promise, added_posts=more)
        other_posts(promise)


def suspend_promise(actor: Actor, promise_id: int, *, reason: str, version: int | None = None) -> Promise:
    """The employer cannot say for now: nobody is paired with it any more, and its pairings stay without counting."""
    with acting(actor, "promise.suspend", reason=reason) as act:
        promise = lock_promise(act, promise_id, version)
        refuse_private(reason=reason)
        act.move(PROMISE, promise, suspended_on=act.today)
        mails.promise_suspended(act, promise, _living(promise))
        return promise


def resume_promise(actor: Actor, promise_id: int, *, version: int | None = None) -> Promise:
    """The employer keeps its promise after all: its pairings count again from today."""
    with acting(actor, "promise.resume") as act:
        promise = lock_promise(act, promise_id, version)
        act.move(PROMISE, promise, suspended_on=None)
        mails.promise_resumed(act, promise, _living(promise))
        return promise


def ask_signature(actor: Actor, promise_id: int) -> int:
    """Send whoever signs a link to the promise; how many addresses it went to: none, and it is signed on paper."""
    with acting(actor, "promise.ask_signature") as act:
        promise = lock_promise(act, promise_id)
        _to_be_signed(promise)
        sent = mails.ask_signature(act, promise)
        act.note(promise, signature_asked=sent)
        return sent


def sign_promise(
    actor: Actor, promise_id: int, *, signed_on: date | None = None, version: int | None = None
) -> Promise:
    """Sign the promise as it stands: its signatory by link or account; the provider notes the day of a paper.

    Raises `Stale` when the terms changed since they were read, `WrongState` once signed."""
    with acting(actor, "promise.sign") as act:
        promise = lock_promise(act, promise_id, version)
        _to_be_signed(promise)
        by_hand = actor.who in {Who.SIGNATORY, Who.LINK}
        if by_hand and actor.organisation_id != promise.employer_id:
            raise NotAllowed(_("Vous ne pouvez signer que pour votre entreprise."))
        day = act.today if by_hand else (signed_on or act.today)
        if day > act.today:
            raise Invalid.field("signed_on", _("Cette date est à venir : notez une signature une fois donnée."))
        how = {Who.LINK: Promise.Signing.LINK, Who.SIGNATORY: Promise.Signing.ACCOUNT}.get(actor.who)
        signer = actor.person_id if by_hand else promise.signatory_id
        act.change(promise, signed_on=day, signed_how=how or Promise.Signing.PAPER, signed_by_id=signer)
        mails.promise_signed(act, promise)
        return promise


def _to_be_signed(promise: Promise) -> None:
    if promise.signed_on is not None:
        raise WrongState(_("Cette promesse est déjà signée."))
    if promise.state == "suspended":
        raise WrongState(_("Cette promesse est suspendue : elle se signe une fois reprise."))


def _living(promise: Promise) -> list[Pairing]:
    rows = Pairing._base_manager.filter(post__promise=promise, state="active")
    return list(rows.select_related("candidacy__person").order_by("pk"))


def send_again(promise_id: int) -> None:
    """A new link for the holder of a dead one."""
    ask_signature(TASK, promise_id)
