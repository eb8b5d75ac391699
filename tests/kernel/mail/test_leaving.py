"""What leaves, when, together with what: to a folder, to servers that answer badly, after an interruption."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest

from defi.kernel import clock
from defi.kernel.mail import directory, hours, leaving, posting, purposes
from defi.kernel.mail.directory import Reader
from defi.kernel.mail.posting import Fate
from defi.kernel.mail.reviewing import _CHECKS, still
from defi.kernel.mail.states import standing
from defi.kernel.models import Document, FailingAddress, Mail, MailServer
from defi.kernel.outbox import Recipient, post
from kernel.mail.conftest import LEA, MONDAY, NEWS, URGENT
from kernel.mail.postman import Postman, serving, text_of

TUESDAY = datetime(2025, 11, 4, 6, 30, tzinfo=UTC)
"""The hour of the digest that follows."""
PAUL = Recipient("paul@exemple.fr", person_id=8)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def go(at=MONDAY):
    with clock.at(at):
        return leaving.go_round()


def fresh(mail):
    mail.refresh_from_db()
    return mail


# Alone, at once


def test_what_is_urgent_leaves_at_once_and_once(write, postman):
    mail = write(context={"subject": "Décision : l'été à Châteaudun", "text": "Cœur, œuf"})
    assert [go(), go(), go(TUESDAY)] == [1, 0, 0]
    ((to, message),) = postman.received
    assert (to, message["To"], message["Subject"]) == (LEA.address, LEA.address, "Décision : l'été à Châteaudun")
    assert text_of(message).startswith("Cœur, œuf")
    assert message["Auto-Submitted"] == "auto-generated"
    assert (fresh(mail).sent_at, mail.attempts, mail.error) == (MONDAY, 1, "")


def test_without_a_server_a_mail_becomes_a_file_with_its_calendar_entry(write, folder):
    write(calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    go()
    (path,) = folder.iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (message["From"], message["Date"].datetime) == ("DEFI <defi@region.example>", MONDAY)
    (calendar,) = message.iter_attachments()
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "invitation.ics")


def test_in_the_evening_only_a_code_leaves(write, postman):
    evening = datetime(2025, 11, 3, 20, tzinfo=UTC)
    write(at=evening)
    with clock.at(evening):
        code = post(Recipient("paul@exemple.fr"), "Votre code", "123 456", purpose="try/mail/code")
        leaving.send(code.pk)
    assert go(evening) == 0
    assert postman.subjects == ["Votre code"]
    assert (fresh(code).subject, code.body) == ("", "")
    assert go(evening + 11 * HOUR) == 1


def test_a_code_that_came_too_late_is_worth_nothing(write, postman):
    with clock.at(MONDAY):
        code = post(PAUL, "Votre code", "123 456", purpose="try/mail/code")
    assert go(MONDAY + HOUR) == 0
    assert (fresh(code).dropped_why, postman.received) == ("outdated", [])


def test_the_secret_of_a_link_is_in_the_mail_and_no_longer_in_the_base_once_it_left(write, postman):
    secret = "https://defi.example/lien/" + "s" * 32 + "/"
    mail = write(context={"text": f"Signez : {secret}", "link": secret})
    go()
    assert secret in postman.texts[0]
    assert "s" * 32 not in fresh(mail).body + mail.url


# Together


def test_the_news_of_a_day_leave_in_one_message_the_next_morning(write, postman, monkeypatch):
    monkeypatch.setattr(directory.directory, "titles", lambda _ids: {5: "Aide à domicile", 6: "Soudeurs"})
    monkeypatch.setattr(directory.directory, "readers", lambda ids: dict.fromkeys(ids, Reader("Léa", has_account=True)))
    write(NEWS, context={"subject": "Bilan tenu : Aide à domicile", "url": "https://defi.example/a/"}, file_id=5)
    write(NEWS, context={"subject": "Plan approuvé : Soudeurs", "url": "https://defi.example/b/"}, file_id=6)
    write(NEWS, context={"subject": "Une remarque : Aide à domicile", "url": "https://defi.example/c/"}, file_id=5)
    write(NEWS, PAUL, context={"subject": "Pour Paul seul"})
    assert [go(), go(TUESDAY - MINUTE), go(TUESDAY), go(TUESDAY + HOUR)] == [0, 0, 2, 0]
    digest = next(text for text in postman.texts if "Bonjour Léa" in text)
    assert digest.index("Aide à domicile") < digest.index("- Bilan tenu\n  https://defi.example/a/")
    assert digest.index("- Une remarque\n") < digest.index("Soudeurs\n- Plan approuvé\n")
    assert "/a-faire/" in digest
    assert "DEFI, mardi 4 novembre : 3 nouvelles" in postman.subjects
    # Alone, a piece of news is told whole.
    assert "Pour Paul seul" in postman.subjects
    assert {mail.sent_at for mail in Mail.objects.all()} == {TUESDAY}


def test_what_is_written_after_the_hour_waits_for_the_next_digest(write, postman):
    write(NEWS, at=TUESDAY + MINUTE)
    assert go(TUESDAY + 2 * HOUR) == 0
    assert go(TUESDAY + DAY) == 1


def test_who_wants_urgent_things_only_is_not_sent_the_news(write, postman, monkeypatch):
    monkeypatch.setattr(directory.directory, "readers", lambda ids: dict.fromkeys(ids, Reader(urgent_only=True)))
    news, urgent = write(NEWS), write()
    assert (go(TUESDAY), fresh(news).dropped_why) == (1, "choice")
    assert fresh(urgent).sent_at


def test_what_is_no_longer_true_when_it_leaves_is_not_sent(write, postman, monkeypatch):
    monkeypatch.setattr("defi.kernel.mail.reviewing._CHECKS", dict(_CHECKS))
    still("try/mail/news")(lambda mail: mail.key != "gone")
    kept, gone = write(NEWS, key="kept"), write(NEWS, key="gone")
    go(TUESDAY)
    assert fresh(kept).sent_at
    assert fresh(gone).dropped_why == "done"


# Answers


@pytest.mark.parametrize(
    ("authors", "answer"), [([4, 4], "Atelier <atelier@exemple.fr>"), ([4, 5], "Région <region@exemple.fr>")]
)
def test_an_answer_goes_to_who_caused_the_mail_else_to_the_region(write, postman, monkeypatch, authors, answer):
    houses = {None: ("region@exemple.fr", "Région"), 4: ("atelier@exemple.fr", "Atelier")}
    monkeypatch.setattr(directory.directory, "answerer", lambda _person, house: houses.get(house))
    for house in authors:
        Mail.objects.filter(pk=write(NEWS).pk).update(from_organisation_id=house)
    go(TUESDAY)
    ((_to, message),) = postman.received
    assert str(message["Reply-To"]) == answer
    assert f"c'est {answer.partition(' ')[0]} qui vous lit" in text_of(message)


def test_nobody_is_sent_an_answer_to_themself_and_the_region_may_give_another_address(
    write, postman, monkeypatch, settings
):
    monkeypatch.setattr(directory.directory, "answerer", lambda *_: (LEA.address, "Léa"))
    settings.MAIL_REPLY = "formation@region.example"
    Mail.objects.filter(pk=write().pk).update(from_organisation_id=4)
    go()
    assert postman.received[0][1]["Reply-To"] == "formation@region.example"


# Servers that do not do well


def test_an_address_that_does_not_exist_is_a_failure_for_good_and_is_told(write, postman):
    postman.answers[LEA.address] = "550 5.1.1 no such mailbox"
    mail = write()
    assert [go(), go(MONDAY + DAY)] == [0, 0]
    assert (fresh(mail).failed_at, mail.attempts) == (MONDAY, 1)
    failing = FailingAddress.objects.get()
    assert (failing.address, failing.since, failing.bounced) == (LEA.address, MONDAY, False)
    assert "no such mailbox" in failing.said
    assert standing(mail, MONDAY).words == "Refusé"


def test_nothing_is_tried_at_a_failing_address_but_a_code_which_mends_it(write, postman):
    FailingAddress.objects.create(address=LEA.address, since=MONDAY, said="550 no such mailbox")
    mail = write()
    assert go() == 0
    assert (fresh(mail).failed_at, mail.error) == (MONDAY, "550 no such mailbox")
    with clock.at(MONDAY):
        post(LEA, "Votre code", "123 456", purpose="try/mail/code")
    assert (go(), FailingAddress.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("code", "said", "fate"),
    [
        (450, "busy", Fate.LATER),
        (452, "4.2.2 full", Fate.LATER),
        (552, "5.2.2 mailbox full", Fate.LATER),
        (550, "5.7.1 not by this policy", Fate.LATER),
        (550, "5.1.1 unknown", Fate.NOBODY),
        (553, "no such name", Fate.NOBODY),
    ],
)
def test_a_full_mailbox_or_a_policy_is_not_the_fault_of_the_address(code, said, fate):
    assert posting._fate(code, said.encode()) is fate


def test_what_is_put_off_is_tried_again_later_and_later_then_given_up(write, postman):
    postman.answers[LEA.address] = "450 busy"
    mail, now, gaps = write(), MONDAY, []
    while not fresh(mail).failed_at:
        go(now)
        if fresh(mail).next_try_at > now:
            gaps.append(mail.next_try_at - now)
            assert go(mail.next_try_at - MINUTE) == 0
        now = hours.next_open(mail.next_try_at, purposes.table().hours)
    assert gaps == [n * MINUTE for n in (5, 15, 60, 180, 360, 720, 1440, 1440, 1440)]
    assert (mail.attempts, FailingAddress.objects.count()) == (10, 0)


def test_a_greylisted_mail_arrives_at_the_second_try(write, postman):
    postman.greylists = True
    mail = write()
    assert [go(), go(MONDAY + MINUTE), go(MONDAY + 5 * MINUTE)] == [0, 0, 1]
    assert (fresh(mail).attempts, mail.error, len(postman.received)) == (2, "", 1)


def test_news_that_were_put_off_wait_as_long_and_what_follows_does_not_wait_for_them(write, postman):
    postman.answers[LEA.address] = "450 busy"
    write(NEWS), write(NEWS)
    write(NEWS, PAUL)
    assert go(TUESDAY) == 1
    carrier = Mail.objects.get(purpose="digest")
    assert (carrier.attempts, carrier.next_try_at) == (1, TUESDAY + 5 * MINUTE)
    postman.answers.clear()
    assert [go(TUESDAY + n * MINUTE) for n in (1, 4, 5, 6)] == [0, 0, 1, 0]
    alone = write(NEWS, PAUL, at=TUESDAY)
    postman.data = ["451 later"]
    assert go(TUESDAY + DAY) == 0
    assert fresh(alone).next_try_at == TUESDAY + DAY + 5 * MINUTE
    assert [go(TUESDAY + DAY + n * MINUTE) for n in (1, 5)] == [0, 1]


def test_a_text_that_is_not_taken_fails_without_blaming_the_address(write, postman):
    postman.data = ["554 looks like spam", "250 OK"]
    first, second = write(), write(to=PAUL)
    go()
    assert (bool(fresh(first).failed_at), FailingAddress.objects.count()) == (True, 0)
    assert fresh(second).sent_at


def test_a_server_that_is_down_is_left_alone_longer_and_longer_and_nothing_is_lost(write, port):
    mail, now, waits = write(), MONDAY, []
    for _round in range(6):
        assert go(now) == 0
        server = MailServer.objects.get()
        waits.append(server.next_try_at - now)
        assert (go(server.next_try_at - timedelta(seconds=1)), server.down_since) == (0, MONDAY)
        now = server.next_try_at
    assert waits == [n * MINUTE for n in (1, 2, 5, 10, 30, 30)]
    assert (fresh(mail).attempts, mail.failed_at) == (0, None)
    assert standing(mail, now, server).then == "Le serveur ne répond pas. Nouvel essai :"


def test_while_the_server_is_down_at_night_the_hour_said_is_the_one_at_which_it_leaves(write, port):
    mail, evening = write(), datetime(2025, 11, 3, 18, 59, tzinfo=UTC)
    go(evening)
    server = MailServer.objects.get()
    assert server.next_try_at == evening + MINUTE
    assert standing(fresh(mail), evening, server).when == hours.next_open(TUESDAY - HOUR, purposes.table().hours)


def test_a_server_too_slow_to_answer_may_have_taken_the_mail_so_the_same_goes_again(write, postman, monkeypatch):
    monkeypatch.setattr(posting, "PATIENCE", 0.15)
    postman.slow = 0.4
    mail = write()
    assert go() == 0
    postman.slow = 0
    assert "timed out" in fresh(mail).error
    assert go(MONDAY + 5 * MINUTE) == 1
    identities = {str(message["Message-ID"]) for _to, message in postman.received}
    assert len(identities) == 1


def test_an_address_that_no_header_or_server_can_hold_is_told_and_stops_nobody(write, postman):
    wrong = [write(to=Recipient("lea\n@exemple.fr")), write(to=Recipient("léa@exemple.fr"))]
    right = write(to=PAUL)
    go()
    assert [bool(fresh(mail).failed_at and mail.error) for mail in wrong] == [True, True]
    assert fresh(right).sent_at


# After a week without a server


def test_after_a_week_without_a_server_nothing_is_lost_and_each_person_gets_one_message(write, port, monkeypatch):
    people = [Recipient(f"personne{n}@exemple.fr", person_id=100 + n) for n in range(3)]
    rounds = 0
    for day in range(7):
        for person in people:
            at = MONDAY + day * DAY
            write(NEWS, person, at=at, context={"subject": f"Nouvelle {day}"})
            text = {"subject": f"Urgent {day}", "text": f"Lisez le message {day}."}
            write(URGENT, person, at=at + HOUR, context=text, calendar="BEGIN:VCALENDAR" if day == 2 else "")
        rounds += go(MONDAY + day * DAY + 2 * HOUR)
    assert rounds == 0
    postman = Postman()
    with serving(postman, port):
        back = datetime(2025, 11, 10, 9, tzinfo=UTC)
        assert go(back) == 3
        assert [go(back + HOUR), go(back + DAY), go(back + 3 * DAY)] == [0, 0, 0]
    assert sorted(to for to, _message in postman.received) == [person.address for person in people]
    for text in postman.texts:
        for day in range(7):
            assert text.count(f"- Nouvelle {day}") == 1
            assert text.count(f"Lisez le message {day}.") == 1
    assert all(len(list(message.iter_attachments())) == 1 for _to, message in postman.received)
    assert not Mail.objects.filter(sent_at=None).exists()
    assert MailServer.objects.get().down_since is None


def test_what_was_urgent_while_the_worker_slept_a_night_still_leaves_alone(write, postman):
    write(at=MONDAY + 9 * HOUR)
    write(NEWS, at=MONDAY)
    assert go(TUESDAY + HOUR) == 2


# Crashes


def test_a_crash_just_after_a_mail_left_sends_the_same_again_under_the_same_identity(write, postman, monkeypatch):
    write(NEWS), write(NEWS)
    real = leaving._sent

    def dies(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(leaving, "_sent", dies)
    with pytest.raises(KeyboardInterrupt):
        go(TUESDAY)
    monkeypatch.setattr(leaving, "_sent", real)
    late = write(NEWS, at=MONDAY, context={"subject": "Écrite juste avant"})
    assert [go(TUESDAY + n * MINUTE) for n in (1, 2, 3)] == [1, 1, 0]
    first, second, third = (message for _to, message in postman.received)
    assert (first["Message-ID"], text_of(first)) == (second["Message-ID"], text_of(second))
    assert (third["Subject"], fresh(late).sent_at) == ("Écrite juste avant", TUESDAY + 2 * MINUTE)


# A letter


def a_letter(**more):
    return Document.objects.create(
        kind="invitation", number="INV-1", code="ABCDEF", title="Invitation", sha256="0" * 64, content=b"%PDF-1", **more
    )


def files_of(message):
    return [part.get_filename() for part in message.iter_attachments()]


def test_a_letter_leaves_as_a_file_of_its_mail(write, postman):
    write(document=a_letter())
    go()
    ((_to, message),) = postman.received
    assert files_of(message) == ["INV-1.pdf"]
    (part,) = message.iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/pdf", b"%PDF-1")


def test_a_message_that_says_many_things_carries_no_letter_and_says_where_it_is(write, postman):
    letter = a_letter()
    write(document=letter)
    write(context={"subject": "Autre chose", "text": "Un autre texte"})
    go(MONDAY + 2 * DAY)
    ((_to, message),) = postman.received
    assert files_of(message) == []
    assert f"/documents/{letter.code}/" in text_of(message)


def test_a_letter_alone_after_an_interruption_is_still_joined(write, postman):
    write(document=a_letter())
    go(MONDAY + 2 * DAY)
    ((_to, message),) = postman.received
    assert files_of(message) == ["INV-1.pdf"]
