"""Mail is a row first: written in the transaction that causes it, sent afterwards by a task, retried, visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from defi.kernel import clock
from defi.kernel.journal import Action
from defi.kernel.models import Mail


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a mail goes. Without an address nothing is queued: paper and phone count as much."""

    address: str
    person_id: int | None = None
    organisation_id: int | None = None


def queue(
    act: Action,
    to: Recipient,
    template: str,
    context: Mapping[str, Any],
    *,
    file_id: int | None = None,
    key: str = "",
    calendar: str = "",
    due_at: datetime | None = None,
) -> Mail | None:
    """Write a mail in the outbox of this transaction. `template` is a text template whose first line is the subject.

    With a `key`, the same mail to the same address is written once whatever the number of calls; None when there was
    nothing to write (no address, or already there)."""
    if not to.address:
        return None
    subject, _, body = render_to_string(template, dict(context)).partition("\n")
    fields = {
        "person_id": to.person_id,
        "organisation_id": to.organisation_id,
        "file_id": file_id,
        "action_id": act.id,
        "subject": " ".join(subject.split())[:200],
        "body": body.strip() + "\n",
        "calendar": calendar,
        "queued_at": act.now,
        "due_at": due_at or act.now,
    }
    purpose = template.removesuffix(".txt")
    if key:
        mail, made = Mail.objects.get_or_create(purpose=purpose, key=key, address=to.address, defaults=fields)
        if not made:
            return None
    else:
        mail = Mail.objects.create(purpose=purpose, address=to.address, **fields)
    from defi.kernel.tasks import send_mail

    send_mail.configure(schedule_at=mail.due_at if mail.due_at > clock.now() else None).defer(mail_id=mail.pk)
    return mail


def post(to: Recipient, subject: str, body: str, *, purpose: str) -> Mail:
    """A mail that no action causes (a sign-in code): a row of the outbox all the same."""
    now = clock.now()
    mail = Mail.objects.create(
        person_id=to.person_id,
        organisation_id=to.organisation_id,
        address=to.address,
        subject=" ".join(subject.split())[:200],
        body=body.strip() + "\n",
        purpose=purpose,
        queued_at=now,
        due_at=now,
    )
    from defi.kernel.tasks import send_mail

    send_mail.defer(mail_id=mail.pk)
    return mail
