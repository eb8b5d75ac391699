"""What the tests of periods in company share: one planned, agreed by three, and half-days to sign."""

from datetime import date, datetime, time

from PIL import Image

from defi.kernel import clock
from defi.kernel.access import Actor, LinkScope, Who
from defi.play.words.ink import as_pdf
from defi.steps.training import actions
from defi.steps.training.models import Placement

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 6)
HALVES = [(FIRST, "morning"), (FIRST, "afternoon"), (LAST, "morning"), (LAST, "afternoon")]


def facts_of(stage, **changes: object) -> actions.PlacementFacts:
    """Two days of seven hours in January, with Rose as tutor."""
    said = {
        "employer_id": stage.employer.pk,
        "starts_on": FIRST,
        "ends_on": LAST,
        "hours": 14,
        "aims": "Accompagner les repas",
        "tutor_id": stage.tutor.person_id,
    }
    return actions.PlacementFacts(**said | changes)


def planned(stage, n: int = 0, **changes: object) -> Placement:
    return actions.plan_placement(stage.coordinator, stage.ids[n], facts_of(stage, **changes))


def sign_all(stage, placement: Placement, n: int = 0) -> Placement:
    for actor in (stage.as_trainee(n), stage.tutor, stage.coordinator):
        actions.sign_placement(actor, placement.pk)
    return placement


def agreed(stage, n: int = 0, **changes: object) -> Placement:
    """A period that the three have signed, in November."""
    return sign_all(stage, planned(stage, n, **changes), n)


def in_the_evening(on: date) -> datetime:
    return datetime.combine(on, time(18), tzinfo=clock.PARIS)


def there(*halves: tuple[date, str], state: str = "present") -> dict[tuple[date, str], str]:
    return dict.fromkeys(halves or HALVES, state)


def bearer(verb: str, placement: Placement, **hand: int | None) -> Actor:
    """Who holds a link made for this period."""
    scope = LinkScope(1, verb, "training.placement", placement.pk)
    return Actor(Who.LINK, link=scope, **{"organisation_id": placement.employer_id} | hand)


def paper(height: int = 400) -> tuple[str, bytes]:
    """A blank page as a scanner gives it."""
    return ("papier.pdf", as_pdf([Image.new("L", (300, height), 255)]))
