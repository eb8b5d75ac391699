"""What the training says of employers: the periods they host, what their provider said with them, and how long ago."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.operations.employers import of_own_operations
from defi.people.employers.actions import learn_contact
from defi.people.employers.merging import Undoing, undo_refusal
from defi.people.employers.models import Decision
from defi.people.employers.reach import meets
from defi.steps.training.models import Exchange, Placement, PlacementSignature


@on("placement.plan")
def tutor_told(outer: Action, entries: list[JournalEntry]) -> None:
    """Who tutors a period is a contact of the firm."""
    ids = [entry.object_id for entry in entries if entry.object_type == "training.placement"]
    hosted = Placement._base_manager.filter(pk__in=ids, tutor__isnull=False)
    for placement in hosted.select_related("employer", "tutor"):
        if placement.tutor is not None:
            learn_contact(placement.employer, placement.tutor, (Decision.TUTOR,))


@meets
def tutors(actor: Actor) -> QuerySet[Any, Any]:
    """Who tutors a period in company."""
    return Placement._base_manager.filter(of_own_operations(actor), tutor__isnull=False).values("tutor_id")


@undo_refusal
def agreed_as_one(undoing: Undoing) -> str:
    """The agreement of a period that the firm signed since is not given to another."""
    moved = undoing.touched("training.placement", column="employer_id")
    signed = PlacementSignature._base_manager.filter(placement__in=moved, party=PlacementSignature.Party.EMPLOYER)
    rows = list(signed.values_list("pk", flat=True))
    if any(
        undoing.happened("training.placementsignature", rows, f"placement.{verb}") for verb in ("sign", "record_ink")
    ):
        return _(
            "L'entreprise a signé une période en entreprise depuis que ces fiches sont réunies : elles le restent. "
            "Si ce sont deux entreprises, créez une nouvelle fiche pour l'autre."
        )
    return ""


@dataclass(frozen=True, slots=True)
class Hosted:
    """What happened with an employer during trainings: periods, exchanges with the provider."""

    placements: list[Placement]
    exchanges: list[Exchange]


def hosted_by(actor: Actor, firms: Collection[int]) -> Hosted:
    """As this actor may see it, the latest first. Two queries."""
    placements = Placement.objects.visible_to(actor).filter(employer_id__in=firms).select_related("operation")
    exchanges = Exchange.objects.visible_to(actor).filter(organisation_id__in=firms).select_related("operation")
    return Hosted(list(placements.order_by("-starts_on", "-pk")), list(exchanges.order_by("-on", "-pk")))


def last_seen(actor: Actor) -> tuple[Subquery, Subquery]:
    """For a query on employers: the day of the last exchange noted by a provider, and of the last visit of a period."""
    said = Exchange.objects.visible_to(actor).filter(organisation_id=OuterRef("pk"))
    visited = Placement.objects.visible_to(actor).filter(employer_id=OuterRef("pk"))
    return (
        Subquery(said.order_by().values("organisation_id").annotate(last=Max("on")).values("last")),
        Subquery(visited.order_by().values("employer_id").annotate(last=Max("visited_on")).values("last")),
    )
