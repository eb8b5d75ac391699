"""Whom to write to at an employer of an operation."""

from __future__ import annotations

from collections.abc import Iterable

from defi.kernel.access import EMPLOYER, TASK, Who, scope
from defi.kernel.outbox import Recipient
from defi.operations.models import Part, Partner
from defi.people.mailing import to_organisation, to_person
from defi.people.models import Organisation, Person


def to_employer(
    operation_id: int, employer: Organisation, *, named: Person | None = None, roles: Iterable[Who] = EMPLOYER
) -> list[Recipient]:
    """The person named for the thing (who signed the promise, the tutor), else the contact that the firm gave in this
    operation, else its members in these roles, else its mailbox. Empty: paper and phone, and the page says so."""
    return to_person(named) or to_person(_contact(operation_id, employer)) or to_organisation(employer, roles)


def _contact(operation_id: int, employer: Organisation) -> Person | None:
    with scope(TASK):
        rows = Partner.objects.filter(operation=operation_id, organisation=employer, part=Part.EMPLOYER, left_on=None)
        partner = rows.select_related("contact").first()
    return partner.contact if partner else None
