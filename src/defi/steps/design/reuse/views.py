"""Pages to begin a plan from what was done before: the list of past plans, one of them, the library of modules.

The page of one past plan also shows what was learnt there, which a later room keeps: `web` draws it from `taking`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel.access import Actor
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Stale, WrongState
from defi.kernel.transitions import VERBS
from defi.operations.access import must_take_part
from defi.steps.design.common_views import Tried, tried
from defi.steps.design.holding import whose_turn
from defi.steps.design.models import TrainingPlan
from defi.steps.design.reuse import actions, queries
from defi.steps.design.reuse.forms import Choice, LibrarySearchForm, PickForm, SearchForm, TakeForm


def fillable(actor: Actor, plan_id: int, verb: str) -> TrainingPlan:
    """The plan that this actor fills in its turn; while another holds it the pages are read only, and say so.

    Raises `Unknown`, `NotAllowed` (role, other provider), `WrongState` (operation ended)."""
    plan = load(TrainingPlan, actor, plan_id, "operation__job", "operation__basin", "certification")
    VERBS[verb].check(actor)
    must_take_part(actor, plan.operation)
    if plan.operation.state != "running":
        raise WrongState(_("Cette opération est close : elle se lit, elle ne se modifie plus."))
    return plan


@require_safe
def past_plans(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The plans one may start from, found by words."""
    plan = fillable(request.actor, plan_id, "plan.take_from")
    form = SearchForm(request.GET or None)
    typed = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    lines = queries.past_plans(request.actor, plan, typed)
    context = {
        "plan": plan,
        "operation": plan.operation,
        "told": whose_turn(plan),
        "form": form,
        "active": bool(typed),
        "lines": lines[: queries.MOST_SHOWN],
        "found": len(lines),
        "left": max(0, len(lines) - queries.MOST_SHOWN),
    }
    return render(request, "design/reuse/past_plans.html", context)


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its box: `title` is the field of another name, where one is needed."""

    line: Any
    ticked: bool
    title: BoundField | None


@dataclass(frozen=True, slots=True)
class Taking:
    """The page of one past plan: `done` answers a form that was carried out, else `context` is to be shown."""

    source: TrainingPlan
    done: HttpResponse | None = None
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200


def taking(request: ActorRequest, plan_id: int, source_id: int) -> Taking:
    """One past plan, and what is taken of it. Raises what `fillable` raises, and `Unknown` for another's plan."""
    plan = fillable(request.actor, plan_id, "plan.take_from")
    shown = queries.preview(request.actor, plan, source_id)
    initial = {
        "modules": [line.pk for line in shown.offered if not line.clash],
        "certification": shown.aim.offered,
        "version": plan.version,
    }
    form = TakeForm(request.POST or None, offered=shown.offered, not_asked=shown.not_asked, initial=initial)

    def do() -> object:
        values = form.cleaned_data
        return actions.take_from(
            request.actor,
            plan.pk,
            source_id,
            form.picks,
            competences=values["competences"],
            certification=values["certification"],
            version=values["version"],
        )

    went = _sent(request, plan, form, do, shown.clashes)
    if went.done:
        return Taking(shown.source, _taken(request, plan, len(form.picks)))
    context = {
        "plan": plan,
        "operation": plan.operation,
        "told": whose_turn(plan),
        "preview": shown,
        "form": form,
        "rows": _rows(form, shown.offered),
        "not_asked": [(skill, form.is_ticked("competences", skill.pk)) for skill in shown.not_asked],
        "fallen": went.fallen,
    }
    return Taking(shown.source, context=context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def library(request: ActorRequest, plan_id: int) -> HttpResponse:
    """All modules of the past plans, each once; those ticked come into the plan in one go."""
    plan = fillable(request.actor, plan_id, "plan.take_modules")
    whole = queries.library(request.actor, plan)
    search = LibrarySearchForm(request.GET or None, blocks=whole.blocks)
    asked = search.cleaned_data if search.is_bound and search.is_valid() else {"q": "", "block": ""}
    found = whole.narrowed(asked["q"], asked["block"])
    form = PickForm(request.POST or None, offered=found.shown, initial={"version": plan.version})

    def do() -> object:
        return actions.take_modules(request.actor, plan.pk, form.picks, version=form.cleaned_data["version"])

    went = _sent(request, plan, form, do, found.clashes)
    if went.done:
        return _taken(request, plan, len(form.picks))
    context = {
        "plan": plan,
        "operation": plan.operation,
        "told": whose_turn(plan),
        "library": found,
        "search": search,
        "active": bool(asked["q"] or asked["block"]),
        "form": form,
        "rows": _rows(form, found.shown),
        "fallen": went.fallen,
    }
    return render(request, "design/reuse/library.html", context, status=422 if form.errors else 200)


def _sent(request: ActorRequest, plan: TrainingPlan, form: PickForm, do: Any, clashes: frozenset[int]) -> Tried:
    """What became of the form, ready to be shown again when it was refused."""
    if request.method != "POST" or not form.is_valid():
        return Tried()
    went = tried(request, plan, form, do)
    if went.refusal is not None:
        form.propose(clashes, untick=isinstance(went.refusal, Stale))
    return went


def _rows(form: PickForm, offered: Sequence[Choice]) -> list[Row]:
    return [
        Row(one, form.is_ticked("modules", one.pk), form[f"title_{one.pk}"] if form.shows_title(one) else None)
        for one in offered
    ]


def _taken(request: ActorRequest, plan: TrainingPlan, count: int) -> HttpResponse:
    said = ngettext(
        "%(n)d module est dans le plan. Dites-y qui le donne, où, et pour qui.",
        "%(n)d modules sont dans le plan. Dites-y qui les donne, où, et pour qui.",
        count,
    )
    messages.success(request, said % {"n": count})
    return redirect("design:plan", operation_id=plan.operation_id)
