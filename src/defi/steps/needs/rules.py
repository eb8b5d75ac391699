"""What a need must be. Pure: the day is given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from defi.kernel.access import Who
from defi.people.identifiers import looks_like_nir
from defi.reference.reading.wording import meaningful
from defi.reference.words import fold, words_of

MOST_POSTS = 500
LONGEST_CONTRACT = 36
FEWEST_HOURS, MOST_HOURS = Decimal(1), Decimal(48)


@dataclass(frozen=True, slots=True)
class Wish:
    """What can be wrong in a need whatever the job: posts, months of contract, hours a week, wanted date."""

    posts: int
    contract: str = ""
    months: int | None = None
    weekly_hours: Decimal | None = None
    wanted_from: date | None = None


def wish_faults(wish: Wish, today: date) -> dict[str, str]:
    """A sentence per field that cannot be."""
    faults: dict[str, str] = {}
    if not 1 <= wish.posts <= MOST_POSTS:
        faults["posts"] = _("Indiquez de 1 à %(most)d postes.") % {"most": MOST_POSTS}
    if wish.months is not None and wish.contract == "cdi":
        faults["months"] = _("Un CDI n'a pas de durée : effacez-la, ou choisissez un autre contrat.")
    elif wish.months is not None and not 1 <= wish.months <= LONGEST_CONTRACT:
        faults["months"] = _("Indiquez une durée de 1 à %(most)d mois.") % {"most": LONGEST_CONTRACT}
    if wish.weekly_hours is not None and not FEWEST_HOURS <= wish.weekly_hours <= MOST_HOURS:
        faults["weekly_hours"] = _("Indiquez de 1 à 48 heures par semaine.")
    if wish.wanted_from is not None and wish.wanted_from < today:
        faults["wanted_from"] = _(
            "Cette date est passée : indiquez quand vous souhaitez embaucher, ou laissez vide si c'est au plus tôt."
        )
    return faults


def nir_faults(texts: Mapping[str, str]) -> dict[str, str]:
    """A sentence per text in which somebody typed a social security number (process.md, principle 6: no NIR)."""
    sentence = _("Ce texte semble contenir un numéro de sécurité sociale : effacez-le, nous n'en avons jamais besoin.")
    return {name: sentence for name, text in texts.items() if looks_like_nir(text)}


# « M. Exemple », « Mme EXEMPLE », « Camille EXEMPLE ».
_NAMED = re.compile(
    r"\b(?:M\.|MM\.|Mme|Mlle|Mmes|Monsieur|Madame|Mademoiselle)\s+[A-ZÀ-Ý]|\b[A-ZÀ-Ý][a-zà-ÿ]+\s+[A-ZÀ-Ý]{3,}\b"
)
_REACH = re.compile(r"[^\s@]+@[^\s@]+\.\w+|(?:\+33|0033|\b0)\s*[1-9](?:[\s.\-]*\d{2}){4}\b")


def person_faults(texts: Mapping[str, str]) -> dict[str, str]:
    """A sentence per text that names somebody, or holds a mail address or a phone number: where counts of people are
    told, nobody is to be found again (« en nombres, jamais de noms »)."""
    sentence = _(
        "Ce texte semble contenir un nom, un téléphone ou une adresse : ici on ne dit que des nombres et des besoins, "
        "sans désigner personne. Effacez-le."
    )
    return {name: sentence for name, text in texts.items() if _REACH.search(text) or _NAMED.search(text)}


@dataclass(frozen=True, slots=True)
class Search:
    """What makes two needs the same: whose, for which job, in which words, since when. The job is an id, 0 unknown."""

    employer_id: int
    wording: str
    received_on: date
    job_id: int = 0


LIKE_DAYS = 90


def same_search(one: Search, other: Search) -> bool:
    """Whether one employer seems to say the same need twice: the same job or the same words, within three months."""
    if one.employer_id != other.employer_id or abs((one.received_on - other.received_on).days) > LIKE_DAYS:
        return False
    if one.job_id and one.job_id == other.job_id:
        return True
    return said(one.wording) == said(other.wording)


def said(wording: str) -> frozenset[str]:
    """The words that count in what was typed, whatever their order, gender and number, and how many are sought."""
    told = frozenset(term for word in meaningful(wording) for term in word.terms)
    return told or frozenset(fold(word) for word in words_of(wording))


def ranking_fault(ranks: Sequence[str]) -> str:
    """Why these expectations, the most important first, cannot be a ranking; empty ones are ranks left open."""
    chosen = [code for code in ranks if code]
    if len(chosen) != len(set(chosen)):
        return _("La même attente est à deux places : choisissez-en une seule pour chaque place.")
    return ""


def first_state(who: Who) -> str:
    """Where a new need begins: what anybody may type on the public page waits for the employer's word, the others sign
    with their name."""
    return "to_confirm" if who is Who.PUBLIC else "received"


def answer_due(received_on: date, days: int) -> date:
    """The day by which the Region has answered, as the employer is told."""
    return received_on + timedelta(days=days)


def split_name(name: str) -> tuple[str, str]:
    """First and last name as people type them in one field: the first word, then the rest. One word is a last name."""
    first, _space, last = " ".join(name.split()).partition(" ")
    return (first, last) if last else ("", first)


def name_fault(name: str) -> str:
    """The sentence for somebody to answer who is named by one word, or nothing."""
    return "" if split_name(name)[0] else _("Indiquez le prénom et le nom de la personne à joindre.")


def lines_of(text: str) -> list[str]:
    """The lines of a text area, each once, without bullets or blanks."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        label = " ".join(line.split()).lstrip("-–•* ").rstrip(" ;,")
        if label:
            found.setdefault(label.casefold(), label[:255])
    return list(found.values())
