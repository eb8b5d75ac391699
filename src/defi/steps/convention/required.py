"""Who takes part and may be asked to sign: partners, promising employers, the Region, as the rulebook names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from defi.operations.models import Operation, Part, Partner
from defi.people.models import Network, Organisation, Person
from defi.steps.convention.rules import Candidate
from defi.steps.pairing.models import Promise


@dataclass(frozen=True, slots=True)
class Participant:
    """An organisation of the operation, in what quality it signs, and who is known there."""

    organisation: Organisation
    kinds: frozenset[str]
    quality: str
    contact: Person | None = None

    @property
    def candidate(self) -> Candidate:
        return Candidate(self.organisation.pk, self.organisation.name, self.kinds)


def participants(operation: Operation) -> list[Participant]:
    """Everybody who could sign, in the order they joined; the Region last. Must run inside an open scope."""
    promising = set(promises_in_force(operation).values_list("employer_id", flat=True))
    signing_for = dict(
        promises_in_force(operation).exclude(signatory=None).order_by("pk").values_list("employer_id", "signatory_id")
    )
    people = {person.pk: person for person in Person.objects.filter(pk__in=signing_for.values())}
    found: dict[int, Participant] = {}
    partners = Partner.objects.filter(operation=operation, left_on=None).select_related("organisation", "contact")
    for partner in partners.order_by("pk"):
        organisation = partner.organisation
        if organisation.pk in found:
            continue
        known = people.get(signing_for.get(organisation.pk, 0)) or partner.contact
        found[organisation.pk] = Participant(
            organisation, _kinds(organisation, operation, promising), _quality(partner), known
        )
    region = operation.region
    found[region.pk] = Participant(region, frozenset({"region"}), _("Région"), None)
    return list(found.values())


def promises_in_force(operation: Operation) -> QuerySet[Promise]:
    """The promises not withdrawn of the operation."""
    return Promise.objects.filter(operation=operation, state="made")


def _kinds(organisation: Organisation, operation: Operation, promising: Iterable[int]) -> frozenset[str]:
    kinds = {organisation.network} - {""}
    if organisation.pk == operation.provider_id:
        kinds.add("provider")
    if organisation.pk in promising:
        kinds.add("employer")
    return frozenset(kinds)


def _quality(partner: Partner) -> str:
    network = partner.organisation.network
    if network:
        return str(Network(network).label)
    return str(Part(partner.part).label)
