"""Fills and keeps the follow-up report: counts with their denominators, people by their initials."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from defi.kernel.access import Actor
from defi.kernel.clock import PARIS
from defi.kernel.documents.french import rate_words
from defi.kernel.documents.keeping import keep
from defi.kernel.models import Document
from defi.operations.models import Session
from defi.steps.closing.printing import person_name
from defi.steps.followup.documents import (
    FOLLOW_UP_REPORT,
    FollowUpReportData,
    PersonLine,
    Promise,
    Rate,
    Situation,
)
from defi.steps.followup.models import FollowUpReport
from defi.steps.followup.queries import Cell, FollowUpTable
from defi.steps.followup.rules import Rates

PROMISE_WORDS = {
    "kept": Promise.KEPT,
    "otherwise": Promise.OTHERWISE,
    "other_employer": Promise.OTHER_EMPLOYER,
    "not_kept": Promise.NOT_KEPT,
    "pending": Promise.PENDING,
}
COLUMNS = 3
"""The report has three columns: exit, 3 months, 6 months."""


def print_report(
    actor: Actor, report: FollowUpReport, session: Session, table: FollowUpTable, now: datetime
) -> Document:
    """The report of everything known today, sent for one moment."""
    operation = report.operation
    with override("fr"):
        data = FollowUpReportData(
            training=operation.title,
            eos_number=session.eos_number,
            provider=operation.provider.name if operation.provider else "",
            place=session.place,
            starts_on=session.started_on or session.starts_on,
            ends_on=session.ended_on or session.ends_on,
            seats=session.seats,
            entered=len(table.people),
            left_early=sum(person.left_early for person in table.people),
            certified=sum(person.certified for person in table.people),
            until=now.astimezone(PARIS).date(),
            rates=_rates(table),
            people=tuple(
                PersonLine(
                    initials=person.initials,
                    exit_on=person.left_on,
                    at_exit=_situation(person.cells, 0),
                    at_3_months=_situation(person.cells, 1),
                    at_6_months=_situation(person.cells, 2),
                    promised=person.promised,
                    kept=person.kept,
                    promise=PROMISE_WORDS[person.outcome],
                    left_early=person.left_early,
                )
                for person in table.people
            ),
            remarks=report.remarks,
            reported_by=person_name(actor),
            replaces=report.document.number if report.document else "",
        )
    return keep(FOLLOW_UP_REPORT, data, report, now)


def rate_lines(found: Rates) -> list[tuple[str, str]]:
    """The rates of a moment in words, each with its denominator."""
    counted = [
        (_("En emploi"), found.working, found.reached),
        (_("En emploi durable"), found.lasting, found.reached),
        (_("Chez l'employeur de la promesse"), found.promised, found.reached),
        (_("Chez un autre employeur"), found.other_employer, found.reached),
        (_("En formation"), found.training, found.reached),
        (_("En recherche d'emploi"), found.looking, found.reached),
    ]
    lines = [(label, _words(part, whole)) for label, part, whole in counted]
    return [*lines, (_("Non joints"), _not_reached(found))]


def _not_reached(found: Rates) -> str:
    """Nobody noted is nobody sought yet: that is not 0 %."""
    if found.due and not found.known:
        return _("pas encore notées")
    said, waiting = _words(found.not_reached, found.due), found.due - found.known
    if not waiting:
        return said
    return ngettext("%(said)s, %(n)d pas encore notée", "%(said)s, %(n)d pas encore notées", waiting) % {
        "said": said,
        "n": waiting,
    }


def _words(part: int, whole: int) -> str:
    return rate_words(part, whole) if whole else "—"


def _rates(table: FollowUpTable) -> tuple[Rate, ...]:
    columns = [rate_lines(moment.rates) for moment in table.moments][:COLUMNS]
    while len(columns) < COLUMNS:
        columns.append([(label, "") for label, _words in columns[0]])
    return tuple(
        Rate(label, columns[0][row][1], columns[1][row][1], columns[2][row][1])
        for row, (label, _words) in enumerate(columns[0])
    )


def _situation(cells: tuple[Cell, ...], position: int) -> Situation:
    if position >= len(cells):
        return Situation("", known=False)
    cell = cells[position]
    return Situation(cell.words, known=cell.state == "known")
