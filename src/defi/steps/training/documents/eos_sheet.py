"""The EOS copy sheet: what to type in EOS, what EOS answers, and the difference (seed 001, step 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class EosLine:
    """One field of EOS. `answered` is what EOS shows, typed back and never prefilled; empty, it is still to be read.

    `difference` is empty when both agree; `explanation` says why a difference stands. `silent`: EOS was read, and
    its answer has no place for this field, so that nothing is compared."""

    field: str
    to_copy: str
    answered: str = ""
    difference: str = ""
    explanation: str = ""
    silent: bool = False


@dataclass(frozen=True)
class EosSheetData:
    """`eos_number` is empty until EOS gives it; `due_on` is the day by which the entry must be done (J-28)."""

    training: str
    provider: str
    starts_on: date
    ends_on: date
    eos_number: str = ""
    due_on: date | None = None
    lines: tuple[EosLine, ...] = ()
    typed_back_by: str = ""
    typed_back_on: date | None = None


EOS_SHEET = Template(
    kind="eos-sheet",
    title=_("Fiche de saisie EOS"),
    folder=Path(__file__).parent,
    data=EosSheetData,
    prefix="EOS",
)
