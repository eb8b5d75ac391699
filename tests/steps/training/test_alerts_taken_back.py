"""An alert of absences is looked at again as its mail leaves: what is no longer true is not told."""

from datetime import datetime, time, timedelta

from defi.kernel import clock
from defi.kernel.mail.reviewing import look_again
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.actions import Why
from defi.steps.training.models import AbsenceAlert
from training.conftest import lock_after
from training.periods import HALVES, LAST, in_the_evening, there
from training.test_absences import PDF, TODAY, TOMORROW, missed, missed_in_firm, told


def at(hour, minute=0, on=TODAY):
    return clock.at(datetime.combine(on, time(hour, minute), tzinfo=clock.PARIS))


def still_to_say():
    return look_again(list(told().filter(dropped_at=None).order_by("id")), clock.now())


def test_an_absence_announced_for_this_afternoon_is_noted_and_counts_once_the_half_day_has_begun(running):
    morning, later = running.sheet(), running.sheet(half="afternoon")
    one = running.ids[0]
    with at(9, 10):
        for sheet in (morning, later):
            actions.record_attendance(running.trainer, sheet.pk, {one: "absent"})
        assert not AbsenceAlert.objects.exists()
        assert not told().exists()
    with at(13, 40):
        actions.record_attendance(running.trainer, later.pk, dict.fromkeys(running.ids[1:], "present"))
        actions.sign_as_trainer(running.trainer, later.pk)
        assert not told().exists()
    lock_after(running.trainer, later.pk)
    assert AbsenceAlert.objects.get().half_days == 2
    assert told().exists()


def test_who_comes_after_all_was_never_said_away(running):
    _morning, later = missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    with at(14, 10):
        assert len(still_to_say()) == told().count() > 0
        actions.record_attendance(running.trainer, later.pk, {running.ids[0]: "expected"})
        assert not AbsenceAlert.objects.exists()
        assert still_to_say() == []
    assert set(told().values_list("dropped_why", flat=True)) == {"done"}
    # Away the next morning for good, that is told.
    missed(running, (TOMORROW, "morning"))
    assert AbsenceAlert.objects.get().half_days == 2
    with at(10, on=TOMORROW):
        assert len(still_to_say()) == told().filter(dropped_at=None).count() > 0


def test_an_alert_that_somebody_read_stays_told_and_what_had_not_left_does_not_leave(running):
    _morning, later = missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    first = told().order_by("id").first()
    first.sent_at = clock.now()
    first.save()
    with at(14, 10):
        actions.record_attendance(running.trainer, later.pk, {running.ids[0]: "expected"})
        assert AbsenceAlert.objects.exists()
        assert look_again(list(told().filter(sent_at=None)), clock.now()) == []


def test_an_alert_whose_morning_is_past_stays_told_when_a_paper_comes_later(running):
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    why = Why("certificate", ("arret.pdf", PDF))
    with at(11, on=TOMORROW):
        actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, why)
    assert AbsenceAlert.objects.exists()


def test_absences_of_days_after_the_last_one_are_not_told(running):
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    with at(17, 5):
        assert AbsenceAlert.objects.exists()
        leave_training(running.coordinator, running.ids[0], code="found_job", on=TODAY - timedelta(days=1))
        assert not AbsenceAlert.objects.exists()
        assert [mail for mail in still_to_say() if "absences" in mail.purpose] == []


def test_absences_within_an_interruption_noted_afterwards_are_not_told(running):
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    with at(17, 5):
        actions.suspend_path(running.coordinator, running.ids[0], on=TODAY, why="outside")
        assert not AbsenceAlert.objects.exists()
        assert [mail for mail in still_to_say() if "absences" in mail.purpose] == []


def test_a_run_that_a_paper_justifies_before_its_mail_leaves_is_not_told(running):
    missed(running, (TODAY, "morning"), (TODAY, "afternoon"))
    with at(17):
        assert AbsenceAlert.objects.exists()
        why = Why("certificate", ("arret.pdf", PDF))
        actions.note_absences(running.trainer, running.ids[0], TODAY, TODAY, why)
        assert not AbsenceAlert.objects.exists()
        assert still_to_say() == []


def test_what_the_tutor_signed_by_mistake_is_not_told_once_corrected(running):
    placement = missed_in_firm(running, HALVES[0])
    with clock.at(in_the_evening(LAST)):
        actions.sign_presence(running.tutor, placement.pk, there(HALVES[1], state="absent"))
        assert AbsenceAlert.objects.filter(kind="running").exists()
        actions.correct_presence(running.coordinator, placement.pk, HALVES[1], "present", reason="Erreur du tuteur.")
        assert not AbsenceAlert.objects.filter(kind="running").exists()
        assert still_to_say() == []


# In a firm
