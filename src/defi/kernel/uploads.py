"""A file that somebody sends: its size and its kind are checked by its bytes, never by its name alone.

No virus is looked for: what is kept is only ever given back as a download (`attachment`, `nosniff`)."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid

LARGEST = 5 * 1024 * 1024
LONGEST_NAME = 160

OFFICE = {
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word/"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xl/"),
}
OPEN_DOCUMENT = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
BEGINNINGS = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
}
TEXTS = {"csv": "text/csv", "txt": "text/plain"}
KINDS = (*BEGINNINGS, *OFFICE, *OPEN_DOCUMENT, *TEXTS)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that may be kept: a tidy name, the media type its bytes say, the bytes, their SHA-256."""

    name: str
    media_type: str
    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)


def checked(
    name: str,
    content: bytes,
    *,
    field: str = "file",
    largest: int = LARGEST,
    endings: Collection[str] = KINDS,
) -> Upload:
    """The file, once its size, the end of its name and its first bytes agree. Raises `Invalid` on `field`.

    `largest` in bytes; `endings` among `KINDS`."""
    tidy = tidy_name(name)
    if not content:
        raise Invalid.field(field, _("Ce fichier est vide : choisissez-en un autre."))
    if len(content) > largest:
        raise Invalid.field(
            field,
            _("Ce fichier pèse plus de %(most)d Mo : allégez-le, ou n'en joignez que les pages utiles.")
            % {"most": largest // 1024 // 1024},
        )
    ending = PurePosixPath(tidy).suffix.lstrip(".").lower()
    if ending not in KINDS or ending not in endings:
        raise Invalid.field(
            field,
            _("Ce genre de fichier n'est pas accepté : enregistrez-le en PDF, en image, ou en texte ou tableur."),
        )
    media_type = _media_type(ending, content)
    if not media_type:
        raise Invalid.field(
            field,
            _("Ce fichier se nomme « .%(ending)s » mais n'en est pas un : ouvrez-le, puis enregistrez-le de nouveau.")
            % {"ending": ending},
        )
    return Upload(tidy, media_type, content, hashlib.sha256(content).hexdigest())


def tidy_name(name: str) -> str:
    """The last part of a path, on one line, short enough; its ending is kept."""
    last = re.split(r"[/\\]", name)[-1]
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in last).split()).lstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"[-LONGEST_NAME:]


def _media_type(ending: str, content: bytes) -> str:
    """The media type of this ending when the bytes are of that kind, else nothing."""
    if ending in BEGINNINGS:
        media_type, beginnings = BEGINNINGS[ending]
        return media_type if content.startswith(beginnings) else ""
    if ending in TEXTS:
        return TEXTS[ending] if b"\x00" not in content else ""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _in_archive(ending, archive)
    except (zipfile.BadZipFile, OSError, KeyError, NotImplementedError, RuntimeError):
        return ""


def _in_archive(ending: str, archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    if ending in OFFICE:
        media_type, folder = OFFICE[ending]
        # A macro is a program: the formats without them are enough.
        if any(name.endswith("vbaProject.bin") for name in names):
            return ""
        return media_type if any(name.startswith(folder) for name in names) else ""
    media_type = OPEN_DOCUMENT[ending]
    with archive.open("mimetype") as declared:
        return media_type if declared.read(200).decode("ascii", "replace").strip() == media_type else ""
