"""What an inspector would object to across the sheets of a session, beside what one sheet says by itself. Pure.

Source: law.md 4.3 (CAA Nantes, 20 April and 1 June 2021: identical signatures, titles that differ from one document to
another, a signature on 14 July; CAA Nantes, 1 February 2017: attestations made long after). The numbers are the
rulebook's (`[attendance]`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from defi.schemes.rulebook import AttendanceRules
from defi.steps.training.half_days import Objection
from defi.steps.training.rules import day_words


@dataclass(frozen=True, slots=True)
class Signed:
    """The signatures of a sheet: `times` holds who (candidacy id) signed here at which hour and minute; papers, which
    have no hour, are left out."""

    sheet_id: int
    half: str
    times: frozenset[tuple[int, str]] = field(default_factory=frozenset)


def same_patterns(sheets: Iterable[Signed], rules: AttendanceRules) -> dict[int, int]:
    """Sheet id → how many half-days were signed by the same people at the very same minutes, when it is too many.

    One person alone may be punctual: it takes two."""
    alike: dict[tuple[str, frozenset[tuple[int, str]]], list[int]] = defaultdict(list)
    for sheet in sheets:
        if len(sheet.times) > 1:
            alike[sheet.half, sheet.times].append(sheet.sheet_id)
    return {pk: len(ids) for ids in alike.values() if len(ids) >= rules.same_pattern for pk in ids}


def pattern_objection(half_days: int) -> Objection:
    """Signatures that repeat themselves."""
    sentence = _("les signatures sont données aux mêmes minutes par les mêmes personnes sur %(n)d demi-journées")
    return Objection("same_pattern", sentence % {"n": half_days})


def filled_late(on: date, filled_on: Collection[date], rules: AttendanceRules) -> tuple[Objection, ...]:
    """Presences written more days after the half-day than the rulebook lets be."""
    last = max(filled_on, default=on)
    if (last - on).days <= rules.filled_within_days:
        return ()
    sentence = _("des présences ont été notées le %(day)s, %(n)d jours après la séance")
    return (Objection("filled_late", sentence % {"day": day_words(last), "n": (last - on).days}),)


@dataclass(frozen=True, slots=True)
class Titles:
    """How a document names the session: its title and its EOS number, empty while there was none; the module."""

    training: str = ""
    eos_number: str = ""
    module: str = ""


def other_titles(session: Titles, papers: Iterable[Titles]) -> tuple[Objection, ...]:
    """What the papers of a sheet, or the sheet itself, name otherwise than the session and its plan do today."""
    found: dict[str, Objection] = {}
    words = {
        "training": _("un papier porte l'intitulé « %(said)s », la session « %(session)s »"),
        "eos_number": _("un papier porte le numéro EOS « %(said)s », la session « %(session)s »"),
        "module": _("la feuille porte le module « %(said)s », le plan dit « %(session)s »"),
    }
    for paper in papers:
        for name, sentence in words.items():
            said, known = getattr(paper, name), getattr(session, name)
            if said and known and " ".join(said.split()).casefold() != " ".join(known.split()).casefold():
                found.setdefault(f"{name}/{said}", Objection("title", sentence % {"said": said, "session": known}))
    return tuple(found.values())
