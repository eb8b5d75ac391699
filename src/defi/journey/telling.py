"""The journal in words: one line per verb of each action, with the names read from the people when they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.translation import gettext as _

from defi.journey.subjects import MOST_NAMES, chosen, joined, names
from defi.kernel.access import TASK, WHO_LABELS, Actor, Who, scope
from defi.kernel.documents.french import long_date
from defi.kernel.models import JournalEntry, Reason
from defi.kernel.transitions import VERBS
from defi.people.models import Organisation, Person
from defi.steps.closing.models import BonusClaim
from defi.steps.closing.payments import CLAIMS, CORRECT, PAY, payments

if TYPE_CHECKING:
    from django.db.models import QuerySet

EOS: Final = "claim.record_eos"
OF_THE_SIGNING: Final = ("operation", "meeting", "session", "signing", "convention", "amendment", "signatory", "scan")
"""What the Cabinet, which invites to the signing, reads of a history: other acts, and their reasons, tell what became
of people."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who did what, when, and why. `sentence` is without the author and the date."""

    at: datetime
    who: str
    house: str
    sentence: str
    reason: str = ""


def history_of(operation_id: int, reader: Actor) -> QuerySet[JournalEntry]:
    """The entries of an operation that this reader may be told, latest first. The caller has checked that the Region or
    its provider reads it."""
    entries = JournalEntry.objects.filter(file_id=operation_id).order_by("-id")
    if reader.who is not Who.CABINET:
        return entries
    return entries.filter(reduce(or_, (Q(verb__startswith=f"{family}.") for family in OF_THE_SIGNING)))


def tell(entries: Iterable[JournalEntry], reader: Actor = TASK) -> list[Told]:
    """The lines of these entries, in their order, with the names that the reader may know.

    Three queries and one per type of named rows, three once a payment is told and one once a request in EOS is,
    whatever the number of lines."""
    rows = list(entries)
    groups = [list(group) for _key, group in groupby(rows, key=lambda e: (e.action_id, e.verb))]
    subjects = [chosen(changes) for changes in groups]
    known = names((entry for about in subjects for entry in about[:MOST_NAMES]), reader)
    people = _names(Person, {e.actor_person_id for e in rows if _may_name_author(e, reader)})
    organisations = _names(Organisation, {e.actor_organisation_id for e in rows})
    reasons = dict(Reason.objects.filter(pk__in={e.reason_id for e in rows}).values_list("pk", "text"))
    values = _paid(rows, reader) | _asked_in_eos(rows, reader)
    told = []
    for changes, about in zip(groups, subjects, strict=True):
        first = changes[0]
        told.append(
            Told(
                at=first.at,
                who=people.get(first.actor_person_id or 0) or str(WHO_LABELS[Who(first.actor_who)]),
                house=organisations.get(first.actor_organisation_id or 0, ""),
                sentence=_label(first.verb) + (_values(changes, values) or _subject(about, known) or _states(changes)),
                reason=reasons.get(first.reason_id or 0, ""),
            )
        )
    return told


def _paid(rows: Iterable[JournalEntry], reader: Actor) -> dict[int, str]:
    """What was noted of each payment told, for who may read the claim."""
    ids = {row.object_id for row in rows if row.verb in (PAY, CORRECT) and row.object_type == CLAIMS}
    if not ids:
        return {}
    with scope(TASK):
        return {one.entry: one.words for one in payments(BonusClaim.objects.visible_to(reader).filter(pk__in=ids))}


def _asked_in_eos(rows: Iterable[JournalEntry], reader: Actor) -> dict[int, str]:
    """What was noted of each request made in EOS, for who may read the claim."""
    entries = [row for row in rows if row.verb == EOS and row.object_type == CLAIMS]
    if not entries:
        return {}
    with scope(TASK):
        claims = BonusClaim.objects.visible_to(reader).filter(pk__in={row.object_id for row in entries})
        seen = set(claims.values_list("pk", flat=True))
    return {row.pk: eos_words(row.before, row.after) for row in entries if row.object_id in seen}


def eos_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """`solde, le 3 mars 2026`; what it takes the place of, when it corrects: `… au lieu de : acompte, le 2 mars 2026`.

    An entry of the journal holds what changed: of a day corrected alone, the kind is not said again."""
    now, former = _request(after), _request(before)
    return _("%(now)s, au lieu de : %(before)s") % {"now": now, "before": former} if former else now


def _request(values: Mapping[str, Any]) -> str:
    kinds = dict(BonusClaim.Kind.choices)
    kind, on = values.get("eos_kind"), values.get("eos_requested_on")
    day = _("le %(day)s") % {"day": long_date(date.fromisoformat(on))} if on else ""
    return ", ".join(part for part in (str(kinds.get(kind, "")) if kind else "", day) if part)


def _values(changes: Iterable[JournalEntry], values: dict[int, str]) -> str:
    return next((f" : {values[entry.pk]}" for entry in changes if entry.pk in values), "")


def _may_name_author(entry: JournalEntry, reader: Actor) -> bool:
    """Members act in the open; a trainee who acts for themself is not named to the Cabinet."""
    return reader.who is not Who.CABINET or entry.actor_organisation_id is not None


def _label(verb: str) -> str:
    """The words of a verb; the journal keeps for ever some that the house no longer has."""
    known = VERBS.get(verb)
    return str(known.label) if known else verb


def _subject(about: Sequence[JournalEntry], known: dict[tuple[str, int], str]) -> str:
    parts = [known.get((entry.object_type, entry.object_id), "") for entry in about[:MOST_NAMES]]
    parts = [part for part in parts if part]
    # One body named to two teams is said once.
    once = list(dict.fromkeys(parts))
    return f" : {joined(once, len(about) - len(parts) + len(once))}" if once else ""


def _states(rows: list[JournalEntry]) -> str:
    """The states taken, each once, with how many things took them."""
    counts: dict[str, int] = {}
    for row in rows:
        if "state" in row.after:
            text = _state(row.object_type, row.after["state"])
            counts[text] = counts.get(text, 0) + 1
    parts = [text if n == 1 else f"{text} ({n})" for text, n in counts.items()]
    return f" : {', '.join(parts)}" if parts else ""


def _state(object_type: str, state: str) -> str:
    """The state in the words of its model, as it stands when the house no longer has it."""
    try:
        labels = dict(apps.get_model(object_type)._meta.get_field("state").flatchoices)
    except (LookupError, FieldDoesNotExist):
        return state
    return str(labels.get(state, state))


def _names(model: type[Person] | type[Organisation], ids: set[int | None]) -> dict[int, str]:
    with scope(TASK):
        return {row.pk: str(row) for row in model._default_manager.filter(pk__in=[pk for pk in ids if pk])}
