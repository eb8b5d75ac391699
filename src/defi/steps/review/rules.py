"""When a bilan is held, what a certification result and a signed contract must say. Pure.

Source: process.md, step 8 (seed 001, step 8): held with trainees, trainers and employers, present or excused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from defi.operations.actions import Attendee
from defi.operations.models import Presence
from defi.schemes.contracts import Term, contract_conforms
from defi.schemes.rulebook import Rulebook

ANSWERED = frozenset({Presence.State.PRESENT, Presence.State.EXCUSED})
MOST_WEEKLY_HOURS = 48
FARTHEST_START = timedelta(days=366)
ENDLESS = "cdi"
DATED = frozenset({"cdd", "ctt"})


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom the bilan waits for: names by id of person for the trainees, by id of organisation for the employers.

    Trainees are those still in training or at its end; employers those whose promise holds."""

    trainees: Mapping[int, str]
    employers: Mapping[int, str]


def missing_at_review(expected: Expected, attendees: Iterable[Attendee]) -> list[str]:
    """A sentence for each trainee, employer, or for the trainers, not recorded present or excused.

    Source: process.md, step 8; each employer whose promise holds answers for itself."""
    known = [a for a in attendees if a.state in ANSWERED]
    people = {a.person_id for a in known if a.quality == Presence.As.TRAINEE}
    firms = {a.organisation_id for a in known if a.quality == Presence.As.EMPLOYER}
    faults = [
        _("%(name)s, stagiaire, n'est noté ni présent ni excusé.") % {"name": name}
        for person, name in expected.trainees.items()
        if person not in people
    ]
    if not any(a.quality == Presence.As.TRAINER for a in known):
        faults.append(_("Aucun formateur n'est noté présent ou excusé."))
    faults += [
        _("%(name)s, qui a promis d'embaucher, n'est noté ni présent ni excusé.") % {"name": name}
        for firm, name in expected.employers.items()
        if firm not in firms
    ]
    if not faults and not any(a.state == Presence.State.PRESENT for a in known):
        faults.append(_("Tout le monde est excusé : un bilan se tient avec quelqu'un. Reportez-le."))
    return faults


def certification_fault(result: str, blocks: str, on: date, *, starts_on: date, today: date) -> dict[str, str]:
    """What is wrong with a result, by field: its date lies between the session's start and today; blocks are named."""
    faults: dict[str, str] = {}
    if on > today:
        faults["on"] = _("Cette date est à venir : notez le résultat une fois connu.")
    elif on < starts_on:
        faults["on"] = _("Cette date précède le début de la session.")
    if result == "blocks" and not blocks.strip():
        faults["blocks"] = _("Nommez les blocs obtenus.")
    if result != "blocks" and blocks.strip():
        faults["blocks"] = _("Des blocs ne se nomment que si seuls des blocs sont obtenus.")
    return faults


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A contract as signed. The employer is an organisation of the operation, else a name. Hours a week."""

    contract: str
    starts_on: date
    ends_on: date | None = None
    weekly_hours: Decimal | None = None
    employer_id: int | None = None
    employer_name: str = ""
    evidence: str = ""


def contract_faults(facts: ContractFacts, *, training_starts_on: date, today: date) -> dict[str, str]:
    """What is wrong with a signed contract, by field.

    A contract that starts before the training is not its outcome; a CDI has no end, a CDD or CTT has."""
    faults: dict[str, str] = {}
    if facts.starts_on < training_starts_on:
        faults["starts_on"] = _(
            "Ce contrat commence avant la formation : il n'en est pas la suite. Vérifiez la date de début."
        )
    elif facts.starts_on > today + FARTHEST_START:
        faults["starts_on"] = _("Ce contrat commencerait dans plus d'un an : vérifiez la date de début.")
    if facts.ends_on and facts.contract == ENDLESS:
        faults["ends_on"] = _("Un CDI n'a pas de date de fin.")
    elif facts.ends_on is None and facts.contract in DATED:
        faults["ends_on"] = _("Indiquez la date de fin : ce contrat est à durée limitée.")
    elif facts.ends_on and facts.ends_on <= facts.starts_on:
        faults["ends_on"] = _("La fin du contrat vient après son début.")
    if facts.weekly_hours is not None and not 0 < facts.weekly_hours <= MOST_WEEKLY_HOURS:
        faults["weekly_hours"] = _("Indiquez de 1 à 48 heures par semaine.")
    if facts.employer_id is None and not facts.employer_name.strip():
        faults["employer_name"] = _("Indiquez l'employeur.")
    return faults


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise of the operation, as a signed contract may keep it: by its employer, or where the work is done."""

    promise_id: int
    employer_id: int
    work_at_id: int | None
    paired: bool


def promise_kept(employer_id: int | None, promises: Iterable[PromiseSeen]) -> int | None:
    """The promise that a contract with this employer keeps: the person's own first, else another of that employer.

    None when the contract is another job."""
    if employer_id is None:
        return None
    same = [p for p in promises if employer_id in {p.employer_id, p.work_at_id}]
    same.sort(key=lambda p: (not p.paired, p.promise_id))
    return same[0].promise_id if same else None


def is_lasting(book: Rulebook, contract: str, starts_on: date, ends_on: date | None) -> bool:
    """Whether a signed contract is one the rulebook counts as lasting (process.md, « Contracts that conform »)."""
    return contract_conforms(book, contract, Term(starts_on, ends_on)).conforms
