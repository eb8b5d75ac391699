"""The pages of the bilan: held by ticking who was there, then person by person; an employer sees its own."""

import re
from datetime import date

import pytest
from django.test import Client

import endings
import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.models import Meeting
from defi.steps.review.models import CertificationResult, EmploymentContract, NoHire, ReviewPoint

pytestmark = pytest.mark.django_db
REVIEW = date(2026, 4, 8)


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, lambda: endings.begun(seats=8, people=3, paired=3)) as built:
        yield built


@pytest.fixture
def ending(running):
    running.refresh()
    with clock.at(REVIEW):
        yield running


def presences(ending, **changes):
    said = {f"trainee_{person.person_id}": "present" for person in ending.people}
    said |= {f"employer_{employer.pk}": "excused" for employer in ending.employers}
    return {"held_on": REVIEW.isoformat(), "team": "present", "minutes": "Bon groupe"} | said | changes


def test_it_is_held_by_saying_who_was_there(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    assert "Tenir le bilan" in page(provider, "review:review", here)
    assert ending.people[0].person.short_name in page(provider, "review:hold", here)
    post(provider, "review:hold", here, **presences(ending))
    shown = page(provider, "review:review", here)
    assert "tenu" in shown
    assert "Bon groupe" in shown
    assert "excusé" in shown


def test_who_is_missing_is_said_on_top_and_what_was_typed_is_kept(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    said = presences(ending, **{f"employer_{ending.employers[0].pk}": "absent", "minutes": "Kept words"})
    shown = post(provider, "review:hold", here, answered=422, **said)
    assert "Notez présent ou excusé." in shown
    assert "Kept words" in shown
    with scope(TASK):
        assert not Meeting.objects.filter(kind="review").exists()


def test_nobody_is_present_by_default_but_all_are_with_one_click_that_records_nothing(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    empty = post(provider, "review:hold", here, answered=422, held_on=REVIEW.isoformat())
    assert "Notez présent ou excusé." in empty
    first = f"employer_{ending.employers[0].pk}"
    read = post(provider, "review:hold", here, answered=200, **{"everybody": "1", first: "excused", "minutes": "Kept"})
    assert "Kept" in read
    assert read.count('<option value="present" selected>') == len(ending.people) + len(ending.employers)
    with scope(TASK):
        assert not Meeting.objects.filter(kind="review").exists()


def test_only_what_is_taken_is_offered_to_note_who_is_expected(ending):
    shown = page(browser(ending.coordinator), "review:hold", ending.operation.pk)
    for field in (f"trainee_{ending.people[0].person_id}", "team", f"employer_{ending.employers[0].pk}"):
        choices = shown.partition(f'name="{field}"')[2].partition("</select>")[0]
        assert "excusé" in choices
        assert "absent" not in choices


def test_points_and_people_are_noted_one_by_one(ending):
    provider, officer, here = browser(ending.coordinator), browser(ending.officer), ending.operation.pk
    post(provider, "review:hold", here, **presences(ending))
    post(officer, "review:point", here, kind="lesson", voice="all", text="Commencer par l'immersion")
    first, second, third = ending.people
    post(provider, "review:certify", here, first.pk, result="full", on=REVIEW.isoformat())
    post(provider, "review:certify", here, second.pk, answered=422, result="blocks", on=REVIEW.isoformat())
    shown = page(provider, "review:contract", here, first.pk)
    assert "Les Tilleuls" in shown
    contract = {"employer": ending.employers[0].pk, "contract": "cdi", "starts_on": "2026-04-20"}
    post(provider, "review:contract", here, first.pk, **contract)
    refused = post(provider, "review:contract", here, second.pk, answered=422, **contract | {"starts_on": "2025-01-01"})
    assert "avant la formation" in refused
    post(provider, "review:no_hire", here, third.pk, why="person_declined")
    with scope(TASK):
        assert ReviewPoint.objects.get().kind == "lesson"
        assert CertificationResult.objects.get().result == "full"
        row = EmploymentContract.objects.get()
        assert row.promise_id == ending.promises[0].pk
        assert NoHire.objects.get().candidacy_id == third.pk
    shown = page(provider, "review:review", here)
    assert "promesse tenue" in shown
    assert "1 promesse à suivre" in shown
    correction = contract | {"contract": "cdd", "ends_on": "2026-12-31", "version": row.version}
    assert "motif" in post(provider, "review:correct_contract", row.pk, answered=422, **correction).lower()
    post(provider, "review:correct_contract", row.pk, reason="erreur de saisie", **correction)
    stale = post(provider, "review:correct_contract", row.pk, answered=422, reason="encore", **correction)
    assert "modifiée pendant que vous la lisiez" in stale


def test_an_employer_chosen_and_another_written_are_refused_and_what_was_typed_is_kept(ending):
    provider, here, person = browser(ending.coordinator), ending.operation.pk, ending.people[0].pk
    typed = {"employer": ending.employers[0].pk, "employer_name": "Autre SARL", "contract": "cdi"}
    refused = post(provider, "review:contract", here, person, answered=422, **typed, starts_on="2026-04-20")
    assert "Un employeur est déjà choisi dans la liste" in refused
    assert 'value="Autre SARL"' in refused
    assert 'value="2026-04-20"' in refused
    with scope(TASK):
        assert not EmploymentContract.objects.exists()
    post(provider, "review:contract", here, person, **typed | {"employer": 0}, starts_on="2026-04-20")
    with scope(TASK):
        assert EmploymentContract.objects.get().promise_id is None


def test_a_form_that_could_only_be_refused_says_why_before_anything_is_typed(ending):
    provider, officer, here = browser(ending.coordinator), browser(ending.officer), ending.operation.pk
    person = ending.people[0].pk
    assert "pas encore tenu" in page(officer, "review:point", here, status=409)
    contract = {"employer": ending.employers[0].pk, "contract": "cdi", "starts_on": "2026-04-20"}
    post(provider, "review:contract", here, person, **contract)
    assert "corrigez-le" in page(provider, "review:no_hire", here, person, status=409)
    post(provider, "review:hold", here, **presences(ending))
    for form in ("review:hold", "review:convene"):
        assert "déjà tenu" in page(provider, form, here, status=409)
    with scope(TASK):
        row = EmploymentContract.objects.get()
        ending.operation.state, ending.operation.closed_on = "closed", REVIEW
        ending.operation.save()
    for reader, form, *args in (
        (officer, "review:point", here),
        (provider, "review:certify", here, person),
        (provider, "review:hold", here),
    ):
        assert "est close" in page(reader, form, *args, status=409)
    page(officer, "review:certify", here, person, status=403)
    page(provider, "review:contract", here, person)
    page(provider, "review:correct_contract", row.pk)
    kept = post(provider, "review:point", here, answered=422, kind="strong", voice="all", text="Kept words")
    assert "Kept words" in kept


def test_an_employer_records_its_own_contract_and_sees_nobody_else(ending):
    signatory = browser(make.actor(Who.SIGNATORY, ending.employers[1]))
    here, mine, other = ending.operation.pk, ending.people[1], ending.people[0]
    shown = page(signatory, "review:review", here)
    assert mine.person.short_name in shown
    assert other.person.short_name not in shown
    post(
        signatory,
        "review:contract",
        here,
        mine.pk,
        employer=ending.employers[1].pk,
        contract="cdi",
        starts_on="2026-04-20",
    )
    page(signatory, "review:contract", here, other.pk, status=404)
    page(signatory, "review:certify", here, other.pk, status=404)
    with scope(TASK):
        assert EmploymentContract.objects.get().candidacy_id == mine.pk


def test_a_stranger_finds_nothing(ending):
    stranger, here = browser(ending.stranger), ending.operation.pk
    page(stranger, "review:review", here, status=404)
    page(stranger, "review:hold", here, status=404)


def test_the_region_reads_without_buttons_of_the_provider(ending):
    shown = page(browser(ending.office), "review:review", ending.operation.pk)
    assert "Le bilan est à tenir par" in shown
    assert "Enregistrer un contrat" not in shown


def test_an_employer_without_an_account_notes_its_contract_from_a_link(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    post(provider, "review:ask", here)
    mail = Mail.objects.filter(address="contact@tilleuls.example").latest("pk")
    address = re.search(r"(/lien/[^/]+/)", mail.body)[1]
    mine, other = ending.people[0], ending.people[1]
    shown = Client().get(address).content.decode()
    assert mine.person.short_name in shown
    assert other.person.short_name not in shown
    contract = {"employer": ending.employers[0].pk, "contract": "cdd", "starts_on": "2026-04-20"}
    refused = Client().post(f"{address}{mine.pk}/", contract)
    assert refused.status_code == 422
    assert "Indiquez la date de fin" in refused.content.decode()
    assert Client().post(f"{address}{other.pk}/", contract).status_code == 404
    done = Client().post(f"{address}{mine.pk}/", contract | {"ends_on": "2026-12-31"})
    assert (done.status_code, done["Location"]) == (303, address)
    assert "contrat noté" in Client().get(address).content.decode()
