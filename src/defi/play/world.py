"""What a play file speaks of: its cast, the things it has named, the arguments of a step. The words are in `words/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from defi.kernel import links
from defi.kernel.access import PUBLIC, TASK, Actor, scope
from defi.kernel.models import Link
from defi.operations.models import Operation, Session
from defi.people.models import Membership, Organisation, Person
from defi.people.names import search_key
from defi.people.queries import actor_for, trainee
from defi.reference.models import Basin, Commune, Job
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steps.sourcing.models import Candidacy

M = TypeVar("M", bound=models.Model)
C = TypeVar("C", bound=models.TextChoices)


class PlayError(Exception):
    """The file itself is wrong (an unknown word, a missing argument): a sentence for its author."""


@dataclass
class Args:
    """The arguments of one step, read one by one; what nobody read is an unknown word."""

    raw: dict[str, Any]
    read: set[str] = field(default_factory=set)

    def _get(self, name: str, default: Any, kind: type | tuple[type, ...], what: str) -> Any:
        self.read.add(name)
        if name not in self.raw:
            if default is REQUIRED:
                raise PlayError(_("l'argument « %(name)s » manque (%(what)s)") % {"name": name, "what": what})
            return default
        value = self.raw[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise PlayError(_("« %(name)s » attend %(what)s") % {"name": name, "what": what})
        return value

    def has(self, name: str) -> bool:
        """Whether the step gives this argument."""
        return name in self.raw

    def text(self, name: str, default: Any = ...) -> str:
        """A text; required unless a default is given."""
        return str(self._get(name, _required(default), str, _("un texte")))

    def whole(self, name: str, default: Any = ...) -> int:
        """A whole number."""
        return int(self._get(name, _required(default), int, _("un nombre entier")))

    def optional_whole(self, name: str) -> int | None:
        """A whole number, or None when absent."""
        return self.whole(name) if self.has(name) else None

    def day(self, name: str, default: Any = ...) -> date:
        """A date, written 2025-11-03."""
        return self._get(name, _required(default), date, _("une date, comme 2025-11-03"))  # type: ignore[no-any-return]

    def optional_day(self, name: str) -> date | None:
        """A date, or None when absent."""
        return self.day(name) if self.has(name) else None

    def hour(self, name: str, default: Any = ...) -> time:
        """A time of day, written 14:30:00."""
        return self._get(name, _required(default), time, _("une heure, comme 14:30:00"))  # type: ignore[no-any-return]

    def flag(self, name: str, default: bool = False) -> bool:
        """true or false."""
        return bool(self._get(name, default, bool, _("true ou false")))

    def decimal(self, name: str, default: Any = ...) -> Decimal:
        """A number, written as a text ("35", "1801.80") or as a whole number."""
        value = self._get(name, _required(default), (str, int), _("un nombre"))
        try:
            return Decimal(str(value))
        except InvalidOperation as fault:
            raise PlayError(_("« %(name)s » attend un nombre") % {"name": name}) from fault

    def optional_decimal(self, name: str) -> Decimal | None:
        """A number, or None when absent."""
        return self.decimal(name) if self.has(name) else None

    def texts(self, name: str, default: Any = ...) -> list[str]:
        """A list of texts; one text alone is a list of one."""
        value = self._get(name, _required(default), (list, str), _("une liste de textes"))
        return [value] if isinstance(value, str) else [str(item) for item in value]

    def tables(self, name: str, default: Any = ...) -> list[Args]:
        """A list of tables, each read like a step. Call `done()` on each after reading it."""
        value = self._get(name, _required(default), list, _("une liste de tables"))
        return [Args(dict(item)) for item in value]

    def done(self) -> None:
        """Raise PlayError when an argument was given that no one reads."""
        unknown = sorted(set(self.raw) - self.read)
        if unknown:
            raise PlayError(_("argument inconnu : %(names)s") % {"names": ", ".join(unknown)})


REQUIRED: Any = object()


def _required(default: Any) -> Any:
    return REQUIRED if default is ... else default


@dataclass
class World:
    """The cast and the things named so far. Everything is looked up by the names of the file."""

    region: Organisation
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    operation_name: str = ""

    def organisation(self, name: str) -> Organisation:
        """An organisation declared in the file."""
        return _named(self.organisations, name, _("organisation"))

    def person(self, name: str) -> Person:
        """Somebody declared in the file, or oriented since."""
        return _named(self.people, name, _("personne"))

    def actor(self, name: str) -> Actor:
        """Who does the step: somebody of the cast, a trainee, « public », or an organisation by its last link."""
        if name == "public":
            return PUBLIC
        if name in self.memberships:
            return actor_for(self.memberships[name])
        if name in self.organisations:
            return self._bearer(self.organisations[name])
        return trainee(self.person(name))

    def _bearer(self, organisation: Organisation) -> Actor:
        """Whoever holds the last link mailed to an organisation, without any account."""
        link = Link.objects.filter(organisation_id=organisation.pk, revoked_at=None).order_by("-pk").first()
        if link is None:
            raise PlayError(_("aucun lien n'a été envoyé à : « %(name)s »") % {"name": organisation.name})
        return links.bearer(link)

    def bearer_of(self, actor: Actor) -> Actor:
        """A candidate who speaks for themself, by the last link mailed to them."""
        link = Link.objects.filter(person_id=actor.person_id or 0, revoked_at=None).order_by("-pk").first()
        if actor.organisation_id or link is None:
            raise PlayError(_("aucun lien n'a été envoyé à cette personne"))
        return links.bearer(link)

    def basin(self, name: str) -> Basin:
        """A basin of the region by its name."""
        return _found({search_key(b.name): b for b in Basin.objects.all()}, name, _("bassin"))

    def job(self, code: str) -> Job:
        """A job by its ROME code (or the code it had before ROME 4.0)."""
        job = Job.objects.filter(code_rome=code).first() or Job.objects.filter(parent_code=code).first()
        if job is None:
            raise PlayError(_("métier inconnu : %(code)s") % {"code": code})
        return job

    def commune(self, name: str) -> Commune:
        """A commune by its name."""
        return _found({search_key(c.name): c for c in Commune.objects.filter(current=True)}, name, _("commune"))

    @property
    def operation(self) -> Operation:
        """The operation the file is telling, as it stands now."""
        operation = self.things.get(("operation", self.operation_name))
        if operation is None:
            raise PlayError(_("aucune opération n'est encore ouverte"))
        with scope(TASK):
            return Operation.objects.get(pk=operation.pk)

    @operation.setter
    def operation(self, operation: Operation) -> None:
        self.things["operation", self.operation_name] = operation

    @property
    def session(self) -> Session:
        """The session of the operation."""
        with scope(TASK):
            session = Session.objects.filter(operation=self.operation).first()
        if session is None:
            raise PlayError(_("la session n'est pas encore fixée"))
        return session

    @property
    def book(self) -> Rulebook:
        """The rulebook the operation runs under."""
        return rulebook(self.operation.scheme, self.operation.rulebook_version)

    def candidacy(self, name: str) -> Candidacy:
        """The candidacy of somebody to the session of the operation."""
        with scope(TASK):
            found = Candidacy.objects.filter(session=self.session, person=self.person(name)).first()
        if found is None:
            raise PlayError(_("%(name)s n'est pas candidat à cette session") % {"name": name})
        return found

    def remember(self, kind: str, name: str, row: models.Model) -> None:
        """Give a name to a row, for later steps."""
        self.things[kind, name] = row

    def recall(self, kind: str, name: str, model: type[M]) -> M:
        """The row of that name, as it stands now."""
        row = self.things.get((kind, name))
        if row is None:
            raise PlayError(_("« %(name)s » n'a pas encore été nommé") % {"name": name})
        with scope(TASK):
            return model._default_manager.get(pk=row.pk)


def choice(kind: type[C], text: str) -> C:
    """The member of a list of choices that the file names. Raises PlayError with what is allowed."""
    try:
        return kind(text)
    except ValueError as fault:
        allowed = ", ".join(kind.values)
        raise PlayError(_("« %(text)s » : choisir parmi %(allowed)s") % {"text": text, "allowed": allowed}) from fault


Word = Callable[[World, Actor, Args], None]
WORDS: dict[str, Word] = {}


def word(name: str) -> Callable[[Word], Word]:
    """Register a word of play files. Its docstring tells its arguments: docs/scenario.md is generated from it."""

    def register(function: Word) -> Word:
        WORDS[name] = function
        return function

    return register


@cache
def load_words() -> dict[str, Word]:
    """All words, once every module of `words/` is imported."""
    package = importlib.import_module("defi.play.words")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"defi.play.words.{module.name}")
    return WORDS


def _named(known: dict[str, M], name: str, what: str) -> M:
    if name not in known:
        raise PlayError(_("%(what)s inconnue : « %(name)s »") % {"what": what, "name": name})
    return known[name]


def _found(known: dict[str, M], name: str, what: str) -> M:
    found = known.get(search_key(name))
    if found is None:
        raise PlayError(_("%(what)s inconnu : « %(name)s »") % {"what": what, "name": name})
    return found
