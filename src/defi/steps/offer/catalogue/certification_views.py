"""Pages of the certifications: all of them, found by number, words or job, and one with its blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from defi.kernel import clock, tables
from defi.kernel.access import Who
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import NotAllowed, Unknown
from defi.kernel.tables import Column
from defi.reference.models import Certification, CertificationJob, Certifier
from defi.reference.queries import (
    blocks_of,
    certification_fault,
    certification_numbered,
    certifiers_of,
    in_force,
    jobs_led_to,
    successors_of,
)
from defi.reference.search import search_certifications, search_jobs
from defi.steps.offer.catalogue.models import Training
from defi.steps.offer.catalogue.queries import job_codes

PER_PAGE = 25
MOST_FOUND = 200
MOST_EXPORTED = 20_000
JOBS = 5
TRAININGS = 10
SHEETS = "https://www.francecompetences.fr/recherche/{register}/{digits}/"


@dataclass(frozen=True, slots=True)
class Line:
    """A certification in the list: whether it is in force, and who delivers it."""

    sheet: Certification
    in_force: bool
    certifiers: list[str]


COLUMNS: tuple[Column[Line], ...] = (
    Column(lazy("Numéro"), lambda line: line.sheet.number),
    Column(lazy("Intitulé"), lambda line: line.sheet.name),
    Column(lazy("Niveau"), lambda line: line.sheet.level),
    Column(lazy("Active"), lambda line: line.in_force),
    Column(lazy("Fin d'enregistrement"), lambda line: line.sheet.ends_on),
    Column(lazy("Certificateurs"), lambda line: ", ".join(line.certifiers)),
)


class CertificationFilters(forms.Form):
    """What is looked for, all optional."""

    text = forms.CharField(label=lazy("Numéro ou mots de l'intitulé"), max_length=200, required=False)
    job = forms.CharField(label=lazy("Métier ou code ROME"), max_length=120, required=False)


def _only_those_signed_in(request: ActorRequest) -> None:
    if request.actor.who in {Who.PUBLIC, Who.LINK}:
        raise NotAllowed(_("Entrez avec votre compte pour consulter les certifications."))


@require_safe
def certifications(request: ActorRequest) -> HttpResponse:
    """The certifications that answer, those in force first; taken away exactly as shown."""
    _only_those_signed_in(request)
    form = CertificationFilters(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = _found(asked.get("text", ""), asked.get("job", ""))
    if kind := tables.asked(request):
        return tables.download(kind, _("Certifications"), COLUMNS, _lines(rows[:MOST_EXPORTED]))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": _lines(page.object_list),
        "active": form.is_bound,
        "cut": isinstance(rows, list) and len(rows) == MOST_FOUND,
    }
    return render(request, "offer/certifications.html", context)


def _found(text: str, job: str) -> QuerySet[Certification] | list[Certification]:
    led = _led_to(job) if job.strip() else None
    if text.strip():
        # With a job too, the words are looked for among all: few remain.
        found = search_certifications(text, limit=MOST_FOUND if led is None else MOST_EXPORTED)
        return found if led is None else [row for row in found if row.pk in led]
    alive = Case(When(in_force(clock.today()), then=Value(True)), default=Value(False))
    rows = Certification.objects.filter(removed=False).annotate(alive=alive).order_by("-alive", "title", "number")
    return rows if led is None else rows.filter(pk__in=led)


def _led_to(job: str) -> set[int]:
    """The certifications whose sheet bears the code of one of the jobs that these words mean, or the code typed."""
    codes = {code for row in search_jobs(job, limit=JOBS) for code in job_codes(row.job)} | {job.strip().upper()[:5]}
    rows = CertificationJob.objects.filter(code_rome__in=codes, removed=False)
    return set(rows.values_list("certification_id", flat=True))


def _lines(rows: Iterable[Certification]) -> list[Line]:
    page, today = list(rows), clock.today()
    names: dict[int, list[str]] = {row.pk: [] for row in page}
    for sheet, name in (
        Certifier.objects.filter(certification__in=page, removed=False)
        .order_by("name")
        .values_list("certification_id", "name")
    ):
        names[sheet].append(name)
    return [Line(row, row.in_force(today), names[row.pk]) for row in page]


@require_safe
def certification(request: ActorRequest, number: str) -> HttpResponse:
    """One certification: what it is, its blocks, the jobs it leads to, the trainings of the catalogue for it."""
    _only_those_signed_in(request)
    sheet = certification_numbered(number)
    if sheet is None:
        raise Unknown(_("Cette certification n'est pas connue ici : vérifiez son numéro."))
    today = clock.today()
    trainings = Training.objects.visible_to(request.actor).filter(
        certifications__contains=[sheet.number], withdrawn_on=None
    )
    fault = certification_fault(sheet, today)
    known = Certification.objects.filter(number__in=[one.number for one in successors_of(sheet)]) if fault else ()
    context = {
        "sheet": sheet,
        "in_force": sheet.in_force(today),
        "fault": fault,
        "successors": known,
        "blocks": blocks_of(sheet),
        "jobs": jobs_led_to(sheet),
        "certifiers": certifiers_of(sheet),
        "trainings": trainings.only("pk", "title", "provider_name").order_by("title", "pk")[:TRAININGS],
        "official": SHEETS.format(register=sheet.register.lower(), digits=sheet.number.removeprefix(sheet.register)),
    }
    return render(request, "offer/certification.html", context)
