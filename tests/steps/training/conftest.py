"""A session of Châteaudun on the eve of its start, and the same one running."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

import pikepdf
import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

import factories
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Session
from defi.people.models import Organisation
from defi.people.queries import trainee
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions import (
    HalfDayFacts,
    Why,
    close_sheet,
    note_absences,
    open_sheet,
    record_attendance,
    start_session,
)
from defi.steps.training.hours import code_shown, ends
from defi.steps.training.models import AttendanceSheet

SUMMER, FIRST, LAST = date(2025, 9, 1), date(2025, 11, 3), date(2026, 4, 10)


@dataclass
class Stage:
    """What the tests of the room stand on."""

    operation: Operation
    session: Session
    coordinator: Actor
    trainer: Actor
    officer: Actor
    employer: Organisation
    tutor: Actor
    prescriber: Organisation
    stranger: Actor
    people: list[Candidacy] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [person.pk for person in self.people]

    def as_trainee(self, n: int) -> Actor:
        return trainee(self.people[n].person)

    def sheet(self, on: date = date(2025, 11, 4), half: str = "morning", **more: object) -> AttendanceSheet:
        facts = {"module_label": "Gestes et postures", "trainer_id": self.trainer.person_id, "minutes": 210} | more
        return open_sheet(self.coordinator, self.session.pk, HalfDayFacts(on=on, half=half, **facts))


def build() -> Stage:
    """Three people confirmed, one firm, one prescriber, in September."""
    with clock.at(SUMMER), scope(TASK):
        provider = factories.a_provider()
        officer = factories.an_officer(factories.a_person("Claire", "Modèle", "claire@region.example"))
        operation = factories.an_operation(provider, officer=officer)
        session = factories.a_session(operation, FIRST, seats=6, days=(LAST - FIRST).days)
        employer = factories.an_employer("Les Tilleuls")
        prescriber = factories.a_prescriber(email="accueil@mission.example")
        add_partner(officer, operation.pk, employer)
        add_partner(officer, operation.pk, prescriber)
        stage = Stage(
            operation=operation,
            session=session,
            coordinator=factories.a_coordinator(operation),
            trainer=factories.actor(Who.TRAINER, provider, factories.a_person("Farid", "Exemple")),
            officer=officer,
            employer=employer,
            tutor=factories.actor(Who.TUTOR, employer, factories.a_person("Rose", "Tuteur", "rose@tilleuls.example")),
            prescriber=prescriber,
            stranger=factories.actor(Who.COORDINATOR, factories.a_provider("Autre organisme")),
        )
        for name in ("Amina", "Bruno", "Leïla"):
            stage.people.append(factories.a_candidate(session, name, prescriber=prescriber))
        return stage


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """The stage of a module: its tests share one transaction, each in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def eve(built: Stage, db: None) -> Iterator[Stage]:
    """Today is the day before the start; three people are confirmed."""
    with scope(TASK):
        session = Session.objects.select_related("operation").get(pk=built.session.pk)
        people = list(Candidacy.objects.filter(session=session).select_related("person").order_by("pk"))
        stage = replace(built, operation=session.operation, session=session, people=people)
    with clock.at(date(2025, 11, 2)), scope(TASK):
        yield stage


@pytest.fixture
def running(eve: Stage) -> Iterator[Stage]:
    """The session started on its first day with the three; today is the second day."""
    with clock.at(FIRST):
        start_session(eve.coordinator, eve.session.pk, on=FIRST, entered=eve.ids)
    eve.session.refresh_from_db()
    for person in eve.people:
        person.refresh_from_db()
    with clock.at(date(2025, 11, 4)), scope(TASK):
        yield eve


def afternoon_of(day: date) -> datetime:
    """Two o'clock: both half-days of that day have begun."""
    return datetime.combine(day, time(14), tzinfo=clock.PARIS)


def lock_after(actor: Actor, sheet_id: int) -> AttendanceSheet:
    """Lock a sheet of today as soon as it may be: once its half-day is over."""
    sheet = AttendanceSheet.objects.get(pk=sheet_id)
    moment = max(clock.now(), ends(sheet)) if sheet.on == clock.today() else clock.now()
    with clock.at(moment):
        return close_sheet(actor, sheet_id)


def excuse(stage: Stage, candidacy_id: int, first: date, last: date | None = None) -> None:
    """The absences of these days become justified: the coordinator is given the paper."""
    kept = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(kept)
    why = Why("certificate", ("arret.pdf", kept.getvalue()))
    note_absences(stage.coordinator, candidacy_id, first, last or first, why)


def note(stage: Stage, sheet: AttendanceSheet, states: dict[int, str]) -> None:
    """What the lines of an open sheet say; an absence to justify is noted, then justified."""
    excused = [pk for pk, state in states.items() if state == "excused"]
    record_attendance(stage.trainer, sheet.pk, states | dict.fromkeys(excused, "absent"))
    for pk in excused:
        excuse(stage, pk, sheet.on)


def code_of(sheet: AttendanceSheet) -> str:
    """The code shown in the room now."""
    return code_shown(sheet, clock.now())


def entries(verb: str) -> list[JournalEntry]:
    """The journal of a verb."""
    return list(JournalEntry.objects.filter(verb=verb))


def no_name_in_the_journal(stage: Stage) -> bool:
    """Nothing of a person stands in any entry."""
    told = "".join(f"{entry.before}{entry.after}" for entry in JournalEntry.objects.all())
    names = [word for c in stage.people for word in (c.person.first_name, c.person.last_name)]
    return not any(name in told for name in [*names, "Exemple", "Tuteur"])


def subjects() -> list[str]:
    """The subjects of the mails queued, oldest first."""
    return list(Mail.objects.values_list("subject", flat=True))
