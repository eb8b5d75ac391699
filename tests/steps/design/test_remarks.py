"""Remarks on the pages: made on a module from the plan or from a link, shown beside it, answered, closed."""

import re

import pytest
from django.test import Client

import factories as make
from browsing import browser
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.steps.design import actions, remarks, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.models import Module, Remark

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    opened = make.an_operation()
    make.a_session(opened)
    return opened


@pytest.fixture
def firm(operation):
    employer = make.an_employer("Les Tilleuls", email="tilleuls@exemple.invalid")
    add_partner(make.an_officer(), operation.pk, employer)
    return employer


@pytest.fixture
def coordinator(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def plan(operation, firm, coordinator):
    plan = actions.start_plan(coordinator, operation.pk)
    competence = actions.add_competence(coordinator, plan.pk, "Aider au lever", asked_by=[firm])
    module = actions.add_module(coordinator, plan.pk, ModuleFacts("Hygiène", "kept", 420, 140))
    actions.cover_competence(coordinator, competence.pk, [module.pk])
    return actions.describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))


@pytest.fixture
def module(plan):
    with scope(TASK):
        return Module.objects.get(plan=plan)


def row_of(module, client, operation):
    page = client.get(f"/operations/{operation.pk}/ingenierie/").content.decode()
    return re.search(rf'<tr id="module-{module.pk}".*?</tr>', page, re.DOTALL)[0]


def test_a_remark_on_a_module_is_made_on_its_page_shown_beside_it_answered_and_closed(
    plan, module, operation, firm, coordinator
):
    employer, lead = browser(make.actor(Who.SIGNATORY, firm, make.a_person("Sam"))), browser(coordinator)
    address = re.search(r'href="([^"]*module=\d+)"', row_of(module, employer, operation))[1]
    assert employer.post(address, {"text": "Et la nuit ?"}).status_code == 302
    with scope(TASK):
        remark = Remark.objects.get()
    assert (remark.module_id, remark.about) == (module.pk, "Hygiène")
    row = row_of(module, lead, operation)
    assert "Et la nuit ?" in row
    assert f'href="#remarque-{remark.pk}"' in row
    lead.post(f"/remarques/{remark.pk}/repondre/", {"text": "Ajoutée"})
    assert "répondue" in row_of(module, lead, operation)
    employer.post(f"/remarques/{remark.pk}/clore/")
    assert "Et la nuit ?" not in row_of(module, lead, operation)


def test_a_remark_on_a_module_is_made_answered_and_closed_from_a_link(plan, module, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    body = Mail.objects.get(address="tilleuls@exemple.invalid").body
    address, phone = re.search(r"/lien/\S+", body)[0], Client()
    assert f'value="module:{module.pk}"' in phone.get(address).content.decode()
    phone.post(address, {"remark": "1", "about": f"module:{module.pk}", "text": "Et la nuit ?"})
    with scope(TASK):
        remark = Remark.objects.get()
    assert remark.module_id == module.pk
    remarks.answer_remark(coordinator, remark.pk, "Laquelle ?")
    assert "Laquelle ?" in phone.get(address).content.decode()
    phone.post(address, {"answer": str(remark.pk), "text": "Celle du samedi"})
    phone.post(address, {"close": str(remark.pk)})
    with scope(TASK):
        remark.refresh_from_db()
        assert (remark.state, remark.replies.count()) == ("closed", 2)


def test_a_refused_remark_by_link_comes_back_with_its_module_and_its_words(plan, module, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    address = re.search(r"/lien/\S+", Mail.objects.get(address="tilleuls@exemple.invalid").body)[0]
    typed = {"remark": "1", "about": f"module:{module.pk}", "text": "x" * 2001}
    refused = Client().post(address, typed)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert f'value="module:{module.pk}" selected' in page
    assert "x" * 2001 in page


def test_a_module_of_another_plan_is_unknown_to_a_link(plan, module, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    address = re.search(r"/lien/\S+", Mail.objects.get(address="tilleuls@exemple.invalid").body)[0]
    assert Client().post(address, {"remark": "1", "about": "module:0", "text": "Bonjour"}).status_code == 404
