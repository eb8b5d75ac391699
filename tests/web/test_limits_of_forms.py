"""The public forms (a need, a place at a meeting, a candidacy) are sent so often; what was typed stays on the page."""

from datetime import date, time

import pytest
from django.test import Client

import factories as make
from browsing import browser as browser_of
from defi.kernel.access import TASK, scope
from defi.kernel.models import Mail, Tally
from defi.steps.needs.models import Need
from defi.steps.sourcing.models import Notice, SourcingLine
from limiting import few_tries, from_, refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    with few_tries(monkeypatch):
        yield


FIRST = {"wording": "aide à domicile", "job": "K1311", "posts": "2", "siret": "Les Tilleuls"}
SECOND = {"page": "2", "place": "Châteaudun", "reach": "ada@tilleuls.example"}


@pytest.fixture
def jobs():
    make.a_region()
    make.a_commune()
    make.a_job()


def needs_kept() -> int:
    with scope(TASK):
        return Need.objects.count()


def test_a_need_is_sent_so_often_and_what_was_typed_stays(jobs):
    browser = Client()
    for number in range(2):
        sent = FIRST | SECOND | {"submission_key": f"k{number}" * 15}
        assert browser.post("/besoin/", sent).status_code == 302
    typed = FIRST | SECOND | {"submission_key": "z" * 30, "comment": "dès que possible"}
    page = refused(browser.post("/besoin/", typed))
    assert 'value="ada@tilleuls.example"' in page
    assert 'value="aide à domicile"' in page
    assert needs_kept() == 2
    # Whoever works here is not held back: the officer types sheets all day.
    officer = browser_of(make.an_officer())
    for number in range(4):
        sent = typed | {"siret": f"Maison {number}", "submission_key": f"o{number}" * 15}
        assert officer.post("/besoin/", sent).status_code in {302, 422}
    assert from_("10.0.0.9").post("/besoin/", typed).status_code == 302


def test_sheets_are_not_begun_without_end_and_what_was_typed_stays(jobs):
    for number in range(3):
        assert Client().post("/besoin/", FIRST | {"submission_key": f"k{number}" * 15}).status_code == 200
    page = refused(Client().post("/besoin/", FIRST))
    assert 'value="aide à domicile"' in page
    page = refused(Client().post("/besoin/", FIRST | SECOND))
    assert 'value="ada@tilleuls.example"' in page
    assert Client().post("/besoin/brouillon/", FIRST).status_code == 429


def test_the_register_is_not_asked_without_end():
    for _ in range(3):
        assert Client().get("/besoin/entreprises/?siret=octo").status_code == 200
    assert Client().get("/besoin/entreprises/?siret=octo").status_code == 429


def test_the_link_of_a_draft_and_of_a_need_leave_so_often_for_one_mailbox(jobs):
    browser = Client()
    browser.post("/besoin/", FIRST | {"later": "1"})
    for _ in range(2):
        assert browser.post("/besoin/plus-tard/", {"email": "ada@tilleuls.example"}).status_code == 200
    assert 'value="ada@tilleuls.example"' in refused(
        browser.post("/besoin/plus-tard/", {"email": "ada@tilleuls.example"})
    )
    browser.post("/besoin/", FIRST | SECOND | {"submission_key": "k" * 30})
    for _ in range(2):
        assert browser.post("/besoin/renvoyer/", {"email": "ada@tilleuls.example"}).status_code == 302
    refused(browser.post("/besoin/renvoyer/", {"email": "ada@tilleuls.example"}))


@pytest.fixture
def public():
    """Where anybody applies or asks for a place, and the browser they do it with."""
    with scope(TASK):
        operation = make.an_operation()
        make.a_session(operation, date(2025, 12, 1))
        event = SourcingLine.objects.create(
            operation=operation,
            kind="info",
            planned_on=date(2025, 11, 14),
            owner=operation.provider,
            place="Salle 2",
            aim="se rencontrer",
            at=time(9),
            minutes=90,
            led_by="Jo Nommé",
            follows="un appel",
            accompanied_by="Jo Nommé",
            published_on=date(2025, 11, 1),
        )
        Notice.objects.create(
            operation=operation,
            title="Aide à domicile",
            text="Venez.",
            state="published",
            code="ABCDEFGHJK",
            number="ANN-2025-0001",
            published_on=date(2025, 11, 1),
        )
    return [f"/venir/{event.pk}/", "/venir/annonce/ABCDEFGHJK/candidater/"]


WHO = {"first_name": "Zoé", "last_name": "Essai", "email": "zoe@exemple.invalid"}


@pytest.mark.parametrize("form", [0, 1], ids=["place", "candidacy"])
def test_a_place_or_a_candidacy_is_asked_so_often_for_one_mailbox_and_what_was_typed_stays(public, form):
    address = public[form]
    for _ in range(2):
        assert Client().post(address, WHO).status_code == 302
    page = refused(Client().post(address, WHO))
    assert 'value="zoe@exemple.invalid"' in page
    assert 'value="Zoé"' in page
    assert Mail.objects.filter(address="zoe@exemple.invalid").count() == 2
    # The owner of the mailbox, elsewhere, is not held back by the stranger.
    assert from_("10.0.0.9").post(address, WHO).status_code == 302


def test_candidacies_with_a_telephone_are_counted_too(public):
    typed = WHO | {"email": "", "phone": "06 12 34 56 78"}
    for _ in range(2):
        assert Client().post(public[1], typed).status_code == 302
    refused(Client().post(public[1], typed))


def test_reading_the_public_pages_is_not_counted(public):
    for _ in range(9):
        assert Client().get(public[0]).status_code == 200
    assert not Tally.objects.exists()
