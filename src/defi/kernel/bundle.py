"""A ZIP whose manifest gives the fingerprint of each file in it: the same content gives the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO

from defi.kernel import tables

MANIFEST = "manifeste.csv"
COLUMNS = ("Fichier", "Pièce", "Date", "Octets", "SHA-256")


class Bundle:
    """Files put one after the other into `into`; `close` ends it with its manifest."""

    def __init__(self, made_on: date, into: IO[bytes]) -> None:
        self._stamp = (made_on.year, made_on.month, made_on.day, 0, 0, 0)
        self._zip = zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED)
        self._lines: list[tuple[str, ...]] = []

    def put(self, name: str, content: bytes, label: str, on: date | None = None) -> None:
        """A file, under a name that is not in it yet. Raises ValueError for a name used twice."""
        if name in self._zip.NameToInfo:
            raise ValueError(f"{name} is in the bundle already")
        self._write(name, content)
        day = on.isoformat() if on else ""
        self._lines.append((name, label, day, str(len(content)), hashlib.sha256(content).hexdigest()))

    def put_table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], label: str) -> None:
        """A list, as CSV that a spreadsheet opens."""
        self.put(name, written(columns, rows), label)

    def close(self) -> None:
        """The manifest is written last, and is the one file it does not name."""
        self._write(MANIFEST, written(COLUMNS, self._lines))
        self._zip.close()

    def _write(self, name: str, content: bytes) -> None:
        self._zip.writestr(zipfile.ZipInfo(name, self._stamp), content, zipfile.ZIP_DEFLATED)


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV in UTF-8 with its mark, « ; » between cells, formulas defused."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([tables.csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
