"""The plan goes from hand to hand: passed on with a word, given back, taken back, approved, settled.

One party holds it at a time; or, when its provider submits it to all, all those whose approval is missing. Passed on
complete it asks an approval; unfinished, an advice. Source: process.md, step 2."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, TASK, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.kernel.transitions import VERBS
from defi.operations.access import lock_bound
from defi.operations.models import Session
from defi.people.models import Organisation
from defi.steps.design import mails
from defi.steps.design.actions import refuse_nir
from defi.steps.design.changing import content_of
from defi.steps.design.content import EMPLOYER, PROVIDER, as_json, from_json
from defi.steps.design.departures import lenders_left
from defi.steps.design.handing import (
    check_link,
    check_party,
    may_give_back,
    may_pass,
    may_reopen,
    must_be_with_provider,
)
from defi.steps.design.holding import whose_turn
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import (
    Approval,
    Contribution,
    Edition,
    Module,
    PlanCompetence,
    PlanTurn,
    Tailoring,
    TrainingPlan,
)
from defi.steps.design.parties import (
    awaited,
    current_turn,
    has_fallen,
    holds_now,
    is_away,
    mandates,
    quality_of,
    required_parties,
    standing,
)
from defi.steps.design.printing import print_plan
from defi.steps.design.queries import facts
from defi.steps.design.rules import (
    WantedCompetence,
    is_approved,
    may_answer,
    next_in_turn,
    nobody_let,
    not_taken,
    public_fault,
    submission_faults,
)
from defi.steps.design.states import PLAN
from defi.steps.needs import publics


def submit_plan(actor: Actor, plan_id: int, *, text: str = "", version: int | None = None) -> TrainingPlan:
    """Ask the approval of all those who have not given it, at once. The provider approves by submitting.

    Raises `Invalid` with all that is missing."""
    with acting(actor, "plan.submit") as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        return _ask(act, plan, None, text)


def ask_one(actor: Actor, plan_id: int, party: Organisation, *, text: str = "", version: int | None = None) -> None:
    """Ask one party's approval; once given, the plan goes to the next that is missing.

    Raises `Invalid` with all that is missing, or when the plan has nothing to do with this organisation."""
    with acting(actor, "plan.ask_one") as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        check_party(plan, party)
        _ask(act, plan, party, text)


def _ask(act: Action, plan: TrainingPlan, party: Organisation | None, text: str) -> TrainingPlan:
    VERBS[act.verb].check(act.actor)
    if plan.state != "draft":
        raise WrongState(whose_turn(plan))
    refuse_nir({"text": text})
    _check_complete(plan)
    PLAN.take(act.verb, act.actor, plan.state)
    must_be_with_provider(plan)
    keep_edition(act, plan)
    act.move(PLAN, plan)
    if (plan.operation.provider_id or 0) not in standing(plan):
        approve_for(act, plan, plan.operation.provider_id or 0)
    if party is not None and party.pk in standing(plan):
        raise Invalid.field("party", _("%(name)s a déjà approuvé ce plan.") % {"name": party.name})
    _hand_over(act, plan, party.pk if party else None, text, asks_approval=True)
    mails.plan_passed(act, plan)
    settle_if_complete(plan)
    return plan


def pass_on(actor: Actor, plan_id: int, to: Organisation, *, text: str = "", version: int | None = None) -> PlanTurn:
    """Whoever holds the plan passes it to another party, with a word. The provider may move it from a silent hand.

    In preparation it is for advice; submitted, for approval. To the provider it is given back (`give_back`)."""
    with acting(actor, "plan.pass_on") as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        check_link(actor, plan)
        turn = may_pass(actor, plan)
        check_party(plan, to)
        if quality_of(plan.operation, to.pk) == PROVIDER:
            raise Invalid.field("to", _("Pour rendre le plan à l'organisme, dites ce qui doit changer."))
        if turn is not None and turn.to_id == to.pk:
            raise WrongState(_("%(name)s a déjà le plan.") % {"name": to.name})
        if plan.state == "submitted" and to.pk in standing(plan):
            raise Invalid.field("to", _("%(name)s a déjà approuvé ce plan.") % {"name": to.name})
        refuse_nir({"text": text})
        if plan.state == "draft" and actor.who in LEAD:
            keep_edition(act, plan)
        passed = _hand_over(act, plan, to.pk, text, asks_approval=plan.state == "submitted")
        mails.plan_passed(act, plan)
        return passed


def give_back(actor: Actor, plan_id: int, *, reason: str, version: int | None = None) -> TrainingPlan:
    """An employer or the Region sends the plan back to its provider, saying what must change.

    Approvals given stand until a change touches them."""
    with acting(actor, "plan.give_back", reason=reason) as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        check_link(actor, plan)
        may_give_back(actor, plan)
        PLAN.take("plan.give_back", actor, plan.state, reason)
        refuse_nir({"reason": reason})
        told = mails.who_holds(plan)
        act.move(PLAN, plan)
        _hand_over(act, plan, plan.operation.provider_id, reason, asks_approval=False)
        mails.plan_given_back(act, plan, told)
        return plan


def reopen_plan(actor: Actor, plan_id: int, *, reason: str, version: int | None = None) -> TrainingPlan:
    """The provider takes the plan back, from whoever holds it, to change it. Approvals stand until a change touches
    them."""
    with acting(actor, "plan.reopen", reason=reason) as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        PLAN.take("plan.reopen", actor, plan.state, reason)
        may_reopen(actor, plan)
        refuse_nir({"reason": reason})
        told = mails.who_holds(plan)
        act.move(PLAN, plan, approved_on=None)
        _hand_over(act, plan, plan.operation.provider_id, reason, asks_approval=False)
        mails.plan_reopened(act, plan, told)
        return plan


def approve_plan(
    actor: Actor,
    plan_id: int,
    *,
    organisation: Organisation | None = None,
    edition: int | None = None,
    version: int | None = None,
) -> Approval:
    """A party approves the edition it has read. The provider notes that of an employer which lets it answer, visibly.

    The plan then goes to the next party that is missing; when none is, it is approved in the same transaction."""
    with acting(actor, "plan.approve") as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        check_link(actor, plan)
        VERBS["plan.approve"].check(actor)
        if plan.state == "draft":
            raise WrongState(not_taken(is_away=is_away(plan.operation, current_turn(plan))))
        PLAN.take("plan.approve", actor, plan.state)
        if edition is not None and edition != plan.edition:
            raise Stale(
                _("Une nouvelle édition du plan a été soumise depuis : relisez-la ci-dessous, puis approuvez-la.")
            )
        if fault := public_fault(plan.public_need, publics.answered(plan.operation_id)):
            raise WrongState(fault)
        party = organisation.pk if organisation else actor.organisation_id
        required = required_parties(plan.operation)
        if party not in {pk for pk, _quality in required}:
            raise NotAllowed(_("L'approbation de cette organisation n'est pas attendue."))
        recorded_for = party != actor.organisation_id
        if recorded_for and not (actor.in_provider and (party, EMPLOYER) in required):
            raise NotAllowed(_("Vous ne pouvez pas approuver à sa place."))
        mandate = mandates(plan).filter(organisation=party).first() if recorded_for else None
        if recorded_for and mandate is None:
            raise WrongState(nobody_let(str(organisation)))
        if party in standing(plan):
            raise WrongState(_("Cette édition du plan est déjà approuvée par cette organisation."))
        turn = current_turn(plan)
        open_to = recorded_for or turn is None or holds_now(turn, party, has_approved=False)
        if sentence := may_answer(plan.state, is_open_to=open_to):
            raise WrongState(sentence)
        if mandate is not None:
            # What the history says beside the approval.
            act.reason = mandate.words
        approval = approve_for(act, plan, party or 0, mandate=mandate)
        move_on(act, plan)
        settle_if_complete(plan)
        return approval


def move_on(act: Action, plan: TrainingPlan) -> None:
    """Within an action: a plan that asks the parties one by one goes from the one that has approved, or left, to the
    next. The word that went with it was for that one: it goes no further."""
    turn = current_turn(plan)
    if plan.state != "submitted" or turn is None or turn.to_id is None:
        return
    missing = [pk for pk, _quality in awaited(plan)]
    if turn.to_id in missing:
        return
    following = next_in_turn([pk for pk, _quality in required_parties(plan.operation)], standing(plan))
    if following is not None:
        _hand_over(act, plan, following, "", asks_approval=True, given_by=turn.given_by_id)
        mails.plan_passed(act, plan)


def settle_if_complete(plan: TrainingPlan) -> None:
    """Within an action: when nobody is missing, the plan is approved, kept as a document, back with its provider."""
    if plan.state != "submitted":
        return
    if not is_approved((pk for pk, _quality in required_parties(plan.operation)), standing(plan)):
        return
    with acting(TASK, "plan.settle") as act:
        settled = act.lock(TrainingPlan, plan.pk)
        act.move(PLAN, settled, approved_on=act.today)
        _hand_over(act, settled, settled.operation.provider_id, "", asks_approval=False)
        print_plan(settled, act.now)
        mails.plan_approved(act, settled)


def leave_nobody_holding(plan: TrainingPlan) -> None:
    """Within an action: who left holds the plan no more; the next has it, or its provider, and it may be settled."""
    turn = current_turn(plan)
    parties = {pk for pk, _quality in required_parties(plan.operation)}
    if turn is not None and turn.to_id is not None and turn.to_id not in parties:
        with acting(TASK, "plan.lose_holder") as act:
            held = act.lock(TrainingPlan, plan.pk)
            if held.state == "submitted":
                move_on(act, held)
            else:
                _hand_over(act, held, held.operation.provider_id, "", asks_approval=False)
                mails.plan_comes_back(act, held, turn.to)
    settle_if_complete(plan)


def resend_link(plan_id: int, organisation_id: int | None) -> None:
    """A new link for an employer whose link died. Raises `WrongState` when it is not its turn any more."""
    with acting(TASK, "plan.resend_link") as act:
        plan = act.lock(TrainingPlan, plan_id)
        given = (organisation_id or 0) in standing(plan)
        turn = current_turn(plan)
        fell = plan.state == "approved" and has_fallen(plan, organisation_id)
        waits = fell or (plan.state != "approved" and holds_now(turn, organisation_id, has_approved=given))
        if given or not waits:
            raise WrongState(_("Votre accord n'est plus attendu pour ce plan : il n'y a rien à faire."))
        act.note(plan, link_sent=True)
        mails.ask_employers(act, plan, only=organisation_id)


def _hand_over(
    act: Action,
    plan: TrainingPlan,
    to: int | None,
    text: str,
    *,
    asks_approval: bool,
    given_by: int | None = None,
) -> PlanTurn:
    turn = current_turn(plan)
    if turn is not None:
        act.change(turn, ended_at=act.now)
    return act.create(
        PlanTurn,
        operation_id=plan.operation_id,
        plan=plan,
        to_id=to,
        asks_approval=asks_approval,
        text=text.strip(),
        given_by_id=given_by or act.actor.organisation_id,
        given_at=act.now,
    )


def keep_edition(act: Action, plan: TrainingPlan) -> None:
    """A new edition when the plan is not what the last one was."""
    content = content_of(plan)
    last = Edition._base_manager.filter(plan=plan).order_by("-number").first()
    if last is not None and from_json(last.content) == content:
        return
    number = plan.edition + 1
    act.create(
        Edition,
        operation_id=plan.operation_id,
        plan=plan,
        number=number,
        content=as_json(content),
        made_at=act.now,
        made_by_id=act.actor.person_id,
    )
    act.change(plan, edition=number)


def approve_for(
    act: Action, plan: TrainingPlan, organisation_id: int, *, mandate: Mandate | None = None, by: int | None = None
) -> Approval:
    """Within an action: this organisation approves the edition there is, by this person (id) or whoever acts.

    With a `mandate`, the provider notes it for the employer that gave it."""
    return act.create(
        Approval,
        operation_id=plan.operation_id,
        plan=plan,
        organisation_id=organisation_id,
        edition=plan.edition,
        approved_on=act.today,
        approved_by_id=by or act.actor.person_id,
        recorded_for=mandate is not None,
        mandate=mandate,
    )


def _check_complete(plan: TrainingPlan) -> None:
    session = Session.objects.filter(operation=plan.operation_id).first()
    modules = list(Module.objects.filter(plan=plan))
    rows = PlanCompetence.objects.filter(plan=plan).annotate(taught=Count("modules")).order_by("pk")
    competences = [WantedCompetence(row.label, row.taught, row.gap_reason) for row in rows]
    tailorings = Tailoring.objects.filter(plan=plan).count()
    present = {pk for pk, _quality in required_parties(plan.operation)}
    gone = lenders_left(present, modules, Contribution.objects.filter(plan=plan).select_related("employer"))
    profiles = publics.answered(plan.operation_id)
    known = facts(plan, session, modules, competences, profiles, tailorings, gone=gone)
    if faults := submission_faults(known):
        raise Invalid(" ".join(faults))
