"""What the post needs to know of people (kernel.mail.directory): how they are greeted, what they want, who answers."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.mail.directory import Reader, directory
from defi.people.models import Account, MailChoice, Membership, Organisation, OrganisationKind, Person


def introduce() -> None:
    """Put this room's answers at the disposal of the post."""
    directory.readers, directory.answerer = readers, answerer


def readers(person_ids: Collection[int]) -> dict[int, Reader]:
    """These people as readers of mail. One query."""
    if not person_ids:
        return {}
    account = Exists(Account.objects.filter(person=OuterRef("pk"), is_active=True))
    with scope(TASK):
        urgent = Exists(MailChoice.objects.filter(person=OuterRef("pk"), urgent_only=True))
        rows = Person.objects.filter(pk__in=person_ids).annotate(account_open=account, urgent_only=urgent).order_by()
        return {
            pk: Reader(first_name, account_open, urgent_only)
            for pk, first_name, account_open, urgent_only in rows.values_list(
                "pk", "first_name", "account_open", "urgent_only"
            )
        }


def answerer(person_id: int | None, organisation_id: int | None) -> tuple[str, str] | None:
    """The mailbox and the name of who caused a mail: the member while they are one, else their organisation; with
    neither, the Region. None without a mailbox."""
    if person_id is None and organisation_id is None:
        return _house(Organisation.objects.filter(kind=OrganisationKind.REGION).first())
    today = clock.today()
    if person_id is not None:
        with scope(TASK):
            member = (
                Membership.objects.filter(Q(until=None) | Q(until__gt=today), person_id=person_id)
                .filter(organisation_id=organisation_id or 0)
                .exclude(person__email="")
                .select_related("person", "organisation")
                .first()
            )
        if member:
            return member.person.email, f"{member.person} ({member.organisation})"
    house = Organisation.objects.filter(pk=organisation_id or 0).select_related("merged_into").first()
    return _house(house.merged_into or house) if house else None


def _house(house: Organisation | None) -> tuple[str, str] | None:
    return (house.email, house.name) if house and house.email else None
