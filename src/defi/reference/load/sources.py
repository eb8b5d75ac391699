"""What a kind of official file is: how its columns give it away, how a record becomes rows, how rows are merged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from defi.reference.load.stage import Outcome, Stage


class LineRefused(Exception):  # noqa: N818  (an answer about a line, not a failure)
    """A record that cannot be kept. `row` holds what could be read of it, so that its key still counts as present."""

    def __init__(self, reason: str, row: Sequence[Any] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.row = tuple(row)


class Source(ABC):
    """One kind of file. `signature` columns belong to no other kind; `required` ones must be there to read it."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    family: ClassVar[str]
    rank: ClassVar[int]
    signature: ClassVar[frozenset[str]]
    foreign: ClassVar[frozenset[str]] = frozenset()
    required: ClassVar[tuple[str, ...]]
    columns: ClassVar[Mapping[str, str]]
    key: ClassVar[tuple[str, ...]]
    alone: ClassVar[bool] = True

    def recognises(self, columns: Iterable[str]) -> bool:
        """True when these columns are those of this kind of file."""
        present = frozenset(columns)
        return self.signature <= present and not self.foreign & present

    def missing(self, columns: Iterable[str]) -> list[str]:
        """The required columns that a recognised file lacks."""
        present = frozenset(columns)
        return [name for name in self.required if name not in present]

    def vintage(self, columns: Iterable[str]) -> str:
        """The version that the columns themselves tell, if any."""
        return ""

    @abstractmethod
    def rows(self, record: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
        """The stage rows of one record; none when the record is not for us. Raises LineRefused."""

    @abstractmethod
    def merge(self, stage: Stage) -> Outcome:
        """Check the staged rows against what is known and merge them."""


def text_of(record: Mapping[str, Any], column: str) -> str:
    """A cell as tidy text: one space between words, none around."""
    value = record.get(column)
    return " ".join(str(value).split()) if value is not None else ""


def labelled(record: Mapping[str, Any], column: str, longest: int, row: Sequence[Any]) -> str:
    """A label that must be there and fit. Raises LineRefused, with `row` as what is known of the line."""
    label = text_of(record, column)
    if not label:
        raise LineRefused(_("libellé vide (colonne « {column} »)").format(column=column), row)
    if len(label) > longest:
        raise LineRefused(
            _("libellé trop long : {length} caractères, au plus {longest}").format(length=len(label), longest=longest),
            row,
        )
    return label
