"""Periods in company: planned, prepared, agreed by three, begun, accompanied, finished, debriefed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Membership, Organisation, Person
from defi.steps.sourcing.locks import refuse_personal, refuse_private
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import mails
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.locks import lock_placement
from defi.steps.training.models import Placement, PlacementSignature
from defi.steps.training.periods import HOURS_A_DAY, agreement_gap, check_period
from defi.steps.training.rules import day_words
from defi.steps.training.states import PLACEMENT

Party = PlacementSignature.Party


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """A period to plan. Whole hours; the tutor is a member of the firm (id) or a name."""

    employer_id: int
    starts_on: date
    ends_on: date
    hours: int
    aims: str
    tutor_name: str = ""
    tutor_id: int | None = None


def plan_placement(actor: Actor, candidacy_id: int, facts: PlacementFacts) -> Placement:
    """Plan a period of a trainee in a firm of the operation; the firm receives the agreement to sign.

    Raises `Invalid` for a firm that takes no part, dates out of the session or over another period."""
    with acting(actor, "placement.plan") as act:
        candidacy, operation = _lock_candidacy(act, candidacy_id)
        employer = _employer(operation, facts.employer_id)
        tutor, tutor_name = _tutor(employer, facts)
        refuse_personal(aims=facts.aims)
        if not facts.aims.strip():
            raise Invalid.field("aims", _("Indiquez ce que la personne va faire ou apprendre pendant cette période."))
        session = candidacy.session
        first, last = session.started_on or session.starts_on, session.ended_on or session.ends_on
        check_period(facts.starts_on, facts.ends_on, facts.hours, first=first, last=last)
        _check_alone(candidacy, facts)
        placement = act.create(
            Placement,
            operation=operation,
            candidacy=candidacy,
            employer=employer,
            tutor=tutor,
            tutor_name=tutor_name,
            starts_on=facts.starts_on,
            ends_on=facts.ends_on,
            hours=facts.hours,
            aims=facts.aims.strip(),
            state=PLACEMENT.take("placement.plan", actor, "").target,
        )
        follow_group(act, session)
        mails.placement_planned(act, operation, placement)
        return placement


def plan_placements(actor: Actor, candidacy_ids: Sequence[int], facts: PlacementFacts) -> list[Placement]:
    """The same period for several trainees: all of them, or none. Raises what `plan_placement` raises."""
    with acting(actor, "placement.plan"):
        return [plan_placement(actor, candidacy_id, facts) for candidacy_id in candidacy_ids]


def _lock_candidacy(act: Action, candidacy_id: int) -> tuple[Candidacy, Operation]:
    seen = (
        Candidacy.objects.visible_to(act.actor).filter(pk=candidacy_id).values_list("operation_id", flat=True).first()
    )
    if seen is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    operation = lock_operation(act, seen)
    candidacy = act.lock(Candidacy, candidacy_id)
    if candidacy.state not in {"confirmed", "entered"}:
        raise WrongState(
            _("Une période en entreprise se prévoit pour une personne confirmée ou en formation (ici : %(state)s).")
            % {"state": candidacy.get_state_display()}
        )
    return candidacy, operation


def _employer(operation: Operation, employer_id: int) -> Organisation:
    partner = (
        Partner.objects.filter(operation=operation, organisation_id=employer_id, part=Part.EMPLOYER, left_on=None)
        .select_related("organisation")
        .first()
    )
    if partner is None:
        raise Invalid.field(
            "employer", _("Cette entreprise ne prend pas part à l'opération : ajoutez-la d'abord comme employeur.")
        )
    return partner.organisation


def _tutor(employer: Organisation, facts: PlacementFacts) -> tuple[Person | None, str]:
    if facts.tutor_id is None:
        if not facts.tutor_name.strip():
            raise Invalid.field("tutor_name", _("Indiquez le tuteur dans l'entreprise."))
        return None, facts.tutor_name.strip()
    with scope(TASK):
        members = Membership.objects.filter(organisation=employer, person_id=facts.tutor_id, until=None)
        member = members.select_related("person").first()
    if member is None:
        raise Invalid.field("tutor", _("Ce tuteur n'est pas dans cette entreprise : écrivez plutôt son nom."))
    return member.person, str(member.person)


def _check_alone(candidacy: Candidacy, facts: PlacementFacts) -> None:
    others = Placement.objects.filter(candidacy=candidacy).exclude(state="cancelled")
    clash = others.filter(starts_on__lte=facts.ends_on, ends_on__gte=facts.starts_on).first()
    if clash:
        raise Invalid.field(
            "starts_on",
            _("Cette personne est déjà en entreprise du %(first)s au %(last)s : choisissez d'autres dates.")
            % {"first": day_words(clash.starts_on), "last": day_words(clash.ends_on)},
        )


def prepare_placement(actor: Actor, placement_id: int, *, on: date) -> Placement:
    """The period was prepared that day with the trainee and the firm (seed 000, « Engagements »)."""
    with acting(actor, "placement.prepare") as act:
        placement = lock_placement(act, placement_id)
        if placement.state == "cancelled":
            raise WrongState(_("Cette période est annulée."))
        _check_past(act, on)
        if on > (placement.begun_on or placement.starts_on):
            raise Invalid.field("on", _("Une période se prépare avant son premier jour : indiquez la date d'alors."))
        return act.change(placement, prepared_on=on)


def send_agreement(actor: Actor, placement_id: int) -> Placement:
    """Send the agreement to the firm again: the former links die. Raises `WrongState` when the firm signed already."""
    with acting(actor, "placement.send_link") as act:
        placement = lock_placement(act, placement_id)
        if placement.state != "planned":
            raise WrongState(_("Cette période est déjà commencée ou annulée : sa convention ne se signe plus."))
        if PlacementSignature.objects.filter(placement=placement, party=Party.EMPLOYER).exists():
            raise WrongState(_("L'entreprise a déjà signé."))
        if not mails.send_agreement(act, placement.operation, placement):
            raise WrongState(_("Aucune adresse n'est connue pour cette entreprise : faites signer sur papier."))
        act.note(placement, link_sent=True)
        return placement


def sign_placement(
    actor: Actor, placement_id: int, *, party: str = "", in_ink: bool = False, on: date | None = None
) -> PlacementSignature:
    """Sign the agreement of a period: the trainee and the firm for themselves, the provider for itself; what was signed
    in ink is recorded by the provider. `party` says whose ink; left out, the actor signs for their own side.

    Raises `NotAllowed` for another's signature by a click, `WrongState` twice or once the period has begun."""
    with acting(actor, "placement.sign") as act:
        placement = lock_placement(act, placement_id)
        own = _own_party(actor)
        chosen = party or own
        if chosen not in Party.values:
            raise Invalid.field("party", _("Choisissez qui a signé : stagiaire, entreprise ou organisme."))
        if chosen != own and not (in_ink and actor.in_provider):
            raise NotAllowed(_("Chacun signe pour soi. L'organisme note les signatures faites sur papier."))
        if placement.state != "planned":
            raise WrongState(_("Cette période est déjà commencée ou annulée : sa convention ne se signe plus."))
        if PlacementSignature.objects.filter(placement=placement, party=chosen).exists():
            raise WrongState(_("Cette signature est déjà là : il n'y a rien à refaire."))
        day = on if in_ink and on else act.today
        _check_past(act, day)
        return act.create(
            PlacementSignature,
            operation_id=placement.operation_id,
            placement=placement,
            party=chosen,
            in_ink=in_ink,
            signed_on=day,
        )


