"""What was said of a line of a sheet before each of its corrections, by whom it was corrected, when and why.

Source: law.md 4.3 (the burden of proof is on the provider); the journal, which forgets nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.clock import PARIS
from defi.kernel.models import JournalEntry
from defi.people.models import Person
from defi.steps.training.models import SIGNED_HERE, UNSIGNED, Attendance, Way
from defi.steps.training.rules import day_words

State = Attendance.State


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one line: `was` and `became` in words."""

    on: date
    by: str
    was: str
    became: str
    reason: str

    def sentence(self, *, why: bool = True) -> str:
        """`Corrigé le 5 novembre 2025 par Anne Modèle : signé à 8 h 45, devenu absent. Motif : vu parti.`"""
        said = {"day": day_words(self.on), "who": self.by, "was": self.was, "became": self.became}
        words = _("corrigé le %(day)s par %(who)s : « %(was)s » devenu « %(became)s »") % said
        return _("%(words)s. Motif : %(why)s") % {"words": words, "why": self.reason} if why and self.reason else words


@dataclass(frozen=True, slots=True)
class Given:
    """A signature that somebody gave here themself: by which way, at which moment."""

    way: str
    at: datetime


def signed_here(line: Attendance) -> Given | None:
    """What this person had signed here themself before the line was corrected to something else, if they had: undoing
    that correction gives it back, it does not become a paper."""
    if line.corrected_on is None or line.state == State.PRESENT:
        return None
    entries = JournalEntry.objects.filter(
        verb="sheet.correct",
        object_type=Attendance._meta.label_lower,
        object_id=line.pk,
        before__way__in=[*SIGNED_HERE],
    )
    said = entries.order_by("-id").values_list("before", flat=True).first()
    return Given(said["way"], datetime.fromisoformat(said["signed_at"])) if said else None


def corrections_of(lines: Sequence[Attendance]) -> dict[int, list[Correction]]:
    """The corrections of these lines (line id), the first of each first; two queries, none without a correction."""
    corrected = {line.pk: line for line in lines if line.corrected_on}
    if not corrected:
        return {}
    entries = list(
        JournalEntry.objects.filter(
            verb="sheet.correct", object_type=Attendance._meta.label_lower, object_id__in=list(corrected)
        )
        .select_related("reason")
        .order_by("-id")
    )
    with scope(TASK):
        people = Person.objects.in_bulk({entry.actor_person_id for entry in entries if entry.actor_person_id})
    stands: dict[int, dict[str, Any]] = {pk: _said_now(line) for pk, line in corrected.items()}
    found: dict[int, list[Correction]] = defaultdict(list)
    # Backwards: what an entry does not say had not changed.
    for entry in entries:
        after = stands[entry.object_id]
        before = after | {name: value for name, value in entry.before.items() if name in after}
        stands[entry.object_id] = before
        by = people.get(entry.actor_person_id or 0)
        reason = entry.reason.text if entry.reason else ""
        on = entry.at.astimezone(PARIS).date()
        found[entry.object_id].insert(
            0, Correction(on, str(by or _("l'organisme")), _words(before), _words(after), reason)
        )
    return found


def _said_now(line: Attendance) -> dict[str, Any]:
    signed_at = line.signed_at.isoformat() if line.signed_at else None
    return {"state": line.state, "way": line.way, "signed_at": signed_at}


def _words(said: dict[str, Any]) -> str:
    if said["state"] != State.PRESENT:
        return str(State(said["state"]).label).lower()
    if said["way"] == UNSIGNED:
        return _("présent, sans signature")
    if said["way"] == Way.PAPER or not said["signed_at"]:
        return _("signé sur papier")
    at = datetime.fromisoformat(said["signed_at"]).astimezone(PARIS)
    return _("signé à %(hour)s") % {"hour": f"{at.hour} h {at:%M}"}
