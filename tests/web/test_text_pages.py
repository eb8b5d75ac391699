"""The pages where the Region writes the texts of its documents."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.people.models import Account
from defi.schemes.models import DocumentText
from defi.steps.convention.documents import INVITATION
from defi.web import text_preview
from factories import a_person, a_provider, a_region, actor, an_operation

pytestmark = pytest.mark.django_db
DAY = date(2025, 10, 6)
BODY = INVITATION.shipped_text


@pytest.fixture(autouse=True)
def _day():
    with clock.at(DAY):
        yield


@pytest.fixture(autouse=True)
def _no_child(monkeypatch):
    """Pages are drawn without a child process: that one has its own tests."""

    class Nothing:
        pages = (b"picture",)

        def __init__(self, dots=0):
            pass

    plain = text_preview.unregistered
    monkeypatch.setattr(text_preview, "Trial", Nothing)
    monkeypatch.setattr(
        text_preview, "unregistered", lambda template, data, now, text, typeset: plain(template, data, now, text=text)
    )


def signed_in(who, organisation=None):
    person = a_person("Sam", email=f"{who.value}@example.org")
    actor(who, organisation or a_region(), person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def words(response):
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def the_draft():
    with scope(TASK):
        return DocumentText.objects.get()


def test_the_list_says_what_holds_and_who_wrote_it(django_assert_max_num_queries):
    client = signed_in(Who.OFFICER)
    with django_assert_max_num_queries(20):
        text = words(client.get("/modeles/"))
    for title in ("Convention DEFI", "Avenant à la convention DEFI", "Fiche contact", "Invitation à la signature"):
        assert title in text
    assert text.count("fournie avec le produit") == 7


def test_only_those_who_write_have_these_pages():
    assert signed_in(Who.COORDINATOR, a_provider()).get("/modeles/").status_code == 403
    assert signed_in(Who.CABINET).get("/modeles/invitation/").status_code == 403
    assert Client().get("/modeles/").status_code == 302
    assert signed_in(Who.OFFICER).get("/modeles/certificate/").status_code == 404


def test_the_editor_shows_the_text_its_preview_and_the_fields_with_todays_value():
    response = signed_in(Who.OFFICER).get("/modeles/invitation/ecrire/")
    text = words(response)
    assert "[Pour chaque employeur]" in text
    assert "Aperçu, page 1" in text
    assert 'data-insert="{date de signature}"' in text
    assert "12 novembre 2025 à 15 h" in text


def test_the_preview_works_without_script_and_keeps_what_was_typed():
    response = signed_in(Who.OFFICER).post(
        "/modeles/invitation/ecrire/", {"do": "preview", "body": "Bonjour {destinatair}", "note": "essai"}
    )
    text = words(response)
    assert response.status_code == 200
    assert "Bonjour {destinatair}" in text
    assert 'value="essai"' in text
    assert "Ligne 1" in text
    assert "pensiez-vous à « destinataire »" in text
    assert the_count() == 0


def the_count():
    with scope(TASK):
        return DocumentText.objects.count()


def test_the_live_preview_is_a_piece_of_page():
    response = signed_in(Who.OFFICER).post("/modeles/invitation/apercu/", {"body": "Bonjour"})
    assert "<html" not in words(response)
    assert "Aperçu, page 1" in words(response)
    assert 'hx-swap-oob="true"' in words(response)


def test_a_broken_text_is_not_kept_and_comes_back_filled():
    response = signed_in(Who.OFFICER).post("/modeles/invitation/ecrire/", {"do": "save", "body": "a\n[Fin]"})
    assert response.status_code == 422
    assert "Ligne 2 : « [Fin] » ne ferme rien" in words(response).replace("\u00a0", " ")
    assert the_count() == 0


def test_a_text_goes_from_draft_to_force():
    client = signed_in(Who.STEERING)
    client.post("/modeles/invitation/ecrire/", {"do": "save", "body": BODY + "\nÀ bientôt.", "note": "plus chaleureux"})
    draft = the_draft()
    assert "version 2 : brouillon" in words(client.get("/modeles/"))
    trial = words(client.get(f"/modeles/textes/{draft.pk}/essai/"))
    assert "ajouté : </span>À bientôt." in trial
    client.post(f"/modeles/textes/{draft.pk}/essai/", {"operation": "", "version": draft.version})
    page = client.get(f"/modeles/textes/{draft.pk}/en-vigueur/")
    assert "Les documents déjà faits et signés ne changent pas" in words(page)
    sent = {"from_on": "2025-10-06", "version": the_draft().version}
    assert client.post(f"/modeles/textes/{draft.pk}/en-vigueur/", sent).status_code == 302
    shelf = words(client.get("/modeles/invitation/?avant=1&apres=2"))
    assert "en vigueur depuis le 6\u00a0octobre\u00a02025".replace("\u00a0", " ") in shelf.replace("\u00a0", " ")
    assert "De la version 1 à la version 2" in shelf
    assert client.get(f"/modeles/textes/{draft.pk}/").status_code == 302


def test_a_text_is_tried_on_a_real_operation_when_there_is_one(monkeypatch):
    monkeypatch.setattr("defi.web.text_pages.operations_to_try", lambda actor: [an_operation()])
    client = signed_in(Who.OFFICER)
    client.post("/modeles/invitation/ecrire/", {"do": "save", "body": BODY})
    response = client.post(f"/modeles/textes/{the_draft().pk}/essai/", {"operation": "", "version": 1})
    assert "Choisissez une opération" in words(response)
    assert the_draft().tried_on is None


def test_an_officer_is_told_who_puts_in_force():
    client = signed_in(Who.OFFICER)
    client.post("/modeles/invitation/ecrire/", {"do": "save", "body": BODY})
    draft = the_draft()
    assert "Mettre en vigueur…" not in words(client.get("/modeles/invitation/"))
    assert client.get(f"/modeles/textes/{draft.pk}/en-vigueur/").status_code == 403


def test_an_older_text_can_be_taken_up_again_and_a_draft_given_up():
    client = signed_in(Who.OFFICER)
    client.post("/modeles/invitation/ecrire/", {"do": "save", "body": "Bonjour."})
    assert "a l'honneur" in words(client.get("/modeles/invitation/ecrire/?depuis=1"))
    assert "Bonjour." in words(client.get("/modeles/invitation/ecrire/?depuis=2"))
    draft = the_draft()
    client.post(f"/modeles/textes/{draft.pk}/abandonner/", {"version": draft.version})
    assert the_draft().state == "dropped"
