"""Pure rules of the pages that come back: where a page belongs, what is said of it, which pages are missing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date

MOST_FILES = 30
MOST_TOGETHER = 60 * 1024 * 1024
"""Bytes of the files sent at once."""


class Fate(StrEnum):
    """What becomes of a page that comes in."""

    PLACED = "placed"
    ELSEWHERE = "elsewhere"
    UNREAD = "unread"
    BLANK = "blank"
    KNOWN = "known"
    OLDER = "older"
    CANCELLED = "cancelled"
    OTHER_DOCUMENT = "other_document"
    CLOSED_TO_ACTOR = "closed_to_actor"
    STRANGER = "stranger"
    TWO_PAGES = "two_pages"


KEPT = frozenset({Fate.PLACED, Fate.ELSEWHERE, Fate.UNREAD})


@dataclass(frozen=True, slots=True)
class Named:
    """What the code of a page leads to, as the actor may know it. `is_convention`: the document is one; `edition` and
    `corrected_on`: which text it was and when that text was opened again (None: it is in force); `here`: it is the
    text the page was sent to; `seen`, `acted_on`: the actor may know of it, may deposit there; `cancelled_on`:
    since when the convention holds no more; `said`: how the text is called, « la convention » or « l'avenant »."""

    title: str
    number: str
    page: int
    pages: int
    is_convention: bool = True
    here: bool = True
    seen: bool = True
    acted_on: bool = True
    edition: int = 1
    corrected_on: date | None = None
    cancelled_on: date | None = None
    said: str = ""


def fate(codes: int, named: Named | None, *, blank: bool) -> Fate:
    """What becomes of a page with that many codes, of which one leads to `named` (None: to nothing that is known)."""
    if blank:
        return Fate.BLANK
    if codes == 0:
        return Fate.UNREAD
    if codes > 1:
        return Fate.TWO_PAGES
    if named is None or not named.seen or named.page > named.pages:
        return Fate.STRANGER
    if not named.is_convention:
        return Fate.OTHER_DOCUMENT
    if not named.acted_on:
        return Fate.CLOSED_TO_ACTOR
    if named.cancelled_on is not None:
        return Fate.CANCELLED
    if named.corrected_on is not None:
        return Fate.OLDER
    return Fate.PLACED if named.here else Fate.ELSEWHERE


def sentence(what: Fate, named: Named | None, where: str) -> str:
    """What is said of a page that was not simply put at its place; `where` is « scan.pdf, page 3 ».

    A document that the actor may not know of is told like one that does not exist."""
    said = {
        Fate.ELSEWHERE: _("%(where)s : c'est la page %(page)s de %(text)s %(number)s ; elle y est classée."),
        Fate.UNREAD: _("%(where)s : son code n'a pas pu être lu ; dites ci-dessous quelle page c'est."),
        Fate.KNOWN: _("%(where)s : cette page est déjà déposée."),
        Fate.OLDER: _(
            "%(where)s : cette page est de l'édition %(edition)s de %(text)s %(title)s, corrigée le "
            "%(corrected)s ; elle n'est pas gardée. Faites signer le texte en vigueur."
        ),
        Fate.CANCELLED: _(
            "%(where)s : cette page est de la convention %(number)s, annulée le %(cancelled)s ; elle n'est pas gardée. "
            "Faites signer la nouvelle convention."
        ),
        Fate.OTHER_DOCUMENT: _("%(where)s : c'est une page d'un autre document (%(number)s) ; elle n'est pas gardée."),
        Fate.CLOSED_TO_ACTOR: _(
            "%(where)s : c'est une page de %(text)s %(number)s, que vous ne suivez pas ou qui est close ; elle "
            "n'est pas gardée. Remettez-la à son organisme de formation."
        ),
        Fate.STRANGER: _(
            "%(where)s : ce n'est pas une page à signer ici ; elle n'est pas gardée. Vérifiez le numéro imprimé "
            "en haut du papier."
        ),
        Fate.TWO_PAGES: _("%(where)s : l'image montre plusieurs pages ; reprenez-les une par une."),
    }.get(what, "")
    facts = {"where": where}
    if named is not None:
        facts |= {
            "page": str(named.page),
            "number": named.number,
            "text": named.said or _("la convention"),
            "title": f"« {named.title} »",
            "edition": str(named.edition),
            "corrected": long_date(named.corrected_on) if named.corrected_on else "",
            "cancelled": long_date(named.cancelled_on) if named.cancelled_on else "",
        }
    return said % facts if said else ""


def where_words(name: str, place: int, pages: int) -> str:
    """« scan.pdf », page 3: where a page stands in what was sent."""
    if pages == 1:
        return f"« {name} »"
    return _("« %(name)s », page %(place)d") % {"name": name, "place": place}


def missing_pages(pages: int, received: Collection[int]) -> tuple[int, ...]:
    """The pages of a document of which no scan came, in order."""
    return tuple(page for page in range(1, pages + 1) if page not in received)


def pages_words(numbers: Sequence[int]) -> str:
    """« la page 2 », « les pages 2, 3 et 5 », « les pages 2 à 5 »."""
    if not numbers:
        return ""
    if len(numbers) == 1:
        return _("la page %(n)d") % {"n": numbers[0]}
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return _("les pages %(first)d à %(last)d") % {"first": numbers[0], "last": numbers[-1]}
    return _("les pages %(first)s et %(last)d") % {
        "first": ", ".join(str(number) for number in numbers[:-1]),
        "last": numbers[-1],
    }


def missing_sentence(pages: int, received: Collection[int]) -> str:
    """What is still to scan; nothing when all pages are there."""
    missing = missing_pages(pages, received)
    if not missing:
        return ""
    if len(missing) == pages:
        return _("Aucune page n'est encore déposée : il en faut %(n)d.") % {"n": pages}
    return _("Il manque %(pages)s.") % {"pages": pages_words(missing)}


def done_sentence(placed: int, elsewhere: int) -> str:
    """How many pages found their place."""
    count = placed + elsewhere
    if not count:
        return ""
    return ngettext("%(n)d page est à sa place.", "%(n)d pages sont à leur place.", count) % {"n": count}


def edition_of(document_id: int, documents: Sequence[int]) -> int:
    """Which edition of a convention a document is, from 1; `documents`: the ids of its texts as they were sent."""
    return list(documents).index(document_id) + 1


def corrected_on(edition: int, sent: Sequence[date], reopened_on: date | None) -> date | None:
    """When the text of this edition stopped being the one to sign: when the next was sent, or this one opened again.

    `sent`: the day of each edition; `reopened_on`: when the last was opened to be corrected, None while it is out."""
    return sent[edition] if edition < len(sent) else reopened_on
