"""What becomes of the rows of this room that a merge would make twice the same."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from defi.people.employers.merging import Melding, refusal, rule
from defi.people.employers.models import Contact, EmployerSheet
from defi.people.models import Account, Card, Membership, OrganisationKind, Person


@rule("people.membership")
def same_role(melding: Melding, kept: Membership, other: Membership) -> None:
    """One role held twice: the second ends, and follows as a past one."""
    melding.change(other, until=max(melding.today, other.since))


@rule("people.contact")
def same_contact(melding: Melding, kept: Contact, other: Contact) -> None:
    """One person noted twice: what each knew is put together; the second note ends."""
    unknown = Contact.InTime.UNKNOWN
    melding.change(
        kept,
        decides=sorted({*kept.decides, *other.decides}),
        post=kept.post or other.post,
        in_time=kept.in_time if kept.in_time != unknown else other.in_time,
        since=min(kept.since, other.since),
        house_id=kept.house_id or other.house_id,
    )
    melding.change(other, left_on=max(melding.today, other.since))


@rule("people.employersheet")
def same_sheet(melding: Melding, kept: EmployerSheet, other: EmployerSheet) -> None:
    """The kept record learns what it did not know."""
    melding.change(kept, adviser_id=kept.adviser_id or other.adviser_id, naf=kept.naf or other.naf)


@rule("people.account")
def same_account(melding: Melding, kept: Account, other: Account) -> None:
    """Somebody signs in by one address: the other account sleeps."""
    melding.change(other, is_active=False)


@refusal
def not_only_of_firms(model: type[Model], pk: int) -> str:
    """A person who also has access elsewhere, or a card, is more than a contact of a firm."""
    if model is not Person:
        return ""
    elsewhere = Membership._base_manager.filter(person_id=pk, until=None).exclude(
        organisation__kind=OrganisationKind.EMPLOYER
    )
    if elsewhere.exists():
        return _("L'une de ces personnes a aussi un accès dans une autre organisation : leurs fiches restent séparées.")
    if Card._base_manager.filter(person_id=pk).exists():
        return _("L'une de ces personnes est ou a été stagiaire : leurs fiches restent séparées.")
    return ""
