"""A real mail server for the tests, that does as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Postman:
    """Remembers what it was given. `answers`: what it says of an address; `data`: what it says of a text, in turn;
    `loses`: how many texts it takes and then hangs up on, without a word; `slow`: seconds before it answers."""

    def __init__(self) -> None:
        self.received: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, str] = {}
        self.data: list[str] = []
        self.loses = 0
        self.slow = 0.0
        self.seen: set[str] = set()
        self.greylists = False

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.greylists and address not in self.seen:
            self.seen.add(address)
            return "450 4.7.1 greylisted, come back later"
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.data:
            return self.data.pop(0)
        message = email.message_from_bytes(bytes(envelope.content), policy=email.policy.default)
        self.received.append((envelope.rcpt_tos[0], message))
        if self.loses:
            self.loses -= 1
            server.transport.close()
        return "250 OK"

    @property
    def texts(self) -> list[str]:
        """The bodies received, in order."""
        return [text_of(message) for _to, message in self.received]

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for _to, message in self.received]


def text_of(message: EmailMessage) -> str:
    """The words of a message."""
    body = message.get_body()
    assert body is not None
    return str(body.get_content())


def free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return int(candidate.getsockname()[1])


@contextmanager
def serving(postman: Postman, port: int) -> Iterator[None]:
    """The server answers on this port for the time of the block."""
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):
            controller.stop()
