"""The diagnosis of a basin for a job: figures, each with its source and its date, so that it can be defended.

What a later room knows (the seats bought) is told by a source it registers here: this room reads none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from defi.kernel import clock
from defi.kernel.access import Actor, GuardedQuerySet
from defi.kernel.documents.french import long_date
from defi.operations.models import Operation, Session
from defi.reference.models import Basin, Job, Tension
from defi.reference.queries import tensions_of
from defi.steps.needs.models import Need

TENSION_WORDS = {
    1: lazy("recrutement facile"),
    2: lazy("recrutement plutôt facile"),
    3: lazy("tension moyenne"),
    4: lazy("tension forte"),
    5: lazy("tension très forte"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in words; `number` is its height in a chart (posts, seats), None when it is no count of those."""

    label: str
    value: str
    source: str
    on: str
    detail: str = ""
    number: int | None = None
    figure_id: int | None = None


FigureSource = Callable[[Actor, Job | None, Basin], list[Figure]]
_SOURCES: list[FigureSource] = []


def tells(source: FigureSource) -> FigureSource:
    """Register what else is known of a job in a basin. It answers only what this actor may see."""
    _SOURCES.append(source)
    return source


def figures(actor: Actor, job: Job | None, basin: Basin) -> list[Figure]:
    """What is known of this job in this basin, or of the whole basin. A fixed number of queries."""
    found = [tension_figure(tensions_of(job).get(basin.pk), job)] if job else []
    found += _wanted(actor, job, basin)
    for source in _SOURCES:
        found += source(actor, job, basin)
    return [*found, *_planned(actor, job, basin)]


def day_words(day: date) -> str:
    """`14 mai 2025`."""
    return long_date(day)


def tension_figure(row: Tension | None, job: Job) -> Figure:
    """The tension, with the job of its time when the sheet was split since."""
    source = _("France Travail, tension par bassin d'emploi")
    if row is None:
        return Figure(
            _("Tension"), _("non connue"), source, "", detail=_("Le fichier ne dit rien de ce métier dans ce bassin.")
        )
    same = row.code_rome == job.code_rome and row.code_rome == (job.parent_code or job.code_rome)
    older = _("mesurée pour « %(label)s » (%(code)s), fiche d'avant 2023 qui comprend ce métier") % {
        "label": row.label,
        "code": row.code_rome,
    }
    return Figure(
        _("Tension"),
        _("%(index)d sur 5, %(words)s") % {"index": row.index, "words": str(TENSION_WORDS[row.index])},
        source,
        str(row.year),
        detail="" if same else older,
    )


def current_needs(actor: Actor) -> GuardedQuerySet[Need]:
    """The confirmed needs whose answer or operation is still under way."""
    rows = Need.objects.visible_to(actor).filter(state__in=["received", "grouped"])
    return rows.exclude(collective__operation__state__in=["closed", "abandoned"])


def _several(count: int, words: str) -> str:
    return words % {"n": count} if count else ""


def _wanted(actor: Actor, job: Job | None, basin: Basin) -> list[Figure]:
    """The posts that employers want, whatever group their needs are in."""
    rows = current_needs(actor).filter(basin=basin)
    if job:
        rows = rows.filter(job=job)
    found = rows.order_by().aggregate(posts=Sum("posts"), firms=Count("employer", distinct=True))
    return [
        Figure(
            _("Postes recherchés"),
            str(found["posts"] or 0),
            _("fiches d'intérêt en cours de tout le bassin, pour ce métier"),
            day_words(clock.today()),
            detail=_several(found["firms"], ngettext("%(n)d employeur", "%(n)d employeurs", found["firms"])),
            number=found["posts"] or 0,
        )
    ]


def _planned(actor: Actor, job: Job | None, basin: Basin) -> list[Figure]:
    """The seats of the operations under way on this job."""
    running = Operation.objects.visible_to(actor).filter(basin=basin, state="running")
    if job:
        running = running.filter(job=job)
    sessions = Session.objects.visible_to(actor).filter(operation__in=running, ended_on=None)
    seats = sessions.order_by().aggregate(seats=Sum("seats"))["seats"] or 0
    count = running.count()
    return [
        Figure(
            _("Places DEFI en cours"),
            str(seats),
            _("opérations DEFI ouvertes"),
            day_words(clock.today()),
            detail=_several(count, ngettext("%(n)d opération", "%(n)d opérations", count)),
            number=seats,
        )
    ]
