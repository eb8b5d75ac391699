"""What no text read by others may say of somebody: their number, their health, their social situation.

Source: law.md 4.1 (minimisation), process.md, principle 6. Words betray it; what they do not catch, the help beside
each field asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from defi.kernel import sheets
from defi.steps.sourcing.rules import nir_fault

HEALTH = frozenset(
    """
    rqth handicap handicape handicapee mdph aah invalidite maladie malade sante depression enceinte grossesse hopital
    hospitalise hospitalisee psychiatrique cancer diabete epilepsie addiction toxicomane alcool lombalgie sciatique
    migraine migraines asthme asthmatique
    """.split()  # noqa: SIM905
)
SOCIAL = frozenset(
    """
    rsa sdf curatelle tutelle surendettement surendette surendettee incarcere incarceree detenu detenue expulsion
    """.split()  # noqa: SIM905
)
PAIN = re.compile(
    r"\bmal (?:au|aux|a la|a l|de|du) (?:dos|tete|ventre|bras|main|mains|genou|genoux|jambe|jambes|pied|pieds|epaule|"
    r"epaules|cou|nuque|coeur|dents?|poignets?|hanches?|reins|estomac|oreilles?|yeux|gorge)\b"
)
SOMEBODY_HAS_PAIN = re.compile(r"\b(?:a|ai|as|ont|avait|avaient) (?:\w+ )?" + PAIN.pattern)
TRADE = frozenset(
    """
    handicap maladie sante grossesse hopital psychiatrique cancer diabete epilepsie addiction alcool depression tutelle
    """.split()  # noqa: SIM905
)
"""Words that a training for the trades of care, or an office, says of its own subject: a note may hold them."""


def is_of_health(text: str) -> bool:
    """Whether a text speaks of somebody's health, which has no place here."""
    return bool(HEALTH & _words(text) or PAIN.search(sheets.plain(text)))


def private_fault(text: str) -> str:
    """What is wrong with words about one person; empty when nothing is."""
    return nir_fault(text) or _fault(text, HEALTH | SOCIAL, PAIN)


def personal_fault(text: str) -> str:
    """The same for a note about a group, where words that are the subject of a trade may stand."""
    return nir_fault(text) or _fault(text, (HEALTH | SOCIAL) - TRADE, SOMEBODY_HAS_PAIN)


def names_of(text: str, people: Iterable[tuple[str, str]]) -> bool:
    """Whether a text holds the first and the last name of one of these people, side by side in either order."""
    said = f" {' '.join(sheets.plain(text).split())} "
    for first, last in people:
        names = [" ".join(sheets.plain(name).split()) for name in (f"{first} {last}", f"{last} {first}")]
        if first and last and any(f" {name} " in said for name in names):
            return True
    return False


def _fault(text: str, words: frozenset[str], pain: re.Pattern[str]) -> str:
    if not words & _words(text) and not pain.search(sheets.plain(text)):
        return ""
    return _(
        "Rien sur la santé ni la situation sociale n'est noté ici : dites le fait, par exemple « ne peut pas commencer "
        "à cette date »."
    )


def _words(text: str) -> set[str]:
    return set(sheets.plain(text).split())
