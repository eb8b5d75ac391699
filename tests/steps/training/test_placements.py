"""Periods in company: planned, prepared, agreed by three, begun, accompanied, finished, debriefed."""

from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

import factories
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Link, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.people.employers.deciding import merge_employers, unmerge
from defi.play.words.ink import as_pdf
from defi.steps.sourcing.actions import leave_training
from defi.steps.training.actions import (
    PlacementFacts,
    begin_placement,
    cancel_placement,
    debrief_placement,
    finish_placement,
    plan_placement,
    prepare_placement,
    record_signed_paper,
    sign_placement,
    visit_placement,
)
from defi.steps.training.models import Placement, PlacementSignature
from training.conftest import entries, no_name_in_the_journal

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 16)
PAPER = ("papier.pdf", as_pdf([Image.new("L", (300, 400), 255)]))


@pytest.fixture
def facts(running):
    return PlacementFacts(
        employer_id=running.employer.pk,
        starts_on=FIRST,
        ends_on=LAST,
        hours=70,
        aims="Accompagner les repas",
        tutor_id=running.tutor.person_id,
    )


@pytest.fixture
def planned(running, facts):
    return plan_placement(running.coordinator, running.ids[0], facts)


def sign_all(stage, placement):
    sign_placement(stage.as_trainee(0), placement.pk)
    sign_placement(stage.tutor, placement.pk)
    sign_placement(stage.coordinator, placement.pk)


@pytest.fixture
def begun(running, planned):
    sign_all(running, planned)
    with clock.at(FIRST):
        return begin_placement(running.trainer, planned.pk, on=FIRST)


# Planning


def test_a_period_is_planned_and_the_firm_receives_the_agreement_to_sign(running, planned):
    assert (planned.state, planned.tutor_name) == ("planned", "Rose Tuteur")
    mail = Mail.objects.get(purpose="training/mail/placement_planned")
    assert mail.address == "rose@tilleuls.example"
    assert "/lien/" in mail.body
    link = Link.objects.get(verb="placement.sign", organisation_id=running.employer.pk)
    assert link.object_id == planned.pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"employer_id": 0}, "employer"),
        ({"tutor_id": None}, "tutor_name"),
        ({"tutor_id": 0}, "tutor"),
        ({"aims": " "}, "aims"),
        ({"aims": "né le 1 85 12 28 085 123 45"}, "aims"),
        ({"starts_on": date(2025, 11, 2)}, "starts_on"),
        ({"ends_on": date(2026, 4, 11)}, "ends_on"),
        ({"ends_on": date(2026, 1, 4)}, "ends_on"),
        ({"hours": 0}, "hours"),
        ({"weekdays": ""}, "weekdays"),
        ({"weekdays": "8"}, "weekdays"),
        ({"ends_on": FIRST, "weekdays": "6", "hours": 7}, "weekdays"),
        ({"hours": 121}, "hours"),
    ],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(running, facts, change, field):
    with pytest.raises(Invalid) as refusal:
        plan_placement(running.coordinator, running.ids[0], replace(facts, **change))
    assert field in refusal.value.fields
    assert not Placement.objects.exists()


def test_a_firm_outside_the_operation_is_refused(running, facts):
    other = factories.an_employer("Maison Bel-Air")
    with pytest.raises(Invalid, match="ne prend pas part"):
        plan_placement(running.coordinator, running.ids[0], replace(facts, employer_id=other.pk))


def test_one_person_is_not_in_two_firms_at_once(running, facts, planned):
    with pytest.raises(Invalid, match="déjà en entreprise"):
        plan_placement(running.coordinator, running.ids[0], replace(facts, starts_on=LAST, ends_on=LAST, hours=7))
    assert plan_placement(running.coordinator, running.ids[1], facts)


def test_planning_belongs_to_those_who_run_the_operation(running, facts):
    for actor in (running.trainer, running.tutor, running.officer, running.as_trainee(0)):
        with pytest.raises(NotAllowed):
            plan_placement(actor, running.ids[0], facts)
    with pytest.raises(Unknown):
        plan_placement(running.stranger, running.ids[0], facts)


def test_somebody_who_left_goes_nowhere(running, facts):
    leave_training(running.coordinator, running.ids[0], code="personal_choice")
    with pytest.raises(WrongState, match="parti"):
        plan_placement(running.coordinator, running.ids[0], facts)


def test_somebody_in_company_all_day_is_not_awaited_in_the_centre(running, facts):
    sheet = running.sheet(on=date(2026, 1, 7))
    assert sheet.lines.count() == 3
    placement = plan_placement(running.coordinator, running.ids[0], facts)
    assert sheet.lines.count() == 2
    cancel_placement(running.coordinator, placement.pk, reason="Le tuteur est absent.")
    assert sheet.lines.count() == 3


def test_alternance_leaves_people_on_the_sheets(running, facts):
    sheet = running.sheet(on=date(2026, 1, 7))
    plan_placement(running.coordinator, running.ids[0], replace(facts, hours=20))
    assert sheet.lines.count() == 3