def _own_party(actor: Actor) -> str:
    if actor.who is Who.TRAINEE:
        return Party.TRAINEE
    return Party.PROVIDER if actor.in_provider else Party.EMPLOYER


def begin_placement(actor: Actor, placement_id: int, *, on: date) -> Placement:
    """The period begins, not before its first day, and only under an agreement signed by the three.

    Raises `WrongState` with who has not signed."""
    with acting(actor, "placement.begin") as act:
        placement = lock_placement(act, placement_id)
        PLACEMENT.take("placement.begin", actor, placement.state)
        _check_past(act, on)
        if not placement.starts_on <= on <= placement.ends_on:
            raise Invalid.field(
                "on",
                _("La période va du %(first)s au %(last)s : elle commence entre ces dates.")
                % {"first": day_words(placement.starts_on), "last": day_words(placement.ends_on)},
            )
        if placement.candidacy.state != "entered":
            raise WrongState(_("Cette personne n'est pas en formation : la période ne commence pas."))
        signed = dict(PlacementSignature.objects.filter(placement=placement).values_list("party", "signed_on"))
        gap = agreement_gap(signed)
        if gap:
            raise WrongState(gap)
        if max(signed.values()) > on:
            raise Invalid.field(
                "on",
                _("La convention n'a été signée que le %(day)s : la période commence ce jour-là au plus tôt.")
                % {"day": day_words(max(signed.values()))},
            )
        return act.move(PLACEMENT, placement, begun_on=on)


