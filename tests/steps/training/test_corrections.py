"""A presence that a correction says and that nobody signed: said as it is, everywhere."""

import uuid
from datetime import date, datetime

import pypdfium2
import pytest

from browsing import browser, page
from defi.kernel import clock
from defi.kernel.refusals import Invalid, WrongState
from defi.people.models import Person
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


def test_each_correction_says_who_when_why_and_what_stood_before_on_the_page_and_on_paper(running):
    sheet, one = running.sheet(), running.ids[0]
    with clock.at(datetime(2025, 11, 4, 8, 45, tzinfo=clock.PARIS)):
        actions.sign_in_turn(running.trainer, sheet.pk, one, key=uuid.uuid4())
    actions.record_attendance(running.trainer, sheet.pk, dict.fromkeys(running.ids[1:], "absent"))
    actions.sign_as_trainer(running.trainer, sheet.pk)
    lock_after(running.trainer, sheet.pk)
    for day, state, why in ((5, "absent", "Vue partir."), (6, "present", "Revenue.")):
        with clock.at(date(2025, 11, day)):
            actions.correct_attendance(running.coordinator, sheet.pk, one, state=state, reason=why)
    who = Person.objects.get(pk=running.coordinator.person_id)
    row = next(row for row in sheet_page(running.officer, sheet).lines if row.line.candidacy_id == one)
    assert [correction.sentence() for correction in row.corrections] == [
        f"corrigé le 5 novembre 2025 par {who} : « signé à 8 h 45 » devenu « absent ». Motif : Vue partir.",
        f"corrigé le 6 novembre 2025 par {who} : « absent » devenu « signé à 8 h 45 ». Motif : Revenue.",
    ]
    printed = words_of(actions.print_sheets(running.coordinator, running.session.pk, [sheet.pk]))
    for part in ("Corrections après verrouillage", "signé à 8 h 45", f"par {who}", "Vue partir"):
        assert part in printed
    # On a paper that goes round the room with half-days still to sign, why is left out.
    other = running.sheet(on=date(2025, 11, 7))
    week = words_of(actions.print_sheets(running.coordinator, running.session.pk, [sheet.pk, other.pk]))
    assert "signé à 8 h 45" in week
    assert "Vue partir" not in week


def words_of(document):
    with pypdfium2.PdfDocument(bytes(document.content)) as pdf:
        return " ".join(" ".join(one.get_textpage().get_text_range() for one in pdf).split())
