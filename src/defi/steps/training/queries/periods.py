"""Periods in company as pages show them: who signed, what the certificate will ask."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.operations.models import Operation
from defi.steps.convention.models import OF_ANY_TEXT, Signatory
from defi.steps.training.models import Placement, PlacementSignature
from defi.steps.training.periods import PARTIES, missing_parties, placement_flags

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the three sides of an agreement."""

    party: str
    label: str
    signature: PlacementSignature | None


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A period with its three sides; its firm and its trainee read the name the agreement bears.

    `my_party` is the side this actor signs for, empty when none."""

    placement: Placement
    name: str
    sides: tuple[Signed, ...]
    missing: tuple[str, ...]
    flags: tuple[str, ...]
    my_party: str

    @property
    def i_may_sign(self) -> bool:
        """Whether this actor's own signature is still awaited."""
        return self.placement.state == "planned" and any(
            side.party == self.my_party and side.signature is None for side in self.sides
        )


def placement_rows(actor: Actor, operation: Operation) -> list[PlacementRow]:
    """The periods of an operation that this actor may see, in the order of their dates."""
    rows = Placement.objects.visible_to(actor).filter(operation=operation)
    return _rows(actor, rows)


def placements_of(actor: Actor, candidacy_id: int) -> list[PlacementRow]:
    """The periods of one trainee."""
    return _rows(actor, Placement.objects.visible_to(actor).filter(candidacy=candidacy_id))


def placement_page(actor: Actor, placement: Placement) -> PlacementRow:
    """One period."""
    return _rows(actor, Placement.objects.visible_to(actor).filter(pk=placement.pk))[0]


def _rows(actor: Actor, found: QuerySet[Placement]) -> list[PlacementRow]:
    placements = list(
        found.select_related("candidacy__person", "employer", "operation__provider").order_by("starts_on", "pk")
    )
    signatures: dict[int, dict[str, PlacementSignature]] = defaultdict(dict)
    for signature in PlacementSignature._base_manager.filter(placement__in=placements):
        signatures[signature.placement_id][signature.party] = signature
    signatory = _signatory_firms({placement.operation_id for placement in placements})
    return [
        _row(actor, placement, signatures[placement.pk], (placement.operation_id, placement.employer_id) in signatory)
        for placement in placements
    ]


def _signatory_firms(operations: set[int]) -> set[tuple[int, int]]:
    """Who signed the convention of which operation: a public fact."""
    signed = Signatory._base_manager.filter(OF_ANY_TEXT, operation__in=operations).exclude(signed_on=None)
    return set(signed.values_list("operation_id", "organisation_id"))


def _row(
    actor: Actor, placement: Placement, signed: dict[str, PlacementSignature], signatory_firm: bool
) -> PlacementRow:
    flags = placement_flags(
        state=placement.state,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        today=clock.today(),
        prepared=placement.prepared_on is not None,
        accompanied=placement.visited_on is not None,
        signatory_firm=signatory_firm,
        signed=signed,
    )
    return PlacementRow(
        placement=placement,
        name=str(placement.candidacy.person),
        sides=tuple(Signed(party, str(label), signed.get(party)) for party, label in PARTIES.items()),
        missing=missing_parties(signed) if placement.state == "planned" else (),
        flags=flags if actor.in_provider or actor.in_region else (),
        my_party=_party(actor),
    )


def _party(actor: Actor) -> str:
    if actor.who is Who.TRAINEE:
        return "trainee"
    if actor.in_employer or actor.who is Who.LINK:
        return "employer"
    return "provider" if actor.in_provider and actor.who is not Who.TRAINER else ""
