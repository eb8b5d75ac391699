"""The words of a message as it leaves: the text of one mail, or the digest of several, and who an answer goes to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from defi.kernel.mail.directory import Reader, directory
from defi.kernel.mail.invitations import method_of
from defi.kernel.mail.outbox import worded
from defi.kernel.mail.purposes import Urgency
from defi.kernel.models import Mail

MOST_LINES = 60
"""Lines of a digest: beyond, « À faire » says the rest better."""


@dataclass(frozen=True, slots=True)
class Line:
    """A mail in one line of a digest, or whole when it is urgent and came late."""

    text: str
    url: str
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The lines of one operation."""

    title: str
    lines: list[Line]


def digest_of(items: Sequence[Mail], now: datetime) -> tuple[str, str]:
    """The subject and the body of the digest of these mails, grouped by file, oldest first."""
    shown = items[:MOST_LINES]
    titles = directory.titles({mail.file_id for mail in shown if mail.file_id})
    chapters: dict[int | None, list[Line]] = {}
    for mail in shown:
        chapters.setdefault(mail.file_id, []).append(_line(mail, titles.get(mail.file_id or 0, "")))
    context = {
        "first_name": reader_of(items).first_name,
        "count": len(items),
        "more": len(items) - len(shown),
        # What belongs to no operation comes last.
        "chapters": [
            Chapter(titles.get(file_id or 0, ""), lines)
            for file_id, lines in sorted(chapters.items(), key=lambda pair: pair[0] is None)
        ],
        "since": min(mail.queued_at for mail in items),
        "now": now,
        "has_account": reader_of(items).has_account,
        "todo_url": f"{settings.PUBLIC_URL}/a-faire/",
    }
    return worded("kernel/mail/digest.txt", context)


def _line(mail: Mail, title: str) -> Line:
    if mail.urgency != Urgency.DIGEST:
        return Line(mail.subject, mail.url, f"{mail.body.strip()}{_not_joined(mail)}")
    return Line(mail.line or mail.subject.removesuffix(title).rstrip(" :,") or mail.subject, mail.url)


def _not_joined(mail: Mail) -> str:
    """A message that says many things carries no file: it says where the letter is."""
    if mail.document is None:
        return ""
    url = f"{settings.PUBLIC_URL}/documents/{mail.document.code}/"
    said = _("La lettre n'est pas jointe à ce message groupé. Répondez pour la recevoir, ou lisez-la ici :")
    return f"\n{said}\n{url}"


def message_of(mail: Mail, calendars: Iterable[str] = (), causes: Iterable[Mail] = ()) -> EmailMessage:
    """The message of a row, with its calendar entries; the same at each attempt of one text."""
    message = EmailMessage()
    message["From"] = settings.MAIL_FROM
    message["To"] = mail.address
    answer = _answer_to(mail, list(causes) or [mail])
    if answer:
        message["Reply-To"] = answer
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.leaving_at or mail.due_at)
    message["Message-ID"] = identity(mail)
    # Keeps « je suis absent » from answering (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{mail.body.strip()}\n\n{_foot(mail, answer)}".strip() + "\n")
    for number, calendar in enumerate([c for c in (*calendars, mail.calendar) if c], start=1):
        name = "invitation.ics" if number == 1 else f"invitation-{number}.ics"
        asks = {"method": method_of(calendar), "charset": "utf-8"}
        message.add_attachment(calendar.encode(), maintype="text", subtype="calendar", filename=name, params=asks)
    if mail.document:
        main, _slash, sub = mail.document.media_type.partition("/")
        name = f"{mail.document.number}.pdf"
        message.add_attachment(bytes(mail.document.content), maintype=main, subtype=sub, filename=name)
    return message


def identity(mail: Mail) -> str:
    """The Message-ID of a text: a mail that left just before a crash is not taken for another one."""
    stamp = (mail.leaving_at or mail.queued_at).strftime("%Y%m%d%H%M%S%f")
    return f"<defi-{mail.pk}-{stamp}@{sender_domain()}>"


def sender_domain() -> str:
    """The domain mails leave from."""
    return parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2] or "localhost"


def reader_of(mails: Sequence[Mail]) -> Reader:
    """Whoever reads these mails of one address."""
    ids = {mail.person_id for mail in mails if mail.person_id}
    return next(iter(directory.readers(ids).values()), Reader()) if len(ids) == 1 else Reader()


def _answer_to(mail: Mail, causes: Sequence[Mail]) -> Address | None:
    """Who caused the mail; for several of one digest, who caused them all; else the Region's address."""
    authors = {(cause.from_person_id, cause.from_organisation_id) for cause in causes}
    found = directory.answerer(*authors.pop()) if len(authors) == 1 and any(next(iter(authors))) else None
    if found is None or found[0].lower() == mail.address.lower():
        name, address = parseaddr(settings.MAIL_REPLY)
        found = (address, name) if address else directory.answerer(None, None)
    try:
        return Address(found[1], addr_spec=found[0]) if found else None
    except (ValueError, HeaderParseError):
        # Whatever was typed for somebody's address, it does not keep others from their mail.
        return None


def _foot(mail: Mail, answer: Address | None) -> str:
    if mail.urgency == Urgency.CODE:
        return _("Ce message est envoyé par DEFI : il n'attend pas de réponse.") + "\n"
    lines = []
    if answer:
        name = answer.display_name or answer.addr_spec
        lines.append(_("Si vous répondez à ce message, c'est %(name)s qui vous lit.") % {"name": name})
    if reader_of([mail]).has_account:
        todo = f"{settings.PUBLIC_URL}/a-faire/"
        if todo not in mail.body:
            lines.append(_("Ce que vous avez à faire : %(url)s") % {"url": todo})
        lines.append(_("Choisir ce que vous recevez : %(url)s") % {"url": f"{settings.PUBLIC_URL}/mes-courriels/"})
    return "\n".join(["--", *lines, ""]) if lines else ""
