"""The table of lots of a market: each trap of a real one, the report row by row, the same file twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed
from defi.reference.models import Basin, Job
from defi.steps.offer.coverage import Place, Sought, Verdict, examine, found
from defi.steps.offer.importing import import_lots
from defi.steps.offer.lot_lines import Defaults, read_levels
from defi.steps.offer.lots import facts_of, with_parts
from defi.steps.offer.models import Lot, LotImport, LotPeriod
from defi.steps.offer.recording import PeriodFacts, set_period
from defi.steps.offer.territories import Map, read_territory
from factories import a_basin, a_commune, a_job, a_provider, a_region, actor, an_officer

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)
ALL_YEAR = Defaults("2025-PM-14", date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        a_job()
        a_basin()
        a_basin("Dreux")
        yield


def table(*lines: str, head: str = "lot;intitulé;territoires;rome;titulaire;places;niveaux") -> bytes:
    return "\n".join([head, *lines]).encode()


def given(*lines: str, officer: Actor | None = None, head: str = "") -> LotImport:
    content = table(*lines, head=head) if head else table(*lines)
    return import_lots(officer or an_officer(), content, "lots.csv", ALL_YEAR)


def report(run: LotImport) -> list[tuple[int, str, str]]:
    with scope(TASK):
        return [(row.line, row.result, row.sentence) for row in run.rows.all()]


# --- territories and levels --------------------------------------------------------------------------------------

KNOWN = Map(
    {"t1": 1, "t2": 2, "t3": 3, "t12": 12, "roissy le bourget": 20, "est 95": 21},
    {"chateaudun": "28088"},
    frozenset({"28", "45"}),
    "Île-de-France",
)


@pytest.mark.parametrize(
    ("text", "basins"),
    [
        ("Région", {1, 2, 3, 12, 20, 21}),
        ("Tous les bassins", {1, 2, 3, 12, 20, 21}),
        ("T1; T3", {1, 3}),
        ("T1 à T3", {1, 2, 3}),
        ("T1 à T12", {1, 2, 3, 12}),
        ("Région sauf T1", {2, 3, 12, 20, 21}),
        ("Île-de-France hors T1 à T3", {12, 20, 21}),
        ("Tous les bassins hors T1 à T12", {20, 21}),
        ("Région sauf T1; T2", {3, 12, 20, 21}),
        ("ROISSY LE BOURGET", {20}),
        ("Roissy-Le Bourget, Est 95", {20, 21}),
        ("Bassin de Roissy Le Bourget", {20}),
    ],
)
def test_a_territory_is_read_as_markets_print_it(text: str, basins: set[int]) -> None:
    territory = read_territory(text, KNOWN)
    assert territory.basins == basins
    assert territory.unknown == ()


def test_departments_communes_and_unknown_names_are_told_apart() -> None:
    territory = read_territory("Loiret; 28; Châteaudun; Atlantide", KNOWN)
    assert (territory.departments, territory.communes) == ({"45", "28"}, {"28088"})
    assert territory.unknown == ("atlantide",)


def test_a_commune_is_not_cut_out_of_a_basin_in_silence() -> None:
    assert read_territory("Région sauf Châteaudun", KNOWN).unknown == ("28088",)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("V, VI", (2, 3)),
        ("IV", (4,)),
        ("III", (5,)),
        ("I, II", (6, 7, 8)),
        ("3, 4", (3, 4)),
        ("niveau 5", (5,)),
        ("", ()),
    ],
)
def test_levels_of_before_2019_are_turned_into_those_of_today(text: str, levels: tuple[int, ...]) -> None:
    assert read_levels(text) == levels


# --- the import --------------------------------------------------------------------------------------------------


def test_a_table_becomes_lots_with_their_parts() -> None:
    a_provider()
    run = given('3;Aide à domicile;"Châteaudun; Dreux";K1311;Atelier du Loir;40;V, VI')
    assert (run.read, run.added, run.changed, run.refused) == (1, 1, 0, 0)
    with scope(TASK):
        lot = with_parts(Lot.objects.all()).get()
        assert str(lot) == "2025-PM-14 · 3 · Aide à domicile"
        assert [str(firm) for firm in lot.holders] == ["Atelier du Loir"]
        assert {str(basin) for basin in lot.basins.all()} == {"Châteaudun", "Dreux"}
        assert [(p.starts_on, p.ends_on, p.seats) for p in lot.periods.all()] == [
            (date(2025, 1, 1), date(2025, 12, 31), 40)
        ]
        assert lot.levels == [2, 3]
    assert JournalEntry.objects.filter(verb="lot.import").count() == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";Titre;Châteaudun;K1311;;;", "numéro du lot manque"),
        ("4;Titre;;K1311;;;", "territoire du lot manque"),
        ("4;Titre;Châteaudun;;;;", "codes ROME du lot manquent"),
        ("4;Titre;Châteaudun;aide;;;", "pas des codes ROME : AIDE"),
        ("4;Titre;Châteaudun;K9999;;;", "Codes ROME inconnus : K9999"),
        ("4;Titre;Atlantide;K1311;;;", "Territoires inconnus : Atlantide"),
        ("4;Titre;Châteaudun;K1311;Personne;;", "Titulaire inconnu : « Personne »"),
        ("4;Titre;Châteaudun;K1311;;beaucoup;", "places illisible"),
        ("4;Titre;Châteaudun;K1311;;;IX", "Niveau inconnu : « ix »"),
        ("3;Encore;Dreux;K1311;;;", "déjà à la ligne 2"),
    ],
)
def test_a_line_at_fault_is_told_and_stops_no_other(line: str, said: str) -> None:
    run = given("3;Aide à domicile;Châteaudun;K1311;;;", line, "5;Autre;Dreux;K1311;;;")
    assert (run.added, run.refused) == (2, 1)
    [(number, _result, sentence)] = [row for row in report(run) if row[1] == "refused"]
    assert number == 3
    assert said in sentence


def test_the_same_table_again_changes_nothing() -> None:
    line = "3;Aide à domicile;Châteaudun;K1311;;;"
    given(line)
    again = given(line)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert report(again) == []


def test_a_line_that_changed_is_written_and_a_renewal_typed_by_hand_stays() -> None:
    given("3;Aide à domicile;Châteaudun;K1311;;;")
    with scope(TASK):
        lot = Lot.objects.get()
    set_period(an_officer(), lot.pk, PeriodFacts(date(2026, 1, 1), date(2026, 12, 31), seats=12))
    run = given("3;Aide à domicile et aux familles;Dreux;K1311;;30;")
    assert run.changed == 1
    with scope(TASK):
        again = with_parts(Lot.objects.all()).get()
        assert (again.title, again.version) == ("Aide à domicile et aux familles", lot.version + 1)
        assert [str(basin) for basin in again.basins.all()] == ["Dreux"]
        assert [(p.starts_on.year, p.seats) for p in again.periods.all()] == [(2025, 30), (2026, 12)]


def test_dates_that_run_into_a_renewal_are_refused() -> None:
    given("3;Aide à domicile;Châteaudun;K1311;;;")
    with scope(TASK):
        lot = Lot.objects.get()
    set_period(an_officer(), lot.pk, PeriodFacts(date(2026, 1, 1), date(2026, 12, 31)))
    longer = Defaults("2025-PM-14", date(2025, 1, 1), date(2026, 6, 30))
    run = import_lots(an_officer(), table("3;Aide à domicile;Châteaudun;K1311;;;"), "lots.csv", longer)
    assert (run.changed, run.refused) == (0, 1)
    with scope(TASK):
        assert LotPeriod.objects.count() == 2


def test_a_code_of_before_2023_brings_all_the_sheets_it_was_split_into() -> None:
    for code in ("K2501", "K2502"):
        Job.objects.create(code_rome=code, label=f"Surveillance {code}", parent_code="K2599")
    given("3;Surveillance;Châteaudun;K2599;;;")
    with scope(TASK):
        assert {job.code_rome for job in Lot.objects.get().jobs.all()} == {"K2501", "K2502"}


def test_a_commune_alone_is_a_territory_too() -> None:
    commune = a_commune("Cloyes", a_basin())
    given("3;Aide à domicile;Cloyes;K1311;;;")
    with scope(TASK):
        assert [c.pk for c in Lot.objects.get().communes.all()] == [commune.pk]


def test_a_table_without_the_columns_it_needs_is_refused_whole() -> None:
    with pytest.raises(Invalid) as refusal:
        given("3;Aide", head="numéro;objet")
    assert "Il manque les colonnes : lot, territoires, codes ROME" in refusal.value.fields["file"]
    with scope(TASK):
        assert not LotImport.objects.exists()


def test_lines_without_dates_ask_for_those_of_the_file() -> None:
    run = import_lots(an_officer(), table("3;Aide;Châteaudun;K1311;;;"), "lots.csv", Defaults("2025-PM-14"))
    assert "Les dates du lot manquent" in report(run)[0][2]


def test_only_an_officer_imports_lots() -> None:
    with pytest.raises(NotAllowed):
        given("3;Aide;Châteaudun;K1311;;;", officer=actor(Who.COORDINATOR, a_provider()))


# --- the 141 real lots -------------------------------------------------------------------------------------------

ZONES = (
    *(f"T{n}" for n in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)),
    *("Ouest 95", "Est 95", "Seine-Aval", "Roissy-Le Bourget", "Nord-Est 77", "Marne-la-Vallée", "Est 77"),
    *("Centre 77", "Sud 77", "Porte Sud du Grand Paris", "Sud 91", "Versailles-Saclay", "Sud-Ouest francilien"),
)
TERRITORIES = frozenset(ZONES[:11])
WRITTEN = {
    "Région": frozenset(ZONES),
    "Région sauf T1": frozenset(ZONES) - {"T1"},
    "Région sauf T2": frozenset(ZONES) - {"T2"},
    "T1 à T5": frozenset({"T1", "T2", "T3", "T4", "T5"}),
    "T1 à T12": TERRITORIES,
    "Île-de-France hors T1 à T5": frozenset(ZONES) - {"T1", "T2", "T3", "T4", "T5"},
    "Tous les bassins hors T1 à T12": frozenset(ZONES) - TERRITORIES,
}


class Printed(NamedTuple):
    """A lot as the market prints it."""

    number: str
    codes: list[str]
    zones: frozenset[str]


def printed_lots(file: Path) -> list[Printed]:
    lines = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")), delimiter="\t")
    return [
        Printed(
            row["lot"],
            row["rome"].split(),
            WRITTEN.get(row["territories"]) or frozenset(row["territories"].split("; ")),
        )
        for row in lines
    ]


def test_each_of_the_141_lots_covers_the_territories_it_names_and_no_other(shared_data: Path) -> None:
    file = shared_data / "lots" / "ile-de-france-annexe-2.tsv"
    printed = printed_lots(file)
    codes = sorted({code for lot in printed for code in lot.codes})
    places = []
    for n, name in enumerate(ZONES):
        places.append(Place(Basin.objects.create(code=f"Y{n}", vintage="2018", name=name, region="11").pk, name))
    Job.objects.bulk_create([Job(code_rome=code, label=code) for code in codes], ignore_conflicts=True)
    run = import_lots(an_officer(), file.read_bytes(), file.name, ALL_YEAR, region="11")
    assert (run.read, run.added, run.refused) == (141, 141, 0), report(run)[:5]

    with scope(TASK):
        lots = {lot.number: facts_of(lot) for lot in with_parts(Lot.objects.all())}
    jobs = dict(Job.objects.values_list("code_rome", "pk"))
    for lot in printed:
        assert lot.zones <= set(ZONES)
        for code, place in product(lot.codes, places):
            covers = found(lots[lot.number], Sought(jobs[code], code, (place,)), DAY).verdict is Verdict.COVERS
            assert covers is (place.name in lot.zones), (lot.number, code, place.name)
    uncovered = set()
    for code, place in product(codes, places):
        evidence = examine(lots.values(), Sought(jobs[code], code, (place,)), DAY)
        entitled = {lot.number for lot in printed if code in lot.codes and place.name in lot.zones}
        assert len(evidence.holding) == len(entitled)
        if evidence.verdict is not Verdict.COVERS:
            uncovered.add(code)
    assert len(uncovered) == 55, "55 of the ROME codes leave zones uncovered"
    again = import_lots(an_officer(), file.read_bytes(), file.name, ALL_YEAR, region="11")
    assert again.unchanged == 141
