"""Whom only a call can reach, for the provider: no address, or one that does not receive (features.md, 83)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from defi.kernel.access import Actor
from defi.kernel.models import FailingAddress
from defi.steps.followup.queries import Cell, FollowUpTable
from defi.steps.sourcing.models import Candidacy


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody whose situation is to be asked by voice: at which moment, since when, at which number if one is
    known."""

    candidacy_id: int
    name: str
    phone: str
    moment: str
    label: str
    due_on: date | None
    attempts: int


def to_call(actor: Actor, table: FollowUpTable) -> list[ToCall]:
    """Those whose last open moment is still unknown and whom no mail reaches, the longest due first. Two queries;
    nothing for who does not lead."""
    if not table.leads:
        return []
    asked = {person.candidacy_id: cell for person in table.people if (cell := _open(person.cells))}
    failing = list(FailingAddress.objects.values_list("address", flat=True)) if asked else []
    rows = (
        Candidacy.objects.visible_to(actor)
        .filter(Q(person__email="") | Q(person__email__in=failing), pk__in=asked)
        .select_related("person")
    )
    return [
        ToCall(
            row.pk,
            row.person.short_name,
            row.person.phone,
            (cell := asked[row.pk]).moment,
            cell.label,
            cell.due_on,
            cell.attempts,
        )
        for row in rows.order_by("left_on", "person__last_name", "person__first_name", "pk")
    ]


def _open(cells: tuple[Cell, ...]) -> Cell | None:
    """The last moment that may be told, when it is not."""
    opened = [cell for cell in cells if cell.state in {"due", "not_reached", "known"}]
    return opened[-1] if opened and opened[-1].state == "due" else None
