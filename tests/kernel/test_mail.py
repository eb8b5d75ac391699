"""Mail is a row of the action that causes it; it leaves afterwards, once, to a server or to a folder."""

import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from defi.kernel import clock, delivery
from defi.kernel.access import TASK
from defi.kernel.journal import acting
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
    due = clock.now() + timedelta(days=3)
    mail = write(due_at=due)
    assert mail.due_at == due
    assert [job.scheduled_at for job in jobs()] == [due]


def test_a_subject_is_one_line_of_a_reasonable_length(tried, monkeypatch):
    long = "Formation  «\u00a0Aide\u00a0»\t" + "x" * 300 + "\nle corps"
    monkeypatch.setattr("defi.kernel.outbox.render_to_string", lambda *_: long)
    subject = write().subject
    assert len(subject) == 200
    assert subject.startswith("Formation « Aide » xxx")


def test_a_mail_is_not_both_sent_and_dropped(tried, plain_mail):
    mail = write()
    with pytest.raises(IntegrityError, match="mail_sent_or_dropped"), transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(sent_at=NOW, dropped_at=NOW)


# Delivery to a folder


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.SMTP_URL, settings.MAIL_FOLDER, settings.MAIL_FROM = "", tmp_path / "mail", "DEFI <defi@region.example>"
    return tmp_path / "mail"


def read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def test_without_a_server_a_mail_becomes_a_file(tried, plain_mail, folder):
    mail = write(calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    with clock.at(NOW):
        delivery.send(mail.pk)
    (path,) = folder.iterdir()
    message = read(path)
    assert (message["From"], message["To"]) == ("DEFI <defi@region.example>", "lea@exemple.fr")
    assert (message["Subject"], message["Date"].datetime) == ("Le sujet", NOW)
    assert message.get_body().get_content() == "Bonjour,\nle corps.\n"
    (calendar,) = message.iter_attachments()
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "invitation.ics")
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts, mail.error) == (NOW, 1, "")


def test_accents_travel_in_the_subject_and_the_body(tried, folder, monkeypatch):
    monkeypatch.setattr("defi.kernel.outbox.render_to_string", lambda *_: "Décision : l'été à Châteaudun\nCœur, œuf")
    delivery.send(write().pk)
    (path,) = folder.iterdir()
    assert (read(path)["Subject"], read(path).get_content()) == ("Décision : l'été à Châteaudun", "Cœur, œuf\n")


def test_a_mail_already_sent_is_not_sent_twice(tried, plain_mail, folder):
    mail = write()
    delivery.send(mail.pk)
    (path,) = folder.iterdir()
    path.unlink()
    delivery.send(mail.pk)
    mail.refresh_from_db()
    assert (list(folder.iterdir()), mail.attempts) == ([], 1)


def test_a_mail_that_left_just_before_a_crash_keeps_its_identity(tried, plain_mail, folder):
    mail = write()
    delivery.send(mail.pk)
    Mail.objects.update(sent_at=None)
    delivery.send(mail.pk)
    assert len(list(folder.iterdir())) == 1


def test_a_dropped_mail_and_an_unknown_one_are_left_alone(tried, plain_mail, folder):
    mail = write()
    Mail.objects.update(dropped_at=NOW)
    delivery.send(mail.pk)
    delivery.send(mail.pk + 1)
    assert not folder.exists()


# Delivery to a server


class Postman:
    """A mail server that remembers what it was given, and refuses the address it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], bytes]] = []
        self.refuses = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.received.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        return "250 OK"


def free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return int(candidate.getsockname()[1])


@pytest.fixture
def postman(settings) -> Iterator[Postman]:
    known = Postman()
    controller = Controller(known, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{controller.port}"
    yield known
    controller.stop()


def test_with_a_server_a_mail_is_handed_to_it_once(tried, plain_mail, postman):
    mail = write()
    delivery.send(mail.pk)
    delivery.send(mail.pk)
    ((to, content),) = postman.received
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert (to, message["Subject"]) == (["lea@exemple.fr"], "Le sujet")
    mail.refresh_from_db()
    assert mail.sent_at is not None


def test_a_refused_mail_keeps_the_error_and_can_be_tried_again(tried, plain_mail, postman):
    mail = write()
    postman.refuses = LEA.address
    with pytest.raises(Exception, match="no such mailbox"):
        delivery.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts) == (None, 1)
    assert "no such mailbox" in mail.error
    postman.refuses = ""
    delivery.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.sent_at is None, mail.attempts, mail.error) == (False, 2, "")
    assert len(postman.received) == 1


def test_a_server_that_does_not_answer_is_an_error_to_try_again(tried, plain_mail, settings):
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    mail = write()
    for attempt in (1, 2):
        with pytest.raises(OSError, match="refused"):
            delivery.send(mail.pk)
        mail.refresh_from_db()
        assert (mail.sent_at, mail.attempts) == (None, attempt)
    assert "refused" in mail.error


def test_an_address_that_no_header_can_hold_is_an_error_kept_on_the_row(tried, plain_mail, folder):
    mail = write(Recipient("lea\n@exemple.fr"))
    with pytest.raises(ValueError):
        delivery.send(mail.pk)
    mail.refresh_from_db()
    assert (mail.attempts, bool(mail.error)) == (1, True)


def test_the_task_sends_the_mail_and_is_tried_again_when_it_fails(tried, plain_mail, folder):
    from defi.kernel.tasks import send_mail

    mail = write()
    send_mail(mail_id=mail.pk)
    assert len(list(folder.iterdir())) == 1
    retry = send_mail.retry_strategy
    assert retry is not None
    assert (retry.max_attempts, retry.exponential_wait) == (12, 3)
