"""The dates offered for the ceremony, and the back-planning that leads to it, as an actor may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.operations.models import Operation, Session
from defi.steps.convention.models import Convention, SigningOption
from defi.steps.convention.rules import PlanLine, SigningFacts, back_planning, unusual_day
from defi.steps.convention.signing import OPEN
from defi.steps.convention.states import OPTION
from defi.steps.pairing.queries import book_of

OPTION_TYPE = "convention.signingoption"
OPTION_PILLS = {"proposed": "wait", "forwarded": "wait", "held": "ok", "refused": "plain"}


@dataclass(frozen=True, slots=True)
class OptionRow:
    """A date offered, with the reason when it was refused."""

    option: SigningOption
    pill: str
    words: str
    reason: str
    can_hold: bool

    @property
    def unusual(self) -> str:
        """Why few may come that day, in words."""
        return unusual_day(self.option.on)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the back-planning as it stands today."""

    line: PlanLine
    late: bool


def option_row(
    actor: Actor,
    option: SigningOption,
    options: list[SigningOption],
    reasons: Mapping[tuple[str, int], str],
) -> OptionRow:
    """A date as this actor may see it, among those offered."""
    free = not any(other.state == "held" for other in options) and option.on >= clock.today()
    offered = {t.name for t in OPTION.open_to(actor, option.state)}
    # Another date is held: this one is not, though it comes back if the choice is opened again.
    passed_over = option.state in {"proposed", "forwarded"} and any(other.state == "held" for other in options)
    return OptionRow(
        option=option,
        pill="plain" if passed_over else OPTION_PILLS[option.state],
        words=_("non retenue") if passed_over else str(OPTION.states[option.state]),
        reason=reasons.get((OPTION_TYPE, option.pk), "") if option.state == "refused" else "",
        can_hold=free and "signing.hold" in offered,
    )


def plan_lines(
    operation: Operation, session: Session | None, conventions: list[Convention], options: list[SigningOption]
) -> list[ShownLine]:
    """The back-planning of the signing; `conventions`: all of the operation, in their order."""
    if session is None:
        return []
    convention = next((row for row in conventions if not row.is_over), None)
    # The ceremony is one: a convention cancelled since was announced with it.
    announced = conventions[-1] if conventions else None
    states = {option.state for option in options}
    facts = SigningFacts(
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        eos_number=bool(session.eos_number),
        proposed=bool(states & set(OPEN)),
        forwarded=bool(states & {"forwarded", "held"}),
        held="held" in states,
        sent=convention is not None and convention.state != "draft",
        warned=announced is not None and announced.save_the_date_on is not None,
        invited=announced is not None and announced.invited_on is not None,
        signed=convention is not None and convention.state == "signed",
    )
    today = clock.today()
    return [ShownLine(line, line.late(today)) for line in back_planning(book_of(operation).deadlines, facts)]
