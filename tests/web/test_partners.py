"""« Partenaires » of an operation: a prescriber, an employer or somebody else enters by a click, and leaves said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from django.http import HttpResponse

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.refusals import Invalid, Stale, Unknown, WrongState
from defi.operations import actions
from defi.operations.models import Operation, Part, Partner
from defi.operations.partners import find, proposed_prescribers
from defi.people.actions import OrganisationFacts
from defi.people.models import Network, Organisation, OrganisationKind, Person

TODAY = date(2025, 9, 1)
NEW = {
    "kind": "prescriber",
    "name": "Mission locale du Perche",
    "network": "mission_locale",
    "email": "accueil@example.org",
}


@dataclass
class Stage:
    operation: Operation
    officer: Actor
    coordinator: Actor
    stranger: Actor
    elsewhere: Actor


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with clock.at(TODAY), scope(TASK):
        operation = make.an_operation()
        yield Stage(
            operation,
            make.an_officer(),
            make.a_coordinator(operation),
            make.actor(Who.COORDINATOR, make.a_provider("Un autre organisme")),
            make.an_officer(basins=[make.a_basin("Dreux")]),
        )


def create(stage: Stage, **typed: object) -> HttpResponse:
    return browser(stage.coordinator).post(f"/operations/{stage.operation.pk}/partenaires/nouveau/", {**NEW, **typed})


def parts(operation: Operation) -> dict[str, str]:
    rows = Partner.objects.filter(operation=operation, left_on=None).select_related("organisation")
    return {row.organisation.name: row.part for row in rows}


@pytest.mark.parametrize("who", ["officer", "coordinator"])
def test_a_known_prescriber_enters_by_one_click(stage, who):
    house = make.a_prescriber()
    client = browser(getattr(stage, who))
    post(client, "partner_add", stage.operation.pk, answered=302, organisation=house.pk)
    assert parts(stage.operation)[house.name] == Part.PRESCRIBER
    assert f"{house} participe à l'opération" in unescape(page(client, "partners", stage.operation.pk))


def test_a_prescriber_nobody_knew_is_created_with_its_network_and_its_contact(stage):
    assert create(stage, first_name="Nour", last_name="Perche").status_code == 302
    partner = Partner.objects.select_related("organisation", "contact").get(part=Part.PRESCRIBER)
    assert (partner.organisation.network, partner.organisation.email) == ("mission_locale", "accueil@example.org")
    assert str(partner.contact) == "Nour Perche"
    assert partner.joined_on == TODAY


def test_what_a_new_organisation_is_and_how_to_reach_it_are_asked_and_nothing_typed_is_lost(stage):
    refused = create(stage, email="", network="")
    told = refused.text
    assert refused.status_code == 422
    assert "Indiquez le réseau du prescripteur" in told
    assert "une adresse électronique ou un téléphone" in told
    assert "Mission locale du Perche" in told
    assert not Organisation.objects.filter(name=NEW["name"]).exists()


def test_adding_twice_is_once(stage):
    create(stage)
    create(stage)
    assert Organisation.objects.filter(name=NEW["name"]).count() == 1
    assert Partner.objects.filter(part=Part.PRESCRIBER).count() == 1


def test_the_region_is_no_partner(stage):
    told = browser(stage.officer)
    post(told, "partner_add", stage.operation.pk, answered=302, organisation=stage.operation.region_id)
    assert "pilote déjà" in page(told, "partners", stage.operation.pk)
    facts = OrganisationFacts(OrganisationKind.REGION, "Une Région", email="r@example.org")
    with pytest.raises(Invalid):
        actions.add_partner(stage.officer, stage.operation.pk, facts)


def test_other_providers_other_officers_and_the_other_roles_add_nobody(stage):
    house = make.a_prescriber()
    post(browser(stage.stranger), "partner_add", stage.operation.pk, answered=404, organisation=house.pk)
    post(browser(stage.elsewhere), "partner_add", stage.operation.pk, answered=403, organisation=house.pk)
    firm = make.an_employer()
    actions.add_partner(stage.officer, stage.operation.pk, firm)
    signatory = browser(make.actor(Who.SIGNATORY, firm))
    post(signatory, "partner_add", stage.operation.pk, answered=403, organisation=house.pk)
    assert "Ajouter un partenaire" not in page(signatory, "partners", stage.operation.pk)


def test_a_partner_reads_who_takes_part_but_not_whom_to_call(stage):
    firm = make.an_employer(email="direction@example.org")
    actions.add_partner(stage.officer, stage.operation.pk, firm)
    actions.add_partner(stage.officer, stage.operation.pk, make.a_prescriber(email="ml@example.org"))
    told = page(browser(make.actor(Who.SIGNATORY, firm)), "partners", stage.operation.pk)
    assert "Mission locale du Dunois" in told
    assert "ml@example.org" not in told
    assert "ml@example.org" in page(browser(stage.coordinator), "partners", stage.operation.pk)


def test_the_prescribers_of_the_basin_are_proposed(stage):
    here, beside, far = (make.a_prescriber(name) for name in ("Ici", "Voisine", "Loin"))
    Organisation.objects.filter(pk=here.pk).update(commune=make.a_commune())
    actions.add_partner(stage.officer, make.an_operation(make.a_provider("Autre")).pk, beside)
    assert proposed_prescribers(stage.operation) == [here, beside]
    assert far not in proposed_prescribers(stage.operation)
    told = page(browser(stage.coordinator), "partners", stage.operation.pk)
    assert "Prescripteurs connus du bassin de Châteaudun" in told
    actions.add_partner(stage.officer, stage.operation.pk, here)
    assert proposed_prescribers(stage.operation) == [beside]


def test_a_name_finds_known_organisations_without_accents_those_of_the_basin_first(stage):
    far, here = make.a_prescriber("Mission locale d'Orléans"), make.a_prescriber("Mission locale des Étangs")
    Organisation.objects.filter(pk=here.pk).update(commune=make.a_commune())
    make.an_employer("Mission Propreté")
    assert find(stage.operation, "MISSION locale") == [here, far]
    assert [row.name for row in find(stage.operation, "proprete", "employer")] == ["Mission Propreté"]
    assert find(stage.operation, "  ") == []
    client = browser(stage.coordinator)
    assert "Mission locale des Étangs" in client.get(f"/operations/{stage.operation.pk}/partenaires/?name=etangs").text


def test_the_contact_of_a_partner_is_a_member_when_the_address_is_theirs_else_somebody_new(stage):
    house = make.a_prescriber()
    member = make.a_person("Nour", "Conseil", email="nour@example.org")
    make.actor(Who.ADVISER, house, member)
    partner = actions.add_partner(stage.coordinator, stage.operation.pk, house)
    facts = {"first_name": "N.", "last_name": "C.", "email": "NOUR@example.org"}
    post(browser(stage.coordinator), "partner_contact", partner.pk, answered=302, **facts, version=partner.version)
    partner.refresh_from_db()
    assert partner.contact == member
    assert Person.objects.get(pk=member.pk).first_name == "Nour"
    with pytest.raises(Stale):
        actions.name_contact(stage.coordinator, partner.pk, actions.ContactFacts("A", "B"), version=1)


def test_half_a_name_is_refused_beside_its_field(stage):
    with pytest.raises(Invalid) as refused:
        actions.add_partner(
            stage.coordinator, stage.operation.pk, make.a_prescriber(), contact=actions.ContactFacts(last_name="Seul")
        )
    assert set(refused.value.fields) == {"first_name"}


def test_leaving_says_what_follows_and_needs_a_date_that_is_possible_and_a_reason(stage):
    partner = actions.add_partner(stage.coordinator, stage.operation.pk, make.a_prescriber())
    client = browser(stage.coordinator)
    assert "les personnes déjà orientées restent" in page(client, "partner_leave", partner.pk)
    typed = {"on": TODAY + timedelta(days=1), "reason": "Fusion de deux structures.", "version": partner.version}
    assert "à venir" in post(client, "partner_leave", partner.pk, answered=422, **typed)
    typed["on"] = TODAY - timedelta(days=1)
    assert "avant son arrivée" in post(client, "partner_leave", partner.pk, answered=422, **typed)
    post(client, "partner_leave", partner.pk, answered=302, **{**typed, "on": TODAY})
    partner.refresh_from_db()
    assert partner.left_on == TODAY
    assert "Ont quitté l'opération" in page(client, "partners", stage.operation.pk).replace("&#x27;", "'")
    with pytest.raises(WrongState, match="a quitté"):
        actions.name_contact(stage.coordinator, partner.pk, actions.ContactFacts("A", "B"))


def test_an_employer_withdraws_its_promises_before_it_leaves(stage):
    firm = make.an_employer()
    make.a_session(stage.operation)
    make.a_promise(stage.operation, firm)
    partner = Partner.objects.get(organisation=firm)
    client = browser(stage.coordinator)
    assert "1 promesse en cours" in page(client, "partner_leave", partner.pk)
    with pytest.raises(WrongState, match="retirez-la d'abord"):
        actions.partner_leaves(stage.coordinator, partner.pk, reason="Plus de besoin.")
    partner.refresh_from_db()
    assert partner.left_on is None


def test_a_partner_of_another_operation_is_not_known(stage):
    partner = actions.add_partner(stage.coordinator, stage.operation.pk, make.a_prescriber(network=Network.CAP_EMPLOI))
    with pytest.raises(Unknown):
        actions.name_contact(stage.stranger, partner.pk, actions.ContactFacts("A", "B"))
    page(browser(stage.stranger), "partner_leave", partner.pk, status=404)


def test_the_page_asks_the_same_number_of_queries_whoever_takes_part(stage, django_assert_max_num_queries):
    client = browser(stage.coordinator)
    for n in range(12):
        actions.add_partner(stage.officer, stage.operation.pk, make.an_employer(f"Firme {n}"))
    with django_assert_max_num_queries(25):
        page(client, "partners", stage.operation.pk)
