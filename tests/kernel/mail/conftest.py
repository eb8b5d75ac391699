"""A mail server, a folder, rows of the outbox, on a Monday in the morning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from defi.kernel import clock
from defi.kernel.access import TASK
from defi.kernel.journal import acting
from defi.kernel.mail import purposes
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue
from kernel.mail.postman import Postman, free_port, serving

MONDAY = datetime(2025, 11, 3, 8, tzinfo=UTC)
LEA = Recipient("lea@exemple.fr", person_id=7, organisation_id=12)
NEWS, URGENT = "try/mail/news.txt", "try/mail/urgent.txt"


@pytest.fixture
def laid() -> Iterator[None]:
    """A table with one purpose of each kind, the hours and delays of the house."""
    before = purposes.table()
    kinds = {"try/mail/news": "digest", "try/mail/urgent": "now", "try/mail/code": "code"}
    told = {name: purposes.Purpose(name, purposes.Urgency(kind)) for name, kind in kinds.items()}
    purposes.lay(purposes.Table(before.hours, before.retries, before.gap, told, before.rules))
    yield
    purposes.lay(before)


@pytest.fixture
def worded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template gives the subject and the text of its context."""
    real = render_to_string

    def render(template: str, context: dict[str, Any]) -> str:
        if template.startswith("kernel/"):
            return str(real(template, context))
        return f"{context.get('subject', 'Le sujet')}\n{context.get('text', 'Bonjour,')}\n"

    monkeypatch.setattr("defi.kernel.mail.outbox.render_to_string", render)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SMTP_URL, settings.MAIL_FOLDER, settings.MAIL_FROM = "", tmp_path / "mail", "DEFI <defi@region.example>"
    return tmp_path / "mail"


@pytest.fixture
def port(settings: Any) -> int:
    """Where mails are to be taken, whether somebody is there or not."""
    found = free_port()
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{found}", "DEFI <defi@region.example>"
    return found


@pytest.fixture
def postman(port: int) -> Iterator[Postman]:
    known = Postman()
    with serving(known, port):
        yield known


Writes = Callable[..., Mail | None]


@pytest.fixture
def write(tried: None, worded: None, laid: None) -> Writes:
    """Queue a mail, on that Monday unless a moment is given."""

    def one(
        template: str = URGENT,
        to: Recipient = LEA,
        *,
        at: datetime = MONDAY,
        context: dict[str, Any] | None = None,
        **more: Any,
    ) -> Mail | None:
        with clock.at(at), acting(TASK, "try.plain") as act:
            return queue(act, to, template, context or {}, **more)

    return one
