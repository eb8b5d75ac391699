"""Everything that reads more than one row in this room. Numbers of queries do not depend on the number of rows."""

from __future__ import annotations

from defi.steps.training.queries.company import Presences, presences_of
from defi.steps.training.queries.eos import EosPage, eos_page
from defi.steps.training.queries.hours import LedgerPage, absences_page, ledger_page
from defi.steps.training.queries.papers import paper_page, papers, papers_printed, scans_of
from defi.steps.training.queries.people import MySpace, my_space
from defi.steps.training.queries.periods import PlacementRow, placement_page
from defi.steps.training.queries.session import Card, SessionPage, card, session_page
from defi.steps.training.queries.sheets import SheetPage, sheet_page

__all__ = [
    "Card",
    "EosPage",
    "LedgerPage",
    "MySpace",
    "PlacementRow",
    "Presences",
    "SessionPage",
    "SheetPage",
    "absences_page",
    "card",
    "eos_page",
    "ledger_page",
    "my_space",
    "paper_page",
    "papers",
    "papers_printed",
    "placement_page",
    "presences_of",
    "scans_of",
    "session_page",
    "sheet_page",
]
