"""Prints the collective need on one page. Small counts of people are never printed: paper goes from hand to hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import TASK, Actor
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import Action
from defi.kernel.models import Document
from defi.schemes.rulebook import current
from defi.steps.needs.basins import BasinMap, basin_map
from defi.steps.needs.counts import PARTS
from defi.steps.needs.diagnosis import day_words
from defi.steps.needs.documents import COLLECTIVE_NEED, CollectiveNeedData
from defi.steps.needs.documents.collective_need import AskedLine, EmployerLine, FigureLine, PublicLine, TileCell
from defi.steps.needs.grid import ASKED, Grid, Row, Totals, contract_words
from defi.steps.needs.models import CollectiveNeed, Need, PublicProfile
from defi.steps.needs.pictures import bars, bars_words
from defi.steps.needs.publics import COUNT_LABELS, ProfileLine, Public, public
from defi.steps.needs.queries import gathering
from defi.steps.needs.reading import all_figures

MOST_ASKED = 14


def print_collective(act: Action, collective: CollectiveNeed) -> Document:
    """Within an action: the page as the need stands, kept as a document."""
    return keep(COLLECTIVE_NEED, collective_data(act.actor, collective), collective, act.now)


def collective_data(actor: Actor, collective: CollectiveNeed) -> CollectiveNeedData:
    """The facts of the collective need, as the document wants them."""
    seen = gathering(actor, collective)
    shown = all_figures(actor, collective)
    told = _for_anybody(collective)
    tension = basin_map(actor, "tension", collective.job, here=collective.basin_id)
    asked = list(islice(_asked(seen.grid), MOST_ASKED))
    return CollectiveNeedData(
        title=collective.title,
        job=collective.job.label,
        rome=collective.job.code_rome,
        basin=collective.basin.name,
        posts=seen.totals.posts,
        employers_count=seen.totals.employers,
        contracts=", ".join(seen.totals.contracts),
        places=", ".join(seen.totals.places),
        period=period_words(seen.totals),
        employers=tuple(_employer(need) for need in seen.needs if need.state != "withdrawn"),
        asked=tuple(asked),
        asked_more=seen.grid.competences - len(asked),
        public=tuple(_public(line) for line in told.given),
        public_total=told.total,
        public_absence=" ".join(f"{line.profile.organisation} : {line.profile.absence}" for line in told.declined),
        smallest=current().public_smallest,
        figures=tuple(FigureLine(f.label, f.value, f.source, f.on) for f in shown),
        notes=collective.diagnosis,
        notes_source=collective.diagnosis_source,
        notes_on=collective.diagnosis_on,
        bars=bars(shown),
        bars_words=bars_words(shown),
        tiles=tuple(_tiles(tension)),
        tiles_title=_tiles_title(tension),
    )


def period_words(totals: Totals) -> str:
    """When employers want to hire: from the first day wished to the last, and how many posts at once."""
    parts = []
    if totals.first and totals.last:
        first, last = day_words(totals.first), day_words(totals.last)
        parts.append(
            _("à partir du %(first)s") % {"first": first}
            if first == last
            else _("du %(first)s au %(last)s") % {"first": first, "last": last}
        )
    if totals.soon:
        parts.append(
            ngettext("%(n)d poste dès que possible", "%(n)d postes dès que possible", totals.soon) % {"n": totals.soon}
        )
    return ", ".join(parts)


def _for_anybody(collective: CollectiveNeed) -> Public:
    profiles = PublicProfile.objects.filter(collective=collective)
    return public(TASK, profiles.select_related("organisation", "recorded_by", "recorded_as"))


def _employer(need: Need) -> EmployerLine:
    return EmployerLine(
        employer=need.employer.name,
        posts=need.posts,
        contract=contract_words(need),
        place=str(need.commune or need.basin),
        wanted=day_words(need.wanted_from) if need.wanted_from else _("dès que possible"),
        offers=", ".join(need.offers),
    )


def _asked(grid: Grid) -> Sequence[AskedLine]:
    """The competences that somebody really needs, the most asked first."""
    rows = [(section, row) for section in grid.sections for row in section.rows if not row.is_dropped]
    return [
        AskedLine(row.label, section.label.lower().removesuffix("s"), _askers(grid, row))
        for section, row in sorted(rows, key=lambda found: -found[1].askers)
    ]


def _askers(grid: Grid, row: Row) -> str:
    """The firms that ask for a competence: all of them said in a word, else by name."""
    if row.askers == len(grid.employers) > 1:
        return _("toutes")
    return ", ".join(name for name, said in zip(grid.employers, row.cells, strict=True) if said == ASKED)


def _public(line: ProfileLine) -> PublicLine:
    known = [f"{COUNT_LABELS[name]} : {line.counts[name]}" for name in PARTS if line.counts[name]]
    details = ", ".join(known)
    if line.profile.adaptations:
        details = f"{details}. {line.profile.adaptations}" if details else line.profile.adaptations
    return PublicLine(str(line.profile.organisation), line.counts["could_enter"], details)


def _tiles(tension: BasinMap) -> list[TileCell]:
    return [TileCell(t.short, t.value, t.column, t.row, t.level, t.is_here) for t in tension.tiles]


def _tiles_title(tension: BasinMap) -> str:
    if not tension.tension_year:
        return _("Tension du métier par bassin : non connue")
    return _("Tension du métier par bassin, %(year)d (5 : la plus forte)") % {"year": tension.tension_year}
