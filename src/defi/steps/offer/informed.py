"""Which training organisations know something of a need before the launch of its tender: what the tender file notes.

The wall (process.md, step 1): until launch no provider but the holder of an exclusivity sees the need; one that typed a
sheet for an employer sees that sheet only, and this is said here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.documents.french import long_date
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Organisation, OrganisationKind
from defi.steps.needs.models import Need


@dataclass(frozen=True, slots=True)
class Knows:
    """A training organisation, what it knows of the need, and since when."""

    organisation: Organisation
    why: str
    since: date


def informed(operation: Operation) -> list[Knows]:
    """Those that typed a sheet for an employer of the operation, and those that took part in it. Two queries."""
    with scope(TASK):
        typed = Need.objects.filter(
            collective__operation=operation, typed_for__kind=OrganisationKind.PROVIDER
        ).select_related("typed_for", "employer")
        partners = Partner.objects.filter(
            operation=operation, organisation__kind=OrganisationKind.PROVIDER
        ).select_related("organisation")
        found = [
            Knows(need.typed_for, _typed_for(need), need.received_on)
            for need in typed.order_by("received_on", "pk")
            if need.typed_for
        ]
        return found + [Knows(p.organisation, _took_part(p), p.joined_on) for p in partners.order_by("joined_on", "pk")]


def _typed_for(need: Need) -> str:
    return _("a saisi la fiche de %(employer)s, et ne voit que celle-là") % {"employer": need.employer.name}


def _took_part(partner: Partner) -> str:
    part = Part(partner.part).label
    if partner.left_on:
        return _("a pris part à l'opération (%(part)s) jusqu'au %(day)s") % {
            "part": part,
            "day": long_date(partner.left_on),
        }
    return _("prend part à l'opération (%(part)s)") % {"part": part}
