"""What a plan says of who left, of its rhythm, of its blocks; what the page by a link tells an employer."""

import re

import pytest
from django.test import Client

import factories as make
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner
from defi.people.models import Account
from defi.steps.design import actions, contributing, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.calendar import actions as calendar
from defi.steps.design.calendar import lessons
from defi.steps.design.calendar.rules import Rhythm
from defi.steps.design.departures import askers_left
from defi.steps.design.queries import sheet
from defi.steps.design.rhythm import rhythm_told
from defi.steps.design.rules import block_fault
from defi.steps.design.turns import submit_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    opened = make.an_operation()
    make.a_session(opened)
    return opened


@pytest.fixture
def lead(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def firms(operation):
    found = []
    for name in ("Les Tilleuls", "Aide & Cie"):
        firm = make.an_employer(name, email=f"{name[:4].strip().lower()}@exemple.invalid")
        add_partner(make.an_officer(), operation.pk, firm)
        found.append(firm)
    return found


@pytest.fixture
def plan(operation, lead, firms):
    """Asked by the first firm, which lends a place and lends equipment; a module adapted for the second."""
    plan = actions.start_plan(lead, operation.pk)
    competence = actions.add_competence(lead, plan.pk, "Aider au lever", asked_by=firms[:1])
    actions.add_competence(lead, plan.pk, "Cuisiner", asked_by=firms)
    first = ModuleFacts("Gestes", hours_centre=413, hours_company=140, lender=firms[0])
    module = actions.add_module(lead, plan.pk, first)
    reason = "les repas du soir"
    adapted = ModuleFacts("Cuisine", "adapted", 7, reason=reason, for_employers=[firms[1]])
    actions.add_module(lead, plan.pk, adapted)
    with scope(TASK):
        for row in plan.competences.all():
            actions.cover_competence(lead, row.pk, [module.pk])
    assert competence.pk
    contributing.add_contribution(lead, plan.pk, firms[0], "equipment")
    said = Description(rhythm="2 semaines en centre, 2 en entreprise", specific="Nuits", public_need="à venir")
    return actions.describe_plan(lead, plan.pk, said)


def leaves(operation, firm):
    with scope(TASK):
        partner = Partner.objects.get(operation=operation, organisation=firm)
    partner_leaves(make.an_officer(), partner.pk, reason="Plus de poste")


def seen(lead, operation):
    with scope(lead):
        return sheet(lead, operation, with_calendar=True)


def link_to(address):
    return re.search(r"/lien/\S+", Mail.objects.filter(address=address).latest("pk").body)[0]


def test_who_left_is_said_before_the_agreements_are_asked_and_no_promise_of_theirs_is_approved(
    plan, operation, lead, firms
):
    assert seen(lead, operation).faults == seen(lead, operation).askers_left == []
    leaves(operation, firms[0])
    shown = seen(lead, operation)
    assert [fault.split(" :")[0] for fault in shown.faults] == [
        "Le plateau technique de « Gestes » est prêté par Les Tilleuls, qui a quitté l'opération",
        "Les Tilleuls a quitté l'opération et n'apporte plus rien (matériel prêté)",
    ]
    assert len(shown.askers_left) == 1
    assert "Plus personne ne demande « Aider au lever »" in shown.askers_left[0]
    with pytest.raises(Invalid, match="changez de prêteur"):
        submit_plan(lead, plan.pk)
    with scope(TASK):
        actions.remove_competence(lead, plan.competences.get(label="Aider au lever").pk)


def test_nothing_is_said_of_askers_who_are_all_here():
    assert askers_left({1, 2}, {"Lever": {1}, "Cuire": {1, 2}}, {}) == []
    said = askers_left({2}, {"Lever": {1, 2}}, {1: "Les Tilleuls"})
    assert said == ["Les Tilleuls a quitté l'opération et avait demandé « Lever »."]


def test_the_page_of_a_party_that_left_promises_nothing(plan, operation, lead, firms):
    turns.pass_on(lead, plan.pk, firms[0])
    link = link_to("les@exemple.invalid")
    leaves(operation, firms[0])
    text = Client().get(link).content.decode()
    assert "Vous ne prenez plus part à cette formation" in text
    assert "envoyé de nouveau" not in text


def test_the_provider_is_told_once_that_the_plan_is_its_own_again(plan, operation, lead, firms):
    make.actor(Who.COORDINATOR, operation.provider, make.a_person("Alex", email="alex@exemple.invalid"))
    turns.pass_on(lead, plan.pk, firms[0])
    leaves(operation, firms[0])
    leaves(operation, firms[1])
    mails = Mail.objects.filter(purpose="design/mail/plan_comes_back")
    assert [mail.address for mail in mails] == ["alex@exemple.invalid"]
    assert "Les Tilleuls avait le plan" in mails.get().body


def test_the_rhythm_told_is_that_of_the_calendar_once_it_is_laid():
    assert rhythm_told("alterné").fact == "alterné"
    laid = {"laid": "3 semaines en centre, puis 1 semaine en entreprise", "cycle": "ccce"}
    assert rhythm_told("Trois semaines en centre, une en entreprise.", **laid).line == laid["laid"]
    assert rhythm_told("alterné", **laid).typed == "alterné"
    differs = rhythm_told("2 semaines en centre, 2 en entreprise", **laid)
    assert differs.fact == laid["laid"]
    assert differs.differs.startswith("le plan écrit autre chose")


def test_the_link_page_shows_the_calendar_the_weeks_in_company_and_the_modules_made_for_its_employer(
    plan, operation, lead, firms
):
    week = frozenset(range(5))
    laid = calendar.set_rhythm(lead, plan.pk, Rhythm("ccce", 35, 35, week, week))
    calendar.lay_calendar(lead, laid.pk)
    turns.pass_on(lead, plan.pk, firms[1])
    link = link_to("aide@exemple.invalid")
    text = Client().get(link).content.decode()
    for said in ("période", "en entreprise", "le plan écrit autre chose", "les repas du soir", "adapté"):
        assert said.lower() in text.lower()
    made = text[text.index("Ce qui est fait pour vous") :]
    assert made.index("Cuisine") < made.index("</section>")
    group = re.search(r'name="print_calendar" value="(\d+)"', text)[1]
    assert Client().post(link, {"print_calendar": group}).content[:5] == b"%PDF-"


def test_the_page_of_the_plan_counts_the_differences_of_the_calendar(plan, operation, lead, firms):
    with scope(TASK):
        for row in plan.contributions.all():
            contributing.remove_contribution(lead, row.pk)
    week = frozenset(range(5))
    laid = calendar.set_rhythm(lead, plan.pk, Rhythm("ccce", 35, 35, week, week))
    calendar.lay_calendar(lead, laid.pk)
    with scope(TASK):
        group, modules = laid.groups.get(), {module.title: module for module in plan.modules.all()}
    lessons.spread_modules(lead, group.pk)
    person = make.a_person("Alex", email="alex@exemple.invalid")
    make.actor(Who.COORDINATOR, operation.provider, person)
    page = Client()
    page.force_login(Account.objects.get(person=person))
    assert "Tout y est" in page.get(f"/operations/{operation.pk}/ingenierie/").content.decode()
    for title, hours in (("Gestes", 399), ("Cuisine", 21)):
        kept = {"hours_company": 140} if title == "Gestes" else {"reason": "les repas du soir"}
        wanted = ModuleFacts(title, modules[title].kind, hours, **kept)
        actions.change_module(lead, modules[title].pk, wanted)
    text = page.get(f"/operations/{operation.pk}/ingenierie/").content.decode()
    assert "Tout y est" not in text
    assert "Le calendrier a encore 2 écarts avec le plan." in text
    assert f'<a href="/plans/{plan.pk}/calendrier/">Voir les écarts</a>' in text


def test_a_block_is_of_the_certification_aimed_at_and_a_code_without_one_asks_for_it_first():
    known = [("RNCP1BC01", "Entretenir le logement"), ("RNCP1BC02", "Accompagner la personne")]
    for block in ("", "RNCP1BC01 Entretenir le logement", "bc02 rncp1bc02", "Accompagner la personne"):
        assert block_fault("Linge", block, "RNCP1", known) == ""
    assert "n'est pas de la certification visée" in block_fault("Souder", "RNCP9BC01 Souder", "RNCP1", known)
    # Of a certification that no register details, words are taken as they are; a code says whose block it is.
    assert block_fault("Souder", "Souder à plat", "RNCP1", []) == ""
    assert block_fault("Souder", "rncp 1 bc 01", "RNCP1", []) == ""
    assert "n'est pas de la certification visée" in block_fault("Souder", "RNCP9BC01", "RNCP1", [])
    assert "choisissez d'abord la certification visée (RNCP99999)" in block_fault("Souder", "RNCP99999BC09", "", [])
    assert block_fault("Souder", "Bloc 2 du certificat de branche", "", []) == ""
