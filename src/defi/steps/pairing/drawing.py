"""The board as the page draws it: words in the cells, where each leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.steps.pairing.board import Board, Cell, Column, Row
from defi.steps.pairing.travel import Travel, travel_words
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


class DrawnCell(TypedDict):
    """What a cell says (`words`, ready to be shown); `url` opens it, `action_url` does the one thing there is to do.

    A dict, which a template reads three times as fast as an object: a board has nine hundred of them."""

    state: str
    words: SafeString
    employer: str
    url: str
    action_url: str
    action: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A person and their cells."""

    person: str
    cells: list[DrawnCell]
    detail: str = ""
    url: str = ""

    @property
    def unmet(self) -> list[DrawnCell]:
        """The promises they have not met, told in one line where the board is read as a list."""
        return [cell for cell in self.cells if cell["state"] == "unmet"]


@dataclass(frozen=True, slots=True)
class DrawnBoard:
    """What the board component needs."""

    promises: list[DrawnPromise]
    rows: list[DrawnRow]


NOTHING = SafeString("")


def spans(words: Iterable[str]) -> SafeString:
    """Short sayings, one below the other, as a cell shows them."""
    return format_html_join("", "<span>{}</span>", ((word,) for word in words))


def unmet() -> SafeString:
    """What a cell shows of two who have not met."""
    return format_html(
        '<span aria-hidden="true">—</span><span class="visually-hidden">{}</span>', _("ne se sont pas rencontrés")
    )


class Pen:
    """What is the same in every cell, made once a board: it may have nine hundred."""

    def __init__(self, columns: Iterable[Column], *, can_lead: bool) -> None:
        self.can_lead = can_lead
        self.unmet = unmet()
        self._titles = {c.promise.pk: conditional_escape(c.titled) for c in columns}
        self._notes: dict[Travel, SafeString] = {}
        self._encounter = _pattern("pairing:encounter")
        self._pair = _pattern("pairing:pair")
        self._said = {
            (person, employer): spans([_("pers. %(said)s") % {"said": mine}, _("empl. %(said)s") % {"said": theirs}])
            for person, mine in SHORT.items()
            for employer, theirs in SHORT.items()
        }

    def encounter(self, promise_id: int, candidacy_id: int) -> str:
        return self._encounter % (promise_id, candidacy_id)

    def pair(self, promise_id: int, candidacy_id: int) -> str:
        return self._pair % (promise_id, candidacy_id)

    def title(self, promise_id: int) -> SafeString:
        return self._titles[promise_id]

    def said(self, cell: Cell) -> SafeString:
        return self._said[cell.person_answer, cell.employer_answer]

    def note(self, cell: Cell) -> SafeString:
        """The way to work, below what was said."""
        if cell.travel not in self._notes:
            words = travel_words(cell.travel)
            self._notes[cell.travel] = format_html('<span class="cell-note">{}</span>', words) if words else NOTHING
        return self._notes[cell.travel]


def _pattern(name: str) -> str:
    """The address of a promise and a person, in this order, with %d in their places."""
    promise, person = 10**15 + 1, 10**15 + 2
    return reverse(name, args=[promise, person]).replace(str(promise), "%d").replace(str(person), "%d")


def draw(board: Board, *, can_lead: bool) -> DrawnBoard:
    """The board in words; cells lead somewhere only for who may act."""
    pen = Pen(board.columns, can_lead=can_lead)
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
        conditional_escape(row.name),
        [_cell(row, column, cell, pen) for column, cell in zip(board.columns, row.cells, strict=True)],
        " · ".join(detail for detail in details if detail),
    )


def _cell(row: Row, column: Column, cell: Cell, pen: Pen) -> DrawnCell:
    opens = pen.encounter(cell.promise_id, row.candidacy.pk) if pen.can_lead else ""
    if not pen.can_lead and cell.encounter_id and cell.state in {"waiting", "undated", "agreed", "declined"}:
        opens = reverse("pairing:answer", args=[cell.encounter_id])
    draw, note = partial(_drawn, employer=pen.title(cell.promise_id)), pen.note(cell)
    if cell.state == "paired":
        if not column.promise.counts:
            return draw("uncounted", spans([_("appairage"), _("ne compte pas")]) + note, url=opens)
        return draw("paired", spans([_("appairage")]) + note, url=opens)
    if cell.state == "gone":
        return draw("ended", spans([_("n'est plus candidat")]))
    if cell.state == "closed":
        return draw("ended", spans([_("promesse retirée")])) if cell.encounter_id else draw("none")
    if cell.state == "ended":
        return draw("ended", spans([_("rompu")]))
    if cell.state == "none":
        return draw("unmet", pen.unmet, url=opens)
    words = pen.said(cell) + note
    # Somebody of the reserve would take a seat: that is read first, on the page of the two.
    one_click = pen.can_lead and not row.is_paired and not row.is_reserve
    if cell.state == "agreed" and one_click and column.free_posts > 0:
        return draw(
            "agreed",
            words,
            action_url=pen.pair(cell.promise_id, row.candidacy.pk),
            action=_("appairer") if column.promise.conforms else _("appairer, sans que cela compte"),
        )
    if cell.state == "undated":
        return draw("waiting", words + spans([_("rencontre à dater")]), url=opens)
    return draw("refused" if cell.state == "declined" else cell.state, words, url=opens)


def _drawn(
    state: str,
    words: SafeString = NOTHING,
    *,
    employer: str,
    url: str = "",
    action_url: str = "",
    action: str = "",
) -> DrawnCell:
    return DrawnCell(state=state, words=words, employer=employer, url=url, action_url=action_url, action=action)
