"""A plan of 420 h in centre and 140 h in company, its session, its calendar."""

from datetime import date

import pytest

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, scope
from defi.steps.design.actions import ModuleFacts, add_module, start_plan
from defi.steps.design.calendar import actions
from defi.steps.design.calendar_models import CalendarGroup
from design.calendar.stage import CHRISTMAS, RHYTHM, START


@pytest.fixture
def today():
    with clock.at(date(2025, 6, 10)):
        yield


@pytest.fixture
def operation(today):
    opened = make.an_operation()
    make.a_session(opened, START, days=158)
    return opened


@pytest.fixture
def coordinator(operation):
    return make.a_coordinator(operation)


@pytest.fixture
def plan(operation, coordinator):
    plan = start_plan(coordinator, operation.pk)
    add_module(coordinator, plan.pk, ModuleFacts("Gestes du quotidien", "kept", 420, 140))
    return plan


@pytest.fixture
def calendar(plan, coordinator):
    """Said, closed at Christmas, laid out."""
    calendar = actions.set_rhythm(coordinator, plan.pk, RHYTHM)
    actions.close_period(coordinator, calendar.pk, CHRISTMAS)
    return actions.lay_calendar(coordinator, calendar.pk)


@pytest.fixture
def group(calendar):
    with scope(TASK):
        return CalendarGroup.objects.get(calendar=calendar)
