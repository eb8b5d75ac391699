"""The matrix: every competence against every module, at a glance; filled in one go by the provider."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from defi.kernel import tables
from defi.kernel.pages import ActorRequest, load
from defi.kernel.refusals import Refused
from defi.steps.design import covering, queries
from defi.steps.design.changing import would_fall
from defi.steps.design.common_views import is_lead, only_reads, whole
from defi.steps.design.holding import told_to
from defi.steps.design.models import TrainingPlan


@require_http_methods(["GET", "POST"])
def grid(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Read by all the parties; the provider ticks and saves all of it with one button.

    Each box is named `competence-module`; `seen` says which were ticked when the page was drawn."""
    shown = load(TrainingPlan, request.actor, plan_id, "operation")
    sheet = queries.sheet(request.actor, shown.operation)
    can_edit = is_lead(request.actor, shown.operation) and shown.state == "draft" and not sheet.is_away
    ticked = {f"{row.competence.pk}-{m.pk}" for row in sheet.rows for m in row.modules}
    if kind := tables.asked(request):
        return tables.download(kind, _("Grille des compétences"), _columns(sheet), sheet.rows)
    mine = any(party.organisation.pk == request.actor.organisation_id for party in sheet.parties)
    context = {
        "operation": shown.operation,
        "sheet": sheet,
        "can_edit": can_edit,
        "told": "" if can_edit else told_to(request.actor, shown),
        "can_print": mine and shown.operation.state == "running" and not only_reads(request.actor, shown.operation),
        "seen": " ".join(sorted(ticked)),
    }
    if request.method == "POST":
        sent = set(request.POST.getlist("taught"))
        seen = set(request.POST.get("seen", "").split())
        rows = [row.competence.pk for row in sheet.rows]
        wanted, former = _grid(sent, rows), _grid(seen, rows)

        def do() -> int:
            return covering.cover_all(request.actor, shown.pk, wanted, seen=former)

        try:
            fallen = [] if "confirmed" in request.POST else would_fall(shown, do)
            if not fallen:
                changed = do()
                messages.success(
                    request,
                    ngettext("%(n)d compétence a changé.", "%(n)d compétences ont changé.", changed) % {"n": changed}
                    if changed
                    else _("Rien n'a changé."),
                )
                return redirect("design:plan", operation_id=shown.operation_id)
            context |= {"fallen": fallen, "seen": request.POST.get("seen", "")}
        except Refused as refusal:
            if refusal.status in {403, 404}:
                raise
            context["sentence"] = refusal.sentence
        ticked = sent
    context["lines"] = [(row, cells, _taught_in(cells)) for row in sheet.rows for cells in [_cells(row, sheet, ticked)]]
    return render(request, "design/grid.html", context, status=409 if "sentence" in context else 200)


Cell = tuple[str, str, str, bool]
"""A box: its value, the ids of the texts that name it, the title of its module, whether it is ticked."""


def _cells(row: queries.MatrixRow, sheet: queries.Sheet, ticked: set[str]) -> list[Cell]:
    """Plain texts, ready to be written: a grid has thousands of boxes, and each look-up in a template costs."""
    pk = row.competence.pk
    return [
        (value := f"{pk}-{module.pk}", f"c{pk} m{module.pk}", module.title, value in ticked) for module in sheet.modules
    ]


def _taught_in(cells: list[Cell]) -> str:
    """« 3 modules »: what a row says while it is folded, on a telephone."""
    count = sum(ticked for _value, _names, _title, ticked in cells)
    return ngettext("%(n)d module", "%(n)d modules", count) % {"n": count} if count else _("aucun module")


def _columns(sheet: queries.Sheet) -> list[tables.Column[queries.MatrixRow]]:
    """The same grid in a spreadsheet: a column a module, "oui" where it teaches; the whole answer in words last."""

    def taught(position: int) -> Callable[[queries.MatrixRow], str]:
        return lambda row: _("oui") if row.taught[position] else ""

    return [
        tables.Column(_("Compétence"), lambda row: row.competence.label),
        tables.Column(_("Demandée par"), lambda row: ", ".join(row.asked_by)),
        *(
            tables.Column(f"{module.title} ({module.hours_words})", taught(position))
            for position, module in enumerate(sheet.modules)
        ),
        tables.Column(_("Réponse"), lambda row: _answer(row, sheet)),
    ]


def _answer(row: queries.MatrixRow, sheet: queries.Sheet) -> str:
    titles = [module.title for module, taught in zip(sheet.modules, row.taught, strict=True) if taught]
    if titles:
        return ", ".join(titles)
    if row.competence.gap_reason:
        return _("pas enseignée : %(reason)s") % {"reason": row.competence.gap_reason}
    return _("sans réponse")


def _grid(boxes: set[str], rows: list[int]) -> dict[int, frozenset[int]]:
    """The modules ticked for each competence of the page."""
    found: dict[int, set[int]] = {pk: set() for pk in rows}
    for box in boxes:
        competence, _dash, module = box.partition("-")
        if whole(competence) in found and whole(module):
            found[whole(competence)].add(whole(module))
    return {pk: frozenset(modules) for pk, modules in found.items()}
