"""After the start: who was awaited and did not come, what their call said, whom the reserve could offer a seat to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from defi.kernel.access import Actor
from defi.operations.models import Session
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.queries import live_seats
from defi.steps.sourcing.rules import seats_to_offer
from defi.steps.training.models import AbsenteeCall


@dataclass(frozen=True, slots=True)
class Absentee:
    """Somebody who did not come on the first day, and the last call; `call` is None until they are called."""

    candidacy: Candidacy
    call: AbsenteeCall | None = None

    @property
    def may_come(self) -> bool:
        """Whether they were noted absent, had confirmed before, and said since that they come later."""
        said = self.call is not None and self.call.outcome == AbsenteeCall.Outcome.COMES
        return said and self.candidacy.state == "no_show" and self.candidacy.confirmed_on is not None


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the first day left open. `reserve` is by name, with no rank: a person decides who is called."""

    absentees: list[Absentee] = field(default_factory=list)
    free: int = 0
    reserve: list[Candidacy] = field(default_factory=list)

    @property
    def to_call(self) -> int:
        return sum(one.call is None for one in self.absentees)

    @property
    def proposes(self) -> bool:
        """Whether a seat is free that somebody in reserve could be offered."""
        return bool(self.free and self.reserve)


def gaps(actor: Actor, session: Session, people: Iterable[Candidacy]) -> Gaps:
    """Who of these people is to be called after the start, in two queries; nothing before it, or once the session is
    over. `people` come in the order in which they are shown."""
    if session.started_on is None or session.ended_on is not None:
        return Gaps()
    people = list(people)
    calls = AbsenteeCall.objects.visible_to(actor).filter(candidacy__session=session).order_by("on", "pk")
    last = {call.candidacy_id: call for call in calls}
    reserve = [person for person in people if person.state == "reserve"]
    seats = live_seats(session)
    return Gaps(
        [Absentee(person, last.get(person.pk)) for person in people if person.state in {"no_show", "confirmed"}],
        seats_to_offer(seats.free, seats.offered, len(reserve)),
        reserve,
    )
