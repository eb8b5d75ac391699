"""Pages of the lots: what the Region already buys, typed or imported, renewed; and what covers a job, here, then."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock, tables
from defi.kernel.access import Actor, Who
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import NotAllowed
from defi.kernel.tables import Column
from defi.steps.offer import importing, queries, recording, territory_names
from defi.steps.offer.lot_forms import CoverageForm, LotFilters, LotForm, LotImportForm, PeriodForm, TerritoryForm
from defi.steps.offer.lots import examined, taken_in
from defi.steps.offer.models import Lot, LotImport, LotPeriod, TerritoryName

PER_PAGE = 40


def _joined(rows: Any) -> str:
    return ", ".join(str(row) for row in rows)


COLUMNS: tuple[Column[Lot], ...] = (
    Column(lazy("Marché"), lambda lot: lot.market_number),
    Column(lazy("Lot"), lambda lot: lot.number),
    Column(lazy("Intitulé"), lambda lot: lot.title),
    Column(lazy("Titulaire"), lambda lot: lot.holder),
    Column(lazy("Cotitulaires"), lambda lot: _joined(lot.co_holders.all())),
    Column(lazy("ROME"), lambda lot: " ".join(job.code_rome for job in lot.jobs.all())),
    Column(lazy("Métiers"), lambda lot: _joined(lot.jobs.all())),
    Column(lazy("Bassins"), lambda lot: "; ".join(str(basin) for basin in lot.basins.all())),
    Column(lazy("Départements"), lambda lot: " ".join(lot.departments)),
    Column(lazy("Communes"), lambda lot: _joined(lot.communes.all())),
    Column(lazy("Niveaux"), lambda lot: _joined(lot.level_words)),
    Column(lazy("Catégories"), lambda lot: _joined(lot.category_words)),
    Column(lazy("Certification visée"), lambda lot: lot.certification),
    Column(lazy("Début"), lambda lot: lot.valid_from),
    Column(lazy("Fin"), lambda lot: lot.valid_to),
    Column(lazy("Places achetées"), lambda lot: sum(p.seats or 0 for p in lot.periods.all()) or None),
)


@require_safe
def lot_list(request: ActorRequest) -> HttpResponse:
    """What the Region already buys; a provider sees its own. The filters stay in the address."""
    actor = request.actor
    form = LotFilters(request.GET, is_region=actor.in_region)
    rows = _filtered(queries.lots(actor), form)
    if kind := tables.asked(request):
        return tables.download(kind, _("Lots"), COLUMNS, rows)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "active": any(request.GET.get(name) for name in form.fields),
        "page": page,
        "can_record": _records(actor),
        "today": clock.today(),
    }
    return render(request, "offer/lots.html", context)


def _filtered(rows: QuerySet[Lot], form: LotFilters) -> QuerySet[Lot]:
    if not form.is_valid():
        return rows
    wanted, today = form.cleaned_data, clock.today()
    if said := wanted["q"].strip():
        rows = rows.filter(
            Q(title__icontains=said)
            | Q(market_number__icontains=said)
            | Q(number__iexact=said)
            | Q(sector__icontains=said)
            | Q(pk__in=Lot.jobs.through._base_manager.filter(job__code_rome__iexact=said).values("lot_id"))
        )
    if wanted["basin"]:
        here = Lot.basins.through._base_manager.filter(basin_id=wanted["basin"].pk)
        rows = rows.filter(pk__in=here.values("lot_id"))
    if firm := wanted.get("holder"):
        together = Lot.co_holders.through._base_manager.filter(organisation_id=firm.pk)
        rows = rows.filter(Q(holder=firm) | Q(pk__in=together.values("lot_id")))
    periods = LotPeriod._base_manager
    if wanted["valid"] == "now":
        return rows.filter(pk__in=periods.filter(starts_on__lte=today, ends_on__gte=today).values("lot_id"))
    if wanted["valid"] == "ended":
        return rows.filter(Q(("last_day__lt", today)))
    if wanted["valid"] == "soon":
        return rows.exclude(pk__in=periods.filter(starts_on__lte=today).values("lot_id"))
    return rows


def _records(actor: Actor) -> bool:
    return actor.who is Who.OFFICER


def _must_record(actor: Actor) -> None:
    if not _records(actor):
        raise NotAllowed(_("La Région enregistre les lots de ses marchés."))


@require_http_methods(["GET", "POST"])
def lot(request: ActorRequest, lot_id: int | None = None) -> HttpResponse:
    """A lot typed from the market, or corrected; its periods beside it."""
    _must_record(request.actor)
    known = load(Lot, request.actor, lot_id) if lot_id else None
    form = LotForm(request.POST or None, initial=LotForm.of(known) if known else {})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        done = attempt(
            form,
            lambda: recording.record_lot(request.actor, recording.NewLot(**values), lot_id=lot_id, version=version),
        )
        if done is not None:
            messages.success(request, _("Le lot est enregistré."))
            return redirect("offer:lot", lot_id=done.pk)
    context = {
        "form": form,
        "lot": known,
        "periods": _periods(known) if known else [],
        "today": clock.today(),
    }
    return render(request, "offer/lot.html", context, status=422 if form.is_bound else 200)


def _periods(lot: Lot) -> list[dict[str, object]]:
    """The periods with the seats that DEFI operations took in each."""
    sessions = taken_in([lot]).get(lot.pk, [])
    rows: list[dict[str, object]] = []
    for period in lot.periods.all():
        defi = sum(s.seats for s in sessions if period.starts_on <= s.starts_on <= period.ends_on)
        left = None if period.seats is None else max(0, period.seats - period.seats_used - defi)
        rows.append({"period": period, "defi": defi, "left": left})
    return rows


@require_http_methods(["GET", "POST"])
def period(request: ActorRequest, lot_id: int, period_id: int | None = None) -> HttpResponse:
    """A renewal of the lot, or a period corrected."""
    _must_record(request.actor)
    shown = load(Lot, request.actor, lot_id)
    known = load(LotPeriod, request.actor, period_id) if period_id else None
    form = PeriodForm(request.POST or None, initial=PeriodForm.of(known) if known else {})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        facts = recording.PeriodFacts(**values)
        done = attempt(
            form,
            lambda: recording.set_period(request.actor, shown.pk, facts, period_id=period_id, version=version),
        )
        if done is not None:
            messages.success(request, _("La période est notée."))
            return redirect("offer:lot", lot_id=shown.pk)
    context = {
        "form": form,
        "title": _("Corriger une période") if known else _("Reconduire le lot"),
        "action_label": _("Noter la période"),
        "back_url": f"/lots/{shown.pk}/",
        "back_label": str(shown),
    }
    return render(request, "offer/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def import_table(request: ActorRequest) -> HttpResponse:
    """A table of lots is handed in; the report of each import stays."""
    _must_record(request.actor)
    form = LotImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        run = attempt(
            form,
            lambda: importing.import_lots(request.actor, file.read(), file.name, form.defaults()),
        )
        if run is not None:
            return redirect("offer:lot_import", run_id=run.pk)
    context = {"form": form, "runs": LotImport.objects.visible_to(request.actor)[:10]}
    return render(request, "offer/lot_import.html", context, status=422 if form.is_bound else 200)


@require_safe
def import_report(request: ActorRequest, run_id: int) -> HttpResponse:
    """What became of each line."""
    _must_record(request.actor)
    run = load(LotImport, request.actor, run_id)
    page = Paginator(run.rows.order_by("-result", "line"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "offer/lot_report.html", {"run": run, "page": page})


@require_safe
def coverage(request: ActorRequest) -> HttpResponse:
    """Which lots cover a job, in these basins, at that date: asked before there is any operation."""
    if not request.actor.in_region or request.actor.region_id is None:
        raise NotAllowed(_("La Région regarde ici ce que couvrent ses marchés."))
    form = CoverageForm(request.GET or None)
    found = None
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        found = examined(request.actor.region_id, values["job"], values["basins"], clock.today(), form.precision())
    context = {
        "form": form,
        "found": found,
        "rows": queries.rows_of(found) if found else [],
        "job": form.cleaned_data.get("job") if found else None,
    }
    return render(request, "offer/coverage.html", context)


@require_http_methods(["GET", "POST"])
def territories(request: ActorRequest) -> HttpResponse:
    """The names that markets give to territories, and of which basins they speak."""
    _must_record(request.actor)
    form = TerritoryForm(request.POST or None, initial={"name": request.GET.get("nom", "")})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        named = attempt(
            form, lambda: territory_names.name_territory(request.actor, values["name"], list(values["basins"]))
        )
        if named is not None:
            messages.success(request, _("C'est noté : importez de nouveau le tableau, ses lignes refusées entreront."))
            return redirect("offer:territories")
    rows = TerritoryName.objects.visible_to(request.actor).prefetch_related("basins")
    context = {"form": form, "rows": rows}
    return render(request, "offer/territories.html", context, status=422 if form.is_bound else 200)


@require_POST
def forget_territory(request: ActorRequest, territory_id: int) -> HttpResponse:
    """A name that is of no use any more."""
    _must_record(request.actor)
    territory_names.forget_territory(request.actor, territory_id)
    messages.success(request, _("Le nom est oublié ; les lots déjà lus gardent leurs bassins."))
    return redirect("offer:territories")
