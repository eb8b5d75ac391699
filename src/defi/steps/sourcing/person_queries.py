"""One candidacy and everything this room knows of it: facts, what may be done now, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry, Reason
from defi.kernel.transitions import VERBS
from defi.people.models import Card, Organisation, Person
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.queries import LIVING, NEXT, PILLS
from defi.steps.sourcing.rules import is_silent
from defi.steps.sourcing.states import CANDIDACY


@dataclass(frozen=True, slots=True)
class Event:
    """One line of somebody's history."""

    at: datetime
    sentence: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A verb the actor may use on this person now; `asks`: it asks for a reason, on a page of its own."""

    verb: str
    label: str
    asks: bool


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Everything this room knows of one candidacy."""

    candidacy: Candidacy
    choices: list[Choice]
    history: list[Event]
    has_card: bool
    elsewhere: list[Candidacy]
    shows_contact: bool

    @property
    def pill(self) -> str:
        return PILLS[self.candidacy.state]

    @property
    def at_once(self) -> list[Candidacy]:
        """Living candidacies to sessions that go on at the same time: said, since nobody follows two."""
        mine = self.candidacy.session
        return [
            row
            for row in self.elsewhere
            if row.state in LIVING and row.session.starts_on <= mine.ends_on and mine.starts_on <= row.session.ends_on
        ]

    @property
    def clicks(self) -> list[Choice]:
        """What is done by one click, with a date at most."""
        return [choice for choice in self.choices if not choice.asks]

    @property
    def endings(self) -> list[Choice]:
        """What asks for a reason."""
        return [choice for choice in self.choices if choice.asks]

    @property
    def dates(self) -> list[tuple[str, date]]:
        """The steps taken, with the day of each."""
        row = self.candidacy
        days = (
            (_("Orientée"), row.oriented_on),
            (_("Invitée"), row.invited_on),
            (_("Rencontrée"), row.met_on),
            (_("Retenue"), row.selected_on),
            (_("Venue confirmée"), row.confirmed_on),
            (_("Demandée de nouveau"), row.asked_again_on),
            (_("A redit qu'elle vient"), row.said_again_on),
            (_("Entrée en formation"), row.entered_on),
            (_("Sortie"), row.left_on),
        )
        return [(label, day) for label, day in days if day]


def person_file(actor: Actor, candidacy: Candidacy, *, acts: bool) -> PersonFile:
    """One person: facts, what may be done, what happened."""
    with scope(TASK):
        has_card = Card.objects.filter(person_id=candidacy.person_id, revoked_at=None).exists()
    others = Candidacy.objects.visible_to(actor).filter(person_id=candidacy.person_id).exclude(pk=candidacy.pk)
    return PersonFile(
        candidacy=candidacy,
        choices=_choices(actor, candidacy) if acts else [],
        history=_history(candidacy),
        has_card=has_card,
        elsewhere=list(others.select_related("operation", "session").order_by("session__starts_on", "pk")),
        # Whoever must reach the person; the Region follows the file and calls nobody (minimisation).
        shows_contact=actor.in_provider or actor.in_prescriber,
    )


COMPLETE = "candidacy.complete"


def _choices(actor: Actor, candidacy: Candidacy) -> list[Choice]:
    session = candidacy.session
    begun = clock.today() >= (session.started_on or session.starts_on)
    # Two records are made one from the page that shows both.
    hidden = {"candidacy.merge"} if begun else {"candidacy.merge", "candidacy.enter", "candidacy.no_show"}
    if not is_silent(candidacy.asked_again_on, candidacy.said_again_on):
        hidden.add("candidacy.say_again")
    steps = [step for step in CANDIDACY.open_to(actor, candidacy.state) if step.name not in hidden]
    usual = NEXT.get(candidacy.state)
    return [
        # The end of a training is asked on its own page too: it has a date, and no way back.
        Choice(step.name.partition(".")[2], str(step.label), step.verb.needs_reason or step.name == COMPLETE)
        for step in sorted(steps, key=lambda step: step.name != usual)
    ]


def _history(candidacy: Candidacy) -> list[Event]:
    entries = list(JournalEntry.objects.filter(object_type=type_of(candidacy), object_id=candidacy.pk).order_by("-id"))
    reasons = dict(Reason.objects.filter(pk__in={e.reason_id for e in entries}).values_list("pk", "text"))
    authors = _authors(entries)
    return [
        Event(entry.at, f"{authors.get(entry.pk, '')}{_said(entry)}", reasons.get(entry.reason_id or 0, ""))
        for entry in entries
    ]


def _authors(entries: list[JournalEntry]) -> dict[int, str]:
    """« Jeanne F. (Atelier du Loir) : », for each entry by a member."""
    with scope(TASK):
        people = Person.objects.in_bulk({e.actor_person_id for e in entries if e.actor_person_id})
    houses = Organisation.objects.in_bulk({e.actor_organisation_id for e in entries if e.actor_organisation_id})
    found: dict[int, str] = {}
    for entry in entries:
        person, house = people.get(entry.actor_person_id or 0), houses.get(entry.actor_organisation_id or 0)
        if person:
            found[entry.pk] = f"{person.short_name} ({house}) : " if house else f"{person.short_name} : "
    return found


def _said(entry: JournalEntry) -> str:
    verb = VERBS.get(entry.verb)
    label = str(verb.label) if verb else entry.verb
    state = CANDIDACY.states.get(entry.after.get("state", ""))
    return f"{label} → {state}" if state else label
