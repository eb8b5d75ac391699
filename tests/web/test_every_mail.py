"""Every kind of mail that the product has is received by a real server, in French, whole; with the server down for a
week nothing is lost, and each person receives one digest afterwards (issue of the plan, « Done when » 2)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK
from defi.kernel.journal import acting
from defi.kernel.mail import composing, leaving, reminders, reviewing
from defi.kernel.mail.purposes import Urgency, table
from defi.kernel.mail.reminders import Owed
from defi.kernel.mail.states import DIGEST, Dropped
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue
from house.sources import HOUSE
from kernel.mail.postman import Postman, free_port, serving, text_of

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


@pytest.fixture
def port(settings):
    """Where mails are to be taken, whether somebody is there or not."""
    found = free_port()
    settings.SMTP_URL, settings.MAIL_FROM = f"smtp://127.0.0.1:{found}", "DEFI <defi@region.example>"
    return found


@pytest.fixture(autouse=True)
def _all_still_true(monkeypatch):
    """Rooms look again at their mails as they leave, each by rows that are not here: they have their own tests."""
    monkeypatch.setattr(reviewing, "_CHECKS", {})


@pytest.fixture
def owing(monkeypatch):
    """Who owes something under each rule of reminders, by the rule."""
    rows: dict[str, Owed] = {}
    monkeypatch.setattr(reminders, "_SOURCES", {key: lambda rule, _files: [rows[rule.key]] for key in table().rules})
    return rows


def owes(key: str, address: str) -> Owed:
    """A thing that was asked long ago, and is due the day after tomorrow."""
    what, url = f"faire ce que rappelle {key}", f"https://defi.region.example/{key}/"
    return Owed(key, Recipient(address), what, url, since=date(2025, 9, 1), due_on=date(2025, 11, 5))


def test_a_real_server_receives_every_kind_of_mail(port):
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


def test_it_receives_the_reminder_of_every_rule(port, owing):
    rules = sorted(table().rules)
    owing.update({key: owes(key, f"{key}@exemple.fr") for key in rules})
    with clock.at(MONDAY):
        assert reminders.remind() == len(rules)
    postman = Postman()
    with serving(postman, port), clock.at(datetime(2025, 11, 4, 7, tzinfo=UTC)):
        leaving.go_round()
    assert sorted(address for address, _message in postman.received) == [f"{key}@exemple.fr" for key in rules]
    assert all("Rappel : faire ce que rappelle" in subject for subject in postman.subjects)
    assert all("C'est attendu pour le mercredi 5 novembre." in text for text in postman.texts)


def test_after_a_week_without_a_server_each_person_receives_one_message_that_says_every_kind(port, owing):
    people = [f"personne{number}@exemple.fr" for number in range(4)]
    names, rules = sorted(table().purposes), sorted(table().rules)
    owing.update({key: owes(key, people[number % 4]) for number, key in enumerate(rules)})
    for number, name in enumerate(names):
        with clock.at(MONDAY + timedelta(days=number % 6)), acting(TASK, "person.register") as act:
            queue(act, Recipient(people[number % 4]), f"{name}.txt", context(name))
    for day in range(7):
        with clock.at(MONDAY + timedelta(days=day, hours=1)):
            reminders.remind()
            assert leaving.go_round() == 0
    back, postman = datetime(2025, 11, 10, 9, tzinfo=UTC), Postman()
    with serving(postman, port):
        for later in (0, 1, 24, 72):
            with clock.at(back + timedelta(hours=later)):
                leaving.go_round()
    assert sorted(address for address, _message in postman.received) == people
    texts = {address: " ".join(text_of(message).split()) for address, message in postman.received}
    told = Mail.objects.exclude(purpose=DIGEST).exclude(dropped_why=Dropped.OUTDATED)
    said = Counter()
    for mail in told:
        line = composing._line(mail, "")
        # Whatever is urgent is told whole, its link included; the rest in a line with its address.
        for words in filter(None, (line.text, line.whole)):
            assert " ".join(words.split()) in texts[mail.address], mail.purpose
        assert mail.sent_at, mail.purpose
        said[mail.purpose] += 1
    codes = {name for name in names if table().purposes[name].urgency is Urgency.CODE}
    assert {*said} == {*names} - codes | {f"{reminders.PREFIX}{key}" for key in rules}
    # A code is worth nothing a week later: it is dropped, and its history says so.
    late = Mail.objects.filter(purpose__in=codes)
    assert {(mail.sent_at, mail.dropped_why) for mail in late} == {(None, Dropped.OUTDATED)}
