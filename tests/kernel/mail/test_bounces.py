"""What comes back: delivery notices (RFC 3464), believed when they are about a mail of ours."""

import email.policy
import mailbox
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError

from defi.kernel import clock
from defi.kernel.mail import bounces, composing, leaving
from defi.kernel.mail.states import standing
from defi.kernel.models import FailingAddress, Mail
from kernel.mail.conftest import LEA, MONDAY, NEWS

LATER = datetime(2025, 11, 3, 9, tzinfo=UTC)


def notice(mail, *, address=LEA.address, action="failed", identity="", headers_only=True) -> bytes:
    """A notice as Postfix writes it."""
    quoted = f"Message-ID: {identity or composing.identity(mail)}\nSubject: x\n"
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return f"""From: MAILER-DAEMON@exemple.fr
To: defi@region.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.exemple.fr

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: user unknown

--b
Content-Type: {kind}

{quoted}
{"" if headers_only else "body"}
--b--
""".encode()


@pytest.fixture
def sent(write, folder):
    mail = write()
    with clock.at(MONDAY):
        leaving.go_round()
    mail.refresh_from_db()
    assert mail.sent_at
    return mail


def read(content: bytes) -> int:
    with clock.at(LATER):
        parsed = message_from_bytes(content, policy=email.policy.default)
        return sum([bounces.record(found) for found in bounces.notices(parsed)])


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_notice_marks_the_mail_as_come_back_and_its_address_as_failing(sent, headers_only):
    assert read(notice(sent, headers_only=headers_only)) == 1
    sent.refresh_from_db()
    assert (sent.failed_at, sent.error) == (LATER, "550 5.1.1 <lea@exemple.fr>: user unknown")
    assert standing(sent, LATER).words == "Revenu"
    assert FailingAddress.objects.values_list("address", "bounced").get() == (LEA.address, True)


def test_read_again_an_old_notice_does_not_undo_what_was_mended_since(sent):
    read(notice(sent))
    FailingAddress.objects.all().delete()
    assert (read(notice(sent)), FailingAddress.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "lie",
    [
        {"address": "paul@exemple.fr"},
        {"identity": "<defi-999999-20251103080000000000@region.example>"},
        {"identity": "<something-else@exemple.fr>"},
        {"action": "delayed"},
    ],
)
def test_a_notice_about_no_mail_of_ours_or_a_mere_delay_changes_nothing(sent, lie):
    assert (read(notice(sent, **lie)), FailingAddress.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"Subject: absent\n\nJe suis en vacances.", b"Content-Type: multipart/report\n\n--"],
)
def test_what_is_no_notice_is_left_alone(db, content):
    assert read(content) == 0


def test_a_digest_that_comes_back_takes_along_what_it_said(write, folder):
    items = [write(NEWS), write(NEWS)]
    with clock.at(datetime(2025, 11, 4, 6, 30, tzinfo=UTC)):
        leaving.go_round()
    assert read(notice(Mail.objects.get(purpose="digest"))) == 1
    for item in items:
        item.refresh_from_db()
        assert item.failed_at == LATER


def test_a_folder_a_maildir_a_mbox_and_one_file_are_read(sent, tmp_path, capsys):
    other = b"Subject: bonjour\n\nRien\n"
    (tmp_path / "one.eml").write_bytes(notice(sent, action="delayed"))
    maildir = mailbox.Maildir(tmp_path / "maildir")
    maildir.add(other)
    box = mailbox.mbox(tmp_path / "box")
    box.add(other)
    box.add(notice(sent))
    box.close()
    with clock.at(LATER):
        assert bounces.read_mailbox(tmp_path / "one.eml") == (1, 0)
        assert bounces.read_mailbox(tmp_path / "maildir") == (1, 0)
        call_command("bounces", str(tmp_path / "box"))
    assert "2 messages lus, 1 courriels revenus" in capsys.readouterr().out


def test_a_path_that_does_not_exist_is_said_in_a_sentence(db, tmp_path):
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("bounces", str(tmp_path / "nowhere"))


def test_without_a_mailbox_in_the_settings_nothing_is_read(db, settings, tmp_path, sent):
    settings.MAIL_BOUNCES = ""
    assert bounces.read_settled() == 0
    (tmp_path / "n.eml").write_bytes(notice(sent))
    settings.MAIL_BOUNCES = str(tmp_path / "n.eml")
    assert bounces.read_settled() == 1


def test_a_base_without_tables_is_said_in_a_sentence(monkeypatch, tmp_path):
    def read(_path):
        raise ProgrammingError('relation "kernel_mail" does not exist')

    monkeypatch.setattr("defi.kernel.management.commands.bounces.read_mailbox", read)
    with pytest.raises(CommandError, match="defi migrate"):
        call_command("bounces", str(tmp_path))
