"""Carries a row of the outbox to the mail server, or to a folder of .eml files when no server is given."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from defi.kernel import clock
from defi.kernel.models import Mail

# The purpose of mails whose text opens a door: it is forgotten once sent.
SIGN_IN = "sign_in"


def send(mail_id: int) -> None:
    """Send the mail once; on failure keep the error on the row and raise, so that the task is tried again."""
    try:
        with transaction.atomic():
            mail = Mail.objects.select_for_update(skip_locked=True).filter(pk=mail_id).first()
            if mail is None or mail.sent_at or mail.dropped_at:
                return
            _carry(compose(mail))
            mail.sent_at = clock.now()
            mail.attempts += 1
            mail.error = ""
            if mail.purpose == SIGN_IN:
                mail.subject = mail.body = ""
            mail.save(update_fields=["sent_at", "attempts", "error", "subject", "body"])
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        mail = Mail.objects.get(pk=mail_id)
        mail.attempts += 1
        mail.error = str(problem)
        mail.save(update_fields=["attempts", "error"])
        raise


def compose(mail: Mail) -> EmailMessage:
    """The message as it leaves, with its calendar entry when it has one."""
    message = EmailMessage()
    message["From"] = settings.MAIL_FROM
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.due_at)
    # The same at each attempt: a mail that left just before a crash is not taken for another one.
    message["Message-ID"] = f"<defi-{mail.pk}-{mail.queued_at:%Y%m%d%H%M%S}@defi.invalid>"
    message.set_content(mail.body)
    if mail.calendar:
        message.add_attachment(mail.calendar.encode(), maintype="text", subtype="calendar", filename="invitation.ics")
    return message


def _carry(message: EmailMessage) -> None:
    if not settings.SMTP_URL:
        settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (settings.MAIL_FOLDER / f"{name}.eml").write_bytes(bytes(message))
        return
    parts = urlsplit(settings.SMTP_URL)
    connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with connect(parts.hostname or "localhost", parts.port or 0, timeout=30) as server:
        if parts.scheme == "smtp+starttls":
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
