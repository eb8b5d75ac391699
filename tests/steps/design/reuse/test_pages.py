"""The pages of what is taken up again, as a coordinator, an officer and an employer see them."""

import pytest
from django.test import Client

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.operations.models import Meeting
from defi.people.models import Account
from defi.steps.design import actions
from defi.steps.design.actions import ModuleFacts
from defi.steps.design.models import Approval, PlanCompetence
from defi.steps.design.reuse.actions import Pick, take_from
from defi.steps.review.models import ReviewPoint
from design.reuse.stage import a_certification, a_past_plan, an_operation_of, approved

pytestmark = pytest.mark.django_db


def signed_in(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


@pytest.fixture
def lead(stage):
    return signed_in(Who.COORDINATOR, stage.operation.provider)


def said(page):
    return page.content.decode().replace("\u00a0", " ").replace("&#x27;", "'")


def test_the_plan_not_begun_may_begin_from_a_past_one(stage, lead):
    fresh = an_operation_of(stage.operation.provider, "Toute neuve")
    assert "Commencer à partir d'un plan passé" in said(lead.get(f"/operations/{fresh.pk}/ingenierie/"))
    begun = lead.post(f"/operations/{fresh.pk}/ingenierie/commencer/", {"then": "past_plans"})
    text = said(lead.get(begun.url))
    assert "Assistant de vie aux familles, Châteaudun" in text
    assert "même métier" in text


def test_past_plans_are_found_by_words_without_accents(stage, lead):
    page = f"/plans/{stage.plan.pk}/plans-passes/"
    assert "3 modules" in said(lead.get(f"{page}?q=HYGIENE+chateaudun"))
    assert "Aucun de vos plans" in said(lead.get(f"{page}?q=soudage"))


def test_one_past_plan_shows_what_it_brings_and_what_was_learnt(stage, lead):
    day = clock.today()
    meeting = Meeting._base_manager.create(operation=stage.past.operation, kind="review", held_on=day)
    ReviewPoint._base_manager.create(
        operation=stage.past.operation, meeting=meeting, kind="lesson", text="Commencer plus tôt en entreprise"
    )
    text = said(lead.get(f"/plans/{stage.plan.pk}/plans-passes/{stage.past.pk}/"))
    assert "Commencer plus tôt en entreprise" in text
    assert "60 h en centre, 20 h en entreprise" in text
    assert "Il y était ajouté : Demandé" in text
    assert "Tracer un débit <em>(pas demandée ici)</em>" in text
    assert "Viser aussi cette certification" in text


def test_what_is_ticked_comes_and_the_plan_says_where_from(stage, lead):
    page = f"/plans/{stage.plan.pk}/plans-passes/{stage.past.pk}/"
    sent = {
        "modules": [stage.module("Gestes").pk, stage.module("Hygiène").pk],
        "certification": "on",
        "version": stage.plan.version,
    }
    address = f"/operations/{stage.operation.pk}/ingenierie/"
    assert lead.post(page, sent).url == address
    text = said(lead.get(address))
    assert "2 modules sont dans le plan" in text
    assert text.count("repris du plan de") == 2
    assert "(2025)" in text
    officer = signed_in(Who.OFFICER, make.a_region())
    assert "repris du plan de" in said(officer.get(address))
    employer = signed_in(Who.SIGNATORY, stage.firm)
    seen = said(employer.get(address))
    assert "Gestes" in seen
    assert "repris du plan de" not in seen


def test_sent_twice_it_is_shown_again_with_what_is_already_here_unticked(stage, lead):
    page = f"/plans/{stage.plan.pk}/plans-passes/{stage.past.pk}/"
    sent = {"modules": [stage.module("Gestes").pk], "version": stage.plan.version}
    lead.post(page, sent)
    again = lead.post(page, sent)
    assert again.status_code == 422
    text = said(again)
    assert "modifié" in text
    assert "déjà dans le plan" in text
    assert 'value="Gestes (2025)"' in text
    assert " checked" not in text


def test_a_title_taken_meanwhile_is_said_beside_it_and_the_boxes_stay(stage, lead):
    actions.add_module(stage.lead, stage.plan.pk, ModuleFacts("Gestes", hours_centre=5))
    there = stage.module("Gestes").pk
    page = f"/plans/{stage.plan.pk}/plans-passes/{stage.past.pk}/"
    sent = {"modules": [there, stage.module("Droit").pk], "version": stage.plan.version}
    refused = lead.post(page, sent)
    assert refused.status_code == 422
    text = said(refused)
    assert "donnez un autre nom à celui-ci, ou décochez-le" in text
    assert text.count(" checked") == 2
    assert lead.post(page, sent | {f"title_{there}": "Gestes (2025)"}).status_code == 302
    assert stage.titles() == ["Gestes", "Gestes (2025)", "Droit"]


def test_approvals_that_would_fall_are_said_first(stage, lead):
    Approval._base_manager.create(
        operation=stage.operation, plan=stage.plan, organisation=make.a_region(), edition=1, approved_on=clock.today()
    )
    page = f"/plans/{stage.plan.pk}/plans-passes/{stage.past.pk}/"
    sent = {"modules": [stage.module("Gestes").pk], "version": stage.plan.version}
    text = said(lead.post(page, sent))
    assert "Des accords vont tomber" in text
    assert "Reprendre quand même" in text
    assert stage.titles() == []
    assert lead.post(page, sent | {"confirmed": "1"}).status_code == 302


def test_the_library_keeps_its_filters_and_puts_several_modules_in_the_plan(stage, lead):
    page = f"/plans/{stage.plan.pk}/bibliotheque/"
    text = said(lead.get(page))
    assert "3 modules" in text
    assert "Utilisé dans 1 opération" in text
    assert f"/plans/{stage.plan.pk}/plans-passes/{stage.past.pk}/#appris" in text
    assert "Aucun module de vos plans" in said(lead.get(f"{page}?q=soudage"))
    narrowed = f"{page}?q=hygi&block=RNCP90001BC01+Bloc+1"
    assert "Aucun module" in said(lead.get(narrowed))
    refused = lead.post(f"{page}?q=gestes", {"version": stage.plan.version})
    assert refused.status_code == 422
    assert "Cochez au moins un module" in said(refused)
    assert "1 module" in said(refused)
    sent = {"modules": [stage.module("Gestes").pk, stage.module("Droit").pk], "version": stage.plan.version}
    assert lead.post(page, sent).status_code == 302
    assert stage.titles() == ["Droit", "Gestes"]


@pytest.mark.parametrize("page", ["plans-passes/", "bibliotheque/", "plans-passes/{past}/"])
def test_only_who_may_fill_the_plan_opens_the_pages_and_in_its_turn_only_takes(stage, lead, page):
    address = f"/plans/{stage.plan.pk}/" + page.format(past=stage.past.pk)
    provider = stage.operation.provider
    assert signed_in(Who.TRAINER, provider).get(address).status_code == 403
    assert signed_in(Who.OFFICER, make.a_region()).get(address).status_code == 403
    assert signed_in(Who.COORDINATOR, make.a_provider("Autre")).get(address).status_code == 404
    approved(stage.plan)
    read = lead.get(address)
    assert read.status_code == 200
    assert "reprenez-le d'abord" in said(read)
    assert "Mettre dans le plan" not in said(read)
    assert "Reprendre ce qui est coché" not in said(read)


def test_the_plan_of_another_provider_has_no_page(stage, lead):
    foreign = a_past_plan(make.an_operation(make.a_provider("Autre")), a_certification("RNCP90003"))
    page = f"/plans/{stage.plan.pk}/plans-passes/{foreign.pk}/"
    assert lead.get(page).status_code == 404
    assert lead.post(page, {"modules": [stage.module("Gestes", foreign).pk]}).status_code == 404


def test_the_page_of_a_module_taken_asks_to_say_that_it_is_adapted(stage, lead):
    (came,) = take_from(stage.lead, stage.plan.pk, stage.past.pk, [Pick(stage.module("Gestes").pk)])
    assert "avec d'autres heures, il est adapté" in said(lead.get(f"/modules/{came.pk}/"))
    facts = {"title": "Gestes", "kind": "kept", "hours_centre": "70", "hours_company": "20", "version": came.version}
    refused = lead.post(f"/modules/{came.pk}/", facts)
    assert refused.status_code == 422
    assert "Choisissez « adapté »" in said(refused)


def test_the_pages_cost_the_same_whatever_the_plans(stage, lead, django_assert_max_num_queries):
    take_from(stage.lead, stage.plan.pk, stage.past.pk, [Pick(stage.module("Gestes").pk)], certification=True)
    for n in range(3):
        a_past_plan(an_operation_of(stage.operation.provider, f"Autre {n}"), a_certification(f"RNCP9100{n}"))
    with scope(TASK):
        PlanCompetence.objects.filter(plan=stage.plan).update(gap_reason="Appris sur place")
    for page, most in (("plans-passes/", 16), ("bibliotheque/", 16), (f"plans-passes/{stage.past.pk}/", 28)):
        with django_assert_max_num_queries(most):
            assert lead.get(f"/plans/{stage.plan.pk}/{page}").status_code == 200
    with django_assert_max_num_queries(30):
        lead.get(f"/operations/{stage.operation.pk}/ingenierie/")


def test_two_modules_of_one_title_are_not_taken_under_it_both(stage, lead):
    later = a_past_plan(an_operation_of(stage.operation.provider, "Plus tard"), a_certification("RNCP90005"))
    with scope(TASK):
        stage.past.modules.filter(title="Droit").update(hours_remote=14)
    sent = {
        "modules": [stage.module("Droit").pk, stage.module("Droit", later).pk],
        "version": stage.plan.version,
    }
    page = f"/plans/{stage.plan.pk}/bibliotheque/"
    refused = said(lead.post(page, sent))
    assert refused.count("donnez un autre nom à celui-ci") == 2  # on top, and beside it
    assert refused.count(" checked") == 2
    assert 'value="Droit (2025)"' in refused
