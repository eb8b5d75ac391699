"""The space of somebody of a firm, under what they have to do: my trainees, my promises; a tutor, whom I receive."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.people.models import Organisation, Person
from defi.steps.pairing.employers import Promised, promises_of
from defi.steps.pairing.models import Pairing
from defi.steps.training.interruptions import living, over
from defi.steps.training.models import Placement, PlacementSignature, ReportPart, Suspension
from defi.steps.training.periods import missing_parties, not_begun
from defi.steps.training.queries.reports import parts_for


@dataclass(frozen=True, slots=True)
class Paired:
    """Somebody paired with one of the firm's posts: a first name and an initial, and since when."""

    name: str
    state: str
    pairing: Pairing
    away: Suspension | None


@dataclass(frozen=True, slots=True)
class Received:
    """Somebody the firm receives in a period: it signed their agreement, and reads their name."""

    name: str
    placement: Placement
    referent: Person | None
    away: Suspension | None = None
    signed: frozenset[str] = frozenset()

    @property
    def not_begun(self) -> bool:
        """Whether its first day passed without the three signatures."""
        return not_begun(self.placement.state, self.placement.starts_on, self.signed, clock.today())

    @property
    def is_now(self) -> bool:
        period = self.placement
        is_agreed = not missing_parties(self.signed)
        return period.state == "begun" or (is_agreed and period.starts_on <= clock.today())

    @property
    def may_sign(self) -> bool:
        """Whether presence is offered to sign: not on a day of an interruption. What was to sign before it is asked on
        its own line of what is to do."""
        return self.is_now and not (self.away and self.away.holds(clock.today()))


@dataclass(frozen=True, slots=True)
class FirmSpace:
    """What one member of a firm reads; a tutor only whom they receive themself."""

    trainees: list[Paired] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    promises: list[Promised] = field(default_factory=list)
    reports: list[ReportPart] = field(default_factory=list)
    providers: list[Organisation] = field(default_factory=list)
    is_tutor: bool = False


def firm_space(actor: Actor) -> FirmSpace | None:
    """The space of this actor; None for whoever is of no firm. Eight queries at most, whatever the rows."""
    if not actor.in_employer or actor.organisation_id is None:
        return None
    received = _received(actor)
    if actor.who is Who.TUTOR:
        return FirmSpace(received=received, providers=_providers(received, []), is_tutor=True)
    pairings = list(
        Pairing.objects.visible_to(actor)
        .filter(state="active", operation__state="running")
        .select_related("post__promise", "operation__provider")
        .order_by("operation", "pk")
    )
    promises = [line for line in promises_of(actor, [actor.organisation_id]) if line.promise.state != "withdrawn"]
    return FirmSpace(
        trainees=_paired(pairings),
        received=received,
        promises=[line for line in promises if line.promise.operation.state == "running"],
        reports=parts_for(actor),
        providers=_providers(received, pairings),
    )


def _paired(pairings: list[Pairing]) -> list[Paired]:
    """The people of these pairings, which the actor may see: their first name, their initial, whether they train."""
    with scope(TASK):
        rows = Pairing.objects.filter(pk__in=[pairing.pk for pairing in pairings]).select_related("candidacy__person")
        people = {row.pk: row.candidacy for row in rows}
        away = {
            row.candidacy_id: row
            for row in Suspension.objects.filter(candidacy__in=[one.pk for one in people.values()], ended_on=None)
        }
    return [
        Paired(
            people[pairing.pk].person.short_name,
            people[pairing.pk].state,
            pairing,
            away.get(people[pairing.pk].pk),
        )
        for pairing in pairings
    ]


def _received(actor: Actor) -> list[Received]:
    """The periods under way or to come; a tutor's own, and those of the firm that name nobody of its members."""
    rows = Placement.objects.visible_to(actor).filter(
        state__in=["planned", "begun"], ends_on__gte=clock.today(), operation__state="running"
    )
    if actor.who is Who.TUTOR:
        rows = rows.filter(tutor_id=actor.person_id)
    found = list(rows.select_related("operation__provider").order_by("starts_on", "pk"))
    with scope(TASK):
        people = {
            row.pk: row.candidacy
            for row in Placement.objects.filter(pk__in=[one.pk for one in found]).select_related(
                "candidacy__person", "candidacy__referent"
            )
        }
        away = living({one.pk for one in people.values()})
        signed: dict[int, set[str]] = defaultdict(set)
        given = PlacementSignature.objects.filter(placement__in=found, voided_on=None)
        for pk, party in given.values_list("placement_id", "party"):
            signed[pk].add(party)
    return [
        Received(
            str(people[one.pk].person),
            one,
            people[one.pk].referent,
            over(one, away.get(people[one.pk].pk), clock.today()),
            frozenset(signed[one.pk]),
        )
        for one in found
    ]


def _providers(received: list[Received], pairings: list[Pairing]) -> list[Organisation]:
    """Whom to call: the training organisations of these operations, each once."""
    known = [one.placement.operation.provider for one in received] + [one.operation.provider for one in pairings]
    return list({house.pk: house for house in known if house is not None}.values())
