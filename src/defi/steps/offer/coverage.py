"""Which lots cover this job, here, then: the answer with its evidence. Pure: the day is given.

Source of the exclusivity: seed 000, « Catégories et marchés concernés »: « Lorsqu'un marché existant permet de répondre
aux besoins identifiés, l'attributaire de ce marché a l'exclusivité pour la formation visée. Dans le cas contraire,
lorsque le besoin n'est couvert par aucun marché, la Région pourra lancer une nouvelle consultation au titre du Fonds
réactifs emploi formation »."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from defi.kernel.documents.french import long_date, of_place

CATEGORIES = {
    "prepa": gettext_lazy("Prépa Métiers"),
    "chantier": gettext_lazy("Chantier formation"),
    "metier": gettext_lazy("Se former au métier de…"),
    "certifying": gettext_lazy("parcours certifiant"),
    "professional": gettext_lazy("parcours professionnalisant"),
    "access": gettext_lazy("accès à la qualification"),
}
"""The categories of actions that markets name: seed 000 for the first three, seed 003 for the others."""

LEVELS = {
    2: gettext_lazy("sans niveau spécifique"),
    3: gettext_lazy("niveau 3 (CAP)"),
    4: gettext_lazy("niveau 4 (bac)"),
    5: gettext_lazy("niveau 5 (bac + 2)"),
    6: gettext_lazy("niveau 6 (bac + 3 ou 4)"),
    7: gettext_lazy("niveau 7 (bac + 5)"),
    8: gettext_lazy("niveau 8 (doctorat)"),
}
"""The levels of the national framework of certifications (decree 2019-14)."""


class Gap(StrEnum):
    """Why a lot does not answer, or not wholly."""

    JOB = "job"
    TERRITORY = "territory"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    PART = "part"
    SEATS = "seats"
    LEVEL = "level"
    CATEGORY = "category"
    CERTIFICATION = "certification"


BARS = frozenset({Gap.JOB, Gap.TERRITORY, Gap.NOT_YET, Gap.EXPIRED, Gap.EXHAUSTED})
"""What no adaptation of the programme mends."""


class Verdict(StrEnum):
    """What a lot, or all of them, can do for a need."""

    COVERS = "covers"
    PARTLY = "partly"
    ADAPTABLE = "adaptable"
    NOT = "not"


VERDICT_WORDS = {
    Verdict.COVERS: gettext_lazy("couvre le besoin"),
    Verdict.PARTLY: gettext_lazy("couvre une partie du territoire"),
    Verdict.ADAPTABLE: gettext_lazy("peut répondre, adapté ou avec des modules ajoutés"),
    Verdict.NOT: gettext_lazy("ne répond pas"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A firm period of a lot or a renewal of it: first and last day, seats bought (None: no number is known) and seats
    already taken."""

    starts_on: date
    ends_on: date
    seats: int | None = None
    used: int = 0

    @property
    def left(self) -> int | None:
        return None if self.seats is None else max(0, self.seats - self.used)


