"""What a session holds as evidence of attendance: its locked sheets as they are printed, the ledger of hours.

Indicator 12. Source: law.md 4.3 and 4.5."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import groupby

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import Actor
from defi.kernel.documents.engine import render
from defi.kernel.documents.french import short_date
from defi.operations.models import Operation, Session
from defi.steps.training.documents import ATTENDANCE_SHEET
from defi.steps.training.documents.attendance_sheet import MOST_HALF_DAYS
from defi.steps.training.models import AttendanceSheet
from defi.steps.training.printing import attendance_data
from defi.steps.training.queries import ledger_page
from defi.steps.training.queries.sheets import without_paper
from defi.steps.training.views.hours import COLUMNS
from defi.web.evidence_held import Dossier, Made, Table, lack

INDICATOR = 12
# A copy of what is locked, with corrections: nothing is signed in ink on it, so that its pages bear no code to scan.
COPY = replace(ATTENDANCE_SHEET, paged=False)


def of_attendance(held: Dossier, actor: Actor, operation: Operation, session: Session | None) -> None:
    """The sheets, by week, made when the archive is; and the ledger."""
    if session is None:
        return
    locked = AttendanceSheet.objects.visible_to(actor).filter(session=session, state="locked")
    in_order = sorted(locked, key=lambda sheet: (sheet.on, sheet.half == "afternoon", sheet.pk))
    for week, rows in groupby(in_order, key=lambda sheet: sheet.on.isocalendar()[:2]):
        of_week = list(rows)
        for start in range(0, len(of_week), MOST_HALF_DAYS):
            held.made[INDICATOR].append(_made(operation, session, week, of_week[start : start + MOST_HALF_DAYS]))
    lack(
        held,
        INDICATOR,
        without_paper(actor, session),
        "%(n)d feuille dit des signatures sur papier, et son papier signé n'est pas déposé.",
        "%(n)d feuilles disent des signatures sur papier, et leur papier signé n'est pas déposé.",
    )
    ledger = ledger_page(actor, operation).rows
    held.tables[INDICATOR].append(
        Table(
            _("Relevé des heures par stagiaire"),
            tuple(str(column.title) for column in COLUMNS),
            [tuple(column.value(row) for column in COLUMNS) for row in ledger],
        )
    )


def _made(operation: Operation, session: Session, week: tuple[int, int], sheets: list[AttendanceSheet]) -> Made:
    year, number = week
    label = _("Feuilles d'émargement verrouillées, du %(first)s au %(last)s") % {
        "first": short_date(sheets[0].on),
        "last": short_date(sheets[-1].on),
    }
    name = f"emargement-{year}-s{number:02d}-{sheets[0].pk}.pdf"
    return Made(name, label, sheets[-1].on, partial(_copy, operation, session, sheets))


def _copy(operation: Operation, session: Session, sheets: list[AttendanceSheet]) -> bytes:
    now = clock.now()
    number = _("copie du %(day)s") % {"day": f"{now.astimezone(clock.PARIS):%d/%m/%Y}"}
    data = attendance_data(operation, session, sheets)
    return render(COPY, data, number=number, code="", verify_url="", now=now).pdf
