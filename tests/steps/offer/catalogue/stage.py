"""A training of the catalogue for the tests, written straight into its tables: the import has tests of its own."""

from __future__ import annotations

from datetime import date
from itertools import count

from defi.kernel.access import TASK, scope
from defi.reference.models import Commune
from defi.steps.offer.catalogue.models import OfferedSession, Training, TrainingAction, TrainingPlace
from factories import a_region

_number = count(1)


def an_offered_session(
    commune: Commune | None,
    *,
    jobs: tuple[str, ...] = ("K1311",),
    siret: str = "",
    starts_on: date | None = date(2026, 3, 2),
    ends_on: date | None = date(2026, 6, 26),
    withdrawn_on: date | None = None,
) -> OfferedSession:
    """A session of one action of one training, in one commune."""
    number = f"F{next(_number)}"
    with scope(TASK):
        training = Training.objects.create(
            region=a_region(),
            source="essai",
            number=number,
            digest="",
            title="Assistant de vie aux familles",
            search_key="assistant vie famille",
            jobs=list(jobs),
            certifications=["RNCP37715"],
            is_certifying=True,
            provider_name="Atelier du Loir",
            provider_siret=siret,
            provider_nda="",
            withdrawn_on=withdrawn_on,
        )
        action = TrainingAction.objects.create(
            training=training,
            number="1",
            teaching="0",
            is_permanent=False,
            hours_centre=420,
            hours_company=140,
            withdrawn_on=withdrawn_on,
        )
        TrainingPlace.objects.create(action=action, position=1, town="Châteaudun", commune=commune)
        return OfferedSession.objects.create(
            action=action, number="1", starts_on=starts_on, ends_on=ends_on, withdrawn_on=withdrawn_on
        )
