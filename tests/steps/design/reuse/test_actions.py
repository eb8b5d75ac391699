"""A plan filled from a past one, or from the library: what comes, what does not, and who may."""

from datetime import date

import pytest

import factories as make
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Operation
from defi.reference.models import Competence
from defi.steps.design import actions, turns
from defi.steps.design.actions import Description, ModuleFacts
from defi.steps.design.models import Module, PlanCompetence
from defi.steps.design.parties import standing
from defi.steps.design.reuse import queries
from defi.steps.design.reuse.actions import Pick, take_from, take_modules
from design.reuse.stage import a_certification, a_past_plan, an_operation_of, approved

pytestmark = pytest.mark.django_db


def taking(stage, *titles, **more):
    return take_from(stage.lead, stage.plan.pk, stage.past.pk, [Pick(stage.module(t).pk) for t in titles], **more)


def test_modules_come_as_they_were_approved_without_what_is_of_the_other_operation(stage):
    taking(stage, "Gestes", "Hygiène", "Droit", certification=True)
    came = stage.module("Gestes", stage.plan)
    assert (came.kind, came.hours, came.taken_from) == ("kept", (60, 0, 20, 0), stage.module("Gestes"))
    assert came.block == "RNCP90001BC01 Bloc 1"
    assert came.trainer == ""
    assert stage.module("Hygiène", stage.plan).place == ""
    added_there = stage.module("Droit", stage.plan)
    assert (added_there.kind, added_there.reason, added_there.hours_remote) == ("kept", "", 7)
    assert stage.titles() == ["Gestes", "Hygiène", "Droit"]


def test_what_is_taught_is_linked_where_it_is_asked_and_nothing_else_is_added(stage):
    taking(stage, "Gestes", "Hygiène")
    assert stage.taught() == {"Aider au LEVER": ["Gestes", "Hygiène"]}


def test_the_same_competence_of_the_rome_is_linked_under_other_words(stage):
    rome = Competence.objects.create(ogr="1", kind="COMPETENCE", label="Tracer")
    PlanCompetence._base_manager.filter(label="Tracer un débit").update(competence=rome)
    actions.add_competence(stage.lead, stage.plan.pk, "Faire les tracés", competence=rome)
    taking(stage, "Hygiène")
    assert stage.taught()["Faire les tracés"] == ["Hygiène"]


def test_a_competence_that_nobody_asked_for_comes_only_when_it_is_said(stage):
    with scope(TASK):
        tracing = PlanCompetence.objects.get(plan=stage.past, label="Tracer un débit")
    with pytest.raises(Invalid) as refusal:
        taking(stage, "Gestes", competences=[tracing.pk])
    assert list(refusal.value.fields) == ["competences"]
    assert stage.titles() == []
    taking(stage, "Hygiène", competences=[tracing.pk])
    assert stage.taught()["Tracer un débit"] == ["Hygiène"]
    with scope(TASK):
        assert not PlanCompetence.objects.get(plan=stage.plan, label="Tracer un débit").asked_by.exists()


def test_the_certification_comes_with_its_blocks_when_none_is_chosen(stage):
    taking(stage, "Gestes", certification=True)
    stage.plan.refresh_from_db()
    assert stage.plan.certification == stage.certification
    assert [block.code for block in stage.plan.blocks.all()] == ["RNCP90001BC01"]


def test_a_certification_already_chosen_stays_and_foreign_blocks_are_left(stage):
    actions.aim_at(stage.lead, stage.plan.pk, a_certification("RNCP90002"))
    with pytest.raises(Invalid, match="RNCP90002"):
        taking(stage, "Gestes", certification=True)
    taking(stage, "Gestes")
    assert stage.module("Gestes", stage.plan).block == ""


def test_a_certification_that_is_over_is_not_taken_and_it_is_said_why(stage):
    stage.certification.ends_on = date(2024, 1, 1)
    stage.certification.save()
    with scope(stage.lead):
        aim = queries.preview(stage.lead, stage.plan, stage.past.pk).aim
    assert not aim.offered
    assert "RNCP90001" in aim.fault
    with pytest.raises(Invalid, match="RNCP90001"):
        taking(stage, "Gestes", certification=True)


def test_a_reason_not_to_teach_goes_when_what_teaches_it_comes(stage):
    with scope(TASK):
        lifting = PlanCompetence.objects.get(plan=stage.plan)
    actions.explain_gap(stage.lead, lifting.pk, reason="Appris sur place")
    with scope(stage.lead):
        assert [one.reason for one in queries.preview(stage.lead, stage.plan, stage.past.pk).unsaid] == [
            "Appris sur place"
        ]
    taking(stage, "Gestes")
    lifting.refresh_from_db()
    assert lifting.gap_reason == ""


