"""What a lot covers, and what its holder may claim: the rule alone, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.steps.offer.coverage import (
    Gap,
    LotFacts,
    Period,
    Place,
    Sought,
    Town,
    Verdict,
    examine,
    exclusivity,
    found,
    may_serve,
    period_faults,
    tender_fault,
)

DAY = date(2025, 5, 14)
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
LOT = LotFacts("2025-PM-14 3", ("Atelier du Loir",), frozenset({1}), frozenset({7}), (YEAR,))
DUNOIS = Place(7, "Châteaudun", (Town("28088", "Châteaudun", "28"), Town("41173", "Ouzouer", "41")))
WANTED = Sought(1, "Aide à domicile", (DUNOIS,))


def gaps(lot: LotFacts, sought: Sought = WANTED, day: date = DAY) -> list[Gap]:
    return [gap for gap, _said in found(lot, sought, day).gaps]


def test_a_lot_covers_its_jobs_in_its_basins_while_it_is_valid() -> None:
    assert found(LOT, WANTED, DAY).verdict is Verdict.COVERS


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_a_lot_covers_on_the_first_and_last_day_of_a_period_and_on_none_out_of_them(day: date) -> None:
    renewal = Period(date(2026, 3, 1), date(2026, 6, 30))
    covers = found(replace(LOT, periods=(YEAR, renewal)), WANTED, day).verdict is Verdict.COVERS
    assert covers is any(p.starts_on <= day <= p.ends_on for p in (YEAR, renewal))


@pytest.mark.parametrize(
    ("lot", "said", "verdict"),
    [
        (
            replace(LOT, periods=(Period(date(2025, 6, 1), date(2025, 7, 1)),)),
            "ne commence que le 1er",
            "not",
        ),
        (
            replace(LOT, periods=(Period(date(2024, 6, 1), date(2025, 5, 1)),)),
            "a pris fin le 1er",
            "not",
        ),
        (replace(LOT, periods=()), "n'a pas de dates", "not"),
        (replace(LOT, jobs=frozenset({2})), "ne comprend pas le métier « Aide à domicile »", "not"),
        (replace(LOT, basins=frozenset()), "ne s'étend pas au bassin de Châteaudun", "not"),
        (replace(LOT, periods=(replace(YEAR, seats=40, used=40),)), "est épuisé", "not"),
        (replace(LOT, periods=(replace(YEAR, seats=40, used=36),)), "n'a plus que 4 places, sur les 10", "adaptable"),
        (replace(LOT, periods=(replace(YEAR, seats=40, used=39),)), "n'a plus qu'une place, sur les 10", "adaptable"),
        (replace(LOT, levels=frozenset({4, 5})), "niveau cherché, niveau 3 (CAP)", "adaptable"),
        (replace(LOT, categories=frozenset({"prepa"})), "porte sur Prépa Métiers", "adaptable"),
        (replace(LOT, certifications=frozenset({"RNCP1"})), "d'une autre certification que RNCP35506", "adaptable"),
        (replace(LOT, basins=frozenset(), departments=frozenset({"28"})), "ne s'étend pas à : Ouzouer", "partly"),
        (
            replace(LOT, basins=frozenset(), communes=frozenset({"41173"})),
            "ne s'étend pas à : Châteaudun (commune)",
            "partly",
        ),
    ],
)
def test_it_says_why_a_lot_does_not_cover_the_whole_need(lot: LotFacts, said: str, verdict: str) -> None:
    wanted = replace(WANTED, level=3, category="metier", certification="RNCP35506", seats=10)
    finding = found(lot, wanted, DAY)
    assert said in " ".join(finding.said)
    assert len(finding.gaps) == 1
    assert finding.verdict == verdict


def test_a_market_that_names_no_level_category_nor_certification_refuses_none() -> None:
    wanted = replace(WANTED, level=3, category="metier", certification="RNCP35506", seats=10)
    assert found(LOT, wanted, DAY).verdict is Verdict.COVERS


def test_what_is_not_asked_is_no_gap() -> None:
    narrow = replace(LOT, levels=frozenset({4}), categories=frozenset({"prepa"}), certifications=frozenset({"RNCP1"}))
    assert found(narrow, WANTED, DAY).verdict is Verdict.COVERS


def test_a_basin_is_covered_by_its_departments_and_its_communes_together() -> None:
    both = replace(LOT, basins=frozenset(), departments=frozenset({"28"}), communes=frozenset({"41173"}))
    assert found(both, WANTED, DAY).verdict is Verdict.COVERS


def test_the_exclusivity_of_the_holder_is_said_in_so_many_words() -> None:
    assert "Atelier du Loir, son titulaire, a l'exclusivité pour la formation visée" in exclusivity(LOT)


def test_co_holders_have_the_exclusivity_together() -> None:
    shared = replace(LOT, holders=("Atelier du Loir", "Formation Beauce", "Val Formation"))
    words = "Atelier du Loir, Formation Beauce et Val Formation, ses cotitulaires, ont ensemble l'exclusivité"
    assert words in exclusivity(shared)


def test_a_lot_without_a_holder_gives_nobody_the_exclusivity() -> None:
    words = exclusivity(replace(LOT, holders=()))
    assert "l'exclusivité" not in words
    assert "titulaire n'est pas enregistré" in words


def test_several_lots_that_overlap_are_all_shown_the_best_first() -> None:
    other = replace(LOT, label="9", holders=("Formation Beauce",))
    adapted = replace(LOT, label="1", levels=frozenset({5}))
    evidence = examine([adapted, other, LOT], replace(WANTED, level=3), DAY)
    assert [finding.lot.label for finding in evidence.findings] == ["2025-PM-14 3", "9", "1"]
    assert [finding.lot.holders for finding in evidence.holding] == [("Atelier du Loir",), ("Formation Beauce",)]
    assert evidence.summary == "2 lots couvrent ce besoin."


def test_lots_of_other_jobs_say_nothing_about_this_one() -> None:
    evidence = examine([replace(LOT, jobs=frozenset({2}))], WANTED, DAY)
    assert evidence.findings == ()
    assert evidence.verdict is Verdict.NOT
    assert "consultation" in evidence.summary


def test_two_lots_that_share_a_basin_cover_it_together() -> None:
    north = replace(LOT, label="N", basins=frozenset(), departments=frozenset({"28"}))
    south = replace(LOT, label="S", basins=frozenset(), departments=frozenset({"41"}))
    assert examine([north], WANTED, DAY).verdict is Verdict.PARTLY
    assert examine([north], WANTED, DAY).missing == ("Ouzouer",)
    both = examine([north, south], WANTED, DAY)
    assert both.verdict is Verdict.COVERS
    assert both.missing == ()
    assert len(both.holding) == 2


def test_among_several_basins_those_that_nobody_covers_are_named() -> None:
    dreux, chartres = Place(8, "Dreux"), Place(9, "Chartres", (Town("28085", "Chartres", "28"),))
    wanted = replace(WANTED, places=(DUNOIS, dreux, chartres))
    evidence = examine([LOT, replace(LOT, label="9", basins=frozenset({9}))], wanted, DAY)
    assert evidence.verdict is Verdict.PARTLY
    assert evidence.missing == ("Dreux",)
    assert "Ne sont pas couverts : Dreux." in evidence.summary


def test_no_tender_while_a_market_covers_the_need() -> None:
    assert tender_fault(examine([], WANTED, DAY)) == ""
    assert tender_fault(examine([replace(LOT, levels=frozenset({5}))], replace(WANTED, level=3), DAY)) == ""
    words = tender_fault(examine([LOT], WANTED, DAY))
    assert "Une consultation n'est possible que si aucun marché ne couvre le besoin" in words


def test_a_lot_serves_as_it_is_only_when_it_covers() -> None:
    adaptable = found(replace(LOT, levels=frozenset({5})), replace(WANTED, level=3), DAY)
    assert may_serve(found(LOT, WANTED, DAY), as_it_is=True) == ""
    assert "adapté" in may_serve(adaptable, as_it_is=True)
    assert may_serve(adaptable, as_it_is=False) == ""
    assert may_serve(found(replace(LOT, periods=()), WANTED, DAY), as_it_is=False)


def test_periods_follow_one_another() -> None:
    assert period_faults([Period(date(2026, 1, 1), date(2026, 6, 30)), YEAR]) == ""
    assert "avant la fin de la précédente (31\xa0décembre\xa02025)" in period_faults(
        [YEAR, Period(YEAR.ends_on, date(2026, 6, 1))]
    )
    assert "vient après son début" in period_faults([Period(YEAR.ends_on, YEAR.starts_on)])


# --- thirty made-up lots over 22 basins --------------------------------------------------------------------------

BASINS = tuple(Place(n, f"Bassin {n}", (Town(f"28{n:03d}", f"Commune {n}", "28"),)) for n in range(1, 23))
JOBS = (1, 2, 3)
HOLDERS = ("Atelier du Loir", "Formation Beauce", "Val Formation")


def made_up(n: int) -> LotFacts:
    """The n-th of thirty lots: job, territory, dates, seats, level, category and certification all vary with n."""
    starts = date(2025, 1, 1) + timedelta(days=30 * (n % 7 - 3))
    firm = Period(starts, starts + timedelta(days=90 + 15 * (n % 4)), (None, 12, 0)[n % 3], 6 * (n % 3))
    renewal = Period(firm.ends_on + timedelta(days=1), firm.ends_on + timedelta(days=120), 20, 0)
    holders = (HOLDERS[n % 3], HOLDERS[(n + 1) % 3]) if n % 10 == 0 else (HOLDERS[n % 3],)
    return LotFacts(
        label=f"{n:02d}",
        holders=holders,
        jobs=frozenset({JOBS[n % 3], JOBS[(n // 5) % 3]}),
        basins=frozenset(basin for basin in range(1, 23) if (basin + n) % 5 < 2),
        periods=(firm, renewal) if n % 5 == 0 else (firm,),
        levels=frozenset({3 + n % 3}) if n % 4 else frozenset(),
        categories=frozenset({("metier", "prepa")[n % 2]}) if n % 6 else frozenset(),
        certifications=frozenset({f"RNCP{n % 2 + 1}"}) if n % 8 else frozenset(),
    )


LOTS = tuple(made_up(n) for n in range(30))
DAYS = (date(2024, 9, 1), date(2025, 1, 1), date(2025, 2, 15), date(2025, 4, 20), date(2025, 7, 1), date(2026, 1, 1))


def truth(lot: LotFacts, wanted: Sought, basin: int, day: date) -> bool:
    """Whether the lot gives its holders the exclusivity, said another way than the rule says it."""
    valid = [p for p in lot.periods if (day - p.starts_on).days >= 0 and (p.ends_on - day).days >= 0]
    room = bool(valid) and (valid[0].seats is None or valid[0].seats - valid[0].used >= (wanted.seats or 1))
    return all(
        (
            room,
            wanted.job_id in lot.jobs,
            basin in lot.basins,
            not lot.levels or wanted.level in lot.levels,
            not lot.categories or wanted.category in lot.categories,
            not lot.certifications or wanted.certification in lot.certifications,
        )
    )


def test_on_thirty_lots_over_22_basins_the_exclusivity_is_of_the_right_holders_on_the_right_day_only() -> None:
    said, silent = 0, 0
    for job, place, day, level, number in product(JOBS, BASINS, DAYS, (3, 4), ("RNCP1", "RNCP2")):
        wanted = Sought(job, f"Métier {job}", (place,), level, "metier", number, seats=6)
        evidence = examine(LOTS, wanted, day)
        entitled = {lot.label: lot.holders for lot in LOTS if truth(lot, wanted, place.basin_id, day)}
        assert {f.lot.label: f.lot.holders for f in evidence.holding} == entitled
        for finding in evidence.findings:
            assert bool(finding.exclusivity) is (finding.lot.label in entitled)
            assert all(holder in finding.exclusivity for holder in finding.lot.holders if finding.exclusivity)
        assert (evidence.verdict is Verdict.COVERS) is bool(entitled)
        said, silent = said + bool(entitled), silent + (not entitled)
    assert min(said, silent) > 200, "both answers are met"


def test_the_thirty_lots_meet_every_gap() -> None:
    met = {
        gap
        for job, place, day in product(JOBS, BASINS, DAYS)
        for lot in LOTS
        for gap in gaps(lot, Sought(job, "M", (place,), 3, "metier", "RNCP1", 7), day)
    }
    assert met == set(Gap) - {Gap.PART}
