"""The pages of the import: hand a file in, see what was understood, mend, settle what is twice there, import."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import tables
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Unknown, WrongState
from defi.kernel.sheet_forms import FileForm
from defi.kernel.transitions import VERBS
from defi.steps.needs import import_actions
from defi.steps.needs.import_actions import AlreadyRead
from defi.steps.needs.import_forms import ColumnsForm, LineForm
from defi.steps.needs.import_models import NeedImport, NeedImportRow
from defi.steps.needs.import_rules import COLUMNS, EXAMPLE

LINES_A_PAGE = 50
State, Decision = NeedImportRow.State, NeedImportRow.Decision
MODEL_LINE = {
    "employer": EXAMPLE,
    "siret": "784 671 695 00087",
    "wording": "soudeur TIG inox, lecture de plan",
    "posts": 2,
    "place": "Châteaudun",
    "contract": "CDI",
    "weekly_hours": 35,
    "wanted_from": "01/09/2027",
    "contact_name": "Ada Exemple",
    "email": "ada@exemple.fr",
    "phone": "02 37 00 00 00",
}


def _must_import(request: ActorRequest) -> None:
    if not VERBS["need_import.load"].allows(request.actor):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


@require_http_methods(["GET", "POST"])
def imports(request: ActorRequest) -> HttpResponse:
    """Hand in the file of a meeting; those handed in before."""
    _must_import(request)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _loaded(request, form))
        if made is not None:
            return redirect("needs:import", import_id=made.pk)
    before = NeedImport.objects.visible_to(request.actor).select_related("organisation")
    context = {"form": form, "before": before.annotate(lines=Count("rows"))[:10]}
    return render(request, "needs/imports.html", context, status=422 if form.is_bound else 200)


def _loaded(request: ActorRequest, form: FileForm) -> NeedImport:
    try:
        return import_actions.load_import(request.actor, *form.content())
    except AlreadyRead as again:
        messages.info(request, again.sentence)
        return again.source


@require_safe
def model_file(request: ActorRequest, kind: str) -> HttpResponse:
    """A table with the right columns, to fill in a meeting."""
    _must_import(request)
    if kind not in tables.MEDIA_TYPES:
        raise Http404
    columns = [tables.Column(column.label, _cell(column.name)) for column in COLUMNS]
    return tables.download(kind, _("Modèle besoins"), columns, [MODEL_LINE])


def _cell(name: str) -> Callable[[dict[str, object]], object]:
    return lambda line: line.get(name, "")


@require_safe
def source(request: ActorRequest, import_id: int) -> HttpResponse:
    """What was understood of a file: its columns, its lines by state, the button that imports."""
    shown = load(NeedImport, request.actor, import_id)
    return _source_page(request, shown, ColumnsForm(source=shown), 200)


def _source_page(request: ActorRequest, shown: NeedImport, form: ColumnsForm, status: int) -> HttpResponse:
    counts = dict(shown.rows.values_list("state").annotate(n=Count("pk")).order_by())
    wanted = request.GET.get("etat", "")
    rows = shown.rows.select_related("need", "twin_need", "twin_row")
    page = Paginator(rows.filter(state=wanted) if wanted in State.values else rows, LINES_A_PAGE)
    context = {
        "source": shown,
        "form": form,
        "fields": [form[column.name] for column in COLUMNS],
        "page": page.get_page(request.GET.get("page")),
        "counts": [(state, label, counts.get(state, 0)) for state, label in State.choices if counts.get(state)],
        "total": sum(counts.values()),
        "ready": counts.get(State.READY, 0),
        "wanted": wanted,
        "lacking": form.lacking,
        "can_import": VERBS["need_import.run"].allows(request.actor),
    }
    return render(request, "needs/import.html", context, status=status)


@require_POST
def columns(request: ActorRequest, import_id: int) -> HttpResponse:
    """The columns, corrected."""
    shown = load(NeedImport, request.actor, import_id)
    form = ColumnsForm(request.POST, source=shown)
    if form.is_valid():
        version = form.cleaned_data["version"]
        done = attempt(
            form, lambda: import_actions.name_columns(request.actor, shown.pk, form.places(), version=version)
        )
        if done is not None:
            messages.success(request, _("Les colonnes sont notées, les lignes relues."))
            return redirect("needs:import", import_id=shown.pk)
    return _source_page(request, shown, form, 422)


@require_POST
def run(request: ActorRequest, import_id: int) -> HttpResponse:
    """Import every line that is ready."""
    try:
        _source, needs = import_actions.run_import(request.actor, import_id)
    except WrongState as refusal:
        messages.error(request, _("Rien n'est importé. %(why)s") % {"why": refusal.sentence})
        return redirect("needs:import", import_id=import_id)
    count = len(needs)
    messages.success(
        request,
        ngettext("%(n)d besoin est importé.", "%(n)d besoins sont importés.", count) % {"n": count},
    )
    return redirect("needs:import", import_id=import_id)


@require_http_methods(["GET", "POST"])
def line(request: ActorRequest, row_id: int) -> HttpResponse:
    """A line: what it says, what is wrong, what it may repeat. « Corriger et importer » does both."""
    row = load(NeedImportRow, request.actor, row_id)
    form = LineForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        mended = attempt(form, lambda: import_actions.mend_line(request.actor, row.pk, form.cells(), version=version))
        if mended is not None:
            row = mended
            if row.state == State.READY and "keep" not in request.POST:
                import_actions.run_import(request.actor, row.source_id, only=[row.pk])
                messages.success(request, _("La ligne est corrigée et importée."))
                return redirect("needs:import", import_id=row.source_id)
            if row.state == State.READY:
                messages.success(request, _("La ligne est prête."))
                return redirect("needs:import", import_id=row.source_id)
            form.show_faults(row)
    status = 422 if form.errors else 200
    if request.method == "GET" and row.state == State.FAULTY:
        form = LineForm({**form.initial_cells(), "version": row.version}, row=row)
        form.full_clean()
        form.show_faults(row)
    context = {
        "row": row,
        "form": form,
        "titles": list(zip(row.source.head, row.raw, strict=False)),
        "twin": row.twin_need or row.twin_row,
    }
    return render(request, "needs/import_line.html", context, status=status)


@require_POST
def settle(request: ActorRequest, row_id: int) -> HttpResponse:
    """Keep both, complete the first, or drop the line."""
    row = import_actions.settle_line(request.actor, row_id, request.POST.get("decision", ""))
    messages.success(request, _("C'est noté pour la ligne %(n)d.") % {"n": row.number})
    return redirect("needs:import", import_id=row.source_id)
