"""A small employer may let the provider answer for it, visibly: who, when, how, why; nobody else is answered for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

import factories as make
from defi.journey.telling import tell
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Link, Mail
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.actions import add_partner
from defi.people.models import Account
from defi.steps.design import actions, mandates, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.models import Mandate
from defi.steps.design.rules import mandate_faults

pytestmark = pytest.mark.django_db
LET = mandates.Let("la gérante", "phone", clock.today())
WHY = "pas d'ordinateur à l'atelier"


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
    employer = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
    add_partner(make.an_officer(), operation.pk, employer)
    return employer


@pytest.fixture
def plan(operation, coordinator, firm):
    plan = actions.start_plan(coordinator, operation.pk)
    competence = actions.add_competence(coordinator, plan.pk, "Aider au lever", asked_by=[firm])
    module = actions.add_module(coordinator, plan.pk, ModuleFacts("Gestes", hours_centre=420, hours_company=140))
    actions.cover_competence(coordinator, competence.pk, [module.pk])
    actions.describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))
    return turns.submit_plan(coordinator, plan.pk)


def signed_in(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def page(client, plan):
    return client.get(f"/operations/{plan.operation_id}/ingenierie/").content.decode()


def test_a_mandate_says_who_and_why_on_a_day_of_the_operation():
    today = clock.today()
    assert mandate_faults("la gérante", WHY, today, today, today) == {}
    assert set(mandate_faults(" ", "", today, today, today)) == {"let_by", "reason"}
    assert "à venir" in mandate_faults("x", "y", today + timedelta(1), today, today)["let_on"]
    assert "ouverte" in mandate_faults("x", "y", today - timedelta(1), today, today)["let_on"]


def test_the_provider_approves_for_no_employer_that_did_not_let_it(plan, coordinator, firm):
    with pytest.raises(WrongState, match="ne vous a pas laissé répondre"):
        turns.approve_plan(coordinator, plan.pk, organisation=firm)


def test_the_provider_notes_the_approval_of_an_employer_that_let_it_and_the_history_says_how(plan, coordinator, firm):
    mandates.let_answer(coordinator, plan.pk, firm, LET, reason=WHY)
    approval = turns.approve_plan(coordinator, plan.pk, organisation=firm)
    assert approval.recorded_for
    assert approval.mandate.words.startswith("la gérante, par téléphone, le ")
    entries = JournalEntry.objects.filter(verb__in=["plan.let_answer", "plan.approve"]).order_by("pk")
    told = [line for line in tell(entries) if line.reason]
    assert [WHY in line.reason and "Les Tilleuls" in line.sentence for line in told] == [True, True]
    assert not any("gérante" in str(entry.after) for entry in entries)


def test_the_employer_is_told_that_the_provider_answers_for_it_and_ends_it_by_its_link(plan, coordinator, firm):
    mandate = mandates.let_answer(coordinator, plan.pk, firm, LET, reason=WHY)
    mail = Mail.objects.get(purpose="design/mail/provider_answers")
    assert mail.address == "contact@tilleuls.exemple.invalid"
    assert WHY in mail.body
    address = next(word for word in mail.body.split() if "/lien/" in word)
    link = "/lien/" + address.split("/lien/")[1]
    assert "Je réponds moi-même" in Client().get(link).content.decode()
    assert Client().post(link, {"stop_answering": mandate.pk}).status_code == 200
    mandate.refresh_from_db()
    assert mandate.ended_on == clock.today()
    with pytest.raises(WrongState, match="ne vous a pas laissé répondre"):
        turns.approve_plan(coordinator, plan.pk, organisation=firm)


def test_an_employer_ends_its_own_mandate_only_and_once(plan, coordinator, firm):
    mandate = mandates.let_answer(coordinator, plan.pk, firm, LET, reason=WHY)
    other = make.an_employer("Aide & Cie")
    add_partner(make.an_officer(), plan.operation_id, other)
    with pytest.raises(NotAllowed):
        mandates.stop_answering(make.actor(Who.SIGNATORY, other), mandate.pk)
    mandates.stop_answering(make.actor(Who.SIGNATORY, firm), mandate.pk)
    with pytest.raises(WrongState, match="déjà plus"):
        mandates.stop_answering(coordinator, mandate.pk)


def test_it_is_noted_once_with_a_reason_for_an_employer_of_the_operation(plan, coordinator, firm):
    with pytest.raises(Invalid):
        mandates.let_answer(coordinator, plan.pk, firm, LET, reason=" ")
    with pytest.raises(Invalid, match="comment"):
        mandates.let_answer(coordinator, plan.pk, firm, replace(LET, way="smoke"), reason=WHY)
    with pytest.raises(Invalid, match="n'est pas un employeur"):
        mandates.let_answer(coordinator, plan.pk, make.a_region(), LET, reason=WHY)
    mandates.let_answer(coordinator, plan.pk, firm, LET, reason=WHY)
    with pytest.raises(WrongState, match="déjà"):
        mandates.let_answer(coordinator, plan.pk, firm, LET, reason=WHY)


def test_the_provider_notes_it_on_a_page_that_keeps_what_was_typed_then_approves_in_one_click(plan, firm):
    lead = signed_in(Who.COORDINATOR, plan.operation.provider)
    assert "Approuver pour Les Tilleuls" not in page(lead, plan)
    address = f"/plans/{plan.pk}/repondre-pour/{firm.pk}/"
    assert address in page(lead, plan)
    typed = {"let_by": "la gérante", "way": "phone", "let_on": "2999-01-01", "reason": WHY}
    refused = lead.post(address, typed)
    assert refused.status_code == 422
    assert "la gérante" in refused.content.decode()
    assert lead.post(address, typed | {"let_on": str(clock.today())}).status_code == 302
    text = page(lead, plan)
    assert "Approuver pour Les Tilleuls" in text
    assert "laisse l'organisme répondre" in text
    lead.post(f"/plans/{plan.pk}/approuver/", {"organisation": firm.pk, "edition": 1})
    assert "noté par l'organisme, qu'il laisse répondre" in page(lead, plan)
    with scope(TASK):
        mandate = Mandate.objects.get()
    lead.post(f"/reponses-laissees/{mandate.pk}/fin/")
    mandate.refresh_from_db()
    assert mandate.ended_on


def test_one_act_has_one_button(plan, firm):
    for client in (signed_in(Who.OFFICER, plan.operation.region), signed_in(Who.SIGNATORY, firm)):
        text = page(client, plan)
        assert text.count(f'action="/plans/{plan.pk}/approuver/"') == 1
        assert "repondre-pour" not in text


def test_a_link_of_another_plan_ends_nothing(plan, coordinator, firm):
    mandate = mandates.let_answer(coordinator, plan.pk, firm, LET, reason=WHY)
    link = Link.objects.filter(organisation_id=firm.pk, revoked_at=None).last()
    link.object_id += 1
    with pytest.raises(Exception, match="n'existe pas"):
        mandates.stop_answering(links.bearer(link), mandate.pk)
