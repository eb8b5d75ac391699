"""The day of the tests of a change during the training, and what stands that day."""

from collections.abc import Iterator

import pytest

import endings
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.operations.models import Session
from defi.steps.design.calendar_models import CalendarGroup, CalendarHalfDay, PlanCalendar
from design.changes.stage import DAY, Stage, a_stage


@pytest.fixture(autouse=True)
def _january() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """Built once for all the tests of a file, with its calendar laid."""
    with endings.built_once(django_db_blocker, a_stage) as stage:
        yield stage


@pytest.fixture
def laid(built, db) -> Stage:
    """The session runs; the calendar is laid."""
    return built


@pytest.fixture
def stage(laid) -> Stage:
    """The session runs; the rhythm is said in words only."""
    with scope(TASK):
        for model in (CalendarHalfDay, CalendarGroup, PlanCalendar):
            model.objects.all().delete()
    return laid


@pytest.fixture
def eve(laid) -> Stage:
    """The session has not begun."""
    with scope(TASK):
        Session.objects.update(started_on=None)
    return laid
