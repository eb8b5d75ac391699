"""Coming in: an unknown address, a card mistyped, a session that ended, an installation without its Region."""

import re

import pytest
from django.test import Client

import factories as make
from defi.kernel.access import Who
from defi.kernel.models import Mail

pytestmark = pytest.mark.django_db


def test_an_unknown_address_gets_the_same_page_as_a_known_one():
    person = make.a_person("Sam", email="sam@exemple.invalid")
    make.actor(Who.TRAINER, make.a_provider(), person)
    pages = []
    for address in ("sam@exemple.invalid", "personne@exemple.invalid"):
        answer = Client().post("/entrer/code/", {"email": address}, follow=True)
        assert answer.status_code == 200
        pages.append(re.sub(r'value="[^"]+"|X-CSRFToken[^}]+', "", answer.content.decode()).replace(address, ""))
    assert pages[0] == pages[1]
    known, unknown = (
        Mail.objects.get(address=address) for address in ("sam@exemple.invalid", "personne@exemple.invalid")
    )
    assert re.search(r"\d|[A-Z]{4}", known.body)
    assert "Aucun compte" in unknown.subject


def test_without_an_account_one_is_told_who_opens_one():
    assert "sur invitation" in Client().get("/entrer/sans-compte/").content.decode()


def test_a_card_number_mistyped_comes_back_beside_its_field():
    answer = Client().post("/carte/", {"number": "AAAAAA", "code": "BBBBBBBB"})
    assert answer.status_code == 422
    assert "Aucune carte valable" in answer.content.decode()


def test_a_form_sent_after_signing_out_says_so_and_leads_back():
    operation = make.an_operation()
    answer = Client().post(
        f"/operations/{operation.pk}/session/fixer/",
        {"seats": "12"},
        headers={"referer": f"http://testserver/operations/{operation.pk}/session/fixer/"},
    )
    said = answer.content.decode()
    assert answer.status_code in {403, 404}
    assert "plus connecté" in said
    assert f"next=/operations/{operation.pk}/session/fixer/" in said


def test_nobody_is_sent_elsewhere_after_signing_in():
    operation = make.an_operation()
    answer = Client().post(
        f"/operations/{operation.pk}/session/fixer/", headers={"referer": "https://ailleurs.invalid/vol/"}
    )
    assert "ailleurs" not in answer.content.decode()


def test_an_empty_installation_says_what_comes_first():
    answer = Client().post("/besoin/", {"wording": "soudeur"})
    assert answer.status_code < 500


@pytest.mark.parametrize("language", ["en-GB,en;q=0.9", "de", "fr-FR"])
def test_the_pages_speak_french_to_everybody(language):
    shown = Client().get("/entrer/", headers={"accept-language": language}).content.decode()
    assert '<html lang="fr"' in shown
    assert "Se connecter" in shown
