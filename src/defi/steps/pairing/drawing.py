"""The board as the page draws it: words in the cells, where each leads."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.steps.pairing.board import Board, Cell, Column, Row
from defi.steps.pairing.wording import contract_words, hours_words

SHORT = {
    "yes": lazy("oui"),
    "no": lazy("non"),
    "awaited": lazy("attend"),
    "after_placement": lazy("après immersion"),
}


@dataclass(frozen=True, slots=True)
class DrawnPromise:
    """A column's head."""

    employer: str
    detail: str
    ended: bool


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """What a cell says, `note` a fact below it; `url` opens it, `action_url` does the one thing there is to do."""

    state: str
    words: tuple[str, ...] = ()
    employer: str = ""
    url: str = ""
    action_url: str = ""
    action: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A person and their cells."""

    person: str
    cells: list[DrawnCell]
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBoard:
    """What the board component needs."""

    promises: list[DrawnPromise]
    rows: list[DrawnRow]


class Pen:
    """What is the same in every cell, made once a board: it may have nine hundred."""

    def __init__(self, *, can_lead: bool) -> None:
        self.can_lead = can_lead
        self._encounter = _pattern("pairing:encounter")
        self._pair = _pattern("pairing:pair")
        self._said = {
            (person, employer): (_("pers. %(said)s") % {"said": mine}, _("empl. %(said)s") % {"said": theirs})
            for person, mine in SHORT.items()
            for employer, theirs in SHORT.items()
        }

    def encounter(self, promise_id: int, candidacy_id: int) -> str:
        return self._encounter % (promise_id, candidacy_id)

    def pair(self, promise_id: int, candidacy_id: int) -> str:
        return self._pair % (promise_id, candidacy_id)

    def said(self, cell: Cell) -> tuple[str, str]:
        return self._said[cell.person_answer, cell.employer_answer]


def _pattern(name: str) -> str:
    """The address of a promise and a person, in this order, with %d in their places."""
    promise, person = 10**15 + 1, 10**15 + 2
    return reverse(name, args=[promise, person]).replace(str(promise), "%d").replace(str(person), "%d")


def draw(board: Board, *, can_lead: bool) -> DrawnBoard:
    """The board in words; cells lead somewhere only for who may act."""
    pen = Pen(can_lead=can_lead)
    return DrawnBoard(
        [DrawnPromise(c.employer, _detail(c), c.promise.state == "withdrawn") for c in board.columns],
        [_row(row, board, pen) for row in board.rows],
    )


def _detail(column: Column) -> str:
    promise = column.promise
    if promise.state == "withdrawn" and promise.withdrawn_on:
        return _("retirée le %(day)s") % {"day": long_date(promise.withdrawn_on)}
    parts = [f"{column.open_posts} {contract_words(promise)}"]
    if hours := hours_words(promise):
        parts.append(hours)
    if promise.place:
        parts.append(promise.place)
    parts.append(
        ngettext("%(n)d libre", "%(n)d libres", column.free_posts) % {"n": column.free_posts}
        if column.free_posts
        else _("suspendue")
        if promise.state == "suspended"
        else _("complet")
    )
    if not promise.conforms:
        parts.append(_("ne compte pas"))
    return " · ".join(parts)


def _row(row: Row, board: Board, pen: Pen) -> DrawnRow:
    details = [
        # Where a candidacy stands is not told to employers.
        _("en réserve") if board.whole and row.is_reserve and not row.is_paired else "",
        "" if row.has_met or row.is_paired else _("sans rencontre"),
    ]
    return DrawnRow(
        row.name,
        [_cell(row, column, cell, pen) for column, cell in zip(board.columns, row.cells, strict=True)],
        " · ".join(detail for detail in details if detail),
    )


def _cell(row: Row, column: Column, cell: Cell, pen: Pen) -> DrawnCell:
    opens = pen.encounter(cell.promise_id, row.candidacy.pk) if pen.can_lead else ""
    if not pen.can_lead and cell.encounter_id and cell.state in {"waiting", "agreed", "declined"}:
        opens = reverse("pairing:answer", args=[cell.encounter_id])
    if cell.state == "paired":
        if not column.promise.counts:
            return DrawnCell("uncounted", (_("appairage"), _("ne compte pas")), column.titled, opens, note=cell.travel)
        return DrawnCell("paired", (_("appairage"),), column.titled, opens, note=cell.travel)
    if cell.state == "gone":
        return DrawnCell("ended", (_("n'est plus candidat"),), column.titled)
    if cell.state in {"closed", "ended"}:
        if cell.state == "closed":
            return DrawnCell("none", (), column.titled)
        return DrawnCell("ended", (_("rompu"),), column.titled)
    if cell.state == "none":
        return DrawnCell("unmet", (), column.titled, opens)
    words = pen.said(cell)
    # Somebody of the reserve would take a seat: that is read first, on the page of the two.
    one_click = pen.can_lead and not row.is_paired and not row.is_reserve
    if cell.state == "agreed" and one_click and column.free_posts > 0:
        return DrawnCell(
            "agreed",
            words,
            column.titled,
            action_url=pen.pair(cell.promise_id, row.candidacy.pk),
            action=_("appairer") if column.promise.conforms else _("appairer, sans que cela compte"),
            note=cell.travel,
        )
    return DrawnCell({"declined": "refused"}.get(cell.state, cell.state), words, column.titled, opens, note=cell.travel)