# Preparing and signing


def test_a_preparation_is_noted_before_the_first_day(running, planned):
    assert prepare_placement(running.trainer, planned.pk, on=date(2025, 11, 4)).prepared_on == date(2025, 11, 4)
    with pytest.raises(Invalid, match="à venir"):
        prepare_placement(running.trainer, planned.pk, on=date(2025, 11, 5))
    with clock.at(date(2026, 1, 20)), pytest.raises(Invalid, match="avant son premier jour"):
        prepare_placement(running.trainer, planned.pk, on=date(2026, 1, 20))


def test_each_of_the_three_signs_for_themself(running, planned):
    sign_all(running, planned)
    signatures = PlacementSignature.objects.filter(placement=planned)
    assert {s.party for s in signatures} == {"trainee", "employer", "provider"}
    assert not any(s.in_ink for s in signatures)


def test_ink_is_recorded_by_the_provider_with_its_date(running, planned):
    (signed,) = record_signed_paper(running.coordinator, planned.pk, ["employer"], PAPER, on=date(2025, 11, 3))
    assert (signed.party, signed.in_ink, signed.signed_on) == ("employer", True, date(2025, 11, 3))
    assert signed.paper.kind == "placement_paper"
    assert signed.fingerprint == planned.agreement.sha256


def test_one_paper_may_bear_the_three_signatures(running, planned):
    record_signed_paper(running.coordinator, planned.pk, ["trainee", "employer", "provider"], PAPER)
    assert PlacementSignature.objects.filter(placement=planned, in_ink=True).count() == 3
    assert Mail.objects.filter(purpose="training/mail/placement_agreed").exists()


def test_ink_without_its_paper_or_without_anybody_is_refused(running, planned):
    with pytest.raises(Invalid):
        record_signed_paper(running.coordinator, planned.pk, ["employer"], ("papier.pdf", b"rien"))
    with pytest.raises(Invalid, match="Cochez qui"):
        record_signed_paper(running.coordinator, planned.pk, [], PAPER)
    for actor in (running.trainer, running.tutor, running.as_trainee(0), running.officer):
        with pytest.raises(NotAllowed):
            record_signed_paper(actor, planned.pk, ["trainee"], PAPER)
    with pytest.raises(Unknown):
        record_signed_paper(running.stranger, planned.pk, ["trainee"], PAPER)
    assert not PlacementSignature.objects.exists()


def test_nobody_signs_for_another_by_a_click(running, planned):
    with pytest.raises(NotAllowed):
        sign_placement(running.trainer, planned.pk)
    with pytest.raises(Unknown):
        sign_placement(running.as_trainee(1), planned.pk)
    other = factories.actor(Who.TUTOR, factories.an_employer("Maison Bel-Air"))
    with pytest.raises(Unknown):
        sign_placement(other, planned.pk)
    assert not PlacementSignature.objects.exists()


def test_nobody_signs_twice_nor_in_the_future_nor_once_begun(running, planned):
    sign_all(running, planned)
    with pytest.raises(WrongState, match="déjà là"):
        sign_placement(running.tutor, planned.pk)
    with clock.at(FIRST):
        begin_placement(running.coordinator, planned.pk, on=FIRST)
        with pytest.raises(WrongState, match="déjà commencée"):
            record_signed_paper(running.coordinator, planned.pk, ["employer"], PAPER)


def test_ink_of_tomorrow_is_refused(running, planned):
    with pytest.raises(Invalid, match="à venir"):
        record_signed_paper(running.coordinator, planned.pk, ["employer"], PAPER, on=date(2025, 11, 5))


# Beginning


def test_without_the_three_signatures_the_period_does_not_begin_and_says_who_is_missing(running, planned):
    sign_placement(running.as_trainee(0), planned.pk)
    with clock.at(FIRST), pytest.raises(WrongState) as refusal:
        begin_placement(running.trainer, planned.pk, on=FIRST)
    assert "l'entreprise et l'organisme de formation" in refusal.value.sentence
    assert Placement.objects.get(pk=planned.pk).begun_on is None


@pytest.mark.parametrize(("today", "on"), [(date(2026, 1, 4), date(2026, 1, 4)), (date(2026, 1, 4), FIRST)])
def test_a_period_does_not_begin_before_its_first_day(running, planned, today, on):
    sign_all(running, planned)
    with clock.at(today), pytest.raises(Invalid):
        begin_placement(running.trainer, planned.pk, on=on)


def test_a_period_begins_the_day_after_it_was_agreed_at_the_earliest(running, planned):
    with clock.at(FIRST):
        sign_all(running, planned)
        with pytest.raises(Invalid, match="signée que le 5 janvier 2026"):
            begin_placement(running.trainer, planned.pk, on=FIRST)
    with clock.at(date(2026, 1, 6)):
        assert begin_placement(running.trainer, planned.pk, on=date(2026, 1, 6)).state == "begun"


