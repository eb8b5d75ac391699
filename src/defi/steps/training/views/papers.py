"""Signed papers: deposit them, say which sheet a stained one is, say who signed."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from defi.kernel.files.download import picture
from defi.kernel.pages import ActorRequest, attempt, load, refusal_of
from defi.kernel.refusals import Unknown
from defi.operations.models import Operation
from defi.steps.convention.ink.forms import ScansForm
from defi.steps.training import actions, queries
from defi.steps.training.actions import Ticked
from defi.steps.training.attendance_forms import PlacePaperForm, ReadPaperForm, TakeOffPaperForm
from defi.steps.training.file_kinds import PAPERS
from defi.steps.training.models import SheetScan
from defi.steps.training.queries.papers import printed_days
from defi.steps.training.views.common import form_page, may, must, see, typed

_BOX = re.compile(r"s(\d+)_(\d+)")


@require_http_methods(["GET", "POST"])
def papers(request: ActorRequest, operation_id: int) -> HttpResponse:
    """What came back on paper, and the place to send more."""
    operation = load(Operation, request.actor, operation_id)
    if request.actor.who not in PAPERS.reads or not PAPERS.dossiers(request.actor).filter(pk=operation.pk):
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    form = ScansForm(request.POST, request.FILES) if request.method == "POST" else ScansForm()
    form.fields["scans"].label = _("Feuilles signées")
    if request.method == "POST":
        must(request.actor, "paper.deposit", operation)
        if form.is_valid():
            done = attempt(form, lambda: actions.deposit_papers(request.actor, operation.pk, form.contents()))
            if done is not None:
                if done.done:
                    messages.success(request, done.done)
                for said in done.sentences:
                    messages.warning(request, said)
                return see("training:papers", operation_id=operation.pk)
    context = {
        "operation": operation,
        "papers": queries.papers(request.actor, operation),
        "form": form,
        "can_deposit": may(request.actor, "paper.deposit", operation),
    }
    return render(request, "training/papers.html", context, status=422 if form.is_bound else 200)


@require_safe
def paper(request: ActorRequest, scan_id: int) -> HttpResponse:
    """One page, large, with what may be said of it."""
    return _show(request, load(SheetScan, request.actor, scan_id, "operation", "stored", "document"))


def _show(
    request: ActorRequest,
    scan: SheetScan,
    *,
    place_form: PlacePaperForm | None = None,
    read_form: ReadPaperForm | None = None,
    ticked: QueryDict | None = None,
) -> HttpResponse:
    operation = scan.operation
    page = queries.paper_page(request.actor, scan)
    acts = may(request.actor, "paper.place", operation)
    if acts and scan.state == "unread" and place_form is None:
        place_form = PlacePaperForm(choices=_choices(request, scan), initial={"version": scan.version})
    reads = acts and scan.state in {"placed", "read"} and (page.is_open or page.may_be_read)
    context = {
        "operation": operation,
        "page": page,
        "scan": scan,
        "acts": acts,
        "takes_off": acts and scan.state in {"placed", "read"} and all(s.state != "locked" for s in page.sheets),
        "place_form": place_form if acts and scan.state == "unread" else None,
        "read_form": (read_form or ReadPaperForm(initial={"version": scan.version})) if reads else None,
        "ticked": set(ticked) if ticked is not None else set(),
    }
    bound = any(form is not None and form.is_bound for form in (place_form, read_form))
    return render(request, "training/paper.html", context, status=422 if bound else 200)


def _choices(request: ActorRequest, scan: SheetScan) -> list[tuple[int, str]]:
    documents = queries.papers_printed(request.actor, scan.operation)
    days = printed_days(request.actor, scan.operation)
    return [(document.pk, f"{document.number}, {days[document.pk]}") for document in documents]


@require_safe
def paper_image(request: ActorRequest, scan_id: int) -> HttpResponse:
    """The picture of a page."""
    version = queries.paper_page(request.actor, load(SheetScan, request.actor, scan_id)).version
    if version is None or version.preview is None:
        raise Unknown(_("Cette page n'existe pas, ou elle n'est pas pour vous."))
    return picture(version)


@require_POST
def place_paper(request: ActorRequest, scan_id: int) -> HttpResponse:
    """Say which printed sheet it is."""
    scan = load(SheetScan, request.actor, scan_id, "operation", "stored", "document")
    must(request.actor, "paper.place", scan.operation)
    form = PlacePaperForm(request.POST, choices=_choices(request, scan))
    if form.is_valid():
        values = form.cleaned_data
        placed = attempt(
            form,
            lambda: actions.place_paper(
                request.actor, scan.pk, values["document"], page=values["page"], version=values["version"]
            ),
        )
        if placed is not None:
            messages.success(request, _("La feuille est à sa place : dites maintenant qui a signé."))
            return see("training:paper", scan_id=scan.pk)
    return _show(request, scan, place_form=form)


@require_POST
def reject_paper(request: ActorRequest, scan_id: int) -> HttpResponse:
    """It is no attendance sheet."""
    scan = load(SheetScan, request.actor, scan_id, "operation")
    said = refusal_of(lambda: actions.reject_paper(request.actor, scan.pk))
    if said:
        messages.warning(request, said)
    else:
        messages.success(request, _("Ce n'est pas une feuille d'émargement : elle n'est pas gardée."))
    return see("training:papers", operation_id=scan.operation_id)


@require_http_methods(["GET", "POST"])
def take_off_paper(request: ActorRequest, scan_id: int) -> HttpResponse:
    """A page put on the wrong sheet goes, with the reason."""
    scan = load(SheetScan, request.actor, scan_id, "operation", "stored")
    must(request.actor, "paper.take_off", scan.operation)
    form = TakeOffPaperForm(typed(request), initial={"version": scan.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data

        def taken_off() -> object:
            return actions.take_off_paper(request.actor, scan.pk, reason=values["reason"], version=values["version"])

        if attempt(form, taken_off) is not None:
            messages.success(request, _("La page est retirée : ce qu'elle disait est à noter de nouveau."))
            return see("training:papers", operation_id=scan.operation_id)
    title = _("Retirer cette page : %(label)s") % {"label": scan.stored.label}
    lead = _(
        "Les présences signées sur cette page, et les absences sans motif notées avec elle, redeviennent « à noter ». "
        "Son image est effacée ; vous pourrez la déposer de nouveau et choisir la bonne feuille."
    )
    back = reverse("training:paper", args=[scan.pk])
    return form_page(request, scan.operation, form, title, _("Retirer la page"), lead=lead, back=back)


@require_POST
def read_paper(request: ActorRequest, scan_id: int) -> HttpResponse:
    """Who signed."""
    scan = load(SheetScan, request.actor, scan_id, "operation", "stored", "document")
    must(request.actor, "paper.read", scan.operation)
    form = ReadPaperForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        ticked = _ticked(request.POST, empty_is_absent=values["empty_is_absent"])
        read = attempt(form, lambda: actions.read_paper(request.actor, scan.pk, ticked, version=values["version"]))
        if read is not None:
            messages.success(request, _("Les signatures sont notées ; le papier reste avec les feuilles."))
            return see("training:paper", scan_id=scan.pk)
    return _show(request, scan, read_form=form, ticked=request.POST)


def _ticked(sent: QueryDict, *, empty_is_absent: bool) -> Ticked:
    present: dict[int, set[int]] = {}
    for name in sent:
        if box := _BOX.fullmatch(name):
            present.setdefault(int(box[1]), set()).add(int(box[2]))
    trainer = {int(name[1:]) for name in sent if re.fullmatch(r"t\d+", name)}
    return Ticked(present, trainer, empty_is_absent)
