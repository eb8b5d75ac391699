"""The ledger is the sum of the locked sheets and their corrections; nothing changes after the lock unseen."""

import random
import uuid
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factories
from browsing import browser, page
from defi.kernel import clock, sheets
from defi.kernel.access import Who
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Refused
from defi.steps.training import actions
from defi.steps.training.actions import Given
from defi.steps.training.half_days import Line, ledger
from defi.steps.training.models import Attendance, AttendanceSheet, SentSignature
from defi.steps.training.queries import ledger_page
from training.conftest import lock_after, note

TODAY = date(2025, 11, 4)
LINE = "training.attendance"
STATES = ["expected", "present", "absent", "excused"]


@given(st.lists(st.tuples(st.sampled_from(STATES), st.integers(30, 330), st.booleans())))
def test_the_ledger_is_the_sum_of_the_locked_lines_and_the_rest_waits(rows):
    centre = ledger([Line(*row) for row in rows], []).centre
    assert centre.done == sum(minutes for state, minutes, locked in rows if locked and state == "present")
    assert centre.missed == sum(minutes for state, minutes, locked in rows if locked and state in {"absent", "excused"})
    assert centre.planned == centre.done + centre.missed + centre.waiting


def a_move(stage, rng, number):
    """Something somebody might do on a sheet, which may be refused."""
    sheet = rng.choice(list(AttendanceSheet.objects.filter(session=stage.session)))
    who, state = rng.choice(stage.ids), rng.choice(STATES)
    everybody = {pk: rng.choice(STATES[1:]) for pk in stage.ids}
    at = datetime.combine(sheet.on, time(9, rng.randrange(60)), tzinfo=clock.PARIS)
    held = SentSignature.objects.exclude(fault="").order_by("?").first()
    moves = [
        lambda: actions.record_attendance(stage.trainer, sheet.pk, {who: state}),
        lambda: actions.record_attendance(stage.trainer, sheet.pk, everybody),
        lambda: actions.sign_as_trainer(stage.trainer, sheet.pk),
        lambda: lock_after(stage.trainer, sheet.pk),
        lambda: lock_after(stage.trainer, sheet.pk),
        lambda: actions.correct_attendance(stage.coordinator, sheet.pk, who, state=state, reason="Erreur de saisie."),
        lambda: actions.receive_signatures(stage.trainer, sheet.pk, [Given(uuid.UUID(int=number), who, at)]),
        lambda: actions.settle_signature(
            stage.coordinator, held.pk if held else 0, accept=rng.random() < 0.5, reason="Vu avec le formateur."
        ),
    ]
    with clock.at(at + timedelta(minutes=rng.randrange(120))):
        try:
            rng.choice(moves)()
        except Refused:
            return


def by_the_journal():
    """The state of each line as the journal alone tells it."""
    told = defaultdict(lambda: "expected")
    for entry in JournalEntry.objects.filter(object_type=LINE).order_by("id"):
        if "state" in entry.after:
            told[entry.object_id] = entry.after["state"]
    return told


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_done_the_ledger_equals_what_the_journal_tells_of_locked_sheets(running, seed):
    rng = random.Random(seed)
    with transaction.atomic():
        for on in (TODAY, date(2025, 11, 5)):
            running.sheet(on=on)
        for number in range(25):
            a_move(running, rng, number)
        told = by_the_journal()
        minutes = defaultdict(lambda: {"done": 0, "missed": 0})
        for line in Attendance.objects.select_related("sheet"):
            assert told[line.pk] == line.state
            if line.sheet.state == "locked":
                kind = "done" if told[line.pk] == "present" else "missed"
                minutes[line.candidacy_id][kind] += line.sheet.minutes
        for row in ledger_page(running.coordinator, running.operation).rows:
            kept = minutes[row.candidacy.pk]
            assert (row.ledger.centre.done, row.ledger.centre.missed) == (kept["done"], kept["missed"])
        corrected = {e.object_id for e in JournalEntry.objects.filter(verb="sheet.correct", object_type=LINE)}
        assert set(Attendance.objects.exclude(corrected_on=None).values_list("pk", flat=True)) <= corrected
        transaction.set_rollback(True)


def test_raw_sql_on_a_line_leaves_a_trace(running):
    sheet = running.sheet()
    line = sheet.lines.first()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE training_attendance SET state = 'absent' WHERE id = %s", [line.pk])
        cursor.execute("SELECT count(*) FROM training_attendanceevent WHERE pgh_obj_id = %s", [line.pk])
        assert cursor.fetchone() == (2,)


def settled(stage, sheet, states):
    note(stage, sheet, states)
    actions.sign_as_trainer(stage.trainer, sheet.pk)
    return lock_after(stage.trainer, sheet.pk)


def test_the_page_tells_each_trainee_and_the_whole(running):
    one, two, three = running.ids
    sheet = settled(running, running.sheet(), {one: "present", two: "absent", three: "excused"})
    running.sheet(half="afternoon")
    shown = page(browser(running.coordinator), "training:hours", running.operation.pk)
    assert "3 h 30" in " ".join(shown.split())
    actions.correct_attendance(running.coordinator, sheet.pk, two, state="present", reason="Il était au fond.")
    rows = {row.candidacy.pk: row for row in ledger_page(running.coordinator, running.operation).rows}
    assert (rows[two].ledger.centre.done, rows[two].ledger.centre.waiting, rows[two].corrected) == (210, 210, 1)
    assert "1 demi-journée corrigée" in " ".join(
        page(browser(running.officer), "training:hours", running.operation.pk).split()
    )


def test_the_ledger_is_taken_away_as_an_ods_that_says_the_same(running):
    one, two, three = running.ids
    settled(running, running.sheet(), {one: "present", two: "present", three: "absent"})
    url = reverse("training:hours", args=[running.operation.pk])
    answer = browser(running.coordinator).get(url, {"export": "ods"})
    assert "opendocument.spreadsheet" in answer["Content-Type"]
    table = sheets.read(answer.content, "heures.ods")
    done, missed = table.head.index("Centre, heures faites"), table.head.index("Centre, heures manquées")
    cells = {line.cells[0]: (line.cells[done], line.cells[missed]) for line in table.lines}
    assert cells["Ensemble"] == ("7", "3.5")
    assert sorted(cells.values()) == [("0", "3.5"), ("3.5", "0"), ("3.5", "0"), ("7", "3.5")]


def test_hours_are_for_the_provider_and_the_region_that_reads_people(running):
    here = running.operation.pk
    cabinet = factories.actor(Who.CABINET, factories.a_region(), factories.a_person("Cécile"))
    for actor in (running.tutor, running.as_trainee(0), running.stranger, cabinet):
        page(browser(actor), "training:hours", here, status=404)
    assert "Feuilles sur papier" not in page(browser(cabinet), "training:session", here)


def test_the_ledger_asks_as_many_questions_whatever_the_half_days(running):
    client, url = browser(running.coordinator), reverse("training:hours", args=[running.operation.pk])
    running.sheet()
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url)
    for n in range(1, 8):
        running.sheet(on=TODAY + timedelta(days=n), unusual_day=True)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) < 30
