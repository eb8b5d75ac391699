"""The plan goes from hand to hand; approvals fall with what touches them, and only then."""

import re

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories as make
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.mail.reviewing import look_again
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Partner
from defi.people.models import Organisation
from defi.steps.design import actions, contributing, covering, editions, mandates, queries, remarks, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.changing import content_of, would_fall
from defi.steps.design.models import Approval, Edition, Module, PlanCompetence, PlanTurn
from defi.steps.design.parties import current_turn, required_parties, standing
from defi.steps.design.seeing import modules_of, seen_by

pytestmark = pytest.mark.django_db
LET = mandates.Let("la gérante", "phone", clock.today())


@pytest.fixture
def operation():
    return make.an_operation()


@pytest.fixture
def coordinator(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def officer():
    return make.an_officer()


@pytest.fixture
def firms(operation, officer):
    found = []
    for name in ("Les Tilleuls", "Aide & Cie"):
        firm = make.an_employer(name, email=f"{name[:4].strip().lower()}@exemple.invalid")
        add_partner(officer, operation.pk, firm)
        found.append(firm)
    return found


@pytest.fixture
def plan(operation, coordinator, firms):
    """Two competences, each asked by one firm and taught by its own module; complete."""
    make.a_session(operation)
    plan = actions.start_plan(coordinator, operation.pk)
    for label, firm, hours in (("Aider au lever", firms[0], 400), ("Préparer un repas", firms[1], 20)):
        competence = actions.add_competence(coordinator, plan.pk, label, asked_by=[firm])
        module = actions.add_module(coordinator, plan.pk, ModuleFacts(f"Module {label}", "kept", hours))
        actions.cover_competence(coordinator, competence.pk, [module.pk])
    actions.add_module(coordinator, plan.pk, ModuleFacts("Stage", "kept", 0, 140))
    return actions.describe_plan(coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir"))


def signatory(firm):
    return make.actor(Who.SIGNATORY, firm)


def holder(plan):
    turn = current_turn(plan)
    return turn.to.name if turn.to else "tous"


def given_by(plan):
    return sorted(a.organisation.name for a in standing(plan).values())


def modules(plan):
    with scope(TASK):
        return {module.title: module for module in Module.objects.filter(plan=plan)}


def facts(module, **changes):
    kept = {name: getattr(module, name) for name in ("title", "kind", "hours_centre", "hours_company")}
    return ModuleFacts(**kept | changes)


def test_the_plan_goes_from_one_to_the_next_and_back_with_one_correction(plan, coordinator, firms, officer):
    provider, region = plan.operation.provider.name, plan.operation.region.name
    assert holder(plan) == provider
    turns.ask_one(coordinator, plan.pk, firms[0], text="Relisez le lever")
    assert holder(plan) == "Les Tilleuls"
    turns.approve_plan(signatory(firms[0]), plan.pk, edition=1)
    assert holder(plan) == "Aide & Cie"
    turns.approve_plan(signatory(firms[1]), plan.pk, edition=1)
    assert holder(plan) == region
    turns.give_back(officer, plan.pk, reason="Le repas demande plus d'heures")
    assert holder(plan) == provider
    meals, lever = modules(plan)["Module Préparer un repas"], modules(plan)["Module Aider au lever"]
    actions.change_module(coordinator, meals.pk, facts(meals, hours_centre=27), asker=plan.operation.region)
    assert given_by(plan) == []  # the total is no longer what they read
    actions.change_module(coordinator, lever.pk, facts(lever, hours_centre=393))
    turns.submit_plan(coordinator, plan.pk)
    assert holder(plan) == "tous"
    for actor in (signatory(firms[1]), officer, signatory(firms[0])):
        turns.approve_plan(actor, plan.pk, edition=2)
    plan.refresh_from_db()
    assert plan.state == "approved"
    assert holder(plan) == provider
    told = editions.compare(plan, 1, 2)
    lines = {t.difference.sentence: t.asked_by for t in told.told}
    assert lines["Module Préparer un repas : 20\u00a0h en centre → 27\u00a0h en centre"] == (region,)
    assert lines["Module Aider au lever : 400\u00a0h en centre → 393\u00a0h en centre"] == ()


def test_the_word_for_one_party_is_not_relayed_to_the_next(plan, coordinator, firms):
    turns.ask_one(coordinator, plan.pk, firms[0], text="Votre tarif reste entre nous")
    assert "Votre tarif" in Mail.objects.get(purpose="design/mail/plan_passed").body
    turns.approve_plan(signatory(firms[0]), plan.pk)
    following = Mail.objects.filter(purpose="design/mail/plan_passed").latest("pk")
    assert following.address == "aide@exemple.invalid"
    assert "Votre tarif" not in following.body
    assert "ajoute" not in following.body
    assert current_turn(plan).text == ""


def test_who_reads_that_the_plan_is_taken_back_reads_whose_words_say_why(plan, coordinator, firms, officer):
    make.actor(Who.SIGNATORY, firms[1], make.a_person("Ida", email="ida@exemple.invalid"))
    turns.submit_plan(coordinator, plan.pk)
    turns.give_back(signatory(firms[0]), plan.pk, reason="Il manque la nuit")
    told = {mail.address: mail.body for mail in Mail.objects.filter(purpose="design/mail/plan_reopened")}
    assert "les@exemple.invalid" not in told
    body = told["ida@exemple.invalid"]
    provider = plan.operation.provider
    assert f"Les Tilleuls a rendu le plan de la formation « {plan.operation.title} » à {provider}" in body
    assert "Ce que Les Tilleuls demande de changer :\nIl manque la nuit" in body
    assert f"/operations/{plan.operation_id}/ingenierie/" in body
    turns.submit_plan(coordinator, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Une erreur de saisie")
    sent = Mail.objects.filter(purpose="design/mail/plan_reopened")
    body = sent.filter(address="les@exemple.invalid").latest("pk").body
    assert f"{provider} reprend le plan" in body
    assert "Son motif :\nUne erreur de saisie" in body
    assert "/ingenierie/" not in body


def test_an_approval_of_a_plan_given_back_meanwhile_is_refused_in_clear_words(plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    turns.give_back(signatory(firms[0]), plan.pk, reason="Il manque la nuit")
    with pytest.raises(WrongState, match=r"revenu à l'organisme .* n'a pas été enregistré") as refused:
        turns.approve_plan(signatory(firms[1]), plan.pk, edition=1)
    assert "en préparation" not in refused.value.sentence
    turns.pass_on(coordinator, plan.pk, firms[1])
    with pytest.raises(WrongState, match="circule pour avis : votre accord n'a pas été enregistré"):
        turns.approve_plan(signatory(firms[1]), plan.pk, edition=1)


def test_who_asked_for_a_correction_reads_what_came_of_it(plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    assert "Ce qui a changé" not in Mail.objects.filter(purpose="design/mail/plan_passed").latest("pk").body
    turns.give_back(signatory(firms[0]), plan.pk, reason="Une heure de lever en plus")
    lever, meals = modules(plan)["Module Aider au lever"], modules(plan)["Module Préparer un repas"]
    actions.change_module(coordinator, lever.pk, facts(lever, hours_centre=401), asker=firms[0])
    actions.change_module(coordinator, meals.pk, facts(meals, hours_centre=19))
    turns.submit_plan(coordinator, plan.pk)
    told = Mail.objects.filter(purpose="design/mail/plan_passed", address="les@exemple.invalid").latest("pk").body
    said = told.replace("\u00a0", " ")
    assert "Ce qui a changé depuis votre dernière réponse (édition 1) :" in said
    assert "- Module Aider au lever : 400 h en centre → 401 h en centre, demandé par vous\n" in said
    assert "- Module Préparer un repas : 20 h en centre → 19 h en centre\n" in said
    other = Mail.objects.filter(purpose="design/mail/plan_passed", address="aide@exemple.invalid").latest("pk").body
    assert "Ce qui a changé" not in other
    page = Client().get(re.search(r"/lien/\S+", told)[0]).content.decode().replace("&#x27;", "'")
    assert "Ce qui a changé depuis votre dernière réponse (édition 1)" in page
    assert ">vous<" in page


def test_an_approval_stands_when_the_plan_comes_back_unchanged_for_its_party(plan, coordinator, firms, officer):
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(signatory(firms[0]), plan.pk)
    turns.give_back(officer, plan.pk, reason="Dites la visite")
    contributing.add_contribution(coordinator, plan.pk, firms[1], "visit")
    assert given_by(plan) == ["Les Tilleuls"]
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(officer, plan.pk)
    turns.approve_plan(signatory(firms[1]), plan.pk)
    plan.refresh_from_db()
    assert plan.state == "approved"


def test_a_plan_taken_back_and_left_as_it_was_is_still_approved_by_all(plan, coordinator, firms, officer):
    turns.submit_plan(coordinator, plan.pk)
    for actor in (signatory(firms[0]), signatory(firms[1]), officer):
        turns.approve_plan(actor, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Relecture")
    turns.submit_plan(coordinator, plan.pk)
    plan.refresh_from_db()
    assert (plan.state, plan.edition) == ("approved", 1)


def test_whose_approval_would_fall_is_said_before_and_nothing_is_written(plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    turns.approve_plan(signatory(firms[0]), plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Corriger")
    lever = modules(plan)["Module Aider au lever"]
    wanted = facts(lever, hours_centre=350)
    with scope(TASK):
        fallen = would_fall(plan, lambda: actions.change_module(coordinator, lever.pk, wanted))
    assert [firm.name for firm in fallen] == ["Les Tilleuls"]
    assert modules(plan)["Module Aider au lever"].hours_centre == 400
    assert "Les Tilleuls" in given_by(plan)


def test_an_approval_does_not_survive_hours_that_its_party_never_read(plan, coordinator, firms, officer):
    turns.submit_plan(coordinator, plan.pk)
    for actor in (signatory(firms[0]), signatory(firms[1]), officer):
        turns.approve_plan(actor, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Compléter")
    more = ModuleFacts("Ce que personne n'a demandé", hours_centre=269)
    with scope(TASK):
        fallen = would_fall(plan, lambda: actions.add_module(coordinator, plan.pk, more))
    assert {"Les Tilleuls", "Aide & Cie"} <= {firm.name for firm in fallen}
    actions.add_module(coordinator, plan.pk, more)
    assert given_by(plan) == []
    with scope(TASK):
        told = editions.compare(plan, 1, None, firms[0].pk).told
    assert "Total en centre : 420\u00a0h → 689\u00a0h" in [line.difference.sentence for line in told]


def test_an_unfinished_plan_is_passed_for_advice_and_given_back(plan, coordinator, firms):
    actions.add_competence(coordinator, plan.pk, "Conduire", asked_by=[firms[0]])
    with pytest.raises(Invalid, match="Conduire"):
        turns.ask_one(coordinator, plan.pk, firms[0])
    turns.pass_on(coordinator, plan.pk, firms[0], text="Faut-il le permis ?")
    plan.refresh_from_db()
    assert (plan.state, holder(plan)) == ("draft", "Les Tilleuls")
    mail = Mail.objects.get(purpose="design/mail/plan_passed")
    assert "Faut-il le permis ?" in mail.body
    with pytest.raises(WrongState):
        turns.approve_plan(signatory(firms[0]), plan.pk)
    turns.give_back(signatory(firms[0]), plan.pk, reason="Non, le vélo suffit")
    assert holder(plan) == plan.operation.provider.name


def test_nobody_changes_a_plan_that_somebody_else_holds(plan, coordinator, firms):
    actions.add_competence(coordinator, plan.pk, "Conduire")
    turns.pass_on(coordinator, plan.pk, firms[0])
    with pytest.raises(WrongState, match="chez Les Tilleuls"):
        actions.add_module(coordinator, plan.pk, ModuleFacts("Autre", hours_centre=7))
    turns.reopen_plan(coordinator, plan.pk, reason="Pas de réponse")
    actions.add_module(coordinator, plan.pk, ModuleFacts("Autre", hours_centre=7))


def test_a_party_answers_in_its_turn_only(plan, coordinator, firms, officer):
    turns.ask_one(coordinator, plan.pk, firms[0])
    with pytest.raises(WrongState, match="votre tour"):
        turns.approve_plan(officer, plan.pk)
    with pytest.raises(WrongState, match="n'est pas chez vous"):
        turns.give_back(officer, plan.pk, reason="Trop tôt")
    with pytest.raises(WrongState, match="n'est pas chez vous"):
        turns.pass_on(officer, plan.pk, firms[1])


def test_the_provider_moves_the_plan_from_a_silent_hand(plan, coordinator, firms):
    turns.ask_one(coordinator, plan.pk, firms[0])
    turns.pass_on(coordinator, plan.pk, firms[1])
    assert holder(plan) == "Aide & Cie"
    mandates.let_answer(coordinator, plan.pk, firms[0], LET, reason="atelier sans ordinateur")
    turns.approve_plan(coordinator, plan.pk, organisation=firms[0])
    assert holder(plan) == "Aide & Cie"
    with scope(TASK):
        assert Approval.objects.get(organisation=firms[0], cancelled_on=None).recorded_for


def test_a_party_that_leaves_no_longer_holds_the_plan(plan, coordinator, firms, officer):
    turns.ask_one(coordinator, plan.pk, firms[0])
    with scope(TASK):
        partner = Partner.objects.get(operation=plan.operation, organisation=firms[0])
    partner_leaves(officer, partner.pk, reason="Plus de poste")
    assert holder(plan) == "Aide & Cie"


def test_a_party_that_leaves_while_it_advises_gives_the_plan_back(plan, coordinator, firms, officer):
    actions.add_competence(coordinator, plan.pk, "Conduire")
    turns.pass_on(coordinator, plan.pk, firms[0])
    with scope(TASK):
        partner = Partner.objects.get(operation=plan.operation, organisation=firms[0])
    partner_leaves(officer, partner.pk, reason="Plus de poste")
    assert holder(plan) == plan.operation.provider.name


def test_the_plan_is_passed_to_its_parties_only(plan, coordinator, firms):
    stranger = make.an_employer("Ailleurs")
    with pytest.raises(Invalid, match="ne prend pas part"):
        turns.pass_on(coordinator, plan.pk, stranger)
    with pytest.raises(Invalid, match="ce qui doit changer"):
        turns.pass_on(coordinator, plan.pk, plan.operation.provider)
    with pytest.raises(NotAllowed):
        turns.pass_on(make.actor(Who.ADVISER, make.a_prescriber()), plan.pk, firms[0])
    with pytest.raises(Unknown):
        turns.pass_on(make.actor(Who.SIGNATORY, stranger), plan.pk, firms[0])


def test_two_people_pass_the_plan_at_once_and_the_second_is_told(plan, coordinator, firms):
    turns.ask_one(coordinator, plan.pk, firms[0], version=plan.version)
    with pytest.raises(Stale):
        turns.submit_plan(coordinator, plan.pk, version=plan.version)
    with scope(TASK):
        assert PlanTurn.objects.filter(plan=plan, ended_at=None).count() == 1


def test_an_employer_gives_back_by_its_link(plan, coordinator, firms):
    Organisation.objects.filter(pk=plan.operation.provider_id).update(email="centre@exemple.invalid")
    turns.submit_plan(coordinator, plan.pk)
    body = Mail.objects.get(address="les@exemple.invalid").body
    bearer = links.bearer(links.find(body.split("/lien/")[1].split("/")[0]))
    remarks.make_remark(bearer, plan.pk, "Il manque la nuit")
    turns.give_back(bearer, plan.pk, reason="Ajoutez la nuit")
    plan.refresh_from_db()
    assert (plan.state, holder(plan)) == ("draft", plan.operation.provider.name)
    given = Mail.objects.get(purpose="design/mail/plan_given_back")
    assert "Ajoutez la nuit" in given.body


def test_a_remark_is_answered_then_closed(plan, coordinator, firms, officer):
    lever = modules(plan)["Module Aider au lever"]
    remark = remarks.make_remark(signatory(firms[0]), plan.pk, "Et la nuit ?", module_id=lever.pk)
    assert remark.about == "Module Aider au lever"
    with pytest.raises(WrongState, match="Répondez d'abord"):
        remarks.close_remark(coordinator, remark.pk)
    with pytest.raises(NotAllowed):
        remarks.close_remark(officer, remark.pk)
    remarks.answer_remark(coordinator, remark.pk, "Ajoutée en semaine 6")
    assert "Ajoutée en semaine 6" in Mail.objects.get(purpose="design/mail/remark_answered").body
    assert remarks.close_remark(coordinator, remark.pk).state == "closed"
    with pytest.raises(WrongState):
        remarks.answer_remark(officer, remark.pk, "Trop tard")


def test_a_remark_says_something_short_and_no_social_security_number(plan, firms):
    for text in ("", "x" * 2001, "M. X 1 85 05 78 006 084 91"):
        with pytest.raises(Invalid):
            remarks.make_remark(signatory(firms[0]), plan.pk, text)


def test_a_remark_outlives_its_module(plan, coordinator, firms):
    lever = modules(plan)["Module Aider au lever"]
    remark = remarks.make_remark(signatory(firms[0]), plan.pk, "Trop long", module_id=lever.pk)
    actions.remove_module(coordinator, lever.pk)
    with scope(TASK):
        remark.refresh_from_db()
    assert (remark.module_id, remark.about) == (None, "Module Aider au lever")


def test_strangers_say_nothing(plan, operation):
    adviser = make.actor(Who.SIGNATORY, make.an_employer("Ailleurs"))
    with pytest.raises(Unknown):
        remarks.make_remark(adviser, plan.pk, "Bonjour")


def test_the_grid_is_filled_in_one_go_and_only_what_changed_is_written(plan, coordinator):
    with scope(TASK):
        rows = {c.label: c for c in PlanCompetence.objects.filter(plan=plan)}
    stage, lever = modules(plan)["Stage"], modules(plan)["Module Aider au lever"]
    asked = {rows["Aider au lever"].pk: frozenset({lever.pk, stage.pk})}
    assert covering.cover_all(coordinator, plan.pk, asked) == 1
    assert covering.cover_all(coordinator, plan.pk, asked) == 0


def test_a_grid_drawn_before_somebody_changed_a_row_is_refused_with_its_name(plan, coordinator):
    with scope(TASK):
        row = PlanCompetence.objects.get(plan=plan, label="Aider au lever")
    stage, lever = modules(plan)["Stage"], modules(plan)["Module Aider au lever"]
    seen = {row.pk: frozenset({lever.pk})}
    actions.cover_competence(coordinator, row.pk, [stage.pk])
    with pytest.raises(Stale, match="Aider au lever"):
        covering.cover_all(coordinator, plan.pk, {row.pk: frozenset({lever.pk, stage.pk})}, seen=seen)
    with pytest.raises(Invalid, match="n'y est plus"):
        covering.cover_all(coordinator, plan.pk, {row.pk: frozenset({0})})


def test_an_edition_is_kept_each_time_a_changed_plan_is_passed_on(plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Encore")
    turns.submit_plan(coordinator, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="Encore")
    contributing.link_linguistic(coordinator, plan.pk, contributing.LinguisticFacts("Langues du Loir", 80))
    turns.submit_plan(coordinator, plan.pk)
    with scope(TASK):
        assert list(Edition.objects.filter(plan=plan).values_list("number", flat=True)) == [1, 2]


def test_more_than_two_hundred_modules_are_refused(plan, coordinator, operation):
    with scope(TASK):
        Module.objects.bulk_create(
            [Module(operation=operation, plan=plan, title=f"M{n}", hours_centre=1) for n in range(197)]
        )
    with pytest.raises(WrongState, match="200 modules au plus"):
        actions.add_module(coordinator, plan.pk, ModuleFacts("De trop", hours_centre=1))


STEPS = st.lists(st.tuples(st.sampled_from(["hours", "place", "tailor", "bring", "cost", "cover"]), st.integers(0, 2)))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_approvals_fall_exactly_with_what_their_party_sees(plan, coordinator, firms, officer, steps):
    """Whatever is done, an approval stands if and only if its party sees what it approved, undone detours included."""
    with scope(TASK):
        Approval.objects.filter(plan=plan).delete()
        plan.refresh_from_db()
        parties = required_parties(plan.operation)
        for pk, _quality in parties:
            Approval.objects.create(
                operation=plan.operation, plan=plan, organisation_id=pk, edition=1, approved_on=plan.created_at.date()
            )
    fallen = set()
    for what, which in steps:
        with scope(TASK):
            before = content_of(plan)
        change(plan, coordinator, firms, what, which)
        with scope(TASK):
            plan.refresh_from_db()
            after = content_of(plan)
        fallen |= {pk for pk, quality in parties if seen_by(before, quality, pk) != seen_by(after, quality, pk)}
        assert set(standing(plan)) == {pk for pk, _quality in parties} - fallen
        with scope(TASK):
            shown = queries.sheet(TASK, plan.operation)
        for firm in firms:
            # What the pages of an employer call its modules is what it approves.
            assert {m.pk for m in shown.modules_of(firm.pk)} == {m.pk for m in modules_of(after, firm.pk)}


def change(plan, coordinator, firms, what, which):
    module = list(modules(plan).values())[which]
    if what == "hours":
        actions.change_module(coordinator, module.pk, facts(module, hours_centre=module.hours_centre + 1))
    elif what == "place":
        actions.change_module(coordinator, module.pk, facts(module, place=f"Salle {which}"))
    elif what == "tailor":
        contributing.tailor(coordinator, plan.pk, "Autrement", employer=([*firms, None])[which])
    elif what == "bring":
        known = len(plan.contributions.all()) if which < 0 else which
        detail = f"{known}-{plan.pk}-{which}-{modules(plan)['Stage'].version}"
        try:
            contributing.add_contribution(coordinator, plan.pk, firms[which % 2], "visit", detail=detail)
        except WrongState:
            return
    elif what == "cost":
        actions.describe_plan(
            coordinator, plan.pk, Description(specific="Nuits", public_need="profils à venir", cost_per_place=which)
        )
    else:
        with scope(TASK):
            competence = PlanCompetence.objects.filter(plan=plan).order_by("pk")[which % 2]
        actions.cover_competence(coordinator, competence.pk, [module.pk])


@pytest.fixture
def reached(operation):
    with scope(TASK):
        Organisation.objects.filter(pk=operation.provider_id).update(email="organisme@exemple.invalid")


def told(purpose):
    return look_again(list(Mail.objects.filter(purpose=f"design/mail/{purpose}").order_by("pk")), clock.now())


def test_who_has_answered_since_is_not_asked_again_as_the_mails_leave(reached, plan, coordinator, firms, officer):
    turns.submit_plan(coordinator, plan.pk)
    turns.reopen_plan(coordinator, plan.pk, reason="une heure à revoir")
    assert told("plan_passed") == []
    assert told("plan_reopened")
    turns.submit_plan(coordinator, plan.pk)
    assert told("plan_reopened") == []
    asked = [mail.address for mail in told("plan_passed")]
    assert len(asked) == len(set(asked)) == 2  # the last time only, for each
    turns.approve_plan(signatory(firms[0]), plan.pk)
    assert {mail.address for mail in told("plan_passed")} == set(asked) - {firms[0].email}
    turns.approve_plan(signatory(firms[1]), plan.pk)
    turns.approve_plan(officer, plan.pk)
    assert told("plan_passed") == []
    assert told("plan_approved")
    turns.reopen_plan(coordinator, plan.pk, reason="encore une")
    assert told("plan_approved") == []


def test_a_plan_given_back_is_told_until_it_is_submitted_again(reached, plan, coordinator, firms):
    turns.submit_plan(coordinator, plan.pk)
    turns.give_back(signatory(firms[0]), plan.pk, reason="les nuits manquent")
    assert told("plan_given_back")
    turns.submit_plan(coordinator, plan.pk)
    assert told("plan_given_back") == []
