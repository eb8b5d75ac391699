"""When a bilan is held, what a certification result and a signed contract must say. Pure.

Source: process.md, step 8 (seed 001, step 8): held with trainees, trainers and employers, present or excused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date, number_words
from defi.operations.actions import Attendee
from defi.operations.models import Presence
from defi.schemes.contracts import Term, contract_conforms
from defi.schemes.months import last_day_of
from defi.schemes.rulebook import Rulebook
from defi.steps.design.calendar.rules import holiday
from defi.steps.needs.models import Contract

ANSWERED = frozenset({Presence.State.PRESENT, Presence.State.EXCUSED})
MOST_WEEKLY_HOURS = 48
SATURDAY = 5
FARTHEST_START = timedelta(days=366)
LONGEST_TERM = timedelta(days=5 * 366)
ENDLESS = "cdi"
DATED = frozenset({"cdd", "ctt"})


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom the bilan waits for: names by id of person for the trainees, by id of organisation for the employers.

    Trainees are those still in training or at its end; employers those whose promise holds."""

    trainees: Mapping[int, str]
    employers: Mapping[int, str]


def convening_fault(planned_on: date, *, starts_on: date, ends_on: date, today: date) -> str:
    """What is wrong with the day a bilan is convened for: it is to come, within the session or the year after it.

    Source: process.md, step 8 (« near E »); the year after is a decision, against a year mistyped."""
    if planned_on < today:
        return _("Le %(day)s est passé : choisissez un jour à venir, ou notez le bilan comme tenu.") % {
            "day": long_date(planned_on)
        }
    if planned_on < starts_on:
        return _("Cette date précède le début de la session, le %(day)s.") % {"day": long_date(starts_on)}
    if planned_on > max(ends_on, today) + FARTHEST_START:
        return _("Cette date est à plus d'un an de la fin de la session : vérifiez l'année.")
    return ""


def unusual_day(planned_on: date) -> str:
    """Why few may come that day, in words; nothing for a usual one. A bilan may still be held then."""
    if name := holiday(planned_on):
        return _("Le %(day)s est un jour férié (%(name)s) : vérifiez que chacun peut venir, ou déplacez le bilan.") % {
            "day": long_date(planned_on),
            "name": name,
        }
    if planned_on.weekday() >= SATURDAY:
        return _("Le %(day)s tombe un samedi ou un dimanche : vérifiez que chacun peut venir.") % {
            "day": long_date(planned_on)
        }
    return ""


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
    elif facts.ends_on and facts.ends_on > facts.starts_on + LONGEST_TERM:
        faults["ends_on"] = _("Ce contrat durerait plus de cinq ans : vérifiez l'année de fin.")
    if facts.weekly_hours is not None and not 0 < facts.weekly_hours <= MOST_WEEKLY_HOURS:
        faults["weekly_hours"] = _("Indiquez de 1 à 48 heures par semaine.")
    named = facts.employer_name.strip()
    if facts.employer_id is None and not named:
        faults["employer_name"] = _("Indiquez l'employeur.")
    elif facts.employer_id is not None and named:
        faults["employer_name"] = _(
            "Un employeur est déjà choisi dans la liste, et « %(name)s » est écrit ici : choisissez « un autre "
            "employeur » dans la liste si c'est %(name)s, ou effacez ce nom."
        ) % {"name": named}
    return faults


def twin_fault(facts: ContractFacts, known: Iterable[ContractFacts]) -> str:
    """Why this contract is one of the person's `known` ones typed again: same kind, same employer, and the same first
    day, or a known one without end that would still stand. Nothing when it is another contract.

    A contract that begins after a dated one, or whose end comes before the other begins, is another. Source: issue 8,
    nothing is counted twice; that a second contract of the same kind cannot stand beside one without end is a
    decision."""
    for other in sorted(known, key=lambda one: one.starts_on):
        if (other.contract, _employer(other)) != (facts.contract, _employer(facts)):
            continue
        stands = other.ends_on is None and (facts.ends_on is None or facts.ends_on >= other.starts_on)
        if stands or other.starts_on == facts.starts_on:
            kinds = {key: str(label) for key, label in Contract.choices}
            return _(
                "Un contrat de même sorte avec le même employeur est déjà enregistré : %(kind)s, %(employer)s, "
                "à partir du %(on)s. S'il est faux, l'organisme de formation le corrige depuis le bilan (« Corriger », "
                "à côté de ce contrat), avec un motif ; n'en notez pas un second."
            ) % {"kind": kinds[other.contract], "employer": other.employer_name, "on": long_date(other.starts_on)}
    return ""


