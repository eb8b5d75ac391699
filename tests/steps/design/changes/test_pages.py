"""The pages of a request: written by clicks with its effect beside, read and decided by the officer, told to others."""

import re

import pytest
from django.test import Client

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.people.models import Account, Membership
from defi.steps.design.changes import asking, deciding
from defi.steps.design.changes.lines import ModuleState
from design.changes.stage import DAY

pytestmark = pytest.mark.django_db

MOST_QUERIES = 30
"""Whatever the number of firms and modules."""


def signed_in(role, organisation, basins=None):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person, basins)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


@pytest.fixture
def lead(stage):
    return signed_in(Who.COORDINATOR, stage.operation.provider)


@pytest.fixture
def officer(stage):
    with scope(TASK):
        assert Membership.objects.filter(role=Who.OFFICER.value).exists()
    return signed_in(Who.OFFICER, stage.operation.region)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def hygiene(stage, **changes):
    state = stage.state("Hygiène")
    sent = {"title": state.title, "kind": state.kind, "hours_centre": state.centre, "competences": state.competences}
    return sent | changes


def test_a_request_is_written_sent_and_approved_by_clicks(stage, lead, officer):
    plan_page = f"/operations/{stage.operation.pk}/ingenierie/"
    seen = text(lead.get(plan_page))
    assert "Demander une modification" in seen
    assert "Reprendre le plan" not in seen
    begun = lead.post(
        f"/plans/{stage.plan.pk}/modifications/demander/",
        {"reason": "Un contrôle l'exige", "effective_on": "2026-01-12"},
    )
    address = begun.headers["Location"]
    assert "Rien encore" in text(lead.get(address))
    assert "envoyer/" not in text(lead.get(address))
    module = f"{address}modules/{stage.module('Hygiène').pk}/"
    assert lead.post(module, hygiene(stage, hours_centre=21)).status_code == 302
    page = text(lead.get(address))
    assert "14 h en centre" in page
    assert "21 h en centre" in page
    assert "7 h de plus en centre que la session" in page
    assert "Prévenu par courriel : Les Tilleuls (« Nettoyer », Hygiène, le total d&#x27;heures)" in page
    assert "Accord redemandé à Les Tilleuls, Bel-Air" in page
    assert officer.get(address).status_code == 404
    lead.post(f"{address}envoyer/")
    assert "la Région la décide" in text(lead.get(plan_page))
    read = text(officer.get(address))
    assert "Votre décision" in read
    versions = dict(re.findall(r'name="(version|plan_version)" value="(\d+)"', read))
    officer.post(f"{address}approuver/", versions)
    assert "Approuvée le 5 janv. 2026" in text(lead.get(address))
    assert "accord redemandé" in text(lead.get(plan_page))
    kept = text(lead.get(f"/plans/{stage.plan.pk}/editions/"))
    assert "Modifications demandées pendant la formation" in kept
    assert "7 h de plus en centre que la session" in kept


def test_a_request_made_for_an_employer_says_so_and_contradicts_nothing(stage, lead):
    firm = stage.firms[0]
    begun = lead.post(
        f"/plans/{stage.plan.pk}/modifications/demander/",
        {"reason": "Changer de lieu", "effective_on": "2026-01-12", "asker": firm.pk},
    )
    address = begun.headers["Location"]
    accueil = stage.module("Accueil")
    sent = {"title": "Premier accueil", "kind": "kept", "hours_centre": accueil.hours_centre}
    assert lead.post(f"{address}modules/{accueil.pk}/", sent).status_code == 302
    page = text(lead.get(address)).replace("&#x27;", "'")
    assert "ne la lit. À la demande de Les Tilleuls." in page
    assert "Aucun employeur n'est prévenu par courriel" in page
    assert "n'a demandé ce qui change" not in page


def test_what_was_typed_is_kept_when_a_line_cannot_be(stage, lead):
    request = stage.prepare()
    address = f"/modifications/{request.pk}/modules/{stage.module('Hygiène').pk}/"
    again = lead.post(address, hygiene(stage, hours_centre=0, reason="Notre raison"))
    assert again.status_code == 422
    assert "Un module a des heures" in text(again)
    assert "Notre raison" in text(again)
    late = lead.post(
        f"/modifications/{request.pk}/motif/", {"reason": "Toujours", "effective_on": "2025-12-01", "version": "1"}
    )
    assert late.status_code == 422
    assert "est passé" in text(late)


def test_a_module_is_added_written_again_and_taken_out(stage, lead):
    request = stage.prepare()
    page = f"/modifications/{request.pk}/"
    added = {"title": "Goûters", "kind": "added", "hours_centre": "7", "reason": "Demandé"}
    lead.post(f"{page}modules/ajouter/", added)
    assert "Goûters" in text(lead.get(page))
    lead.post(f"{page}ajouts/1/", added | {"hours_centre": "14"})
    assert "434 h" in text(lead.get(page))
    lead.post(f"{page}ajouts/1/", {"leave": "1"})
    assert "Goûters" not in text(lead.get(page))
    assert lead.get(f"{page}ajouts/1/").status_code == 404


