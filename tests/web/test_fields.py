"""Nobody reads a field of somebody else's file that docs/personal-data.md does not give them.

A whole operation is played; each of its people bears marks that nothing else bears (names, address, phone, birth
date, every text of their file). Then every address of the product is asked for as each role, every mail and every
link is read, and each mark found is held against the page of the docs. A new page, export, mail or field is walked
without a word here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

import factories as make
from browsing import browser
from defi.kernel import clock
from defi.kernel.access import PUBLIC, TASK, Actor, Who, scope
from defi.kernel.models import Document, Mail
from defi.people.models import Membership, Organisation, Person
from defi.people.names import search_key
from defi.people.queries import actor_for, trainee
from defi.play.demonstration import scenarios
from defi.play.file import Play, Step
from defi.play.file import read as read_play
from defi.play.runner import perform
from defi.play.world import World
from defi.reference.builtin import ensure_builtin
from defi.steps.pairing.models import Encounter, Pairing
from defi.steps.sourcing.models import ATTENDS, Booking, Candidacy
from defi.steps.training.models import Placement
from personal_data import documented
from walking import NAMED, addresses, links_in, pages_among, read

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

DAY = date(2026, 4, 14)
"""The day after the end of the training of scenario (a): contracts are signed, the first follow-up has begun."""

BEFORE = ("defi.reference", "defi.steps.needs", "defi.steps.offer", "defi.steps.design")
"""Rooms that come before recruiting: they cannot reach a candidate (import-linter), so their pages are not walked."""

KINDS = {"p": "first_name", "n": "last_name", "m": "email"}

NUMBERS: dict[str, int] = {}
"""The number of each person, in their phone and in the year of their birth."""

Found = tuple[str, str, str]
"""A mark: whose (a first name), of which model, which field."""


MARK = re.compile(r"z[pnm][a-z]+?qz|zmark\d{5}z|19/07/\d{4}|19 juil(?:let|\.) \d{4}|\d{4}-07-19|06(?: ?\d\d){4}")
"""How every mark is written: a name, a word typed about a person, a birth date, a phone."""


# --- the stage -----------------------------------------------------------------------------------------------------


@dataclass
class Stage:
    """The operation played, with what its marks mean and who stands where to each person."""

    world: World
    people: dict[str, int] = field(default_factory=dict)  # who is called so, with the number of their candidacy
    marks: dict[str, Found] = field(default_factory=dict)
    stands: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    attends: set[str] = field(default_factory=set)  # who is expected at the signing, by the state of their candidacy

    def found(self, text: str) -> set[Found]:
        """What a text tells, written in capitals or not."""
        return {self.marks[mark] for mark in map(_plain, MARK.findall(text.lower())) if mark in self.marks}

    def readers(self, actor: Actor, whose: str) -> set[str]:
        """What this actor is to that person, in the words of the docs."""
        if actor.who is Who.CABINET:
            return {"Cabinet"} if whose in self.attends else set()
        if actor.in_region:
            return {"Region"}
        return self.stands[whose, actor.organisation_id or 0]

    def leaks(self, actor: Actor, told: set[Found]) -> set[Found]:
        """What this actor may not read of what was told."""
        return {(whose, model, name) for whose, model, name in told if not self.may(actor, whose, model, name)}

    def may(self, actor: Actor, whose: str, model: str, name: str) -> bool:
        """Whether the docs give this field to this actor, or it is their own."""
        if actor.who in {Who.TRAINEE, Who.LINK} and self.own(whose) == actor.person_id:
            return True
        return bool(self.readers(actor, whose) & documented()[model].get(name, frozenset()))

    def own(self, whose: str) -> int | None:
        """The number of that person."""
        known = self.world.people.get(_marked_name(whose))
        return known.pk if known else None


def _plain(mark: str) -> str:
    """The digits of a phone, however set apart; any other mark as it is."""
    return mark.replace(" ", "") if mark.startswith("06") else mark


def _marked_name(first: str) -> str:
    return f"Zp{first}qz Zn{first}qz"


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Played once for the tests of this file, and taken back."""
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(transaction.atomic())
        ensure_builtin()
        play = marked(read_play(scenarios() / "a-chateaudun.toml"))
        performance = perform(play)
        assert performance.stopped == ""
        stack.enter_context(clock.at(DAY))
        with scope(TASK):
            yield described(performance.world)
        transaction.set_rollback(True)


