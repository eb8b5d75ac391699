"""A half-day in the firm that was corrected is never shown as signed by the tutor; a signature covers what it read."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client

from browsing import browser, page
from defi.kernel import clock
from defi.people.models import Person
from defi.steps.training import actions
from defi.steps.training.company import Day, as_shown, halves_begun_since
from defi.steps.training.models import CompanyPresence, Placement, TutorEvaluation
from defi.steps.training.placement_printing import immersion_data
from defi.steps.training.queries.hours import ledger_page
from defi.steps.training.report_printing import report_data
from training.periods import FIRST, HALVES, LAST, agreed, in_the_evening, there
from training.test_company_pages import link_of

WHY = "Elle était bien là, le tuteur le confirme."


@pytest.fixture
def corrected(running):
    """The afternoon of the first day, signed absent by Rose, corrected to present by the coordinator."""
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, {HALVES[0]: "present", HALVES[1]: "absent"})
        actions.correct_presence(running.coordinator, placement.pk, HALVES[1], "present", reason=WHY)
    return placement


def test_each_reader_is_told_what_was_signed_and_who_corrected_it_but_why_only_inside(running, corrected):
    with clock.at(in_the_evening(FIRST)):
        phone = Client().get(link_of("placement_agreed")).content.decode()
        told = {
            actor: page(browser(actor), "training:placement", corrected.pk)
            for actor in (running.coordinator, running.officer, running.tutor, running.as_trainee(0))
        }
    author = str(Person.objects.get(pk=running.coordinator.person_id))
    for shown in (phone, *told.values()):
        assert "Rose Tuteur a signé « absent »" in shown.replace("\u00a0", " ")
        assert f"corrigé le 5 janv. par {author}" in shown.replace("\u00a0", " ")
    for actor, shown in told.items():
        assert (WHY[:20] in shown) == (actor in (running.coordinator, running.officer))
    assert WHY[:20] not in phone


def test_what_was_signed_first_stays_after_two_corrections(running, corrected):
    with clock.at(in_the_evening(LAST)):
        actions.correct_presence(running.coordinator, corrected.pk, HALVES[1], "absent", reason="Non, finalement.")
        shown = page(browser(running.coordinator), "training:placement", corrected.pk).replace("\u00a0", " ")
    assert "Rose Tuteur a signé « absent »" in shown
    assert "corrigé le 6 janv. par" in shown


def test_the_immersion_sheet_never_says_that_the_tutor_signed_a_corrected_half_day(running, corrected):
    day = immersion_data(Placement.objects.get(pk=corrected.pk)).presences[0]
    assert (day.morning, day.afternoon) == ("présent", "présent (corrigé)")
    assert day.signed_by == "matin : Rose Tuteur, signé en ligne, voir la correction"
    (told,) = immersion_data(Placement.objects.get(pk=corrected.pk)).corrected
    assert (told.signed_by, told.signed, told.now, told.on) == ("Rose Tuteur", "absent", "présent", FIRST)
    assert told.by == str(Person.objects.get(pk=running.coordinator.person_id))
    assert WHY not in str(immersion_data(Placement.objects.get(pk=corrected.pk)))


def test_a_page_opened_in_the_morning_does_not_sign_the_afternoon(running):
    agreed(running)
    address, phone = link_of("placement_agreed"), Client()
    with clock.at(datetime.combine(FIRST, time(9, 40), tzinfo=clock.PARIS)):
        assert 'name="day_20260105_morning"' in phone.get(address).content.decode()
    with clock.at(datetime.combine(FIRST, time(17, 12), tzinfo=clock.PARIS)):
        answered = phone.post(address, {"day_20260105_morning": "full"}, follow=True).content.decode()
        assert list(CompanyPresence.objects.values_list("on", "half", "state")) == [(FIRST, "morning", "present")]
        assert "Votre page ne demandait pas encore la présence le 5 janvier 2026 après-midi" in answered
        assert 'name="day_20260105_afternoon"' in answered
        assert phone.post(address, {"day_20260105_afternoon": "absent"}).status_code == 303
    assert dict(CompanyPresence.objects.values_list("half", "state")) == {"morning": "present", "afternoon": "absent"}


def test_an_answer_covers_the_half_days_of_its_field_and_no_other():
    whole = Day(FIRST, ("morning", "afternoon"))
    for half, other in (("morning", "afternoon"), ("afternoon", "morning")):
        (shown,) = as_shown([whole], {f"day_20260105_{half}"})
        assert shown.states("full") == {(FIRST, half): "present"}
        assert halves_begun_since([whole], shown.states("full")) == [(FIRST, other)]
    assert as_shown([whole], {"day_20260105"}) == [whole]
    assert not halves_begun_since([whole], there(*HALVES[:2]))


def test_a_tutor_writes_nothing_of_health_and_keeps_what_was_typed(running):
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there())
        said = {"aims": "reached", "strengths": ["team"], "note": "Il a mal au dos."}
        answered = Client().post(f"{link_of('placement_agreed')}avis/", said)
    assert answered.status_code == 422
    assert "Rien sur la santé" in answered.content.decode()
    assert "Il a mal au dos." in answered.content.decode()
    assert not TutorEvaluation.objects.exists()


def test_a_report_says_hours_and_minutes_as_the_ledger_does(running):
    agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, Placement.objects.get().pk, there(*HALVES[:3]))
        client = browser(running.coordinator)
        before = page(client, "training:report", running.operation.pk)
        report = actions.send_report(running.coordinator, running.operation.pk)
        after = page(client, "training:read_report", report.pk)
    for shown in (before, after):
        assert "10 h 30 en entreprise" in shown.replace("\u00a0", " ")
    assert report_data(running.operation, report).hours_company == timedelta(hours=10, minutes=30)


def test_a_corrected_half_day_in_company_counts_as_corrected_on_the_hours_page(running, corrected):
    shown = ledger_page(running.coordinator, running.operation)
    assert [row.corrected for row in shown.rows if row.candidacy.pk == corrected.candidacy_id] == [1]
    assert shown.whole.corrected == 1
