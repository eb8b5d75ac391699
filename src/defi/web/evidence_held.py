"""What the evidence of a session is told in: lists, documents and files by indicator, and what is lacking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import ngettext

from defi.kernel.files.models import FileVersion
from defi.kernel.models import Document


@dataclass(frozen=True, slots=True)
class Table:
    """A list of the pack."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Made:
    """A document made when the archive is: its name, what it is, the last day it tells of, how its bytes are had."""

    name: str
    label: str
    on: date
    content: Callable[[], bytes]


@dataclass
class Dossier:
    """What is held, and what is lacking although something is held, by number of indicator.

    `notes`: what is to be known of a document (its id) before it is taken for whole."""

    certifying: bool
    in_company: bool
    documents: dict[int, list[Document]]
    files: dict[int, list[FileVersion]]
    tables: dict[int, list[Table]] = field(default_factory=lambda: defaultdict(list))
    made: dict[int, list[Made]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[int, str] = field(default_factory=dict)
    gaps: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def lack(held: Dossier, number: int, count: int, one: str, many: str) -> None:
    """A gap, when there is one."""
    if count:
        held.gaps[number].append(ngettext(one, many, count) % {"n": count})
