"""Reads candidacies and the preparation. Numbers of queries do not depend on the number of rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from defi.kernel.access import Actor
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.people.names import search_key
from defi.steps.sourcing.locks import TAKES_A_SEAT
from defi.steps.sourcing.models import Application, Candidacy
from defi.steps.sourcing.rules import is_silent, seats_free, seats_to_offer, seats_to_propose
from defi.steps.sourcing.states import BEFORE_ENTRY, CANDIDACY

PILLS = {
    "oriented": "due",
    "invited": "due",
    "met": "wait",
    "selected": "wait",
    "reserve": "plain",
    "confirmed": "ok",
    "entered": "ok",
    "completed": "ok",
    "left": "late",
    "declined": "plain",
    "withdrawn": "plain",
    "no_show": "plain",
    "merged": "plain",
}
# The states of `rules.owed_since`: an answer is owed until the person is selected, in reserve or told no.
OWED = ("oriented", "invited", "met")
LIVING = (*BEFORE_ENTRY, "entered")
# The one click that usually comes next; the other verbs are on the person's page.
NEXT = {
    "oriented": "candidacy.meet",
    "invited": "candidacy.meet",
    "met": "candidacy.select",
    "selected": "candidacy.confirm",
}

TOGETHER = (
    "candidacy.invite",
    "candidacy.meet",
    "candidacy.select",
    "candidacy.put_in_reserve",
    "candidacy.confirm",
    "candidacy.miss",
)


@dataclass(frozen=True, slots=True)
class LiveSeats:
    """Seats of the Region, how many are held, how many people were offered one and have not yet said that they come
    (`offered`), how many wait in reserve; no name of anybody."""

    seats: int
    taken: int
    offered: int
    reserve: int
    apart: int

    @property
    def free(self) -> int:
        return seats_free(self.seats, self.taken)

    @property
    def to_propose(self) -> int:
        """Seats for somebody new: those offered to people who have not answered yet are not."""
        return seats_to_propose(self.free, self.offered)


def live_seats(session: Session) -> LiveSeats:
    """The seats of a session as they stand, for whoever sees it: everybody is counted, nobody is named."""
    region = Q(funding=Candidacy.Funding.REGION)
    counts = Candidacy.objects.filter(session=session).aggregate(
        taken=Count("pk", filter=region & Q(state__in=TAKES_A_SEAT)),
        offered=Count("pk", filter=region & Q(state="selected")),
        reserve=Count("pk", filter=Q(state="reserve")),
        apart=Count("pk", filter=~region & Q(state__in=TAKES_A_SEAT)),
    )
    return LiveSeats(session.seats, **counts)


def session_of(actor: Actor, operation: Operation) -> Session | None:
    """The session of the operation, once it is fixed."""
    return Session.objects.visible_to(actor).filter(operation=operation).order_by("number").first()


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty is everything. `name` is looked for without accents."""

    state: str = ""
    prescriber: int | None = None
    funding: str = ""
    name: str = ""

    @property
    def active(self) -> bool:
        return bool(self.state or self.prescriber or self.funding or self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in the list. `since`: date of the last step; `owed`: an answer is due; `twin`: another has that name."""

    candidacy: Candidacy
    since: date
    owed: bool
    twin: bool
    next_verb: str = ""
    next_label: str = ""
    silent: bool = False
    together: tuple[str, ...] = ()  # what may be noted of them with others

    @property
    def pill(self) -> str:
        return PILLS[self.candidacy.state]

    @property
    def name(self) -> str:
        return str(self.candidacy.person)


@dataclass(frozen=True, slots=True)
class Group:
    """The people of a session, as this actor may see them."""

    session: Session
    seats: LiveSeats
    rows: list[Row]
    total: int
    counts: list[tuple[str, str, int]]
    prescribers: list[Organisation]

    reserve: list[Candidacy] = field(default_factory=list)

    @property
    def owed(self) -> int:
        return sum(row.owed for row in self.rows)

    @property
    def silent(self) -> int:
        """How many hold a seat, were asked again before the start, and have not answered."""
        return sum(row.silent for row in self.rows)

    @property
    def together(self) -> list[tuple[str, str]]:
        """What may be noted of several of those shown at once: the verb, and its label."""
        open_to = {name for row in self.rows for name in row.together}
        verbs = [VERBS[name] for name in TOGETHER if name in open_to]
        return [(verb.name.partition(".")[2], str(verb.label)) for verb in verbs]

    @property
    def to_offer(self) -> int:
        """How many seats somebody in reserve could be offered now."""
        return seats_to_offer(self.seats.free, self.seats.offered, len(self.reserve))


def group(actor: Actor, session: Session, filters: Filters, *, acts: bool) -> Group:
    """The list, narrowed by `filters`; `acts` says whether the actor may take the next step of each person."""
    everybody = list(
        Candidacy.objects.visible_to(actor)
        .filter(session=session)
        .select_related("person", "prescriber", "referent")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    twins = Counter(search_key(str(candidacy.person)) for candidacy in everybody)
    states = Counter(candidacy.state for candidacy in everybody)
    prescribers = {c.prescriber.pk: c.prescriber for c in everybody if c.prescriber}
    return Group(
        session=session,
        seats=live_seats(session),
        rows=[_row(actor, candidacy, twins, acts=acts) for candidacy in everybody if _kept(candidacy, filters)],
        total=len(everybody),
        counts=[(state, str(label), states[state]) for state, label in CANDIDACY.choices if states[state]],
        prescribers=sorted(prescribers.values(), key=lambda organisation: organisation.search_key),
        # By name, with the day they entered the reserve as a fact: a person decides who is called.
        reserve=[candidacy for candidacy in everybody if candidacy.state == "reserve"] if acts else [],
    )


def to_confirm(actor: Actor, session: Session) -> list[Application]:
    """Who applied from the announcement and is not a candidate yet, for who may call them, by day."""
    rows = Application.objects.visible_to(actor).filter(session=session, state="to_confirm")
    return list(rows.order_by("asked_on", "pk"))


def _kept(candidacy: Candidacy, filters: Filters) -> bool:
    return (
        filters.state in {"", candidacy.state}
        and filters.funding in {"", candidacy.funding}
        and filters.prescriber in {None, candidacy.prescriber_id}
        and search_key(filters.name) in search_key(str(candidacy.person))
    )


def _row(actor: Actor, candidacy: Candidacy, twins: Counter[str], *, acts: bool) -> Row:
    wanted = NEXT.get(candidacy.state, "") if acts else ""
    steps = CANDIDACY.open_to(actor, candidacy.state) if acts else []
    offered = next((t for t in steps if t.name == wanted), None)
    return Row(
        candidacy=candidacy,
        since=last_date(candidacy),
        owed=candidacy.state in OWED,
        twin=twins[search_key(str(candidacy.person))] > 1,
        next_verb=offered.name.partition(".")[2] if offered else "",
        next_label=str(offered.label) if offered else "",
        together=tuple(t.name for t in steps if t.name in TOGETHER),
        silent=candidacy.state == "confirmed" and is_silent(candidacy.asked_again_on, candidacy.said_again_on),
    )


def last_date(candidacy: Candidacy) -> date:
    """The date of the last thing noted."""
    known = (
        candidacy.oriented_on,
        candidacy.invited_on,
        candidacy.met_on,
        candidacy.selected_on,
        candidacy.confirmed_on,
        candidacy.answered_on,
        candidacy.entered_on,
        candidacy.left_on,
    )
    return max(day for day in known if day)


@dataclass(frozen=True, slots=True)
class GroupCard:
    """Recruiting on the operation page: seats, people by state, answers owed."""

    operation: Operation
    session: Session | None
    seats: LiveSeats | None = None
    counts: list[tuple[str, str, int]] = field(default_factory=list)
    owed: int = 0


def group_card(actor: Actor, operation: Operation) -> GroupCard:
    """The group in one look; a prescriber sees its own people in the counts."""
    session = session_of(actor, operation)
    if session is None:
        return GroupCard(operation, None)
    states = _states(actor, session)
    return GroupCard(
        operation,
        session,
        live_seats(session),
        _in_words(states),
        sum(states[state] for state in OWED),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """A group as the Cabinet reads it: seats and counts of everybody, the names of those who attend the signing."""

    session: Session
    seats: LiveSeats
    counts: list[tuple[str, str, int]]
    attending: list[Candidacy]


def counted(actor: Actor, session: Session) -> Counted:
    """The group in counts, with those whom this actor may name, by name."""
    seen = Candidacy.objects.visible_to(actor).filter(session=session).select_related("person")
    attending = list(seen.order_by("person__last_name", "person__first_name", "pk"))
    return Counted(session, live_seats(session), _in_words(_states(actor, session)), attending)


def _states(actor: Actor, session: Session) -> Counter[str]:
    """How many by state: of everybody for who follows the whole group, of its own people for a prescriber."""
    rows = Candidacy.objects.all() if actor.in_region else Candidacy.objects.visible_to(actor)
    return Counter(rows.filter(session=session).order_by().values_list("state", flat=True))


def _in_words(states: Counter[str]) -> list[tuple[str, str, int]]:
    return [(state, str(label), states[state]) for state, label in CANDIDACY.choices if states[state]]
