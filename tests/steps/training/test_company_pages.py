"""The pages of a period: signed on a phone without an account, told of in two minutes, read by those it is for."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import factories
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Document, Mail
from defi.steps.training import actions
from defi.steps.training.models import CompanyPresence, Placement, TutorEvaluation
from training.periods import FIRST, HALVES, LAST, agreed, in_the_evening, paper, planned, there

SAID = {"aims": "reached", "strengths": ["gestures", "team"], "to_work_on": ["pace"], "note": "Une équipe contente."}


def link_of(purpose):
    mail = Mail.objects.filter(purpose=f"training/mail/{purpose}").order_by("-pk").first()
    return re.search(r"/lien/\S+", mail.body).group()


def test_a_tutor_signs_day_by_day_on_a_phone_and_gives_an_opinion_without_an_account(running):
    placement = agreed(running)
    address, phone = link_of("placement_agreed"), Client()
    assert "Rien à signer avant le 5 janv. 2026" in phone.get(address).content.decode()
    with clock.at(in_the_evening(FIRST)):
        shown = phone.get(address).content.decode()
        assert "Lundi 5 janvier 2026" in shown
        assert "Mardi 6 janvier 2026" not in shown
        assert phone.post(address, {}).status_code == 422
        assert phone.post(address, {"day_20260105": "morning"}).status_code == 303
    with clock.at(in_the_evening(LAST)):
        assert phone.post(address, {"day_20260106": "full"}).status_code == 303
        shown = phone.get(address).content.decode()
        assert "Donner mon avis" in shown
        assert shown.count("Rose Tuteur") >= 4
        there_too = f"{address}avis/"
        wrong = phone.post(there_too, SAID | {"to_work_on": ["team"]})
        assert "coché des deux côtés" in wrong.content.decode()
        assert "Une équipe contente." in wrong.content.decode()
        assert phone.post(there_too, SAID).status_code == 303
        assert "le travail en équipe" in phone.get(address).content.decode()
        assert "le travail en équipe" in phone.get(link_of("evaluation_asked")).content.decode()
    found = Placement.objects.get(pk=placement.pk)
    assert (found.state, found.hours_done) == ("done", 10)
    assert TutorEvaluation.objects.get().given_by == "Rose Tuteur"


def test_opening_the_link_signs_nothing(running):
    agreed(running)
    address = link_of("placement_agreed")
    with clock.at(in_the_evening(LAST)):
        for _time in range(3):
            assert Client().get(address).status_code == 200
        assert Client().head(address).status_code == 200
    assert not CompanyPresence.objects.exists()


def test_the_pages_weigh_little_and_need_no_script(running):
    agreed(running)
    address = link_of("placement_agreed")
    with clock.at(in_the_evening(LAST)):
        shown = Client().get(address).content
    assert len(shown) < 60_000
    assert shown.count(b'type="radio"') == 8


def test_a_tutor_finds_their_period_and_no_other_on_the_page_of_the_session(running):
    mine, other = planned(running), planned(running, 1, tutor_id=None, tutor_name="Jean Atelier")
    tutor, here = browser(running.tutor), running.operation.pk
    shown = page(tutor, "training:session", here)
    assert str(running.people[0].person) in shown
    assert str(running.people[1].person) not in shown
    boss = browser(factories.actor(Who.SIGNATORY, running.employer, factories.a_person("Odile")))
    assert str(running.people[1].person) in page(boss, "training:session", here)
    for name in ("placement", "presence_in_company", "evaluate", "agreement"):
        page(tutor, f"training:{name}", other.pk, status=404)
    assert page(tutor, "training:placement", mine.pk)


@pytest.mark.parametrize(
    "name", ["change_placement", "record_ink", "presence_in_company", "paper_presence", "evaluate", "print_immersion"]
)
def test_what_is_of_another_is_not_there(running, name):
    placement = agreed(running)
    for actor in (running.stranger, running.as_trainee(1), factories.actor(Who.ADVISER, running.prescriber)):
        client = browser(actor)
        url = reverse(f"training:{name}", args=[placement.pk])
        answered = client.post(url) if name == "print_immersion" else client.get(url)
        assert answered.status_code == 404


def test_the_provider_changes_notes_papers_and_corrects_from_pages(running):
    placement, provider = planned(running), browser(running.coordinator)
    shown = page(provider, "training:change_placement", placement.pk)
    assert "Les signatures déjà données tombent" in shown
    typed = {
        "employer": running.employer.pk,
        "tutor_name": "Rose Tuteur",
        "tutor_email": "rose@tilleuls.example",
        "starts_on": FIRST,
        "ends_on": LAST,
        "weekdays": list("12345"),
        "hours": 12,
        "aims": "Accompagner les repas",
        "version": Placement.objects.get(pk=placement.pk).version,
    }
    stale = post(provider, "training:change_placement", placement.pk, answered=422, **typed | {"version": 0})
    assert "Accompagner les repas" in stale
    post(provider, "training:change_placement", placement.pk, **typed)
    assert (Placement.objects.get().hours, Placement.objects.get().tutor_id) == (12, running.tutor.person_id)
    scan = SimpleUploadedFile("papier.pdf", paper()[1])
    asked = {"on": "2025-11-04", "parties": ["trainee", "employer", "provider"]}
    post(provider, "training:record_ink", placement.pk, answered=422, **asked)
    post(provider, "training:record_ink", placement.pk, file=scan, **asked)
    with clock.at(in_the_evening(LAST)):
        sheet = SimpleUploadedFile("presence.pdf", paper(500)[1])
        post(provider, "training:paper_presence", placement.pk, file=sheet, day_20260105="full", day_20260106="full")
        here = [placement.pk, "2026-01-06", "afternoon"]
        wrong = {"state": "absent", "version": 1}
        post(provider, "training:correct_presence", *here, answered=422, **wrong, reason="")
        post(provider, "training:correct_presence", *here, **wrong, reason="La tutrice s'est trompée.")
        shown = page(provider, "training:placement", placement.pk)
        assert "corrigé le" in shown
        post(provider, "training:evaluate", placement.pk, **SAID)
        assert "noté par" in page(provider, "training:placement", placement.pk)
    assert Placement.objects.get().hours_done == 9


def test_the_trainee_reads_what_the_tutor_says_and_the_region_does_not(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there())
        actions.evaluate_placement(running.tutor, placement.pk, actions.EvaluationFacts("reached", ["team"]))
        me = browser(running.as_trainee(0))
        assert "Lire ce que dit Rose Tuteur" in page(me, "training:my_space")
        assert "le travail en équipe" in page(me, "training:placement", placement.pk)
        post(me, "training:read_evaluation", placement.pk)
        assert "Lire ce que dit Rose Tuteur" not in page(me, "training:my_space")
        officer = page(browser(running.officer), "training:placement", placement.pk)
        assert "14 h" in officer
        assert "le travail en équipe" not in officer


def test_the_sheet_and_the_agreement_are_read_by_those_they_are_for(running):
    placement = agreed(running)
    post(browser(running.trainer), "training:print_immersion", placement.pk)
    sheet, agreement = Document.objects.get(kind="immersion-sheet"), Document.objects.get(kind="placement-agreement")
    me = running.as_trainee(0)
    for document, readers, others in (
        (sheet, (running.trainer, me), (running.officer, running.tutor, running.stranger)),
        (agreement, (running.trainer, me, running.officer, running.tutor), (running.stranger, running.as_trainee(1))),
    ):
        for actor in readers:
            assert browser(actor).get(reverse("document", args=[document.code])).status_code == 200
        for actor in others:
            assert browser(actor).get(reverse("document", args=[document.code])).status_code == 404


def test_planning_says_that_a_pmsmp_is_asked_elsewhere(running):
    shown = page(browser(running.coordinator), "training:plan_placement", running.operation.pk)
    assert "https://immersion-facile.beta.gouv.fr/" in shown


def test_the_list_asks_as_many_questions_whatever_the_periods(running):
    client, url = browser(running.coordinator), reverse("training:session", args=[running.operation.pk])
    first = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, first.pk, there(*HALVES[:2]))
        with CaptureQueriesContext(connection) as few:
            client.get(url)
    for n in (1, 2):
        agreed(running, n)
    for month in (2, 3):
        on = date(2026, month, 2)
        planned(running, starts_on=on, ends_on=on, hours=7)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, Placement.objects.get(candidacy=running.ids[1]).pk, there(*HALVES[:2]))
        with CaptureQueriesContext(connection) as many:
            client.get(url)
    assert len(many) == len(few) < 30


def test_a_tutor_who_signs_in_the_morning_reads_when_the_afternoon_is_asked(running):
    placement = agreed(running)
    client = browser(running.tutor)
    asked = "se signera ici à partir de midi"
    with clock.at(in_the_evening(FIRST).replace(hour=10)):
        assert asked in page(client, "training:presence_in_company", placement.pk)
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[0]))
        shown = page(client, "training:presence_in_company", placement.pk)
        assert "Tout est signé jusqu'à ce matin" in shown.replace("’", "'").replace("&#x27;", "'")
        assert asked in shown
    with clock.at(in_the_evening(FIRST)):
        assert asked not in page(client, "training:presence_in_company", placement.pk)
