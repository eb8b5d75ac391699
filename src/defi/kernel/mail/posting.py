"""Hands a message to the mail server, or to a folder of .eml files when no server is given, and says what became of it.

A server answers in three ways (RFC 5321, 4.2.1): done, not now, never. It may also not answer: before the text was
handed over nothing left; after, nobody knows."""

from __future__ import annotations

import contextlib
import email.policy
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from enum import Enum
from urllib.parse import unquote, urlsplit

from django.conf import settings

PATIENCE = 20  # seconds without an answer
_POLICY = re.compile(r"\b5\.7\.\d+")
_FULL = re.compile(r"\b[45]\.2\.2\b")
_FOR_THE_SERVER = frozenset({421, 454, 530, 534, 535})


class Fate(Enum):
    """`LATER`: put off, or refused for a reason that is not the address. `NEVER`: this text is not taken. `NOBODY`: no
    such mailbox. `UNSURE`: handed over, and no answer came."""

    LATER = "later"
    NEVER = "never"
    NOBODY = "nobody"
    UNSURE = "unsure"


class NotTaken(Exception):  # noqa: N818  (an answer of the server, not a failure of the program)
    """The server did not take this message."""

    def __init__(self, fate: Fate, said: str) -> None:
        super().__init__(said)
        self.fate = fate


class ServerDown(Exception):  # noqa: N818
    """The server does not answer, or refuses us altogether: nothing left."""


class Post:
    """One turn at the mail server: a single connection, opened when first needed, opened again when it fell."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def ready(self) -> None:
        """Be connected, so that nothing is made ready for a server that does not answer. Raises `ServerDown`."""
        if not settings.SMTP_URL:
            return
        if self._server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._server.noop()[0] == 250:
                    return
            self.close()
        try:
            self._server = _connected()
        except (OSError, smtplib.SMTPException, ValueError) as problem:
            raise ServerDown(_said(problem)) from problem

    def hand_over(self, message: EmailMessage, sender: str, address: str) -> None:
        """Hand the message over for this address. Raises `NotTaken`, `ServerDown`."""
        if not settings.SMTP_URL:
            settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
            name = message["Message-ID"].strip("<>").partition("@")[0]
            (settings.MAIL_FOLDER / f"{name}.eml").write_bytes(bytes(message))
            return
        self.ready()
        assert self._server is not None
        # Seven bits: no server on the way may spoil an accent.
        content = message.as_bytes(policy=email.policy.SMTP.clone(cte_type="7bit"))
        with _answers(self):
            self._begin(sender, address)
            code, said = self._server.data(content)
            if code != 250:
                raise NotTaken(Fate.LATER if code < 500 or _is_ours(code, said) else Fate.NEVER, _line(code, said))

    def _begin(self, sender: str, address: str) -> None:
        assert self._server is not None
        try:
            code, said = self._server.mail(sender)
            if code == 250:
                code, said = self._server.rcpt(address)
                if code in {250, 251}:
                    return
                raise NotTaken(_fate(code, said), _line(code, said))
        except UnicodeError as problem:
            raise NotTaken(Fate.NEVER, _said(problem)) from problem
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise ServerDown(_said(problem)) from problem
        # A server that does not want our sender refuses every mail: it is not this one's fault.
        raise ServerDown(_line(code, said))

    def close(self) -> None:
        """Leave the server, politely when it still listens."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()


@contextmanager
def _answers(post: Post) -> Iterator[None]:
    """What goes wrong once the text is being handed over; an unfinished dialogue is begun anew."""
    try:
        yield
    except NotTaken:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if post._server is not None:
                post._server.rset()
        raise
    except smtplib.SMTPDataError as problem:
        post.close()
        raise NotTaken(Fate.LATER, _said(problem)) from problem
    except (OSError, smtplib.SMTPException) as problem:
        post.close()
        raise NotTaken(Fate.UNSURE, _said(problem)) from problem


def _connected() -> smtplib.SMTP:
    parts = urlsplit(settings.SMTP_URL)
    connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    server = connect(parts.hostname or "localhost", parts.port or 0, timeout=PATIENCE)
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _fate(code: int, said: bytes) -> Fate:
    """What an answer about the recipient means. A full mailbox empties; a policy is not the fault of the address."""
    if code < 500 or _is_ours(code, said) or code == 552 or _FULL.search(_text(said)):
        return Fate.LATER
    return Fate.NOBODY


def _is_ours(code: int, said: bytes) -> bool:
    return code in _FOR_THE_SERVER or bool(_POLICY.search(_text(said)))


def _line(code: int, said: bytes) -> str:
    return f"{code} {' '.join(_text(said).split())}"[:500]


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")


def _said(problem: BaseException) -> str:
    return (str(problem) or type(problem).__name__)[:500]
