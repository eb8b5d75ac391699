"""When a situation is due, what it must say, when a moment may be reported, and the rates. Pure.

Source: process.md, « + Follow-up » (seed 000: « en sortie de formation, à 3 mois et 6 mois »): every moment is counted
from the person's own exit, early leavers included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date
from defi.schemes.months import add_months
from defi.schemes.rulebook import Moment, Rulebook
from defi.steps.review.rules import MOST_WEEKLY_HOURS, Keeping

# A call a few days ahead of the date still tells the situation of that date.
EARLY = timedelta(days=7)

PROMISED = "promised_employer"
OTHER_EMPLOYER = "other_employer"
NOT_REACHED = "not_reached"
NOT_HERE = "not_here"
EMPLOYED = frozenset({PROMISED, OTHER_EMPLOYER})
WORKING = EMPLOYED | {"business"}
OPEN_ENDED = "cdi"


def moment_of(book: Rulebook, key: str) -> Moment | None:
    """The moment of that name in the rulebook, if it has one."""
    return next((moment for moment in book.moments if moment.key == key), None)


def due_on(left_on: date, moment: Moment) -> date:
    """The day a situation is asked about: calendar months from the person's own exit (31 August + 6 → 28 February)."""
    return add_months(left_on, moment.months)


def opens_on(left_on: date, moment: Moment) -> date:
    """The first day a situation may be noted: a week ahead of the date, and never before the exit."""
    return max(left_on, due_on(left_on, moment) - EARLY)


