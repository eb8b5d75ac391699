"""Which sessions the catalogue offers for a job, in which basins, when."""

from __future__ import annotations

from datetime import date

import pytest

from defi.kernel.access import Actor, scope
from defi.people.actions import OrganisationFacts, register_organisation
from defi.people.models import OrganisationKind
from defi.reference.models import Basin, Job
from defi.steps.offer.catalogue.queries import Offered, offered
from factories import a_basin, a_commune, a_job, a_provider, an_officer
from steps.offer.catalogue.stage import an_offered_session

pytestmark = pytest.mark.django_db

SPRING = (date(2026, 3, 1), date(2026, 6, 30))


def found(job: Job, basins: list[Basin], period: tuple[date, date] = SPRING, actor: Actor | None = None) -> list:
    who = actor or an_officer()
    with scope(who):
        return offered(who, job, basins, period)


def test_a_session_is_found_by_its_job_its_basin_and_its_dates():
    session = an_offered_session(a_commune())
    (one,) = found(a_job(), [a_basin(), a_basin("Chartres")])
    assert isinstance(one, Offered)
    assert (one.session_id, one.exact, one.hours_centre, one.hours_company) == (session.pk, True, 420, 140)
    assert one.basins == {a_basin().pk}
    assert one.communes == ("Châteaudun",)
    assert one.certifications == {"RNCP37715"}


def test_another_job_another_basin_and_another_period_find_nothing():
    an_offered_session(a_commune())
    assert found(a_job("A1401", "Ouvrier agricole"), [a_basin()]) == []
    assert found(a_job(), [a_basin("Chartres")]) == []
    assert found(a_job(), [a_basin()], (date(2026, 6, 27), date(2026, 12, 31))) == []
    assert found(a_job(), [a_basin()], (date(2025, 1, 1), date(2026, 3, 1))) == []


def test_the_first_and_the_last_day_count():
    an_offered_session(a_commune())
    assert found(a_job(), [a_basin()], (date(2026, 6, 26), date(2026, 12, 31)))
    assert found(a_job(), [a_basin()], (date(2025, 1, 1), date(2026, 3, 2)))


def test_a_session_whose_dates_are_open_counts():
    an_offered_session(a_commune(), starts_on=None, ends_on=None)
    (one,) = found(a_job(), [a_basin()])
    assert (one.starts_on, one.ends_on) == (None, None)


def test_what_is_no_longer_offered_is_not_found():
    an_offered_session(a_commune(), withdrawn_on=date(2026, 1, 5))
    assert found(a_job(), [a_basin()]) == []


def test_a_place_of_no_known_commune_is_in_no_basin():
    an_offered_session(None)
    assert found(a_job(), [a_basin()]) == []


def test_a_file_that_knows_the_code_of_before_the_split_still_answers_and_says_so():
    job = a_job("K1311")
    Job.objects.filter(pk=job.pk).update(parent_code="K1302")
    job.refresh_from_db()
    an_offered_session(a_commune(), jobs=("K1302",))
    (one,) = found(job, [a_basin()])
    assert not one.exact


def test_the_organisation_is_recognised_by_its_siret():
    facts = OrganisationFacts(OrganisationKind.PROVIDER, "Atelier du Loir", siret="73282932000074")
    provider = register_organisation(facts)
    an_offered_session(a_commune(), siret="73282932000074")
    an_offered_session(a_commune(), siret="35600000000048")
    assert {one.provider_siret: one.provider for one in found(a_job(), [a_basin()])} == {
        "73282932000074": provider,
        "35600000000048": None,
    }


def test_outside_the_region_nobody_reads_the_catalogue():
    an_offered_session(a_commune())
    outsider = Actor(an_officer().who.COORDINATOR, organisation_id=a_provider().pk)
    assert found(a_job(), [a_basin()], actor=outsider) == []


def test_the_number_of_queries_does_not_follow_that_of_the_sessions(django_assert_num_queries):
    who, job, basin = an_officer(), a_job(), a_basin()
    for _ in range(5):
        an_offered_session(a_commune(), siret="73282932000074")
    with scope(who), django_assert_num_queries(4):
        assert len(offered(who, job, [basin], SPRING)) == 5