def marked(play: Play) -> Play:
    """The play until the day, its candidates renamed, each with an address, a phone and a birth date."""
    steps = [
        one
        for step in play.steps
        if step.on <= DAY
        for one in _one_by_one(replace(step, who=_renamed(step.who), args=_renamed(step.args)))
    ]
    return replace(play, steps=steps, people=[_renamed(row) for row in play.people])


def _one_by_one(step: Step) -> list[Step]:
    if step.do != "candidacy.orient":
        return [step]
    return [replace(step, args={**step.args, "person": name, **_contact(name)}) for name in step.args["person"]]


def _contact(name: str) -> dict[str, Any]:
    key = name.partition(" ")[0][2:-2]
    n = NUMBERS.setdefault(key, len(NUMBERS))
    return {"email": f"zm{key}qz@exemple.invalid", "phone": f"06399800{n:02d}", "birth_date": date(1970 + n, 7, 19)}


def _renamed(value: Any) -> Any:
    """« Leïla Essai » becomes « Zpleilaqz Znleilaqz », wherever it stands."""
    if isinstance(value, dict):
        return {name: _renamed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    known = re.fullmatch(r"(\w+) Essai", value) if isinstance(value, str) else None
    return _marked_name(search_key(known[1])) if known else value


def described(world: World) -> Stage:
    """What each mark means; every text of the file of a person that is not a name gets a mark of its own."""
    stage = Stage(world)
    for person in Person.objects.filter(first_name__startswith="Zp"):
        key = person.first_name[2:-2]
        named = "people.Person"
        for letter, name in KINDS.items():
            stage.marks[f"z{letter}{key}qz"] = (key, named, name)
        if person.birth_date:
            year = person.birth_date.year
            for words in (f"19/07/{year}", f"19 juillet {year}", f"19 juil. {year}", f"{year}-07-19"):
                stage.marks[words] = (key, named, "birth_date")
            stage.marks[person.phone] = (key, named, "phone")
    for booking in Booking.objects.filter(candidacy=None):
        key = booking.first_name[2:-2]
        for letter, name in KINDS.items():
            stage.marks.setdefault(f"z{letter}{key}qz", (key, "sourcing.Booking", name))
        _stands(stage, key, booking.operation.provider_id, "provider")
        _stands(stage, key, booking.prescriber_id, "prescriber")
    for candidacy in Candidacy.objects.select_related("person", "operation"):
        key = candidacy.person.first_name[2:-2]
        stage.people[key] = candidacy.pk
        if candidacy.state in ATTENDS:
            stage.attends.add(key)
        _stands(stage, key, candidacy.operation.provider_id, "provider")
        _stands(stage, key, candidacy.prescriber_id, "prescriber")
    for encounter in Encounter.objects.select_related("candidacy__person", "promise"):
        _stands(stage, encounter.candidacy.person.first_name[2:-2], encounter.promise.employer_id, "employer")
    for pairing in Pairing.objects.select_related("candidacy__person", "post__promise"):
        _stands(stage, pairing.candidacy.person.first_name[2:-2], pairing.post.promise.employer_id, "employer")
    for placement in Placement.objects.select_related("candidacy__person"):
        _stands(stage, placement.candidacy.person.first_name[2:-2], placement.employer_id, "host")
    for label in documented():
        _mark_texts(stage, label)
    return stage


def _stands(stage: Stage, key: str, organisation: int | None, reader: str) -> None:
    if organisation:
        stage.stands[key, organisation].add(reader)


def _mark_texts(stage: Stage, label: str) -> None:
    """A mark in each text without a list of choices, of each row that belongs to a candidacy."""
    model = apps.get_model(label)
    if label == "sourcing.Candidacy" or "candidacy" not in {f.name for f in model._meta.concrete_fields}:
        return
    texts = [
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, models.CharField | models.TextField)
        and not f.choices
        and f.name not in {"state", "moment", "weekdays"}
    ]
    for row in model._base_manager.exclude(candidacy=None).select_related("candidacy__person"):
        for name in texts:
            mark = f"zmark{len(stage.marks):05d}z"
            stage.marks[mark] = (row.candidacy.person.first_name[2:-2], label, name)
            model._base_manager.filter(pk=row.pk).update(**{name: mark})


