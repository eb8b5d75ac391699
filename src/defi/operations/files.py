"""The file space of an operation: pieces sent by hand, replaced, taken off. Each room declares its kinds."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from defi.kernel.access import Actor, scope
from defi.kernel.files import keeping
from defi.kernel.files.kinds import KINDS, FileKind
from defi.kernel.files.models import StoredFile
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.pages import load
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.kernel.transitions import VERBS
from defi.kernel.uploads import Upload
from defi.operations.access import lock_operation, must_take_part
from defi.operations.models import Operation

MOST_FILES = 200


def dossiers(actor: Actor) -> QuerySet[Any, Any]:
    """The ids of the operations whose files an actor may know of: those it sees; for a provider, those it runs."""
    seen = Operation.objects.visible_to(actor)
    if actor.in_provider:
        seen = seen.filter(Q(provider=actor.organisation_id) | Q(holder=actor.organisation_id))
    return seen.values("pk")


def may_send(actor: Actor, kind: FileKind, operation: Operation) -> bool:
    """Whether this actor sends files of this kind by hand, now: what the page offers."""
    if actor.who not in kind.sends or not kind.by_hand:
        return False
    try:
        must_take_part(actor, operation)
    except NotAllowed:
        return False
    return operation.state == "running" or kind.after_closing


def deposit(
    actor: Actor, operation_id: int, kind_name: str, name: str, content: bytes, *, label: str = ""
) -> StoredFile:
    """A piece joins the file of the operation. Raises `Invalid` for the piece, `NotAllowed` for the role."""
    VERBS["file.deposit"].check(actor)
    kind = _by_hand(actor, kind_name)
    upload = _inspected(actor, operation_id, kind, name, content)
    with acting(actor, "file.deposit") as act:
        operation = _lock(act, operation_id, kind)
        if StoredFile.objects.filter(dossier=operation.pk, removed_on=None).count() >= MOST_FILES:
            raise WrongState(
                _("Ce dossier porte déjà %(most)d pièces : retirez-en une d'abord.") % {"most": MOST_FILES}
            )
        return keeping.keep(act, kind, operation.pk, upload, label=label)


def replace(actor: Actor, stored_id: int, name: str, content: bytes, *, version: int | None = None) -> StoredFile:
    """A better copy of a piece: a new version, the former ones stay."""
    VERBS["file.replace"].check(actor)
    seen = _seen(actor, stored_id)
    kind = _by_hand(actor, seen.kind)
    upload = _inspected(actor, seen.dossier, kind, name, content)
    with acting(actor, "file.replace") as act:
        stored = _lock_stored(act, seen, kind, version)
        keeping.refuse_twice(kind, stored.dossier, upload)
        return keeping.replace(act, stored, upload)


def remove(actor: Actor, stored_id: int, *, reason: str, version: int | None = None) -> StoredFile:
    """A piece leaves the file of the operation, with a reason; its bytes are erased."""
    VERBS["file.remove"].check(actor, reason)
    seen = _seen(actor, stored_id)
    kind = _by_hand(actor, seen.kind)
    with acting(actor, "file.remove", reason=reason) as act:
        return keeping.take_off(act, _lock_stored(act, seen, kind, version))


def _by_hand(actor: Actor, kind_name: str) -> FileKind:
    kind = KINDS.get(kind_name)
    if kind is None or actor.who not in kind.reads:
        raise Invalid.field("kind", _("Choisissez le genre de pièce."))
    kind.must_send(actor)
    if not kind.by_hand:
        raise NotAllowed(_("« %(kind)s » : ces pièces se gèrent sur la page de leur étape.") % {"kind": kind.label})
    return kind


def _inspected(actor: Actor, operation_id: int, kind: FileKind, name: str, content: bytes) -> Upload:
    """The piece, looked at before any row is locked, for who may send it at all."""
    with scope(actor):
        must_take_part(actor, load(Operation, actor, operation_id))
    return keeping.inspected(kind, name, content)


def _seen(actor: Actor, stored_id: int) -> StoredFile:
    with scope(actor):
        return load(StoredFile, actor, stored_id)


def _lock(act: Action, operation_id: int, kind: FileKind) -> Operation:
    if not kind.after_closing:
        return lock_operation(act, operation_id)
    operation = act.lock(Operation, operation_id)
    must_take_part(act.actor, operation)
    return operation


def _lock_stored(act: Action, seen: StoredFile, kind: FileKind, version: int | None) -> StoredFile:
    _lock(act, seen.dossier, kind)
    stored = act.lock(StoredFile, seen.pk)
    check_version(stored, version)
    return stored
