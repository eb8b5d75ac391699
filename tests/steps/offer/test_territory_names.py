"""A market has its own names of territories: said once, read in all its tables."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from defi.kernel.access import TASK, Who, scope
from defi.kernel.refusals import Invalid, NotAllowed, Unknown
from defi.people.models import Account
from defi.steps.offer.importing import import_lots
from defi.steps.offer.lot_lines import Defaults
from defi.steps.offer.models import Lot, LotImportRow, TerritoryName
from defi.steps.offer.territories import Map, as_printed, read_territory
from defi.steps.offer.territory_names import forget_territory, name_territory
from factories import a_basin, a_job, a_person, a_provider, a_region, actor, an_officer

pytestmark = pytest.mark.django_db

TABLE = b"lot;territoires;ROME\n1;Roissy - Le Bourget, Dreux;K1311\n"
ALL = Defaults("M-1", date(2025, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def _region() -> None:
    a_region()
    a_basin("Dreux")
    a_job()


def test_a_declared_name_is_its_basins():
    known = Map({"dreux": 1, "chartres": 2}, declared={"pays d oc": frozenset({1, 2})})
    assert read_territory("Pays d'Oc", known).basins == {1, 2}


def test_an_unknown_name_is_said_as_it_is_printed():
    found = read_territory("T9, Roissy - Le Bourget", Map({"dreux": 1}))
    assert as_printed("T9, Roissy - Le Bourget", found.unknown) == ["T9", "Roissy - Le Bourget"]


def test_a_line_refused_for_its_territory_enters_once_the_name_is_said():
    officer = an_officer()
    run = import_lots(officer, TABLE, "lots.csv", ALL)
    with scope(TASK):
        sentence = LotImportRow.objects.get(run=run).sentence
        assert "Roissy - Le Bourget" in sentence
        assert "ROME" not in sentence
    name_territory(officer, "Roissy - Le Bourget", [a_basin("Chartres")])
    again = import_lots(officer, TABLE, "lots.csv", ALL)
    with scope(TASK):
        assert (again.added, again.refused) == (1, 0)
        assert {basin.name for basin in Lot.objects.get().basins.all()} == {"Chartres", "Dreux"}


def test_a_name_is_said_once_and_put_right():
    officer = an_officer()
    first = name_territory(officer, "Roissy - Le Bourget", [a_basin("Chartres")])
    second = name_territory(officer, "roissy le bourget", [a_basin("Dreux")])
    assert first.pk == second.pk
    forget_territory(officer, first.pk)
    with scope(TASK):
        assert not TerritoryName.objects.exists()
    with pytest.raises(Unknown):
        forget_territory(officer, first.pk)


def test_a_name_needs_words_and_basins_and_an_officer():
    with pytest.raises(Invalid) as refusal:
        name_territory(an_officer(), " ", [])
    assert set(refusal.value.fields) == {"name", "basins"}
    with pytest.raises(NotAllowed):
        name_territory(actor(Who.COORDINATOR, a_provider()), "T1", [a_basin("Dreux")])


def test_the_page_takes_a_name_and_forgets_it():
    person = a_person("Claire", email="claire@exemple.invalid")
    actor(Who.OFFICER, a_region(), person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    sent = {"name": "T1", "basins": [a_basin("Dreux").pk]}
    assert client.post("/lots/territoires/", sent).status_code == 302
    with scope(TASK):
        row = TerritoryName.objects.get()
    assert "T1" in client.get("/lots/territoires/").content.decode()
    assert client.post(f"/lots/territoires/{row.pk}/oublier/").status_code == 302
    assert client.post("/lots/territoires/", {"name": "T2"}).status_code == 422
