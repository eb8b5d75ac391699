"""The whole file is whole: bilan, questionnaires, presence, outcomes and situations are in it, by their rules."""

import csv
import hashlib
import io
import zipfile
from datetime import date
from typing import ClassVar

import pytest

import endings
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.transitions import VERBS
from defi.operations.models import Operation
from defi.people.models import Membership
from defi.play.demonstration import scenarios
from defi.play.file import read
from defi.play.runner import perform
from defi.reference.builtin import ensure_builtin
from defi.steps.closing.checks import Check
from defi.steps.closing.evidence import Group
from defi.steps.closing.models import CheckRun
from defi.steps.closing.packing import run_rows, stand_rows
from defi.steps.review.models import CertificationResult, Opinion, Questionnaire
from defi.steps.review.opinions import VoiceTold
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.models import Barrier
from defi.web.archive_data import answer_rows
from defi.web.operation_archive import write_archive

DAY = date(2026, 10, 12)
WORDS = "On aurait voulu plus de pratique"


class TestTheAnswersOfAVoice:
    def test_what_the_page_hides_is_only_counted(self):
        rows = list(answer_rows([VoiceTold("trainee", "stagiaires", 6, 4, "Moins de 5 réponses.", ())]))
        assert rows == [("stagiaires", 6, 4, "", "Moins de 5 réponses.", "", "")]


class TestTheLinesOfTheChecks:
    CHECKS = tuple(
        Check(key, key, found, "", "", "", Group.TRAINING, later)
        for key, found, later in (("done", True, False), ("to_come", False, True), ("missing", False, False))
    )
    SAID: ClassVar = ["établi", "à venir", "non établi"]

    def test_what_is_to_come_is_not_said_missing(self):
        assert [row[1] for row in stand_rows(self.CHECKS)] == self.SAID

    def test_an_act_is_said_in_its_words(self):
        run = CheckRun(verb="certificate.ask_correction", ran_on=DAY, results=[c.stored() for c in self.CHECKS])
        rows = run_rows([run])
        assert {row[1] for row in rows} == {str(VERBS["certificate.ask_correction"].label)}
        assert [row[3] for row in rows] == self.SAID


@pytest.fixture(scope="module")
def operation(django_db_setup, django_db_blocker):
    def build():
        ensure_builtin()
        performance = perform(read(scenarios() / "lignes" / "complet.toml"))
        assert performance.stopped == ""
        operation = performance.world.operation
        with clock.at(DAY), scope(TASK):
            people = list(Candidacy.objects.filter(operation=operation).order_by("pk"))
            CertificationResult.objects.create(
                operation=operation, candidacy=people[0], result="full", blocks="CCP 1", on=DAY
            )
            Barrier.objects.create(
                operation=operation, candidacy=people[0], kind="transport", action="covoiturage", noted_on=DAY
            )
        return operation

    with endings.built_once(django_db_blocker, build) as built:
        yield built


pytestmark = pytest.mark.django_db


def answered(operation: Operation, count: int) -> None:
    with clock.at(DAY), scope(TASK):
        for person in Candidacy.objects.filter(operation=operation).order_by("pk")[:count]:
            who = {"operation": operation, "voice": "trainee"}
            Questionnaire.objects.create(candidacy=person, asked_on=DAY, answered_on=DAY, **who)
            Opinion.objects.create(
                replies={"learnt": "oui", "company": "oui", "helped": "oui", "good": "", "better": WORDS}, **who
            )


def member(operation: Operation, who: Who) -> Actor:
    with scope(TASK):
        held = Membership.objects.filter(
            role=who.value, organisation__in=[operation.provider, operation.region]
        ).first()
        assert held is not None
        return Actor(
            who=who, person_id=held.person_id, organisation_id=held.organisation_id, region_id=operation.region_id
        )


def archive(actor: Actor, operation: Operation) -> zipfile.ZipFile:
    held = io.BytesIO()
    with clock.at(DAY), scope(actor):
        write_archive(actor, operation, held)
    return zipfile.ZipFile(held)


def lines(found: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(found.read(name).decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("who", [Who.OFFICER, Who.COORDINATOR])
def test_bilan_presence_outcomes_and_situations_are_in_it_with_their_fingerprints(operation, who):
    found = archive(member(operation, who), operation)
    assert [row["Ce qui a été dit"] for row in lines(found, "bilan/points.csv")] == [
        "La cuisine sur place n'est couverte par aucun bloc."
    ]
    contracts = lines(found, "issue/contrats.csv")
    assert len(contracts) == 6
    assert {(row["Employeur"], row["Promesse"]) for row in contracts} == {
        ("Les Tilleuls", "employeur de la promesse"),
        ("Bel-Air", "employeur de la promesse"),
    }
    assert [(row["Résultat"], row["Blocs"]) for row in lines(found, "issue/certifications.csv")] == [
        ("certification obtenue", "CCP 1")
    ]
    assert len(lines(found, "suivi/situations.csv")) == 3 * 6
    assert {row["Feuille"] for row in lines(found, "presence/demi-journees.csv")} == {"verrouillée"}
    assert lines(found, "presence/periodes.csv")
    assert found.read("bilan/bilan.pdf").startswith(b"%PDF")
    told = {row["Fichier"]: row["SHA-256"] for row in lines(found, "manifeste.csv")}
    assert set(told) == set(found.namelist()) - {"manifeste.csv"}
    assert all(hashlib.sha256(found.read(name)).hexdigest() == sha256 for name, sha256 in told.items())


def test_the_journal_says_with_whom_a_contract_was_signed_and_what_was_noted(operation):
    acts = [row["Acte"] for row in lines(archive(member(operation, Who.OFFICER), operation), "journal.csv")]
    assert any("contrat signé" in act and "Les Tilleuls" in act for act in acts)
    assert not [act for act in acts if act.rstrip().endswith(",")]
    assert any("La cuisine sur place" in act for act in acts)


@pytest.mark.parametrize(("count", "shown"), [(4, False), (5, True)])
def test_trainees_answers_bear_no_name_and_are_never_of_fewer_than_five(operation, count, shown):
    answered(operation, count)
    found = archive(member(operation, Who.COORDINATOR), operation)
    rows = [row for row in lines(found, "bilan/questionnaires.csv") if row["Voix"]]
    assert {row["Réponses"] for row in rows} == {str(count)}
    assert any(row["Réponse"] == WORDS for row in rows) is shown
    assert {row["De qui"] for row in rows} == {""}
    everything = b"".join(found.read(name) for name in found.namelist() if name.endswith(".csv"))
    assert (WORDS.encode() in everything) is shown


def test_barriers_stay_out(operation):
    found = archive(member(operation, Who.COORDINATOR), operation)
    assert not [name for name in found.namelist() if name.endswith(".csv") and b"covoiturage" in found.read(name)]
