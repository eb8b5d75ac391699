"""The plan: competences answered, submitted whole, approved by all, reopened for all."""

import pytest

import factories as make
from defi.kernel import links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner
from defi.steps.design import actions, contributing, queries, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.models import Module, PlanCompetence
from defi.steps.needs import grouping
from defi.steps.offer.actions import decide_route

pytestmark = pytest.mark.django_db


@pytest.fixture
def operation():
    return make.an_operation()


@pytest.fixture
def coordinator(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def employer(operation):
    organisation = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
    add_partner(make.an_officer(), operation.pk, organisation)
    return organisation


@pytest.fixture
def plan(operation, coordinator, employer):
    make.a_session(operation)
    plan = actions.start_plan(coordinator, operation.pk)
    competence = actions.add_competence(coordinator, plan.pk, "Aider au lever", asked_by=[employer])
    module = actions.add_module(coordinator, plan.pk, ModuleFacts("Gestes du quotidien", "kept", 420, 140))
    actions.cover_competence(coordinator, competence.pk, [module.pk])
    return actions.describe_plan(
        coordinator, plan.pk, Description(specific="Nuits, pour Les Tilleuls", public_need="profils à venir")
    )


def approve_all(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(make.actor(Who.SIGNATORY, employer), plan.pk)
    turns.approve_plan(make.an_officer(), plan.pk)
    plan.refresh_from_db()


def test_it_is_approved_when_provider_employers_and_region_have_approved(plan, coordinator, employer):
    approve_all(plan, coordinator, employer)
    assert plan.state == "approved"
    assert Document.objects.filter(kind="plan", file_id=plan.operation_id).count() == 1


def test_submitting_asks_employers_and_officer_by_mail(plan, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    assert Mail.objects.filter(address="contact@tilleuls.exemple.invalid").exists()


def test_it_is_not_submitted_while_a_competence_has_no_answer(plan, coordinator):
    actions.add_competence(coordinator, plan.pk, "Conduire")
    with pytest.raises(Invalid, match="« Conduire » n'a ni module ni raison"):
        turns.submit_plan(coordinator, plan.pk)


def test_a_reason_answers_a_competence(plan, coordinator):
    gap = actions.add_competence(coordinator, plan.pk, "Conduire")
    actions.explain_gap(coordinator, gap.pk, reason="Permis demandé à l'entrée")
    assert turns.submit_plan(coordinator, plan.pk).state == "submitted"


def test_the_provider_never_approves_for_the_region(plan, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    with pytest.raises(NotAllowed, match="à sa place"):
        turns.approve_plan(coordinator, plan.pk, organisation=make.a_region())


def test_an_employer_of_another_operation_does_not_know_the_plan(plan, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    with pytest.raises(Unknown):
        turns.approve_plan(make.actor(Who.SIGNATORY, make.an_employer("Ailleurs")), plan.pk)


def test_nobody_approves_twice(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    signatory = make.actor(Who.SIGNATORY, employer)
    turns.approve_plan(signatory, plan.pk)
    with pytest.raises(WrongState, match="déjà approuvée"):
        turns.approve_plan(signatory, plan.pk)


def test_an_approval_of_an_outdated_page_is_refused(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    with pytest.raises(Stale):
        turns.approve_plan(make.actor(Who.SIGNATORY, employer), plan.pk, version=1)


def test_a_submitted_plan_does_not_change(plan, coordinator):
    turns.submit_plan(coordinator, plan.pk)
    with pytest.raises(WrongState, match="reprenez-le"):
        actions.add_module(coordinator, plan.pk, ModuleFacts("Autre", hours_centre=7))


def test_an_adapted_module_says_why(plan, coordinator):
    with pytest.raises(Invalid) as refusal:
        actions.add_module(coordinator, plan.pk, ModuleFacts("Hygiène", "adapted", 21))
    assert "reason" in refusal.value.fields


def test_a_module_has_hours_and_a_name_of_its_own(plan, coordinator):
    with pytest.raises(Invalid) as refusal:
        actions.add_module(coordinator, plan.pk, ModuleFacts("Gestes du quotidien"))
    assert set(refusal.value.fields) == {"title", "hours_centre"}


def test_a_module_is_changed_and_removed(plan, coordinator):
    with scope(TASK):
        module = Module.objects.get(plan=plan)
    actions.change_module(coordinator, module.pk, ModuleFacts("Gestes", "kept", 400, 140))
    actions.remove_module(coordinator, module.pk)
    with scope(TASK):
        assert not PlanCompetence.objects.get(plan=plan).modules.exists()


def test_another_provider_does_not_touch_it(plan):
    stranger = make.actor(Who.COORDINATOR, make.a_provider("Autre"))
    with pytest.raises(Unknown):
        turns.submit_plan(stranger, plan.pk)


def test_there_is_one_plan_an_operation(plan, coordinator):
    with pytest.raises(WrongState, match="déjà commencé"):
        actions.start_plan(coordinator, plan.operation_id)


def test_a_competence_is_asked_once(plan, coordinator):
    with pytest.raises(Invalid, match="déjà dans le plan"):
        actions.add_competence(coordinator, plan.pk, "aider  au lever")
    extra = actions.add_competence(coordinator, plan.pk, "Conduire")
    actions.remove_competence(coordinator, extra.pk)


def test_a_competence_an_employer_asks_for_stays_in_the_plan(plan, coordinator):
    with scope(TASK):
        asked = PlanCompetence.objects.get(plan=plan)
    with pytest.raises(WrongState, match="demandée par Les Tilleuls"):
        actions.remove_competence(coordinator, asked.pk)


def test_only_an_employer_of_the_operation_asks_for_a_competence(plan, coordinator):
    with pytest.raises(Invalid, match="n'est pas un employeur de cette opération"):
        actions.add_competence(coordinator, plan.pk, "Conduire", asked_by=[make.an_employer("Ailleurs")])


def test_a_social_security_number_is_refused_in_the_plan(plan, coordinator):
    with pytest.raises(Invalid) as refusal:
        actions.describe_plan(coordinator, plan.pk, Description(specific="Mme X 2 85 05 78 006 084 36"))
    assert list(refusal.value.fields) == ["specific"]


def test_two_people_do_not_answer_the_same_competence_on_the_same_page(plan, coordinator):
    gap = actions.add_competence(coordinator, plan.pk, "Conduire")
    actions.explain_gap(coordinator, gap.pk, reason="Permis demandé à l'entrée", version=gap.version)
    with pytest.raises(Stale):
        actions.cover_competence(coordinator, gap.pk, [], version=gap.version)


def test_an_employer_without_account_approves_by_its_link(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    body = Mail.objects.get(address="contact@tilleuls.exemple.invalid").body
    bearer = links.bearer(links.find(body.split("/lien/")[1].split("/")[0]))
    approval = turns.approve_plan(bearer, plan.pk, edition=1)
    assert (approval.organisation, approval.recorded_for) == (employer, False)


def test_a_link_approves_its_own_plan_only(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    address = links.issue(plan, "plan.approve", address="a@b.exemple.invalid", organisation_id=employer.pk)
    bearer = links.bearer(links.find(address.rstrip("/").rpartition("/")[2]))
    other = make.an_operation(make.a_provider("Autre"))
    add_partner(make.an_officer(), other.pk, employer)
    elsewhere = actions.start_plan(make.a_coordinator(other), other.pk)
    with pytest.raises(Unknown):
        turns.approve_plan(bearer, elsewhere.pk)


def test_an_edition_that_was_not_read_is_not_approved(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Une heure de plus")
    contributing.tailor(coordinator, plan.pk, "Lever à deux", employer=employer)
    turns.submit_plan(coordinator, plan.pk)
    with pytest.raises(Stale, match="nouvelle édition"):
        turns.approve_plan(make.actor(Who.SIGNATORY, employer), plan.pk, edition=1)


def test_reopening_tells_those_who_had_approved(plan, coordinator, employer):
    approve_all(plan, coordinator, employer)
    turns.reopen_plan(coordinator, plan.pk, reason="21 h d'hygiène")
    mail = Mail.objects.get(purpose="design/mail/plan_reopened", address="contact@tilleuls.exemple.invalid")
    assert "21 h d'hygiène" in mail.body
    assert "reste valable" in mail.body


def test_a_partner_that_leaves_is_no_longer_awaited(plan, coordinator, employer):
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(make.an_officer(), plan.pk)
    with scope(TASK):
        partner = Partner.objects.get(organisation=employer)
    partner_leaves(make.an_officer(), partner.pk, reason="Plus de poste")
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_the_plan_starts_from_what_employers_ask_each_competence_once():
    officer = make.an_officer()
    first = make.a_need(make.an_employer("Les Tilleuls"), competences=("Préparer un repas", "Conduire"))
    second = make.a_need(make.an_employer("Aide & Cie"), competences=("préparer  un repas",))
    collective = grouping.create_collective(officer, [first.pk, second.pk])
    operation = grouping.open_operation(officer, collective.pk)
    decide_route(officer, operation.pk, route="covered", lot_id=make.a_lot().pk, reason="Lot en cours.")
    lead = make.actor(Who.COORDINATOR, make.a_provider())
    plan = actions.start_plan(lead, operation.pk)
    with scope(TASK):
        asked = {c.label: c.asked_by.count() for c in PlanCompetence.objects.filter(plan=plan)}
    assert asked == {"Préparer un repas": 2, "Conduire": 1}
    late = make.a_need(make.an_employer("Service Plus"), competences=("Conduire", "Organiser sa tournée"))
    grouping.group_needs(officer, collective.pk, [late.pk])
    with scope(TASK):
        assert queries.sheet(TASK, operation).asked_since == 2
    actions.gather_competences(lead, plan.pk)
    with pytest.raises(WrongState, match="déjà dans le plan"):
        actions.gather_competences(lead, plan.pk)
    with scope(TASK):
        assert PlanCompetence.objects.filter(plan=plan).count() == 3
