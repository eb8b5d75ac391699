"""The path of a trainee: positioning, interviews, barriers (the referent's alone), suspension and return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.steps.sourcing.locks import checked_day, lock_candidacy, refuse_nir, refuse_personal, refuse_private
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.privacy import is_of_health
from defi.steps.training import mails
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.present import FIRST_DAY_AWAY, refuse_present_from
from defi.steps.training.interruptions import periods_within
from defi.steps.training.models import Barrier, IndividualPath, Interview, Suspension

IN_TRAINING = ("selected", "reserve", "confirmed", "entered")


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What the positioning found and the path made of it. Whole hours."""

    on: date
    how: str
    to_learn: str
    hours_centre: int
    hours_company: int
    known: str = ""
    adapted: str = ""
    agreed_on: date | None = None


def position(actor: Actor, candidacy_id: int, facts: PathFacts, *, version: int | None = None) -> IndividualPath:
    """Note where a trainee stands at the entry and their own path; noted again, it is changed.

    Raises `Invalid` for a date to come, nothing to learn, more hours than the session has."""
    with acting(actor, "path.position") as act:
        candidacy = _lock(act, candidacy_id)
        refuse_personal(known=facts.known, to_learn=facts.to_learn)
        refuse_private(adapted=facts.adapted)
        session = candidacy.session
        faults: dict[str, str] = {}
        if facts.how not in IndividualPath.How.values:
            faults["how"] = _("Choisissez comment le positionnement s'est fait.")
        if not facts.to_learn.strip():
            faults["to_learn"] = _("Dites ce qui est à apprendre ou à renforcer.")
        if facts.hours_centre > session.hours_centre:
            faults["hours_centre"] = _("La session compte %(n)d heures en centre.") % {"n": session.hours_centre}
        if facts.on > act.today:
            faults["on"] = _("Cette date est à venir : un positionnement se note une fois fait.")
        if facts.agreed_on and not facts.on <= facts.agreed_on <= act.today:
            faults["agreed_on"] = _(
                "Le parcours est vu avec la personne après le positionnement, au plus tard aujourd'hui."
            )
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        fields = {
            "positioned_on": facts.on,
            "how": facts.how,
            "known": facts.known.strip(),
            "to_learn": facts.to_learn.strip(),
            "adapted": facts.adapted.strip(),
            "hours_centre": facts.hours_centre,
            "hours_company": facts.hours_company,
            "agreed_on": facts.agreed_on,
        }
        known = IndividualPath.objects.visible_to(actor).filter(candidacy=candidacy).first()
        if known is None:
            return act.create(IndividualPath, operation=candidacy.operation, candidacy=candidacy, **fields)
        return act.change(act.lock(IndividualPath, known.pk, version), **fields)


def record_interview(
    actor: Actor, candidacy_id: int, *, on: date, about: str, agreed: str, next_on: date | None = None
) -> Interview:
    """A dated talk, and what was agreed: the trainee reads it. Raises `Invalid`, `WrongState` when noted already."""
    with acting(actor, "interview.record") as act:
        candidacy = _lock(act, candidacy_id, over=True)
        refuse_private(agreed=agreed)
        faults: dict[str, str] = {}
        if about not in Interview.About.values:
            faults["about"] = _("Choisissez de quoi l'entretien a parlé.")
        if not agreed.strip():
            faults["agreed"] = _("Notez ce qui est convenu.")
        if on > act.today:
            faults["on"] = _("Cette date est à venir : un entretien se note une fois fait.")
        if next_on and next_on <= on:
            faults["next_on"] = _("Le prochain point vient après celui-ci.")
        if faults:
            raise Invalid(" ".join(faults.values()), faults)
        fields = {"on": on, "about": about, "agreed": agreed.strip(), "next_on": next_on}
        if Interview.objects.visible_to(actor).filter(candidacy=candidacy, **fields).exists():
            raise WrongState(_("Cet entretien est déjà noté."))
        return act.create(
            Interview, operation=candidacy.operation, candidacy=candidacy, by_id=actor.person_id, **fields
        )


def note_barrier(actor: Actor, candidacy_id: int, *, kind: str, action: str, helper: str = "") -> Barrier:
    """What stands in somebody's way, and what is done: by their referent alone. Raises `NotAllowed`, `Invalid`."""
    with acting(actor, "barrier.note") as act:
        candidacy = _lock(act, candidacy_id)
        _must_be_referent(actor, candidacy)
        refuse_nir(action=action, helper=helper)
        if is_of_health(f"{action} {helper}"):
            raise Invalid.field("action", _("Rien de la santé n'est noté ici : dites ce qui est fait, sans pourquoi."))
        if kind not in Barrier.Kind.values:
            raise Invalid.field("kind", _("Choisissez dans la liste."))
        if not action.strip():
            raise Invalid.field("action", _("Dites ce qui est fait pour le lever."))
        return act.create(
            Barrier,
            operation=candidacy.operation,
            candidacy=candidacy,
            kind=kind,
            action=action.strip(),
            helper=helper.strip(),
            noted_on=act.today,
        )


