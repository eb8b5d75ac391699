"""The trainer's device goes round the room: nobody walks from the list into the trainer's account."""

import json
import uuid
from datetime import date, datetime, time

import pytest
from django.urls import get_resolver, reverse

from browsing import browser, page, post
from defi.kernel import clock, limits
from defi.kernel.limits import LIMITS, Limit
from defi.steps.training.kiosk import MOST_TRIES, OPEN, SENDING
from defi.steps.training.models import Attendance, SentSignature
from training.conftest import code_of

TODAY = date(2025, 11, 4)


@pytest.fixture
def morning(running):
    with clock.at(datetime.combine(TODAY, time(9), tzinfo=clock.PARIS)):
        yield running


def handed_round(stage, sheet, code="2468"):
    client = browser(stage.trainer)
    post(client, "training:hand_round", sheet.pk, code=code)
    return client


def test_the_list_opens_only_once_the_device_is_locked(morning):
    sheet = morning.sheet()
    client = browser(morning.trainer)
    answer = client.get(reverse("training:turn", args=[sheet.pk]))
    assert answer["Location"] == reverse("training:hand_round", args=[sheet.pk])
    # A signature sent to it unlocked signs nothing.
    answer = client.post(reverse("training:turn", args=[sheet.pk]), {"person": morning.ids[0], "key": uuid.uuid4()})
    assert answer.status_code == 303
    assert not Attendance.objects.filter(state="present").exists()
    for code in ("12", "abcd"):
        assert "Choisissez un code" in post(client, "training:hand_round", sheet.pk, answered=422, code=code)
    post(client, "training:hand_round", sheet.pk, answered=422, code="")


def test_a_locked_device_opens_its_sheet_and_nothing_else(morning):
    sheet, other = morning.sheet(), morning.sheet(half="afternoon")
    client = handed_round(morning, sheet)
    assert "Touchez votre nom" in page(client, "training:turn", sheet.pk)
    for address in (
        "/",
        "/a-faire/",
        reverse("training:session", args=[morning.operation.pk]),
        reverse("training:sheet", args=[sheet.pk]),
        reverse("training:code", args=[sheet.pk]),
        reverse("training:turn", args=[other.pk]),
        reverse("training:take_back", args=[other.pk]),
        reverse("operation", args=[morning.operation.pk]),
        reverse("account_login"),
    ):
        answer = client.get(address)
        assert answer.status_code in {403, 404}, address
        assert "Farid" not in answer.content.decode()
    for name in ("training:lock", "training:record", "training:trainer_sign"):
        assert client.post(reverse(name, args=[sheet.pk]), {"in_ink": "1"}).status_code == 403
    sheet.refresh_from_db()
    assert (sheet.state, sheet.trainer_way) == ("open", "")


def test_every_page_of_the_house_is_behind_the_lock_but_those_named_here():
    names = set()

    def walk(patterns, space=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            elif pattern.name:
                names.add(f"{space}{pattern.name}")

    walk(get_resolver().url_patterns)
    assert names >= OPEN | SENDING
    assert {
        "training:turn",
        "training:take_back",
        "training:send_signatures",
        "training:worker",
        "account_logout",
    } == OPEN | SENDING


def test_a_locked_device_sends_what_was_signed_without_network(morning):
    sheet, before = morning.sheet(), morning.sheet(on=date(2025, 11, 3))
    client = handed_round(morning, sheet)
    for one in (sheet, before):
        rows = [{"key": str(uuid.uuid4()), "person": morning.ids[0], "at": clock.now().isoformat()}]
        url = reverse("training:send_signatures", args=[one.pk])
        assert client.post(url, json.dumps({"signatures": rows}), "application/json").status_code == 200
    assert SentSignature.objects.count() == 2


def test_the_trainer_takes_the_device_back_with_the_code_and_hands_it_round_again_in_one_click(morning):
    sheet = morning.sheet()
    client = handed_round(morning, sheet)
    assert "n'est pas le code" in post(client, "training:take_back", sheet.pk, answered=422, code="1111").replace(
        "&#x27;", "'"
    )
    assert client.get("/a-faire/").status_code == 403
    post(client, "training:take_back", sheet.pk, code="2468")
    assert client.get("/a-faire/").status_code == 200
    assert client.get("/a-faire/")["Cache-Control"] == "no-store"
    post(client, "training:hand_round", sheet.pk)
    assert client.get("/a-faire/").status_code == 403
    assert page(client, "training:turn", sheet.pk)


def test_too_many_wrong_codes_close_the_session(morning):
    sheet = morning.sheet()
    client = handed_round(morning, sheet)
    for _try in range(MOST_TRIES - 1):
        post(client, "training:take_back", sheet.pk, answered=422, code="1111")
    answer = client.post(reverse("training:take_back", args=[sheet.pk]), {"code": "1111"})
    assert answer["Location"].startswith(reverse("account_login"))
    answer = client.get("/a-faire/")
    assert "Farid" not in client.get("/").content.decode()
    assert answer.status_code == 302


def test_what_the_browser_kept_of_the_account_is_cleared_when_the_device_is_handed_round(morning):
    sheet = morning.sheet()
    answer = browser(morning.trainer).post(reverse("training:hand_round", args=[sheet.pk]), {"code": "2468"})
    assert answer["Clear-Site-Data"] == '"cache"'


def test_the_code_of_the_room_is_not_guessed(morning, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(LIMITS, Limit(100, 3)))
    sheet = morning.sheet()
    client, other = browser(morning.as_trainee(0)), browser(morning.as_trainee(1))
    for _try in range(3):
        post(client, "training:sign", sheet.pk, answered=422, room_code="000000")
    told = post(client, "training:sign", sheet.pk, answered=429, room_code=code_of(sheet))
    assert "Trop d'essais" in told.replace("&#x27;", "'").replace("’", "'")
    # Sent as a phone without network sends it, it is the same door.
    rows = [{"key": str(uuid.uuid4()), "person": morning.ids[0], "at": clock.now().isoformat(), "code": "1"}]
    url = reverse("training:send_signatures", args=[sheet.pk])
    assert client.post(url, json.dumps({"signatures": rows}), "application/json").status_code == 429
    assert not SentSignature.objects.exists()
    # The others of the room sign.
    post(other, "training:sign", sheet.pk, room_code=code_of(sheet))


def test_a_trainee_s_own_phone_is_not_handed_round(morning):
    sheet = morning.sheet()
    client = browser(morning.as_trainee(0))
    address = reverse("training:hand_round", args=[sheet.pk])
    assert client.get(address).status_code == 404
    assert client.post(address, {"code": "2468"}).status_code == 404
    # Their session is as free as before.
    assert "Mon espace" in page(client, "training:my_space")