def test_a_module_is_removed_or_left_as_it_was(stage, lead):
    request = stage.prepare()
    page, module = f"/modifications/{request.pk}/", stage.module("Accueil").pk
    lead.post(f"{page}modules/{module}/", {"remove": "1"})
    assert "retiré" in text(lead.get(page))
    lead.post(f"{page}modules/{module}/", {"leave": "1"})
    assert "Rien encore" in text(lead.get(page))


def test_another_rhythm_lays_the_calendar_again(laid, django_assert_max_num_queries):
    lead = signed_in(Who.COORDINATOR, laid.operation.provider)
    request = laid.prepare()
    page = f"/modifications/{request.pk}/"
    form = text(lead.get(f"{page}rythme/"))
    assert "Poser de nouveau le calendrier" in form
    rhythm = {
        "text": "Un mois sur deux",
        "cycle": "1 centre, 1 entreprise",
        "hours_centre": "35",
        "hours_company": "35",
        "mornings": range(5),
        "afternoons": range(5),
        "morning_at": "09:00",
        "morning_minutes": "12:30",
        "afternoon_at": "13:30",
        "afternoon_minutes": "17:00",
    }
    assert lead.post(f"{page}rythme/", rhythm).status_code == 302
    with django_assert_max_num_queries(MOST_QUERIES):
        said = text(lead.get(page))
    assert "posé de nouveau à partir du 12 janvier 2026" in said
    assert "Un mois sur deux" in said


def test_a_request_that_is_refused_or_to_mend_says_why(stage, lead, officer):
    request = stage.asked()
    page = f"/modifications/{request.pk}/"
    assert officer.post(f"{page}corriger/", {"reason": " "}).status_code == 422
    officer.post(f"{page}corriger/", {"reason": "Dites d'où viennent les heures"})
    assert "d&#x27;où viennent les heures" in text(lead.get(page))
    lead.post(f"{page}envoyer/")
    officer.post(f"{page}refuser/", {"reason": "Hors commande"})
    assert "Hors commande" in text(lead.get(page))
    assert officer.get(f"{page}refuser/").status_code == 409
    assert lead.get(f"{page}rythme/").status_code == 409


def test_a_request_is_taken_back_after_a_page_that_says_so(stage, lead):
    request = stage.asked()
    assert "reste comme il est" in text(lead.get(f"/modifications/{request.pk}/retirer/"))
    lead.post(f"/modifications/{request.pk}/retirer/")
    assert stage.request().state == "withdrawn"


def test_who_only_reads_has_no_button(stage):
    request = stage.asked()
    firm = signed_in(Who.SIGNATORY, stage.firms[0])
    read = text(firm.get(f"/modifications/{request.pk}/"))
    assert "Ses effets" in read
    assert "Votre décision" not in read
    assert firm.get(f"/modifications/{request.pk}/refuser/").status_code == 403
    assert firm.post(f"/modifications/{request.pk}/approuver/").status_code == 403
    elsewhere = signed_in(Who.OFFICER, stage.operation.region, [make.a_basin("Bourges")])
    assert "Votre décision" not in text(elsewhere.get(f"/modifications/{request.pk}/"))
    stranger = signed_in(Who.COORDINATOR, make.a_provider("Autre"))
    assert stranger.get(f"/modifications/{request.pk}/").status_code == 404
    assert stranger.get(f"/plans/{stage.plan.pk}/modifications/demander/").status_code == 404


def test_an_employer_gives_its_agreement_again_from_the_link_of_the_mail(stage):
    request = stage.asked()
    deciding.approve_change(stage.officer, request.pk)
    link = re.search(
        r"/lien/\S+", Mail.objects.get(purpose="design/mail/plan_changed", address="les@exemple.invalid").body
    )[0]
    page = Client()
    read = text(page.get(link))
    assert "votre accord est redemandé" in read
    assert "14 h en centre" in read
    assert "Merci" in text(page.post(link, {"edition": "2"}))


def test_a_stale_request_says_what_changed_and_has_no_button_to_approve(stage, officer):
    request = stage.asked()
    with scope(TASK):
        stage.module("Hygiène").__class__.objects.filter(title="Hygiène").update(hours_centre=15)
    read = text(officer.get(f"/modifications/{request.pk}/"))
    assert "« Hygiène » a changé depuis" in read
    assert "Approuver la modification" not in read
    officer.post(f"/modifications/{request.pk}/approuver/")
    assert stage.request().state == "asked"


def test_pages_take_a_fixed_number_of_queries(laid, django_assert_max_num_queries):
    officer = signed_in(Who.OFFICER, laid.operation.region)
    request = laid.prepare()
    firms = tuple(firm.pk for firm in laid.firms)
    for number in range(8):
        wanted = ModuleState(f"Ajout {number}", "added", 7, reason="Demandé", for_employers=firms)
        asking.write_module(laid.lead, request.pk, 0, wanted)
    asking.ask_change(laid.lead, request.pk)
    for path in (
        f"/modifications/{request.pk}/",
        f"/plans/{laid.plan.pk}/editions/",
        f"/operations/{laid.operation.pk}/ingenierie/",
    ):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert officer.get(path).status_code == 200
    with clock.at(DAY):
        deciding.approve_change(laid.officer, request.pk)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert officer.get(f"/modifications/{request.pk}/").status_code == 200
