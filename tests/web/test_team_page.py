"""The page of a team: who reads it, who opens and closes an access from it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import factories as make
from defi.kernel.access import TASK, Who, scope
from defi.people.models import Account, Membership

pytestmark = pytest.mark.django_db


def signed_in(role, organisation):
    person = make.a_person("Alex", email=f"{role}-{organisation.pk}@exemple.invalid")
    make.actor(role, organisation, person)
    browser = Client()
    browser.force_login(Account.objects.get(person=person))
    return browser


def typed(**changed):
    return {"first_name": "Nora", "last_name": "Essai", "email": "nora@exemple.invalid", "role": "cabinet"} | changed


def test_the_direction_invites_moves_and_lets_go_from_one_page():
    direction, basin = signed_in(Who.STEERING, make.a_region()), make.a_basin("Vierzon")
    told = direction.post("/equipe/", typed(role="officer"), follow=True).content.decode()
    assert "Territoire de Nora Essai" in told
    with scope(TASK):
        membership = Membership.objects.get(person__first_name="Nora")
    here = {"basins": [basin.pk]}
    assert "Vierzon" in direction.post(f"/equipe/{membership.pk}/territoire/", here, follow=True).content.decode()
    told = direction.post(f"/equipe/{membership.pk}/territoire/", {"basins": []}, follow=True).content.decode()
    assert "toute la région" in told
    told = direction.post(f"/equipe/{membership.pk}/fin/", {"reason": "départ"}, follow=True).content.decode()
    assert "Accès fermés" in told


def test_a_wrong_address_comes_back_with_what_was_typed():
    answer = signed_in(Who.STEERING, make.a_region()).post("/equipe/", typed(email="nora"))
    assert answer.status_code == 422
    assert 'value="Nora"' in answer.content.decode()


def test_a_trainer_reads_the_team_without_the_form():
    house = make.a_provider()
    shown = signed_in(Who.TRAINER, house).get("/equipe/").content.decode()
    assert "formateur" in shown.lower()
    assert 'name="email"' not in shown
    assert signed_in(Who.COORDINATOR, house).post("/equipe/", typed(role="trainer")).status_code == 200
    with scope(TASK):
        assert not Membership.objects.filter(person__first_name="Nora").exists()


def test_an_officer_invites_for_an_employer_and_nobody_looks_into_another_house():
    employer = make.an_employer()
    officer = signed_in(Who.OFFICER, make.a_region())
    address = f"/organisations/{employer.pk}/equipe/"
    assert "Nora Essai" in officer.post(address, typed(role="tutor"), follow=True).content.decode()
    assert signed_in(Who.COORDINATOR, make.a_provider()).get(address).status_code == 404
    assert Client().get(address).status_code in {302, 404}


def test_the_region_welcomes_a_training_organisation_whose_first_person_invites_the_others():
    officer = signed_in(Who.OFFICER, make.a_region())
    facts = {"kind": "provider", "name": "Atelier du Loir", "siret": "", "nda": ""}
    first = {"first_name": "Nora", "last_name": "Essai", "email": "nora@exemple.invalid"}
    assert "invitée" in officer.post("/organisations/nouvelle/", facts | first, follow=True).content.decode()
    with scope(TASK):
        membership = Membership.objects.get(person__first_name="Nora")
    assert membership.role == Who.ADMINISTRATOR
    assert "Atelier du Loir" in officer.get("/organisations/?q=atelier&kind=provider").content.decode()
    assert "Atelier du Loir" not in officer.get("/organisations/?kind=prescriber").content.decode()


def test_a_prescriber_says_its_network_and_a_wrong_siret_keeps_what_was_typed():
    officer = signed_in(Who.OFFICER, make.a_region())
    first = {"first_name": "Nora", "last_name": "Essai", "email": "nora@exemple.invalid"}
    answer = officer.post("/organisations/nouvelle/", {"kind": "prescriber", "name": "Mission locale", **first})
    assert answer.status_code == 422
    assert "Choisissez le réseau" in answer.content.decode()
    wrong = {"kind": "provider", "name": "Atelier", "siret": "79026100000000", **first}
    answer = officer.post("/organisations/nouvelle/", wrong)
    assert answer.status_code == 422
    assert "79026100000000" in answer.content.decode()


def test_the_houses_are_for_the_region():
    assert signed_in(Who.COORDINATOR, make.a_provider()).get("/organisations/").status_code == 403


def test_the_list_takes_as_many_queries_for_two_as_for_ten():
    direction = signed_in(Who.STEERING, make.a_region())
    direction.get("/equipe/")
    with CaptureQueriesContext(connection) as few:
        direction.get("/equipe/")
    for _n in range(8):
        make.an_officer()
    with CaptureQueriesContext(connection) as many:
        direction.get("/equipe/")
    assert len(many) == len(few)
