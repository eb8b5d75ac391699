"""The coverage matrix on paper: competences in rows, modules in columns, then the same in words.

Source: issue of the plan designed in turns, "Coverage matrix seen at a glance"."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class GridModule:
    """A column; whole hours per trainee."""

    label: str
    hours: int


@dataclass(frozen=True)
class GridRow:
    """A row: `taught` holds the positions of the modules that teach the competence, from 0; `reason` why none does."""

    competence: str
    wanted_by: str
    taught: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class GridData:
    """The whole matrix. Positions in the rows are those of `modules`. Raises `ValueError` for a position without
    module: the cross would stand nowhere."""

    training: str
    provider: str
    state: str
    modules: tuple[GridModule, ...] = ()
    rows: tuple[GridRow, ...] = ()
    held: str = ""

    def __post_init__(self) -> None:
        known = range(len(self.modules))
        if self.modules and any(position not in known for row in self.rows for position in row.taught):
            raise ValueError("A row names a module that the matrix does not have.")


PLAN_GRID = Template(
    kind="plan-grid",
    title=_("Grille des compétences et des modules"),
    folder=Path(__file__).parent,
    data=GridData,
    prefix="GRILLE",
)
