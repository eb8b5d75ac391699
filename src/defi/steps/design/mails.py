"""Who is told what when a plan is passed on, given back, taken back, approved by all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q

from defi.kernel import clock, links
from defi.kernel.access import EMPLOYER as EMPLOYERS
from defi.kernel.access import LEAD
from defi.kernel.journal import Action
from defi.kernel.outbox import Recipient, queue
from defi.operations.mailing import to_employer
from defi.operations.models import Part, Partner
from defi.people.mailing import to_officers, to_organisation
from defi.people.models import Membership, Organisation
from defi.steps.design.content import EMPLOYER, REGION
from defi.steps.design.editions import since_last_answer
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import Remark, Reply, TrainingPlan
from defi.steps.design.parties import awaited, current_turn, quality_of, required_parties, standing

LINK_DAYS = 30


def plan_passed(act: Action, plan: TrainingPlan) -> None:
    """Whoever holds the plan now: each employer by a link of its own, the others by the page."""
    for organisation_id in who_holds(plan):
        quality = quality_of(plan.operation, organisation_id)
        if quality == EMPLOYER:
            ask_employers(act, plan, only=organisation_id)
        elif quality == REGION:
            more = {"changed": since_last_answer(plan, plan.operation.region, REGION), "url": _page(plan)}
            _send(act, _officers(plan), "plan_passed", plan, _passed(plan) | more)


def ask_employers(act: Action, plan: TrainingPlan, only: int | None = None) -> None:
    """A personal link to read and answer, to each employer that takes part, or to this one only."""
    context = _passed(plan)
    for partner in _employers(plan):
        if only in {None, partner.organisation_id}:
            changed = since_last_answer(plan, partner.organisation, EMPLOYER)
            _by_link(act, plan, partner, "plan_passed", context | {"changed": changed})


def provider_answers(act: Action, plan: TrainingPlan, mandate: Mandate) -> None:
    """The employer knows that the provider says it answers for it; its link lets it read the plan, and end that."""
    for partner in _employers(plan):
        if partner.organisation_id == mandate.organisation_id:
            _by_link(act, plan, partner, "provider_answers", {"mandate": mandate})


def calendar_changed(act: Action, plan: TrainingPlan, employer: Organisation) -> None:
    """While the training runs, an employer follows another group: it reads the calendar, and is asked again."""
    for partner in _employers(plan):
        if partner.organisation_id == employer.pk:
            _by_link(act, plan, partner, "calendar_changed", {})


def _by_link(act: Action, plan: TrainingPlan, partner: Partner, template: str, context: dict[str, Any]) -> None:
    for recipient in _of(partner):
        link = links.issue(
            plan,
            "plan.approve",
            address=recipient.address,
            person_id=recipient.person_id,
            organisation_id=partner.organisation_id,
            days=LINK_DAYS,
        )
        _send(act, [recipient], template, plan, context | {"url": link, "days": LINK_DAYS})


def _passed(plan: TrainingPlan) -> dict[str, Any]:
    turn = current_turn(plan)
    return {
        "asks_approval": bool(turn and turn.asks_approval),
        "text": turn.text if turn else "",
        "giver": turn.given_by if turn else None,
    }


def who_holds(plan: TrainingPlan) -> list[int]:
    """The organisations whose turn it is: one, or all those whose approval is missing."""
    turn = current_turn(plan)
    if turn is None:
        return []
    if turn.to_id is not None:
        return [turn.to_id]
    return [pk for pk, _quality in awaited(plan)]


def plan_approved(act: Action, plan: TrainingPlan) -> None:
    """The provider knows that nobody is missing any more."""
    _send(act, to_organisation(plan.operation.provider, LEAD), "plan_approved", plan, {"url": _page(plan)})


def plan_given_back(act: Action, plan: TrainingPlan, told: Iterable[int]) -> None:
    """The provider knows what must change, and by whom; those who were reading too know that they wait again."""
    context = {"reason": act.reason, "giver": _name(plan, act.actor.organisation_id), "url": _page(plan)}
    _send(act, to_organisation(plan.operation.provider, LEAD), "plan_given_back", plan, context)
    _tell_those_who_read(act, plan, [pk for pk in told if pk != act.actor.organisation_id])


def plan_comes_back(act: Action, plan: TrainingPlan, left: Organisation | None) -> None:
    """The provider knows that the plan is its own again: who had it left the operation."""
    context = {"left": left, "url": _page(plan)}
    _send(act, to_organisation(plan.operation.provider, LEAD), "plan_comes_back", plan, context)


def plan_reopened(act: Action, plan: TrainingPlan, told: Iterable[int]) -> None:
    """Those who had the plan, or had approved it, know that its provider takes it back, and why."""
    _tell_those_who_read(act, plan, told)


def _tell_those_who_read(act: Action, plan: TrainingPlan, told: Iterable[int]) -> None:
    given = standing(plan)
    concerned = {*told, *given} - {plan.operation.provider_id, act.actor.organisation_id}
    by = act.actor.organisation_id
    giver = "" if act.verb == "plan.reopen" else _name(plan, by)
    context = {"reason": act.reason, "giver": giver}
    for partner in _employers(plan):
        if partner.organisation_id in concerned:
            has_approved = partner.organisation_id in given
            for recipient in _of(partner):
                more = {"had_approved": has_approved, "url": _page(plan) if _signs_in(recipient, partner) else ""}
                _send(act, [recipient], "plan_reopened", plan, context | more)
    if plan.operation.region_id in concerned:
        more = {"had_approved": plan.operation.region_id in given, "url": _page(plan)}
        _send(act, _officers(plan), "plan_reopened", plan, context | more)


def _signs_in(recipient: Recipient, partner: Partner) -> bool:
    """Whether this person has an account in the firm, and so the page of the plan: others have links only."""
    members = Membership.objects.filter(organisation=partner.organisation_id, person__account__is_active=True)
    current = members.filter(Q(until=None) | Q(until__gt=clock.today()), role__in=[role.value for role in EMPLOYERS])
    return recipient.person_id is not None and current.filter(person=recipient.person_id).exists()


def remark_made(act: Action, remark: Remark) -> None:
    """The provider reads what an employer or the Region says; what it says itself is read on the plan."""
    plan = remark.plan
    if remark.organisation_id != plan.operation.provider_id:
        context = {"remark": remark, "url": _page(plan)}
        _send(act, to_organisation(plan.operation.provider, LEAD), "remark_made", plan, context)


def remark_answered(act: Action, reply: Reply) -> None:
    """Whoever made the remark reads the answer of somebody else: an employer in the mail itself."""
    remark = reply.remark
    plan = remark.plan
    if reply.organisation_id == remark.organisation_id:
        return
    context = {"remark": remark, "reply": reply}
    quality = quality_of(plan.operation, remark.organisation_id)
    if quality == REGION:
        _send(act, _officers(plan), "remark_answered", plan, context | {"url": _page(plan)})
    for partner in _employers(plan) if quality == EMPLOYER else ():
        if partner.organisation_id == remark.organisation_id:
            _send(act, _of(partner), "remark_answered", plan, context)


def _name(plan: TrainingPlan, organisation_id: int | None) -> str:
    ids = {pk for pk, _quality in required_parties(plan.operation)}
    return str(Organisation.objects.get(pk=organisation_id)) if organisation_id in ids else ""


def _employers(plan: TrainingPlan) -> Iterable[Partner]:
    partners = Partner._base_manager.filter(operation=plan.operation_id, part=Part.EMPLOYER, left_on=None)
    return partners.select_related("organisation", "contact").order_by("pk")


def _of(partner: Partner) -> list[Recipient]:
    return to_employer(partner.operation_id, partner.organisation, named=partner.contact)


def _officers(plan: TrainingPlan) -> list[Recipient]:
    return to_officers(plan.operation.region_id, plan.operation.basin_id)


def _page(plan: TrainingPlan) -> str:
    return f"{settings.PUBLIC_URL}/operations/{plan.operation_id}/ingenierie/"


def _send(
    act: Action, recipients: Iterable[Recipient], template: str, plan: TrainingPlan, context: dict[str, Any]
) -> None:
    shared = {"plan": plan, "operation": plan.operation, "provider": plan.operation.provider}
    for recipient in recipients:
        queue(act, recipient, f"design/mail/{template}.txt", shared | context, file_id=plan.operation_id)
