"""What no certification covers reaches the Region: listed, filtered, taken away; and nobody else reads the list."""

import csv
import io

import pytest

import factories as make
from browsing import browser
from defi.kernel.access import Who
from defi.operations.actions import add_partner
from defi.steps.design import actions
from defi.steps.design.actions import ModuleFacts

pytestmark = pytest.mark.django_db
ADDRESS = "/capitalisation/hors-certification/"


@pytest.fixture
def operation():
    """Four competences: not taught and uncertified, taught but uncertified, taught in a module uncertified, covered."""
    opened = make.an_operation()
    firm = make.an_employer("Les Tilleuls")
    add_partner(make.an_officer(), opened.pk, firm)
    lead = make.a_coordinator(opened)
    plan = actions.start_plan(lead, opened.pk)
    actions.aim_at(lead, plan.pk, None, label="CQP Assistant de vie")
    module = actions.add_module(lead, plan.pk, ModuleFacts("Gestes", hours_centre=14))
    beside = ModuleFacts("Robots", "added", 7, reason="équipement nouveau", uncertified=True)
    alone = actions.add_module(lead, plan.pk, beside)
    rows = {
        label: actions.add_competence(lead, plan.pk, label, asked_by=[firm])
        for label in ("Conduire", "Piloter un drone", "Régler un robot", "Aider au lever")
    }
    actions.explain_gap(lead, rows["Conduire"].pk, reason="Permis à l'entrée", uncertified=True)
    actions.cover_competence(lead, rows["Piloter un drone"].pk, [module.pk], uncertified=True)
    actions.cover_competence(lead, rows["Régler un robot"].pk, [alone.pk])
    actions.cover_competence(lead, rows["Aider au lever"].pk, [module.pk])
    return opened


def exported(client, query=""):
    found = client.get(f"{ADDRESS}?export=csv{query}")
    return list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig")), delimiter=";"))


def test_the_region_takes_away_each_competence_with_its_certification_and_its_reason(operation):
    rows = {row["Compétence"]: row for row in exported(browser(make.an_officer()))}
    assert set(rows) == {"Conduire", "Piloter un drone", "Régler un robot"}
    assert {row["Certification visée"] for row in rows.values()} == {"CQP Assistant de vie"}
    assert rows["Conduire"]["Raison"] == "Permis à l'entrée"
    assert rows["Conduire"]["Demandée par"] == "Les Tilleuls"
    assert (rows["Régler un robot"]["Enseignée dans"], rows["Régler un robot"]["Raison"]) == (
        "Robots",
        "équipement nouveau",
    )


def test_the_list_filters_by_year_basin_and_job_in_few_queries(operation, django_assert_max_num_queries):
    client = browser(make.actor(Who.STEERING, make.a_region()))
    with django_assert_max_num_queries(24):
        page = client.get(ADDRESS).content.decode()
    assert "Piloter un drone" in page
    assert f"/operations/{operation.pk}/ingenierie/#competence-" in page
    other = make.an_operation(make.a_provider("Autre"), basin=make.a_basin("Chartres"))
    lead = make.a_coordinator(other)
    plan = actions.start_plan(lead, other.pk)
    actions.explain_gap(lead, actions.add_competence(lead, plan.pk, "Voler").pk, reason="Rare", uncertified=True)
    year, basin, job = operation.opened_on.year, operation.basin_id, operation.job_id
    assert len(exported(client)) == 4
    assert len(exported(client, f"&year={year}&basin={basin}&job={job}")) == 3
    assert [row["Compétence"] for row in exported(client, f"&basin={other.basin_id}")] == ["Voler"]
    assert len(exported(client, "&certification=assistant de vie")) == 3


def test_nobody_but_who_steers_reads_the_list(operation):
    for actor in (make.a_coordinator(operation), make.actor(Who.PAYING_OFFICE, make.a_region())):
        assert browser(actor).get(ADDRESS).status_code == 403


def test_the_plan_says_that_it_is_carried_further_and_leads_the_region_there(operation):
    address = f"/operations/{operation.pk}/ingenierie/"
    assert ADDRESS in browser(make.an_officer()).get(address).content.decode()
    told = browser(make.a_coordinator(operation)).get(address).content.decode()
    assert "reprise dans la capitalisation" in told
    assert ADDRESS not in told
