"""What a tutor signed of a half-day that was corrected since, and who corrected it: one is never shown as the other.

Guarded by who calls it: the rows are those that the actor may see. Source: law.md 4.3 (a correction stays visible)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.clock import PARIS
from defi.kernel.models import JournalEntry
from defi.people.models import Person
from defi.steps.training.models import CompanyPresence
from defi.steps.training.rules import day_words

VERB = "placement.correct_presence"


@dataclass(frozen=True, slots=True)
class Correction:
    """The state that was signed, then the last correction of it: by whom, which day, why."""

    signed: str
    on: date
    by: str
    reason: str

    @property
    def signed_words(self) -> str:
        return str(CompanyPresence.State(self.signed).label)

    @property
    def sentence(self) -> str:
        """`Corrigé le 5 novembre 2025 par Anne Modèle. Motif : vu parti.`, for whoever reads why."""
        words = _("corrigé le %(day)s par %(who)s") % {"day": day_words(self.on), "who": self.by}
        return _("%(words)s. Motif : %(why)s") % {"words": words, "why": self.reason} if self.reason else words


def corrections_of(rows: Iterable[CompanyPresence]) -> dict[int, Correction]:
    """Of those of these half-days that were corrected, by their id. No query when none was, two otherwise."""
    ids = [row.pk for row in rows if row.corrected_on]
    if not ids:
        return {}
    told = JournalEntry.objects.filter(
        verb=VERB, object_type=CompanyPresence._meta.label_lower, object_id__in=ids, before__has_key="state"
    )
    entries = list(told.select_related("reason").order_by("id"))
    people = Person._base_manager.in_bulk({one.actor_person_id for one in entries if one.actor_person_id})
    found: dict[int, Correction] = {}
    for entry in entries:
        first = found.get(entry.object_id)
        found[entry.object_id] = Correction(
            signed=first.signed if first else entry.before["state"],
            on=entry.at.astimezone(PARIS).date(),
            by=str(people.get(entry.actor_person_id or 0) or _("l'organisme de formation")),
            reason=entry.reason.text if entry.reason else "",
        )
    return found
