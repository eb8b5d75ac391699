"""Reads a table, CSV or JSON, as a stream of records with their line number; never the whole file in memory."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid
from defi.reference.load.files import Entry

CHUNK = 1 << 16
LONGEST_OBJECT = 8 * 1024 * 1024
DELIMITERS = ",;\t|"
BLANK = re.compile(r"\s*")
BETWEEN = re.compile(r"[\s,]*")

Record = dict[str, Any]


@dataclass(frozen=True)
class Damaged:
    """A line that could not be read as a record, and why."""

    reason: str


@dataclass(frozen=True)
class Facts:
    """What one pass over the bytes tells of a file."""

    fingerprint: str
    encoding: str
    ends_with_newline: bool
    is_json: bool


class Table:
    """A file read as records. The first access to `facts` passes once over the bytes, `records` passes again."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    @cached_property
    def facts(self) -> Facts:
        """SHA-256, encoding (UTF-8, else Latin-9), how the file ends. Raises Invalid when it is empty or binary."""
        digest = hashlib.sha256()
        decoder = codecs.getincrementaldecoder("utf-8")()
        encoding, first, last = "utf-8-sig", b"", b""
        with self.entry.open() as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                first, last = first or chunk, chunk
                if encoding == "utf-8-sig":
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError:
                        encoding = "iso-8859-15"
        if not first.strip():
            raise Invalid(_("« {name} » est vide.").format(name=self.entry.name))
        if first.count(0) * 100 > len(first):
            raise Invalid(_("« {name} » n'est pas un fichier de texte.").format(name=self.entry.name))
        start = first.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
        return Facts(digest.hexdigest(), encoding, last.endswith((b"\n", b"\r")), start in (b"[", b"{"))

    @cached_property
    def columns(self) -> list[str]:
        """The columns of the table, in small letters: its header, or the keys of its first object."""
        if not self.facts.is_json:
            return self._header()
        for _line, record in self._objects():
            return sorted(record) if isinstance(record, dict) else []
        return []

    def records(self) -> Iterator[tuple[int, Record | Damaged]]:
        """Each record with the number of its first line, or what is wrong with it.

        Raises Invalid when the file stops in the middle of a record: then nothing of it can be trusted."""
        return self._objects() if self.facts.is_json else self._lines()

    def _header(self) -> list[str]:
        with self._text() as text:
            try:
                header = next(csv.reader(text, delimiter=self.delimiter, strict=True), [])
            except (csv.Error, UnicodeDecodeError) as error:
                raise self._cut(1) from error
        return [name.strip().lower() for name in header]

    @cached_property
    def delimiter(self) -> str:
        """The sign that separates the columns: the commonest of the header line."""
        with self._text() as text:
            header = text.readline(CHUNK)
        return max(DELIMITERS, key=header.count)

    def _lines(self) -> Iterator[tuple[int, Record | Damaged]]:
        columns = self.columns
        with self._text() as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            next(reader)
            waiting: tuple[int, list[str]] | None = None
            while True:
                start = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except UnicodeDecodeError as error:
                    raise self._cut(start) from error
                except csv.Error as error:
                    if "unexpected end of data" in str(error) or "field limit" in str(error):
                        raise self._cut(start) from error
                    if waiting:
                        yield waiting[0], self._record(columns, waiting[1])
                    waiting = None
                    yield start, Damaged(_("guillemets mal fermés"))
                    continue
                if waiting:
                    yield waiting[0], self._record(columns, waiting[1])
                waiting = (start, cells) if cells else None
            if not waiting:
                return
            line, cells = waiting
            if not self.facts.ends_with_newline and (len(cells) != len(columns) or not cells[-1]):
                raise self._cut(line)
            yield line, self._record(columns, cells)

    def _record(self, columns: list[str], cells: list[str]) -> Record | Damaged:
        if len(cells) != len(columns):
            return Damaged(_("{found} colonnes au lieu de {expected}").format(found=len(cells), expected=len(columns)))
        if any("\x00" in cell for cell in cells):
            return Damaged(_("caractère interdit (nul)"))
        return dict(zip(columns, cells, strict=True))

    def _objects(self) -> Iterator[tuple[int, Record | Damaged]]:
        decode = json.JSONDecoder().raw_decode
        with self._text() as text:
            buffer, line = text.read(CHUNK), 1
            at = _past(BLANK, buffer, 0)
            if buffer[at : at + 1] != "[":
                raise Invalid(_("« {name} » n'est pas une liste JSON.").format(name=self.entry.name))
            line += buffer.count("\n", 0, at)
            at += 1
            while True:
                start = _past(BETWEEN, buffer, at)
                line += buffer.count("\n", at, start)
                at = start
                if buffer[at : at + 1] == "]":
                    return
                try:
                    value, end = decode(buffer, at)
                except RecursionError as error:
                    raise self._cut(line) from error
                except json.JSONDecodeError as error:
                    rest = buffer[at:]
                    more = text.read(max(CHUNK, len(rest)))
                    if not more or len(rest) > LONGEST_OBJECT:
                        raise self._cut(line) from error
                    buffer, at = rest + more, 0
                    continue
                yield line, _as_record(value)
                line += buffer.count("\n", at, end)
                at = end

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        with self.entry.open() as stream:
            yield io.TextIOWrapper(stream, encoding=self.facts.encoding, newline="")

    def _cut(self, line: int) -> Invalid:
        return Invalid(
            _(
                "« {name} » s'arrête au milieu de l'enregistrement commencé ligne {line} : le fichier a été coupé, "
                "ou un guillemet n'y est pas fermé. Téléchargez-le de nouveau."
            ).format(name=self.entry.name, line=line)
        )


def _as_record(value: object) -> Record | Damaged:
    if not isinstance(value, dict):
        return Damaged(_("ce n'est pas un objet"))
    return {str(key).lower(): content for key, content in value.items()}


def _past(signs: re.Pattern[str], buffer: str, at: int) -> int:
    found = signs.match(buffer, at)
    return found.end() if found else at
