"""A presence that a correction says and that nobody signed: said as it is, everywhere."""

import pytest

from browsing import browser, page
from defi.kernel.refusals import Invalid, WrongState
from defi.steps.training import actions
from defi.steps.training.models import Attendance
from defi.steps.training.printing import attendance_data
from defi.steps.training.queries.sheets import sheet_page
from training.conftest import lock_after


def test_a_correction_says_present_without_inventing_a_signature(running):
    sheet = running.sheet()
    one, two, three = running.ids
    with pytest.raises(Invalid, match="après le verrouillage"):
        actions.record_attendance(running.trainer, sheet.pk, {one: "unsigned"})
    actions.record_attendance(running.trainer, sheet.pk, {one: "absent", two: "present", three: "present"})
    actions.sign_as_trainer(running.trainer, sheet.pk)
    lock_after(running.trainer, sheet.pk)
    why = "Vu en atelier par le formateur."
    shown = page(browser(running.coordinator), "training:correct", sheet.pk, one)
    assert "présent (corrigé, sans signature)" in shown
    actions.correct_attendance(running.coordinator, sheet.pk, one, state="unsigned", reason=why)
    line = Attendance.objects.get(sheet=sheet, candidacy=one)
    assert (line.state, line.way, line.signed_at) == ("present", "unsigned", None)
    sheet.refresh_from_db()
    assert "unsigned" in {objection.kind for objection in sheet_page(running.trainer, sheet).row.objections}
    assert "présent, sans signature" in page(browser(running.coordinator), "training:sheet", sheet.pk)
    ledger = page(browser(running.coordinator), "training:hours", running.operation.pk)
    assert "dont 1 présence sans signature" in ledger
    rows = attendance_data(running.operation, running.session, [sheet]).rows
    assert [row.cells[0].words for row in rows].count("présent, corrigé sans signature") == 1
    with pytest.raises(WrongState, match="déjà cela"):
        actions.correct_attendance(running.coordinator, sheet.pk, one, state="unsigned", reason=why)
    actions.correct_attendance(running.coordinator, sheet.pk, one, state="present", reason="Papier retrouvé.")
    line.refresh_from_db()
    assert line.way == "paper"
