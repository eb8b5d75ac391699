"""The unit of work: one action, its locks, its changes, its journal, its mail, all in one transaction.

    with acting(actor, "promise.withdraw", reason=reason) as act:
        promise = act.lock(Promise, promise_id, version)
        act.move(PROMISE, promise, withdrawn_on=act.today)

`acting` checks the role first; `lock` answers 404 for what the actor may not know of, then takes the row lock; `move`
checks the state; `change` and `create` remember what changed. On leaving the block one entry per changed object is
written, then the handlers registered on the verb run, in the same transaction. Mail leaves after commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor, Guarded, scope
from defi.kernel.models import JournalEntry, Reason
from defi.kernel.refusals import Stale, Unknown
from defi.kernel.transitions import VERBS, Table

G = TypeVar("G", bound=Guarded)
Handler = Callable[["Action", list[JournalEntry]], None]

_HANDLERS: dict[str, list[Handler]] = {}
_current: ContextVar[Action | None] = ContextVar("defi_action", default=None)
BATCH = 500
"""Rows written by one statement of a bulk import."""

_PLAIN = (
    models.AutoField,
    models.ForeignKey,
    models.IntegerField,
    models.BooleanField,
    models.DateField,
    models.TimeField,
    models.DecimalField,
)


def on(verb: str) -> Callable[[Handler], Handler]:
    """Run the decorated function after any action of this verb ("*": after all), in its transaction.

    This is how an earlier room reacts to a later one."""

    def register(handler: Handler) -> Handler:
        _HANDLERS.setdefault(verb, []).append(handler)
        return handler

    return register


@dataclass
class Action:
    """What one actor does under one verb. Made by `acting` only."""

    actor: Actor
    verb: str
    reason: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    parent: Action | None = None
    now: datetime = field(default_factory=clock.now)
    touched: set[int] = field(default_factory=set)
    _changes: dict[tuple[str, int], _Change] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(clock.PARIS).date()

    def lock(self, model: type[G], pk: int, version: int | None = None) -> G:
        """Load a row the actor may see and keep it until the end of the action.

        Raises `Unknown` when it does not exist for this actor, `Stale` when `version` is given and outdated."""
        rows = model.objects.visible_to(self.actor).select_for_update(of=("self",))
        row: G | None = rows.filter(pk=pk).first()
        if row is None or not self._is_within_the_link(row):
            raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
        check_version(row, version)
        return row

    def _is_within_the_link(self, row: Guarded) -> bool:
        """A link was made for one object: of its kind, its bearer acts on no other."""
        link = self.actor.link
        return link is None or link.object_type != type_of(row) or link.object_id == row.pk

    def create(self, model: type[G], **fields: Any) -> G:
        """A new row, remembered for the journal."""
        row = model(**fields)
        row.save(force_insert=True)
        self._change_of(row).made = True
        self._remember(row, before={}, names=_names(row, fields))
        return row

    def create_many(self, model: type[G], rows: Iterable[G]) -> list[G]:
        """Many new rows at once, each remembered for the journal as `create` does: what a bulk import needs."""
        made = model.objects.bulk_create(rows, batch_size=BATCH)
        for row in made:
            self._change_of(row).made = True
            names = [f.name for f in row._meta.concrete_fields if f.name not in ("id", "version", "created_at")]
            self._remember(row, before={}, names=[name for name in names if getattr(row, name) not in (None, "")])
        return made

    def change(self, row: G, **fields: Any) -> G:
        """Write these fields if they differ, raise the version, remember before and after."""
        changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
        if not changed:
            return row
        before = {name: _plain(row, name) for name in _names(row, changed)}
        for name, value in changed.items():
            setattr(row, name, value)
        row.version += 1
        row.save(update_fields=[*changed, "version"])
        self._remember(row, before=before, names=_names(row, changed))
        return row

    def move(self, table: Table, row: G, state_field: str = "state", **fields: Any) -> G:
        """Take the transition of this action's verb on `row`, with the other fields it changes."""
        step = table.take(self.verb, self.actor, getattr(row, state_field), self.reason)
        return self.change(row, **{state_field: step.target}, **fields)

    def remove(self, row: G) -> None:
        """Delete a working row (never one that proves something); the journal keeps what it was."""
        names = [f.name for f in row._meta.concrete_fields if f.name not in ("id", "version", "created_at")]
        self._remember(row, before={name: _plain(row, name) for name in names}, names=[])
        row.delete()

    def note(self, row: Guarded, **facts: str | int | bool | None) -> None:
        """Write in the journal a fact about `row` that no column holds."""
        self._change_of(row).after.update(facts)

    def _change_of(self, row: Guarded) -> _Change:
        key = (type_of(row), row.pk)
        return self._changes.setdefault(key, _Change(type_of(row), row.pk, row.file_id))

    def _remember(self, row: Guarded, before: dict[str, Any], names: list[str]) -> None:
        change = self._change_of(row)
        # What was made within the action had nothing before it.
        for name, value in before.items() if not change.made else ():
            change.before.setdefault(name, value)
        change.after.update({name: _plain(row, name) for name in names})

    def close(self) -> list[JournalEntry]:
        """Write the entries, then let the other rooms react."""
        reason = self._reason_row()
        entries = [
            JournalEntry(
                action_id=self.id,
                at=self.now,
                verb=self.verb,
                actor_who=self.actor.who.value,
                actor_person_id=self.actor.person_id,
                actor_organisation_id=self.actor.organisation_id,
                file_id=change.file_id,
                object_type=change.object_type,
                object_id=change.object_id,
                before=change.before,
                after=change.after,
                reason=reason,
            )
            for change in self._changes.values()
        ]
        JournalEntry.objects.bulk_create(entries, batch_size=BATCH)
        for handler in (*_HANDLERS.get(self.verb, ()), *_HANDLERS.get("*", ())):
            handler(self, entries)
        return entries

    def _reason_row(self) -> Reason | None:
        if not self.reason.strip() or not self._changes:
            return None
        return Reason.objects.create(action_id=self.id, text=self.reason.strip())