def _employer(facts: ContractFacts) -> str:
    """Two contracts are with one employer when its name is one: the name of an organisation is kept with each."""
    return " ".join(facts.employer_name.split()).casefold()


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise, as a signed contract may keep it: by its employer, or where the work is done."""

    promise_id: int
    employer_id: int
    work_at_id: int | None


def promise_kept(employer_id: int | None, own: PromiseSeen | None) -> int | None:
    """The promise that a contract with this employer keeps: the one the person was last paired with, or none.

    Hired by another employer of the operation, they have another job: nobody had promised them that one, and theirs is
    not kept (process.md: each trainee is paired with a promise)."""
    if own is None or employer_id is None or employer_id not in {own.employer_id, own.work_at_id}:
        return None
    return own.promise_id


@dataclass(frozen=True, slots=True)
class PromisedTerms:
    """What was promised. A term in months and days, or between two dates; all empty for a CDI. Hours a week."""

    contract: str
    months: int | None = None
    days: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    weekly_hours: Decimal | None = None

    @property
    def term(self) -> Term:
        return Term(self.starts_on, self.ends_on, self.months, self.days)


class Keeping(StrEnum):
    """What a contract signed with the promised employer does of the promise."""

    KEPT = "kept"
    OTHERWISE = "otherwise"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Kept:
    """`differences`: where the contract gives less than was promised, each in words; facts, no score."""

    keeping: Keeping
    differences: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """« promesse tenue », « promesse tenue autrement : … », « promesse non tenue : … »."""
        said = {
            Keeping.KEPT: _("promesse tenue"),
            Keeping.OTHERWISE: _("promesse tenue autrement : %(how)s"),
            Keeping.BROKEN: _("promesse non tenue : %(how)s"),
        }[self.keeping]
        return said % {"how": ", ".join(self.differences)} if self.differences else said


def compare(book: Rulebook, promised: PromisedTerms, signed: ContractFacts) -> Kept:
    """The promise compared with the contract kept: kind, length, hours a week, start, each at least as promised.

    Kept without difference. With some: not kept when a lasting contract was promised and this one is not (or when one
    that was never lasting is shorter still), else kept otherwise. What one side does not write down is not compared.
    Source: process.md, « + Follow-up: promise compared with the contract kept »; the three words are a decision."""
    found = (
        _other_kind(promised, signed),
        _shorter(promised, signed),
        _fewer_hours(promised, signed),
        _later(promised, signed),
    )
    differences = tuple(words for words in found if words)
    if not differences:
        return Kept(Keeping.KEPT)
    promised_well = contract_conforms(book, promised.contract, promised.term).conforms
    short = bool(found[1]) and not promised_well
    if short or (promised_well and not is_lasting(book, signed.contract, signed.starts_on, signed.ends_on)):
        return Kept(Keeping.BROKEN, differences)
    return Kept(Keeping.OTHERWISE, differences)


def compare_told(book: Rulebook, promised: PromisedTerms, contract: str, *, lasting: bool) -> Keeping:
    """The same of a job that is only told, with the promised employer: its kind, and whether it lasts."""
    promised_well = contract_conforms(book, promised.contract, promised.term).conforms
    if promised_well and not lasting:
        return Keeping.BROKEN
    return Keeping.KEPT if contract in {promised.contract, ENDLESS} else Keeping.OTHERWISE


def _other_kind(promised: PromisedTerms, signed: ContractFacts) -> str:
    """A CDI gives at least what any other contract promised."""
    if signed.contract in {promised.contract, ENDLESS}:
        return ""
    kinds = {key: str(label) for key, label in Contract.choices}
    return _("%(signed)s au lieu de %(promised)s") % {
        "signed": kinds.get(signed.contract, signed.contract),
        "promised": kinds.get(promised.contract, promised.contract),
    }


def _shorter(promised: PromisedTerms, signed: ContractFacts) -> str:
    if signed.ends_on is None:
        return ""
    wanted = _promised_end(promised, signed.starts_on)
    if wanted is None or signed.ends_on >= wanted:
        return ""
    return _("jusqu'au %(end)s, promis jusqu'au %(wanted)s") % {
        "end": long_date(signed.ends_on),
        "wanted": long_date(wanted),
    }


def _promised_end(promised: PromisedTerms, starts_on: date) -> date | None:
    """The last day that the promised length would give from this start; None when no length was promised."""
    if promised.starts_on and promised.ends_on:
        return starts_on + (promised.ends_on - promised.starts_on)
    if promised.months is None:
        return None
    return last_day_of(starts_on, promised.months) + timedelta(days=promised.days)


def _fewer_hours(promised: PromisedTerms, signed: ContractFacts) -> str:
    if promised.weekly_hours is None or signed.weekly_hours is None or signed.weekly_hours >= promised.weekly_hours:
        return ""
    return _("%(signed)s h par semaine, promis %(promised)s h") % {
        "signed": number_words(signed.weekly_hours),
        "promised": number_words(promised.weekly_hours),
    }


def _later(promised: PromisedTerms, signed: ContractFacts) -> str:
    if promised.starts_on is None or signed.starts_on <= promised.starts_on:
        return ""
    return _("début le %(signed)s, promis le %(promised)s") % {
        "signed": long_date(signed.starts_on),
        "promised": long_date(promised.starts_on),
    }


def is_lasting(book: Rulebook, contract: str, starts_on: date, ends_on: date | None) -> bool:
    """Whether a signed contract is one the rulebook counts as lasting (process.md, « Contracts that conform »)."""
    return contract_conforms(book, contract, Term(starts_on, ends_on)).conforms
