"""The figures of the Region on one page, the list behind each, and the detail by basin, job, provider or step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from defi.kernel import tables
from defi.kernel.access import Actor, Who
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import NotAllowed, Unknown
from defi.kernel.tables import Column
from defi.schemes.rulebook import Target, current
from defi.steering import lists, queries
from defi.steering.charts import Bar, Chart
from defi.steering.figures import Number, measured
from defi.steering.filters import Filters
from defi.steering.queries import SHOWN, Answered, Detail, Line, Sums, Wanted
from defi.steering.questions import FIGURES

PER_PAGE = 40
IN_THE_CHART = 10
STEER = frozenset({Who.OFFICER, Who.STEERING})


def only_who_steers(actor: Actor) -> None:
    """Raises NotAllowed for whoever is neither a territorial officer nor of the direction."""
    if actor.who not in STEER:
        raise NotAllowed(_("Cette page est pour les référents territoriaux et la direction de la formation."))


def target_for(wanted: Wanted) -> Target | None:
    """What the Region aimed at, for the whole region only: no target is set by basin, job or provider."""
    whole = not (wanted.basin or wanted.job or wanted.provider or wanted.employer)
    return current().figures.target_of(wanted.period.last.year) if whole else None


FIGURE_COLUMNS: Final[Sequence[Column[tuple[Answered, Line]]]] = (
    Column(lazy("Question"), lambda row: row[0].family.label),
    Column(lazy("Chiffre"), lambda row: row[1].figure.label),
    Column(lazy("Valeur"), lambda row: row[1].now.part),
    Column(lazy("Sur"), lambda row: row[1].now.whole),
    Column(lazy("En mots"), lambda row: row[1].now.words),
    Column(lazy("Période précédente"), lambda row: row[1].before.part),
    Column(lazy("Sur, période précédente"), lambda row: row[1].before.whole),
    Column(lazy("Objectif"), lambda row: row[1].target),
    Column(lazy("Définition"), lambda row: row[1].figure.definition),
    Column(lazy("Source"), lambda row: row[1].figure.source),
)


@require_safe
def figures(request: ActorRequest) -> HttpResponse:
    """Each question of the Region answered: now, the period before, the target, the definition and the list behind."""
    only_who_steers(request.actor)
    seen = queries.seen_by(request.actor)
    form = Filters(request.GET or None, seen)
    wanted = form.wanted
    rows = queries.chosen(seen, wanted)
    now = queries.sums(rows)
    before = queries.sums(queries.chosen(seen, wanted.before))
    target = target_for(wanted)
    answered = queries.answers(now, before, target.values if target else {})
    if (kind := tables.asked(request)) and not form.errors:
        lines = [(one, line) for one in answered for line in one.lines]
        return tables.download(kind, _("Chiffres DEFI"), FIGURE_COLUMNS, lines)
    details = queries.detail(rows, form.detailed_by)
    context = {
        "form": form,
        "active": bool(request.GET),
        "period": wanted.period,
        "answered": answered,
        "target": target,
        "charts": [way_of_people(now), jobs_in_time(now)],
        "by": queries.DIMENSIONS[form.detailed_by].label,
        "details": details[:IN_THE_CHART],
        "more": len(details) - IN_THE_CHART,
        "detail_chart": Chart(
            _("Opérations"), tuple(Bar(d.name, float(d.cells[0].part)) for d in details[:IN_THE_CHART])
        ),
        "heads": heads(),
        "late": queries.late_steps(rows).count(),
        "count": now["operations"],
    }
    return render(request, "steering/figures.html", context)


def heads() -> list[Any]:
    """The titles of the columns of the detail."""
    return [FIGURES[key].title for key in SHOWN]


def way_of_people(sums: Sums) -> Chart:
    """From the places to the job kept at six months: each in number, on one scale."""
    steps: tuple[tuple[Any, Number], ...] = (
        (_("Places"), sums["seats"]),
        (_("Entrées en formation"), sums["entered"]),
        (_("Entrées avec une promesse d'emploi"), sums["paired"]),
        (_("Arrivées au terme"), sums["completed"]),
        (_("Certification obtenue"), sums["certified"]),
        (_("Embauchées par l'entreprise de la promesse"), sums["hired_promised"]),
    )
    return Chart(_("Des places aux emplois"), tuple(Bar(label, float(number)) for label, number in steps))


def jobs_in_time(sums: Sums) -> Chart:
    """The share in a job among those who were reached, at each moment."""
    told = []
    for key, label in (("exit", _("À la sortie")), ("m3", _("À 3 mois")), ("m6", _("À 6 mois"))):
        rate = measured(FIGURES[f"{key}_working"], sums)
        words = _("%(percent)d %%") % {"percent": rate.percent} if rate.percent is not None else "—"
        n = int(rate.whole or 0)
        of = ngettext("%(label)s, sur %(n)d personne jointe", "%(label)s, sur %(n)d personnes jointes", n)
        told.append(Bar(of % {"label": label, "n": n}, float(rate.percent or 0), words))
    return Chart(_("En emploi, parmi les personnes jointes"), tuple(told), longest=100)


@require_safe
def figure_list(request: ActorRequest, figure: str) -> HttpResponse:
    """The rows that a figure counts, with the same filters as the page, exported exactly."""
    only_who_steers(request.actor)
    listed = lists.of(figure)
    if listed is None:
        raise Unknown(_("Cette liste n'existe pas."))
    seen = queries.seen_by(request.actor)
    form = Filters(request.GET or None, seen, detailed=False)
    found = listed.find(queries.chosen(seen, form.wanted))
    if (kind := tables.asked(request)) and not form.errors:
        return tables.download(kind, str(listed.title), listed.columns, found)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "form": form,
        "active": bool(request.GET),
        "period": form.wanted.period,
        "page": page,
        "lines": [_shown(listed, row) for row in page],
        "heads": [column.title for column in listed.columns],
    }
    return render(request, "steering/list.html", context)


def _shown(listed: lists.Listed, row: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """The operation a row leads to, and its cells with the title of their column."""
    return listed.operation(row), [(column.title, column.value(row)) for column in listed.columns]


def _detail_columns() -> Iterator[Column[Detail]]:
    """A column for each number of the detail, the whole of a share beside its part."""
    yield Column(lazy("Nom"), lambda row: row.name)
    for number, key in enumerate(SHOWN):
        yield Column(FIGURES[key].title, lambda row, n=number: row.cells[n].part)  # type: ignore[misc]
        if FIGURES[key].whole:
            title = lists.WHOLES[FIGURES[key].whole]
            yield Column(title, lambda row, n=number: row.cells[n].whole)  # type: ignore[misc]


DETAIL_COLUMNS: Final[Sequence[Column[Detail]]] = tuple(_detail_columns())


@require_safe
def detail(request: ActorRequest) -> HttpResponse:
    """The main figures of each basin, job, provider or step, whole, exported exactly."""
    only_who_steers(request.actor)
    seen = queries.seen_by(request.actor)
    form = Filters(request.GET or None, seen)
    wanted = form.wanted
    found = queries.detail(queries.chosen(seen, wanted), form.detailed_by)
    if (kind := tables.asked(request)) and not form.errors:
        return tables.download(kind, _("Chiffres DEFI en détail"), DETAIL_COLUMNS, found)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "active": bool(request.GET),
        "period": wanted.period,
        "page": page,
        "details": page.object_list,
        "heads": heads(),
        "by": queries.DIMENSIONS[form.detailed_by].label,
    }
    return render(request, "steering/detail.html", context)
