"""Two records become one: whatever points to the other points to the kept, whichever room it is in.

The columns are found by walking the models, so that a room added later is handled. Where the kept record already has
the same row (a partner twice in an operation), the room says what becomes of the two by a `@rule`; without one, the
row stays with the other record, which leads to the kept one: nothing is lost. Every change is remembered row by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import ForeignKey, Model, UniqueConstraint
from pghistory.models import Event

from defi.kernel.access import Guarded
from defi.kernel.journal import Action
from defi.kernel.models import JournalEntry, Link, Mail

Rule = Callable[["Melding", Any, Any], None]
Refusal = Callable[[type[Model], int], str]
Lock = Callable[[Action, type[Model], int], None]

RULES: dict[str, Rule] = {}
REFUSALS: list[Refusal] = []
UNDOING: list[Callable[[Undoing], str]] = []
LOCKS: list[Lock] = []

OWN_MEMORY = {f"people.merge.{side}_{what}" for side in ("kept", "other") for what in ("firm", "person")}
"""What a merge says of itself names the two records for ever. A room that keeps merges of its own adds its columns."""

BY_NUMBER = {"people.organisation": "organisation_id", "people.person": "person_id"}
"""Links and mails to come know organisations and people by number, without a foreign key."""


def rule(label: str) -> Callable[[Rule], Rule]:
    """Say what becomes of two rows of this model that would be one: `rule(melding, kept_row, other_row)`.

    It may change either (`melding.change`) or drop the other (`melding.drop`); the other is pointed anew if it then
    can be, and stays with its record if not."""

    def register(function: Rule) -> Rule:
        RULES[label] = function
        return function

    return register


def refusal(function: Refusal) -> Refusal:
    """Register a reason not to merge: a sentence for this row of this model, or nothing."""
    REFUSALS.append(function)
    return function


@dataclass(frozen=True, slots=True)
class Undoing:
    """A merge about to be undone: what it changed, the record it kept, and the journal entry that told it."""

    kept: int
    moves: list[dict[str, Any]]
    told: int

    def touched(self, label: str, *, column: str = "") -> set[int]:
        """The rows of this model that it changed, or of which it changed this column."""
        return {
            move["pk"]
            for move in self.moves
            if move["model"] == label and "stays" not in move and (not column or column in move.get("before", {}))
        }

    def happened(self, label: str, rows: Collection[int], *verbs: str) -> bool:
        """Whether one of these was done since to one of these rows."""
        since = JournalEntry.objects.filter(pk__gt=self.told, object_type=label, object_id__in=rows, verb__in=verbs)
        return since.exists()


def undo_refusal(function: Callable[[Undoing], str]) -> Callable[[Undoing], str]:
    """Register a reason not to take two records apart again: a sentence, or nothing."""
    UNDOING.append(function)
    return function


def locked_first(function: Lock) -> Lock:
    """Register what is locked before the rows, so that all actions take their locks in one order."""
    LOCKS.append(function)
    return function


def columns_to(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """Every column that points to `model`, in whichever room. Not the history of proofs: it tells what was."""
    for owner in apps.get_models(include_auto_created=True):
        if issubclass(owner, Event):
            continue
        for column in owner._meta.local_fields:
            if isinstance(column, ForeignKey) and column.related_model is model and _name(column) not in OWN_MEMORY:
                yield column


def _name(column: ForeignKey[Any, Any]) -> str:
    return f"{column.model._meta.label_lower}.{column.name}"


@dataclass
class Melding:
    """One merge at work: `other` becomes `kept` (ids of `model`). `moves` is what it changed, oldest first."""

    act: Action
    model: type[Model]
    kept: int
    other: int
    moves: list[dict[str, Any]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.act.today

    def run(self) -> list[dict[str, Any]]:
        """Point everything to the kept record; the moves made."""
        for lock in LOCKS:
            for pk in (self.kept, self.other):
                lock(self.act, self.model, pk)
        for column in columns_to(self.model):
            here = {column.attname: self.other}
            rows = column.model._base_manager.select_for_update(of=("self",)).filter(**here).order_by("pk")
            for row in rows:
                self._point(row, column)
        self._point_what_is_sent()
        return self.moves

    def _point(self, row: Model, column: ForeignKey[Any, Any]) -> None:
        twin = self._twin(row, column)
        settle = RULES.get(row._meta.label_lower)
        if twin is not None and settle is not None:
            settle(self, twin, row)
        if row.pk is None:
            return
        if twin is not None and row._meta.auto_created:
            self.drop(row)
        else:
            self._try_to_point(row, column)

    def _try_to_point(self, row: Model, column: ForeignKey[Any, Any]) -> None:
        try:
            with transaction.atomic():
                self.change(row, **{column.attname: self.kept})
        except IntegrityError:
            self.moves.append({"model": row._meta.label_lower, "pk": row.pk, "stays": column.name})

    def _twin(self, row: Model, column: ForeignKey[Any, Any]) -> Model | None:
        """The row of the kept record that would be the same as this one."""
        for names, condition in _unique_sets(column):
            same = {_attname(row, name): getattr(row, _attname(row, name)) for name in names if name != column.name}
            rows = row._meta.model._base_manager.filter(**same, **{column.attname: self.kept})
            if condition is not None:
                if not row._meta.model._base_manager.filter(condition, pk=row.pk).exists():
                    continue
                rows = rows.filter(condition)
            twin: Model | None = rows.exclude(pk=row.pk).select_for_update(of=("self",)).order_by("pk").first()
            if twin is not None:
                return twin
        return None

    def change(self, row: Model, **fields: Any) -> None:
        """Write these columns of a row, and remember what they were. Ids, dates, states: no text of a person."""
        changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
        if not changed:
            return
        before = {name: plain(getattr(row, name)) for name in changed}
        write(self.act, row, changed)
        self.moves.append(
            {
                "model": row._meta.label_lower,
                "pk": row.pk,
                "before": before,
                "after": {name: plain(value) for name, value in changed.items()},
            }
        )

    def drop(self, row: Model) -> None:
        """Take away a working row that says what the kept record already says; enough is remembered to put it back."""
        told = {column.attname: plain(getattr(row, column.attname)) for column in row._meta.concrete_fields}
        self.moves.append({"model": row._meta.label_lower, "pk": row.pk, "dropped": told})
        if isinstance(row, Guarded):
            self.act.remove(row)
        else:
            row.delete()

    def _point_what_is_sent(self) -> None:
        column = BY_NUMBER[self.model._meta.label_lower]
        for kind in (Link, Mail):
            for row in kind._default_manager.select_for_update().filter(**{column: self.other}).order_by("pk"):
                self.change(row, **{column: self.kept})


def undo(act: Action, moves: list[dict[str, Any]]) -> int:
    """Put back what a merge changed, latest first; how many rows have changed since and are left as they are."""
    return sum(not _put_back(act, move) for move in reversed(moves) if "stays" not in move)


def _put_back(act: Action, move: dict[str, Any]) -> bool:
    model = apps.get_model(move["model"])
    try:
        with transaction.atomic():
            if "dropped" in move:
                model(**_typed(model, move["dropped"])).save(force_insert=True)
                return True
            row = model._base_manager.select_for_update(of=("self",)).filter(pk=move["pk"]).order_by("pk").first()
            after = _typed(model, move["after"])
            if row is None or any(getattr(row, name) != value for name, value in after.items()):
                return False
            write(act, row, _typed(model, move["before"]))
            return True
    except IntegrityError:
        return False


def write(act: Action, row: Model, fields: dict[str, Any]) -> None:
    """Write columns of any row: journaled when it is guarded."""
    if isinstance(row, Guarded):
        act.change(row, **fields)
        return
    row._meta.model._base_manager.filter(pk=row.pk).update(**fields)
    for name, value in fields.items():
        setattr(row, name, value)


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(model: type[Model], fields: dict[str, Any]) -> dict[str, Any]:
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in fields.items()}


def _unique_sets(column: ForeignKey[Any, Any]) -> Iterator[tuple[list[str], models.Q | None]]:
    """The sets of columns, with this one among them, of which no two rows may hold the same."""
    if column.unique:
        yield [column.name], None
    for together in column.model._meta.unique_together:
        if column.name in together:
            yield list(together), None
    for constraint in column.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and column.name in constraint.fields:
            yield list(constraint.fields), constraint.condition


def _attname(row: Model, name: str) -> str:
    return row._meta.get_field(name).attname  # type: ignore[union-attr]
