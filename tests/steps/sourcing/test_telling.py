"""After the import of a list its people are told by a task: each once, whatever stops, and never within the request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from browsing import browser
from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.operations.models import Session
from defi.people.models import Organisation
from defi.steps.sourcing import telling
from defi.steps.sourcing.import_actions import load_people, run_import
from defi.steps.sourcing.models import CandidacyImport
from defi.steps.sourcing.reach import Reach, reach_sentences
from factories import a_coordinator, a_prescriber, a_session, an_officer, an_operation

HEAD = "Nom;Prénom;Mail;Tél.;Structure"
HOUSE = "Mission locale du Dunois"
PEOPLE = [f"Essai{chr(65 + n)};Amina;p{n}@example.org;;{HOUSE}" for n in range(5)]
SILENT = "Diallo;Karim;;06 12 34 56 78;spontanée"


@pytest.fixture(autouse=True)
def _autumn(db: None) -> Iterator[None]:
    with clock.at(date(2025, 10, 1)):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), date(2025, 11, 3))


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


@pytest.fixture(autouse=True)
def mission(session: Session) -> Organisation:
    house = a_prescriber(HOUSE, email="accueil@mission.example")
    add_partner(an_officer(), session.operation_id, house)
    return house


@pytest.fixture
def source(session: Session, lead: Actor) -> CandidacyImport:
    return load_people(lead, session.pk, "\n".join((HEAD, *PEOPLE, SILENT)).encode(), "liste.csv")


def told() -> list[str]:
    rows = Mail.objects.filter(purpose="sourcing/mail/oriented_person").order_by("address")
    return list(rows.values_list("address", flat=True))


def task() -> dict[str, str]:
    return ProcrastinateJob.objects.get(task_name="tell_listed").args


EVERYBODY = [f"p{n}@example.org" for n in range(5)]


def test_the_import_writes_no_message_to_people_but_the_task_that_does(lead: Actor, source: CandidacyImport) -> None:
    run_import(lead, source.pk)
    assert told() == []
    telling.tell_listed(**task())
    assert told() == EVERYBODY


def test_each_prescriber_reads_one_message_for_the_whole_list(lead: Actor, source: CandidacyImport) -> None:
    run_import(lead, source.pk)
    mail = Mail.objects.get(address="accueil@mission.example")
    assert "dans une liste, des personnes que votre structure oriente" in mail.body
    assert "Amina" not in mail.body


def test_the_task_run_twice_tells_nobody_twice(lead: Actor, source: CandidacyImport) -> None:
    run_import(lead, source.pk)
    for _time in range(2):
        telling.tell_listed(**task())
    assert told() == EVERYBODY


def test_a_machine_that_stops_half_way_loses_nobody(
    lead: Actor, source: CandidacyImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import(lead, source.pk)
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    whole, calls = telling.mails.listed, []

    def stopping(*args: object) -> None:
        calls.append(args)
        if len(calls) == 4:
            raise RuntimeError("the machine stops here")
        whole(*args)

    with monkeypatch.context() as stop:
        stop.setattr(telling.mails, "listed", stopping)
        with pytest.raises(RuntimeError):
            telling.tell_listed(**task())
    assert told() == EVERYBODY[:2]
    telling.tell_listed(**task())
    assert told() == EVERYBODY


def test_the_page_says_that_messages_leave_and_whom_to_call(
    session: Session, lead: Actor, source: CandidacyImport
) -> None:
    client = browser(lead)
    answer = client.post(f"/candidatures/listes/{source.pk}/importer/", follow=True)
    text = answer.content.decode()
    assert "Les messages partent maintenant : 5 personnes ont une adresse." in text
    assert "Karim Diallo, 06 12 34 56 78" in text
    page = client.get(f"/operations/{session.operation_id}/candidatures/importer/").content.decode()
    assert "Orientée par" in page
    assert "Le nom et le prénom suffisent" not in page


def test_who_is_called_is_named_to_who_calls_and_counted_to_others() -> None:
    reach = Reach(2, ("Amina Rossi, 06 00 00 00 00", "Karim Diallo"))
    assert (
        reach_sentences(reach, named=True)[1] == "Sans adresse, à appeler : Amina Rossi, 06 00 00 00 00 ; Karim Diallo."
    )
    assert reach_sentences(reach, named=False) == [
        "2 personnes sont prévenues par courriel.",
        "2 personnes n'ont pas d'adresse : l'organisme de formation les appelle.",
    ]
    assert reach_sentences(Reach(), named=True) == []
    many = Reach(0, tuple(f"Personne {n}" for n in range(20)))
    assert "et 8 autres" in reach_sentences(many, named=True)[0]
