"""Dates and order of a session, the committee, an operation that will not take place: each by its page, or refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape

import pytest

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.actions import add_partner
from defi.operations.models import Meeting, Operation, Presence, Session

TODAY = date(2025, 9, 1)
REASON = "Le plateau technique est pris."


@dataclass
class Stage:
    operation: Operation
    session: Session
    officer: Actor
    coordinator: Actor
    signatory: Actor


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with clock.at(TODAY), scope(TASK):
        operation, officer = make.an_operation(), make.an_officer()
        session = make.a_session(operation, date(2025, 11, 3))
        firm = make.an_employer()
        add_partner(officer, operation.pk, firm)
        yield Stage(operation, session, officer, make.a_coordinator(operation), make.actor(Who.SIGNATORY, firm))


def test_the_dates_are_moved_with_their_reason(stage):
    client = browser(stage.coordinator)
    assert "Déplacer les dates" in page(client, "session_facts", stage.operation.pk)
    typed = {"starts_on": "2025-11-10", "ends_on": "2026-03-20"}
    assert "motif" in post(client, "session_move", stage.session.pk, answered=422, **typed, reason="").lower()
    post(client, "session_move", stage.session.pk, answered=302, **typed, reason=REASON)
    stage.session.refresh_from_db()
    assert stage.session.starts_on == date(2025, 11, 10)


def test_an_end_before_the_start_is_refused_beside_its_field(stage):
    typed = {"starts_on": "2025-11-10", "ends_on": "2025-11-01", "reason": REASON}
    told = post(browser(stage.officer), "session_move", stage.session.pk, answered=422, **typed)
    assert "après son début" in told
    assert REASON in told


def test_the_order_is_noted_by_who_runs_or_pilots(stage):
    post(browser(stage.coordinator), "session_order", stage.session.pk, answered=302, order_number="BC-12")
    post(browser(stage.officer), "session_order", stage.session.pk, answered=302, order_number="BC-13")
    assert "BC-13" in page(browser(stage.coordinator), "session_facts", stage.operation.pk)


def test_only_the_officer_flags_a_small_group_and_takes_it_off(stage):
    page(browser(stage.coordinator), "session_small_group", stage.session.pk, status=403)
    client = browser(stage.officer)
    post(client, "session_small_group", stage.session.pk, answered=302, reason="Agrément limité à six places.")
    stage.session.refresh_from_db()
    assert stage.session.small_group
    assert "faible effectif" in page(client, "session_facts", stage.operation.pk)
    post(client, "session_small_group", stage.session.pk, answered=302, reason="Agrément étendu.")
    stage.session.refresh_from_db()
    assert not stage.session.small_group


def test_a_committee_is_planned_then_held_with_who_came(stage):
    client, provider = browser(stage.coordinator), stage.operation.provider
    post(client, "committee_plan", stage.operation.pk, answered=302, planned_on="2025-09-10")
    assert "Prévu le" in page(client, "committee", stage.operation.pk)
    with clock.at(date(2025, 9, 10)):
        typed = {"held_on": "2025-09-12", f"of_{provider.pk}": "present"}
        assert "à venir" in post(client, "committee_hold", stage.operation.pk, answered=422, **typed)
        post(client, "committee_hold", stage.operation.pk, answered=302, **{**typed, "held_on": "2025-09-10"})
    assert Meeting.objects.get(kind="committee").held_on == date(2025, 9, 10)
    assert Presence.objects.get().organisation == provider
    assert f"{provider} : présent" in unescape(page(client, "committee", stage.operation.pk))


def test_an_officer_abandons_what_has_not_begun(stage):
    page(browser(stage.coordinator), "abandon", stage.operation.pk, status=403)
    client = browser(stage.officer)
    assert "Abandonner l'opération…" in unescape(page(client, "operation", stage.operation.pk))
    post(client, "abandon", stage.operation.pk, answered=422, reason="")
    post(client, "abandon", stage.operation.pk, answered=302, reason="Les employeurs ont recruté autrement.")
    stage.operation.refresh_from_db()
    assert stage.operation.state == "abandoned"
    page(client, "session_order", stage.session.pk, status=409)


def test_a_session_begun_is_not_abandoned(stage):
    Session.objects.filter(pk=stage.session.pk).update(started_on=date(2025, 9, 1))
    client = browser(stage.officer)
    assert "Abandonner" not in page(client, "operation", stage.operation.pk)
    assert "se mène à son terme" in post(client, "abandon", stage.operation.pk, answered=422, reason=REASON)


@pytest.mark.parametrize("name", ["session_facts", "committee"])
def test_these_pages_are_not_an_employers(stage, name):
    page(browser(stage.signatory), name, stage.operation.pk, status=404)


def test_an_employer_changes_no_date(stage):
    page(browser(stage.signatory), "session_move", stage.session.pk, status=403)


def test_the_list_leads_an_officer_to_the_needs_from_which_operations_open(stage):
    assert "Ouvrir une opération" in page(browser(stage.officer), "operations")
    assert "Ouvrir une opération" not in page(browser(stage.coordinator), "operations")
