"""The kinds of files an operation may hold: each room declares its own, with who sends and who reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor, Who
from defi.kernel.refusals import NotAllowed
from defi.kernel.transitions import Text, say_who
from defi.kernel.uploads import KINDS as ENDINGS
from defi.kernel.uploads import LARGEST

KINDS: dict[str, FileKind] = {}


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file. `reads` and `sends`: the roles that may; `dossiers`: the ids of the operations whose files of
    this kind an actor may know of. `by_hand`: sent from the page of the files, not by an action of its own room.
    `after_closing`: still sent once the operation is closed. `largest` in bytes."""

    name: str
    label: Text
    reads: frozenset[Who]
    sends: frozenset[Who]
    dossiers: Callable[[Actor], QuerySet[Any, Any]]
    by_hand: bool = True
    after_closing: bool = False
    endings: tuple[str, ...] = ENDINGS
    largest: int = LARGEST

    def must_send(self, actor: Actor) -> None:
        """Raise `NotAllowed` unless this role sends files of this kind."""
        if actor.who not in self.sends:
            raise NotAllowed(
                _("« %(kind)s » : cette pièce est déposée par %(who)s.")
                % {"kind": self.label, "who": say_who(self.sends)}
            )


def declare(kind: FileKind) -> FileKind:
    """Make a kind known, once. Raises ValueError when its name is taken, or when who sends it may not read it."""
    if KINDS.get(kind.name, kind) != kind:
        raise ValueError(f"file kind {kind.name} is declared twice")
    if not kind.sends <= kind.reads:
        raise ValueError(f"file kind {kind.name}: who sends it reads it")
    KINDS[kind.name] = kind
    return kind


def readable_by(actor: Actor) -> Iterable[FileKind]:
    """The kinds that this role may read."""
    return [kind for kind in KINDS.values() if actor.who in kind.reads]