def test_a_title_already_here_is_refused_beside_it_and_comes_under_another(stage):
    actions.add_module(stage.lead, stage.plan.pk, ModuleFacts("gestes", hours_centre=5))
    there = stage.module("Gestes")
    with pytest.raises(Invalid) as refusal:
        taking(stage, "Gestes", "Hygiène")
    assert list(refusal.value.fields) == [f"title_{there.pk}"]
    assert stage.titles() == ["gestes"]
    take_from(stage.lead, stage.plan.pk, stage.past.pk, [Pick(there.pk, "Gestes de 2025")])
    assert stage.titles() == ["gestes", "Gestes de 2025"]


def test_a_social_security_number_is_no_title(stage):
    with pytest.raises(Invalid, match="sécurité sociale"):
        take_from(
            stage.lead, stage.plan.pk, stage.past.pk, [Pick(stage.module("Gestes").pk, "Dossier 1 84 12 76 451 089 46")]
        )


def test_the_same_form_sent_twice_is_refused_and_brings_nothing_twice(stage):
    version = stage.plan.version
    taking(stage, "Gestes", version=version)
    with pytest.raises(Stale):
        taking(stage, "Gestes", version=version)
    with pytest.raises(Invalid, match="déjà dans le plan"):
        taking(stage, "Gestes")
    assert stage.titles() == ["Gestes"]


def test_nothing_ticked_is_refused_and_so_is_a_module_of_another_plan(stage):
    with pytest.raises(Invalid, match="Cochez"):
        taking(stage)
    own = actions.add_module(stage.lead, stage.plan.pk, ModuleFacts("Ici", hours_centre=5))
    with pytest.raises(Invalid, match="ne peut plus"):
        take_from(stage.lead, stage.plan.pk, stage.past.pk, [Pick(own.pk)])


def test_only_approved_plans_of_the_same_provider_and_another_operation_are_taken_up(stage):
    with pytest.raises(Unknown):
        take_from(stage.lead, stage.plan.pk, stage.plan.pk, [Pick(1)])
    foreign = a_past_plan(make.an_operation(make.a_provider("Autre")), a_certification("RNCP90003"))
    with pytest.raises(Unknown):
        take_from(stage.lead, stage.plan.pk, foreign.pk, [Pick(stage.module("Gestes", foreign).pk)])
    with pytest.raises(Invalid, match="ne peut plus"):
        take_modules(stage.lead, stage.plan.pk, [Pick(stage.module("Gestes", foreign).pk)])
    with scope(stage.lead):
        assert [line.plan for line in queries.past_plans(stage.lead, stage.plan)] == [stage.past]
        assert queries.library(stage.lead, stage.plan).whole == 3
    type(stage.past)._base_manager.filter(pk=stage.past.pk).update(state="draft", approved_on=None)
    with pytest.raises(Unknown):
        taking(stage, "Gestes")


def test_a_provider_that_was_replaced_no_longer_takes_up_its_plan(stage):
    Operation._base_manager.filter(pk=stage.past.operation_id).update(provider=make.a_provider("Autre"))
    with pytest.raises(Unknown):
        taking(stage, "Gestes")


@pytest.mark.parametrize("role", [Who.TRAINER, Who.OFFICER, Who.SIGNATORY, Who.ADVISER])
def test_no_other_role_fills_a_plan(stage, role):
    home = {Who.OFFICER: make.a_region(), Who.SIGNATORY: stage.firm, Who.ADVISER: make.a_prescriber()}
    somebody = make.actor(role, home.get(role, stage.operation.provider))
    pick = [Pick(stage.module("Gestes").pk)]
    with pytest.raises(NotAllowed):
        take_from(somebody, stage.plan.pk, stage.past.pk, pick)
    with pytest.raises(NotAllowed):
        take_modules(somebody, stage.plan.pk, pick)


def test_another_provider_does_not_even_know_of_the_plan(stage):
    stranger = make.actor(Who.COORDINATOR, make.a_provider("Autre"))
    with pytest.raises(Unknown):
        take_from(stranger, stage.plan.pk, stage.past.pk, [Pick(stage.module("Gestes").pk)])


def test_only_a_plan_in_preparation_is_filled(stage):
    approved(stage.plan)
    with pytest.raises(WrongState, match="reprenez-le"):
        taking(stage, "Gestes")
    with pytest.raises(WrongState, match="reprenez-le"):
        take_modules(stage.lead, stage.plan.pk, [Pick(stage.module("Gestes").pk)])


