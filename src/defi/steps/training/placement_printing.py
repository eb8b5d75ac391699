"""Fills the agreement of a period in company, and its immersion sheet."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.access import TASK, scope
from defi.kernel.documents.french import short_date
from defi.people.models import Organisation
from defi.steps.training.company import half_words, week_words
from defi.steps.training.company_hours import expected
from defi.steps.training.corrections import Correction, corrections_of
from defi.steps.training.documents import AgreementData, Corrected, ImmersionData, Opinion, Presence, Step
from defi.steps.training.evaluation import words_of
from defi.steps.training.interruptions import stay_of
from defi.steps.training.models import CompanyPresence, Placement, PlacementDebrief, PlacementSignature, TutorEvaluation
from defi.steps.training.periods import PARTIES, PREPARATION


def agreement_data(placement: Placement) -> AgreementData:
    """What the three parties agree on, as the file says it today."""
    with scope(TASK), override("fr"):
        candidacy, operation = placement.candidacy, placement.operation
        provider, referent = operation.provider, candidacy.referent
        return AgreementData(
            trainee=str(candidacy.person),
            training=operation.title,
            eos_number=candidacy.session.eos_number,
            provider=str(provider or ""),
            provider_place=_address(provider),
            employer=str(placement.employer),
            employer_place=_address(placement.employer),
            tutor=placement.tutor_name,
            first=placement.starts_on,
            last=placement.ends_on,
            days=week_words(placement.weekdays),
            hours=placement.hours,
            aims=placement.aims,
            place=placement.place,
            schedule=placement.schedule,
            referent=str(referent or ""),
            phone=(referent.phone if referent else "") or (provider.phone if provider else ""),
        )


def _address(house: Organisation | None) -> str:
    if house is None:
        return ""
    return ", ".join(part for part in (house.address, str(house.commune or "")) if part)


def immersion_data(placement: Placement) -> ImmersionData:
    """A period as it stands today: prepared, accompanied, present, what the tutor says, what was made of it."""
    with scope(TASK), override("fr"):
        candidacy, operation = placement.candidacy, placement.operation
        rows = list(CompanyPresence.objects.filter(placement=placement).order_by("on"))
        evaluation = TutorEvaluation.objects.filter(placement=placement).first()
        debrief = PlacementDebrief.objects.filter(placement=placement).first()
        here = sum(row.minutes for row in rows if row.state == CompanyPresence.State.PRESENT)
        by_hand = timedelta(hours=placement.hours_done or 0)
        return ImmersionData(
            trainee=str(candidacy.person),
            training=operation.title,
            provider=str(operation.provider or ""),
            employer=str(placement.employer),
            tutor=placement.tutor_name,
            first=placement.starts_on,
            last=placement.ends_on,
            days=week_words(placement.weekdays),
            hours=placement.hours,
            aims=placement.aims,
            state=str(placement.get_state_display()),
            agreement=_agreement(placement),
            preparation=tuple(
                Step(str(label), getattr(placement, name), placement.prepared_on) for name, label in PREPARATION.items()
            ),
            accompanied=(
                Step(
                    _("visite ou appel de l'organisme"),
                    placement.visited_on is not None,
                    placement.visited_on,
                    str(placement.get_visited_how_display()) if placement.visited_how else "",
                ),
            ),
            presences=_days(placement, rows),
            in_company=timedelta(minutes=here) if rows else by_hand,
            referent=str(candidacy.referent or ""),
            corrected=_corrected(rows),
            opinion=_opinion(evaluation),
            debriefed_on=placement.debriefed_on,
            in_group=placement.in_group,
            learnt=debrief.learnt if debrief else "",
            follows=debrief.follows if debrief else "",
        )


def _agreement(placement: Placement) -> str:
    rows = PlacementSignature.objects.filter(placement=placement, voided_on=None)
    signed = {row.party: row for row in rows}
    said = [
        f"{label} : {short_date(signed[party].signed_on) if party in signed else _('à signer')}"
        for party, label in PARTIES.items()
    ]
    number = f"{placement.agreement.number}, " if placement.agreement else ""
    return number + ", ".join(said)


def _days(placement: Placement, rows: list[CompanyPresence]) -> tuple[Presence, ...]:
    kept = {(row.on, row.half): row for row in rows}
    days: dict[date, int] = {}
    stay = stay_of(placement.candidacy)
    for due in expected(placement):
        if stay.has(due.on) or due.key in kept:
            days[due.on] = days.get(due.on, 0) + due.minutes
    return tuple(
        _day(on, minutes, kept.get((on, "morning")), kept.get((on, "afternoon"))) for on, minutes in days.items()
    )


def _day(on: date, minutes: int, morning: CompanyPresence | None, afternoon: CompanyPresence | None) -> Presence:
    signed = [row for row in (morning, afternoon) if row is not None]
    here = sum(row.minutes for row in signed if row.state == CompanyPresence.State.PRESENT)
    return Presence(
        on,
        _state(morning),
        _state(afternoon),
        timedelta(minutes=here if signed else minutes),
        _signed_by(signed),
    )


def _state(row: CompanyPresence | None) -> str:
    if row is None:
        return ""
    state = str(row.get_state_display())
    return _("%(state)s (corrigé)") % {"state": state} if row.corrected_on else state


def _signed_by(rows: list[CompanyPresence]) -> str:
    """Who signed what the line says: of a half-day corrected since, what was signed is told under the table."""
    as_signed = [row for row in rows if not row.corrected_on]
    words = ", ".join(dict.fromkeys(f"{row.signed_by}, {row.get_way_display()}" for row in as_signed))
    if len(as_signed) == len(rows):
        return words
    halves = {"morning": _("matin"), "afternoon": _("après-midi")}
    told = [_("%(half)s : %(who)s") % {"half": halves[row.half], "who": words} for row in as_signed]
    return ", ".join([*told, _("voir la correction")])


def _corrected(rows: list[CompanyPresence]) -> tuple[Corrected, ...]:
    """What was signed, then its correction; never why: the trainee reads this sheet."""
    corrections: dict[int, Correction] = corrections_of(rows)
    ordered = sorted(rows, key=lambda row: (row.on, row.half == "afternoon"))
    return tuple(
        Corrected(
            half_words((row.on, row.half)),
            row.signed_by,
            str(row.get_way_display()),
            one.signed_words,
            str(row.get_state_display()),
            one.on,
            one.by,
        )
        for row in ordered
        if (one := corrections.get(row.pk))
    )


def _opinion(evaluation: TutorEvaluation | None) -> Opinion | None:
    if evaluation is None:
        return None
    return Opinion(
        aims=str(evaluation.get_aims_display()),
        strengths=tuple(words_of(evaluation.strengths)),
        to_work_on=tuple(words_of(evaluation.to_work_on)),
        note=evaluation.note,
        given_by=evaluation.given_by,
        given_on=evaluation.given_on,
    )
