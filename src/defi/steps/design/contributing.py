"""What makes the plan "cousue main": what employers bring, what differs and for whom, DEFI linguistique."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.eos import as_eos_writes
from defi.people.models import Organisation
from defi.steps.design.actions import check_employers, draft, of_draft, refuse_nir
from defi.steps.design.changing import content_change
from defi.steps.design.models import Contribution, LinguisticTraining, Module, Tailoring
from defi.steps.design.rules import known_later


def add_contribution(
    actor: Actor, plan_id: int, employer: Organisation, kind: str, *, module_id: int | None = None, detail: str = ""
) -> Contribution:
    """An employer brings a visit, equipment, a tutor, a seat in a jury, teaching; in a module, or in general."""
    with acting(actor, "plan.add_contribution") as act:
        plan = draft(act, plan_id)
        if kind not in Contribution.Kind.values:
            raise Invalid.field("kind", _("Choisissez ce que l'employeur apporte."))
        check_employers(plan, [employer], "employer")
        refuse_nir({"detail": detail})
        module = Module.objects.filter(plan=plan, pk=module_id).first() if module_id else None
        if module_id and module is None:
            raise Invalid.field("module", _("Ce module n'est pas dans ce plan."))
        facts = {"plan": plan, "employer": employer, "kind": kind, "module": module, "detail": detail.strip()[:255]}
        if Contribution.objects.filter(**facts).exists():
            raise WrongState(_("Cet apport est déjà noté."))
        with content_change(act, plan):
            return act.create(Contribution, operation_id=plan.operation_id, **facts)


def remove_contribution(actor: Actor, contribution_id: int) -> None:
    """The employer does not bring it after all."""
    with acting(actor, "plan.remove_contribution") as act:
        plan, contribution = of_draft(act, Contribution, contribution_id)
        with content_change(act, plan):
            act.remove(contribution)


def tailor(actor: Actor, plan_id: int, text: str, *, employer: Organisation | None = None) -> Tailoring:
    """What differs from the standard programme, and for which employer: the bonus rewards it."""
    with acting(actor, "plan.tailor") as act:
        plan = draft(act, plan_id)
        words = " ".join(text.split())
        if not words:
            raise Invalid.field("text", _("Dites ce qui diffère du programme habituel."))
        if len(words) > 500:
            raise Invalid.field("text", _("Dites-le en 500 signes au plus, ou en plusieurs lignes."))
        refuse_nir({"text": words})
        if employer is not None:
            check_employers(plan, [employer], "employer")
        with content_change(act, plan):
            return act.create(Tailoring, operation_id=plan.operation_id, plan=plan, employer=employer, text=words)


def untailor(actor: Actor, tailoring_id: int) -> None:
    """It does not differ after all."""
    with acting(actor, "plan.untailor") as act:
        plan, tailoring = of_draft(act, Tailoring, tailoring_id)
        with content_change(act, plan):
            act.remove(tailoring)


@dataclass(frozen=True, slots=True)
class LinguisticFacts:
    """The linked training: who gives it, its whole hours, what EOS calls it when it is known."""

    provider_name: str
    hours: int
    provider: Organisation | None = None
    eos_number: str = ""
    aim: str = ""


def link_linguistic(
    actor: Actor, plan_id: int, wanted: LinguisticFacts, *, version: int | None = None
) -> LinguisticTraining:
    """DEFI linguistique beside this training, or what changes in it (process.md, step 2)."""
    with acting(actor, "plan.link_linguistic") as act:
        plan = draft(act, plan_id)
        faults = {}
        if not wanted.provider_name.strip():
            faults["provider_name"] = _("Nommez l'organisme qui donne la formation linguistique.")
        if not 0 < wanted.hours <= 2000:
            faults["hours"] = _("La formation linguistique compte de 1 à 2 000 heures.")
        number = as_eos_writes(wanted.eos_number)
        if fault := known_later(number):
            faults["eos_number"] = fault
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        refuse_nir({"aim": wanted.aim, "provider_name": wanted.provider_name})
        facts = {
            "provider": wanted.provider,
            "provider_name": wanted.provider_name.strip(),
            "hours": wanted.hours,
            "eos_number": number,
            "aim": wanted.aim.strip(),
        }
        known = LinguisticTraining.objects.filter(plan=plan).first()
        with content_change(act, plan):
            if known is None:
                return act.create(LinguisticTraining, operation_id=plan.operation_id, plan=plan, **facts)
            return act.change(act.lock(LinguisticTraining, known.pk, version), **facts)


def unlink_linguistic(actor: Actor, linguistic_id: int) -> None:
    """This training goes without DEFI linguistique after all."""
    with acting(actor, "plan.unlink_linguistic") as act:
        plan, training = of_draft(act, LinguisticTraining, linguistic_id)
        with content_change(act, plan):
            act.remove(training)
