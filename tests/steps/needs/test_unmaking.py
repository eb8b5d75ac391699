"""A collective need is unmade as it was made: a need joins, another leaves, the group is split or dissolved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail, Reason
from defi.kernel.refusals import Invalid, NotAllowed, Stale, WrongState
from defi.reference.models import Domain, Job, NearJob
from defi.steps.needs import grouping, proposals
from defi.steps.needs.grid import grid, totals
from defi.steps.needs.models import CollectiveNeed, Need
from defi.steps.needs.queries import listed
from factories import a_basin, a_job, a_need, a_provider, a_region, actor, an_employer, an_officer

pytestmark = pytest.mark.django_db

FIRMS = ("Les Tilleuls", "Aide & Cie", "Service Plus")


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(date(2025, 5, 14)):
        a_region()
        yield


@pytest.fixture
def needs() -> list[Need]:
    return [a_need(an_employer(name, f"{rank}@firmes.example"), posts=rank + 1) for rank, name in enumerate(FIRMS)]


@pytest.fixture
def group(needs: list[Need]) -> CollectiveNeed:
    return grouping.create_collective(an_officer(), [need.pk for need in needs])


def inside(collective: CollectiveNeed) -> set[str]:
    with scope(TASK):
        return set(Need.objects.filter(collective=collective, state="grouped").values_list("employer__name", flat=True))


def test_some_needs_of_a_group_make_another_and_none_is_lost(group: CollectiveNeed, needs: list[Need]):
    other = grouping.split_collective(an_officer(), group.pk, [needs[2].pk], title="Nuit, Châteaudun")
    assert (other.title, other.state, other.job, other.basin) == ("Nuit, Châteaudun", "open", a_job(), a_basin())
    assert (inside(group), inside(other)) == ({"Les Tilleuls", "Aide & Cie"}, {"Service Plus"})
    moved = JournalEntry.objects.get(verb="need.regroup")
    assert (moved.object_id, moved.before["collective"], moved.after["collective"]) == (needs[2].pk, group.pk, other.pk)


@pytest.mark.parametrize("chosen", [[], [0, 1, 2], [99]])
def test_a_group_is_split_in_two_parts_that_both_hold_something(
    group: CollectiveNeed, needs: list[Need], chosen: list[int]
):
    ids = [needs[rank].pk if rank < 3 else rank for rank in chosen]
    with pytest.raises(Invalid):
        grouping.split_collective(an_officer(), group.pk, ids)
    assert inside(group) == set(FIRMS)


def test_a_dissolved_group_gives_its_needs_back_and_answers_nobody(group: CollectiveNeed):
    with scope(TASK):
        Mail.objects.all().delete()
    done = grouping.dissolve_collective(an_officer(), group.pk, reason="Deux métiers mêlés.")
    assert done.state == "dissolved"
    with scope(TASK):
        assert set(Need.objects.values_list("state", "collective")) == {("received", None)}
    assert not Mail.objects.exists()
    assert Reason.objects.get().text == "Deux métiers mêlés."
    assert JournalEntry.objects.filter(verb="need.ungroup").count() == 3


def test_a_group_is_not_dissolved_without_a_reason(group: CollectiveNeed):
    with pytest.raises(Invalid, match="motif"):
        grouping.dissolve_collective(an_officer(), group.pk, reason=" ")


def test_once_the_operation_is_open_the_group_is_neither_split_nor_dissolved(group: CollectiveNeed, needs: list[Need]):
    grouping.open_operation(an_officer(), group.pk)
    with pytest.raises(WrongState, match="opération est ouverte"):
        grouping.dissolve_collective(an_officer(), group.pk, reason="trop tard")
    with pytest.raises(WrongState, match="opération est ouverte"):
        grouping.split_collective(an_officer(), group.pk, [needs[0].pk])


def test_a_dissolved_group_takes_no_need_and_opens_no_operation(group: CollectiveNeed, needs: list[Need]):
    grouping.dissolve_collective(an_officer(), group.pk, reason="erreur")
    with pytest.raises(WrongState, match="classé ou défait"):
        grouping.group_needs(an_officer(), group.pk, [needs[0].pk])
    with pytest.raises(WrongState):
        grouping.open_operation(an_officer(), group.pk)
    with pytest.raises(WrongState):
        grouping.dissolve_collective(an_officer(), group.pk, reason="encore")


def test_only_an_officer_of_the_territory_unmakes_a_group(group: CollectiveNeed, needs: list[Need]):
    stranger = an_officer(basins=[a_basin("Dreux")])
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        grouping.split_collective(stranger, group.pk, [needs[0].pk])
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        grouping.dissolve_collective(stranger, group.pk, reason="à moi")
    with pytest.raises(NotAllowed):
        grouping.dissolve_collective(actor(Who.COORDINATOR, a_provider()), group.pk, reason="à moi")


def test_two_officers_do_not_split_what_another_has_changed(group: CollectiveNeed, needs: list[Need]):
    grouping.record_diagnosis(an_officer(), group.pk, text="Tension forte", source="BMO")
    with pytest.raises(Stale):
        grouping.split_collective(an_officer(), group.pk, [needs[0].pk], version=group.version)


def near_jobs() -> tuple[Job, Job]:
    cariste, driver = a_job("N1101", "Cariste"), a_job("N4101", "Conducteur routier")
    NearJob.objects.get_or_create(job=cariste, near=a_job("N1103", "Magasinier"), defaults={"rank": 1})
    Domain.objects.get_or_create(code="N41", defaults={"label": "Personnel de conduite du transport routier"})
    return cariste, driver


def test_groups_are_proposed_with_the_reason_why_a_job_is_near():
    cariste, _driver = near_jobs()
    magasinier, basin = a_job("N1103", "Magasinier"), a_basin("Dreux")
    for name in ("A", "B"):
        a_need(an_employer(name), job=magasinier, basin=basin)
    a_need(an_employer("C"), job=cariste, basin=basin)
    officer = an_officer()
    with scope(officer):
        (found,) = proposals.suggestions(officer)
    assert (found.job, found.basin, found.needs, found.posts) == (magasinier.label, "Dreux", 3, 6)
    assert [(member.need.employer.name, member.near) for member in found.nearby] == [
        ("C", "métier proche, d'après les mobilités du ROME")
    ]


def test_the_needs_that_may_join_a_group_are_those_of_its_basin_and_job_or_a_near_one():
    cariste, driver = near_jobs()
    magasinier, basin = a_job("N1103", "Magasinier"), a_basin("Dreux")
    group = grouping.create_collective(an_officer(), [a_need(an_employer("A"), job=magasinier, basin=basin).pk])
    a_need(an_employer("B"), job=magasinier, basin=basin)
    a_need(an_employer("C"), job=cariste, basin=basin)
    a_need(an_employer("D"), job=driver, basin=basin)
    a_need(an_employer("E"), job=magasinier, basin=a_basin("Chartres"))
    officer = an_officer()
    with scope(officer):
        members = list(listed(officer).filter(collective=group))
        found = proposals.additions(officer, group, members)
    assert [member.need.employer.name for member in found] == ["B", "C"]


def test_proposals_make_the_same_number_of_queries_whatever_the_needs(django_assert_num_queries):
    officer = an_officer()
    with scope(officer):
        for name in ("A", "B", "C"):
            a_need(an_employer(name))
        with django_assert_num_queries(3):
            assert len(proposals.suggestions(officer)) == 1
        for name in ("D", "E", "F"):
            a_need(an_employer(name), basin=a_basin("Dreux"))
        with django_assert_num_queries(3):
            assert len(proposals.suggestions(officer)) == 2


def test_one_grid_says_who_asks_for_what_and_totals_what_it_comes_to():
    first = a_need(an_employer("Les Tilleuls"), posts=2, competences=("Faire un lit", "Parler doucement"))
    second = a_need(an_employer("Aide & Cie"), posts=3, competences=("faire un  lit",))
    grouping.create_collective(an_officer(), [first.pk, second.pk])
    officer = an_officer()
    with scope(officer):
        rows = list(listed(officer).order_by("pk"))
        side_by_side, sums = grid(rows), totals(rows)
    assert side_by_side.employers == ("Les Tilleuls", "Aide & Cie")
    (section,) = side_by_side.sections
    assert [(row.label, row.cells) for row in section.rows] == [
        ("Faire un lit", ("asked", "asked")),
        ("Parler doucement", ("asked", "")),
    ]
    assert (sums.posts, sums.employers, sums.soon, sums.places) == (5, 2, 5, ["Châteaudun"])