# --- the walk ------------------------------------------------------------------------------------------------------

WORDS = {
    "day": ["2026-02-02"],
    "deed": ["preparer"],
    "figure": ["entered", "m6_working", "employers", "late", "refused", "reasons"],
    "half": ["morning"],
    "key": ["sourcing", "pairing", "start"],
    "kind": ["csv", "ods"],
    "moment": ["exit"],
    "verb": ["withdraw", "leave"],
}
WATCHED = ("amina", "yann", "inaya")
"""One of each prescriber and of two firms, and one who was not taken: theirs are the pages of one person."""


def values(stage: Stage, route: str, name: str) -> list[int] | list[str]:
    """What may stand for a part of an address: the first and the last row of its model."""
    if name == "code":
        one_of_each = dict(Document.objects.order_by("pk").values_list("kind", "code"))
        return list(one_of_each.values())[: None if route.startswith("documents/") else 1]
    if name in WORDS or not name.endswith("_id"):
        return WORDS.get(name, ["x"])
    if name == "candidacy_id":
        return [stage.people[who] for who in WATCHED]
    key = name.removesuffix("_id")
    by_name = {m.__name__.lower(): m for m in apps.get_models() if m.__module__.startswith("defi.")}
    model = by_name.get(NAMED.get(key, key.replace("_", "")))
    rows = list(model._base_manager.order_by("pk").values_list("pk", flat=True)) if model else []
    return sorted({*rows[:1], *rows[-1:]}) or [1]


@pytest.fixture(scope="module")
def paths(stage: Stage) -> list[str]:
    """Every address to ask for; « ?export= » is tried on what is no page of one thing."""
    known: dict[tuple[bool, str], list[Any]] = {}

    def remembered(route: str, name: str) -> list[Any]:
        key = (route.startswith("documents/"), name)
        if key not in known:
            known[key] = values(stage, route, name)
        return known[key]

    plain = addresses(remembered, BEFORE)
    lists = [
        path
        for path in plain
        if path.endswith(("/candidatures/", "/operations/", "/places/", "/suivi/", "/pilotage/", "/detail/"))
    ]
    return [*pages_among(plain), *(f"{path}?export={kind}" for path in lists for kind in ("csv", "ods"))]


def walked(stage: Stage, actor: Actor, paths: list[str]) -> tuple[dict[Found, str], set[Found]]:
    """What this actor reads and may not, each with an address where it does; and all that they may."""
    client = Client() if actor is PUBLIC else browser(actor)
    leaks: dict[Found, str] = {}
    seen: set[Found] = set()
    for path in paths:
        _status, text = read(client, path)
        found = stage.found(text)
        for leak in stage.leaks(actor, found):
            leaks.setdefault(leak, path)
        seen |= found
    return leaks, seen - set(leaks)


CAST = {
    "officer": "Claire Modèle",
    "paying office": "Camille Dépense",
    "cabinet": "Andréa Protocole",
    "steering": "Dominique Cap",
    "coordinator": "Paul Exemple",
    "trainer": "Mireille Tableau",
    "host": "Odile Patron",
    "employer": "Lucie Directrice",
    "prescriber": "Sacha Conseil",
    "trainee": _marked_name("amina"),
}


def cast(stage: Stage, role: str) -> Actor:
    """Somebody in this role: of the play, or from outside."""
    if role in CAST:
        return stage.world.actor(CAST[role])
    if role == "data protection":
        return make.actor(Who.DATA_PROTECTION, stage.world.region)
    if role == "other employer":
        return make.actor(Who.SIGNATORY, make.an_employer("Ailleurs d'essai"))
    if role == "other prescriber":
        return make.actor(Who.ADVISER, make.a_prescriber("Mission locale d'ailleurs (exemple)"))
    operation = make.an_operation(make.a_provider("Val Formation"))
    if role == "other provider":
        make.a_session(operation)
        return make.a_coordinator(operation)
    return trainee(make.a_candidate(make.a_session(operation)).person)


