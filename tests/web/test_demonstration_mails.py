"""The mails of the demonstration are read at once, on a Sunday night too; there is no such page elsewhere."""

from datetime import datetime

import pytest
from django.test import Client

import factories as make
from defi.kernel import clock
from defi.kernel.clock import PARIS
from defi.operations.actions import add_partner
from defi.steps.design import actions, turns

pytestmark = pytest.mark.django_db
SUNDAY_NIGHT = datetime(2026, 11, 29, 21, tzinfo=PARIS)
ADDRESS = "/demonstration/courriels/"


@pytest.fixture
def passed():
    """A plan passed for advice, on a Sunday night, to an employer that reads it by the link of its mail."""
    with clock.at(SUNDAY_NIGHT):
        operation = make.an_operation()
        firm = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
        add_partner(make.an_officer(), operation.pk, firm)
        coordinator = make.a_coordinator(operation)
        plan = actions.start_plan(coordinator, operation.pk)
        turns.pass_on(coordinator, plan.pk, firm)


def test_a_mail_that_waits_is_read_whole_with_its_link(passed, settings):
    settings.DEMONSTRATION = True
    with clock.at(SUNDAY_NIGHT):
        page = Client().get(ADDRESS).content.decode()
    assert "contact@tilleuls.exemple.invalid" in page
    assert "En attente" in page
    assert "rien ne part avant 7" in page
    assert "/lien/" in page
    settings.DEMONSTRATION = True
    assert ADDRESS in Client().get("/demonstration/").content.decode()


def test_there_is_no_such_page_out_of_a_demonstration(passed, settings):
    settings.DEMONSTRATION = False
    assert Client().get(ADDRESS).status_code == 404
