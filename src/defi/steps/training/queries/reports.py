"""What a report's pages read beside the facts it keeps: names, shown as the reader may know them, and its paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.models import Document
from defi.operations.models import OperationBound
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import Placement, ReportPart


@dataclass(frozen=True, slots=True)
class Own:
    """One of an employer's own, as the report said: first name and initial; whole for the firm that receives them."""

    name: str
    paired: bool
    left: bool
    interrupted: bool
    periods: list[str]


def people_of(part: ReportPart) -> list[Own]:
    """The people of an employer's part. Two facts hold on the day it is read too: met as a pairing or a period."""
    said: list[dict[str, Any]] = part.facts.get("trainees", [])
    if not said:
        return []
    with scope(TASK):
        people = {
            row.pk: row.person
            for row in Candidacy.objects.filter(
                pk__in=[one["candidacy_id"] for one in said], operation=part.operation_id
            ).select_related("person")
        }
        hosted = set(
            Placement.objects.filter(operation=part.operation_id, employer=part.organisation_id).values_list(
                "candidacy_id", flat=True
            )
        )
    return [
        Own(
            str(person) if pk in hosted else person.short_name,
            one["paired"],
            one["left"],
            # Not in what was sent before reports told it.
            one.get("interrupted", False),
            one["periods"],
        )
        for one in said
        if (person := people.get(pk := one["candidacy_id"]))
    ]


def document_of(row: OperationBound) -> Document | None:
    """The paper kept of a row, without its bytes."""
    kept = Document.objects.filter(object_type=row._meta.label_lower, object_id=row.pk)
    return kept.defer("content").order_by("-pk").first()


def parts_for(actor: Actor, most: int = 3) -> list[ReportPart]:
    """The last reports that this actor's organisation was sent."""
    rows = ReportPart.objects.visible_to(actor).filter(organisation_id=actor.organisation_id or 0)
    return list(rows.select_related("report", "operation").order_by("-report__sent_on", "-pk")[:most])
