"""One page per operation: where does it stand, and who must act?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from defi.journey.models import StepRow, TurnRow
from defi.journey.queries import is_mine, step_rows
from defi.journey.telling import history_of, tell
from defi.journey.words import STEP_LABELS
from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.kernel.models import JournalEntry
from defi.kernel.pages import ActorRequest, load
from defi.operations.access import pilots
from defi.operations.models import Operation, Part, Partner, Session
from defi.operations.states import OPERATION
from defi.steering.actions import may_print_sheet
from defi.web import date_words
from defi.web.cards import ShownCard, cards, may_open, one_card
from defi.web.operation_left import former, own_deeds
from defi.web.turn_pages import STEP_PAGES, grouped, shown, told_to

JOURNAL_LINES = 6


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as the thread draws it."""

    key: str
    number: str
    label: str
    state: str
    caption: str
    url: str


PILLS = {"done": "ok", "late": "late", "current": "due", "waiting": "wait"}


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A card, and what a folded one says of its step before its room is asked: the thread's words, and its page."""

    card: ShownCard
    pill: str
    caption: str
    url: str


@require_safe
def operation(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The page of an operation, as this actor may see it; to the provider that ran it, what it did until it was not."""
    left = former(request.actor).filter(operation=operation_id).first()
    if left is not None:
        return render(request, "web/operation_left.html", {"left": left, "journal": own_deeds(request.actor, left)})
    file = load(Operation, request.actor, operation_id, "basin", "provider")
    rows = step_rows(request.actor, file)
    turns = list(
        TurnRow.objects.visible_to(request.actor)
        .filter(operation=file)
        .select_related("organisation", "operation__basin")
        .order_by("due_on", "pk")
    )
    mine = [turn for turn in turns if is_mine(request.actor, turn) and _within(request.actor, file)]
    current = _current(rows)
    steps = [_shown_step(request.actor, row, current) for row in rows]
    session = Session.objects.visible_to(request.actor).filter(operation=file).first()
    context: dict[str, Any] = {
        "operation": file,
        "session": session,
        "is_inside": request.actor.in_region or request.actor.in_provider,
        "can_sheet": may_print_sheet(request.actor, file),
        "can_abandon": _may_abandon(request.actor, file, session),
        "employers": Partner.objects.visible_to(request.actor)
        .filter(operation=file, part=Part.EMPLOYER, left_on=None)
        .count(),
        "steps": steps,
        "mine": [shown(turn, request.actor) for turn in mine],
        "awaited": grouped(told_to(request.actor, (turn for turn in turns if turn not in mine))),
        "cards": _rooms(cards(request.actor, file, _looked_at(rows, current)), steps),
        "journal": _journal(request.actor, file),
        "today": clock.today(),
    }
    return render(request, "web/operation.html", context)


def _may_abandon(actor: Actor, file: Operation, session: Session | None) -> bool:
    began = session is not None and session.started_on is not None
    return pilots(actor, file) and not began and bool(OPERATION.open_to(actor, file.state))


@require_safe
def card(request: ActorRequest, operation_id: int, key: str) -> HttpResponse:
    """A card unfolded on the page; asked for on its own, it leads to the page of its step."""
    file = load(Operation, request.actor, operation_id)
    shown_card = one_card(request.actor, file, key)
    if not request.headers.get("HX-Request"):
        return redirect(STEP_PAGES[shown_card.room.step], operation_id=file.pk)
    context = {"card": shown_card.card, "title": shown_card.room.title, "is_open": False}
    return render(request, shown_card.room.template, context)


def _rooms(shown_cards: list[ShownCard], steps: list[ShownStep]) -> list[ShownRoom]:
    by_step = {step.key: step for step in steps}
    rooms = []
    for shown_card in shown_cards:
        step = by_step[shown_card.room.step]
        rooms.append(ShownRoom(shown_card, PILLS.get(step.state, "plain"), step.caption or _("à venir"), step.url))
    return rooms


def _within(actor: Actor, file: Operation) -> bool:
    return actor.who is not Who.OFFICER or pilots(actor, file)


def _current(rows: list[StepRow]) -> str:
    """The step that is open first, in the order of the process."""
    return next((row.step for row in rows if row.state == "open"), "")


def _looked_at(rows: list[StepRow], current: str) -> str:
    """The card to open: while people are in training, their session, even when an acompte may already be asked."""
    done = {row.step for row in rows if row.state == "done"}
    in_training = "start" in done and "review" not in done
    return "start" if in_training and current in {"closing", "followup", ""} else current


def _shown_step(actor: Actor, row: StepRow, current: str) -> ShownStep:
    number, label = STEP_LABELS[row.step]
    today = clock.today()
    late = row.state == "open" and row.due_on is not None and row.due_on < today
    state = {"failed": "late", "open": "waiting"}.get(row.state, row.state)
    if row.state == "open" and row.step == current:
        state = "current"
    return ShownStep(
        key=row.step,
        number=number,
        label=str(label),
        state="late" if late else state,
        caption=_caption(row, late=late),
        url=reverse(STEP_PAGES[row.step], args=[row.operation_id]) if may_open(actor, row.step) else "",
    )


def _caption(row: StepRow, *, late: bool) -> str:
    today = clock.today()
    if row.state == "failed":
        return _("non signée avant la fin") if row.step == "convention" else _("pas DEFI")
    if row.state == "done":
        return date_words.short_date(row.done_on, today) if row.done_on else _("fait")
    if row.due_on is None:
        return ""
    if late:
        return date_words.late_words(row.due_on, today)
    if row.due_on < today:
        return _("prévu le %(day)s, pas commencé") % {"day": date_words.short_date(row.due_on, today)}
    return _("avant le %(day)s") % {"day": date_words.short_date(row.due_on, today)}


def _journal(actor: Actor, file: Operation, lines: int = JOURNAL_LINES) -> list[object]:
    """The last lines of the history; the Region and the provider read it, the others have their own pages."""
    if not (actor.in_region or actor.in_provider):
        return []
    return list(tell(list(history_of(file.pk, actor)[: lines * 12]), actor)[:lines])


@require_safe
def history(request: ActorRequest, operation_id: int) -> HttpResponse:
    """The whole journal of an operation, latest first."""
    file = load(Operation, request.actor, operation_id)
    entries = JournalEntry.objects.none()
    if request.actor.in_region or request.actor.in_provider:
        entries = history_of(file.pk, request.actor)
    page = Paginator(entries, 200).get_page(request.GET.get("page"))
    return render(request, "web/history.html", {"operation": file, "page": page, "journal": tell(page, request.actor)})
