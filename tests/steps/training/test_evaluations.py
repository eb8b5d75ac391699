"""The tutor's opinion in closed words, read by the person; the debrief; the sheet that tells a period."""

from datetime import timedelta

import pytest

import factories
from defi.kernel import clock
from defi.kernel.access import Who, scope
from defi.kernel.models import Document, JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.steps.training import actions
from defi.steps.training.actions import EvaluationFacts
from defi.steps.training.evaluation import WORDS, check_evaluation, words_of
from defi.steps.training.models import PlacementDebrief, TutorEvaluation
from training.conftest import no_name_in_the_journal
from training.periods import FIRST, HALVES, LAST, agreed, bearer, in_the_evening, there

GOOD = EvaluationFacts("reached", ["gestures", "team"], ["pace"], "À l'aise avec les équipes du matin.")


@pytest.fixture
def over(running):
    """A period that its tutor signed to the end, that evening."""
    placement = agreed(running)
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there())
        yield placement


def test_words_are_of_the_job_and_said_in_the_order_of_the_list():
    assert words_of(["team", "gestures", "unknown"]) == ["les gestes du métier", "le travail en équipe"]
    check_evaluation("partly", [], [])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (("", [], []), "aims"),
        (("8/10", [], []), "aims"),
        (("reached", ["clever"], []), "strengths"),
        (("reached", list(WORDS)[:5], []), "strengths"),
        (("reached", ["pace"], ["pace"]), "to_work_on"),
    ],
)
def test_what_cannot_be_said_is_refused_beside_its_field(said, field):
    with pytest.raises(Invalid) as refusal:
        check_evaluation(*said)
    assert field in refusal.value.fields


def test_a_tutor_gives_an_opinion_from_the_link_that_the_person_reads(running, over):
    row = actions.evaluate_placement(bearer("placement.evaluate", over), over.pk, GOOD)
    assert (row.aims, row.given_by, row.read_on) == ("reached", "Rose Tuteur", None)
    trainee = running.as_trainee(0)
    with scope(trainee):
        assert actions.read_evaluation(trainee, over.pk).read_on == LAST
        assert actions.read_evaluation(trainee, over.pk).read_on == LAST
    told = "".join(str(entry.after) for entry in JournalEntry.objects.filter(object_type="training.tutorevaluation"))
    assert "équipes du matin" not in told
    assert "reached" not in told
    assert no_name_in_the_journal(running)


def test_the_link_of_presence_opens_the_opinion_too_but_that_of_the_agreement_does_not(running, over):
    with pytest.raises(NotAllowed):
        actions.evaluate_placement(bearer("placement.sign", over), over.pk, GOOD)
    assert actions.evaluate_placement(bearer("placement.attend", over), over.pk, GOOD)


def test_told_by_telephone_the_provider_writes_it_down_and_it_is_said(running, over):
    row = actions.evaluate_placement(running.trainer, over.pk, GOOD)
    assert row.given_by.startswith("Rose Tuteur, noté par Farid")


def test_an_opinion_is_given_once_at_the_end_and_without_health_nor_number(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
        with pytest.raises(WrongState, match="à la fin de la période, le 6 janvier 2026"):
            actions.evaluate_placement(running.tutor, placement.pk, GOOD)
    with clock.at(in_the_evening(LAST)):
        for note in ("Souvent en arrêt maladie.", "1 85 12 28 085 123 45"):
            with pytest.raises(Invalid):
                actions.evaluate_placement(running.tutor, placement.pk, EvaluationFacts("reached", note=note))
        actions.evaluate_placement(running.tutor, placement.pk, GOOD)
        with pytest.raises(WrongState, match="déjà donné"):
            actions.evaluate_placement(running.tutor, placement.pk, GOOD)
    assert TutorEvaluation.objects.count() == 1


def test_an_opinion_is_refused_to_all_but_the_tutor_and_the_provider(running, over):
    recruiter = factories.actor(Who.RECRUITER, running.employer, factories.a_person("Rémi"))
    for actor in (running.officer, running.as_trainee(0), recruiter):
        with pytest.raises(NotAllowed):
            actions.evaluate_placement(actor, over.pk, GOOD)
    for actor in (running.stranger, running.as_trainee(1)):
        with pytest.raises((Unknown, NotAllowed)):
            actions.evaluate_placement(actor, over.pk, GOOD)


def test_neither_the_region_nor_the_rest_of_the_firm_reads_it(running, over):
    actions.evaluate_placement(running.tutor, over.pk, GOOD)
    actions.debrief_placement(running.trainer, over.pk, on=LAST, learnt="Les repas.", follows="Une autre période.")
    boss = factories.actor(Who.SIGNATORY, running.employer, factories.a_person("Odile"))
    for actor in (running.officer, boss, running.as_trainee(1), running.stranger):
        assert not TutorEvaluation.objects.visible_to(actor).exists()
        assert not PlacementDebrief.objects.visible_to(actor).exists()
    assert not PlacementDebrief.objects.visible_to(running.tutor).exists()
    for actor in (running.trainer, running.as_trainee(0)):
        assert TutorEvaluation.objects.visible_to(actor).exists()
        assert PlacementDebrief.objects.visible_to(actor).exists()
    with pytest.raises(NotAllowed):
        actions.read_evaluation(running.tutor, over.pk)


def test_a_debrief_says_no_health_and_needs_no_words(running, over):
    with pytest.raises(Invalid):
        actions.debrief_placement(running.trainer, over.pk, on=LAST, learnt="Elle est en arrêt maladie.")
    assert actions.debrief_placement(running.trainer, over.pk, on=LAST, in_group=True).state == "debriefed"
    assert not PlacementDebrief.objects.exists()


def test_the_immersion_sheet_is_printed_by_the_provider_at_any_time(running, over):
    with clock.at(in_the_evening(LAST + timedelta(days=1))):
        actions.evaluate_placement(running.trainer, over.pk, GOOD)
        document = actions.print_immersion(running.trainer, over.pk)
    kept = Document.objects.get(pk=document.pk)
    assert (kept.kind, kept.object_id) == ("immersion-sheet", over.pk)
    for actor in (running.tutor, running.officer, running.as_trainee(0)):
        with pytest.raises(NotAllowed):
            actions.print_immersion(actor, over.pk)