def lift_barrier(actor: Actor, barrier_id: int) -> Barrier:
    """It stands in the way no longer. Raises `Unknown` to who is not the referent."""
    with acting(actor, "barrier.lift") as act:
        operation_id = Barrier.objects.visible_to(actor).filter(pk=barrier_id).values_list("operation_id", flat=True)
        if not operation_id:
            raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
        lock_operation(act, operation_id[0])
        barrier = act.lock(Barrier, barrier_id)
        if barrier.lifted_on:
            raise WrongState(_("Ce frein est déjà noté comme levé."))
        return act.change(barrier, lifted_on=act.today)


def suspend_path(actor: Actor, candidacy_id: int, *, on: date, why: str, expected_on: date | None = None) -> Suspension:
    """A trainee is away and means to come back: seat and pairing are kept, open sheets no longer expect them;
    prescriber, officer and employer are told. Raises `WrongState` when away already, `Invalid` for the dates, or when
    they were present on that day or later."""
    with acting(actor, "trainee.suspend") as act:
        candidacy = _lock(act, candidacy_id)
        if candidacy.state != "entered":
            raise WrongState(_("Seule une personne en formation interrompt son parcours."))
        if _living(candidacy) is not None:
            raise WrongState(_("Cette personne est déjà notée en interruption : notez d'abord son retour."))
        day = checked_day(act, on, after=candidacy.entered_on)
        if why not in Suspension.Why.values:
            raise Invalid.field("why", _("Choisissez dans la liste."))
        if expected_on and expected_on <= day:
            raise Invalid.field("expected_on", _("Le retour vient après l'interruption."))
        refuse_present_from(candidacy.pk, day, says=FIRST_DAY_AWAY)
        suspension = act.create(
            Suspension,
            operation=candidacy.operation,
            candidacy=candidacy,
            from_on=day,
            why=why,
            expected_on=expected_on,
        )
        follow_group(act, candidacy.session)
        mails.suspended(act, suspension)
        for placement in periods_within(suspension, act.today):
            mails.period_within(act, suspension, placement)
        return suspension


def resume_path(actor: Actor, candidacy_id: int, *, on: date) -> Suspension:
    """The trainee is back from that day on: the sheets expect them again, whoever was told is told."""
    with acting(actor, "trainee.resume") as act:
        candidacy = _lock(act, candidacy_id)
        suspension = _living(candidacy)
        if suspension is None:
            raise WrongState(_("Cette personne n'est pas notée en interruption."))
        day = checked_day(act, on, after=suspension.from_on)
        within = [row for row in periods_within(suspension, act.today) if row.ends_on >= day]
        act.change(act.lock(Suspension, suspension.pk), ended_on=day)
        suspension.refresh_from_db()
        follow_group(act, candidacy.session)
        mails.resumed(act, suspension)
        for placement in within:
            mails.period_within(act, suspension, placement, back=True)
        return suspension


def end_suspension(candidacy_id: int, day: date) -> None:
    """Within an action that ends a training: whoever was away is away no longer, without a mail of its own."""
    living = Suspension._base_manager.filter(candidacy=candidacy_id, ended_on=None).first()
    if living is None:
        return
    with acting(TASK, "trainee.resume") as act:
        act.change(act.lock(Suspension, living.pk), ended_on=max(day, living.from_on))


def _living(candidacy: Candidacy) -> Suspension | None:
    return Suspension._base_manager.filter(candidacy=candidacy, ended_on=None).first()


def _lock(act: Action, candidacy_id: int, *, over: bool = False) -> Candidacy:
    candidacy = lock_candidacy(act, candidacy_id)
    states = (*IN_TRAINING, "left", "completed") if over else IN_TRAINING
    if candidacy.state not in states:
        raise WrongState(
            _("Le parcours se note pour une personne retenue ou en formation (ici : %(state)s).")
            % {"state": candidacy.get_state_display()}
        )
    return candidacy


def _must_be_referent(actor: Actor, candidacy: Candidacy) -> None:
    if actor.person_id is None or candidacy.referent_id != actor.person_id:
        raise NotAllowed(_("Seul le référent de cette personne note ses freins : nommez-le d'abord, ou demandez-lui."))
