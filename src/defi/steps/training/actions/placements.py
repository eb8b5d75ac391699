"""Periods in company: planned, changed, prepared, begun, accompanied, finished, cancelled.

What is signed is in `agreements`, presence in `company`, what is said of it afterwards in `evaluations`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel import links
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import Action, acting
from defi.kernel.refusals import Invalid, Unknown, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Membership, Organisation, Person
from defi.steps.sourcing.locks import refuse_personal, refuse_private
from defi.steps.sourcing.models import Candidacy
from defi.steps.training import mails
from defi.steps.training.actions.agreements import issue
from defi.steps.training.actions.group import follow_group
from defi.steps.training.actions.locks import lock_placement
from defi.steps.training.company import check_weekdays
from defi.steps.training.company_hours import unsigned_until, whole_hours
from defi.steps.training.half_days import in_group
from defi.steps.training.interruptions import stay_of
from defi.steps.training.models import Placement, PlacementSignature
from defi.steps.training.periods import HOURS_A_DAY, PREPARATION, agreement_gap, check_period
from defi.steps.training.rules import day_words
from defi.steps.training.states import PLACEMENT


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """A period to plan. Whole hours; the tutor is a member of the firm (id), or a name with an address if known.

    `weekdays`: the days worked there, Monday being 1 (`"12345"`); `place` when it is not the address of the firm."""

    employer_id: int
    starts_on: date
    ends_on: date
    hours: int
    aims: str
    tutor_name: str = ""
    tutor_id: int | None = None
    tutor_email: str = ""
    weekdays: str = "12345"
    place: str = ""
    schedule: str = ""


def plan_placement(actor: Actor, candidacy_id: int, facts: PlacementFacts) -> Placement:
    """Plan a period of a trainee in a firm of the operation; the firm receives the agreement to sign.

    Raises `Invalid` for a firm that takes no part, dates out of the session or over another period."""
    with acting(actor, "placement.plan") as act:
        candidacy, operation = _lock_candidacy(act, candidacy_id)
        placement = act.create(
            Placement,
            operation=operation,
            candidacy=candidacy,
            state=PLACEMENT.take("placement.plan", actor, "").target,
            **_checked(candidacy, operation, facts),
        )
        issue(act, placement)
        follow_group(act, candidacy.session)
        mails.placement_planned(act, operation, placement)
        return placement


def change_placement(
    actor: Actor, placement_id: int, facts: PlacementFacts, *, version: int | None = None
) -> Placement:
    """Change a period that has not begun: another paper is made, the signatures given fall, all are asked again.

    Raises what `plan_placement` raises, `Stale`, `WrongState` once begun, `Invalid` when nothing changes."""
    with acting(actor, "placement.change") as act:
        placement = lock_placement(act, placement_id, version)
        if placement.state != "planned":
            raise WrongState(_("Cette période est déjà commencée ou annulée : elle ne se change plus."))
        candidacy, operation = placement.candidacy, placement.operation
        if candidacy.state not in {"confirmed", "entered"}:
            raise WrongState(_("Cette personne n'est plus en formation : annulez plutôt la période."))
        values = _checked(candidacy, operation, facts, but=placement.pk)
        if all(getattr(placement, name) == value for name, value in values.items()):
            raise Invalid(_("Rien ne change : corrigez ce qui doit l'être, ou revenez en arrière."))
        links.revoke(placement, "placement.sign")
        act.change(placement, **values)
        issue(act, placement)
        follow_group(act, candidacy.session)
        mails.placement_planned(act, operation, placement, changed=True)
        return placement


def _checked(
    candidacy: Candidacy, operation: Operation, facts: PlacementFacts, *, but: int | None = None
) -> dict[str, Any]:
    """The columns of these facts. Raises `Invalid` beside each that cannot be; `but` is the period they change."""
    employer = _employer(operation, facts.employer_id)
    tutor, tutor_name = _tutor(employer, facts)
    refuse_personal(aims=facts.aims, place=facts.place, schedule=facts.schedule)
    if not facts.aims.strip():
        raise Invalid.field("aims", _("Indiquez ce que la personne va faire ou apprendre pendant cette période."))
    session = candidacy.session
    first, last = session.started_on or session.starts_on, session.ended_on or session.ends_on
    check_period(facts.starts_on, facts.ends_on, facts.hours, first=first, last=last)
    check_weekdays(facts.weekdays, facts.starts_on, facts.ends_on)
    _check_alone(candidacy, facts, but)
    return {
        "employer": employer,
        "tutor": tutor,
        "tutor_name": tutor_name,
        "tutor_email": "" if tutor else facts.tutor_email.strip(),
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "weekdays": "".join(sorted(facts.weekdays)),
        "hours": facts.hours,
        "place": facts.place.strip(),
        "schedule": facts.schedule.strip(),
        "aims": facts.aims.strip(),
    }


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
    with scope(TASK):
        members = Membership.objects.filter(organisation=employer, until=None).select_related("person")
    if facts.tutor_id is None:
        if not facts.tutor_name.strip():
            raise Invalid.field("tutor_name", _("Indiquez le tuteur dans l'entreprise."))
        # Whoever signs in with this address here is that tutor, and finds the period in their space.
        with scope(TASK):
            known = (
                members.filter(person__email__iexact=facts.tutor_email.strip()).first() if facts.tutor_email else None
            )
        return (known.person if known else None), facts.tutor_name.strip()
    with scope(TASK):
        member = members.filter(person_id=facts.tutor_id).first()
    if member is None:
        raise Invalid.field("tutor", _("Ce tuteur n'est pas dans cette entreprise : écrivez plutôt son nom."))
    return member.person, str(member.person)


def _check_alone(candidacy: Candidacy, facts: PlacementFacts, but: int | None) -> None:
    others = Placement.objects.filter(candidacy=candidacy).exclude(state="cancelled").exclude(pk=but or 0)
    clash = others.filter(starts_on__lte=facts.ends_on, ends_on__gte=facts.starts_on).first()
    if clash:
        raise Invalid.field(
            "starts_on",
            _("Cette personne est déjà en entreprise du %(first)s au %(last)s : choisissez d'autres dates.")
            % {"first": day_words(clash.starts_on), "last": day_words(clash.ends_on)},
        )


def prepare_placement(
    actor: Actor, placement_id: int, *, on: date, done: Collection[str] = tuple(PREPARATION)
) -> Placement:
    """What was prepared by that day with the trainee and the firm, of the list `PREPARATION`; all of it by default.

    The period is prepared once the four are ticked (seed 000, « Engagements »; employers.md, R12 and R13)."""
    with acting(actor, "placement.prepare") as act:
        placement = lock_placement(act, placement_id)
        if placement.state == "cancelled":
            raise WrongState(_("Cette période est annulée."))
        if not set(done) <= set(PREPARATION):
            raise Invalid.field("done", _("Choisissez dans la liste."))
        check_past(act, on)
        if on > (placement.begun_on or placement.starts_on):
            raise Invalid.field("on", _("Une période se prépare avant son premier jour : indiquez la date d'alors."))
        ticked = {name: name in done for name in PREPARATION}
        return act.change(placement, prepared_on=on if all(ticked.values()) else None, **ticked)


def begin_placement(actor: Actor, placement_id: int, *, on: date) -> Placement:
    """The period begins, not before its first day, and only under an agreement signed by the three.

    Raises `WrongState` with who has not signed."""
    with acting(actor, "placement.begin") as act:
        placement = lock_placement(act, placement_id)
        PLACEMENT.take("placement.begin", actor, placement.state)
        check_past(act, on)
        if not placement.starts_on <= on <= placement.ends_on:
            raise Invalid.field(
                "on",
                _("La période va du %(first)s au %(last)s : elle commence entre ces dates.")
                % {"first": day_words(placement.starts_on), "last": day_words(placement.ends_on)},
            )
        if not in_group(placement.candidacy.entered_on, placement.candidacy.left_on, on):
            raise WrongState(_("Cette personne n'était pas en formation ce jour-là : la période ne commence pas."))
        if stay_of(placement.candidacy).interrupted(on):
            raise WrongState(
                _("La formation de cette personne était interrompue ce jour-là : choisissez un autre jour.")
            )
        given = PlacementSignature.objects.filter(placement=placement, voided_on=None)
        signed = dict(given.values_list("party", "signed_on"))
        gap = agreement_gap(signed)
        if gap:
            raise WrongState(gap)
        if max(signed.values()) >= on:
            raise Invalid.field(
                "on",
                _("La convention n'a été signée que le %(day)s : la période commence le lendemain au plus tôt.")
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
        check_past(act, on)
        if not placement.begun_on <= on <= (placement.finished_on or placement.ends_on):
            raise Invalid.field("on", _("Choisissez un jour de la période."))
        return act.change(placement, visited_on=on, visited_how=how)


def finish_placement(
    actor: Actor, placement_id: int, *, on: date, hours_done: int | None = None, left: bool = False
) -> Placement:
    """The period is over that day, with the hours really done (those planned when nothing is said).

    `left`: the person left the training, which the firm learns with it; only the half-days that were signed count."""
    with acting(actor, "placement.finish") as act:
        placement = lock_placement(act, placement_id)
        PLACEMENT.take("placement.finish", actor, placement.state)
        check_past(act, on)
        begun = placement.begun_on or placement.starts_on
        if on < begun:
            raise Invalid.field(
                "on", _("La période a commencé le %(day)s : elle ne finit pas avant.") % {"day": day_words(begun)}
            )
        hours = whole_hours(placement) if left else _hours(placement, on, hours_done)
        days = (on - begun).days + 1
        if not 0 <= hours <= days * HOURS_A_DAY:
            raise Invalid.field(
                "hours_done",
                _("%(hours)d heures ne tiennent pas dans %(days)d jours.") % {"hours": hours, "days": days},
            )
        act.move(PLACEMENT, placement, finished_on=on, hours_done=hours)
        follow_group(act, placement.candidacy.session)
        if left:
            mails.placement_stopped(act, placement)
        else:
            mails.evaluation_asked(act, placement)
        return placement


def _hours(placement: Placement, on: date, typed: int | None) -> int:
    """The hours really done: those the tutor signed, else those that are typed, else those planned."""
    missing = unsigned_until(placement, on)
    if missing is None:
        return placement.hours if typed is None else typed
    if missing:
        raise WrongState(
            ngettext(
                "%(n)d demi-journée n'est pas signée : le tuteur la signe d'abord, ou notez-la depuis le papier.",
                "%(n)d demi-journées ne sont pas signées : le tuteur les signe d'abord, ou notez-les depuis le papier.",
                missing,
            )
            % {"n": missing}
        )
    signed = whole_hours(placement)
    if typed is not None and typed != signed:
        raise Invalid.field(
            "hours_done",
            _("Le tuteur a signé %(hours)d h : laissez vide, ou corrigez d'abord la demi-journée fausse.")
            % {"hours": signed},
        )
    return signed


def cancel_placement(actor: Actor, placement_id: int, *, reason: str) -> Placement:
    """A period that will not take place; the firm is told."""
    with acting(actor, "placement.cancel", reason=reason) as act:
        placement = lock_placement(act, placement_id)
        refuse_private(reason=reason)
        act.move(PLACEMENT, placement)
        for verb in ("placement.sign", "placement.attend"):
            links.revoke(placement, verb)
        follow_group(act, placement.candidacy.session)
        mails.placement_cancelled(act, placement)
        return placement


def check_past(act: Action, on: date) -> None:
    """Raises `Invalid` for a day to come."""
    if on > act.today:
        raise Invalid.field("on", _("Cette date est à venir : notez les choses une fois faites."))
