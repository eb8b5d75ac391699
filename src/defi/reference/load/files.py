"""Opens what is given to load: a file, a folder, a zip archive or a URL, always as a stream of bytes."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO
from zlib import error as ZlibError  # noqa: N812

from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid

DOWNLOAD_BYTES = 300 * 1024 * 1024
DOWNLOAD_SECONDS = 600
SILENCE_SECONDS = 30
UNPACKED_BYTES = 2 * 1024 * 1024 * 1024
ZIP_MAGIC = b"PK\x03\x04"
READABLE = (".csv", ".txt", ".json", ".tsv")
VERSION_SHEET = "version.txt"


@dataclass(frozen=True)
class Entry:
    """One file to read. `named` when the user gave this very file, so that not knowing it is an error."""

    name: str
    path: Path
    member: str | None = None
    named: bool = False
    release: str = ""

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes of the file, as a stream.

        Raises Invalid when the file or its archive is damaged, also when that shows only while reading."""
        try:
            if self.member is None:
                with self.path.open("rb") as stream:
                    yield stream
                return
            with zipfile.ZipFile(self.path) as archive, _open_member(archive, self.member) as stream:
                yield stream
        except (zipfile.BadZipFile, ZlibError, EOFError) as error:
            raise damaged_archive(self.path.name) from error
        except OSError as error:
            raise unreadable(self.name, error) from error


def gather(places: list[str], folder: Path) -> list[Entry]:
    """Every file behind the places given, in the order given then by name; downloads go to `folder`.

    Raises Invalid when a place does not exist, cannot be downloaded, or is a damaged archive."""
    entries: list[Entry] = []
    for number, place in enumerate(places):
        if re.match(r"https?://", place, re.IGNORECASE):
            path = download(place, folder / f"{number}")
            entries.extend(_behind(path, name=place))
        else:
            entries.extend(_behind(Path(place).expanduser(), name=place))
    return entries


def _behind(path: Path, name: str) -> list[Entry]:
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.is_file())
        release = _release(found)
        return [
            entry
            for file in found
            if file.suffix.lower() in (*READABLE, ".zip") and file.name != VERSION_SHEET
            for entry in (_members(file) if _is_zip(file) else [Entry(name=file.name, path=file, release=release)])
        ]
    if not path.exists():
        raise Invalid(_("« {name} » n'existe pas : vérifiez le chemin.").format(name=name))
    if _is_zip(path):
        return _members(path)
    return [Entry(name=path.name if name == str(path) else name, path=path, named=True)]


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4) == ZIP_MAGIC
    except OSError as error:
        raise unreadable(path.name, error) from error


def _open_member(archive: zipfile.ZipFile, member: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except (RuntimeError, NotImplementedError) as error:
        raise Invalid(
            _("« {name} » est protégé par un mot de passe ou compressé d'une façon inconnue.").format(name=member)
        ) from error


def _members(path: Path) -> list[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > UNPACKED_BYTES:
                raise Invalid(_("L'archive « {name} » est bien trop grosse une fois ouverte.").format(name=path.name))
            sheet = next((m for m in members if Path(m.filename).name == VERSION_SHEET), None)
            release = _read_release(archive.read(sheet)[:4096]) if sheet else ""
    except (zipfile.BadZipFile, ZlibError, EOFError) as error:
        raise damaged_archive(path.name) from error
    return [
        Entry(name=Path(member.filename).name, path=path, member=member.filename, release=release)
        for member in sorted(members, key=lambda member: member.filename)
        if Path(member.filename).suffix.lower() in READABLE
        and Path(member.filename).name != VERSION_SHEET
        and not member.filename.startswith("__MACOSX")
    ]


def _release(files: list[Path]) -> str:
    sheet = next((file for file in files if file.name == VERSION_SHEET), None)
    return _read_release(sheet.read_bytes()[:4096]) if sheet else ""


def _read_release(sheet: bytes) -> str:
    found = re.search(r"num[ée]ro de version\s*:\s*(\S+)", sheet.decode("utf-8", "replace"), re.IGNORECASE)
    return found.group(1)[:20] if found else ""


def download(url: str, target: Path) -> Path:
    """Fetch a URL into `target`, a size and a time being the limits.

    Raises Invalid when the server answers an error, stops before the end, or sends too much."""
    deadline = time.monotonic() + DOWNLOAD_SECONDS
    received = 0
    request = urllib.request.Request(url, headers={"User-Agent": "defi"})  # noqa: S310  (gather lets http only)
    try:
        with (
            urllib.request.urlopen(request, timeout=SILENCE_SECONDS) as answer,  # noqa: S310
            target.open("wb") as file,
        ):
            announced = int(answer.headers.get("Content-Length") or 0)
            if announced > DOWNLOAD_BYTES:
                raise _too_big(url)
            while chunk := answer.read(1 << 16):
                received += len(chunk)
                if received > DOWNLOAD_BYTES:
                    raise _too_big(url)
                if time.monotonic() > deadline:
                    raise Invalid(_("Le téléchargement de {url} dure trop longtemps.").format(url=url))
                file.write(chunk)
    except urllib.error.HTTPError as error:
        error.close()
        raise Invalid(_("{url} répond {code} : rien à charger.").format(url=url, code=error.code)) from error
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
        raise Invalid(_("{url} ne répond pas ({error}).").format(url=url, error=error)) from error
    if received < announced:
        raise Invalid(_("Le téléchargement de {url} s'est arrêté avant la fin : recommencez.").format(url=url))
    return target


def _too_big(url: str) -> Invalid:
    return Invalid(_("{url} envoie plus de 300 Mo : ce n'est pas un référentiel.").format(url=url))


def damaged_archive(name: str) -> Invalid:
    return Invalid(_("L'archive « {name} » est coupée ou abîmée : téléchargez-la de nouveau.").format(name=name))


def unreadable(name: str, error: OSError) -> Invalid:
    return Invalid(_("« {name} » ne se laisse pas lire ({error}).").format(name=name, error=error.strerror or error))
