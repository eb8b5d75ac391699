"""Keeping, replacing and taking off a file, within the action of a room that causes it: the journal tells of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from defi.kernel.access import Guarded
from defi.kernel.files import antivirus
from defi.kernel.files.kinds import FileKind
from defi.kernel.files.models import FileVersion, StoredFile
from defi.kernel.journal import Action, type_of
from defi.kernel.refusals import Invalid, WrongState
from defi.kernel.scans.reading import look
from defi.kernel.uploads import Upload, checked

if TYPE_CHECKING:
    from django.db.models import QuerySet

LOOKED_AT = frozenset({"application/pdf", "image/jpeg", "image/png"})


def inspected(kind: FileKind, name: str, content: bytes, *, field: str = "file") -> Upload:
    """A file that may be kept under this kind: size and type by its bytes, nothing that acts in it, no virus found.

    Takes a process and some time: call it before any row is locked. Raises `Invalid` on `field`."""
    upload = checked(name, content, field=field, largest=kind.largest, endings=kind.endings)
    antivirus.search(upload.name, content, field=field)
    if upload.media_type in LOOKED_AT:
        try:
            look(upload.name, content)
        except Invalid as refusal:
            raise Invalid.field(field, refusal.sentence) from refusal
    return upload


def keep(
    act: Action,
    kind: FileKind,
    dossier: int,
    upload: Upload,
    *,
    label: str = "",
    about: Guarded | None = None,
    preview: bytes | None = None,
) -> StoredFile:
    """A new file of the operation `dossier`. Raises `Invalid` when the same bytes are there already."""
    refuse_twice(kind, dossier, upload)
    stored = act.create(
        StoredFile,
        kind=kind.name,
        dossier=dossier,
        label=label.strip()[:160],
        object_type=type_of(about) if about else "",
        object_id=about.pk if about else None,
        added_on=act.today,
    )
    _add(act, stored, upload, preview)
    return stored


def refuse_twice(kind: FileKind, dossier: int, upload: Upload) -> None:
    """Raises `Invalid` when a file of this kind and operation holds these bytes now. Must run inside a scope."""
    if known_as(kind, dossier, upload.sha256):
        raise Invalid.field("file", _("« %(name)s » est déjà dans le dossier.") % {"name": upload.name})


def known_as(kind: FileKind, dossier: int, sha256: str) -> bool:
    """Whether these bytes are kept now under this kind, in this operation."""
    return _now(kind, dossier, sha256).exists()


def same_file(kind: FileKind, dossier: int, upload: Upload) -> StoredFile | None:
    """The file of this kind and operation whose last version holds these bytes, for one paper that proves twice."""
    for version in _now(kind, dossier, upload.sha256).select_related("stored").defer("content", "preview"):
        if version.number == version.stored.last:
            return version.stored
    return None


def _now(kind: FileKind, dossier: int, sha256: str) -> QuerySet[FileVersion]:
    rows = FileVersion._base_manager.filter(stored__kind=kind.name, stored__dossier=dossier, stored__removed_on=None)
    return rows.filter(sha256=sha256).order_by("pk")


def replace(act: Action, stored: StoredFile, upload: Upload) -> StoredFile:
    """A new version; the former ones stay to be read. Raises `WrongState` once it is taken off."""
    _must_be_there(stored)
    act.change(stored, last=stored.last + 1)
    _add(act, stored, upload, None)
    return stored


def take_off(act: Action, stored: StoredFile) -> StoredFile:
    """The file leaves the space and its bytes are erased; who sent it, when, and its fingerprint stay."""
    _must_be_there(stored)
    FileVersion._base_manager.filter(stored=stored).update(content=None, preview=None)
    return act.change(stored, removed_on=act.today)


def _must_be_there(stored: StoredFile) -> None:
    if stored.removed_on:
        raise WrongState(_("Cette pièce est déjà retirée."))


def _add(act: Action, stored: StoredFile, upload: Upload, preview: bytes | None) -> FileVersion:
    return act.create(
        FileVersion,
        stored=stored,
        number=stored.last,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        content=upload.content,
        preview=preview,
        sent_at=act.now,
        sent_by_id=act.actor.person_id,
    )
