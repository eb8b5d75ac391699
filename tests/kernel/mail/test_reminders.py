"""Reminders: when a rule speaks, what it says as it leaves, that it stops, that it never speaks twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from defi.kernel import clock
from defi.kernel.mail import directory, leaving, purposes, reminders
from defi.kernel.mail.directory import Reader
from defi.kernel.mail.purposes import Rule
from defi.kernel.mail.reminders import Owed, remind, stages
from defi.kernel.mail.wanted import is_wanted
from defi.kernel.models import Link, Mail
from kernel.mail.conftest import LEA

ASKED = date(2025, 11, 3)
RULE = Rule("try_sign", "Rappel : à signer", "for the test", after=(3, 10), before=(2,), every=7, times=2)


def said(rule, since, due_on, today):
    return [(stage.on.isoformat(), stage.key.partition(":")[0]) for stage in stages(rule, since, due_on, today)]


def test_a_rule_speaks_days_after_the_asking_before_the_due_date_then_when_it_is_late():
    everything = said(RULE, ASKED, date(2025, 11, 20), date(2026, 1, 1))
    assert everything == [
        ("2025-11-06", "a3"),
        ("2025-11-13", "a10"),
        ("2025-11-18", "b2"),
        ("2025-11-21", "l0"),
        ("2025-11-28", "l1"),
    ]
    assert said(RULE, ASKED, date(2025, 11, 20), date(2025, 11, 12)) == everything[:1]


def test_a_rule_does_not_speak_before_the_thing_was_asked():
    assert said(RULE, date(2025, 11, 19), date(2025, 11, 20), date(2025, 11, 20)) == []


def test_a_date_that_moves_is_said_again():
    first, second = (stages(RULE, None, day, date(2025, 12, 1))[0].key for day in (ASKED, ASKED + timedelta(days=1)))
    assert first != second


@pytest.fixture
def owed(write, folder, monkeypatch):
    """What is owed, as a list that the test changes; the rule is the only one."""
    rows = [Owed("try:1", LEA, "signer la convention", "https://defi.example/x/", since=ASKED)]
    monkeypatch.setattr("defi.kernel.mail.reminders._SOURCES", {RULE.key: lambda _rule, _files: list(rows)})
    purposes.lay(replace(purposes.table(), rules={RULE.key: RULE}))
    return rows


def day(n: int, hour: int = 4) -> datetime:
    return datetime(2025, 11, 3, hour, 20, tzinfo=UTC) + timedelta(days=n)


def live(n: int) -> int:
    """A day of the worker: reminders are written each hour, then the round goes."""
    for hour in (4, 5):
        with clock.at(day(n, hour)):
            remind()
    with clock.at(day(n, 8)):
        remind()
        return leaving.go_round()


def test_it_leaves_in_the_morning_of_its_day_once_and_names_the_last_one(owed):
    assert [live(n) for n in range(12)] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    first, second = Mail.objects.order_by("id")
    assert first.subject == "Rappel : signer la convention"
    assert "Elle vous attend depuis le lundi 3 novembre." in first.body
    assert "Nous vous avons écrit le jeudi 6 novembre." in second.body
    assert "(nous vous avons écrit le 6 novembre)" in second.line


def test_what_was_done_since_it_was_written_is_not_sent(owed):
    with clock.at(day(3)):
        assert remind() == 1
    owed.clear()
    with clock.at(day(3, 8)):
        assert leaving.go_round() == 0
    assert Mail.objects.get().dropped_why == "done"


def test_it_stops_with_what_it_reminds_of(owed):
    live(3)
    owed.clear()
    assert [live(n) for n in range(4, 30)] == [0] * 26


def test_nobody_is_reminded_of_what_they_were_just_asked(owed):
    live(3)
    # Two days before the due date comes two days after the last mail; the third is a Sunday.
    owed[0] = replace(owed[0], due_on=date(2025, 11, 10))
    assert [live(n) for n in (4, 5, 6, 7)] == [0, 0, 0, 1]


def test_after_weeks_of_sleep_only_the_last_is_sent_and_the_history_says_the_others(owed):
    owed[0] = replace(owed[0], due_on=date(2025, 11, 20))
    assert live(19) == 1
    rows = Mail.objects.order_by("id")
    assert [(row.key.split("|")[1][:3], row.dropped_why, bool(row.sent_at)) for row in rows] == [
        ("a3:", "outdated", False),
        ("a10", "outdated", False),
        ("b2:", "outdated", False),
        ("l0:", "", True),
    ]
    assert live(20) == 0


def test_without_a_server_for_long_only_the_newest_reminder_of_a_thing_leaves(owed, settings, tmp_path):
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    assert [live(n) for n in range(11)] == [0] * 11
    settings.SMTP_URL = ""
    assert [live(n) for n in (11, 12)] == [1, 0]
    assert sorted((bool(m.sent_at), m.dropped_why) for m in Mail.objects.all()) == [(False, "outdated"), (True, "")]


def test_several_reminders_of_one_morning_are_one_message(owed):
    owed.append(replace(owed[0], about="try:2", what="valider le plan"))
    assert live(3) == 1
    digest = Mail.objects.get(purpose="digest")
    assert "À faire : signer la convention" in digest.body
    assert "À faire : valider le plan" in digest.body


def test_every_rule_of_the_house_is_told_by_a_room_and_has_a_source():
    rules = purposes.table().rules
    assert set(rules) == reminders.told_rules()
    assert all(rule.source.strip() and rule.label.startswith("Rappel") for rule in rules.values())
    assert all(rule.after or rule.before for rule in rules.values())
    assert all(name in purposes.table().purposes for rule in rules.values() for name in rule.first)


@pytest.mark.parametrize(
    ("urgency", "urgent_only", "is_late", "leaves"),
    [
        ("digest", False, False, True),
        ("digest", True, False, False),
        ("digest", True, True, True),
        ("now", True, False, True),
        ("code", True, False, True),
    ],
)
def test_who_wants_the_urgent_only_is_still_reminded_of_what_is_late(urgency, urgent_only, is_late, leaves):
    assert is_wanted(urgency, urgent_only=urgent_only, is_late=is_late) is leaves


def test_a_reminder_waits_for_its_day_to_be_past_when_one_wants_the_urgent_only(owed, monkeypatch):
    monkeypatch.setattr(directory.directory, "readers", lambda ids: dict.fromkeys(ids, Reader(urgent_only=True)))
    owed[0] = replace(owed[0], due_on=ASKED + timedelta(days=3))
    assert [live(n) for n in range(6)] == [0, 0, 0, 0, 1, 0]
    *early, last = Mail.objects.order_by("id")
    assert {mail.dropped_why for mail in early} == {"choice"}
    assert last.sent_at
    assert "C'était attendu pour le jeudi 6 novembre." in last.body


def test_a_reminder_that_is_not_wanted_leaves_the_link_in_hand_alive(owed, monkeypatch):
    monkeypatch.setattr(directory.directory, "readers", lambda ids: dict.fromkeys(ids, Reader(urgent_only=True)))
    monkeypatch.setattr("defi.kernel.links.again", lambda link: pytest.fail("a new link kills the one in hand"))
    owed[0] = replace(owed[0], link=Link(verb="signatory.sign", address=LEA.address))
    assert [live(n) for n in range(4)] == [0, 0, 0, 0]
    assert Mail.objects.get().dropped_why == "choice"
