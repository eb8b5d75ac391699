"""The list of operations taken away is the list that the page shows."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from browsing import browser
from defi.operations.models import Operation
from factories import a_basin, a_coordinator, a_provider, a_session, an_officer, an_operation

pytestmark = pytest.mark.django_db


def exported(client: Client, query: str = "") -> list[list[str]]:
    found = client.get(f"/operations/?export=csv{query}")
    assert found.status_code == 200
    assert found["Content-Disposition"].startswith('attachment; filename="operations-')
    return list(csv.reader(io.StringIO(found.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def two() -> list[Operation]:
    first = an_operation(a_provider("Atelier du Loir"))
    a_session(first)
    second = an_operation(a_provider("Formation Beauce"), basin=a_basin("Chartres"))
    return [first, second]


def test_an_officer_takes_away_every_operation_with_its_facts(two: list[Operation]) -> None:
    head, *rows = exported(browser(an_officer()))
    assert head[:4] == ["Opération", "Bassin", "Métier", "Organisme"]
    assert sorted(row[3] for row in rows) == ["Atelier du Loir", "Formation Beauce"]
    assert next(row for row in rows if row[3] == "Atelier du Loir")[6] == "10"


def test_the_filters_of_the_address_are_those_of_the_file(two: list[Operation]) -> None:
    rows = exported(browser(an_officer()), f"&basin={two[1].basin_id}")[1:]
    assert [row[3] for row in rows] == ["Formation Beauce"]


def test_a_provider_takes_away_its_own_operations_only(two: list[Operation]) -> None:
    rows = exported(browser(a_coordinator(two[0])))[1:]
    assert [row[3] for row in rows] == ["Atelier du Loir"]


def test_the_page_offers_the_three_files_with_its_filters(two: list[Operation]) -> None:
    page = browser(an_officer()).get(f"/operations/?basin={two[1].basin_id}&page=1").content.decode()
    for kind in ("csv", "ods", "xlsx"):
        assert f'href="?basin={two[1].basin_id}&amp;export={kind}"' in page
