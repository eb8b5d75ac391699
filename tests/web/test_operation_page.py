"""The page of an operation: the current step open, the others one click away, few queries for whoever looks."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.operations.models import Operation
from defi.people.models import Account, Membership
from defi.play.demonstration import scenarios
from defi.play.file import read
from defi.play.runner import perform
from defi.reference.builtin import ensure_builtin
from defi.web.cards import ROOMS

pytestmark = pytest.mark.django_db

MOST_QUERIES = 30
BETWEEN_PAIRING_AND_START = date(2025, 10, 20)
AFTER_THE_BILAN = date(2026, 5, 20)


@pytest.fixture
def played(request):
    """Scenario (b) as it stands on a day, and its operation."""
    day = request.param
    ensure_builtin()
    whole = read(scenarios() / "b-retrait.toml")
    assert perform(replace(whole, steps=[step for step in whole.steps if step.on <= day])).stopped == ""
    with clock.at(day), scope(TASK):
        yield Operation.objects.get()


def by_role():
    """One signed-in browser per role of the file."""
    with scope(TASK):
        first: dict[str, Membership] = {}
        for membership in Membership.objects.order_by("pk"):
            if Account.objects.filter(person=membership.person_id).exists():
                first.setdefault(membership.role, membership)
    browsers = {}
    for role, membership in first.items():
        browsers[role] = Client()
        browsers[role].force_login(Account.objects.get(person=membership.person_id))
    return browsers


days = pytest.mark.parametrize("played", [BETWEEN_PAIRING_AND_START, AFTER_THE_BILAN], indirect=True, ids=str)


@days
def test_each_role_reads_it_in_few_queries(played):
    counts = {}
    for role, browser in by_role().items():
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(f"/operations/{played.pk}/")
        assert answer.status_code == 200, role
        counts[role] = len(queries)
    assert set(counts) >= {Who.OFFICER, Who.COORDINATOR, Who.SIGNATORY, Who.ADVISER}
    assert {role: n for role, n in counts.items() if n > MOST_QUERIES} == {}


@days
def test_each_folded_card_opens_in_place_and_leads_to_its_page(played):
    officer = by_role()[Who.OFFICER]
    page = officer.get(f"/operations/{played.pk}/").content.decode()
    asked = [room.key for room in ROOMS if f'hx-get="/operations/{played.pk}/etapes/{room.key}/"' in page]
    assert len(asked) == len(ROOMS) - 1
    for key in asked:
        address = f"/operations/{played.pk}/etapes/{key}/"
        fragment = officer.get(address, headers={"HX-Request": "true"}).content.decode()
        assert f'id="{key}"' in fragment
        assert 'class="card-body"' in fragment
        assert "<html" not in fragment
        assert officer.get(officer.get(address).headers["Location"]).status_code == 200


@days
def test_a_card_of_a_step_that_is_not_theirs_does_not_exist(played):
    employer = by_role()[Who.SIGNATORY]
    for key in ("closing", "followup", "nothing"):
        assert employer.get(f"/operations/{played.pk}/etapes/{key}/").status_code == 404
