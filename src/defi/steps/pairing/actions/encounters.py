"""What a person and an employer said to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_bound
from defi.operations.models import Partner
from defi.steps.pairing.actions.locks import lock_promise
from defi.steps.pairing.models import Encounter, Pairing, Promise
from defi.steps.pairing.rules import is_gone, travel_fault, yes_fault
from defi.steps.pairing.travel import Means, Travel
from defi.steps.sourcing.locks import lock_candidacy
from defi.steps.sourcing.models import Candidacy


@dataclass(frozen=True, slots=True)
class Said:
    """What was said at an encounter; None leaves it as it was. `said_on`: the day of new answers, else today."""

    met_on: date | None = None
    employer: str | None = None
    person: str | None = None
    said_on: date | None = None
    travel: Travel | None = None


def record_encounter(actor: Actor, candidacy_id: int, promise_id: int, said: Said) -> Encounter:
    """A person and an employer met, or answered. The provider and the officer note both sides."""
    with acting(actor, "encounter.record") as act:
        if actor.in_employer or actor.who is Who.LINK:
            raise NotAllowed(_("Répondez depuis la page de la personne rencontrée."))
        promise = lock_promise(act, promise_id)
        candidacy = act.lock(Candidacy, candidacy_id)
        if candidacy.operation_id != promise.operation_id:
            raise Invalid(_("Cette personne et cette promesse ne sont pas de la même opération."))
        _check_still_there(candidacy)
        _check_said(act, said)
        _check_travel(said.travel)
        known = Encounter.objects.filter(candidacy=candidacy, promise=promise).select_for_update().first()
        if known is None:
            known = act.create(Encounter, operation_id=promise.operation_id, candidacy=candidacy, promise=promise)
        _check_yes(said, known.person_answer, promise)
        return act.change(known, **_answers(act, known, said), **_travel(said.travel))


def answer_encounter(actor: Actor, encounter_id: int, *, answer: str, version: int | None = None) -> Encounter:
    """An employer says yes, no or after a period in company, of somebody it met."""
    with acting(actor, "encounter.record") as act:
        encounter = lock_bound(act, Encounter, encounter_id, version)
        _check_bearer(actor, encounter)
        _check_still_there(encounter.candidacy)
        said = Said(employer=answer)
        _check_said(act, said)
        if Pairing._base_manager.filter(candidacy=encounter.candidacy_id, state="active").exists():
            raise WrongState(_("Cette personne est déjà appairée : appelez l'organisme de formation pour changer."))
        return act.change(encounter, **_answers(act, encounter, said))


def say_travel(actor: Actor, encounter_id: int, travel: Travel, *, version: int | None = None) -> Encounter:
    """The person says their way to a firm they met, by the link that asks whether they come; nothing erases it.

    Raises `Unknown` (somebody else's meeting), `WrongState` (no longer a candidate, promise withdrawn), `Invalid`."""
    with acting(actor, "encounter.say_travel") as act:
        seen = Encounter.objects.visible_to(actor).filter(pk=encounter_id).first()
        if seen is None:
            raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
        candidacy = lock_candidacy(act, seen.candidacy_id)
        encounter = act.lock(Encounter, seen.pk, version)
        _check_still_there(candidacy)
        if encounter.promise.state == "withdrawn":
            raise WrongState(_("Cet employeur a retiré sa promesse : il n'y a plus de trajet à dire."))
        _check_travel(travel)
        return act.change(encounter, **_travel(travel))


def _check_bearer(actor: Actor, encounter: Encounter) -> None:
    """A link was mailed for one operation: it answers for no other. Raises `NotAllowed`."""
    if (
        actor.link
        and not Partner._base_manager.filter(
            pk=actor.link.object_id, operation_id=encounter.operation_id, left_on=None
        ).exists()
    ):
        raise NotAllowed(_("Ce lien ne concerne pas cette rencontre."))


def _check_yes(said: Said, before: str, promise: Promise) -> None:
    fault = yes_fault(said.person, before, pay_known=promise.gross_pay is not None)
    if fault:
        raise Invalid.field("person", fault)


def _check_travel(travel: Travel | None) -> None:
    if travel is None:
        return
    faults = travel_fault(travel.minutes, travel.means)
    if travel.means and travel.means not in Means.values:
        faults["travel_by"] = _("Choisissez un moyen dans la liste.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def _travel(travel: Travel | None) -> dict[str, object]:
    return {} if travel is None else {"travel_minutes": travel.minutes, "travel_by": travel.means}


def _check_still_there(candidacy: Candidacy) -> None:
    if is_gone(candidacy.state):
        raise WrongState(_("Cette personne n'est plus candidate : il n'y a plus de réponse à noter pour elle."))


def _check_said(act: Action, said: Said) -> None:
    if said.met_on and said.met_on > act.today:
        raise Invalid.field("met_on", _("Cette rencontre est à venir : notez-la une fois faite."))
    if said.said_on and said.said_on > act.today:
        raise Invalid.field("said_on", _("Cette date est à venir : notez une réponse une fois donnée."))
    if said.said_on and said.met_on and said.said_on < said.met_on:
        raise Invalid.field("said_on", _("Ils se sont rencontrés après cette date : vérifiez les deux dates."))
    known = {"awaited", "yes", "no", "after_placement"}
    for name, answer in (("employer", said.employer), ("person", said.person)):
        if answer is not None and answer not in known:
            raise Invalid.field(name, _("Choisissez une réponse dans la liste."))


def _answers(act: Action, encounter: Encounter, said: Said) -> dict[str, object]:
    fields: dict[str, object] = {"met_on": said.met_on or encounter.met_on}
    if said.employer is not None and said.employer != encounter.employer_answer:
        fields |= {"employer_answer": said.employer, "employer_answered_on": said.said_on or act.today}
    if said.person is not None and said.person != encounter.person_answer:
        fields |= {"person_answer": said.person, "person_answered_on": said.said_on or act.today}
    return fields