@dataclass(frozen=True, slots=True)
class LotFacts:
    """A lot as far as coverage goes; `id` leads back to its row. Ids of jobs and basins, codes of departments and
    communes; no level, category or certification listed means that the market names none, hence refuses none."""

    label: str
    holders: tuple[str, ...]
    jobs: frozenset[int]
    basins: frozenset[int]
    periods: tuple[Period, ...]
    departments: frozenset[str] = frozenset()
    communes: frozenset[str] = frozenset()
    id: int = 0
    levels: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()
    certifications: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Town:
    """A commune: its INSEE code, its name, its department."""

    code: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Place:
    """A basin, with its communes (or those of them that matter). None known: the basin is taken whole."""

    basin_id: int
    name: str
    towns: tuple[Town, ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What must be covered, with the words to say it. Level of the national framework; seats are a number of people."""

    job_id: int
    job: str
    places: tuple[Place, ...]
    level: int | None = None
    category: str = ""
    certification: str = ""
    seats: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one lot can do: its gaps, each with its sentence, and the places it leaves out."""

    lot: LotFacts
    gaps: tuple[tuple[Gap, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        found = {gap for gap, _said in self.gaps}
        if found & BARS:
            return Verdict.NOT
        if found - {Gap.PART}:
            return Verdict.ADAPTABLE
        return Verdict.PARTLY if found else Verdict.COVERS

    @property
    def said(self) -> list[str]:
        """Why it does not cover the whole need, a sentence per reason."""
        return [sentence for _gap, sentence in self.gaps]

    @property
    def exclusivity(self) -> str:
        """What its holder may claim; nothing unless the lot covers the need, wholly or in part."""
        return exclusivity(self.lot) if self.verdict in {Verdict.COVERS, Verdict.PARTLY} else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All the lots of the job looked at, the best first, and what they do together."""

    findings: tuple[Finding, ...]
    missing: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.COVERS in verdicts or (Verdict.PARTLY in verdicts and not self.missing):
            return Verdict.COVERS
        return next((v for v in (Verdict.PARTLY, Verdict.ADAPTABLE) if v in verdicts), Verdict.NOT)

    @property
    def holding(self) -> list[Finding]:
        """The lots whose holders have the exclusivity."""
        return [finding for finding in self.findings if finding.exclusivity]

    @property
    def summary(self) -> str:
        """The answer in one sentence."""
        holding = self.holding
        if self.verdict is Verdict.COVERS:
            return ngettext("Un marché existant couvre ce besoin.", "%(n)d lots couvrent ce besoin.", len(holding)) % {
                "n": len(holding)
            }
        if self.verdict is Verdict.PARTLY:
            return _("Les marchés ne couvrent qu'une partie du territoire. Ne sont pas couverts : %(places)s.") % {
                "places": ", ".join(self.missing)
            }
        if self.verdict is Verdict.ADAPTABLE:
            return _("Aucun marché ne couvre ce besoin tel quel ; un lot le peut, adapté ou complété de modules.")
        return _("Aucun marché ne couvre ce besoin : une consultation (FREF ou marché subséquent) est possible.")


def examine(lots: Iterable[LotFacts], sought: Sought, day: date) -> Evidence:
    """Every lot looked at; those of another job say nothing about this need and are left out."""
    findings = [found(lot, sought, day) for lot in lots if sought.job_id in lot.jobs]
    order = list(Verdict)
    holding = [finding for finding in findings if finding.exclusivity]
    missing = _missing_in_all(holding, sought)
    return Evidence(tuple(sorted(findings, key=lambda f: (order.index(f.verdict), f.lot.label))), missing)


def _missing_in_all(holding: Sequence[Finding], sought: Sought) -> tuple[str, ...]:
    """The places that no holder of an exclusivity covers."""
    out: list[str] = []
    for place in sought.places:
        left = [_left_out(finding.lot, place) for finding in holding]
        out += _names(place, frozenset.intersection(*left) if left else _units(place))
    return tuple(out)


def found(lot: LotFacts, sought: Sought, day: date) -> Finding:
    """What this lot can do for what is sought, that day: the first day of the training when it is known."""
    gaps = [_job_gap(lot, sought), _period_gap(lot, day), *_programme_gaps(lot, sought)]
    left = [(place, _left_out(lot, place)) for place in sought.places]
    missing = tuple(name for place, out in left for name in _names(place, out))
    nowhere = all(out == _units(place) for place, out in left)
    gaps.append(_territory_gap(lot, missing, nowhere=nowhere))
    if not gaps[1]:
        gaps.append(_seats_gap(lot, sought, day))
    return Finding(lot, tuple(gap for gap in gaps if gap), missing)


_Said = tuple[Gap, str] | None


def _job_gap(lot: LotFacts, sought: Sought) -> _Said:
    if sought.job_id in lot.jobs:
        return None
    words = _("Le lot %(lot)s ne comprend pas le métier « %(job)s » : choisissez un lot qui le comprend.")
    return Gap.JOB, words % {"lot": lot.label, "job": sought.job}


def _period_gap(lot: LotFacts, day: date) -> _Said:
    if period_on(lot, day):
        return None
    coming = [period.starts_on for period in lot.periods if period.starts_on > day]
    if coming:
        words = _("Le lot %(lot)s ne commence que le %(day)s : choisissez un lot en cours de validité.")
        return Gap.NOT_YET, words % {"lot": lot.label, "day": long_date(min(coming))}
    if not lot.periods:
        return Gap.EXPIRED, _("Le lot %(lot)s n'a pas de dates : notez-les.") % {"lot": lot.label}
    words = _("Le lot %(lot)s a pris fin le %(day)s : choisissez un lot en cours de validité.")
    return Gap.EXPIRED, words % {"lot": lot.label, "day": long_date(max(p.ends_on for p in lot.periods))}


def period_on(lot: LotFacts, day: date) -> Period | None:
    """The period of the lot in force that day, first and last day included."""
    return next((period for period in lot.periods if period.starts_on <= day <= period.ends_on), None)


def _programme_gaps(lot: LotFacts, sought: Sought) -> list[_Said]:
    gaps: list[_Said] = []
    if sought.level and lot.levels and sought.level not in lot.levels:
        known = ", ".join(str(LEVELS.get(level, level)) for level in sorted(lot.levels))
        words = _("Le lot %(lot)s n'est pas du niveau cherché, %(level)s : il porte sur %(known)s.")
        gaps.append((Gap.LEVEL, words % {"lot": lot.label, "level": LEVELS[sought.level], "known": known}))
    if sought.category and lot.categories and sought.category not in lot.categories:
        known = ", ".join(str(CATEGORIES.get(name, name)) for name in sorted(lot.categories))
        words = _("Le lot %(lot)s n'est pas de la catégorie cherchée, %(category)s : il porte sur %(known)s.")
        category = CATEGORIES[sought.category]
        gaps.append((Gap.CATEGORY, words % {"lot": lot.label, "category": category, "known": known}))
    if sought.certification and lot.certifications and sought.certification not in lot.certifications:
        words = _("Le lot %(lot)s est du même métier, mais d'une autre certification que %(wanted)s : %(known)s.")
        known = ", ".join(sorted(lot.certifications))
        gaps.append((Gap.CERTIFICATION, words % {"lot": lot.label, "wanted": sought.certification, "known": known}))
    return gaps


def _units(place: Place) -> frozenset[str]:
    """What a place is made of: the codes of its communes; itself, under no code, when none is known."""
    return frozenset(town.code for town in place.towns) or frozenset({""})


def _left_out(lot: LotFacts, place: Place) -> frozenset[str]:
    """The units of a place that the lot leaves out."""
    if place.basin_id in lot.basins:
        return frozenset()
    held = {t.code for t in place.towns if t.code in lot.communes or t.department in lot.departments}
    return _units(place) - held


def _names(place: Place, out: frozenset[str]) -> list[str]:
    """What is left out, in words: the basin when it is wholly so, else its communes (a basin often bears the name of
    its main commune)."""
    if out == _units(place):
        return [place.name]
    named = sorted(town.name for town in place.towns if town.code in out)
    return [_("%(name)s (commune)") % {"name": name} if name == place.name else name for name in named]


def _territory_gap(lot: LotFacts, missing: Sequence[str], *, nowhere: bool) -> _Said:
    if not missing:
        return None
    if nowhere:
        words = _("Le lot %(lot)s ne s'étend pas au bassin %(basin)s : choisissez un lot qui s'y étend.")
        return Gap.TERRITORY, words % {"lot": lot.label, "basin": of_place(", ".join(missing))}
    words = _("Le lot %(lot)s ne s'étend pas à : %(places)s.")
    return Gap.PART, words % {"lot": lot.label, "places": ", ".join(missing)}


def _seats_gap(lot: LotFacts, sought: Sought, day: date) -> _Said:
    period = period_on(lot, day)
    left = period.left if period else None
    if left is None:
        return None
    if left == 0:
        return Gap.EXHAUSTED, _("Le lot %(lot)s est épuisé : toutes ses places achetées sont prises.") % {
            "lot": lot.label
        }
    if sought.seats is None or left >= sought.seats:
        return None
    words = ngettext(
        "Le lot %(lot)s n'a plus qu'une place, sur les %(wanted)d cherchées.",
        "Le lot %(lot)s n'a plus que %(left)d places, sur les %(wanted)d cherchées.",
        left,
    )
    return Gap.SEATS, words % {"lot": lot.label, "left": left, "wanted": sought.seats}


def exclusivity(lot: LotFacts) -> str:
    """What the holder may claim, in the words of the sources; co-contractors have it together."""
    if not lot.holders:
        return _("Le lot %(lot)s répond à ce besoin, mais son titulaire n'est pas enregistré : notez-le.") % {
            "lot": lot.label
        }
    if len(lot.holders) == 1:
        words = _(
            "Le lot %(lot)s répond à ce besoin : %(holder)s, son titulaire, a l'exclusivité pour la formation visée."
        )
        return words % {"lot": lot.label, "holder": lot.holders[0]}
    words = _(
        "Le lot %(lot)s répond à ce besoin : %(holders)s et %(last)s, ses cotitulaires, ont ensemble l'exclusivité "
        "pour la formation visée."
    )
    return words % {"lot": lot.label, "holders": ", ".join(lot.holders[:-1]), "last": lot.holders[-1]}


def may_serve(finding: Finding, *, as_it_is: bool) -> str:
    """Why a decision may not lean on this lot, or nothing. `as_it_is`: without adaptation nor added module."""
    if finding.verdict is Verdict.NOT or (as_it_is and finding.verdict is Verdict.ADAPTABLE):
        words = " ".join(finding.said)
        if finding.verdict is Verdict.ADAPTABLE:
            words += " " + _("Répondez par ce marché adapté, ou avec des modules ajoutés.")
        return words
    return ""


def tender_fault(evidence: Evidence) -> str:
    """Why no tender may be decided: a market already covers the need. Nothing when none does."""
    if evidence.verdict is not Verdict.COVERS:
        return ""
    return _("%(exclusivity)s Une consultation n'est possible que si aucun marché ne couvre le besoin.") % {
        "exclusivity": " ".join(finding.exclusivity for finding in evidence.holding)
    }


def period_faults(periods: Sequence[Period]) -> str:
    """Periods of a lot follow one another: none goes back, none overlaps."""
    ordered = sorted(periods, key=lambda period: period.starts_on)
    for period in ordered:
        if period.ends_on < period.starts_on:
            return _("La fin du lot vient après son début.")
    for former, next_one in pairwise(ordered):
        if next_one.starts_on <= former.ends_on:
            return _("Cette période commence avant la fin de la précédente (%(day)s).") % {
                "day": long_date(former.ends_on)
            }
    return ""
