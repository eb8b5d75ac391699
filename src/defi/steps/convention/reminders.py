"""The reminder of signatories who were asked to validate their commitments and have not."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _

from defi.kernel.journal import type_of
from defi.kernel.mail.outbox import Recipient
from defi.kernel.mail.purposes import Rule
from defi.kernel.mail.reminders import Owed, source
from defi.kernel.models import Link
from defi.operations.models import Session
from defi.schemes.rulebook import rulebook
from defi.steps.convention.mails import VALIDATE
from defi.steps.convention.models import Signatory


@source("convention_validation")
def unvalidated(rule: Rule, files: Collection[int] | None) -> Iterator[Owed]:
    """The signatories of a draft who were sent their link and have not validated (seed 001, step 7)."""
    rows = Signatory.objects.filter(
        state="to_sign", validated_on=None, convention__state="draft", operation__state="running"
    )
    if files is not None:
        rows = rows.filter(operation__in=files)
    found = {row.pk: row for row in rows.select_related("operation")}
    sent = Link.objects.filter(
        object_type=type_of(Signatory()), object_id__in=found, verb=VALIDATE, revoked_at=None, used_at=None
    )
    sessions = Session.objects.filter(operation__in={row.operation_id for row in found.values()})
    dates = {session.operation_id: (session.starts_on, session.ends_on) for session in sessions}
    for link in sent.exclude(address="").order_by("pk"):
        operation = found[link.object_id].operation
        deadline = rulebook(operation.scheme, operation.rulebook_version).deadlines["convention_draft"]
        yield Owed(
            about=f"{VALIDATE}:{link.object_id}",
            to=Recipient(link.address, link.person_id, link.organisation_id),
            what=_("valider vos engagements dans la convention"),
            url="",
            file_id=operation.pk,
            since=link.created_at.date(),
            due_on=deadline.on(*dates[operation.pk]) if operation.pk in dates else None,
            link=link,
            answers_to=operation.provider_id,
        )
