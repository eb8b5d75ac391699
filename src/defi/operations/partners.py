"""Reads the partners of an operation: who takes part, who could, who answers to a name."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from defi.kernel.access import Actor
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Organisation, OrganisationKind
from defi.people.names import search_key

MOST_FOUND = 20

FOUND_KINDS = (OrganisationKind.PRESCRIBER, OrganisationKind.EMPLOYER, OrganisationKind.PARTNER)


@dataclass(frozen=True, slots=True)
class Partners:
    """Those who take part, the prescribers first after the provider, and those who left."""

    present: list[Partner]
    gone: list[Partner]

    @property
    def prescribers(self) -> list[Partner]:
        return [partner for partner in self.present if partner.part == Part.PRESCRIBER]


_ORDER = [Part.PROVIDER, Part.HOLDER, Part.PRESCRIBER, Part.EMPLOYER, Part.PARTNER]


def partners(actor: Actor, operation: Operation) -> Partners:
    """The partners of the operation, with their organisation and their contact."""
    rows = list(
        Partner.objects.visible_to(actor)
        .filter(operation=operation)
        .select_related("organisation__commune", "contact")
        .order_by("organisation__search_key", "pk")
    )
    rows.sort(key=lambda partner: _ORDER.index(Part(partner.part)))
    return Partners([row for row in rows if row.left_on is None], [row for row in rows if row.left_on])


def proposed_prescribers(operation: Operation) -> list[Organisation]:
    """The prescribers of the basin who do not take part yet: those established there, or partners of its operations."""
    prescribers = _absent(operation).filter(kind=OrganisationKind.PRESCRIBER)
    return list(_known_first(prescribers, operation).filter(Q(("here", 1))))


def find(operation: Operation, text: str, kind: str = "") -> list[Organisation]:
    """The known organisations whose name holds each of these words; those of the basin first, `MOST_FOUND` at most.

    Organisations are public facts; those who take part already are left out."""
    words = search_key(text).split()
    if not words:
        return []
    rows = _absent(operation).filter(kind__in=[kind] if kind in FOUND_KINDS else FOUND_KINDS)
    for word in words:
        rows = rows.filter(search_key__contains=word)
    return list(_known_first(rows, operation)[:MOST_FOUND])


def _absent(operation: Operation) -> QuerySet[Organisation]:
    there = Partner._base_manager.filter(operation=operation, left_on=None, organisation=OuterRef("pk"))
    return Organisation.objects.filter(~Exists(there), merged_into=None).select_related("commune")


def _known_first(rows: QuerySet[Organisation], operation: Operation) -> QuerySet[Organisation]:
    """With `here`: 1 for those of the basin. Only that they took part somewhere in it is used, never in what."""
    beside = Partner._base_manager.filter(operation__basin=operation.basin_id, organisation=OuterRef("pk"))
    is_here = Q(commune__basin=operation.basin_id) | Q(Exists(beside))
    return rows.annotate(here=Case(When(is_here, then=Value(1)), default=Value(0))).order_by(
        "-here", "search_key", "pk"
    )
