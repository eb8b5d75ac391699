"""The spaces of a trainee, of an employer and of a tutor: each reads what is theirs, and nothing of another's."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import factories as make
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.operations.actions import add_partner
from defi.people.models import Person
from defi.steps.sourcing.actions import name_referent
from defi.steps.training import actions
from defi.web.firm_space import firm_space
from steps.training.conftest import FIRST, build
from steps.training.periods import sign_all

TODAY = date(2026, 1, 2)


@pytest.fixture
def stage(db):
    """Three trainees; the first paired with Les Tilleuls, received there on Monday by Rose; the second elsewhere."""
    built = build()
    with clock.at(FIRST), scope(TASK):
        actions.start_session(built.coordinator, built.session.pk, on=FIRST, entered=built.ids)
        make.a_pairing(built.people[0], make.a_promise(built.operation, built.employer, posts=2))
        name_referent(built.coordinator, built.ids[0], built.coordinator.person_id)
        Person.objects.filter(pk=built.coordinator.person_id).update(phone="02 37 00 00 01")
    with clock.at(TODAY), scope(TASK):
        yield built


def received(stage, n, employer, tutor=None, starts=date(2026, 1, 5)):
    facts = actions.PlacementFacts(
        employer_id=employer.pk,
        starts_on=starts,
        ends_on=date(2026, 1, 16),
        hours=70,
        aims=f"Accompagner les repas ({n})",
        tutor_id=tutor.person_id if tutor else None,
        tutor_name="" if tutor else "M. Autre",
    )
    return actions.plan_placement(stage.coordinator, stage.ids[n], facts)


# employer


def test_an_employer_reads_its_trainees_its_promises_and_whom_to_call(stage):
    signatory = make.actor(Who.SIGNATORY, stage.employer)
    shown = page(browser(signatory), "todo")
    person = stage.people[0].person
    assert person.short_name in shown
    assert person.last_name not in shown
    assert "2 postes, 1 avec une personne en face" in shown
    assert str(stage.operation.provider) in shown
    assert not any(p.person.first_name in shown for p in stage.people[1:])


def test_an_employer_reads_nothing_of_another_s(stage):
    other = make.an_employer("Maison Bel-Air")
    add_partner(stage.officer, stage.operation.pk, other)
    make.a_pairing(stage.people[1], make.a_promise(stage.operation, other))
    received(stage, 1, other)
    shown = page(browser(make.actor(Who.SIGNATORY, other)), "todo")
    assert stage.people[1].person.first_name in shown
    assert stage.people[0].person.first_name not in shown
    assert "Les Tilleuls" not in shown


def test_an_employer_learns_that_its_trainee_is_away_and_not_why(stage):
    actions.suspend_path(stage.coordinator, stage.ids[0], on=TODAY, why="personal_choice")
    shown = page(browser(make.actor(Who.SIGNATORY, stage.employer)), "todo")
    assert "formation interrompue depuis" in shown
    assert "à la demande de la personne" not in shown


# tutor


def test_a_tutor_reads_whom_they_receive_when_for_what_and_whom_to_call(stage):
    received(stage, 0, stage.employer, stage.tutor)
    shown = page(browser(stage.tutor), "todo")
    assert "La personne que vous recevez" in shown
    assert str(stage.people[0].person) in shown
    assert "dans 3 jours" in shown
    assert "Accompagner les repas (0)" in shown
    assert "tel:0237000001" in shown


def test_a_tutor_reads_nothing_of_a_colleague_s(stage):
    colleague = make.actor(Who.TUTOR, stage.employer, make.a_person("Hugo", "Collègue", "hugo@tilleuls.example"))
    received(stage, 0, stage.employer, stage.tutor)
    received(stage, 1, stage.employer, colleague)
    shown = page(browser(stage.tutor), "todo")
    assert stage.people[1].person.first_name not in shown
    space = firm_space(stage.tutor)
    assert space is not None
    assert (space.trainees, space.promises) == ([], [])
    assert [row.placement.tutor_id for row in space.received] == [stage.tutor.person_id]


def test_a_tutor_who_awaits_nobody_is_told_what_will_stand_there(stage):
    assert "Personne n'est attendu chez vous" in page(browser(stage.tutor), "todo")


def test_the_space_of_a_firm_costs_the_same_whatever_it_holds(stage):
    signatory = make.actor(Who.SIGNATORY, stage.employer)
    client = browser(signatory)
    received(stage, 0, stage.employer, stage.tutor)
    with CaptureQueriesContext(connection) as few:
        page(client, "todo")
    make.a_pairing(stage.people[1], make.a_promise(stage.operation, stage.employer))
    for n in (1, 2):
        received(stage, n, stage.employer, stage.tutor)
    with CaptureQueriesContext(connection) as many:
        page(client, "todo")
    assert len(few) == len(many) <= 30


# trainee


def test_a_trainee_reads_their_employer_their_papers_and_whom_to_call(stage):
    received(stage, 0, stage.employer, stage.tutor)
    shown = page(browser(stage.as_trainee(0)), "training:my_space")
    for said in ("Mon employeur", "Les Tilleuls", "Mes papiers", "Qui appeler ?", "tel:0237000001", "Mes heures"):
        assert said in shown, said
    assert "<script>" not in shown
    assert not any(p.person.first_name in shown for p in stage.people[1:])


def test_a_trainee_has_no_space_of_a_firm_and_a_firm_none_of_a_trainee(stage):
    assert firm_space(stage.as_trainee(0)) is None
    assert firm_space(stage.coordinator) is None
    assert browser(stage.tutor).get("/mon-espace/").status_code == 302
    assert browser(stage.tutor).get("/mon-espace/presence/").status_code == 404


# trainee


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Salle 2", ["Salle 4", "Salle 2", "12 rue du Centre, Châteaudun"]),
        ("3 rue de la Gare", ["Salle 4", "3 rue de la Gare, Châteaudun"]),
        ("", ["Salle 4", "12 rue du Centre, Châteaudun"]),
    ],
)
def test_a_trainee_reads_the_room_and_where_the_centre_is(stage, place, said):
    provider = stage.operation.provider
    type(provider).objects.filter(pk=provider.pk).update(
        address="12 rue du Centre", commune=make.a_commune("Châteaudun")
    )
    type(stage.session).objects.filter(pk=stage.session.pk).update(place=place)
    stage.sheet(on=TODAY, place="Salle 4")
    shown = page(browser(stage.as_trainee(0)), "training:my_space")
    for line in said:
        assert line in shown
    assert shown.count("Salle 4") == 1


def test_a_firm_reads_that_somebody_has_not_begun_rather_than_arrives_yesterday(stage):
    received(stage, 0, stage.employer, stage.tutor)
    with clock.at(date(2026, 1, 6)):
        shown = page(browser(stage.tutor), "todo")
    assert "n'a pas commencé" in shown.replace("&#x27;", "'")
    assert "arrive hier" not in shown


def test_a_tutor_is_not_offered_to_sign_the_presence_of_somebody_who_is_interrupted_until_they_are_back(stage):
    placement = sign_all(stage, received(stage, 0, stage.employer, stage.tutor))
    sign = f"/periodes/{placement.pk}/presence/"

    def shown(day):
        with clock.at(day):
            return page(browser(stage.tutor), "todo").split('id="recues"')[1]

    assert sign in shown(date(2026, 1, 5))
    with clock.at(date(2026, 1, 6)):
        actions.suspend_path(stage.coordinator, stage.ids[0], on=date(2026, 1, 6), why="job")
    while_away = shown(date(2026, 1, 7))
    assert "formation interrompue depuis" in while_away
    assert sign not in while_away
    with clock.at(date(2026, 1, 8)):
        actions.resume_path(stage.coordinator, stage.ids[0], on=date(2026, 1, 8))
    assert sign in shown(date(2026, 1, 8))