def visit_placement(actor: Actor, placement_id: int, *, on: date, how: str) -> Placement:
    """The provider visited or called during the period: the trainee is accompanied (seed 000)."""
    with acting(actor, "placement.visit") as act:
        placement = lock_placement(act, placement_id)
        if placement.begun_on is None:
            raise WrongState(_("La période n'a pas commencé : une visite se note pendant la période."))
        if how not in Placement.Visit.values:
            raise Invalid.field("how", _("Choisissez visite ou appel."))
        _check_past(act, on)
        if not placement.begun_on <= on <= (placement.finished_on or placement.ends_on):
            raise Invalid.field("on", _("Choisissez un jour de la période."))
        return act.change(placement, visited_on=on, visited_how=how)


def finish_placement(actor: Actor, placement_id: int, *, on: date, hours_done: int | None = None) -> Placement:
    """The period is over that day, with the hours really done (those planned when nothing is said)."""
    with acting(actor, "placement.finish") as act:
        placement = lock_placement(act, placement_id)
        PLACEMENT.take("placement.finish", actor, placement.state)
        _check_past(act, on)
        begun = placement.begun_on or placement.starts_on
        if on < begun:
            raise Invalid.field(
                "on", _("La période a commencé le %(day)s : elle ne finit pas avant.") % {"day": day_words(begun)}
            )
        hours = placement.hours if hours_done is None else hours_done
        days = (on - begun).days + 1
        if not 0 <= hours <= days * HOURS_A_DAY:
            raise Invalid.field(
                "hours_done",
                _("%(hours)d heures ne tiennent pas dans %(days)d jours.") % {"hours": hours, "days": days},
            )
        act.move(PLACEMENT, placement, finished_on=on, hours_done=hours)
        follow_group(act, placement.candidacy.session)
        return placement


def debrief_placement(actor: Actor, placement_id: int, *, on: date, in_group: bool = False) -> Placement:
    """Time was given to what the person lived in the firm, alone or in group (seed 000, « Engagements »)."""
    with acting(actor, "placement.debrief") as act:
        placement = lock_placement(act, placement_id)
        PLACEMENT.take("placement.debrief", actor, placement.state)
        _check_past(act, on)
        if placement.finished_on and on < placement.finished_on:
            raise Invalid.field("on", _("Le retour d'expérience vient après la fin de la période."))
        return act.move(PLACEMENT, placement, debriefed_on=on, in_group=in_group)


def cancel_placement(actor: Actor, placement_id: int, *, reason: str) -> Placement:
    """A period that will not take place; the firm is told."""
    with acting(actor, "placement.cancel", reason=reason) as act:
        placement = lock_placement(act, placement_id)
        refuse_private(reason=reason)
        act.move(PLACEMENT, placement)
        follow_group(act, placement.candidacy.session)
        mails.placement_cancelled(act, placement)
        return placement


def _check_past(act: Action, on: date) -> None:
    if on > act.today:
        raise Invalid.field("on", _("Cette date est à venir : notez les choses une fois faites."))
