"""Fills and keeps the yearly report and the sheet of an operation, with the pictures of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.documents.keeping import keep
from defi.kernel.models import Document
from defi.operations.models import Operation, Session
from defi.reference.words import plain
from defi.schemes.rulebook import rulebook
from defi.steering import yearly
from defi.steering.charts import Bar, Chart
from defi.steering.documents import (
    OPERATION_SHEET,
    YEARLY_REPORT,
    FigureLine,
    OperationSheetData,
    PlaceLine,
    PlaceTable,
    PrintedChart,
    Question,
    YearlyReportData,
)
from defi.steering.figures import Figure
from defi.steering.models import FigureRow, PublishedYear
from defi.steering.publishing import MOMENTS
from defi.steering.yearly import PLACES, Answer, Line, Year
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.pairing.models import Promise

TITLES: Final = {"basin": "Par bassin d'emploi", "job": "Par métier", "provider": "Par organisme"}
BY_PLACE: Final = ("operations", "seats", "entered", "certified", "hired_promised", "m6_working")

ON_SHEET: Final = ("filled", "paired", "left_early", "certified", "hired_promised")


def keep_yearly_report(published: PublishedYear, now: datetime) -> Document:
    """The report of a year that was just published. Must run inside an action."""
    year = yearly.Year(published.content)
    everything = year.members({})
    with override("fr"):
        answers = year.answers(everything)
        data = YearlyReportData(
            year=str(published.year),
            taken_on=published.published_on,
            smallest=published.smallest,
            operations=len(everything),
            questions=tuple(_question(answer, published.smallest) for answer in answers),
            charts=tuple(printed(chart) for chart in charts_of(answers)),
            places=tuple(_table(year, name) for name in PLACES),
        )
        return keep(YEARLY_REPORT, data, published, now)


def printed(chart: Chart) -> PrintedChart:
    """The chart for a document."""
    return PrintedChart(chart.title, chart.svg, chart.text)


def charts_of(answers: list[Answer]) -> list[Chart]:
    """The charts of published figures: what is not published is said so beside an empty bar; none of nothing else."""
    known = {line.figure.key: line for answer in answers for line in answer.lines}
    working = [
        (_("À la sortie"), "exit_working"),
        (_("À 3 mois"), "m3_working"),
        (_("À 6 mois"), "m6_working"),
    ]
    people = [
        (_("Entrées avec une promesse d'emploi"), "paired"),
        (_("Certification obtenue"), "certified"),
        (_("Parties avant la fin"), "left_early"),
    ]
    drawn = (
        (_("Les stagiaires, parmi les personnes entrées"), people),
        (_("En emploi, parmi les personnes jointes"), working),
    )
    return [
        Chart(title, tuple(_bar(label, known[key]) for label, key in shares), 100)
        for title, shares in drawn
        if any(known[key].number for _label, key in shares)
    ]


def _bar(label: str, line: Line) -> Bar:
    if line.number is None or line.number.percent is None:
        return Bar(label, 0, words_of(line))
    of = _("%(label)s (sur %(n)s)") % {"label": label, "n": line.number.whole}
    return Bar(of, float(line.number.percent), _("%(percent)d %%") % {"percent": line.number.percent})


def words_of(line: Line) -> str:
    """The value of a published figure, or that it is not published."""
    return line.number.words if line.number else _("non publié")


def why_not(line: Line, smallest: int) -> str:
    """Why a figure is not published of these operations; empty when it is."""
    if line.number:
        return ""
    if line.of_the_year:
        return _("compté avec d'autres opérations, et publié pour l'ensemble de l'année")
    return _("un groupe de moins de %(n)d personnes pourrait s'en déduire") % {"n": smallest}


def _figure(line: Line, smallest: int) -> FigureLine:
    return FigureLine(str(line.figure.label), str(line.figure.definition), words_of(line), why_not(line, smallest))


def _question(answer: Answer, smallest: int) -> Question:
    return Question(str(answer.family.label), tuple(_figure(line, smallest) for line in answer.lines))


def _table(year: Year, name: str) -> PlaceTable:
    return PlaceTable(TITLES[name], heads(), tuple(place_lines(year, name, {})))


def heads() -> tuple[str, ...]:
    """The titles of the columns of a table by basin, job or provider."""
    return tuple(str(figure.title) for figure in _by_place())


def _by_place() -> list[Figure]:
    known = {figure.key: figure for family in yearly.published_families() for figure in family.figures}
    return [known[key] for key in BY_PLACE]


def place_lines(year: Year, name: str, wanted: Mapping[str, int]) -> list[PlaceLine]:
    """A table by basin, job or provider of the operations wanted, in the order of the names."""
    places = {int(key): year.members({**wanted, name: int(key)}) for key in year.names[name] if int(key)}
    # Number 0 asks for no place in particular: who has none is what is left of the whole.
    places[0] = year.members(wanted).difference(*places.values())
    lines = []
    for key, label in sorted(year.names[name].items(), key=lambda pair: plain(pair[1])):
        if held := places[int(key)]:
            told = year.lines(_by_place(), held)
            lines.append(PlaceLine(label or _("sans organisme"), tuple(words_of(line) for line in told)))
    return lines


def keep_sheet(operation: Operation, row: FigureRow, now: datetime) -> Document:
    """The sheet of an operation, as it stands. Must run inside an action, in the scope of a task."""
    session = Session.objects.filter(operation=operation).order_by("number").first()
    firms = (
        Promise.objects.filter(operation=operation).exclude(state="withdrawn").values_list("employer__name", flat=True)
    )
    certificate = ComplianceCertificate.objects.filter(operation=operation, state="issued").first()
    with override("fr"):
        people, why = _people_of(operation)
        kept = row.promised - row.withdrawn
        chart = Chart(
            "Places et emplois promis",
            (Bar("Places financées par la Région", row.seats), Bar("Emplois promis, non retirés", kept)),
        )
        data = OperationSheetData(
            training=operation.title,
            job=operation.job.label,
            basin=operation.basin.name,
            provider=operation.provider.name if operation.provider else "",
            starts_on=session.starts_on if session else None,
            ends_on=session.ends_on if session else None,
            place=session.place if session else "",
            seats=row.seats,
            hours_centre=session.hours_centre if session else 0,
            hours_company=session.hours_company if session else 0,
            firms=tuple(sorted(set(firms), key=plain)),
            promised=kept,
            withdrawn=row.withdrawn,
            convention=_("signée par tous") if row.signed else _("en préparation"),
            certificate=_("délivrée, n° %(number)s") % {"number": certificate.number}
            if certificate
            else _("pas encore"),
            chart=printed(chart),
            people=people,
            why=why,
        )
        return keep(OPERATION_SHEET, data, operation, now)


def _on_sheet(told: list[Line]) -> list[Line]:
    """The main figures and the last moment told: more would not fit on the page."""
    known = {line.figure.key: line for line in told}
    last = next((key for key in reversed(MOMENTS) if f"{key}_working" in known), "")
    return [known[key] for key in (*ON_SHEET, f"{last}_working", f"{last}_unreached") if key in known]


def _people_of(operation: Operation) -> tuple[tuple[FigureLine, ...], str]:
    """What is published of the trainees of this operation alone, and why the rest is not."""
    smallest = rulebook(operation.scheme, operation.rulebook_version).figures.smallest
    years = PublishedYear.objects.filter(region=operation.region_id, state="published")
    for published in years.filter(content__operations__contains=[{"id": operation.pk}]):
        told = _on_sheet(yearly.Year(published.content).told_of(operation.pk))
        shown = tuple(replace(_figure(line, smallest), label=str(line.figure.title)) for line in told)
        return shown, _(
            "Un chiffre qui porterait sur moins de %(n)d personnes n'est pas publié. Chiffres de l'année %(year)d."
        ) % {"n": smallest, "year": published.year}
    return (), _(
        "Les chiffres des stagiaires sont publiés avec ceux de l'année, une fois celle-ci finie, et jamais pour moins "
        "de %(n)d personnes."
    ) % {"n": smallest}
