"""The demonstration: the shipped scenarios, each placed so that today falls on a telling day of its story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from django.db.models import F, Min
from django.utils.translation import gettext as _

import defi
from defi.journey.projection import rewrite_all
from defi.kernel import clock
from defi.kernel.access import TASK, WHO_LABELS, Who, scope
from defi.kernel.mail.models import WAITING
from defi.kernel.models import Mail
from defi.people.models import Membership
from defi.play.file import Play, Step, read
from defi.play.runner import perform
from defi.play.world import PlayError
from defi.reference.builtin import ensure_builtin
from defi.steps.training.half_days import holiday_name


@dataclass(frozen=True, slots=True)
class Placed:
    """A scenario, and the day of its story that today is (or the last such weekday before)."""

    file: str
    story_day: date


LATE_MORNING = timedelta(hours=10)
"""The steps of a day follow one another from nine in the morning (play.runner)."""

PROGRAMME = (
    Placed("a-chateaudun.toml", date(2026, 9, 14)),
    Placed("b-retrait.toml", date(2025, 10, 21)),
    Placed("c-sous-le-minimum.toml", date(2025, 12, 1)),
    Placed("d-poec.toml", date(2026, 2, 2)),
    Placed("e-acompte.toml", date(2026, 3, 23)),
    Placed("f-debuts.toml", date(2026, 3, 18)),
    Placed("g-consultation.toml", date(2026, 4, 15)),
)


def scenarios() -> Path:
    """The folder of the shipped scenarios: inside an installed package, at the root of a checkout."""
    packaged = Path(defi.__file__).parent / "scenarios"
    return packaged if packaged.is_dir() else Path(defi.__file__).parents[2] / "scenarios"


def seed() -> None:
    """Fill an empty database with the demonstration. Raises PlayError when a scenario does not go as it says."""
    ensure_builtin()
    for placed in PROGRAMME:
        _play(placed)
    # The mail of an invented past left in that past: none of it is sent today.
    Mail.objects.filter(WAITING).update(sent_at=F("queued_at"))
    rewrite_all()


def _play(placed: Placed) -> None:
    # Before the steps of the day have had their hours, the story stands as the evening before.
    today = (clock.now().astimezone(clock.PARIS) - LATE_MORNING).date()
    # Whole weeks keep Mondays on Mondays.
    weeks = (today - placed.story_day).days // 7
    play = read(scenarios() / placed.file, timedelta(weeks=weeks))
    told = Play(
        title=play.title,
        region=play.region,
        organisations=play.organisations,
        people=play.people,
        steps=[meant(step) for step in play.steps if step.on <= today],
    )
    performance = perform(told)
    if performance.stopped:
        raise PlayError(f"{placed.file} : {performance.stopped}")


def meant(step: Step) -> Step:
    """A half-day that the move brought on a public holiday is confirmed, as a provider would."""
    if step.do != "sheet.open" or not holiday_name(step.args.get("on", step.on)):
        return step
    return replace(step, args={**step.args, "unusual_day": True})


def sign_in_help() -> list[str]:
    """How to sign in as each role, a line each, for the terminal."""
    with scope(TASK):
        first = (
            Membership.objects.filter(person__account__isnull=False, until=None)
            .values("role")
            .annotate(first=Min("pk"))
            .values_list("first", flat=True)
        )
        members = Membership.objects.filter(pk__in=list(first)).select_related("person", "organisation").order_by("pk")
        lines = [f"  {WHO_LABELS[Who(m.role)]} : {m.person} ({m.organisation}), {m.person.email}" for m in members]
    return [
        _("Choisissez un rôle d'un clic sur la page /demonstration/ :"),
        *lines,
        _("  stagiaire : sur la même page, en bas"),
        _("Les courriels se lisent tout de suite sur /demonstration/courriels/ ; ils partent aux heures ouvrées."),
    ]
