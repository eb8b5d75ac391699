"""Mail is a row first: written in the transaction that causes it, sent afterwards by a task, retried, visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.journal import Action
from defi.kernel.mail import hours, secret_links
from defi.kernel.mail.purposes import Urgency, purpose, table
from defi.kernel.models import Document, Mail, MailServer


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
    document: Document | None = None,
    due_at: datetime | None = None,
    answers_to: int | None = None,
) -> Mail | None:
    """Write a mail in the outbox of this transaction. `template` is a text template whose first line is the subject.

    How urgent it is, the table says (kernel.mail.purposes); with a calendar entry it always leaves on its own.
    `document` is the letter that goes with it, once. `answers_to`: the organisation (id) that an answer goes to,
    when it is not who causes the mail. With a `key`, the same mail to the same address is written once
    whatever the number of calls; None when there was nothing to write (no address, or already there)."""
    if not to.address:
        return None
    name = template.removesuffix(".txt")
    subject, body = worded(template, context)
    fields = {
        "person_id": to.person_id,
        "organisation_id": to.organisation_id,
        "file_id": file_id,
        "action_id": act.id,
        "link_id": secret_links.link_of(body),
        "subject": subject,
        "body": body,
        "url": str(context.get("link") or context.get("url") or "")[:300],
        "calendar": calendar,
        "document": document,
        "urgency": Urgency.NOW if calendar else purpose(name).urgency,
        "queued_at": act.now,
        "due_at": due_at or act.now,
        **({"from_organisation_id": answers_to} if answers_to else _caused_by(act)),
    }
    if key:
        mail, made = Mail.objects.get_or_create(purpose=name, key=key, address=to.address, defaults=fields)
        if not made:
            return None
    else:
        mail = Mail.objects.create(purpose=name, address=to.address, **fields)
    call(mail)
    return mail


def post(to: Recipient, subject: str, body: str, *, purpose: str) -> Mail:
    """A mail that no action causes (a sign-in code): a row of the outbox all the same, that leaves at any hour."""
    now = clock.now()
    mail = Mail.objects.create(
        person_id=to.person_id,
        organisation_id=to.organisation_id,
        address=to.address,
        subject=one_line(subject),
        body=body.strip() + "\n",
        purpose=purpose,
        urgency=Urgency.CODE,
        queued_at=now,
        due_at=now,
    )
    call(mail)
    return mail


def waits_until() -> datetime | None:
    """When the hours allow an urgent mail written now to leave; None when it leaves at once. For pages that say so."""
    now = clock.now()
    opens = hours.next_open(now, table().hours)
    return None if opens <= now else opens


def server_down_since() -> datetime | None:
    """Since when the mail server does not answer; None when it does. For pages that say a mail has left."""
    return MailServer.objects.filter(down_since__isnull=False).values_list("down_since", flat=True).first()


def worded(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """The subject and the body of a template."""
    subject, _newline, body = render_to_string(template, dict(context)).partition("\n")
    return one_line(subject), body.strip() + "\n"


def one_line(text: str) -> str:
    """A subject as a header can hold it."""
    return " ".join(text.split())[:200]


def call(mail: Mail) -> None:
    """Wake the worker when this row may leave. What waits for a digest, and what is missed, the round finds."""
    if mail.urgency == Urgency.DIGEST:
        return
    from defi.kernel.tasks import send_mail

    when = mail.due_at if mail.urgency == Urgency.CODE else hours.next_open(mail.due_at, table().hours)
    send_mail.configure(schedule_at=when if when > clock.now() else None).defer(mail_id=mail.pk)


def _caused_by(act: Action) -> dict[str, int | None]:
    """Who an answer goes to. The person only when a member acts: a trainee's or a tutor's own address is not shown."""
    who = act.actor.who
    if who in {Who.TASK, Who.PUBLIC, Who.TRAINEE}:
        return {}
    person = None if who is Who.LINK else act.actor.person_id
    return {"from_person_id": person, "from_organisation_id": act.actor.organisation_id}
