"""Every kind of mail that the product has is received by a real server, in French, whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK
from defi.kernel.journal import acting
from defi.kernel.mail import leaving
from defi.kernel.mail.purposes import Urgency, table
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue
from house.sources import HOUSE
from kernel.mail.postman import Postman, free_port, serving

pytestmark = pytest.mark.django_db

MONDAY = datetime(2025, 11, 3, 8, tzinfo=UTC)
TEXTS = {
    str(path.relative_to(path.parents[2])).removesuffix(".txt"): path.read_text(encoding="utf-8")
    for path in HOUSE.rglob("templates/*/mail/*.txt")
}
PARTS = "".join(text for name, text in TEXTS.items() if "/_" in name)


def counted(text: str) -> set[str]:
    """What a template counts."""
    return set(re.findall(r"count \w+=([\w.]+) ?%", text)) | set(re.findall(r"([\w.]+)\|(?:posts|euros)", text))


NUMBERS = {path.rpartition(".")[2] for text in TEXTS.values() for path in counted(text) if "." in path}
"""The counts that hang on something else."""


class Anything(datetime):
    """Stands for whatever a template asks of it: a date, a name, a list of one thing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in {"resolve_expression", "as_sql"}:
            raise AttributeError(name)
        return 2 if name in NUMBERS else self

    def __iter__(self) -> Any:
        return iter([self])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, name: object) -> Any:
        if isinstance(name, str):
            return getattr(self, name)
        raise TypeError(name)

    def __str__(self) -> str:
        return "L'été « à Châteaudun »"


def context(name: str) -> dict[str, Any]:
    """A value for every word of the template."""
    words = set(re.findall(r"[a-z_]+", TEXTS[name] + PARTS))
    return dict.fromkeys(words, Anything(2025, 12, 1, 9, tzinfo=UTC)) | dict.fromkeys(counted(TEXTS[name]), 2)


def test_a_real_server_receives_every_kind_of_mail(settings):
    port = free_port()
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{port}", "DEFI <defi@region.example>"
    names = sorted(table().purposes)
    with clock.at(MONDAY), acting(TASK, "person.register") as act:
        for number, name in enumerate(names):
            queue(act, Recipient(f"personne{number}@exemple.fr"), f"{name}.txt", context(name))
    postman = Postman()
    with serving(postman, port):
        for now in (MONDAY, datetime(2025, 11, 4, 7, tzinfo=UTC)):
            with clock.at(now):
                leaving.go_round()
    received = dict(postman.received)
    assert len(postman.received) == len(received) == len(names)
    assert not Mail.objects.filter(sent_at=None).exists()
    for number, name in enumerate(names):
        message = received[f"personne{number}@exemple.fr"]
        body = message.get_body().get_content()
        assert str(message["Subject"]).strip(), name
        assert len(body) > 60, name
        assert not {"{{", "{%", "&#x27;", "&amp;"} & {mark for mark in ("{{", "{%", "&#x27;", "&amp;") if mark in body}
    assert {mail.urgency for mail in Mail.objects.all()} == set(Urgency)
