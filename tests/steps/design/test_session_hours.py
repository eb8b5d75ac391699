"""The session is changed, or an employer joins, under a plan that all approved: nobody has to find it out."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import factories as make
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.documents.french import NO_BREAK
from defi.operations.actions import add_partner
from defi.people.models import Account
from defi.steps.design import covering, turns
from defi.steps.design.actions import Description, ModuleFacts, add_competence, add_module, describe_plan, start_plan
from defi.steps.design.calendar import actions as calendar
from defi.steps.design.session_hours import session_apart
from design.calendar.stage import RHYTHM

pytestmark = pytest.mark.django_db
TO_DO = "il faut reprendre le plan, ou corriger la session"


@pytest.fixture
def operation():
    opened = make.an_operation()
    make.a_session(opened)
    return opened


@pytest.fixture
def firm(operation):
    employer = make.an_employer("Les Tilleuls", email="contact@tilleuls.exemple.invalid")
    add_partner(make.an_officer(), operation.pk, employer)
    return employer


@pytest.fixture
def plan(operation, firm):
    """Approved by all, with the hours of the session: 420 in centre, 140 in company."""
    lead = make.a_coordinator(operation)
    plan = start_plan(lead, operation.pk)
    module = add_module(lead, plan.pk, ModuleFacts("Gestes", hours_centre=420, hours_company=140))
    row = add_competence(lead, plan.pk, "Aider au lever", asked_by=[firm])
    covering.cover_all(lead, plan.pk, {row.pk: frozenset({module.pk})})
    describe_plan(lead, plan.pk, Description(specific="Nuits", public_need="profils à venir"))
    calendar.set_rhythm(lead, plan.pk, RHYTHM)
    turns.submit_plan(lead, plan.pk)
    turns.approve_plan(make.actor(Who.SIGNATORY, firm), plan.pk)
    turns.approve_plan(make.an_officer(), plan.pk)
    plan.refresh_from_db()
    assert plan.state == "approved"
    return plan


@pytest.fixture
def lead(operation):
    person = make.a_person("Alex", email="alex@exemple.invalid")
    make.actor(Who.COORDINATOR, operation.provider, person)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def said(page):
    words = page.content.decode().replace(NO_BREAK, " ").replace("&#x27;", "'").replace("’", "'")
    return re.sub(r"\s+", " ", words)


def test_only_the_hours_that_differ_are_said_and_what_to_do():
    assert session_apart("approved", (420, 140), (400, 140)) == [
        f"La session dit 400 h en centre, le plan approuvé 420 h : {TO_DO}."
    ]
    assert len(session_apart("submitted", (420, 140), (400, 100))) == 2
    assert session_apart("approved", (420, 140), (420, 140)) == []
    assert session_apart("approved", (420, 140), None) == []


def test_a_plan_in_preparation_says_it_with_what_misses_to_submit_it():
    assert session_apart("draft", (420, 140), (400, 140)) == []


def test_once_started_it_is_the_plan_that_changes_by_request():
    (sentence,) = session_apart("approved", (420, 140), (400, 140), started=True)
    assert "demander une modification du plan" in sentence


def test_the_form_of_the_session_says_it_before_and_the_pages_say_it_after(plan, operation, lead):
    form = f"/operations/{operation.pk}/session/fixer/"
    assert "Le plan approuvé par tous fait 420 h en centre et 140 h en entreprise" in said(lead.get(form))
    assert "Personne n'a rien à faire." in said(lead.get(f"/operations/{operation.pk}/ingenierie/"))
    start = clock.today() + timedelta(days=1)
    typed = {"starts_on": start, "ends_on": start + timedelta(days=120), "seats": 10, "hours_company": 140}
    done = lead.post(form, typed | {"hours_centre": 400}, follow=True)
    sentence = f"La session dit 400 h en centre, le plan approuvé 420 h : {TO_DO}."
    assert sentence in said(done)
    assert sentence in said(
        lead.get(reverse("operation_card", args=[operation.pk, "design"]), headers={"hx-request": "true"})
    )
    page = said(lead.get(f"/operations/{operation.pk}/ingenierie/"))
    assert sentence in page
    assert "Personne n'a rien à faire." not in page
    assert sentence in said(lead.get(f"/plans/{plan.pk}/calendrier/"))
    back = lead.post(form, typed | {"hours_centre": 420}, follow=True)
    assert "La session dit" not in said(back)


def test_an_employer_that_joins_after_the_approval_is_named_to_the_provider(plan, operation, lead):
    late = make.an_employer("Maison Bel-Air", email="contact@bel-air.exemple.invalid")
    add_partner(make.an_officer(), operation.pk, late)
    page = said(lead.get(f"/operations/{operation.pk}/ingenierie/"))
    assert "Maison Bel-Air prend part depuis l'approbation : son accord sur le plan n'a pas été demandé." in page
    assert "Reprenez le plan, puis soumettez-le" in page
    plan.refresh_from_db()
    assert plan.state == "approved"
