"""Who a need is of: the employer by its SIRET or its name, and the person to answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action
from defi.kernel.refusals import Invalid
from defi.people import registry
from defi.people.actions import OrganisationFacts, known_organisation, register_organisation
from defi.people.models import Membership, Organisation, OrganisationKind, Person
from defi.people.registry import Finding, lacks_name, placeholder
from defi.people.sirene import Establishment, names_agree
from defi.steps.needs.models import Need
from defi.steps.needs.rules import name_fault, split_name


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Whom to answer: a mail address or a phone number; the name as it is typed in one field."""

    name: str = ""
    email: str = ""
    phone: str = ""


def register_employer(
    facts: OrganisationFacts, finding: Finding | None = None, *, from_outside: bool = False
) -> Organisation:
    """The employer of this SIRET, else of this name. It may leave its name for later: the SIRET holds its place.

    Raises `Invalid` beside the SIRET: closed, or of another firm than the one named; `from_outside` the name known here
    refuses nothing, or anybody would learn by trying which firms are in DEFI (the wall)."""
    known = _known_by(facts.siret)
    fault = registry.fault_of(finding, facts.name) if finding else ""
    if not fault and known and not lacks_name(known) and not from_outside:
        itself = Establishment(known.siret, known.name)
        fault = "" if names_agree(facts.name, itself) else registry.another_firm_sentence(facts.name, known.name)
    if fault:
        raise Invalid.field("siret", fault)
    named = facts if facts.name.strip() or not facts.siret.strip() else replace(facts, name=placeholder(facts.siret))
    firm = register_organisation(named, apart=from_outside and _is_taken(named))
    if finding:
        registry.keep_finding(firm, finding)
    else:
        registry.check_later(firm)
    return firm


def _is_taken(facts: OrganisationFacts) -> bool:
    """Whether a name without SIRET is that of a firm whose people are here: a name proves nothing, and what somebody
    from outside says is not to be read by them as theirs. The two records are then shown as maybe the same."""
    known = None if facts.siret.strip() else known_organisation(facts)
    return known is not None and Membership.objects.filter(organisation=known, until=None).exists()


def _known_by(siret: str) -> Organisation | None:
    digits = "".join(character for character in siret if character.isdigit())
    employers = Organisation.objects.filter(kind=OrganisationKind.EMPLOYER, siret=digits)
    return employers.select_related("registry").first() if digits else None


def contact_of(act: Action, firm: Organisation, contact: ContactFacts | Person) -> Person | None:
    """Within an action: the person to answer, found again among the employer's own people, else new.

    Nobody without a name."""
    if isinstance(contact, Person):
        return contact
    if not contact.name.strip():
        return None
    if fault := name_fault(contact.name):
        raise Invalid.field("contact_name", fault)
    first, last = split_name(contact.name)
    email = contact.email.strip().lower()
    known = _known_contact(firm, email, first, last)
    if known:
        return known
    return act.create(Person, first_name=first, last_name=last, email=email, phone=contact.phone.strip())


def _known_contact(firm: Organisation, email: str, first: str, last: str) -> Person | None:
    if not email:
        return None
    with scope(TASK):
        people = Membership.objects.filter(organisation=firm, person__email=email).values("person_id")
        same_name = Need.objects.filter(
            employer=firm, contact__email=email, contact__first_name=first, contact__last_name=last
        ).values("contact_id")
        return (
            Person.objects.filter(pk__in=people).first()
            or Person.objects.filter(pk__in=same_name).order_by("pk").first()
        )
