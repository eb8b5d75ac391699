"""Who takes part and may be asked to sign: partners, promising employers, the Region, as the rulebook names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Who
from defi.operations.models import Operation, Part, Partner
from defi.people.models import Membership, Network, Organisation, OrganisationKind, Person
from defi.steps.convention.models import Convention, Signatory
from defi.steps.convention.rules import Candidate, lacking_to_seal, missing_signatories
from defi.steps.pairing.models import Promise
from defi.steps.pairing.queries import book_of
from defi.steps.pairing.states import STANDING


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
    partners = Partner.objects.filter(operation=operation, left_on=None).select_related("organisation", "contact")
    firsts: dict[int, Partner] = {}
    for partner in partners.order_by("pk"):
        firsts.setdefault(partner.organisation_id, partner)
    signers = _signers(operation, list(firsts.values()))
    found = [
        Participant(row.organisation, _kinds(row.organisation, operation, promising), _quality(row), signers.get(pk))
        for pk, row in firsts.items()
    ]
    return [*found, Participant(operation.region, frozenset({"region"}), _("Région"))]


def _signers(operation: Operation, partners: list[Partner]) -> dict[int, Person]:
    """Who would sign for each organisation: who signed its promise, else the contact, else its only signatory."""
    found: dict[int, Person] = {}
    members = Membership.objects.filter(
        organisation__in=[partner.organisation_id for partner in partners], role=Who.SIGNATORY.value, until=None
    )
    signing = list(members.select_related("person").order_by("pk"))
    count = Counter(member.organisation_id for member in signing)
    for member in signing:
        if count[member.organisation_id] == 1:
            found[member.organisation_id] = member.person
    found |= {partner.organisation_id: partner.contact for partner in partners if partner.contact}
    promises = promises_in_force(operation).exclude(signatory=None).select_related("signatory").order_by("pk")
    return found | {promise.employer_id: promise.signatory for promise in promises if promise.signatory}


def promises_in_force(operation: Operation) -> QuerySet[Promise]:
    """The promises not withdrawn of the operation."""
    return Promise.objects.filter(operation=operation, state__in=STANDING)


def _kinds(organisation: Organisation, operation: Operation, promising: Iterable[int]) -> frozenset[str]:
    kinds = {organisation.network} - {""}
    if organisation.pk == operation.provider_id:
        kinds.add("provider")
    if organisation.pk in promising:
        kinds.add("employer")
    return frozenset(kinds)


def required_kinds(operation: Operation) -> tuple[str, ...]:
    """The kinds of organisations that the rulebook of the operation asks to sign."""
    return book_of(operation).signatories


def missing(
    operation: Operation,
    signatories: Iterable[Signatory],
    also: Iterable[Organisation] = (),
    people: Sequence[Participant] | None = None,
) -> tuple[str, ...]:
    """Whom the rulebook asks for and these signatories lack, one sentence each; `also`: who answered to it by signing,
    then left; `people`: who takes part, when it was read already. Must run inside an open scope."""
    people = participants(operation) if people is None else people
    left = [Candidate(one.pk, one.name, frozenset({one.network} - {""})) for one in also]
    return missing_signatories(
        required_kinds(operation),
        [*(p.candidate for p in people), *left],
        {s.organisation_id for s in signatories},
    )


def lacking(
    convention: Convention, signatories: Sequence[Signatory], people: Sequence[Participant] | None = None
) -> tuple[str, ...]:
    """Whom the rulebook asks for and a convention that is out would lack, were it signed by these: one sentence each.

    Whoever signs what it signed for, even if it left or promises no more since. Must run inside an open scope."""
    operation = convention.operation
    people = participants(operation) if people is None else people
    named = Signatory.objects.filter(convention=convention, amendment=None, edition=convention.edition)
    return lacking_to_seal(
        required_kinds(operation),
        [*(p.candidate for p in people), *(_as_signed(operation, one) for one in signatories)],
        {one.organisation_id for one in signatories},
        set(named.order_by("pk").values_list("organisation_id", flat=True)),
    )


def _as_signed(operation: Operation, signatory: Signatory) -> Candidate:
    organisation = signatory.organisation
    promised = [organisation.pk] if organisation.kind == OrganisationKind.EMPLOYER else []
    return Candidate(organisation.pk, organisation.name, _kinds(organisation, operation, promised))


def _quality(partner: Partner) -> str:
    network = partner.organisation.network
    if network:
        return str(Network(network).label)
    return str(Part(partner.part).label)


def known_signers(convention: Convention) -> dict[int, tuple[Person | None, str]]:
    """Who would sign for each organisation, and in what quality: as in the last text it was asked to sign, else as it
    takes part. Must run inside an open scope."""
    found = {part.organisation.pk: (part.contact, part.quality) for part in participants(convention.operation)}
    rows = Signatory.objects.filter(convention=convention).exclude(state="removed").select_related("person")
    return found | {row.organisation_id: (row.person, row.quality) for row in rows.order_by("pk")}
