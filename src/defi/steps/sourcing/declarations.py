"""Entry conditions and priority publics: what the provider asks, what people declare, and how many they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from defi.kernel.access import LEAD, TASK, Actor, scope
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import leads, lock_bound, lock_operation
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import EventKind, rulebook
from defi.steps.needs.counts import few, part_shown
from defi.steps.sourcing.declared_models import Declared, EntryCondition
from defi.steps.sourcing.locks import lock_candidacy, refuse_nir
from defi.steps.sourcing.models import Candidacy
from defi.steps.sourcing.privacy import is_of_health
from defi.steps.sourcing.states import BEFORE_ENTRY

STILL_THERE = (*BEFORE_ENTRY, "entered", "completed")


def publics_of(operation: Operation) -> tuple[EventKind, ...]:
    """The priority publics, as the rulebook of the operation words them."""
    return rulebook(operation.scheme, operation.rulebook_version).sourcing.publics


def conditions_of(operation: Operation) -> list[EntryCondition]:
    """What is asked of who enters, in the order it was added."""
    with scope(TASK):
        return list(EntryCondition.objects.filter(operation=operation, dropped_on=None).order_by("pk"))


def add_condition(actor: Actor, operation_id: int, wording: str) -> EntryCondition:
    """The provider says what the job asks. Raises `Invalid`: nothing said, said already, or of somebody's health."""
    with acting(actor, "condition.add") as act:
        lock_operation(act, operation_id)
        said = " ".join(wording.split())
        if not said:
            raise Invalid.field("wording", _("Écrivez la condition, par exemple « permis B »."))
        if is_of_health(said):
            raise Invalid.field(
                "wording", _("Une condition ne porte pas sur la santé : demandez une aptitude du métier, sans plus.")
            )
        refuse_nir(wording=said)
        try:
            with transaction.atomic():
                return act.create(EntryCondition, operation_id=operation_id, wording=said[:120])
        except IntegrityError as twice:
            raise Invalid.field("wording", _("Cette condition est déjà dans la liste.")) from twice


def drop_condition(actor: Actor, condition_id: int) -> EntryCondition:
    """It is no longer asked; what people said of it is no longer shown."""
    with acting(actor, "condition.drop") as act:
        condition = lock_bound(act, EntryCondition, condition_id)
        if condition.dropped_on:
            raise WrongState(_("Cette condition est déjà retirée."))
        return act.change(condition, dropped_on=act.today)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person declares: ids of conditions they meet or do not, keys of publics."""

    met: Collection[int] = ()
    unmet: Collection[int] = ()
    publics: Collection[str] = ()


def declare(actor: Actor, candidacy_id: int, said: Said, *, version: int | None = None) -> Declared:
    """Note what the person declares, on their word. Raises `Invalid` for what is not in the lists.

    `version` is that of what was declared before."""
    with acting(actor, "candidacy.declare") as act:
        candidacy = lock_candidacy(act, candidacy_id)
        known = {condition.pk for condition in conditions_of(candidacy.operation)}
        keys = {public.key for public in publics_of(candidacy.operation)}
        if not {*said.met, *said.unmet} <= known or not set(said.publics) <= keys or set(said.met) & set(said.unmet):
            raise Invalid(_("Cette liste a changé pendant que vous la remplissiez : relisez-la."))
        values = {"met": sorted(said.met), "unmet": sorted(said.unmet), "publics": sorted(said.publics)}
        before = Declared.objects.visible_to(actor).filter(candidacy=candidacy).first()
        if before is None:
            return act.create(
                Declared, operation_id=candidacy.operation_id, candidacy=candidacy, declared_on=act.today, **values
            )
        return act.change(act.lock(Declared, before.pk, version), declared_on=act.today, **values)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one person declared, in words."""

    declared: Declared | None
    met: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    publics: list[str] = field(default_factory=list)


def declared_by(actor: Actor, candidacy: Candidacy) -> Shown | None:
    """What this person declared, for who needs it; None for anybody else."""
    if not (actor.who in LEAD and leads(actor, candidacy.operation)) and not actor.in_prescriber:
        return None
    row = Declared.objects.visible_to(actor).filter(candidacy=candidacy).first()
    conditions = conditions_of(candidacy.operation)
    met, unmet = (set(row.met), set(row.unmet)) if row else (set(), set())
    return Shown(
        row,
        [c.wording for c in conditions if c.pk in met],
        [c.wording for c in conditions if c.pk in unmet],
        [c.wording for c in conditions if c.pk not in met | unmet],
        [public.label for public in publics_of(candidacy.operation) if row and public.key in row.publics],
    )


@dataclass(frozen=True, slots=True)
class DeclaredCounts:
    """How many of the session declared something, and of them how many each thing; in words when they are few."""

    whole: str
    lines: list[tuple[str, str]]


def declared_counts(actor: Actor, session: Session, operation: Operation) -> DeclaredCounts | None:
    """For who runs the operation the numbers as they are; for the Region nothing from which somebody is found.

    A prescriber reads no count: taking its own people away would leave those of the others."""
    exact = actor.who in LEAD and leads(actor, operation)
    if not exact and not actor.in_region:
        return None
    with scope(TASK):
        rows = list(
            Declared.objects.filter(candidacy__session=session, candidacy__state__in=STILL_THERE).order_by("pk")
        )
    if not rows:
        return None
    counts = Counter(key for row in rows for key in row.publics)
    smallest = rulebook(operation.scheme, operation.rulebook_version).public_smallest
    told = [(p.label, counts[p.key]) for p in publics_of(operation)]
    if exact:
        return DeclaredCounts(str(len(rows)), [(label, str(n)) for label, n in told])
    whole = few(smallest) if len(rows) < smallest else str(len(rows))
    lines = [(label, part_shown(n, len(rows), smallest)) for label, n in told]
    return DeclaredCounts(whole, [(label, words) for label, words in lines if words])
