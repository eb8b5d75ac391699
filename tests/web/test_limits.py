"""What can be guessed or flooded is tried so often: the page says when to come back, and keeps what was typed."""

from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

import factories as make
from defi.kernel import clock, limits, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.limits import LIMITS, Limit, TooOften, count
from defi.kernel.models import Link, Mail, Tally
from limiting import NOON, few_tries, from_, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    with few_tries(monkeypatch):
        yield


def asked(address="10.0.0.1", name="verify_code", key="", **meta):
    count(RequestFactory().get("/", REMOTE_ADDR=address, **meta), name, key)


# The rule


def test_it_is_counted_by_network_and_by_what_is_tried():
    for _ in range(2):
        asked("10.0.0.1", "card", "AAAAAA")
    with pytest.raises(TooOften):
        asked("10.0.0.1", "card", "aaaaaa ")
    with pytest.raises(TooOften):
        asked("10.0.0.1", "card", "BBBBBB")
    asked("10.0.0.1", "verify_code")


def test_what_a_stranger_tries_on_something_is_not_taken_from_its_owner():
    for _ in range(4):
        with suppress(TooOften):
            asked("10.0.0.1", "card", "AAAAAA")
    asked("10.0.0.2", "card", "AAAAAA")


def test_from_everywhere_together_so_often_and_one_network_cannot_use_it_up(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", {"card": Limit(50, 2, everywhere=5)})
    for _ in range(9):
        with suppress(TooOften):
            asked("10.0.0.1", "card", "AAAAAA")
    for last in (2, 3, 3):
        asked(f"10.0.0.{last}", "card", "AAAAAA")
    with pytest.raises(TooOften):
        asked("10.0.0.4", "card", "AAAAAA")
    asked("10.0.0.4", "card", "BBBBBB")


def test_as_shipped_several_networks_must_join_to_keep_an_owner_waiting():
    shipped = {name: limit for name, limit in LIMITS.items() if limit.everywhere}
    assert "sign_in_ask" in shipped
    assert all(limit.everywhere >= 5 * limit.by_key for limit in shipped.values())
    # What is guessed is never counted from everywhere: a stranger would close it.
    assert not {"sign_in_code", "card", "signing_code"} & set(shipped)


def test_a_window_may_be_longer_and_a_message_that_left_is_said(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", {"card": Limit(1, window=timedelta(hours=1), mails=True)})
    asked(name="card")
    with pytest.raises(TooOften, match=r"dans 60 minutes, à 13 h 59. .*indésirables"):
        asked(name="card")
    with clock.at(NOON + timedelta(minutes=59)), pytest.raises(TooOften):
        asked(name="card")
    with clock.at(NOON + timedelta(hours=1)):
        asked(name="card")


def test_after_ten_minutes_one_tries_again():
    for _ in range(3):
        asked()
    with pytest.raises(TooOften, match="dans 10 minutes"):
        asked()
    with clock.at(NOON + timedelta(minutes=9, seconds=59)), pytest.raises(TooOften, match="dans 1 minute, à 13 h 09"):
        asked()
    with clock.at(NOON + timedelta(minutes=10)):
        asked()


def test_a_machine_that_changes_its_address_in_its_network_stays_one(settings):
    for last in ("1", "2", "3"):
        asked(f"2001:db8:0:1::{last}")
    with pytest.raises(TooOften):
        asked("2001:db8:0:1:ffff::9")
    asked("2001:db8:0:2::1")


def test_behind_a_proxy_the_address_is_the_one_it_adds(settings):
    for first in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
        asked("127.0.0.1", HTTP_X_FORWARDED_FOR=f"{first}, 10.0.0.7")
    with pytest.raises(TooOften):
        asked("127.0.0.1")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for forged in ("1.1.1.1", "2.2.2.2", "3.3.3.3"):
        asked("127.0.0.1", HTTP_X_FORWARDED_FOR=f"{forged}, 10.0.0.8")
    with pytest.raises(TooOften):
        asked("127.0.0.1", HTTP_X_FORWARDED_FOR="4.4.4.4, 10.0.0.8")
    asked("127.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.9")


def test_neither_an_address_nor_a_key_is_kept_and_the_night_forgets():
    asked("10.0.0.1", "card", "AAAAAA")
    kept = str(list(Tally.objects.values()))
    assert "10.0.0.1" not in kept
    assert "AAAAAA" not in kept
    assert limits.forget(NOON + timedelta(hours=1)) == 0
    assert limits.forget(NOON + timedelta(days=2)) == 2


def test_a_try_costs_one_statement():
    with CaptureQueriesContext(connection) as counted:
        asked()
    assert len(counted) == 1


@pytest.mark.django_db(transaction=True)
def test_all_processes_count_together():
    def tries():
        for _ in range(20):
            with clock.at(NOON), suppress(TooOften):
                asked("10.0.0.1")
        connection.close()

    together = [Thread(target=tries) for _ in range(4)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    assert Tally.objects.get().tries == 80


# The pages


def test_codes_to_sign_in_are_asked_so_often_for_one_mailbox_known_or_not():
    person = make.a_person("Sam", email="sam@exemple.invalid")
    make.actor(Who.TRAINER, make.a_provider(), person)
    for address in ("sam@exemple.invalid", "personne@exemple.invalid"):
        Tally.objects.all().delete()
        for _ in range(2):
            assert Client().post("/entrer/code/", {"email": address}).status_code == 302
        page = refused(Client().post("/entrer/code/", {"email": address}))
        assert f'value="{address}"' in page
        assert Mail.objects.filter(address=address).count() == 2
        # Their owner, elsewhere, is not kept from their code.
        assert from_("10.0.0.9").post("/entrer/code/", {"email": address}).status_code == 302
        assert Mail.objects.filter(address=address).count() == 3


def test_a_code_to_sign_in_is_not_guessed_from_session_to_session():
    person = make.a_person("Sam", email="sam@exemple.invalid")
    make.actor(Who.TRAINER, make.a_provider(), person)
    guesses = [Client(), Client()]
    for browser in guesses:
        browser.post("/entrer/code/", {"email": "sam@exemple.invalid"})
        assert browser.post("/entrer/code/confirmer/", {"code": "AAAAAA"}).status_code in {200, 302}
    page = refused(guesses[1].post("/entrer/code/confirmer/", {"code": "BBBBBB"}))
    assert 'value="BBBBBB"' in page
    assert guesses[1].get("/a-faire/").status_code == 302


def test_the_code_of_a_card_is_not_guessed():
    for _ in range(2):
        assert Client().post("/carte/", {"number": "AAAAAA", "code": "BBBBBBBB"}).status_code == 422
    page = refused(Client().post("/carte/", {"number": "AAAAAA", "code": "CCCCCCCC"}))
    assert 'value="CCCCCCCC"' in page


def test_a_dead_link_is_renewed_so_often():
    with scope(TASK):
        operation = make.an_operation()
    pages = []
    for number in range(4):
        address = links.issue(operation, "signatory.sign", address=f"personne{number}@exemple.invalid")
        Link.objects.update(expires_at=NOON - timedelta(days=1), created_at=NOON - timedelta(days=9))
        pages.append(Client().post("/" + address.split("/", 3)[3], {"renew": "1"}))
    refused(pages[-1])
    assert [page.status_code for page in pages[:3]].count(429) == 0


def test_codes_of_documents_are_not_tried_one_after_the_other():
    for code in ("AAAAAAAAAA", "BBBBBBBBBB"):
        assert Client().get("/verifier/", {"code": code}).status_code == 422
    assert Client().get("/verifier/CCCCCCCCCC/").status_code == 404
    page = refused(Client().get("/verifier/", {"code": "DDDDDDDDDD", "number": "CONV-2026-0042"}))
    assert 'value="DDDDDDDDDD"' in page
    assert 'value="CONV-2026-0042"' in page
    assert 'value="EEEEEEEEEE"' in refused(Client().get("/verifier/EEEEEEEEEE/"))
    assert Client().get("/verifier/").status_code == 200


def test_files_are_not_examined_without_end():
    def dropped():
        return Client().post("/verifier/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")})

    assert [dropped().status_code for _ in range(3)].count(429) == 0
    refused(dropped())
