"""The pages of the diagnosis: notes, figures, files, the bars as a picture, the sheet on one page; and the basins."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel import clock
from defi.kernel.pages import ActorRequest, attempt, load
from defi.kernel.refusals import Refused, Unknown
from defi.kernel.uploads import checked
from defi.operations.models import Operation
from defi.reference.models import Basin
from defi.steps.needs import dossier, grouping
from defi.steps.needs.basins import MEASURES, basin_map, basin_sheet
from defi.steps.needs.forms import DiagnosisForm, ReasonForm
from defi.steps.needs.group_forms import FigureForm, FileForm, MapForm
from defi.steps.needs.models import CollectiveFile, CollectiveNeed, DiagnosisFigure, Need
from defi.steps.needs.pictures import bars
from defi.steps.needs.reading import all_figures


@require_http_methods(["GET", "POST"])
def diagnosis(request: ActorRequest, collective_id: int) -> HttpResponse:
    """What the territory says, with its source and its date."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    known = {
        "diagnosis": shown.diagnosis,
        "diagnosis_source": shown.diagnosis_source,
        "diagnosis_on": shown.diagnosis_on or clock.today(),
        "version": shown.version,
    }
    form = DiagnosisForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        done = attempt(
            form,
            lambda: grouping.record_diagnosis(
                request.actor,
                shown.pk,
                text=values["diagnosis"],
                source=values["diagnosis_source"],
                on=values["diagnosis_on"],
                version=values["version"],
            ),
        )
        if done is not None:
            messages.success(request, _("Le diagnostic est noté."))
            return redirect("needs:collective", collective_id=shown.pk)
    return _form_page(request, form, _("Diagnostic du territoire"), _("Noter le diagnostic"), shown)


@require_http_methods(["GET", "POST"])
def figure(request: ActorRequest, collective_id: int) -> HttpResponse:
    """A figure joins the diagnosis."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    form = FigureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = dossier.FigureFacts(**form.cleaned_data)
        if attempt(form, lambda: dossier.record_figure(request.actor, shown.pk, facts)) is not None:
            messages.success(request, _("Le chiffre est dans le diagnostic."))
            return redirect("needs:collective", collective_id=shown.pk)
    return _form_page(request, form, _("Ajouter un chiffre"), _("Ajouter le chiffre"), shown)


@require_POST
def remove_figure(request: ActorRequest, figure_id: int) -> HttpResponse:
    """A wrong figure leaves the diagnosis."""
    shown = load(DiagnosisFigure, request.actor, figure_id)
    try:
        dossier.remove_figure(request.actor, shown.pk)
        messages.success(request, _("Le chiffre est retiré."))
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
    return redirect("needs:collective", collective_id=shown.collective_id)


@require_http_methods(["GET", "POST"])
def attach(request: ActorRequest, collective_id: int) -> HttpResponse:
    """A file joins the diagnosis."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent, note = form.cleaned_data["file"], form.cleaned_data["note"]
        done = attempt(
            form,
            lambda: dossier.attach_file(request.actor, shown.pk, checked(sent.name, sent.read()), note=note),
        )
        if done is not None:
            messages.success(request, _("Le fichier est joint."))
            return redirect("needs:collective", collective_id=shown.pk)
    return _form_page(request, form, _("Joindre un fichier"), _("Joindre le fichier"), shown)


@require_safe
def file(request: ActorRequest, file_id: int) -> HttpResponse:
    """The bytes of a file, only ever as a download: what people send is not shown by our own pages."""
    shown = load(CollectiveFile, request.actor, file_id)
    if shown.withdrawn_on:
        raise Unknown(_("Ce fichier a été retiré."))
    response = HttpResponse(bytes(shown.content), content_type=shown.media_type)
    disposition = content_disposition_header(as_attachment=True, filename=shown.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
def withdraw_file(request: ActorRequest, file_id: int) -> HttpResponse:
    """A file is no longer shown."""
    shown = load(CollectiveFile, request.actor, file_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: dossier.withdraw_file(request.actor, shown.pk, reason=reason)) is not None:
            messages.success(request, _("Le fichier est retiré."))
            return redirect("needs:collective", collective_id=shown.collective_id)
    context = {
        "title": _("Retirer « %(name)s »") % {"name": shown.name},
        "consequences": [_("Le fichier ne sera plus montré ; il reste conservé avec le dossier.")],
        "form": form,
        "action_label": _("Retirer le fichier"),
        "back_url": f"/besoins/collectifs/{shown.collective_id}/",
        "back_label": shown.collective.title,
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@require_safe
def picture(request: ActorRequest, collective_id: int) -> HttpResponse:
    """The bars of the diagnosis, for the `<img>` of its page."""
    shown = load(CollectiveNeed, request.actor, collective_id)
    svg = bars(all_figures(request.actor, shown))
    if not svg:
        raise Unknown(_("Il n'y a encore rien à dessiner."))
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@require_POST
def print_sheet(request: ActorRequest, collective_id: int) -> HttpResponse:
    """The collective need on one page, kept, then read."""
    try:
        document = dossier.print_collective(request.actor, collective_id)
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, refusal.sentence)
        return redirect("needs:collective", collective_id=collective_id)
    return redirect("document", code=document.code)


def _form_page(
    request: ActorRequest, form: DiagnosisForm | FigureForm | FileForm, title: str, label: str, shown: CollectiveNeed
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "action_label": label,
        "back_url": f"/besoins/collectifs/{shown.pk}/",
        "back_label": shown.title,
    }
    return render(request, "needs/form.html", context, status=422 if form.is_bound else 200)


def _must_steer(request: ActorRequest) -> None:
    """The needs of all the employers are the Region's to see: a provider sees none before a launch."""
    if not request.actor.in_region:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))


@require_safe
def basins(request: ActorRequest) -> HttpResponse:
    """The map of the basins: posts wanted, tension of a job, operations; the filters stay in the address."""
    _must_steer(request)
    form = MapForm(request.GET or {}, _jobs(request))
    valid = form.is_valid()
    job = form.cleaned_data.get("job")
    measure = (form.cleaned_data.get("measure") if valid else "") or MEASURES[0]
    shown = basin_map(request.actor, measure, job)
    context = {
        "form": form,
        "job": job,
        "measure": measure,
        "map": shown,
        "active": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "needs/basins.html", context)


def _jobs(request: ActorRequest) -> list[int]:
    """The jobs that a need or an operation is about."""
    actor = request.actor
    wanted = Need.objects.visible_to(actor).filter(job__isnull=False).order_by().values_list("job_id")
    trained = Operation.objects.visible_to(actor).order_by().values_list("job_id")
    return [pk for (pk,) in wanted.union(trained)]


@require_safe
def basin(request: ActorRequest, basin_id: int) -> HttpResponse:
    """One basin: its needs, its operations, its figures."""
    _must_steer(request)
    found = Basin.objects.filter(pk=basin_id).first()
    if found is None:
        raise Unknown(_("Ce bassin n'existe pas."))
    return render(request, "needs/basin.html", {"basin": found, "sheet": basin_sheet(request.actor, found)})
