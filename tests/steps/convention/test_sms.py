"""The code by text message, with a gateway that answers on this machine: what it would be asked to send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.test import Client

from convention.by_code import another
from convention.signing_stage import Stage
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.people.models import Account, Person
from defi.steps.convention.channels import Holder, MailChannel, channels_for
from defi.steps.convention.models import SigningCode
from defi.steps.convention.sms import SmsChannel, is_closed_way
from factories import a_person, actor

pytestmark = pytest.mark.django_db

SMS, MAIL = f"{SmsChannel.__module__}.SmsChannel", f"{MailChannel.__module__}.MailChannel"


@dataclass
class Gateway:
    """A service that takes a number and a text; `status` is what it answers."""

    url: str = ""
    status: int = 200
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    told = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append((self.headers["Authorization"], self.headers["Content-Type"], body))
            self.send_response(told.status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        told.url = f"http://127.0.0.1:{server.server_port}/send"
        settings.SMS_URL, settings.SMS_TOKEN, settings.CODE_CHANNELS = told.url, "secret-token", [SMS, MAIL]
        yield told
        server.shutdown()


class Hand:
    """The signatory of the firm, signed in, with a telephone."""

    def __init__(self, stage: Stage, phone: str = "06 12 34 56 78") -> None:
        self.text = stage.send().fingerprint
        person = a_person("Sam", email="sam@example.org")
        actor(Who.SIGNATORY, stage.firm, person)
        with scope(TASK):
            Person.objects.filter(pk=person.pk).update(phone=phone)
        self.browser = Client()
        self.browser.force_login(Account.objects.get(person=person))
        self.url = f"/signataires/{stage.signatory(stage.firm).pk}/signer/"

    def asks(self, channel: str = "sms"):
        return self.browser.post(self.url, {"fingerprint": self.text, "read": "on", "channel": channel}, follow=True)

    def types(self, code: str):
        return self.browser.post(self.url, {"fingerprint": self.text, "code": code}, follow=True)


def test_the_gateway_is_asked_for_one_text_message_whose_code_signs(stage: Stage, gateway: Gateway) -> None:
    hand = Hand(stage)
    page = unescape(hand.browser.get(hand.url).content.decode())
    assert "par SMS" in page
    assert "par courriel" in page
    assert "Un code est parti à •• •• •• •• 78" in unescape(hand.asks().content.decode())
    ((token, kind, body),) = gateway.asked
    assert (token, kind, set(body)) == ("Bearer secret-token", "application/json", {"to", "text"})
    assert body["to"] == "+33612345678"
    code = "".join(sign for sign in body["text"] if sign.isdigit())
    assert len(code) == 6
    assert not Mail.objects.filter(purpose="convention/mail/signing_code").exists()
    assert hand.types(another(code)).status_code == 422
    assert "C'est signé. Merci." in unescape(hand.types(code).content.decode())
    with scope(TASK):
        assert SigningCode.objects.get().channel == "sms"
    assert code not in str(list(JournalEntry.objects.values("before", "after")))


def test_who_prefers_mail_is_sent_no_text_message(stage: Stage, gateway: Gateway) -> None:
    hand = Hand(stage)
    assert "Un code est parti à s…@example.org" in unescape(hand.asks("mail").content.decode())
    assert gateway.asked == []
    assert Mail.objects.filter(purpose="convention/mail/signing_code", address="sam@example.org").exists()


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_gateway_that_refuses_is_said_and_no_code_is_kept(stage: Stage, gateway: Gateway, status: int) -> None:
    gateway.status, hand = status, Hand(stage)
    refused = hand.asks()
    assert refused.status_code == 422
    assert "Le SMS n'est pas parti : choisissez le courriel" in unescape(refused.content.decode()).replace(
        "\u00a0", " "
    )
    with scope(TASK):
        assert not SigningCode.objects.exists()
    assert hand.asks("mail").status_code == 200


def test_a_gateway_that_does_not_answer_is_said(stage: Stage, gateway: Gateway, settings) -> None:
    settings.SMS_URL = "http://127.0.0.1:9/"
    assert "Le SMS n'est pas parti" in unescape(Hand(stage).asks().content.decode())


def test_a_telephone_of_the_house_is_offered_mail_only(stage: Stage, gateway: Gateway) -> None:
    hand = Hand(stage, phone="02 37 00 00 00")
    assert "par SMS" not in unescape(hand.browser.get(hand.url).content.decode())


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://sms.example/send", True),
        ("http://localhost:8080/send", True),
        ("http://sms.example/send", False),
        ("http://127.0.0.1.example/send", False),
        ("ftp://127.0.0.1/", False),
        ("", False),
    ],
)
def test_a_code_does_not_go_through_the_open_network(settings, url: str, may: bool) -> None:
    assert is_closed_way(url) is may
    settings.SMS_URL, settings.CODE_CHANNELS = url, [SMS]
    assert bool(channels_for(Holder("", "06 12 34 56 78"))) is may
