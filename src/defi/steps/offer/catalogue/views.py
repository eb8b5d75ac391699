"""Pages of the catalogue: the trainings, one of them, the imports and the report of each."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from defi.kernel import tables
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed
from defi.kernel.tables import Column
from defi.kernel.transitions import VERBS
from defi.steps.offer.catalogue import searching
from defi.steps.offer.catalogue.forms import CatalogueFilters, CatalogueForm, ReportFilters
from defi.steps.offer.catalogue.models import CatalogueImport, ImportRow, Training, TrainingAction
from defi.steps.offer.catalogue.words import FUNDERS, LEVELS, OBJECTIVES, TEACHING
from defi.steps.offer.lheo.importing import DEFAULT_SOURCE, import_catalogue

PER_PAGE = 25
ROWS_PER_PAGE = 50
MOST_EXPORTED = 20_000

COLUMNS: tuple[Column[searching.Line], ...] = (
    Column(gettext_lazy("Formation"), lambda line: line.training.title),
    Column(gettext_lazy("Numéro"), lambda line: line.training.number),
    Column(gettext_lazy("Organisme"), lambda line: line.training.provider_name),
    Column(gettext_lazy("SIRET"), lambda line: line.training.provider_siret),
    Column(gettext_lazy("Codes ROME"), lambda line: ", ".join(line.training.jobs)),
    Column(gettext_lazy("Certifications"), lambda line: ", ".join(line.training.certifications)),
    Column(gettext_lazy("Lieux"), lambda line: ", ".join(line.towns)),
    Column(gettext_lazy("Bassins"), lambda line: ", ".join(line.basins)),
    Column(gettext_lazy("Début"), lambda line: line.starts_on),
    Column(gettext_lazy("Fin"), lambda line: line.ends_on),
    Column(gettext_lazy("Sessions"), lambda line: line.sessions),
    Column(gettext_lazy("Plus proposée depuis le"), lambda line: line.training.withdrawn_on),
)
REPORT_COLUMNS: tuple[Column[ImportRow], ...] = (
    Column(gettext_lazy("Ligne"), lambda row: row.line),
    Column(gettext_lazy("Élément"), lambda row: row.element),
    Column(gettext_lazy("Formation"), lambda row: row.number),
    Column(gettext_lazy("Nature"), lambda row: row.get_kind_display()),
    Column(gettext_lazy("Constat"), lambda row: row.sentence),
)


def _only_the_region(request: ActorRequest) -> None:
    if not request.actor.in_region:
        raise NotAllowed(_("La Région consulte ici le catalogue des formations."))


@require_safe
def trainings(request: ActorRequest) -> HttpResponse:
    """The trainings, filtered in the address, taken away exactly as shown."""
    _only_the_region(request)
    form = CatalogueFilters(request.GET or None)
    rows = searching.trainings(request.actor, form.wanted())
    if kind := tables.asked(request):
        return tables.download(kind, _("Catalogue"), COLUMNS, searching.lines(rows[:MOST_EXPORTED]))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": searching.lines(page.object_list),
        "active": form.is_bound,
        "can_import": VERBS["catalogue.import"].allows(request.actor),
    }
    return render(request, "offer/catalogue.html", context)


@require_safe
def training(request: ActorRequest, training_id: int) -> HttpResponse:
    """One training with its actions, places and sessions."""
    shown = load(Training, request.actor, training_id)
    labels = searching.labels_of(set(shown.jobs))
    texts = [
        (_("Objectif"), shown.objective),
        (_("Résultats attendus"), shown.results),
        (_("Contenu"), shown.content),
    ]
    context = {
        "training": shown,
        "jobs": [(code, labels.get(code, "")) for code in shown.jobs],
        "certifications": searching.names_of(shown.certifications),
        "level_in": LEVELS.get(shown.level_in, ""),
        "level_out": LEVELS.get(shown.level_out, ""),
        "objective": OBJECTIVES.get(shown.general_objective, ""),
        # The sources write HTML in these texts.
        "texts": [(title, strip_tags(text.replace("<br", "\n<br").replace("</p>", "</p>\n"))) for title, text in texts],
        "actions": [(action, _words_of(action)) for action in searching.actions_of(shown)],
    }
    return render(request, "offer/training.html", context)


def _words_of(action: TrainingAction) -> dict[str, object]:
    return {
        "teaching": TEACHING.get(action.teaching, ""),
        "funders": ", ".join(str(FUNDERS.get(code, code)) for code in action.funders),
    }


@require_http_methods(["GET", "POST"])
def imports(request: ActorRequest) -> HttpResponse:
    """The imports, the last first, and the next file to hand in."""
    _only_the_region(request)
    if request.method == "POST":
        VERBS["catalogue.import"].check(request.actor)
    known = searching.sources(request.actor)
    # What the file replaces is said, never guessed: another source's catalogue would be marked.
    form = CatalogueForm(
        request.POST or None, request.FILES or None, initial={"source": "" if known else DEFAULT_SOURCE}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        source = form.cleaned_data["source"]
        may_lose = form.cleaned_data["may_lose"]
        run = attempt(
            form,
            lambda: import_catalogue(request.actor, file, name=file.name, source=source, may_lose=may_lose),
        )
        if run is not None:
            messages.success(request, _told(run))
            return redirect("offer:import_report", run_id=run.pk)
    page = Paginator(searching.imports(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form if VERBS["catalogue.import"].allows(request.actor) else None,
        "sources": known,
        "page": page,
    }
    return render(request, "offer/imports.html", context, status=422 if form.is_bound else 200)


def _told(run: CatalogueImport) -> str:
    if not (run.added or run.changed or run.withdrawn):
        return _("Le fichier est lu : rien n'a changé dans le catalogue.")
    return ngettext(
        "Le fichier est lu : {count} formation dans le catalogue a changé.",
        "Le fichier est lu : {count} formations du catalogue ont changé.",
        run.added + run.changed + run.withdrawn,
    ).format(count=run.added + run.changed + run.withdrawn)


@require_safe
def import_report(request: ActorRequest, run_id: int) -> HttpResponse:
    """What became of a file: counts, then each fault and warning with its line."""
    run = load(CatalogueImport, request.actor, run_id)
    form = ReportFilters(request.GET or None)
    rows = searching.report(request.actor, run, form.wanted())
    if kind := tables.asked(request):
        return tables.download(kind, _("Rapport d'import"), REPORT_COLUMNS, rows[:MOST_EXPORTED])
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"run": run, "form": form, "page": page, "active": form.is_bound}
    return render(request, "offer/import_report.html", context)