def is_asked_alone(due: date, opens: date, *, asked_on: date | None, days: int, today: date) -> bool:
    """Whether the question of a moment leaves by itself today: its day has come, for `days` at most, and nobody asked
    since it may be answered."""
    return due <= today <= due + timedelta(days=days) and (asked_on is None or asked_on < opens)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says at a moment, on that day. `lasting` is None when unknown or not in a job."""

    status: str
    how: str
    on: date
    contract: str = ""
    lasting: bool | None = None
    weekly_hours: Decimal | None = None

    @property
    def is_lasting(self) -> bool | None:
        """Whether the job lasts: a CDI does; of another contract the person says."""
        if self.status not in EMPLOYED:
            return None
        return True if self.contract == OPEN_ENDED else self.lasting


def situation_faults(said: Said, moment: Moment, *, left_on: date | None, attempts: int, today: date) -> dict[str, str]:
    """What is wrong with a situation, by form field; empty when it can be noted."""
    faults: dict[str, str] = {}
    if left_on is None:
        return {"moment": _("Cette personne est encore en formation : son suivi commence à sa sortie.")}
    if said.on > today:
        faults["on"] = _("Cette date est à venir : notez la situation une fois connue.")
    elif said.on < opens_on(left_on, moment):
        faults["on"] = _("Trop tôt : cette situation se note à partir du %(on)s, pour le %(due)s.") % {
            "on": long_date(opens_on(left_on, moment)),
            "due": long_date(due_on(left_on, moment)),
        }
    if said.status in EMPLOYED:
        if not said.contract:
            faults["contract"] = _("Indiquez le contrat.")
        elif said.is_lasting is None:
            faults["lasting"] = _("Dites si ce contrat est durable : plus de 6 mois.")
    elif said.contract:
        faults["contract"] = _("Un contrat ne s'indique que pour une personne en emploi.")
    if fault := hours_fault(said.weekly_hours, said.status):
        faults["weekly_hours"] = fault
    if said.status == NOT_REACHED and attempts == 0:
        faults["status"] = _("Notez d'abord au moins une tentative de contact, avec sa date.")
    return faults


def hours_fault(weekly_hours: Decimal | None, status: str) -> str:
    """What is wrong with the hours a week of somebody in this situation; they may be unknown."""
    if weekly_hours is None:
        return ""
    if status not in WORKING:
        return _("Des heures ne s'indiquent que pour une personne qui travaille.")
    return "" if 0 < weekly_hours <= MOST_WEEKLY_HOURS else _("Indiquez de 1 à 48 heures par semaine.")


def disagrees(noted: tuple[str, str], said: tuple[str, str]) -> bool:
    """Whether what a voice says, as status and contract, contradicts the situation noted.

    Whoever could not be reached contradicts nobody; an employer who does not have the person contradicts only that they
    work there; a contract that one side does not name is not compared."""
    status, contract = noted
    if status == NOT_REACHED:
        return False
    if said[0] == NOT_HERE:
        return status == PROMISED
    return status != said[0] or bool(contract and said[1] and contract != said[1])


def attempt_fault(tried_on: date, moment: Moment, *, left_on: date | None, today: date) -> str:
    """What is wrong with the date of an attempt to reach somebody."""
    if left_on is None:
        return _("Cette personne est encore en formation : son suivi commence à sa sortie.")
    if tried_on > today:
        return _("Cette date est à venir : notez la tentative une fois faite.")
    if tried_on < opens_on(left_on, moment):
        return _("Trop tôt : cette situation se demande à partir du %(on)s.") % {
            "on": long_date(opens_on(left_on, moment))
        }
    return ""


@dataclass(frozen=True, slots=True)
class Known:
    """A situation as noted."""

    status: str
    lasting: bool | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """One person who entered: exit, situations by moment, attempts by moment, and the moments of which two voices say
    different things. `name` is for sentences only."""

    name: str
    left_on: date | None
    situations: Mapping[str, Known]
    attempts: Mapping[str, int]
    disputed: frozenset[str] = frozenset()


def report_faults(people: Iterable[Followed], moment: Moment, today: date) -> list[str]:
    """Why a moment cannot be reported yet, a sentence for each person; empty when it can.

    Everybody who entered is known at this moment, or not reached after an attempt (process.md, « Follow-up »)."""
    people = list(people)
    if not people:
        return [_("Personne n'est entré dans cette session : il n'y a pas de suivi à transmettre.")]
    faults = []
    for person in people:
        known = person.situations.get(moment.key)
        if person.left_on is None:
            faults.append(_("%(name)s est encore en formation.") % {"name": person.name})
        elif known is None and opens_on(person.left_on, moment) > today:
            faults.append(
                _("%(name)s : situation à demander le %(on)s.")
                % {"name": person.name, "on": long_date(due_on(person.left_on, moment))}
            )
        elif known is None:
            faults.append(_("%(name)s : situation à noter.") % {"name": person.name})
        elif known.status == NOT_REACHED and not person.attempts.get(moment.key):
            faults.append(_("%(name)s : non joint, sans tentative notée.") % {"name": person.name})
        if moment.key in person.disputed:
            faults.append(_("%(name)s : deux réponses ne concordent pas, tranchez.") % {"name": person.name})
    return faults


@dataclass(frozen=True, slots=True)
class Rates:
    """The counts of one moment. Employment is told of those reached; not reached, of those whose date has come."""

    entered: int
    due: int
    reached: int
    not_reached: int
    working: int
    lasting: int
    promised: int
    other_employer: int
    training: int
    looking: int

    @property
    def known(self) -> int:
        return self.reached + self.not_reached


def rates(people: Iterable[Followed], moment: Moment, today: date) -> Rates:
    """Counts with their denominators; a person who said something before the date counts as due."""
    people = list(people)
    known = [person.situations[moment.key] for person in people if moment.key in person.situations]
    due = [
        person
        for person in people
        if moment.key in person.situations or (person.left_on and due_on(person.left_on, moment) <= today)
    ]
    reached = [situation for situation in known if situation.status != NOT_REACHED]
    return Rates(
        entered=len(people),
        due=len(due),
        reached=len(reached),
        not_reached=len(known) - len(reached),
        working=sum(s.status in WORKING for s in reached),
        lasting=sum(bool(s.lasting) for s in reached),
        promised=sum(s.status == PROMISED for s in reached),
        other_employer=sum(s.status == OTHER_EMPLOYER for s in reached),
        training=sum(s.status == "training" for s in reached),
        looking=sum(s.status == "looking" for s in reached),
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a promise's end. `complete`: every moment of the follow-up is told, and the last by somebody who
    was reached; `keepings`: what the contracts with the promised employer, signed or told later, do of the promise
    (review.rules.Keeping)."""

    promised_employers: frozenset[int]
    contract_employers: tuple[int | None, ...]
    no_hire: bool
    statuses: frozenset[str]
    complete: bool
    keepings: frozenset[Keeping] = frozenset()


WORDS = {Keeping.KEPT: "kept", Keeping.OTHERWISE: "otherwise", Keeping.BROKEN: "not_kept"}
"""One word for a contract everywhere: what the bilan says of it, the follow-up says too."""


def promise_outcome(outcome: Outcome) -> str:
    """ "kept", "otherwise", "other_employer", "not_kept" or "pending": the promise compared with the contract
    (process.md), by the best of the contracts with the promised employer. Being there under a contract that does not
    keep the promise does not keep it; of whom nobody could reach at the end, nothing is said."""
    if not outcome.promised_employers:
        return OTHER_EMPLOYER if outcome.contract_employers or outcome.statuses & EMPLOYED else "pending"
    for keeping, word in WORDS.items():
        if keeping in outcome.keepings:
            return word
    if outcome.contract_employers or OTHER_EMPLOYER in outcome.statuses:
        return OTHER_EMPLOYER
    return "not_kept" if outcome.no_hire or outcome.complete else "pending"
