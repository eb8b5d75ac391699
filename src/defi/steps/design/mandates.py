"""An employer lets the provider answer for it, or no longer: noted with who, when, how and why, and told to it.

Source: issue of the plan designed in turns, « Small employers may let the provider answer for them, visibly »."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_bound
from defi.people.models import Organisation
from defi.steps.design import mails
from defi.steps.design.actions import check_employers, refuse_nir
from defi.steps.design.mandate_models import Mandate
from defi.steps.design.models import TrainingPlan
from defi.steps.design.parties import mandates
from defi.steps.design.rules import mandate_faults


@dataclass(frozen=True, slots=True)
class Let:
    """Who, at the employer, let the provider answer for it, in which way (`Mandate.Way`) and when."""

    let_by: str
    way: str
    let_on: date


def let_answer(
    actor: Actor, plan_id: int, employer: Organisation, let: Let, *, reason: str, version: int | None = None
) -> Mandate:
    """The provider notes that this employer lets it give its approvals; the employer is told, and may end it.

    Raises `Invalid` beside each field, `WrongState` when it is noted already."""
    with acting(actor, "plan.let_answer", reason=reason) as act:
        plan = lock_bound(act, TrainingPlan, plan_id, version)
        check_employers(plan, [employer], "employer")
        refuse_nir({"let_by": let.let_by, "reason": reason})
        faults = mandate_faults(let.let_by, reason, let.let_on, plan.operation.opened_on, act.today)
        if let.way not in Mandate.Way.values:
            faults["way"] = _("Choisissez comment il vous l'a dit.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        if mandates(plan).filter(organisation=employer).exists():
            raise WrongState(_("%(name)s vous laisse déjà répondre à sa place.") % {"name": employer})
        mandate = act.create(
            Mandate,
            operation_id=plan.operation_id,
            plan=plan,
            organisation=employer,
            let_by=let.let_by.strip()[:160],
            way=let.way,
            let_on=let.let_on,
            reason=" ".join(reason.split())[:255],
            noted_on=act.today,
            noted_by_id=actor.person_id,
        )
        # What the history says.
        act.reason = mandate.words
        mails.provider_answers(act, plan, mandate)
        return mandate


def stop_answering(actor: Actor, mandate_id: int) -> Mandate:
    """The employer answers by itself from now on; it says so, or its provider does. Approvals noted before stand.

    Raises `NotAllowed` for another employer, `WrongState` when it is over already."""
    with acting(actor, "plan.stop_answering") as act:
        seen = Mandate.objects.visible_to(actor).filter(pk=mandate_id).first()
        if seen is None or (actor.link is not None and actor.link.object_id != seen.plan_id):
            raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
        lock_bound(act, TrainingPlan, seen.plan_id)
        mandate = act.lock(Mandate, mandate_id)
        if not actor.in_provider and mandate.organisation_id != actor.organisation_id:
            raise NotAllowed(_("Seul cet employeur, ou l'organisme de formation, peut y mettre fin."))
        if mandate.ended_on is not None:
            raise WrongState(_("L'organisme ne répond déjà plus pour cet employeur."))
        return act.change(mandate, ended_on=act.today)
