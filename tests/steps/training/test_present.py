"""Nobody leaves, or is away, on a day on which a sheet or a tutor says them present."""

from datetime import date

import pytest

from browsing import browser, post
from defi.kernel import clock
from defi.kernel.refusals import Invalid
from defi.steps.sourcing.actions import complete_training, leave_training
from defi.steps.training import actions
from defi.steps.training.models import Suspension
from training.periods import FIRST, HALVES, agreed, in_the_evening, there

EVE, SIGNED = date(2025, 11, 3), date(2025, 11, 4)


@pytest.fixture
def there_today(running):
    """The first trainee is present on the sheet of the morning, by their own sheet."""
    sheet = running.sheet()
    actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: "present"})
    return running


def refused(act):
    with pytest.raises(Invalid) as refusal:
        act()
    return refusal.value.fields["on"].replace("\xa0", " ")


def test_a_leaving_dated_before_a_presence_is_refused_beside_the_date(there_today):
    coordinator, one = there_today.coordinator, there_today.ids[0]
    said = refused(lambda: leave_training(coordinator, one, code="personal_choice", on=EVE))
    assert "4 novembre 2025 au matin" in said
    assert "corrigez d'abord la feuille" in said
    said = refused(lambda: complete_training(coordinator, one, on=EVE, reason="Parcours plus court."))
    assert "4 novembre 2025 au matin" in said
    assert leave_training(coordinator, one, code="personal_choice", on=SIGNED).left_on == SIGNED


def test_a_suspension_from_a_day_on_which_they_were_present_is_refused(there_today):
    typed = {"on": "2025-11-04", "why": "job"}
    shown = post(browser(there_today.coordinator), "training:suspend", there_today.ids[0], answered=422, **typed)
    assert "premier jour d&#x27;absence" in shown.replace("'", "&#x27;").replace("’", "&#x27;")
    assert not Suspension.objects.exists()
    with clock.at(date(2025, 11, 5)):
        actions.suspend_path(there_today.coordinator, there_today.ids[0], on=date(2025, 11, 5), why="job")


def test_a_presence_corrected_to_absent_no_longer_stands_in_the_way(there_today):
    sheet = there_today.sheet(half="afternoon")
    one, two, three = there_today.ids
    coordinator = there_today.coordinator
    with clock.at(in_the_evening(SIGNED)):
        actions.record_attendance(there_today.trainer, sheet.pk, {one: "absent", two: "present", three: "absent"})
        actions.sign_as_trainer(there_today.trainer, sheet.pk)
        actions.close_sheet(there_today.trainer, sheet.pk)
        assert "après-midi" in refused(lambda: leave_training(coordinator, two, code="personal_choice", on=EVE))
        actions.correct_attendance(coordinator, sheet.pk, two, state="absent", reason="Notée par erreur.")
        assert leave_training(coordinator, two, code="personal_choice", on=EVE).left_on == EVE


def test_what_the_tutor_signed_stands_in_the_way_of_a_suspension_too(running):
    placement = agreed(running)
    with clock.at(in_the_evening(FIRST)):
        actions.sign_presence(running.tutor, placement.pk, there(*HALVES[:2]))
        said = refused(lambda: actions.suspend_path(running.coordinator, running.ids[0], on=FIRST, why="job"))
    assert "Le tuteur a signé sa présence" in said