def test_a_period_begins_once(running, begun):
    with clock.at(FIRST), pytest.raises(WrongState):
        begin_placement(running.trainer, begun.pk, on=FIRST)


# During and after


def test_a_period_goes_to_its_debrief(running, begun):
    with clock.at(date(2026, 1, 20)):
        visited = visit_placement(running.trainer, begun.pk, on=date(2026, 1, 9), how="call")
        assert (visited.visited_on, visited.visited_how) == (date(2026, 1, 9), "call")
        done = finish_placement(running.tutor, begun.pk, on=LAST, hours_done=63)
        assert (done.state, done.hours_done) == ("done", 63)
        debriefed = debrief_placement(running.trainer, begun.pk, on=date(2026, 1, 19), in_group=True)
        assert (debriefed.state, debriefed.in_group) == ("debriefed", True)
    verbs = ("placement.visit", "placement.finish", "placement.debrief")
    assert all(len(entries(verb)) == 1 for verb in verbs)
    assert no_name_in_the_journal(running)


def test_hours_not_said_are_those_planned(running, begun):
    with clock.at(LAST):
        assert finish_placement(running.coordinator, begun.pk, on=LAST).hours_done == 70


@pytest.mark.parametrize(
    ("verb", "told"),
    [
        (visit_placement, {"on": date(2026, 1, 4), "how": "visit"}),
        (visit_placement, {"on": date(2026, 1, 21), "how": "visit"}),
        (visit_placement, {"on": FIRST, "how": "letter"}),
        (finish_placement, {"on": date(2026, 1, 4)}),
        (finish_placement, {"on": date(2026, 1, 21)}),
        (finish_placement, {"on": FIRST, "hours_done": 11}),
    ],
)
def test_facts_that_cannot_be_are_refused(running, begun, verb, told):
    with clock.at(date(2026, 1, 20)), pytest.raises(Invalid):
        verb(running.trainer, begun.pk, **told)


def test_a_debrief_comes_after_the_end(running, begun):
    with clock.at(date(2026, 1, 20)):
        with pytest.raises(WrongState):
            debrief_placement(running.trainer, begun.pk, on=LAST)
        finish_placement(running.trainer, begun.pk, on=LAST)
        with pytest.raises(Invalid, match="après la fin"):
            debrief_placement(running.trainer, begun.pk, on=date(2026, 1, 15))


def test_a_visit_waits_for_the_beginning(running, planned):
    with pytest.raises(WrongState, match="n'a pas commencé"):
        visit_placement(running.trainer, planned.pk, on=date(2025, 11, 4), how="visit")


def test_a_period_is_cancelled_with_a_reason_and_the_firm_is_told(running, planned):
    with pytest.raises(Invalid):
        cancel_placement(running.coordinator, planned.pk, reason="")
    assert cancel_placement(running.coordinator, planned.pk, reason="Le tuteur est absent.").state == "cancelled"
    assert Mail.objects.filter(purpose="training/mail/placement_cancelled", address="rose@tilleuls.example").exists()
    with pytest.raises(WrongState):
        sign_placement(running.tutor, planned.pk)


def test_a_begun_period_is_not_cancelled(running, begun):
    with pytest.raises(WrongState):
        cancel_placement(running.coordinator, begun.pk, reason="Trop tard.")


def test_periods_planned_for_somebody_who_leaves_are_cancelled(running, planned):
    leave_training(running.coordinator, running.ids[0], code="personal_choice")
    assert Placement.objects.get(pk=planned.pk).state == "cancelled"


def test_a_firm_sees_its_own_periods_only(running, planned):
    other = factories.actor(Who.RECRUITER, factories.an_employer("Maison Bel-Air"))
    adviser = factories.actor(Who.ADVISER, running.prescriber)
    sign_placement(running.tutor, planned.pk)
    for actor in (other, adviser, running.stranger, running.as_trainee(1)):
        assert not Placement.objects.visible_to(actor).exists()
        assert not PlacementSignature.objects.visible_to(actor).exists()
    for actor in (running.tutor, running.as_trainee(0), running.trainer, running.officer):
        assert Placement.objects.visible_to(actor).exists()
        assert PlacementSignature.objects.visible_to(actor).exists()


# A firm registered twice


@pytest.mark.parametrize("signed", [False, True])
def test_a_period_that_the_firm_signed_is_not_given_back_to_a_record_taken_apart(running, planned, signed):
    kept = factories.an_employer("Tilleuls SARL")
    merge = merge_employers(running.officer, kept.pk, running.employer.pk, reason="la même entreprise")
    if signed:
        record_signed_paper(running.coordinator, planned.pk, ["employer"], PAPER, on=planned.created_at.date())
        with pytest.raises(WrongState, match="signé une période"):
            unmerge(running.officer, merge.pk, reason="erreur")
    else:
        unmerge(running.officer, merge.pk, reason="erreur")
    planned.refresh_from_db()
    assert (planned.employer_id == kept.pk) is signed
