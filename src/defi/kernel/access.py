"""Who acts, and the rule that nobody reads people's data without saying who reads.

An `Actor` is a frozen set of ids: it is made once per request (people.queries), link or task, and every query of a
guarded model starts from `Model.objects.visible_to(actor)` inside `scope(actor)`. Outside any scope it raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_scopes import get_scope
from django_scopes import scope as open_scope
from django_scopes.exceptions import ScopeError

from defi.kernel import clock


class Who(StrEnum):
    """Every kind of hand that can be on a verb: the roles of members, then those who are not members."""

    # Region
    OFFICER = "officer"
    PAYING_OFFICE = "paying_office"
    CABINET = "cabinet"
    STEERING = "steering"
    DATA_PROTECTION = "data_protection"
    # Provider
    COORDINATOR = "coordinator"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"
    # Employer
    SIGNATORY = "signatory"
    RECRUITER = "recruiter"
    TUTOR = "tutor"
    # Prescriber
    ADVISER = "adviser"
    # Not members
    TRAINEE = "trainee"
    LINK = "link"
    TASK = "task"
    PUBLIC = "public"


WHO_LABELS = {
    Who.OFFICER: _("référent territorial de formation"),
    Who.PAYING_OFFICE: _("cellule de gestion"),
    Who.CABINET: _("Cabinet"),
    Who.STEERING: _("direction de la formation"),
    Who.DATA_PROTECTION: _("délégué à la protection des données"),
    Who.COORDINATOR: _("coordinateur"),
    Who.TRAINER: _("formateur"),
    Who.ADMINISTRATOR: _("administrateur de l'organisme"),
    Who.SIGNATORY: _("signataire de l'entreprise"),
    Who.RECRUITER: _("recruteur"),
    Who.TUTOR: _("tuteur"),
    Who.ADVISER: _("conseiller"),
    Who.TRAINEE: _("stagiaire"),
    Who.LINK: _("porteur d'un lien"),
    Who.TASK: _("tâche automatique"),
    Who.PUBLIC: _("public"),
}

REGION = frozenset({Who.OFFICER, Who.PAYING_OFFICE, Who.CABINET, Who.STEERING, Who.DATA_PROTECTION})
PROVIDER = frozenset({Who.COORDINATOR, Who.TRAINER, Who.ADMINISTRATOR})
EMPLOYER = frozenset({Who.SIGNATORY, Who.RECRUITER, Who.TUTOR})
PRESCRIBER = frozenset({Who.ADVISER})
LEAD = frozenset({Who.COORDINATOR, Who.ADMINISTRATOR})
NOT_MEMBERS = frozenset({Who.TRAINEE, Who.LINK, Who.TASK, Who.PUBLIC})


@dataclass(frozen=True, slots=True)
class LinkScope:
    """What the bearer of a link may do: one verb on one object."""

    link_id: int
    verb: str
    object_type: str
    object_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who reads or acts, as one organisation at a time.

    `region_id` is the Region's organisation for its own agents; `basins` the ids of the basins an officer pilots
    (empty: the whole region). A trainee has a person and nothing else; a link its single verb and object.
    """

    who: Who
    person_id: int | None = None
    organisation_id: int | None = None
    region_id: int | None = None
    basins: frozenset[int] = frozenset()
    link: LinkScope | None = None

    @property
    def in_region(self) -> bool:
        return self.who in REGION

    @property
    def in_provider(self) -> bool:
        return self.who in PROVIDER

    @property
    def in_employer(self) -> bool:
        return self.who in EMPLOYER

    @property
    def in_prescriber(self) -> bool:
        return self.who in PRESCRIBER


PUBLIC = Actor(Who.PUBLIC)
TASK = Actor(Who.TASK)


@contextmanager
def scope(actor: Actor) -> Iterator[None]:
    """Open the right to query guarded models in the name of `actor`."""
    with open_scope(actor=actor):
        yield


M = TypeVar("M", bound="Guarded")


class GuardedQuerySet(models.QuerySet[M], Generic[M]):
    """A query that begins by saying for whom."""

    def visible_to(self, actor: Actor) -> Self:
        """Only the rows that `actor` may know of; a task sees all."""
        if actor.who is Who.TASK:
            return self.all()
        return self.filter(self.model.visibility(actor))


class GuardedManager(models.Manager[M], Generic[M]):
    """The only way to the rows of a guarded model; raises `ScopeError` when no actor is named."""

    def get_queryset(self) -> GuardedQuerySet[M]:
        current: dict[str, Any] = get_scope()
        if current.get("_enabled", True) and "actor" not in current:
            raise ScopeError(f"{self.model.__name__}: open defi.kernel.access.scope(actor) before reading it.")
        return GuardedQuerySet(self.model, using=self._db)

    def visible_to(self, actor: Actor) -> GuardedQuerySet[M]:
        return self.get_queryset().visible_to(actor)


class Guarded(models.Model):
    """A row that only an actor may load, with a version that a form sends back to detect a stale page.

    `private` names the fields whose value never enters the journal (only the fact that they changed).
    """

    private: ClassVar[frozenset[str]] = frozenset()

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[GuardedManager[Self]] = GuardedManager()

    class Meta:
        abstract = True

    @classmethod
    def visibility(cls, actor: Actor) -> Q:
        """The rows that `actor` may know of. Nothing, unless the model says more."""
        return Q(pk__in=[])

    @property
    def file_id(self) -> int | None:
        """The operation under which the journal files this row."""
        return None


def everybody() -> Q:
    """For models that any actor may list (public facts)."""
    return Q()
