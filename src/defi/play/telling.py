"""The journal as readable lines: one per action, with the names read from the people when they are shown."""

from __future__ import annotations

from itertools import groupby

from defi.kernel import clock
from defi.kernel.access import TASK, WHO_LABELS, Who, scope
from defi.kernel.models import JournalEntry, Reason
from defi.kernel.transitions import TABLES, VERBS
from defi.people.models import Organisation, Person
from defi.play.world import World


def tell(world: World, after: int) -> list[str]:
    """A line for each verb of each action written after the entry `after`."""
    entries = list(JournalEntry.objects.filter(id__gt=after).order_by("id"))
    people = _names(Person, {e.actor_person_id for e in entries})
    organisations = _names(Organisation, {e.actor_organisation_id for e in entries})
    reasons = dict(Reason.objects.filter(pk__in={e.reason_id for e in entries}).values_list("pk", "text"))
    lines = []
    for (_action, verb), group in groupby(entries, key=lambda e: (e.action_id, e.verb)):
        rows = list(group)
        lines.append(_line(verb, rows, people, organisations, reasons))
    return lines


def _line(
    verb: str,
    rows: list[JournalEntry],
    people: dict[int, str],
    organisations: dict[int, str],
    reasons: dict[int, str],
) -> str:
    first = rows[0]
    who = people.get(first.actor_person_id or 0) or str(WHO_LABELS[Who(first.actor_who)])
    house = organisations.get(first.actor_organisation_id or 0, "")
    label = VERBS[verb].label
    moves = _moves(rows)
    reason = f" « {reasons[first.reason_id]} »" if first.reason_id in reasons else ""
    day = first.at.astimezone(clock.PARIS).date().isoformat()
    return f"{day}  {who}{f' ({house})' if house else ''}  {label}{moves}{reason}"


def _moves(rows: list[JournalEntry]) -> str:
    """The states taken, each once, with how many things took them."""
    counts: dict[str, int] = {}
    for row in rows:
        if "state" not in row.after:
            continue
        states = next((t.states for t in TABLES.values() if row.after["state"] in t.states and _is(t.thing, row)), {})
        text = str(states.get(row.after["state"], row.after["state"]))
        counts[text] = counts.get(text, 0) + 1
    parts = [text if n == 1 else f"{text} ({n})" for text, n in counts.items()]
    return f" : {', '.join(parts)}" if parts else ""


def _is(thing: str, row: JournalEntry) -> bool:
    return thing.replace("_", "") in row.object_type or thing in ALIASES.get(row.object_type, ())


ALIASES = {
    "needs.collectiveneed": ("collective_need",),
    "design.trainingplan": ("plan",),
    "training.attendancesheet": ("sheet",),
    "closing.compliancecertificate": ("certificate",),
    "closing.bonusclaim": ("claim",),
    "convention.signingoption": ("signing_option",),
}


def _names(model: type[Person] | type[Organisation], ids: set[int | None]) -> dict[int, str]:
    with scope(TASK):
        return {row.pk: str(row) for row in model._default_manager.filter(pk__in=[pk for pk in ids if pk])}