@dataclass
class _Change:
    object_type: str
    object_id: int
    file_id: int | None
    made: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@contextmanager
def acting(actor: Actor, verb: str, *, reason: str = "") -> Iterator[Action]:
    """Open the action `verb` in the name of `actor`: role and reason checked, one transaction, one journal.

    An action inside an action keeps the id of the outer one. Raises what `Verb.check` raises."""
    VERBS[verb].check(actor, reason)
    outer = _current.get()
    action = Action(actor, verb, reason, id=outer.id if outer else uuid.uuid4(), parent=outer)
    token = _current.set(action)
    try:
        with transaction.atomic(), scope(actor):
            yield action
            action.close()
    finally:
        _current.reset(token)


def check_version(row: Guarded, version: int | None) -> None:
    """Raise `Stale` when the page that acts was drawn before the last change."""
    if version is not None and row.version != version:
        raise Stale(
            _(
                "Cette fiche a été modifiée pendant que vous la lisiez. "
                "Relisez-la : votre saisie est gardée ci-dessous."
            ),
            version=row.version,
        )


def type_of(row: models.Model) -> str:
    """How the journal names a kind of object: `pairing.promise`."""
    return row._meta.label_lower


def _names(row: models.Model, fields: dict[str, Any]) -> list[str]:
    by_attname = {f.attname: f.name for f in row._meta.concrete_fields}
    return [by_attname.get(name, name) for name in fields]


def _plain(row: Guarded, name: str) -> Any:
    """The value the journal may hold: numbers, dates, states; of anything else only that it is there."""
    column = row._meta.get_field(name)
    value = getattr(row, getattr(column, "attname", name))
    if name in row.private or value is None:
        return None
    if isinstance(column, _PLAIN) or getattr(column, "choices", None):
        return _json(value)
    return None


def _json(value: Any) -> Any:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat()
