"""Mail is a row of the action that causes it, with whatever makes it leave later."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, LinkScope, Who
from defi.kernel.journal import acting
from defi.kernel.mail.purposes import Purpose, Urgency
from defi.kernel.models import Mail
from defi.kernel.outbox import Recipient, queue

NOW = datetime(2025, 11, 3, 8, tzinfo=UTC)
LEA = Recipient("lea@exemple.fr", person_id=7, organisation_id=12)


def write(to: Recipient = LEA, **more: object) -> Mail | None:
    with clock.at(NOW), acting(TASK, "try.plain") as act:
        return queue(act, to, "pairing/mail/whatever.txt", {}, **more)


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="send_mail").order_by("id"))


# The outbox


def test_a_mail_and_its_task_are_written_together(tried, plain_mail):
    mail = write(file_id=3)
    assert (mail.subject, mail.body) == ("Le sujet", "Bonjour,\nle corps.\n")
    assert (mail.address, mail.person_id, mail.organisation_id, mail.file_id) == ("lea@exemple.fr", 7, 12, 3)
    assert (mail.purpose, mail.queued_at, mail.due_at) == ("pairing/mail/whatever", NOW, NOW)
    assert [(job.args, job.scheduled_at) for job in jobs()] == [({"mail_id": mail.pk}, None)]


def test_a_mail_belongs_to_its_action(tried, plain_mail):
    with acting(TASK, "try.plain") as act:
        mail = queue(act, LEA, "whatever.txt", {})
    assert mail.action_id == act.id


def test_with_a_key_a_mail_is_written_once_to_each_address(tried, plain_mail):
    first = write(key="session 5")
    assert write(key="session 5") is None
    assert write(Recipient("paul@exemple.fr"), key="session 5") is not None
    assert write(key="session 6") is not None
    assert (Mail.objects.filter(address=LEA.address, key="session 5").get(), len(jobs())) == (first, 3)


def test_without_a_key_each_call_writes_one(tried, plain_mail):
    assert write() != write()


def test_without_an_address_nothing_is_written(tried, plain_mail):
    assert write(Recipient("", person_id=7)) is None
    assert (Mail.objects.count(), jobs()) == (0, [])


def test_a_mail_for_later_waits_for_its_hour(tried, plain_mail):
    due = datetime(2030, 11, 5, 9, tzinfo=UTC)
    mail = write(due_at=due)
    assert mail.due_at == due
    assert [job.scheduled_at for job in jobs()] == [due]


def test_a_subject_is_one_line_of_a_reasonable_length(tried, monkeypatch):
    long = "Formation  «\u00a0Aide\u00a0»\t" + "x" * 300 + "\nle corps"
    monkeypatch.setattr("defi.kernel.mail.outbox.render_to_string", lambda *_: long)
    subject = write().subject
    assert len(subject) == 200
    assert subject.startswith("Formation « Aide » xxx")


def test_a_mail_is_not_both_sent_and_dropped(tried, plain_mail):
    mail = write()
    with pytest.raises(IntegrityError, match="mail_sent_or_dropped"), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(sent_at=NOW, dropped_at=NOW)


# Whom it comes from


def test_a_mail_says_who_caused_it_so_that_answers_reach_them(tried, plain_mail):
    for who in (Who.OFFICER, Who.COORDINATOR):
        with acting(Actor(who, person_id=3, organisation_id=4), "try.plain") as act:
            mail = queue(act, LEA, "whatever.txt", {})
        assert (mail.from_person_id, mail.from_organisation_id) == (3, 4)


def test_the_own_address_of_a_trainee_or_of_the_bearer_of_a_link_is_never_the_answering_one(tried, plain_mail):
    link = LinkScope(1, "try.plain", "some.thing", 1)
    for actor in (Actor(Who.TRAINEE, person_id=3), Actor(Who.LINK, person_id=3, organisation_id=4, link=link)):
        with acting(actor, "try.plain") as act:
            mail = queue(act, LEA, "whatever.txt", {})
        assert mail.from_person_id is None


# What the worker is woken for


def test_what_is_urgent_wakes_the_worker_at_the_first_open_hour(tried, plain_mail):
    evening = datetime(2030, 11, 4, 20, tzinfo=UTC)
    with clock.at(evening), acting(TASK, "try.plain") as act:
        queue(act, LEA, "whatever.txt", {})
    assert [job.scheduled_at for job in jobs()] == [datetime(2030, 11, 5, 6, tzinfo=UTC)]


def test_news_wake_nobody(tried, plain_mail, monkeypatch):
    monkeypatch.setattr("defi.kernel.mail.outbox.purpose", lambda _name: Purpose("", Urgency.DIGEST))
    assert write().urgency == "digest"
    assert jobs() == []
    assert write(calendar="BEGIN:VCALENDAR").urgency == "now"


def test_the_table_says_how_urgent_a_mail_is_and_an_unknown_one_is(tried, plain_mail):
    assert write().urgency == "now"
