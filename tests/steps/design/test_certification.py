"""The certification a plan aims at: chosen with its blocks, refused once it is over, told to all."""

import re
from datetime import date

import pytest
from django.http import QueryDict
from django.test import Client

import factories as make
from defi.kernel.access import TASK, Who, scope
from defi.kernel.refusals import Invalid, Stale
from defi.operations.actions import add_partner
from defi.people.models import Account
from defi.reference.choosing import chosen
from defi.reference.models import Certification, CertificationBlock
from defi.steps.design import actions, queries, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.forms import AimForm
from defi.steps.design.models import TrainingPlan

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    opened = make.an_operation()
    make.a_session(opened)
    return opened


@pytest.fixture
def coordinator(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def firm(operation):
    firm = make.an_employer("Les Tilleuls")
    add_partner(make.an_officer(), operation.pk, firm)
    return firm


@pytest.fixture
def plan(operation, coordinator, firm):
    plan = actions.start_plan(coordinator, operation.pk)
    competence = actions.add_competence(coordinator, plan.pk, "Aider au lever", asked_by=[firm])
    module = actions.add_module(coordinator, plan.pk, ModuleFacts("Gestes", "kept", 420, 140))
    actions.cover_competence(coordinator, competence.pk, [module.pk])
    return actions.describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))


def a_certification(number="RNCP90001", ends_on=None):
    sheet = Certification.objects.create(number=number, title="Titre d'essai", ends_on=ends_on)
    blocks = [
        CertificationBlock.objects.create(certification=sheet, code=f"{number}BC0{n}", label=f"Bloc {n}", rank=n)
        for n in (1, 2)
    ]
    return sheet, blocks


def test_a_plan_aims_at_a_certification_and_some_of_its_blocks(plan, coordinator):
    sheet, blocks = a_certification()
    actions.aim_at(coordinator, plan.pk, sheet, blocks=blocks[:1])
    plan.refresh_from_db()
    assert (plan.certification, list(plan.blocks.all())) == (sheet, blocks[:1])


def test_a_block_of_another_certification_is_refused(plan, coordinator):
    sheet, _blocks = a_certification()
    _other, foreign = a_certification("RNCP90002")
    with pytest.raises(Invalid) as refusal:
        actions.aim_at(coordinator, plan.pk, sheet, blocks=foreign)
    assert list(refusal.value.fields) == ["blocks"]


def test_a_module_leads_to_no_block_of_another_certification(plan, coordinator):
    sheet, blocks = a_certification()
    _other, foreign = a_certification("RNCP90002")
    actions.aim_at(coordinator, plan.pk, sheet)
    kept = ModuleFacts("Linge", "kept", 7, block=f"{blocks[0].code} {blocks[0].label}")
    actions.add_module(coordinator, plan.pk, kept)
    with pytest.raises(Invalid, match="n'est pas de la certification visée") as refusal:
        actions.add_module(coordinator, plan.pk, ModuleFacts("Souder", "kept", 7, block=foreign[0].code))
    assert list(refusal.value.fields) == ["block"]
    actions.aim_at(coordinator, plan.pk, _other)
    with pytest.raises(Invalid, match="« Linge » mène au bloc"):
        turns.submit_plan(coordinator, plan.pk)


def test_a_certification_over_before_the_start_keeps_the_plan_from_being_submitted(plan, coordinator):
    sheet, _blocks = a_certification(ends_on=date(2020, 1, 1))
    actions.aim_at(coordinator, plan.pk, sheet)
    with pytest.raises(Invalid, match="RNCP90001"):
        turns.submit_plan(coordinator, plan.pk)


def test_the_blocks_of_a_certification_over_are_kept_and_the_fault_is_of_the_certification_only(plan, coordinator):
    sheet, blocks = a_certification(ends_on=date(2020, 1, 1))
    actions.aim_at(coordinator, plan.pk, sheet, blocks=blocks[:1])
    actions.add_module(coordinator, plan.pk, ModuleFacts("Linge", "kept", 7, block=blocks[0].code))
    with pytest.raises(Invalid, match="n'est pas de la certification visée"):
        actions.add_module(coordinator, plan.pk, ModuleFacts("Souder", "kept", 7, block="RNCP90002BC01"))
    with scope(TASK):
        faults = queries.sheet(TASK, plan.operation).faults
    assert sum("RNCP90001" in fault for fault in faults) == 1
    assert not any("mène au bloc" in fault for fault in faults)


