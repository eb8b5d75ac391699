"""The yearly report of the Region: every published figure of a year, by basin, job and provider, with its charts.

It tells of no person, and of no fewer persons than the smallest publishable group (rulebook, `figures`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class FigureLine:
    """A figure: its value in words, and why it is not published when it is not."""

    label: str
    definition: str
    value: str
    why: str = ""


@dataclass(frozen=True)
class Question:
    """A question of the report and its figures."""

    label: str
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True)
class PrintedChart:
    """A chart as the page shows it: the picture, and what it says in words."""

    title: str
    svg: str
    text: str


@dataclass(frozen=True)
class PlaceLine:
    """A basin, job or provider: one value for each head of its table."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class PlaceTable:
    """The figures by basin, job or provider."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[PlaceLine, ...]


@dataclass(frozen=True)
class YearlyReportData:
    """`taken_on`: the day the figures were taken; `smallest`: persons in the smallest group that is told of."""

    year: str
    taken_on: date
    smallest: int
    operations: int
    questions: tuple[Question, ...]
    charts: tuple[PrintedChart, ...]
    places: tuple[PlaceTable, ...]


YEARLY_REPORT = Template(
    kind="yearly-report",
    title=_("Bilan annuel des opérations DEFI"),
    folder=Path(__file__).parent,
    data=YearlyReportData,
    prefix="BILANREG",
    verified=True,
)
