"""The list of operations: by step, late first, filtered in the address, exported exactly as shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from defi.journey.models import StepRow, TurnRow
from defi.journey.words import STEP_LABELS
from defi.kernel import clock, tables
from defi.kernel.pages import ActorRequest
from defi.kernel.tables import Column
from defi.kernel.transitions import NOTHING
from defi.operations.models import Operation, Session
from defi.operations.states import OPERATION
from defi.reference.models import Basin, Job
from defi.steps.pairing.queries import Standing, standings
from defi.web.operation_left import former
from defi.web.turn_pages import Todo, shown

PER_PAGE = 25


class Filters(forms.Form):
    """The filters of the list, all optional."""

    basin = forms.ModelChoiceField(
        Basin.objects.none(), label=gettext_lazy("Bassin"), required=False, empty_label=gettext_lazy("tous")
    )
    job = forms.ModelChoiceField(
        Job.objects.none(), label=gettext_lazy("Métier"), required=False, empty_label=gettext_lazy("tous")
    )
    step = forms.ChoiceField(label=gettext_lazy("Étape en cours"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("État"), required=False)
    late = forms.BooleanField(label=gettext_lazy("En retard seulement"), required=False)

    def __init__(self, data: object, operations: QuerySet[Operation]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        everything = ("", _("toutes"))
        self.fields["basin"].queryset = Basin.objects.filter(pk__in=operations.values("basin"))  # type: ignore[attr-defined]
        self.fields["job"].queryset = Job.objects.filter(pk__in=operations.values("job"))  # type: ignore[attr-defined]
        self.fields["step"].choices = [everything, *((k, label) for k, (_n, label) in STEP_LABELS.items())]  # type: ignore[attr-defined]
        self.fields["state"].choices = [everything, *OPERATION.choices]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """An operation in the list."""

    operation: Operation
    session: Session | None
    standing: Standing | None
    step: str
    due_on: date | None
    is_late: bool
    has_failed: bool
    turn: Todo | None


COLUMNS: tuple[Column[Line], ...] = (
    Column(gettext_lazy("Opération"), lambda line: line.operation.title),
    Column(gettext_lazy("Bassin"), lambda line: line.operation.basin),
    Column(gettext_lazy("Métier"), lambda line: line.operation.job),
    Column(gettext_lazy("Organisme"), lambda line: line.operation.provider),
    Column(gettext_lazy("Début"), lambda line: line.session.starts_on if line.session else None),
    Column(gettext_lazy("Fin"), lambda line: line.session.ends_on if line.session else None),
    Column(gettext_lazy("Places"), lambda line: line.session.seats if line.session else None),
    Column(gettext_lazy("Appairés"), lambda line: line.standing.conformity.counts.paired if line.standing else None),
    Column(gettext_lazy("Minimum"), lambda line: line.standing.minimum_shown if line.standing else None),
    Column(gettext_lazy("État"), lambda line: line.operation.get_state_display()),
    Column(gettext_lazy("Étape"), lambda line: line.step),
    Column(gettext_lazy("Échéance"), lambda line: line.due_on),
    Column(gettext_lazy("En retard"), lambda line: line.is_late),
    Column(gettext_lazy("Pas DEFI"), lambda line: line.has_failed),
    Column(gettext_lazy("À qui"), lambda line: line.turn.who if line.turn else None),
    Column(gettext_lazy("Attendu"), lambda line: line.turn.awaited if line.turn else None),
)


@require_safe
def operations(request: ActorRequest) -> HttpResponse:
    """The list, as this actor may see it."""
    seen = Operation.objects.visible_to(request.actor)
    form = Filters(request.GET or None, seen)
    rows = _filtered(seen, form) if form.is_bound and form.is_valid() else _with_steps(seen)
    if kind := tables.asked(request):
        return tables.download(kind, _("Opérations"), COLUMNS, lines(rows))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": lines(page.object_list),
        "active": form.is_bound,
        "former": former(request.actor),
        "can_open": bool(OPERATION.open_to(request.actor, NOTHING)),
        "today": clock.today(),
    }
    return render(request, "web/operations.html", context)


def _with_steps(seen: QuerySet[Operation]) -> QuerySet[Operation]:
    """Late first, then by the next date; the ended ones last. The step told is the late one, else the first open."""
    steps = StepRow._base_manager.filter(operation=OuterRef("pk"))
    open_steps = steps.filter(state="open")
    late = Q(due_on__lt=clock.today())
    told = open_steps.order_by(Case(When(late, then=0), default=1), "position")
    return (
        seen.annotate(
            is_late=Exists(open_steps.filter(late)),
            has_failed=Exists(steps.filter(state="failed")),
            next_due=Subquery(open_steps.order_by(F("due_on").asc(nulls_last=True)).values("due_on")[:1]),
            current=Subquery(told.values("step")[:1]),
            current_due=Subquery(told.values("due_on")[:1]),
        )
        .select_related("basin", "job", "provider")
        .order_by("-is_late", F("next_due").asc(nulls_last=True), "-opened_on", "pk")
    )


def _filtered(seen: QuerySet[Operation], form: Filters) -> QuerySet[Operation]:
    rows = _with_steps(seen)
    wanted = form.cleaned_data
    if wanted["basin"]:
        rows = rows.filter(basin=wanted["basin"])
    if wanted["job"]:
        rows = rows.filter(job=wanted["job"])
    if wanted["step"]:
        rows = rows.filter(Q(("current", wanted["step"])))
    if wanted["state"]:
        rows = rows.filter(state=wanted["state"])
    if wanted["late"]:
        rows = rows.filter(Q(("is_late", True)))
    return rows


def lines(page: object) -> list[Line]:
    """The rows of a page with their session, gauge and first turn: a fixed number of queries."""
    rows = list(page)  # type: ignore[call-overload]
    sessions = {s.operation_id: s for s in Session._base_manager.filter(operation__in=rows).order_by("-number")}
    gauges = standings(sessions.values())
    turns: dict[int, TurnRow] = {}
    first_due = TurnRow._base_manager.filter(operation__in=rows).order_by(F("due_on").asc(nulls_last=True), "pk")
    for turn in first_due.select_related("organisation", "operation__basin"):
        turns.setdefault(turn.operation_id, turn)
    return [_line(row, sessions.get(row.pk), gauges, turns.get(row.pk)) for row in rows]


def _line(row: Operation, session: Session | None, gauges: dict[int, Standing], turn: TurnRow | None) -> Line:
    current: str = row.current or ""  # type: ignore[attr-defined]
    return Line(
        operation=row,
        session=session,
        standing=gauges[session.pk] if session else None,
        step=" ".join(str(part) for part in STEP_LABELS[current]) if current else "",
        due_on=row.current_due,  # type: ignore[attr-defined]
        is_late=row.is_late,  # type: ignore[attr-defined]
        has_failed=row.has_failed,  # type: ignore[attr-defined]
        turn=shown(turn) if turn else None,
    )
