"""Which employers an actor knows of, and whose record they read.

A room above tells who works with whom by a tie: `@tie` on a function from the actor to ids of employers. A provider
ties itself to any firm by adding it to its operation: of the record it then reads the public identity and what concerns
its own operations. Two more registers say what that is: `@meets`, the people of firms named in them; `@engages`, the
firms that came to them by a step of their own. Source: « who needs to know » (GDPR, article 5 (1) c; decision 0009)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from defi.kernel.access import Actor, Who
from defi.people.models import Organisation, OrganisationKind

Tie = Callable[[Actor], QuerySet[Any, Any]]

_TIES: list[Tie] = []
_MEETINGS: list[Tie] = []
_ENGAGEMENTS: list[Tie] = []
_UNSAID: list[Callable[[], QuerySet[Any, Any]]] = []

WHOLE_REGION = frozenset({Who.STEERING, Who.DATA_PROTECTION, Who.TASK})
NAMES_ONLY = frozenset({Who.ADVISER})


def tie(function: Tie) -> Tie:
    """Register a room's own answer to: with which employers (ids) does this actor work? An officer without a territory
    works with all that the room knows."""
    _TIES.append(function)
    return function


def meets(function: Tie) -> Tie:
    """Register a room's own answer to: which people of firms (ids of persons) do this provider's operations name?"""
    _MEETINGS.append(function)
    return function


def engages(function: Tie) -> Tie:
    """Register a room's own answer to: which employers (ids) took a step of their own in this provider's operations?"""
    _ENGAGEMENTS.append(function)
    return function


def unsaid(function: Callable[[], QuerySet[Any, Any]]) -> Callable[[], QuerySet[Any, Any]]:
    """Register a room's own answer to: which employers (ids) has somebody named without their having confirmed it? As
    long as nothing else makes them known, they are in nobody's list."""
    _UNSAID.append(function)
    return function


def people_met(actor: Actor) -> Q:
    """For rows with an `organisation` and a `person`: those a provider knows by its operations, and all those of the
    firms it is the adviser of."""
    found = _of_advised(actor)
    for names in _MEETINGS:
        found |= Q(person_id__in=names(actor))
    return found


def engaged(actor: Actor) -> Q:
    """For rows with an `organisation`: the firms a need or a promise brought to this provider, and those it advises."""
    found = _of_advised(actor)
    for came in _ENGAGEMENTS:
        found |= Q(organisation_id__in=came(actor))
    return found


def _of_advised(actor: Actor) -> Q:
    return Q(organisation_id__in=employers().filter(_advised(actor)).values("pk"))


def employers() -> QuerySet[Organisation]:
    """The records of employers; one merged into another is reached through the one that was kept."""
    return Organisation.objects.filter(kind=OrganisationKind.EMPLOYER, merged_into=None)


def read_by(actor: Actor) -> QuerySet[Organisation]:
    """The employers whose record this actor reads: an officer those of the territory, and those that nothing ties to
    any; an employer itself; the adviser of a firm that firm; a provider those of its operations, of which its rows say
    less (`people_met`, `engaged`)."""
    if actor.who is Who.TASK:
        return employers()
    if actor.who in WHOLE_REGION or (actor.who is Who.OFFICER and not actor.basins):
        return employers().exclude(_only_named())
    if actor.who is Who.OFFICER:
        anywhere = _tied(replace(actor, basins=frozenset()))
        here = Q(commune__basin_id__in=actor.basins) | (Q(commune=None) & ~anywhere)
        return employers().filter(here | _advised(actor) | _tied(actor)).exclude(_only_named())
    if actor.in_provider:
        return employers().filter(_advised(actor) | _tied(actor))
    if actor.in_prescriber:
        return employers().filter(_advised(actor))
    if actor.in_employer and actor.organisation_id:
        return employers().filter(pk=actor.organisation_id)
    return employers().none()


def known_to(actor: Actor) -> QuerySet[Organisation]:
    """Those they read, and those whose name and place alone they know: a prescriber the firms of its operations."""
    if actor.who not in NAMES_ONLY:
        return read_by(actor)
    return employers().filter(_advised(actor) | _tied(actor))


def _advised(actor: Actor) -> Q:
    if actor.person_id is None or actor.organisation_id is None:
        return Q(pk__in=[])
    sheets = apps.get_model("people.EmployerSheet")._base_manager
    mine = sheets.filter(adviser__person_id=actor.person_id, adviser__organisation_id=actor.organisation_id)
    return Q(pk__in=mine.values("organisation_id"))


def _only_named() -> Q:
    """The employers that somebody named without their word, and that nothing else makes known."""
    named = Q(pk__in=[])
    for function in _UNSAID:
        named |= Q(pk__in=function())
    known = _tied(Actor(Who.OFFICER))
    for model in ("EmployerSheet", "Contact", "Talk"):
        known |= Q(pk__in=apps.get_model(f"people.{model}")._base_manager.values("organisation_id"))
    return named & ~known


def _tied(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for works_with in _TIES:
        found |= Q(pk__in=works_with(actor))
    return found
