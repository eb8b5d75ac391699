"""The pages on which people sign: in turn on one device, on their own phone, sent later; light, and without script."""

import json
import re
import uuid
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

import factories
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.steps.training import actions
from defi.steps.training.actions import HalfDayFacts
from defi.steps.training.hours import code_shown
from defi.steps.training.models import Attendance, SentSignature
from training.conftest import code_of, lock_after

TODAY = date(2025, 11, 4)
LIGHT = 60_000
SECONDS_A_CLICK = 5
"""To find one's name, read the question, touch, hand the device on: half of what a slow hand was seen to take twice."""


def at(hour, minute=0):
    return datetime.combine(TODAY, time(hour, minute), tzinfo=clock.PARIS)


def weight(client, url):
    """The bytes of a page with its styles and scripts, as they are before any compression."""
    html = client.get(url).content.decode()
    used = re.findall(r'(?:href|src)="/static/([^"]+)"', html)
    assert used
    return len(html.encode()) + sum(Path(finders.find(name)).stat().st_size for name in used)


def locked(actor, sheet):
    """A browser handed round to sign this sheet."""
    client = browser(actor)
    post(client, "training:hand_round", sheet.pk, code="2468")
    return client


@pytest.fixture
def fifteen():
    """A sheet of this morning for fifteen trainees."""
    with clock.at(date(2025, 11, 3)), scope(TASK):
        provider = factories.a_provider("Centre aux quinze")
        operation = factories.an_operation(provider)
        session = factories.a_session(operation, date(2025, 11, 3), seats=15)
        lead = factories.a_coordinator(operation)
        people = [factories.a_candidate(session, f"Prénom{n}") for n in range(15)]
        actions.start_session(lead, session.pk, on=date(2025, 11, 3), entered=[p.pk for p in people])
        facts = HalfDayFacts(on=TODAY, half="morning", minutes=210, module_label="Gestes", trainer_name="Farid")
        sheet = actions.open_sheet(lead, session.pk, facts)
    with clock.at(at(9)), scope(TASK):
        yield lead, sheet


@pytest.mark.django_db
def test_a_sheet_of_fifteen_is_signed_in_two_clicks_each_without_script(fifteen):
    lead, sheet = fifteen
    client, turn = browser(lead), reverse("training:turn", args=[sheet.pk])
    clicks = 2  # « À tour de rôle sur cet appareil », on the sheet; then the code is chosen and the device locked
    assert reverse("training:hand_round", args=[sheet.pk]) in page(client, "training:sheet", sheet.pk)
    post(client, "training:hand_round", sheet.pk, code="2468")
    while links := re.findall(r'href="(\?qui=\d+)"', client.get(turn).content.decode()):
        asked = client.get(turn + links[0]).content.decode()
        assert "Vous êtes Prénom" in asked
        fields = dict(re.findall(r'name="(person|key)" value="([^"]+)"', asked))
        clicks += 2
        assert client.post(turn, fields, follow=True).status_code == 200
        # The button pressed twice, the page sent again: still one signature.
        client.post(turn, fields)
    assert Attendance.objects.filter(sheet=sheet, state="present", way="room").count() == 15
    assert SentSignature.objects.filter(fault="").count() == 15
    assert clicks == 32
    assert clicks * SECONDS_A_CLICK < 3 * 60


@pytest.mark.django_db
def test_the_pages_on_which_people_sign_weigh_less_than_sixty_kilobytes(fifteen, running):
    lead, sheet = fifteen
    assert weight(locked(lead, sheet), reverse("training:turn", args=[sheet.pk])) < LIGHT
    trainer, url = browser(lead), reverse("training:sheet", args=[sheet.pk])
    assert page(trainer, "training:sheet", sheet.pk).count("<select") == 15
    assert weight(trainer, url) < LIGHT
    people = Attendance.objects.filter(sheet=sheet).values_list("candidacy_id", flat=True)
    for n, person in enumerate(people):
        if n % 2:
            actions.sign_in_turn(lead, sheet.pk, person, key=uuid.uuid4())
    actions.record_attendance(lead, sheet.pk, dict.fromkeys(people[::2], "absent"))
    actions.sign_as_trainer(lead, sheet.pk, in_ink=True)
    assert weight(trainer, url) < LIGHT
    lock_after(lead, sheet.pk)
    assert page(trainer, "training:sheet", sheet.pk).count("/corriger/") == 15
    assert weight(trainer, url) < LIGHT
    own = running.sheet()
    assert weight(browser(running.as_trainee(0)), reverse("training:sheet", args=[own.pk])) < LIGHT


