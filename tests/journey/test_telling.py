"""The journal in words: who did what, and why, with names read from the people when they are shown."""

import pytest

import factories
from defi.journey.subjects import joined
from defi.journey.telling import eos_words, tell
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.journal import acting
from defi.kernel.models import JournalEntry, Reason
from defi.operations.actions import abandon_operation
from defi.operations.models import Operation
from defi.people.models import Person


@pytest.fixture
def operation(db) -> Operation:
    with scope(TASK):
        officer = factories.an_officer(factories.a_person("Claire", "Modèle"))
        yield factories.an_operation(officer=officer)


def entries(*verbs: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(verb__in=verbs).order_by("id"))


def test_a_line_says_who_of_which_house_did_what(operation):
    (line,) = tell(entries("operation.open"))
    assert (line.who, line.house) == ("Claire Modèle", "Région Centre-Val de Loire")
    assert (line.sentence, line.reason) == ("Ouvrir l'opération : en cours", "")


def test_a_line_gives_its_reason_until_it_is_redacted(operation):
    abandon_operation(factories.an_officer(), operation.pk, reason="plus d'employeur")
    (line,) = tell(entries("operation.abandon"))
    assert (line.sentence, line.reason) == ("Abandonner l'opération : abandonnée", "plus d'employeur")
    Reason.objects.update(text="", redacted_at=clock.now())
    (line,) = tell(entries("operation.abandon"))
    assert line.reason == ""


def test_a_line_names_the_thing_it_is_about_and_not_what_comes_with_it(operation):
    factories.a_promise(operation, factories.an_employer("Les Tilleuls"), posts=3)
    (line,) = tell(entries("promise.make"))
    assert line.sentence == "Enregistrer la promesse : Les Tilleuls"


def test_a_line_names_a_person_only_to_who_may_know_of_them(operation):
    candidate = factories.a_candidate(factories.a_session(operation), state="oriented")
    (line,) = tell(entries("candidacy.orient"))
    assert line.sentence == f"Orienter une personne : {candidate.person}"
    stranger = factories.actor(Who.COORDINATOR, factories.a_provider("Un autre"))
    (line,) = tell(entries("candidacy.orient"), stranger)
    assert line.sentence == "Orienter une personne : orienté"


def test_many_names_of_one_action_are_cut():
    assert joined(["Amina", "Bruno"], 2) == "Amina, Bruno"
    assert joined(["Amina", "Bruno", "Leïla"], 12) == "Amina, Bruno, Leïla et 9 de plus"


def test_a_request_in_eos_tells_its_kind_and_day_then_what_a_correction_replaced():
    first = {"eos_requested_on": "2026-03-02", "eos_kind": "interim"}
    nothing = {"eos_requested_on": None, "eos_kind": ""}
    assert eos_words(nothing, first) == "acompte, le 2\xa0mars\xa02026"
    corrected = eos_words(first, {"eos_requested_on": "2026-03-03", "eos_kind": "balance"})
    assert corrected == "solde, le 3\xa0mars\xa02026, au lieu de : acompte, le 2\xa0mars\xa02026"
    assert eos_words({"eos_kind": "interim"}, {"eos_kind": "balance"}) == "solde, au lieu de : acompte"


def test_the_name_is_read_when_it_is_shown(operation):
    Person.objects.filter(last_name="Modèle").update(first_name="Personne", last_name="effacée")
    (line,) = tell(entries("operation.open"))
    assert line.who == "Personne effacée"


def test_what_nobody_did_was_done_by_a_task(operation):
    with acting(TASK, "person.register") as act:
        act.create(Person, first_name="Leïla", last_name="Martin")
    assert tell(entries("person.register"))[-1].who == "tâche automatique"


def test_a_verb_that_the_house_no_longer_has_is_still_told(operation):
    old = JournalEntry(
        action_id="00000000-0000-4000-8000-000000000000",
        at=clock.now(),
        verb="retired.verb",
        actor_who=Who.OFFICER,
        object_type="retired.thing",
        object_id=1,
        after={"state": "odd"},
    )
    (line,) = tell([old])
    assert line.sentence == "retired.verb : odd"


def test_telling_costs_the_same_whatever_the_number_of_lines(operation, django_assert_num_queries):
    for name in ("Les Tilleuls", "Maison Bel-Air"):
        factories.a_promise(operation, factories.an_employer(name))
    abandon_operation(factories.an_officer(), operation.pk, reason="plus d'employeur")
    rows = list(JournalEntry.objects.filter(verb__in=["operation.open", "operation.abandon", "promise.make"]))
    with django_assert_num_queries(4):
        assert len(tell(rows)) > 2
