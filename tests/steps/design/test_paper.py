"""The plan on paper: printed by those who take part, kept with its number; an employer never gets another's page."""

import csv
import io
import re
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.test import Client

import factories as make
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner
from defi.people.models import Account
from defi.steps.design import actions, contributing, mandates, paper, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.models import Contribution

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    return make.an_operation()


@pytest.fixture
def coordinator(operation):
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
def plan(operation, coordinator, firms):
    make.a_session(operation)
    plan = actions.start_plan(coordinator, operation.pk)
    for label, firm in (("Aider au lever", firms[0]), ("Préparer un repas", firms[1])):
        actions.add_competence(coordinator, plan.pk, label, asked_by=[firm])
    with scope(TASK):
        lever, repas = plan.competences.order_by("pk")
    module = actions.add_module(
        coordinator,
        plan.pk,
        ModuleFacts(
            "Gestes du quotidien",
            "adapted",
            hours_centre=406,
            hours_remote=14,
            hours_company=140,
            reason="nuits",
            for_employers=[firms[0]],
            lender=firms[0],
            trainer="Sophie Formatrice",
        ),
    )
    actions.cover_competence(coordinator, lever.pk, [module.pk])
    actions.explain_gap(coordinator, repas.pk, reason="vu à l'embauche")
    contributing.add_contribution(coordinator, plan.pk, firms[1], Contribution.Kind.TUTOR, detail="deux tuteurs")
    contributing.tailor(coordinator, plan.pk, "un atelier de nuit", employer=firms[0])
    return actions.describe_plan(
        coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir", entry_level="aucun diplôme")
    )


def words(document):
    pages = pypdfium2.PdfDocument(bytes(document.content))
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_bounded() for page in pages))


def signed_in(actor):
    """A browser signed in as this actor."""
    if not Account.objects.filter(person=actor.person_id).exists():
        Account.objects.create_user(f"p{actor.person_id}@exemple.invalid", person_id=actor.person_id)
    client = Client()
    client.force_login(Account.objects.get(person=actor.person_id))
    return client


def test_the_plan_is_printed_as_it_stands_and_says_that_it_is_no_agreed_one(plan, coordinator):
    document = paper.print_plan(coordinator, plan.pk)
    text = words(document)
    for said in ("en préparation", "aucun diplôme", "406 h en centre, 14 h à distance", "prêté par Les Tilleuls"):
        assert said in text
    assert "deux tuteurs" in text
    assert "un atelier de nuit" in text
    assert "par Sophie Formatrice" in text
    noted = JournalEntry.objects.filter(verb="plan.print").get()
    assert noted.after == {"document": document.number}