def test_a_name_touched_by_mistake_signs_nothing(running):
    sheet = running.sheet()
    client = locked(running.trainer, sheet)
    asked = client.get(reverse("training:turn", args=[sheet.pk]), {"qui": running.ids[0]}).content.decode()
    assert "Vous êtes Amina" in asked
    assert "ce n'est pas moi" in asked
    assert not Attendance.objects.filter(sheet=sheet, state="present").exists()


def test_out_of_its_hours_the_list_says_when_it_is_signed(running):
    sheet = running.sheet()
    with clock.at(at(14)):
        shown = page(browser(running.trainer), "training:turn", sheet.pk)
        assert "se signe de 8 h 30 à 13 h" in " ".join(shown.split())
        assert "data-person" not in shown
        refused = post(
            browser(running.trainer), "training:turn", sheet.pk, answered=422, person=running.ids[0], key=uuid.uuid4()
        )
    assert "passée" in refused


def test_the_list_is_for_the_provider(running):
    sheet = running.sheet()
    page(browser(running.officer), "training:turn", sheet.pk, status=403)
    page(browser(running.as_trainee(0)), "training:turn", sheet.pk, status=404)
    page(browser(running.stranger), "training:turn", sheet.pk, status=404)
    page(browser(running.as_trainee(0)), "training:code", sheet.pk, status=404)
    assert code_of(sheet) in page(browser(running.trainer), "training:code", sheet.pk)


def test_a_trainee_signs_on_their_phone_and_reads_it(running):
    sheet = running.sheet()
    client = browser(running.as_trainee(0))
    shown = page(client, "training:sheet", sheet.pk)
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    assert "a changé" in post(client, "training:sign", sheet.pk, answered=422, room_code="1", key=key)
    post(client, "training:sign", sheet.pk, room_code=code_of(sheet), key=key)
    post(client, "training:sign", sheet.pk, room_code=code_of(sheet), key=key)
    assert "Vous avez signé à 9 h" in " ".join(page(client, "training:sheet", sheet.pk).split())
    # The phone did not hear the answer and sends it later: the same signature.
    sent = {"signatures": [{"key": key, "person": running.ids[0], "at": at(9).isoformat(), "code": "1"}]}
    answer = client.post(reverse("training:send_signatures", args=[sheet.pk]), json.dumps(sent), "application/json")
    assert answer.json() == {"kept": [{"key": key, "said": ""}]}
    assert SentSignature.objects.count() == 1


def test_what_a_device_kept_is_answered_by_its_key_and_what_contradicts_is_said(running):
    sheet = running.sheet()
    actions.record_attendance(running.trainer, sheet.pk, {running.ids[1]: "absent"})
    rows = [{"key": str(uuid.UUID(int=n)), "person": running.ids[n], "at": at(9, n).isoformat()} for n in range(2)]
    client, url = browser(running.trainer), reverse("training:send_signatures", args=[sheet.pk])
    told = client.post(url, json.dumps({"signatures": rows}), "application/json").json()["kept"]
    assert {row["key"]: bool(row["said"]) for row in told} == {rows[0]["key"]: False, rows[1]["key"]: True}
    shown = page(client, "training:sheet", sheet.pk)
    assert "Signatures à départager" in shown
    assert "le coordinateur départage" in shown
    lead = browser(running.coordinator)
    held = SentSignature.objects.exclude(fault="").get()
    asked = page(lead, "training:settle", held.pk)
    assert "disait déjà autre chose" in asked
    post(lead, "training:settle", held.pk, answered=422, accept="yes", reason="")
    post(lead, "training:settle", held.pk, accept="yes", reason="Arrivé à 9 h 05.")
    shown = page(lead, "training:sheet", sheet.pk)
    assert "acceptée" in shown
    assert "Arrivé à 9 h 05." in shown
    page(browser(running.officer), "training:settle", held.pk, status=403)


@pytest.mark.parametrize("body", ["", "[]", '{"signatures": [{}]}', '{"signatures": [{"key": "x", "person": 1}]}'])
def test_what_is_no_list_of_signatures_is_refused(running, body):
    url = reverse("training:send_signatures", args=[running.sheet().pk])
    answer = browser(running.trainer).post(url, body, "application/json")
    assert answer.status_code == 422
    assert "liste de signatures" in answer.json()["said"]


def test_a_moment_without_its_zone_is_refused(running):
    rows = [{"key": str(uuid.uuid4()), "person": running.ids[0], "at": "2025-11-04T09:00:00"}]
    url = reverse("training:send_signatures", args=[running.sheet().pk])
    answer = browser(running.trainer).post(url, json.dumps({"signatures": rows}), "application/json")
    assert answer.status_code == 422


