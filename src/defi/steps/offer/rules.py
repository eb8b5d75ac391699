"""What a market covers, what its holder may claim, which answers an employer hears. Pure: the day is given.

Source of the exclusivity: seed 000, « Catégories et marchés concernés »: « Lorsqu'un marché existant permet de répondre
aux besoins identifiés, l'attributaire de ce marché a l'exclusivité pour la formation visée. »
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

BY_A_MARKET = frozenset({"covered", "adapted", "modules"})
WITHOUT_TRAINING = frozenset({"other_scheme", "postponed", "no_answer"})


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot as far as coverage goes: ids of jobs and basins, first and last day."""

    label: str
    holder: str
    jobs: frozenset[int]
    basins: frozenset[int]
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Sought:
    """What must be covered, with the words to say it."""

    job_id: int
    job: str
    basin_id: int
    basin: str


def covers(lot: LotFacts, sought: Sought, day: date) -> bool:
    """Whether the lot is valid that day for this job in this basin."""
    return not lot_fault(lot, sought, day)


def lot_fault(lot: LotFacts, sought: Sought, day: date) -> str:
    """Why the lot does not cover what is sought, or nothing."""
    if day < lot.valid_from:
        return _("Le lot %(lot)s ne commence que le %(from)s : choisissez un lot en cours de validité.") % {
            "lot": lot.label,
            "from": f"{lot.valid_from:%d/%m/%Y}",
        }
    if day > lot.valid_to:
        return _("Le lot %(lot)s a pris fin le %(to)s : choisissez un lot en cours de validité.") % {
            "lot": lot.label,
            "to": f"{lot.valid_to:%d/%m/%Y}",
        }
    if sought.job_id not in lot.jobs:
        return _("Le lot %(lot)s ne comprend pas le métier « %(job)s » : choisissez un lot qui le comprend.") % {
            "lot": lot.label,
            "job": sought.job,
        }
    if sought.basin_id not in lot.basins:
        return _("Le lot %(lot)s ne s'étend pas au bassin de %(basin)s : choisissez un lot qui s'y étend.") % {
            "lot": lot.label,
            "basin": sought.basin,
        }
    return ""


def exclusivity(lot: LotFacts) -> str:
    """What the holder may claim, in the words of the sources."""
    return _(
        "Le lot %(lot)s répond à ce besoin : %(holder)s, son titulaire, a l'exclusivité pour la formation visée."
    ) % {"lot": lot.label, "holder": lot.holder}


def tender_fault(covering: Sequence[LotFacts]) -> str:
    """Why no tender may be decided: a market already covers the need. Nothing when none does."""
    if not covering:
        return ""
    return _("%(exclusivity)s Une consultation n'est possible que si aucun marché ne couvre le besoin.") % {
        "exclusivity": exclusivity(covering[0])
    }


def tender_date_faults(launched_on: date, deadline_on: date, today: date) -> dict[str, str]:
    """A tender is launched today or before, and leaves time to answer."""
    faults: dict[str, str] = {}
    if launched_on > today:
        faults["launched_on"] = _("Cette date est à venir : notez le lancement une fois fait.")
    if deadline_on <= launched_on:
        faults["deadline_on"] = _("La date limite des offres vient après le lancement.")
    return faults


def award_fault(awarded_on: date, deadline_on: date | None, launched_on: date | None, today: date) -> str:
    """A tender is awarded once its deadline is past, and not in the future."""
    if awarded_on > today:
        return _("Cette date est à venir : notez l'attribution une fois faite.")
    earliest = deadline_on or launched_on
    if earliest and awarded_on < earliest:
        return _("L'attribution ne peut pas précéder la date limite des offres (%(day)s).") % {
            "day": f"{earliest:%d/%m/%Y}"
        }
    return ""


def seats_fault(seats: int, smallest: int) -> str:
    """A session below the smallest number of the rulebook can never be DEFI (seed 001, step 5)."""
    if seats >= smallest:
        return ""
    return _("Une session de moins de %(smallest)d places financées par la Région n'est jamais DEFI.") % {
        "smallest": smallest
    }
