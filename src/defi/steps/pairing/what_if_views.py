"""« Et si… ? »: what would change if employers withdrew or people left. A page one asks, that writes nothing."""

from __future__ import annotations

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import NotAllowed
from defi.operations.access import leads
from defi.operations.models import Operation
from defi.steps.pairing.board import Board, board_of
from defi.steps.pairing.possible import picture_of, what_if


@require_safe
def page(request: ActorRequest, operation_id: int) -> HttpResponse:
    """Tick employers, promises, people; read the gauge before and after, and what there would be to do."""
    operation = load(Operation, request.actor, operation_id)
    if not may_ask(request.actor, operation):
        raise NotAllowed(_("Cette page est celle de l'organisme de formation et de la Région."))
    board = board_of(request.actor, operation)
    picture = picture_of(board)
    promises, people = _ticked(request.GET, board)
    context = {
        "operation": operation,
        "board": board,
        "employers": _employers(board),
        "promises": promises,
        "people": people,
        "asked": bool(request.GET),
        "result": what_if(board, picture, promises, people) if picture and (promises or people) else None,
        "found": board.standing.found_on if board.standing and board.standing.is_finding else None,
        "ready": picture is not None,
    }
    return render(request, "pairing/what_if.html", context)


def may_ask(actor: Actor, operation: Operation) -> bool:
    """Who sees the whole board: the Region, and the provider that runs the operation."""
    return actor.in_region or leads(actor, operation)


def _employers(board: Board) -> list[tuple[str, list[tuple[int, str, int]]]]:
    """Each employer with its living promises: number, words, posts."""
    found: dict[int, tuple[str, list[tuple[int, str, int]]]] = {}
    for column in board.columns:
        promise = column.promise
        if promise.state != "withdrawn":
            firm = found.setdefault(promise.employer_id, (promise.employer.name, []))
            firm[1].append((promise.pk, promise.contract_words, column.open_posts))
    return list(found.values())


def _ticked(asked: QueryDict, board: Board) -> tuple[list[int], list[int]]:
    """The promises and people ticked that are on this board; whatever else an address holds is left aside."""
    promises = {c.promise.pk for c in board.columns if c.promise.state != "withdrawn"}
    people = {row.candidacy.pk for row in board.rows}
    return _known(asked.getlist("promesse"), promises), _known(asked.getlist("personne"), people)


def _known(values: list[str], known: set[int]) -> list[int]:
    return sorted({int(value) for value in values if value.isascii() and value.isdigit() and int(value) in known})
