"""Who may be one person, among those the actor follows: it sees both sides of each pair, and no other pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from defi.kernel.access import Actor
from defi.people.models import Person
from defi.steps.sourcing.alike_models import PersonPair
from defi.steps.sourcing.alike_rules import Pair, Somebody, Why, likeness, pairs, somebody
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.states import OVER

REACH = (
    "person_id",
    "person__first_name",
    "person__last_name",
    "person__birth_date",
    "person__email",
    "person__phone",
)
WHY = {
    Why.NAME: _("même nom"),
    Why.NEAR_NAME: _("nom proche"),
    Why.BIRTH: _("même date de naissance"),
    Why.EMAIL: _("même adresse électronique"),
    Why.PHONE: _("même téléphone"),
    Why.SESSION: _("même session"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two records, with the candidacies that hang on it."""

    person: Person
    candidacies: list[Candidacy]

    @property
    def since(self) -> date:
        """Since when somebody follows this record."""
        return min(row.oriented_on for row in self.candidacies)

    @property
    def where(self) -> str:
        """« Soudeur, Blois ; Serveur, Dreux »: the operations where it is followed."""
        return " ; ".join(dict.fromkeys(row.operation.title for row in self.candidacies))


@dataclass(frozen=True, slots=True)
class Alikes:
    """Two records side by side, and why."""

    first: Side
    second: Side
    why: list[str]


def alike_pairs(actor: Actor, among: Iterable[int] | None = None) -> list[Pair]:
    """Every pair to look at, in the order of their rows; with one of `among` (ids of people) if given. Two queries."""
    rows = Candidacy.objects.visible_to(actor).filter(person__merged_into=None).exclude(state="merged")
    people = _with_their_sessions(rows)
    said = PersonPair.objects.visible_to(actor).filter(state="apart").order_by()
    found = pairs(people, said.values_list("kept_id", "other_id"))
    if among is None:
        return found
    wanted = set(among)
    return [pair for pair in found if pair.first in wanted or pair.second in wanted]


def _with_their_sessions(rows: QuerySet[Candidacy]) -> list[Somebody]:
    """Each person once, with the sessions where their candidacy goes on."""
    going: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for *who, session, state in rows.order_by("person__pk", "pk").values_list(*REACH, "session_id", "state"):
        going[tuple(who)] += [session] if state not in OVER else []
    return [replace(somebody(*who), sessions=frozenset(sessions)) for who, sessions in going.items()]


def shown_pairs(actor: Actor, found: Sequence[Pair]) -> list[Alikes]:
    """The same, with what is known on each side. One query, whatever their number."""
    wanted = {pk for pair in found for pk in (pair.first, pair.second)}
    hanging: dict[int, list[Candidacy]] = defaultdict(list)
    rows = Candidacy.objects.visible_to(actor).filter(person_id__in=wanted)
    for row in rows.select_related("person", "prescriber", "operation", "session").order_by("pk"):
        hanging[row.person_id].append(row)
    sides = {pk: Side(rows[0].person, rows) for pk, rows in hanging.items()}
    return [
        Alikes(sides[pair.first], sides[pair.second], [str(WHY[why]) for why in pair.why])
        for pair in found
        if pair.first in sides and pair.second in sides
    ]


def known_as(actor: Actor, me: Somebody) -> list[Side]:
    """Whom somebody about to be typed may be, among the people the actor follows, by their rows. Two queries."""
    rows = Candidacy.objects.visible_to(actor).filter(person__merged_into=None).exclude(state="merged")
    found = {who.pk for who in _with_their_sessions(rows) if likeness(me, who)}
    hanging: dict[int, list[Candidacy]] = defaultdict(list)
    for row in rows.filter(person_id__in=found).select_related("person", "operation").order_by("person__pk", "pk"):
        hanging[row.person_id].append(row)
    return [Side(theirs[0].person, theirs) for theirs in hanging.values()]


def merged_before(actor: Actor) -> list[PersonPair]:
    """What this house made one, the latest first."""
    rows = PersonPair.objects.visible_to(actor).filter(state="merged")
    return list(rows.select_related("kept", "other").order_by("-decided_on", "-pk")[:20])
