"""Whoever does not hold the plan reads its pages, told whose turn it is and since when; what is sent is refused."""

import re

import pytest
from django.test import Client

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.documents.french import NO_BREAK, long_date
from defi.kernel.refusals import WrongState
from defi.operations.actions import add_partner
from defi.people.models import Account
from defi.steps.design import covering, paper, turns
from defi.steps.design.actions import Description, ModuleFacts, add_competence, add_module, describe_plan, start_plan
from defi.steps.design.calendar import actions as calendar
from defi.steps.design.models import PlanCompetence
from defi.steps.design.parties import current_turn
from defi.steps.design.printing import held_words
from defi.steps.design.queries import sheet
from defi.steps.design.reuse.actions import take_modules
from design.calendar.stage import RHYTHM
from design.reuse.stage import a_certification, a_past_plan

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
    employer = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
    add_partner(make.an_officer(), operation.pk, employer)
    return employer


@pytest.fixture
def plan(operation, coordinator, firm):
    plan = start_plan(coordinator, operation.pk)
    module = add_module(coordinator, plan.pk, ModuleFacts("Gestes", hours_centre=420, hours_company=140))
    row = add_competence(coordinator, plan.pk, "Aider au lever", asked_by=[firm])
    covering.cover_all(coordinator, plan.pk, {row.pk: frozenset({module.pk})})
    describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))
    calendar.set_rhythm(coordinator, plan.pk, RHYTHM)
    return plan


@pytest.fixture
def away(plan, coordinator, firm):
    """Passed on to an employer, for its advice."""
    turns.pass_on(coordinator, plan.pk, firm)
    plan.refresh_from_db()
    return plan


def signed_in(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def said(page):
    words = page.content.decode().replace(NO_BREAK, " ").replace("&#x27;", "'")
    return re.sub(r"\s+", " ", words)


def since(plan):
    return long_date(current_turn(plan).given_at.astimezone(clock.PARIS).date()).replace(NO_BREAK, " ")


READ_ONLY = ["grille/", "calendrier/", "plans-passes/", "bibliotheque/"]


@pytest.mark.parametrize("page", READ_ONLY)
def test_the_provider_reads_whose_turn_it_is_and_finds_no_button(away, operation, page):
    answer = signed_in(Who.COORDINATOR, operation.provider).get(f"/plans/{away.pk}/{page}")
    assert answer.status_code == 200
    text = said(answer)
    assert f"Le plan est chez Les Tilleuls depuis le {since(away)} : reprenez-le d'abord, avec un motif." in text
    for word in ("Enregistrer la grille", "Mettre dans le plan", "Modifier le rythme", "Poser le calendrier"):
        assert word not in text


@pytest.mark.parametrize("page", READ_ONLY[:2])
def test_the_others_read_whose_turn_it_is(plan, operation, firm, page):
    for client in (signed_in(Who.SIGNATORY, firm), signed_in(Who.OFFICER, operation.region)):
        text = said(client.get(f"/plans/{plan.pk}/{page}"))
        assert f"Le plan est chez {operation.provider} depuis le {since(plan)}." in text


@pytest.mark.parametrize("page", READ_ONLY)
def test_its_provider_is_told_nothing_while_it_writes_the_plan(plan, operation, page):
    assert "Le plan est chez" not in said(
        signed_in(Who.COORDINATOR, operation.provider).get(f"/plans/{plan.pk}/{page}")
    )


def test_a_past_plan_is_read_but_not_taken_while_another_holds_the_plan(away, operation):
    past = a_past_plan(make.an_operation(operation.provider), a_certification("RNCP90001"))
    client = signed_in(Who.COORDINATOR, operation.provider)
    text = said(client.get(f"/plans/{away.pk}/plans-passes/{past.pk}/"))
    assert "Le plan est chez Les Tilleuls" in text
    assert '<fieldset class="take" disabled>' in text
    assert "Reprendre ce qui est coché" not in text
    with scope(TASK):
        ticked = list(past.modules.values_list("pk", flat=True)[:1])
    refused = client.post(f"/plans/{away.pk}/plans-passes/{past.pk}/", {"modules": ticked, "version": away.version})
    assert refused.status_code == 422
    assert "Le plan est chez Les Tilleuls" in said(refused)
    with pytest.raises(WrongState, match="Le plan est chez Les Tilleuls depuis le"):
        take_modules(make.a_coordinator(operation), away.pk, [])


def test_the_grid_sent_while_another_holds_the_plan_is_refused(away, operation, coordinator):
    with scope(TASK):
        row = PlanCompetence.objects.get(plan=away)
    refused = signed_in(Who.COORDINATOR, operation.provider).post(
        f"/plans/{away.pk}/grille/", {"taught": [], "seen": ""}
    )
    assert refused.status_code in {200, 409}
    with pytest.raises(WrongState, match="Le plan est chez Les Tilleuls depuis le"):
        covering.cover_all(coordinator, away.pk, {row.pk: frozenset()})


def test_once_submitted_all_those_whose_turn_it_is_are_named(plan, operation, coordinator, firm):
    turns.submit_plan(coordinator, plan.pk)
    text = said(signed_in(Who.COORDINATOR, operation.provider).get(f"/plans/{plan.pk}/grille/"))
    assert f"Le plan est soumis depuis le {since(plan)}, c'est le tour de : Les Tilleuls, {operation.region}" in text


def test_whoever_takes_part_prints_the_plan_in_any_turn_and_the_paper_says_who_holds_it(away, operation, firm):
    paper.print_grid(make.actor(Who.SIGNATORY, firm), away.pk)
    paper.print_plan(make.a_coordinator(operation), away.pk)
    with scope(TASK):
        assert held_words(sheet(TASK, operation)).replace(NO_BREAK, " ") == f"Les Tilleuls, depuis le {since(away)}"