SEES = {
    "coordinator": {"first_name", "last_name", "email", "phone", "birth_date"},
    "prescriber": {"first_name", "last_name", "email", "phone", "birth_date"},
    "officer": {"first_name", "last_name"},
    "host": {"first_name", "last_name"},
    # The signing was months ago: nobody is expected there any more.
    "cabinet": set(),
}
"""What the walk must find at least, so that it is known to look."""

REGION = ["officer", "paying office", "cabinet", "steering", "data protection"]
OUTSIDE = ["other provider", "other employer", "other prescriber", "other trainee"]


@pytest.mark.parametrize("role", ["coordinator", "trainer", "host", "employer", "prescriber", *REGION])
def test_who_takes_part_reads_what_the_docs_give_them(stage: Stage, paths: list[str], role: str) -> None:
    leaks, seen = walked(stage, cast(stage, role), paths)
    assert leaks == {}
    assert {name for _who, model, name in seen if model == "people.Person"} >= SEES.get(role, {"first_name"})


def test_a_leak_is_known_when_it_is_met(stage: Stage) -> None:
    """The employer of Leïla reads her first name; neither her name, nor anything of Bruno, whom it did not meet."""
    firm, adviser = cast(stage, "employer"), cast(stage, "prescriber")
    told = stage.found("Zpleilaqz ZNLEILAQZ, Zpbrunoqz, 06 39 98 00 01")
    whose = {(who, name) for who, _model, name in stage.leaks(firm, told)}
    assert whose >= {("leila", "last_name"), ("bruno", "first_name")}
    assert ("leila", "first_name") not in whose
    assert stage.leaks(adviser, told) == set(), "those two are oriented by this prescriber"


@pytest.mark.parametrize("role", ["trainee", *OUTSIDE])
def test_who_does_not_take_part_reads_nothing_of_anybody_else(stage: Stage, paths: list[str], role: str) -> None:
    leaks, seen = walked(stage, cast(stage, role), paths)
    assert leaks == {}
    assert {who for who, _model, _name in seen} == ({"amina"} if role == "trainee" else set())


def test_the_public_reads_nothing(stage: Stage, paths: list[str]) -> None:
    assert walked(stage, PUBLIC, paths) == ({}, set())


# --- mails and links -----------------------------------------------------------------------------------------------


def reader_of(mail: Mail) -> Actor:
    """Who opens a mail: the candidate it is for, a member, or whoever opens the mailbox of an organisation."""
    member = Membership.objects.filter(person__email=mail.address).select_related("organisation").first()
    if member:
        return actor_for(member)
    person = Person.objects.filter(email=mail.address).first()
    if person:
        return trainee(person)
    house = Organisation.objects.filter(email=mail.address).first()
    return Actor(Who.LINK, organisation_id=house.pk if house else None)


def test_a_mail_tells_its_reader_what_the_docs_give_them(stage: Stage) -> None:
    leaks, told = {}, set()
    for mail in Mail.objects.all():
        text = f"{mail.subject}\n{mail.body}\n{mail.calendar}"
        found = stage.found(text)
        told |= found
        for leak in stage.leaks(reader_of(mail), found):
            leaks[leak] = (mail.purpose, mail.address)
    assert leaks == {}
    assert told, "mails name people"


def test_a_link_shows_its_bearer_what_the_docs_give_them(stage: Stage) -> None:
    leaks, opened = {}, 0
    one_of_each = {mail.purpose: mail for mail in Mail.objects.all() if links_in(mail.body)}
    for mail in one_of_each.values():
        for path in links_in(mail.body):
            with clock.at(mail.queued_at):
                status, text = read(Client(), path)
            opened += status == 200
            for leak in stage.leaks(reader_of(mail), stage.found(text)):
                leaks[leak] = (mail.purpose, mail.address)
    assert leaks == {}
    assert opened > 3
