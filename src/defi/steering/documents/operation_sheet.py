"""The one-page sheet of an operation, for a committee or the press: no name of a person, no count of few persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.steering.documents.yearly_report import FigureLine, PrintedChart


@dataclass(frozen=True)
class OperationSheetData:
    """`firms`: the employers that promised jobs, by name. `people`: the published counts of persons, empty while they
    may not be told, and `why` says so. Hours are whole hours per trainee."""

    training: str
    job: str
    basin: str
    provider: str
    starts_on: date | None
    ends_on: date | None
    place: str
    seats: int
    hours_centre: int
    hours_company: int
    firms: tuple[str, ...]
    promised: int
    withdrawn: int
    convention: str
    certificate: str
    chart: PrintedChart
    people: tuple[FigureLine, ...]
    why: str


OPERATION_SHEET = Template(
    kind="operation-sheet",
    title=_("Une opération DEFI en une page"),
    folder=Path(__file__).parent,
    data=OperationSheetData,
    prefix="FICHEDEFI",
    verified=True,
)
