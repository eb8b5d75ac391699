"""What proves a payment cannot be changed without a trace, even by raw SQL."""

import pytest
from django.apps import apps
from django.db import connection

import factories
from defi.kernel.access import TASK, scope
from defi.steps.pairing.models import Pairing


@pytest.fixture
def pairing(db) -> Pairing:
    with scope(TASK):
        operation = factories.an_operation()
        session = factories.a_session(operation)
        candidacy = factories.a_candidate(session)
        promise = factories.a_promise(operation, factories.an_employer())
        yield factories.a_pairing(candidacy, promise)


def events(pairing: Pairing) -> list[tuple[str, str]]:
    """What the base remembers of this pairing: what was done, and the state after it (before it, for a delete)."""
    log = apps.get_model("pairing", "PairingEvent")
    rows = log.objects.filter(pgh_obj_id=pairing.pk).order_by("pgh_id")
    return list(rows.values_list("pgh_label", "state"))


def run(sql: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk])


def test_an_insert_leaves_an_event(pairing):
    assert events(pairing) == [("insert", "active")]


def test_an_update_by_raw_sql_leaves_an_event(pairing):
    run(
        "UPDATE pairing_pairing SET state = 'ended', ended_on = paired_on, ending = 'mistake' WHERE id = %s", pairing.pk
    )
    assert events(pairing) == [("insert", "active"), ("update", "ended")]


def test_a_delete_by_raw_sql_leaves_an_event(pairing):
    run("DELETE FROM pairing_pairing WHERE id = %s", pairing.pk)
    assert events(pairing) == [("insert", "active"), ("delete", "active")]


def test_an_update_that_changes_nothing_leaves_none(pairing):
    run("UPDATE pairing_pairing SET state = state WHERE id = %s", pairing.pk)
    assert events(pairing) == [("insert", "active")]
