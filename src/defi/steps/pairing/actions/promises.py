"""Promises made and withdrawn; what becomes of them in between stands in `promising`."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.access import lock_operation
from defi.operations.actions import ContactFacts, join, reached
from defi.operations.models import Part
from defi.people.employers.models import Contact
from defi.people.models import Membership, Organisation, OrganisationKind, Person
from defi.steps.pairing import mails
from defi.steps.pairing.actions.locks import lock_promise, other_posts
from defi.steps.pairing.actions.pairings import end_pairing
from defi.steps.pairing.actions.terms import (
    Terms,
    check_terms,
    check_work_at,
    columns,
    elsewhere,
    judge_terms,
    texts_of,
)
from defi.steps.pairing.models import Pairing, Post, Promise
from defi.steps.pairing.rules import share_withdrawal
from defi.steps.pairing.states import PROMISE
from defi.steps.sourcing.locks import refuse_nir, refuse_private


def make_promise(
    actor: Actor,
    operation_id: int,
    employer: Organisation,
    terms: Terms,
    *,
    work_at: Organisation | None = None,
    signatory: Person | ContactFacts | None = None,
    tutor: Person | ContactFacts | None = None,
) -> Promise:
    """An employer engages to recruit: one promise, its posts. A contract that does not conform is kept with the reason,
    and does not count. `work_at`: the firm where the work is, when `employer` only signs the contract.

    Raises `Invalid`, `NotAllowed` (another employer's promise)."""
    with acting(actor, "promise.make") as act:
        operation = lock_operation(act, operation_id)
        _check_employer(actor, employer)
        check_terms(terms)
        refuse_nir(**texts_of(signatory=signatory, tutor=tutor))
        check_work_at(work_at)
        check_people(employer, work_at, signatory, tutor)
        verdict = judge_terms(operation, terms)
        signing, tutoring = named(act, employer, signatory), named(act, work_at or employer, tutor)
        join(act, operation, employer, Part.EMPLOYER, signing)
        promise = act.create(
            Promise,
            operation=operation,
            employer=employer,
            work_at=elsewhere(employer, work_at),
            signatory=signing,
            tutor=tutoring,
            **columns(operation, terms),
            conforms=verdict.conforms,
            conformity_note=verdict.reason,
            state=PROMISE.take("promise.make", actor, "").target,
            made_on=act.today,
        )
        for number in range(1, terms.posts + 1):
            act.create(Post, operation=operation, promise=promise, number=number)
        return promise


def named(act: Action, firm: Organisation, who: Person | ContactFacts | None) -> Person | None:
    """Within an action: somebody known, or somebody new told by their facts; nobody when nothing is said."""
    if isinstance(who, ContactFacts):
        # An employer names its own people, whoever keeps the register of people.
        return reached(act, firm, who, registrar=TASK) if who else None
    return who


def check_people(
    employer: Organisation,
    work_at: Organisation | None,
    signatory: Person | ContactFacts | None,
    tutor: Person | ContactFacts | None,
) -> None:
    """Who signs is of the firm that engages, who tutors is of it or of the firm where the work is. Raises `Invalid`."""
    places = [employer.pk, *([work_at.pk] if work_at else [])]
    faults = {}
    if _is_of_another(signatory, [employer.pk]):
        faults["signatory"] = _("Cette personne est d'une autre entreprise : choisissez qui signe pour celle-ci.")
    if _is_of_another(tutor, places):
        faults["tutor"] = _("Cette personne est d'une autre entreprise : choisissez un tuteur de celle-ci.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def _is_of_another(who: Person | ContactFacts | None, firms: list[int]) -> bool:
    """Whether somebody is known in organisations, and in none of these. Read past what the actor sees: a firm cannot
    see the members of another."""
    if not isinstance(who, Person):
        return False
    houses = {
        *Membership._base_manager.filter(person=who, until=None).values_list("organisation_id", flat=True),
        *Contact._base_manager.filter(person=who, left_on=None).values_list("organisation_id", flat=True),
    }
    return bool(houses) and houses.isdisjoint(firms)


def _check_employer(actor: Actor, employer: Organisation) -> None:
    if employer.kind != OrganisationKind.EMPLOYER:
        raise Invalid.field("employer", _("Seul un employeur peut promettre un emploi."))
    if actor.in_employer and actor.organisation_id != employer.pk:
        raise NotAllowed(_("Vous ne pouvez engager que votre entreprise."))


def withdraw_promise(
    actor: Actor,
    promise_id: int,
    *,
    reason: str,
    posts: int | None = None,
    people: Sequence[int] = (),
    version: int | None = None,
) -> Promise:
    """Withdraw `posts` posts (all when None): free ones first, then those of the people named (candidacy ids).

    The pairings concerned end, and everybody concerned is told. Raises `Invalid` when people must be named."""
    open_posts = None if posts is None else _count_open(actor, promise_id)
    whole = posts is None or posts == open_posts
    with acting(actor, "promise.withdraw_all" if whole else "promise.withdraw", reason=reason) as act:
        promise = lock_promise(act, promise_id, version)
        refuse_private(reason=reason)
        if promise.state == "suspended" and not whole:
            raise WrongState(_("Cette promesse est suspendue : reprenez-la d'abord, ou retirez tous ses postes."))
        rows = list(
            Post._base_manager.filter(promise=promise, withdrawn_on=None).select_for_update().order_by("number")
        )
        living = {
            p.post_id: p
            for p in Pairing._base_manager.filter(post__in=rows, state="active").select_related("candidacy")
        }
        taken = [living[post.pk].candidacy_id for post in rows if post.pk in living]
        share = share_withdrawal(len(rows) if posts is None else posts, len(rows) - len(taken), taken, list(people))
        if isinstance(share, str):
            raise Invalid.field("posts", share)
        gone = [post for post in rows if post.pk not in living][: share.free]
        gone += [post for post in rows if post.pk in living and living[post.pk].candidacy_id in share.people]
        for post in gone:
            act.change(post, withdrawn_on=act.today)
        if len(gone) == len(rows):
            act.move(PROMISE, promise, withdrawn_on=act.today, suspended_on=None)
        else:
            act.note(promise, withdrawn_posts=len(gone))
            other_posts(promise)
        for post in gone:
            if post.pk in living:
                end_pairing(act, living[post.pk], Pairing.Ending.EMPLOYER_WITHDREW, act.today)
        mails.promise_withdrawn(act, promise, len(gone), [living[p.pk] for p in gone if p.pk in living])
        return promise


def _count_open(actor: Actor, promise_id: int) -> int:
    with scope(actor):
        return Post.objects.visible_to(actor).filter(promise_id=promise_id, withdrawn_on=None).count()
