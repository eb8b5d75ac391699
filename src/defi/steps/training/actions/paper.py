"""What is printed: the EOS copy sheet and the attendance sheets, kept as they were made."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from defi.kernel.access import Actor
from defi.kernel.documents.keeping import keep
from defi.kernel.journal import acting
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid
from defi.steps.training.actions.locks import lock_session
from defi.steps.training.documents import ATTENDANCE_SHEET, EOS_SHEET, MOST_HALF_DAYS
from defi.steps.training.models import AttendanceSheet, PrintedSheet
from defi.steps.training.printing import attendance_data, eos_data


def print_eos(actor: Actor, session_id: int) -> Document:
    """The sheet to copy into EOS, as the session stands and as EOS last answered."""
    with acting(actor, "eos.print") as act:
        operation, session = lock_session(act, session_id)
        document = keep(EOS_SHEET, eos_data(operation, session), session, act.now)
        act.note(session, document=document.number)
        return document


def print_sheets(actor: Actor, session_id: int, sheet_ids: Sequence[int]) -> Document:
    """One to ten half-days on one paper: to be signed when still open, as they were signed when locked."""
    with acting(actor, "sheet.print") as act:
        operation, session = lock_session(act, session_id)
        known = AttendanceSheet.objects.visible_to(actor).exclude(state="cancelled")
        sheets = list(known.filter(session=session, pk__in=sheet_ids))
        if not sheets or len(sheets) != len(set(sheet_ids)):
            raise Invalid(_("Choisissez des feuilles de cette session."))
        if len(sheets) > MOST_HALF_DAYS:
            raise Invalid(_("Une feuille imprimée porte au plus %(n)d demi-journées.") % {"n": MOST_HALF_DAYS})
        row = sheets[0] if len(sheets) == 1 else session
        document = keep(ATTENDANCE_SHEET, attendance_data(operation, session, sheets), row, act.now)
        for sheet in sheets:
            act.create(
                PrintedSheet,
                operation=operation,
                document=document,
                sheet=sheet,
                training=operation.title,
                eos_number=session.eos_number,
            )
        act.note(row, document=document.number)
        return document
