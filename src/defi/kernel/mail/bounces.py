"""Mails that came back: delivery status notifications (RFC 3464) read from a mailbox, told to the outbox.

Believed only when the notice quotes the identity of a mail of ours and names the address that mail went to: anybody may
write to that mailbox. Read twice, a notice changes nothing: the mail already says that it came back."""

from __future__ import annotations

import email
import email.policy
import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path

from django.conf import settings
from django.db import transaction

from defi.kernel import clock
from defi.kernel.models import FailingAddress, Mail

_OURS = re.compile(r"<?defi-(\d{1,18})-\d+@")
BIGGEST = 5 * 1024 * 1024
"""Octets of a notice: a bigger file is not one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An address that a server gave up, and the mail that it says it was."""

    address: str
    mail_id: int
    said: str


def notices(message: Message) -> list[Notice]:
    """The definitive failures that a message tells; none when it is anything else, or a mere delay."""
    if message.get_content_type() != "multipart/report":
        return []
    mail_id = _quoted(message)
    if mail_id is None:
        return []
    found = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            blocks = [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []
            found += [notice for block in blocks if (notice := _notice(block, mail_id))]
    return found


def _notice(fields: Message, mail_id: int) -> Notice | None:
    if str(fields.get("Action", "")).strip().lower() != "failed":
        return None
    named = str(fields.get("Original-Recipient") or fields.get("Final-Recipient") or "")
    address = named.rpartition(";")[2].strip().strip("<>").lower()
    said = str(fields.get("Diagnostic-Code", "")).partition(";")[2].strip() or str(fields.get("Status", "")).strip()
    return Notice(address, mail_id, " ".join(said.split())[:500]) if address else None


def _quoted(message: Message) -> int | None:
    """The number of the mail whose header comes back with the notice."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            identity = str(email.message_from_string(text).get("Message-ID", ""))
        elif kind == "message/rfc822" and isinstance(part.get_payload(), list):
            inner = part.get_payload(0)
            identity = str(inner.get("Message-ID", "")) if isinstance(inner, Message) else ""
        else:
            continue
        if match := _OURS.search(identity):
            return int(match[1])
    return None


def record(notice: Notice) -> bool:
    """Mark the mail as come back and its address as failing; False when it is not one of ours, or is known already."""
    with transaction.atomic():
        mail = Mail.objects.select_for_update(of=("self",)).filter(pk=notice.mail_id, failed_at=None).first()
        if mail is None or mail.sent_at is None or mail.address.lower() != notice.address:
            return False
        now = clock.now()
        for row in (mail, *mail.items.select_for_update(of=("self",))):
            row.failed_at, row.error = now, notice.said
            row.save(update_fields=["failed_at", "error"])
        FailingAddress.objects.update_or_create(
            address=mail.address,
            defaults={"bounced": True, "said": notice.said},
            create_defaults={"since": now, "bounced": True, "said": notice.said},
        )
        return True


def read_mailbox(path: Path) -> tuple[int, int]:
    """Read a folder (Maildir, or any folder of messages), a mbox or one message: how many were read, how many told of a
    mail that came back. Raises `OSError` when there is nothing there."""
    read = told = 0
    for message in _messages(path):
        read += 1
        told += sum([record(notice) for notice in notices(message)])
    return read, told


def read_settled() -> int:
    """Read the mailbox of the settings, when there is one; how many mails came back."""
    return read_mailbox(Path(settings.MAIL_BOUNCES))[1] if settings.MAIL_BOUNCES else 0


def _messages(path: Path) -> Iterator[Message]:
    if path.is_dir():
        folders = [path / name for name in ("new", "cur") if (path / name).is_dir()] or [path]
        for file in sorted(one for folder in folders for one in folder.iterdir() if one.is_file()):
            if file.stat().st_size <= BIGGEST:
                yield _parsed(file.read_bytes())
        return
    with path.open("rb") as opened:
        begins = opened.read(5)
    if begins != b"From ":
        yield _parsed(path.read_bytes())
        return
    box = mailbox.mbox(path, create=False)
    try:
        for message in box:
            yield _parsed(bytes(message))
    finally:
        box.close()


def _parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)