def test_no_plan_counts_more_than_two_hundred_modules(stage):
    Module._base_manager.bulk_create(
        Module(operation=stage.operation, plan=stage.plan, title=f"M{n}", hours_centre=1) for n in range(199)
    )
    with pytest.raises(WrongState, match="200"):
        taking(stage, "Gestes", "Hygiène")


def test_modules_of_several_plans_come_in_one_go_from_the_library(stage):
    other = a_past_plan(
        an_operation_of(stage.operation.provider, "Ailleurs"), a_certification("RNCP90004"), date(2025, 9, 1)
    )
    with scope(stage.lead):
        shelf = queries.library(stage.lead, stage.plan)
    assert [(line.title, line.gathered.times, line.last) for line in shelf.lines] == [
        ("Droit", 2, date(2025, 9, 1)),
        ("Gestes", 2, date(2025, 9, 1)),
        ("Hygiène", 2, date(2025, 9, 1)),
    ]
    assert [line.title for line in shelf.narrowed("hygiene", "").lines] == ["Hygiène"]
    assert [line.title for line in shelf.narrowed("tracer debit", "").lines] == ["Hygiène"]
    assert [line.title for line in shelf.narrowed("", "RNCP90001BC01 Bloc 1").lines] == ["Gestes"]
    actions.aim_at(stage.lead, stage.plan.pk, stage.certification)
    take_modules(stage.lead, stage.plan.pk, [Pick(stage.module("Gestes").pk), Pick(stage.module("Hygiène", other).pk)])
    assert stage.titles() == ["Gestes", "Hygiène"]
    assert stage.taught() == {"Aider au LEVER": ["Gestes", "Hygiène"]}
    assert stage.module("Gestes", stage.plan).block == "RNCP90001BC01 Bloc 1"


def test_a_module_taken_whose_hours_change_is_adapted_and_says_why(stage):
    (came,) = taking(stage, "Gestes")
    with pytest.raises(Invalid) as refusal:
        actions.change_module(stage.lead, came.pk, ModuleFacts("Gestes", "kept", 70, 20))
    assert list(refusal.value.fields) == ["kind"]
    with pytest.raises(Invalid) as refusal:
        actions.change_module(stage.lead, came.pk, ModuleFacts("Gestes", "adapted", 70, 20))
    assert list(refusal.value.fields) == ["reason"]
    actions.change_module(stage.lead, came.pk, ModuleFacts("Gestes", "adapted", 70, 20, reason="Pour Les Tilleuls"))
    came.refresh_from_db()
    assert (came.kind, came.taken_from_id) == ("adapted", stage.module("Gestes").pk)
    actions.change_module(stage.lead, came.pk, ModuleFacts("Gestes", "kept", 60, 20, place="Salle 1"))


def test_a_module_outlives_the_one_it_repeats(stage):
    (came,) = taking(stage, "Gestes")
    type(stage.past)._base_manager.filter(pk=stage.past.pk).update(state="draft", approved_on=None)
    actions.remove_module(stage.lead, stage.module("Gestes").pk)
    came.refresh_from_db()
    assert came.taken_from is None


def test_a_module_taken_makes_the_plan_longer_and_every_approval_falls(stage):
    other = make.an_employer("Service Plus")
    add_partner(make.an_officer(), stage.operation.pk, other)
    actions.describe_plan(stage.lead, stage.plan.pk, Description(specific="Nuits", public_need="à venir"))
    module = actions.add_module(stage.lead, stage.plan.pk, ModuleFacts("Base", hours_centre=60))
    with scope(TASK):
        lifting = PlanCompetence.objects.get(plan=stage.plan)
    actions.cover_competence(stage.lead, lifting.pk, [module.pk])
    turns.submit_plan(stage.lead, stage.plan.pk)
    for firm in (stage.firm, other):
        turns.approve_plan(make.actor(Who.SIGNATORY, firm), stage.plan.pk)
    turns.reopen_plan(stage.lead, stage.plan.pk, reason="Compléter")
    taking(stage, "Hygiène")
    assert set(standing(stage.plan)) == set()


def test_the_journal_says_where_each_module_came_from_in_one_action(stage):
    taking(stage, "Gestes", "Hygiène", certification=True)
    entries = list(JournalEntry.objects.filter(verb="plan.take_from"))
    assert len({entry.action_id for entry in entries}) == 1
    came = [entry.after["taken_from"] for entry in entries if entry.object_type.endswith("odule")]
    assert sorted(came) == sorted(stage.module(title).pk for title in ("Gestes", "Hygiène"))
