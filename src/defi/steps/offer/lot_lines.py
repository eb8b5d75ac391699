"""A line of a table of lots: what each column says, in the words of markets of several years. Pure.

Markets signed before 2019 write levels of training in Roman figures, backwards (V was the CAP, now 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.sheets import Line, plain
from defi.steps.offer.coverage import CATEGORIES

COLUMNS = {
    "market_number": ("marché", "numéro du marché", "n° du marché", "n° marché", "market"),
    "number": ("lot", "numéro du lot", "n° du lot", "n° lot", "numéro de lot"),
    "title": ("intitulé", "intitulé du lot", "titre", "libellé", "objet", "title"),
    "sector": ("secteur", "secteur d'activité", "domaine", "sector"),
    "territory": ("territoires", "territoire", "bassins", "bassin", "zone", "lieu", "territories"),
    "certification": ("certification", "certification visée", "intitulé certification", "formation visée"),
    "levels": ("niveaux", "niveau", "levels"),
    "jobs": ("rome", "codes rome", "code rome", "métiers"),
    "categories": ("catégories", "catégorie", "types de parcours", "type de parcours éligibles", "parcours", "kinds"),
    "holder": ("titulaire", "attributaire", "mandataire", "holder"),
    "co_holders": ("cotraitants", "cotitulaires", "cotitulaire", "cotraitant"),
    "starts_on": ("début", "date de début", "valide du", "début de validité"),
    "ends_on": ("fin", "date de fin", "valide au", "fin de validité"),
    "seats": ("places", "places achetées", "nombre de places"),
    "used": ("places prises", "places utilisées", "places commandées"),
}
"""The titles under which each column goes. `number`, `territory` and `jobs` are what a lot cannot do without."""

REQUIRED = ("number", "territory", "jobs")

FORMER_LEVELS = {"vi": (2,), "v bis": (2,), "v": (3,), "iv": (4,), "iii": (5,), "ii": (6,), "i": (7, 8)}
"""The nomenclature of 1969 in that of 2019 (decree 2019-14, article 2; former level I is now 7 or 8)."""

CATEGORY_WORDS = {
    "c": "certifying",
    "certifiant": "certifying",
    "p": "professional",
    "professionnalisant": "professional",
    "aq": "access",
    **{plain(str(label)): name for name, label in CATEGORIES.items()},
    **{name: name for name in CATEGORIES},
}

_CERTIFICATION = re.compile(r"\b(RNCP|RS)\s?0*(\d{1,6})\b", re.IGNORECASE)
_JOB = re.compile(r"[A-N]\d{4}")


class UnreadableError(ValueError):
    """What a cell says cannot be understood; the message is the sentence of the report."""


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot as its line says it; names are still to be found in the reference."""

    market_number: str
    number: str
    title: str
    sector: str
    territory: str
    certification: str
    certifications: tuple[str, ...]
    levels: tuple[int, ...]
    jobs: tuple[str, ...]
    categories: tuple[str, ...]
    holder: str
    co_holders: tuple[str, ...]
    starts_on: date
    ends_on: date
    seats: int | None
    used: int


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the whole file says when a line does not."""

    market_number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


def read_line(line: Line, places: Mapping[str, int], defaults: Defaults) -> LotLine:
    """The lot of this line. Raises `UnreadableError` with a sentence that says what to mend."""

    def said(name: str) -> str:
        return line.get(places, name)

    jobs = read_jobs(said("jobs"))
    number = _needed(said("number"), _("Le numéro du lot manque."))
    starts_on = read_day(said("starts_on")) or defaults.starts_on
    ends_on = read_day(said("ends_on")) or defaults.ends_on
    if starts_on is None or ends_on is None:
        raise UnreadableError(_("Les dates du lot manquent : donnez-les dans le tableau, ou pour tous les lots."))
    if ends_on < starts_on:
        raise UnreadableError(_("La fin du lot vient avant son début."))
    certification = said("certification")
    title = said("title") or certification or said("sector") or number
    return LotLine(
        market_number=_needed(said("market_number") or defaults.market_number, _("Le numéro du marché manque."))[:40],
        number=number[:20],
        title=title[:200],
        sector=said("sector")[:120],
        territory=_needed(said("territory"), _("Le territoire du lot manque."))[:1000],
        certification=certification[:300],
        certifications=read_certifications(certification),
        levels=read_levels(said("levels")),
        jobs=jobs,
        categories=read_categories(said("categories")),
        holder=said("holder"),
        co_holders=tuple(name.strip() for name in re.split(r"[;\n]", said("co_holders")) if name.strip()),
        starts_on=starts_on,
        ends_on=ends_on,
        seats=read_number(said("seats")),
        used=read_number(said("used")) or 0,
    )


def _needed(text: str, sentence: str) -> str:
    if not text:
        raise UnreadableError(sentence)
    return text


def read_jobs(text: str) -> tuple[str, ...]:
    """The ROME codes of a cell, each once. Raises `UnreadableError` without any, or for a word that is not one."""
    words = [word for word in re.split(r"[\s,;/]+", text.upper()) if word]
    wrong = [word for word in words if not _JOB.fullmatch(word)]
    if wrong:
        raise UnreadableError(_("Ce ne sont pas des codes ROME : %(words)s.") % {"words": ", ".join(wrong)[:120]})
    if not words:
        raise UnreadableError(_("Les codes ROME du lot manquent : sans eux, on ne sait pas à quels métiers il forme."))
    return tuple(dict.fromkeys(words))


def read_levels(text: str) -> tuple[int, ...]:
    """Levels of the national framework, from figures of today (3) or of before 2019 (V)."""
    found: set[int] = set()
    for word in re.split(r"[,;/]| et ", plain_list(text)):
        name = re.sub(r"^niveau ", "", word.strip())
        if not name:
            continue
        if name.isdigit() and 2 <= int(name) <= 8:
            found.add(int(name))
        elif name in FORMER_LEVELS:
            found.update(FORMER_LEVELS[name])
        else:
            raise UnreadableError(_("Niveau inconnu : « %(level)s ». Écrivez 3 à 8, ou V à I.") % {"level": name[:40]})
    return tuple(sorted(found))


def read_categories(text: str) -> tuple[str, ...]:
    """The categories of actions, by their letters or their names."""
    found: dict[str, None] = {}
    for word in re.split(r"[,;/]", plain_list(text)):
        name = word.strip()
        if name and name not in CATEGORY_WORDS:
            raise UnreadableError(_("Catégorie inconnue : « %(category)s ».") % {"category": name[:60]})
        if name:
            found[CATEGORY_WORDS[name]] = None
    return tuple(sorted(found))


def plain_list(text: str) -> str:
    """Plain words, with the commas that part them."""
    return ",".join(plain(piece) for piece in re.split(r"[,;/\n]", text))


def read_certifications(text: str) -> tuple[str, ...]:
    """The numbers of certifications (RNCP, RS) found in a text."""
    found = {f"{kind.upper()}{number}" for kind, number in _CERTIFICATION.findall(text)}
    return tuple(sorted(found))


def read_day(text: str) -> date | None:
    """A day written 2026-03-01 or 01/03/2026; None for an empty cell."""
    if not text:
        return None
    iso = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:T.*)?", text)
    found = iso or re.fullmatch(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})", text)
    fault = UnreadableError(_("Date illisible : « %(day)s ». Écrivez 01/03/2026.") % {"day": text[:30]})
    if not found:
        raise fault
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError as impossible:
        raise fault from impossible


def read_number(text: str) -> int | None:
    """A whole number of seats; None for an empty cell."""
    digits = re.sub(r"\s", "", text)
    if not digits:
        return None
    if not digits.isdigit() or len(digits) > 6:
        raise UnreadableError(_("Nombre de places illisible : « %(number)s ».") % {"number": text[:30]})
    return int(digits)