def test_the_approved_plan_is_kept_with_who_approved_and_for_whom_it_was_recorded(plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(make.actor(Who.SIGNATORY, firms[0]), plan.pk)
    let = mandates.Let("la gérante", "phone", clock.today())
    mandates.let_answer(coordinator, plan.pk, firms[1], let, reason="pas d'ordinateur à l'atelier")
    turns.approve_plan(coordinator, plan.pk, organisation=firms[1])
    turns.approve_plan(make.an_officer(), plan.pk)
    text = words(Document.objects.get(kind="plan"))
    assert "édition 1, approuvée par tous" in text
    assert text.count("noté par l'organisme, qu'il laisse répondre (la gérante, par téléphone") == 1
    assert "pas d'ordinateur à l'atelier" in text


def test_the_matrix_needs_something_to_cross(operation, coordinator, firms):
    plan = actions.start_plan(coordinator, operation.pk)
    with pytest.raises(WrongState, match="des compétences et des modules"):
        paper.print_grid(coordinator, plan.pk)


@pytest.mark.parametrize("act", [paper.print_plan, paper.print_grid])
def test_who_takes_part_prints_and_nobody_else(plan, operation, firms, act):
    assert act(make.actor(Who.RECRUITER, firms[0]), plan.pk).file_id == operation.pk
    assert act(make.an_officer(), plan.pk).number
    with pytest.raises(NotAllowed):
        act(make.actor(Who.TRAINER, operation.provider), plan.pk)
    with pytest.raises(NotAllowed):
        act(make.an_officer(basins=[make.a_basin("Dreux")]), plan.pk)
    with pytest.raises(Unknown):
        act(make.actor(Who.COORDINATOR, make.a_provider("Autre")), plan.pk)


def test_an_employer_s_page_says_what_it_asked_and_nothing_of_the_others(plan, firms):
    own = words(paper.print_asked(make.actor(Who.SIGNATORY, firms[0]), plan.pk, firms[0].pk))
    assert "Aider au lever Gestes du quotidien (406 h en centre, 14 h à distance, 140 h en entreprise)" in own
    assert "un atelier de nuit" in own
    assert "plateau technique prêté (Gestes du quotidien)" in own
    assert "Aide & Cie" not in own
    assert "Préparer un repas" not in own
    assert "deux tuteurs" not in own
    other = words(paper.print_asked(make.actor(Who.SIGNATORY, firms[1]), plan.pk, firms[1].pk))
    assert "Préparer un repas pas enseignée : vu à l'embauche" in other
    assert "Les Tilleuls" not in other
    assert "atelier de nuit" not in other


def test_an_employer_never_gets_the_page_of_another(plan, coordinator, firms):
    theirs = make.actor(Who.SIGNATORY, firms[1])
    with pytest.raises(Unknown):
        paper.print_asked(theirs, plan.pk, firms[0].pk)
    document = paper.print_asked(coordinator, plan.pk, firms[0].pk)
    address = f"/documents/{document.code}/"
    assert signed_in(theirs).get(address).status_code == 404
    assert signed_in(make.actor(Who.SIGNATORY, firms[0])).get(address).status_code == 200
    assert signed_in(coordinator).get(address).status_code == 200
    prescriber = make.a_prescriber()
    add_partner(make.an_officer(), plan.operation_id, prescriber)
    assert signed_in(make.actor(Who.ADVISER, prescriber)).get(address).status_code == 404


def test_an_employer_that_left_or_takes_no_part_has_no_page(plan, coordinator, firms):
    with pytest.raises(Unknown):
        paper.print_asked(coordinator, plan.pk, make.an_employer("Ailleurs").pk)
    with scope(TASK):
        partner = Partner.objects.get(organisation=firms[1])
    partner_leaves(make.an_officer(), partner.pk, reason="a fermé")
    with pytest.raises(Unknown):
        paper.print_asked(coordinator, plan.pk, firms[1].pk)


def test_an_employer_keeps_its_page_from_its_link(plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    address = links.issue(plan, "plan.approve", address="les@exemple.invalid", organisation_id=firms[0].pk)
    answer = Client().post(urlsplit(address).path, {"print": "1"})
    assert answer["Content-Type"] == "application/pdf"
    kept = Document.objects.get(kind="asked-and-taught")
    assert bytes(answer.content) == bytes(kept.content)
    assert "Les Tilleuls" in words(kept)


def test_the_buttons_print_then_show(plan, coordinator, firms):
    client = signed_in(coordinator)
    for address, sent in (
        (f"/plans/{plan.pk}/imprimer/", {}),
        (f"/plans/{plan.pk}/grille/imprimer/", {}),
        (f"/plans/{plan.pk}/demandes/imprimer/", {"employer": firms[0].pk}),
    ):
        assert client.get(address).status_code == 405
        shown = client.post(address, sent, follow=True)
        assert shown["Content-Type"] == "application/pdf"
    page = client.get(f"/operations/{plan.operation_id}/ingenierie/").content.decode()
    assert "Imprimer ce que Les Tilleuls a demandé" in page
    assert "GRILLE-" in page
    own = signed_in(make.actor(Who.SIGNATORY, firms[1])).get(f"/operations/{plan.operation_id}/ingenierie/")
    assert "Imprimer ce que vous avez demandé" in own.content.decode()
    assert "Imprimer ce que Les Tilleuls a demandé" not in own.content.decode()


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_the_matrix_is_taken_away_as_a_table(plan, coordinator, kind):
    answer = signed_in(coordinator).get(f"/plans/{plan.pk}/grille/?export={kind}")
    assert answer.status_code == 200
    assert "grille-des-competences-" in answer["Content-Disposition"]
    if kind == "csv":
        head, first, second = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        assert head == ["Compétence", "Demandée par", "Gestes du quotidien (560\u00a0h)", "Réponse"]
        assert first == ["Aider au lever", "Les Tilleuls", "oui", "Gestes du quotidien"]
        assert second == ["Préparer un repas", "Aide & Cie", "", "pas enseignée : vu à l'embauche"]
