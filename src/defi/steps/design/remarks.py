"""What the parties say of the plan: a remark on a module, a competence or the whole; answered, then closed."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_bound
from defi.steps.design import mails
from defi.steps.design.actions import refuse_nir
from defi.steps.design.models import Module, PlanCompetence, Remark, Reply, TrainingPlan
from defi.steps.design.parties import quality_of
from defi.steps.design.states import REMARK

LONGEST = 2000

P = TypeVar("P", Module, PlanCompetence)


def make_remark(
    actor: Actor, plan_id: int, text: str, *, module_id: int | None = None, competence_id: int | None = None
) -> Remark:
    """A party says something of a module, of a competence, or of the whole plan, whoever holds it.

    Raises `Invalid` (empty, too long), `NotAllowed` (takes no part), `WrongState` (approved by all)."""
    with acting(actor, "remark.make") as act:
        plan = _plan(act, plan_id)
        if plan.state == "approved":
            raise WrongState(_("Ce plan est approuvé par tous : demandez à l'organisme de le reprendre."))
        module = _one_of(Module, plan, module_id)
        competence = _one_of(PlanCompetence, plan, competence_id) if module is None else None
        thing = module or competence
        about = thing and (thing.title if isinstance(thing, Module) else thing.label)
        remark = act.create(
            Remark,
            operation_id=plan.operation_id,
            plan=plan,
            module=module,
            competence=competence,
            about=about or _("le plan"),
            edition=plan.edition,
            organisation_id=actor.organisation_id,
            person_id=actor.person_id,
            text=_checked(text),
            made_at=act.now,
            state=REMARK.take("remark.make", actor, "").target,
        )
        mails.remark_made(act, remark)
        return remark


def answer_remark(actor: Actor, remark_id: int, text: str) -> Reply:
    """Any party answers. Raises `Invalid`, `WrongState` once the remark is closed."""
    with acting(actor, "remark.answer") as act:
        remark = _remark(act, remark_id)
        words = _checked(text)
        act.move(REMARK, remark)
        reply = act.create(
            Reply,
            operation_id=remark.operation_id,
            remark=remark,
            organisation_id=actor.organisation_id,
            person_id=actor.person_id,
            text=words,
            made_at=act.now,
        )
        mails.remark_answered(act, reply)
        return reply


def close_remark(actor: Actor, remark_id: int, *, version: int | None = None) -> Remark:
    """Whoever made it closes it; the provider too, once it is answered: nobody is silenced without an answer."""
    with acting(actor, "remark.close") as act:
        remark = _remark(act, remark_id, version)
        if remark.organisation_id != actor.organisation_id:
            if actor.who not in LEAD:
                raise NotAllowed(_("Une remarque est close par qui l'a faite, ou par l'organisme qui y a répondu."))
            if remark.state == "open":
                raise WrongState(_("Répondez d'abord à cette remarque : elle pourra ensuite être close."))
        return act.move(REMARK, remark, closed_on=act.today)


def _plan(act: Action, plan_id: int) -> TrainingPlan:
    plan = lock_bound(act, TrainingPlan, plan_id)
    link = act.actor.link
    if link is not None and link.object_id != plan.pk:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    if not quality_of(plan.operation, act.actor.organisation_id):
        raise NotAllowed(_("Ce plan se discute entre l'organisme, les employeurs et la Région."))
    return plan


def _remark(act: Action, remark_id: int, version: int | None = None) -> Remark:
    """The remark, its plan locked first."""
    seen = Remark.objects.visible_to(act.actor).filter(pk=remark_id).values_list("plan_id", flat=True).first()
    _plan(act, seen or 0)
    return act.lock(Remark, remark_id, version)


def _one_of(model: type[P], plan: TrainingPlan, pk: int | None) -> P | None:
    if pk is None:
        return None
    found = model._base_manager.filter(plan=plan, pk=pk).first()
    if found is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return found


def _checked(text: str) -> str:
    words = text.strip()
    if not words:
        raise Invalid.field("text", _("Écrivez votre remarque."))
    if len(words) > LONGEST:
        raise Invalid.field("text", _("Une remarque compte 2 000 signes au plus : coupez-la en deux."))
    refuse_nir({"text": words})
    return words
