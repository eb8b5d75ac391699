"""An operation brought to its last steps, for the tests of the bilan, the closing and the follow-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.operations.actions import Attendee
from defi.operations.models import Operation, Presence, Session
from defi.people.models import Organisation
from defi.steps.convention.models import Convention
from defi.steps.pairing.models import Promise
from defi.steps.review.actions import hold_review
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions import end_session, start_session

B = TypeVar("B")

SUMMER, FIRST, LAST = date(2025, 9, 1), date(2025, 11, 3), date(2026, 4, 10)
SIGNED = date(2025, 11, 12)


@dataclass
class Ending:
    """What the tests of the last rooms stand on."""

    operation: Operation
    session: Session
    coordinator: Actor
    officer: Actor
    office: Actor
    employers: list[Organisation]
    promises: list[Promise]
    stranger: Actor
    people: list[Candidacy] = field(default_factory=list)

    def refresh(self) -> None:
        with scope(TASK):
            self.operation = Operation.objects.select_related("provider", "holder").get(pk=self.operation.pk)
            self.session = Session.objects.get(pk=self.session.pk)
            ids = [person.pk for person in self.people]
            self.people = list(Candidacy.objects.filter(pk__in=ids).select_related("person").order_by("pk"))

    def present(self, *, without: int | None = None, state: str = "present") -> list[Attendee]:
        """Everybody a bilan waits for, all in `state`, but the trainee number `without`."""
        there = Presence.State(state)
        trainees = [p for n, p in enumerate(self.people) if n != without and p.state in {"entered", "completed"}]
        found = [Attendee(Presence.As.TRAINEE, person_id=p.person_id, state=there) for p in trainees]
        found.append(Attendee(Presence.As.TRAINER, organisation_id=self.operation.provider_id, state=there))
        firms = [Attendee(Presence.As.EMPLOYER, organisation_id=e.pk, state=there) for e in self.employers]
        return [*found, *firms]

    def sign_convention(self, on: date = SIGNED) -> None:
        with scope(TASK):
            Convention.objects.create(
                operation=self.operation, title="ASVF", state="signed", drafted_on=on, sent_on=on, signed_on=on
            )

    def end(self, on: date = LAST) -> None:
        with clock.at(on):
            end_session(self.coordinator, self.session.pk, on=on)
        self.refresh()

    def hold_review(self, on: date = LAST) -> None:
        with clock.at(on):
            hold_review(self.coordinator, self.operation.pk, held_on=on, attendees=self.present())


def prepared(*, seats: int = 8, people: int = 8, paired: int = 8) -> Ending:
    """The eve of the start: two employers, `people` confirmed, `paired` of them paired in turn with their posts."""
    with clock.at(SUMMER), scope(TASK):
        officer = make.an_officer(make.a_person("Claire", "Modèle", "claire@region.example"), [make.a_basin()])
        operation = make.an_operation(officer=officer)
        provider = operation.provider
        assert provider is not None
        session = make.a_session(operation, FIRST, seats=seats, days=(LAST - FIRST).days)
        employers = [
            make.an_employer("Les Tilleuls", "contact@tilleuls.example"),
            make.an_employer("Maison Bel-Air", "contact@belair.example"),
        ]
        ending = Ending(
            operation=operation,
            session=session,
            coordinator=make.actor(Who.COORDINATOR, provider, make.a_person("Paul", "Exemple", "paul@atelier.example")),
            officer=officer,
            office=make.actor(Who.PAYING_OFFICE, make.a_region(), make.a_person("Odile", "Compte")),
            employers=employers,
            promises=[make.a_promise(operation, employer, posts=max(people, 1)) for employer in employers],
            stranger=make.actor(Who.COORDINATOR, make.a_provider("Autre organisme")),
        )
        ending.people = [make.a_candidate(session, f"Personne{n}") for n in range(people)]
        for n, person in enumerate(ending.people[:paired]):
            make.a_pairing(person, ending.promises[n % 2])
    ending.refresh()
    return ending


def begun(*, seats: int = 8, people: int = 8, paired: int = 8) -> Ending:
    """The session started on its first day with everybody; the finding of the start is made."""
    ending = prepared(seats=seats, people=people, paired=paired)
    with clock.at(FIRST):
        start_session(ending.coordinator, ending.session.pk, on=FIRST, entered=[p.pk for p in ending.people])
    ending.refresh()
    return ending


@contextmanager
def built_once(blocker: DjangoDbBlocker, build: Callable[[], B], *, on: date | None = None) -> Iterator[B]:
    """For a fixture of a module: built (that day) in one transaction that its tests share, each in a savepoint."""
    with blocker.unblock(), transaction.atomic():
        with clock.at(on) if on else nullcontext():
            built = build()
        yield built
        transaction.set_rollback(True)


@contextmanager
def on(day: date) -> Iterator[None]:
    """Act and read on that day."""
    with clock.at(day), scope(TASK):
        yield


def verbs(operation: Operation) -> list[str]:
    """The verbs of the operation's journal, oldest first, each action once."""
    seen: dict[object, str] = {}
    for entry in JournalEntry.objects.filter(file_id=operation.pk):
        seen.setdefault((entry.action_id, entry.verb), entry.verb)
    return list(seen.values())


def journal_text() -> str:
    """Everything the journal holds, to look for what it must not."""
    return "".join(f"{entry.before}{entry.after}" for entry in JournalEntry.objects.all())


def mails_about(words: str) -> list[Mail]:
    """The mails whose subject holds these words."""
    return list(Mail.objects.filter(subject__contains=words))