def test_the_worker_of_the_browser_answers_for_the_sheets(running):
    answer = browser(running.trainer).get(reverse("training:worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"X-Keep-Offline" in answer.content
    sheet = running.sheet()
    turn = locked(running.trainer, sheet).get(reverse("training:turn", args=[sheet.pk]))
    assert turn["X-Keep-Offline"] == "1"


def test_a_trainee_s_space_offers_to_sign_at_the_hours_only(running):
    running.sheet(half="afternoon")
    client = browser(running.as_trainee(0))
    assert "Signer pour" not in page(client, "training:my_space")
    with clock.at(at(13, 20)):
        assert "Signer pour" in page(client, "training:my_space")


def test_the_code_on_the_page_is_the_one_that_works(running):
    sheet = running.sheet()
    with clock.at(at(9, 7)):
        shown = page(browser(running.trainer), "training:sheet", sheet.pk)
        code = re.search(r"data-code>([\d ]+)<", shown)[1]
        assert code == code_shown(sheet, at(9, 7))
        actions.sign_sheet(running.as_trainee(0), sheet.pk, room_code=code)


def test_with_the_network_up_the_clock_of_the_device_decides_nothing(running):
    """A device some eleven hours behind, as one whose battery died: everybody signs now, by our clock."""
    sheet = running.sheet()
    behind = at(9) - timedelta(hours=11)
    rows = [{"key": str(uuid.uuid4()), "person": pk, "at": behind.isoformat()} for pk in running.ids]
    url = reverse("training:send_signatures", args=[sheet.pk])
    with clock.at(at(9)):
        client = browser(running.trainer)
        assert "data-now=" in page(locked(running.trainer, sheet), "training:turn", sheet.pk)
        sent = {"now": (behind + timedelta(seconds=2)).isoformat(), "signatures": rows}
        kept = client.post(url, json.dumps(sent), "application/json").json()["kept"]
    assert [row["said"] for row in kept] == ["", "", ""]
    made = set(Attendance.objects.filter(sheet=sheet, way="room").values_list("signed_at", flat=True))
    assert made == {at(9) - timedelta(seconds=2)}


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", None])
@pytest.mark.parametrize("made_at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_no_device_can_have_known_is_held_and_not_shown(running, now, made_at):
    sheet = running.sheet()
    url, given = reverse("training:send_signatures", args=[sheet.pk]), uuid.uuid4()
    rows = [{"key": str(given), "person": running.ids[0], "at": made_at, "code": "1"}]
    sent = {"signatures": rows} | ({"now": now} if now else {})
    client = browser(running.as_trainee(0))
    with clock.at(at(9, 5)):
        answer = client.post(url, json.dumps(sent), "application/json")
        assert answer.json()["kept"][0]["said"]
        if made_at == now:
            return
        held = SentSignature.objects.get(key=given)
        assert "n'est pas à l'heure" in page(client, "training:sheet", sheet.pk)
        assert "ne sait pas dire" in page(browser(running.coordinator), "training:sheet", sheet.pk)
        assert "ne sait pas dire" in page(browser(running.coordinator), "training:settle", held.pk)
        actions.settle_signature(running.coordinator, held.pk, accept=True, reason="Vue dans la salle.")
    assert Attendance.objects.get(sheet=sheet, candidacy=running.ids[0]).signed_at == at(9, 5)


def test_the_pages_of_a_trainee_are_read_again_once_what_waited_has_left(running):
    sheet = running.sheet()
    assert "data-reload" in page(browser(running.as_trainee(0)), "training:sheet", sheet.pk)
    assert "data-reload" not in page(browser(running.trainer), "training:sheet", sheet.pk)


def test_an_absence_typed_on_an_older_page_for_somebody_who_signed_since_is_not_said_to_be_noted(running):
    sheet = running.sheet()
    trainer, first = browser(running.trainer), browser(running.as_trainee(0))
    post(first, "training:sign", sheet.pk, room_code=code_of(sheet))
    older = {f"person_{running.ids[0]}": "absent", f"person_{running.ids[1]}": "absent"}
    lines = older | {f"person_{running.ids[2]}": "expected", "version": sheet.version}
    address = reverse("training:record", args=[sheet.pk])
    shown = trainer.post(address, lines, follow=True).content.decode()
    assert "a signé entre-temps : sa signature reste" in shown.replace("\u00a0", " ")
    assert "Les présences sont notées" not in shown
    kept = dict(Attendance.objects.filter(sheet=sheet).values_list("candidacy_id", "state"))
    assert (kept[running.ids[0]], kept[running.ids[1]]) == ("present", "absent")
