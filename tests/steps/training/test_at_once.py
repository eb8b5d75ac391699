"""Several hands on the same sheet and the same session at the same moment: all wait, none is lost, none is doubled."""

from collections.abc import Callable
from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection

from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.kernel.refusals import WrongState
from defi.people.queries import trainee
from defi.steps.training import actions
from defi.steps.training.models import Attendance, CompanyPresence, PlacementSignature, SessionStart
from training.conftest import FIRST, build, code_of
from training.periods import HALVES, in_the_evening, planned, there

TODAY = date(2025, 11, 4)


def at_once(day: date | datetime, *deeds: Callable[[], object]) -> list[Exception]:
    """Do these in as many threads, starting together; what each was refused."""
    together, faults = Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        try:
            with clock.at(day):
                together.wait()
                deed()
        except Exception as fault:  # noqa: BLE001  (whatever it is, the test looks at it)
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@pytest.mark.django_db(transaction=True)
def test_a_group_signs_while_the_trainer_notes_and_a_start_clicked_twice_is_one():
    stage = build()

    def start() -> object:
        return actions.start_session(stage.coordinator, stage.session.pk, on=FIRST, entered=stage.ids)

    (fault,) = at_once(FIRST, start, start)
    assert isinstance(fault, WrongState)
    with clock.at(TODAY), scope(TASK):
        assert SessionStart.objects.count() == 1
        sheet = stage.sheet()
    first, second, third = stage.people

    def sign(person: object) -> Callable[[], object]:
        return lambda: actions.sign_sheet(trainee(person.person), sheet.pk, room_code=code_of(sheet))

    faults = at_once(
        TODAY,
        sign(first),
        sign(second),
        lambda: actions.record_attendance(stage.trainer, sheet.pk, {third.pk: "absent"}),
        lambda: actions.sign_as_trainer(stage.trainer, sheet.pk),
    )
    assert faults == []
    with scope(TASK):
        states = Attendance.objects.filter(sheet=sheet).order_by("candidacy").values_list("state", flat=True)
        assert list(states) == ["present", "present", "absent"]


@pytest.mark.django_db(transaction=True)
def test_a_period_signed_and_changed_and_its_days_signed_by_two_hands_at_once_are_kept_once():
    stage = build()
    with clock.at(FIRST):
        actions.start_session(stage.coordinator, stage.session.pk, on=FIRST, entered=stage.ids)
    with clock.at(TODAY), scope(TASK):
        period = planned(stage)
        for actor in (stage.as_trainee(0), stage.coordinator):
            actions.sign_placement(actor, period.pk)
    (fault,) = at_once(TODAY, *[lambda: actions.sign_placement(stage.tutor, period.pk)] * 2)
    assert isinstance(fault, WrongState)
    with clock.at(in_the_evening(period.starts_on)), scope(TASK):
        half = there(HALVES[0])
        faults = at_once(clock.now(), *[lambda: actions.sign_presence(stage.tutor, period.pk, half)] * 3)
        assert [type(fault) for fault in faults] == [WrongState, WrongState]
        assert CompanyPresence.objects.filter(placement=period).count() == 1
        assert PlacementSignature.objects.filter(placement=period, voided_on=None).count() == 3
