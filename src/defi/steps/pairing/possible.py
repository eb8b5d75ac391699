"""The board read as a picture: what is possible at most, one way to it, what would change « if ». No query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.schemes.conformity import minimum_for
from defi.schemes.contracts import aim_conforms
from defi.steps.pairing.actions import PAIRABLE
from defi.steps.pairing.blocks import group_sentences, to_do_sentences
from defi.steps.pairing.board import Board
from defi.steps.pairing.matching import shortages
from defi.steps.pairing.outlook import Offer, Picture, Someone
from defi.steps.pairing.queries import EXPECTED, SEATED, Standing, book_of
from defi.steps.sourcing.models import Candidacy


def picture_of(board: Board) -> Picture | None:
    """The picture of a board seen whole; none before there is a session or once it is over, nor for who sees a part."""
    if board.session is None or board.session.ended_on or board.standing is None or not board.whole:
        return None
    book, started = book_of(board.operation), board.standing.is_finding
    people = tuple(
        Someone(
            row.candidacy.pk,
            region=row.candidacy.funding == Candidacy.Funding.REGION,
            expected=row.candidacy.state in EXPECTED,
            seated=row.candidacy.state in SEATED,
            # Once begun, the places are given: who has not entered is paired no more.
            pairable=row.candidacy.state == "entered" if started else row.candidacy.state in PAIRABLE,
            aims=aim_conforms(book, row.candidacy.aim_contract, row.candidacy.aim_months),
        )
        for row in board.rows
    )
    cells = [(row.candidacy.pk, cell) for row in board.rows for cell in row.cells]
    return Picture(
        rules=book.conformity,
        seats=board.session.seats,
        people=people,
        offers=tuple(
            Offer(c.promise.pk, c.promise.employer_id, c.open_posts if c.promise.state == "made" else 0, c.counts)
            for c in board.columns
            if c.promise.state != "withdrawn"
        ),
        paired={person: cell.promise_id for person, cell in cells if cell.state == "paired"},
        agreed=frozenset((person, cell.promise_id) for person, cell in cells if cell.state == "agreed"),
        small_group=board.session.small_group,
        decision=board.standing.decision,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A pair of the example: who, with whom, and whether it stands already."""

    person: str
    employer: str
    stands: bool


class Possible:
    """What the agreements of a board allow, for its page."""

    def __init__(self, board: Board, picture: Picture) -> None:
        self.board, self.picture = board, picture

    @cached_property
    def most(self) -> int:
        """How many pairs are possible at most."""
        return self.picture.most

    @cached_property
    def reach(self) -> str:
        """Whether the minimum of the rulebook can still be met, and for how many people; nothing once the start has
        been found, nor while nobody is retained."""
        standing = self.board.standing
        if standing is None or standing.is_finding:
            return ""
        best = self.picture.reach
        if not best.counts.people or not any(one.seated and one.region for one in self.picture.people):
            return ""
        minimum = best.minimum if best.minimum is not None else self.picture.rules.smallest
        words = {
            "minimum": minimum,
            "people": ngettext("%(n)d personne retenue", "%(n)d personnes retenues", best.counts.people)
            % {"n": best.counts.people},
            "best": best.counts.paired,
        }
        if best.minimum is None:
            return _("Il faut au moins %(minimum)d personnes retenues : à ce jour, %(people)s.") % words
        if self.picture.within_reach and best.apart_breaks:
            return (
                _(
                    "Le minimum, %(minimum)d pour %(people)s, est à portée ; mais une place d'un autre financement ne "
                    "vise pas un contrat durable : la session ne serait pas DEFI."
                )
                % words
            )
        if best.counts.people != standing.conformity.counts.people:
            # The gauge above speaks of those who confirmed: this is another number of people, hence another minimum.
            if self.picture.within_reach:
                return _("Si %(people)s entrent, le minimum sera %(minimum)d : il est à portée.") % words
            out = _("Si %(people)s entrent, le minimum sera %(minimum)d : il n'est pas à portée, au mieux %(best)d.")
            return out % words
        if self.picture.within_reach:
            return _("Le minimum, %(minimum)d pour %(people)s, est à portée.") % words
        return _("Le minimum, %(minimum)d pour %(people)s, n'est pas à portée : au mieux %(best)d.") % words

    @cached_property
    def sentences(self) -> list[str]:
        """Who cannot all be paired and which posts cannot all be taken, with what they hang on."""
        names, firms = _names(self.board)
        # The reserve waits for a seat, not for a promise.
        waiting = [row.candidacy.pk for row in self.board.rows if row.candidacy.state != "reserve"]
        return group_sentences(shortages(self.picture.ground.among(waiting)), self.picture.idle, names, firms)

    @property
    def example(self) -> list[Step]:
        """One way of reaching the maximum, in the order of the board."""
        way, (_names_of, firms) = self.picture.example, _names(self.board)
        return [
            Step(row.name, firms[way[pk]], self.picture.paired.get(pk) == way[pk])
            for row in self.board.rows
            if (pk := row.candidacy.pk) in way
        ]


def possible(board: Board) -> Possible | None:
    """What the agreements allow; none for who sees only a part of the board."""
    picture = picture_of(board)
    return Possible(board, picture) if picture else None


def _names(board: Board) -> tuple[dict[int, str], dict[int, str]]:
    return {row.candidacy.pk: row.name for row in board.rows}, {c.promise.pk: c.titled for c in board.columns}


@dataclass(frozen=True, slots=True)
class Side:
    """The gauge and the outlook, before or after."""

    standing: Standing
    most: int
    within_reach: bool


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would change if these promises were withdrawn and these people left. Nothing is written."""

    before: Side
    after: Side
    to_do: list[str]


def what_if(board: Board, picture: Picture, promises: Collection[int], people: Collection[int]) -> WhatIf:
    """The gauge before and after, what stays possible, and what there would be to do."""
    after = picture.without(promises, people)
    return WhatIf(_side(picture), _side(after), to_do_sentences(board, picture, after))


def _side(picture: Picture) -> Side:
    standing = Standing(
        picture.judged,
        is_finding=False,
        found_on=None,
        to_confirm=sum(
            one.region and one.pairable and not one.expected and one.id in picture.paired for one in picture.people
        ),
        minimum_if_full=minimum_for(picture.rules, picture.seats),
    )
    return Side(standing, picture.most, picture.within_reach)
