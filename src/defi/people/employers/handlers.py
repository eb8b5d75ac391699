"""Whoever is invited to act for a firm is one of its contacts: a fact is typed once."""

from __future__ import annotations

from defi.kernel.access import Who
from defi.kernel.journal import Action, on
from defi.kernel.models import JournalEntry
from defi.people.employers.actions import learn_contact
from defi.people.employers.models import Contact, Decision
from defi.people.models import Membership, OrganisationKind

KNOWN_BY_ROLE = {
    Who.SIGNATORY: ((Decision.SIGN,), ""),
    Who.RECRUITER: ((Decision.HIRE,), Contact.Post.HR),
    Who.TUTOR: ((Decision.TUTOR,), Contact.Post.TEAM),
}


@on("membership.grant")
def somebody_invited(outer: Action, entries: list[JournalEntry]) -> None:
    """What a role says of what its holder decides."""
    made = [entry.object_id for entry in entries if entry.object_type == "people.membership"]
    members = Membership._base_manager.filter(pk__in=made, organisation__kind=OrganisationKind.EMPLOYER)
    for member in members.select_related("organisation", "person"):
        decides, post = KNOWN_BY_ROLE[Who(member.role)]
        learn_contact(member.organisation, member.person, decides, post)
