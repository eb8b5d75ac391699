"""Nobody is in two places at once: whoever signs first, the other refuses, and the ledger counts the half-day once."""

import random
import uuid
from datetime import datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defi.kernel import clock
from defi.kernel.refusals import Refused, WrongState
from defi.steps.training import actions
from defi.steps.training.actions import Given
from defi.steps.training.company import HALVES as PARTS
from defi.steps.training.company import away_days, days_of, in_both
from defi.steps.training.hours import code_shown
from defi.steps.training.models import Attendance, CompanyPresence
from defi.steps.training.queries.sheets import sheet_rows
from training.conftest import lock_after
from training.periods import FIRST, HALVES, LAST, agreed, in_the_evening, there

MORNING = datetime.combine(FIRST, time(9), tzinfo=clock.PARIS)
WHY = "Erreur de saisie."

some_halves = st.frozensets(st.tuples(st.dates(), st.sampled_from(PARTS)))


@given(some_halves, some_halves)
def test_a_half_day_is_in_both_when_both_say_it(centre, firm):
    both = in_both(centre, firm)
    assert set(both) == {half for half in centre if half in firm}
    assert in_both(firm, centre) == both


@given(days=st.integers(0, 60), weekdays=st.sets(st.sampled_from("1234567"), min_size=1), hours=st.integers(0, 600))
def test_a_period_takes_the_days_worked_there_when_they_are_full_ones_and_no_other(days, weekdays, hours):
    last, worn = FIRST + timedelta(days=days), "".join(sorted(weekdays))
    worked = days_of(FIRST, last, worn)
    assert away_days(FIRST, last, worn, hours) == (set(worked) if hours >= 5 * len(worked) else set())


def firm_says(stage, state="present", hours=6):
    """Two days too short to leave the sheets; the firm signs the first morning."""
    placement = agreed(stage, hours=hours)
    with clock.at(MORNING):
        actions.sign_presence(stage.tutor, placement.pk, there(HALVES[0], state=state))
    return placement


def sent(stage, sheet, key=1):
    given_now = Given(uuid.UUID(int=key), stage.ids[0], clock.now())
    return actions.receive_signatures(stage.trainer, sheet.pk, [given_now])[0]


def test_who_is_signed_in_the_firm_is_not_signed_in_the_centre_by_any_way(running):
    sheet = running.sheet(on=FIRST)
    firm_says(running)
    me = running.ids[0]
    with clock.at(MORNING):
        with pytest.raises(WrongState, match="Votre présence en entreprise est déjà signée le 5 janvier 2026 au matin"):
            actions.sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_shown(sheet, MORNING))
        with pytest.raises(WrongState, match="déjà signée en entreprise le 5 janvier 2026 au matin"):
            actions.record_attendance(running.trainer, sheet.pk, {me: "present"})
        with pytest.raises(WrongState, match="corrigez d'abord sa période"):
            actions.sign_in_turn(running.trainer, sheet.pk, me, key=uuid.UUID(int=2))
        actions.record_attendance(running.trainer, sheet.pk, dict.fromkeys(running.ids[1:], "present") | {me: "absent"})
        actions.sign_as_trainer(running.trainer, sheet.pk)
        lock_after(running.trainer, sheet.pk)
        with pytest.raises(WrongState, match="corrigez d'abord sa période"):
            actions.correct_attendance(running.coordinator, sheet.pk, me, state="present", reason=WHY)
    assert Attendance.objects.get(sheet=sheet, candidacy=me).state == "absent"


def test_a_signature_sent_later_of_who_is_signed_in_the_firm_is_held_for_a_person(running):
    sheet = running.sheet(on=FIRST)
    placement = firm_says(running)
    with clock.at(MORNING):
        held = sent(running, sheet)
        assert (held.fault, held.is_held) == ("firm", True)
        with pytest.raises(WrongState, match="corrigez d'abord sa période"):
            actions.settle_signature(running.coordinator, held.pk, accept=True, reason=WHY)
        actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "absent", reason=WHY)
        actions.settle_signature(running.coordinator, held.pk, accept=True, reason=WHY)
        with pytest.raises(WrongState, match="corrigez d'abord la feuille"):
            actions.correct_presence(running.coordinator, placement.pk, HALVES[0], "present", reason=WHY)
    assert Attendance.objects.get(sheet=sheet, candidacy=running.ids[0]).state == "present"


def test_who_is_in_a_firm_every_monday_is_not_on_the_sheets_of_monday_and_is_on_those_of_tuesday(running):
    before = running.sheet(on=FIRST)
    agreed(running, weekdays="1", hours=14, ends_on=FIRST + timedelta(days=7))
    after = running.sheet(on=LAST)
    assert running.ids[0] not in before.lines.values_list("candidacy_id", flat=True)
    assert running.ids[0] in after.lines.values_list("candidacy_id", flat=True)


def test_a_presence_on_a_full_day_of_the_firm_is_an_objection(running):
    sheet = running.sheet(on=FIRST)
    with clock.at(in_the_evening(FIRST)):
        actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: "present"})
        agreed(running, weekdays="1", hours=14, ends_on=FIRST + timedelta(days=7))
        (row,) = sheet_rows(running.coordinator, running.session)
    assert "away" in {objection.kind for objection in row.objections}


def a_move(stage, rng, placement, sheets, sent_keys):
    half, me = rng.choice(HALVES[:2]), stage.ids[0]
    sheet, state = sheets[half], rng.choice(["present", "absent"])
    others = dict.fromkeys(stage.ids[1:], "present")
    moves = [
        lambda: actions.sign_presence(stage.tutor, placement.pk, {half: state}),
        lambda: actions.correct_presence(stage.coordinator, placement.pk, half, state, reason=WHY),
        lambda: actions.record_attendance(stage.trainer, sheet.pk, others | {me: rng.choice([state, "expected"])}),
        lambda: actions.sign_sheet(stage.as_trainee(0), sheet.pk, room_code=code_shown(sheet, clock.now())),
        lambda: sent_keys.append(sent(stage, sheet, rng.randrange(6) + 10 * sheet.pk).pk),
        lambda: actions.settle_signature(stage.coordinator, rng.choice(sent_keys or [0]), accept=True, reason=WHY),
        lambda: actions.sign_as_trainer(stage.trainer, sheet.pk) and lock_after(stage.trainer, sheet.pk),
        lambda: actions.correct_attendance(stage.coordinator, sheet.pk, me, state=state, reason=WHY),
    ]
    try:
        rng.choice(moves)()
    except Refused:
        return


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_whatever_is_done_no_half_day_of_a_person_counts_twice(running, seed):
    rng = random.Random(seed)
    with transaction.atomic():
        sheets = {(FIRST, part): running.sheet(on=FIRST, half=part) for part in PARTS}
        placement, sent_keys = agreed(running, hours=6), []
        for half in sheets:
            if rng.random() < 0.5:
                with clock.at(in_the_evening(FIRST)):
                    actions.sign_presence(running.tutor, placement.pk, {half: "present"})
        for _number in range(25):
            with clock.at(MORNING.replace(hour=rng.choice([9, 14]))):
                a_move(running, rng, placement, sheets, sent_keys)
            centre = Attendance.objects.filter(candidacy=running.ids[0], state="present")
            firm = CompanyPresence.objects.filter(placement=placement, state="present")
            there_and_here = set(centre.values_list("sheet__on", "sheet__half")) & set(firm.values_list("on", "half"))
            assert not there_and_here
        transaction.set_rollback(True)