def test_a_code_of_a_block_without_certification_is_refused_and_keeps_a_plan_from_being_submitted(plan, coordinator):
    with pytest.raises(Invalid, match="choisissez d'abord la certification visée") as refusal:
        actions.add_module(coordinator, plan.pk, ModuleFacts("Souder", "kept", 7, block="RNCP99999BC09"))
    assert list(refusal.value.fields) == ["block"]
    sheet, blocks = a_certification()
    actions.aim_at(coordinator, plan.pk, sheet)
    actions.add_module(coordinator, plan.pk, ModuleFacts("Linge", "kept", 7, block=blocks[0].code))
    actions.aim_at(coordinator, plan.pk, None)
    with pytest.raises(Invalid, match="« Linge » mène au bloc « RNCP90001BC01 »"):
        turns.submit_plan(coordinator, plan.pk)


def test_two_tabs_on_the_certification_and_the_second_does_not_undo_the_first(plan, operation):
    a_certification()
    person = make.a_person("Alex", email="alex@exemple.invalid")
    make.actor(Who.COORDINATOR, operation.provider, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    address = f"/plans/{plan.pk}/certification/"
    shown = re.search(r'name="seen" value="([^"]+)"', client.get(address).content.decode())[1]
    first = {"sought": "RNCP90001", "certification": "RNCP90001", "blocks": ["RNCP90001BC01"], "version": plan.version}
    assert client.post(address, first).status_code == 302
    second = {"sought": "", "certification_label": "Certificat de branche", "version": plan.version, "seen": shown}
    page = client.post(address, second).content.decode()
    assert "Ce qui a changé pendant que vous écriviez" in page
    assert re.search(r'name="certification"[^>]*value="RNCP90001"[^>]*checked', page)
    assert re.search(r'name="blocks"[^>]*value="RNCP90001BC01"[^>]*checked', page)
    assert 'value="Certificat de branche"' in page


def test_a_page_drawn_before_is_refused(plan, coordinator):
    sheet, blocks = a_certification()
    version = plan.version
    actions.aim_at(coordinator, plan.pk, sheet, blocks=blocks, version=version)
    with pytest.raises(Stale):
        actions.aim_at(coordinator, plan.pk, None, version=version)


def test_a_change_of_blocks_touches_every_party(plan, coordinator, firm):
    sheet, blocks = a_certification()
    actions.aim_at(coordinator, plan.pk, sheet, blocks=blocks)
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(make.actor(Who.SIGNATORY, firm), plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Un seul bloc")
    actions.aim_at(coordinator, plan.pk, sheet, blocks=blocks[:1])
    with scope(TASK):
        assert not [party for party in queries.sheet(TASK, plan.operation).parties if party.approval]


def test_it_is_chosen_by_clicks_with_its_blocks_and_named_in_the_modules(plan, operation):
    a_certification()
    person = make.a_person("Alex", email="alex@exemple.invalid")
    make.actor(Who.COORDINATOR, operation.provider, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    address = f"/plans/{plan.pk}/certification/"
    found = client.post(address, {"sought": "RNCP 90001", "version": plan.version})
    assert found.status_code == 200
    page = found.content.decode()
    assert "Titre d&#x27;essai" in page
    # A search is no fault: the list is shown, the number typed whole is chosen, its blocks are offered.
    assert "Voici ce qui répond à votre recherche" in page
    assert "error-summary" not in page
    assert "RNCP90001BC02" in page
    sent = {"sought": "RNCP 90001", "certification": "RNCP90001", "blocks": ["RNCP90001BC01"], "version": plan.version}
    assert client.post(address, sent).status_code == 302
    with scope(TASK):
        assert TrainingPlan.objects.get(pk=plan.pk).blocks.count() == 1
        module = plan.modules.get()
    assert "RNCP90001BC02 Bloc 2" in client.get(f"/modules/{module.pk}/").content.decode()
    assert "RNCP90001BC01 Bloc 1" in client.get(f"/operations/{operation.pk}/ingenierie/").content.decode()


@pytest.mark.parametrize("sent", [{"sought": "RNCP90001", "certification": "none"}, {"certification": "RNCP90001"}])
def test_it_is_taken_away_by_saying_none_or_by_deleting_its_words(plan, coordinator, sent):
    sheet, blocks = a_certification()
    actions.aim_at(coordinator, plan.pk, sheet, blocks=blocks[:1])
    typed = QueryDict(mutable=True)
    typed.update({"sought": "", "blocks": blocks[0].code, "version": 1} | sent)
    form = AimForm(typed, initial=chosen(sheet, blocks[:1]))
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["certification"], form.cleaned_data["blocks"]) == (None, [])
