"""The pages of the catalogue: trainings by words, job, place and organisation; imports and their reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Min, Prefetch, Q, QuerySet

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.reference import words
from defi.reference.models import Basin, Certification, Job
from defi.reference.search import search_communes, search_jobs
from defi.steps.offer.catalogue.models import (
    CatalogueImport,
    ImportRow,
    OfferedSession,
    Training,
    TrainingAction,
    TrainingPlace,
)
from defi.steps.offer.catalogue.queries import job_codes

JOBS, COMMUNES = 5, 20
# Long, and not shown in the list.
TEXTS = ("objective", "results", "content")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the catalogue; empty where anything will do. `commune` is a name or a postcode."""

    title: str = ""
    job: str = ""
    basin: Basin | None = None
    commune: str = ""
    provider: str = ""
    withdrawn: bool = False


def trainings(actor: Actor, wanted: Wanted) -> QuerySet[Training]:
    """The trainings still offered (or the others too) that answer all that is wanted, the next to start first."""
    rows = Training.objects.visible_to(actor)
    if not wanted.withdrawn:
        rows = rows.filter(withdrawn_on=None)
    for word in words.words_of(wanted.title) if wanted.title.strip() else ():
        rows = rows.filter(search_key__contains=words.fold(word))
    if wanted.job.strip():
        rows = rows.filter(jobs__overlap=_codes(wanted.job))
    if wanted.provider.strip():
        rows = rows.filter(_by_provider(wanted.provider.strip()))
    if wanted.basin or wanted.commune.strip():
        rows = rows.filter(pk__in=_given_in(actor, wanted).values("action__training"))
    # All the sessions joined once: asking each training for its own takes three times as long over 20,000 of them.
    coming = Q(actions__sessions__withdrawn_on=None, actions__sessions__starts_on__gte=clock.today())
    dated = rows.annotate(next_start=Min("actions__sessions__starts_on", filter=coming))
    return dated.defer(*TEXTS).order_by(
        F("withdrawn_on").asc(nulls_first=True), F("next_start").asc(nulls_last=True), "title", "pk"
    )


def _codes(text: str) -> list[str]:
    """Codes under which the jobs that these words mean are announced; the words themselves when they are a code."""
    found = {code for row in search_jobs(text, limit=JOBS) for code in job_codes(row.job)}
    return sorted(found | {text.strip().upper()[:5]})


def _by_provider(text: str) -> Q:
    digits = text.replace(" ", "")
    if digits.isdigit():
        return Q(provider_siret__startswith=digits) | Q(provider_nda__startswith=digits)
    return Q(provider_name__icontains=text)


def _given_in(actor: Actor, wanted: Wanted) -> QuerySet[TrainingPlace]:
    places = TrainingPlace.objects.visible_to(actor).filter(action__withdrawn_on=None)
    if wanted.withdrawn:
        places = TrainingPlace.objects.visible_to(actor)
    if wanted.basin:
        places = places.filter(commune__basin=wanted.basin)
    if wanted.commune.strip():
        communes = [row.commune for row in search_communes(wanted.commune, limit=COMMUNES)]
        places = places.filter(Q(commune__in=communes) | Q(postcode=wanted.commune.strip()))
    return places


@dataclass(frozen=True, slots=True)
class Line:
    """A training in the list: its jobs, the towns and basins where it is given, its next session, how many it has.

    Without a session to come, the last one, which `is_past`."""

    training: Training
    jobs: list[str]
    towns: list[str]
    basins: list[str]
    starts_on: date | None
    ends_on: date | None
    is_past: bool
    sessions: int


def lines(rows: Iterable[Training]) -> list[Line]:
    """The lines of a page of trainings: a fixed number of queries."""
    page = list(rows)
    actions = {row.pk: list[TrainingAction]() for row in page}
    for action in _whole(TrainingAction._base_manager.filter(training__in=page)):
        actions[action.training_id].append(action)
    labels = labels_of({code for row in page for code in row.jobs})
    return [_line(row, actions[row.pk], labels) for row in page]


def labels_of(codes: set[str]) -> dict[str, str]:
    """The labels of ROME codes that are known here."""
    return dict(Job.objects.filter(code_rome__in=codes).values_list("code_rome", "label"))


def names_of(numbers: list[str]) -> list[tuple[str, str]]:
    """These numbers of certifications, each with its name where its sheet is known here."""
    known = {row.number: row.name for row in Certification.objects.filter(number__in=numbers)}
    return [(number, known.get(number, "")) for number in numbers]


def _whole(actions: QuerySet[TrainingAction]) -> QuerySet[TrainingAction]:
    places = TrainingPlace._base_manager.select_related("commune__basin").order_by("position")
    sessions = OfferedSession._base_manager.order_by("withdrawn_on", "starts_on", "pk")
    return actions.order_by("pk").prefetch_related(Prefetch("places", places), Prefetch("sessions", sessions))


def _line(row: Training, actions: list[TrainingAction], labels: dict[str, str]) -> Line:
    places = [place for action in actions for place in action.places.all()]
    every = [one for action in actions for one in action.sessions.all()]
    shown = [one for one in every if one.withdrawn_on is None] or every
    today = clock.today()
    dated = sorted((one.starts_on, one.pk, one) for one in shown if one.starts_on)
    coming = [one for starts_on, _pk, one in dated if starts_on >= today]
    told = coming[0] if coming else dated[-1][-1] if dated else None
    basins = [place.commune.basin.name for place in places if place.commune and place.commune.basin]
    return Line(
        training=row,
        jobs=[labels.get(code, code) for code in row.jobs],
        towns=list(dict.fromkeys(place.commune.name if place.commune else place.town for place in places)),
        basins=list(dict.fromkeys(basins)),
        starts_on=told.starts_on if told else None,
        ends_on=told.ends_on if told else None,
        is_past=told is not None and not coming,
        sessions=len(shown),
    )


def actions_of(training: Training) -> list[TrainingAction]:
    """The actions of a training that the actor may see, those still offered first, with places and sessions."""
    return sorted(
        _whole(TrainingAction._base_manager.filter(training=training)),
        key=lambda action: action.withdrawn_on or date.min,
    )


def imports(actor: Actor) -> QuerySet[CatalogueImport]:
    """The imports this actor may see, the last first."""
    return CatalogueImport.objects.visible_to(actor).select_related("loaded_by")


def sources(actor: Actor) -> list[str]:
    """The sources that have been loaded."""
    names = CatalogueImport.objects.visible_to(actor).order_by("source").values_list("source", flat=True)
    return list(names.distinct())


def report(actor: Actor, run: CatalogueImport, kind: str = "") -> QuerySet[ImportRow]:
    """The lines of the report of an import, by line of the file; of one kind if asked."""
    rows = ImportRow.objects.visible_to(actor).filter(run=run).order_by("line", "pk")
    return rows.filter(kind=kind) if kind else rows
