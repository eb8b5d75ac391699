"""Pure rules of the preparatory meeting and of candidacies. Source: process.md, steps 3 and 5; law.md 4.1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.people.identifiers import looks_like_nir

# Which of the closed reasons fit which ending (law.md 4.1, discrimination; codes of Candidacy.Refusal).
DECLINING = ("no_seat", "other_project", "schedule", "prerequisite", "no_answer")
WITHDRAWING = ("found_job", "other_training", "other_project", "schedule", "no_answer", "personal_choice")
LEAVING = ("found_job", "other_training", "other_project", "schedule", "no_answer", "personal_choice", "discipline")

OLDEST = timedelta(days=366)


def nir_fault(text: str) -> str:
    """The sentence when a text holds what looks like a social security number, or nothing."""
    if not looks_like_nir(text):
        return ""
    return _("Ceci ressemble à un numéro de sécurité sociale : il ne doit pas être noté ici. Effacez-le.")


def day_fault(on: date, *, today: date, after: date | None = None) -> str:
    """The sentence when a date cannot be that of a fact: to come, before the step it follows, or long gone."""
    if on > today:
        return _("Cette date est à venir : notez les faits une fois arrivés.")
    if after is not None and on < after:
        return _("Cette date recule : l'étape d'avant est du %(date)s.") % {"date": long_date(after)}
    if after is None and on < today - OLDEST:
        return _("Cette date a plus d'un an : vérifiez l'année.")
    return ""


@dataclass(frozen=True, slots=True)
class PreparationFacts:
    """What the file holds of step 3. `orienteurs` and `firms` count organisations present at the meeting."""

    held_on: date | None = None
    orienteurs: int = 0
    firms: int = 0
    team: int = 0
    committee: int = 0
    lines: int = 0
    announcements: int = 0
    firms_to_inform: int = 0


def attendance_gaps(orienteurs: int, firms: int) -> tuple[str, ...]:
    """Who is missing for a preparatory meeting to be one (seed 001, step 3)."""
    gaps: list[str] = []
    if orienteurs < 1:
        gaps.append(_("Aucun orienteur n'est noté présent (Mission locale, France Travail…) : il en faut un au moins."))
    if firms < 1:
        gaps.append(_("Aucune entreprise engagée n'est notée présente : il en faut une au moins."))
    return tuple(gaps)


def preparation_gaps(facts: PreparationFacts) -> tuple[str, ...]:
    """What is missing before step 3 is done, one sentence each; empty when it is done (process.md, step 3)."""
    gaps: list[str] = []
    if facts.held_on is None:
        gaps.append(_("La réunion préparatoire n'est pas encore notée."))
    else:
        gaps += attendance_gaps(facts.orienteurs, facts.firms)
    if facts.team < 1:
        gaps.append(_("L'équipe projet n'est pas nommée."))
    if facts.committee < 1:
        gaps.append(_("Le comité de pilotage n'est pas nommé."))
    if facts.lines < 1:
        gaps.append(
            _("Le plan de recrutement est vide : prévoyez une action au moins, avec sa date et son responsable.")
        )
    return tuple(gaps)


def preparation_advice(facts: PreparationFacts) -> tuple[str, ...]:
    """What the file should show sooner or later and does not yet; it does not hold step 3 back."""
    advice: list[str] = []
    if facts.announcements < 1:
        advice.append(_("Aucune annonce n'est encore notée avec l'accord des entreprises."))
    if facts.firms_to_inform > 0:
        advice.append(
            ngettext(
                "%(n)d partenaire n'a pas encore reçu les objectifs de la convention.",
                "%(n)d partenaires n'ont pas encore reçu les objectifs de la convention.",
                facts.firms_to_inform,
            )
            % {"n": facts.firms_to_inform}
        )
    return tuple(advice)


def asks_again_on(
    starts_on: date,
    days: Iterable[int],
    *,
    confirmed_on: date,
    asked_on: date | None,
    said_on: date | None,
    today: date,
) -> bool:
    """Whether somebody who confirmed is asked today if they still come (features.md, 32: J-7 and J-2).

    Each of the `days` before the start opens a moment: one question per moment, none to who confirmed or answered
    since it opened, none on the day itself. A question missed while the worker slept leaves the next morning."""
    opened = [starts_on - timedelta(days=count) for count in days]
    begun = [moment for moment in opened if moment <= today < starts_on]
    if not begun:
        return False
    moment = max(begun)
    return all(day is None or day < moment for day in (confirmed_on, asked_on, said_on))


def is_silent(asked_on: date | None, said_on: date | None) -> bool:
    """Whether a question asked before the start is still without an answer."""
    return asked_on is not None and (said_on is None or said_on < asked_on)


def owed_since(state: str, oriented_on: date, met_on: date | None) -> date | None:
    """Since when the provider owes an answer, or None when it is given (process.md, « Actors »).

    Being met answers the orientation, and what came of it is owed from then on. Selected, in reserve, confirmed, told
    no with a reason of the list, or gone by their own choice: nothing is owed any more."""
    if state in ("oriented", "invited"):
        return oriented_on
    return met_on or oriented_on if state == "met" else None


def answer_is_late(since: date, days: int, today: date) -> bool:
    """Whether an answer owed `since` is longer in coming than the rulebook's `days`."""
    return today > since + timedelta(days=days)


def seats_to_offer(free: int, offered: int, reserve: int) -> int:
    """Seats that may be offered to somebody in reserve now: free, and offered to nobody yet."""
    return max(0, min(free - offered, reserve))


def seats_to_propose(free: int, offered: int) -> int:
    """Seats for somebody new: free, and offered to nobody yet. Never below zero."""
    return max(0, free - offered)


def seats_free(seats: int, taken: int) -> int:
    """Seats of the Region that are still free, never below zero."""
    return max(0, seats - taken)


def seat_fault(seats: int, taken: int) -> str:
    """The sentence when one more Region-funded person would exceed the seats, or nothing (process.md, step 5)."""
    if seats_free(seats, taken):
        return ""
    return ngettext(
        "La place Région est déjà prise : mettez cette personne en réserve, ou notez d'abord un renoncement.",
        "Les %(n)d places Région sont déjà prises : mettez cette personne en réserve, ou notez d'abord un renoncement.",
        seats,
    ) % {"n": seats}


def funding_faults(funding: str, aim_contract: str, aim_months: int | None, contracts: Iterable[str]) -> dict[str, str]:
    """What is wrong, by field, in the funding of a seat and the contract it aims at (process.md, conformity rule).

    The aim is asked only of other fundings, and may come later: until then the seat aims at nothing that counts."""
    faults: dict[str, str] = {}
    if funding == "region" and (aim_contract or aim_months):
        faults["aim_contract"] = _("Le contrat visé ne se note que pour un autre financement que celui de la Région.")
    elif aim_contract and aim_contract not in set(contracts):
        faults["aim_contract"] = _("Choisissez un contrat dans la liste.")
    elif aim_contract == "cdi" and aim_months:
        faults["aim_months"] = _("Un CDI n'a pas de durée : effacez-la, ou choisissez un autre contrat.")
    elif aim_months is not None and not aim_contract:
        faults["aim_contract"] = _("Indiquez le contrat que cette durée concerne.")
    if aim_months is not None and not 1 <= aim_months <= 60:
        faults["aim_months"] = _("Indiquez une durée de 1 à 60 mois.")
    return faults
