"""The half-days of one period as its pages show them: what is signed, what waits."""

from __future__ import annotations

from dataclasses import dataclass, field

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.steps.design.calendar.durations import duration_words
from defi.steps.training.company import Day, days_to_sign, is_begun
from defi.steps.training.company_hours import State, expected, waiting
from defi.steps.training.corrections import Correction, corrections_of
from defi.steps.training.interruptions import stay_of
from defi.steps.training.models import CompanyPresence, Placement


@dataclass(frozen=True, slots=True)
class Presences:
    """What is signed of a period, half-day by half-day, and what waits. `tells_why`: whether this reader may read why
    one was corrected, as the training organisation and the Region do."""

    rows: list[CompanyPresence] = field(default_factory=list)
    corrections: dict[int, Correction] = field(default_factory=dict)
    to_sign: list[Day] = field(default_factory=list)
    expected: int = 0
    tells_why: bool = False
    later_today: bool = False

    @property
    def lines(self) -> list[tuple[CompanyPresence, Correction | None]]:
        """Each half-day with what was signed of it, when it was corrected since."""
        return [(row, self.corrections.get(row.pk)) for row in self.rows]

    @property
    def here(self) -> int:
        return sum(row.minutes for row in self.rows if row.state == State.PRESENT)

    @property
    def here_words(self) -> str:
        return duration_words(self.here)

    @property
    def corrected(self) -> int:
        return sum(row.corrected_on is not None for row in self.rows)

    @property
    def waiting(self) -> int:
        """How many half-days wait for the tutor."""
        return sum(len(day.halves) for day in self.to_sign)


def presences_of(actor: Actor, placement: Placement) -> Presences:
    """The half-days of one period this actor may see."""
    rows = list(CompanyPresence.objects.visible_to(actor).filter(placement=placement).order_by("on", "-half"))
    with scope(TASK):
        stay = stay_of(placement.candidacy)
    left = waiting(placement, {(row.on, row.half) for row in rows}, stay)
    why = actor.in_provider or actor.in_region
    due, now = [one for one in expected(placement) if stay.has(one.on)], clock.now()
    later = any(one.on == clock.today() and not is_begun(one.key, now) for one in due)
    return Presences(rows, corrections_of(rows), days_to_sign(left), len(due), tells_why=why, later_today=later)
