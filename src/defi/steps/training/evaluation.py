"""What a tutor may say of a period, in two minutes: words of the job only, from a closed list. Pure.

Source: features.md 63; process.md, principles 3 and 6 (people choose people; no health, no social detail)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.refusals import Invalid
from defi.steps.training.rules import Text

MOST_WORDS = 4
"""The form says it in words."""


class Aims(TextChoices):
    """Whether what the period was for came about."""

    REACHED = "reached", gettext_lazy("atteints")
    PARTLY = "partly", gettext_lazy("atteints en partie")
    NOT_REACHED = "not", gettext_lazy("pas atteints")
    NOT_TRIED = "untried", gettext_lazy("pas eu l'occasion de les travailler")


WORDS: dict[str, Text] = {
    "gestures": gettext_lazy("les gestes du métier"),
    "instructions": gettext_lazy("comprendre les consignes"),
    "safety": gettext_lazy("les règles de sécurité et d'hygiène"),
    "tools": gettext_lazy("les outils et le matériel"),
    "quality": gettext_lazy("le soin du travail"),
    "pace": gettext_lazy("le rythme de travail"),
    "hours": gettext_lazy("les horaires"),
    "team": gettext_lazy("le travail en équipe"),
    "customers": gettext_lazy("le contact avec les clients ou les usagers"),
    "questions": gettext_lazy("poser des questions"),
    "initiative": gettext_lazy("prendre des initiatives"),
    "words": gettext_lazy("les mots du métier"),
}
"""What is at ease, or still to be worked on. Of the job, never of the person."""


def words_of(keys: Iterable[str]) -> list[str]:
    """These keys in words, in the order of the list."""
    kept = set(keys)
    return [str(label) for key, label in WORDS.items() if key in kept]


def check_evaluation(aims: str, strengths: Iterable[str], to_work_on: Iterable[str]) -> None:
    """Raises `Invalid` naming each field that cannot be: no answer on the aims, a word out of the list, one word said
    to be at ease and still to be worked on, too many words."""
    faults: dict[str, str] = {}
    easy, hard = set(strengths), set(to_work_on)
    if aims not in Aims.values:
        faults["aims"] = _("Dites si les objectifs sont atteints.")
    for name, chosen in (("strengths", easy), ("to_work_on", hard)):
        if not chosen <= set(WORDS):
            faults[name] = _("Choisissez dans la liste.")
        elif len(chosen) > MOST_WORDS:
            faults[name] = _("Choisissez %(n)d mots au plus : l'essentiel.") % {"n": MOST_WORDS}
    if both := easy & hard:
        faults.setdefault(
            "to_work_on",
            _("« %(word)s » est coché des deux côtés : choisissez l'un ou l'autre.") % {"word": words_of(both)[0]},
        )
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
