"""The collective need on one page: what employers want, of what public, in which basin (process.md, step 0)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class EmployerLine:
    """A need of the group."""

    employer: str
    posts: int
    contract: str
    place: str
    wanted: str
    offers: str


@dataclass(frozen=True)
class AskedLine:
    """A competence, its nature, and the employers who ask for it, in words."""

    label: str
    nature: str
    askers: str


@dataclass(frozen=True)
class FigureLine:
    """A figure of the diagnosis with its source and its date."""

    label: str
    value: str
    source: str
    on: str


@dataclass(frozen=True)
class PublicLine:
    """What a prescriber says of its public, in words: small counts are not told."""

    prescriber: str
    could_enter: str
    details: str


@dataclass(frozen=True)
class TileCell:
    """A square of the map."""

    name: str
    value: str
    column: int
    row: int
    level: int
    here: bool


@dataclass(frozen=True)
class CollectiveNeedData:
    """A collective need. `bars` is an SVG, empty when there is nothing to draw; `bars_words` says the same."""

    title: str
    job: str
    rome: str
    basin: str
    posts: int
    employers_count: int
    contracts: str
    places: str
    period: str
    employers: tuple[EmployerLine, ...]
    asked: tuple[AskedLine, ...]
    asked_more: int
    public: tuple[PublicLine, ...]
    public_total: str
    public_absence: str
    smallest: int
    figures: tuple[FigureLine, ...]
    notes: str
    notes_source: str
    notes_on: date | None
    bars: str
    bars_words: str
    tiles: tuple[TileCell, ...]
    tiles_title: str


COLLECTIVE_NEED = Template(
    kind="collective-need",
    title=_("Besoin collectif"),
    folder=Path(__file__).parent,
    data=CollectiveNeedData,
    prefix="BESOIN",
)
