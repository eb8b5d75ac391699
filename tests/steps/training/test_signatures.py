"""Signing at the hours, with the code of the room, on a device without network: nothing lost, nothing twice."""

import uuid
from datetime import date, datetime, time, timedelta
from itertools import permutations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from browsing import browser, page
from defi.journey.queries import my_turns
from defi.kernel import clock
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.schemes.rulebook import current
from defi.steps.sourcing.actions import leave_training
from defi.steps.training import actions
from defi.steps.training.actions import Given
from defi.steps.training.hours import code_shown
from defi.steps.training.models import Attendance, SentSignature
from defi.steps.training.signing import Arrival, code_at, code_fits, fault_of, merged, window
from defi.web.turn_pages import shown
from training.conftest import lock_after, no_name_in_the_journal

RULES = current().attendance
TODAY = date(2025, 11, 4)
HOURS = window(TODAY, time(9), 210, RULES)


def at(hour, minute=0, day=TODAY):
    return datetime.combine(day, time(hour, minute), tzinfo=clock.PARIS)


def key(n):
    return uuid.UUID(int=n)


def line(sheet, candidacy_id):
    return Attendance.objects.get(sheet=sheet, candidacy=candidacy_id)


def state(sheet):
    """Everything the signatures of a sheet made, whatever the numbers of the rows."""
    lines = sheet.lines.order_by("candidacy").values_list("candidacy", "state", "way", "signed_at")
    sent = sheet.sent.order_by("key").values_list("key", "candidacy", "made_at", "way", "fault", "accepted")
    return list(lines), list(sent)


# Rules


def test_a_half_day_is_signed_from_a_little_before_it_to_a_little_after():
    assert (HOURS.opens, HOURS.closes) == (at(8, 30), at(13))
    assert [HOURS.holds(when) for when in (at(8, 29), at(8, 30), at(13), at(13, 1))] == [False, True, True, False]


def test_the_code_of_the_room_lives_for_five_to_ten_minutes():
    shown = code_at("123456", 1, at(9, 2), RULES)
    assert len(shown) == 6
    assert code_at("123456", 1, at(9, 4), RULES) == shown
    good = [minute for minute in range(30) if code_fits(shown, "123456", 1, at(9, minute), RULES)]
    assert good == list(range(10))
    assert not code_fits(shown, "123456", 2, at(9, 2), RULES)
    assert not code_fits("", "123456", 1, at(9, 2), RULES)


@pytest.mark.parametrize(
    ("arrival", "fault"),
    [
        (Arrival(at(9), at(9)), ""),
        (Arrival(at(9), at(18)), ""),
        (Arrival(at(9), at(9), code_fits=False), "code"),
        (Arrival(at(8), at(9)), "hours"),
        (Arrival(at(14), at(14)), "hours"),
        (Arrival(at(9, 30), at(9)), "clock"),
        (Arrival(at(9), at(13, 1, TODAY + timedelta(days=2))), "late"),
        (Arrival(at(9), at(9), locked=True), "locked"),
        (Arrival(at(9), at(9), on_sheet=False), "line"),
        (Arrival(at(9), at(9), elsewhere=True), "firm"),
    ],
)
def test_what_is_wrong_with_a_signature_by_itself(arrival, fault):
    assert fault_of(arrival, HOURS, RULES) == fault


sent_ones = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.datetimes(), max_size=6)


@given(sent_ones, st.booleans(), st.randoms())
def test_the_signature_that_counts_is_the_first_given_whatever_the_order_of_arrival(sent, otherwise, random):
    shuffled = list(sent.items())
    random.shuffle(shuffled)
    found = merged(sent, settled_otherwise=otherwise)
    assert merged(dict(shuffled), settled_otherwise=otherwise) == found
    counted = [k for k, fault in found.items() if not fault]
    assert len(counted) == (1 if sent and not otherwise else 0)
    assert all(sent[k] == min(sent.values()) for k in counted)


# With the code of the room


def test_a_code_that_has_changed_or_is_of_another_room_is_refused(running):
    sheet, other = running.sheet(), running.sheet(half="afternoon")
    old = code_shown(sheet, at(8, 45))
    for code in (old, code_shown(other, at(9)), "000000"):
        with pytest.raises(Invalid, match="a changé"):
            actions.sign_sheet(running.as_trainee(0), sheet.pk, room_code=code)
    assert actions.sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_shown(sheet, clock.now()))


@pytest.mark.parametrize(("when", "said"), [(at(8, 15), "à partir de 08 h 30"), (at(13, 5), "passée")])
def test_nobody_signs_before_the_hours_or_after_them(running, when, said):
    sheet = running.sheet()
    with clock.at(when):
        with pytest.raises(WrongState, match=said):
            actions.sign_sheet(running.as_trainee(0), sheet.pk, room_code=code_shown(sheet, when))
        with pytest.raises(WrongState, match=said):
            actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(1))
    assert line(sheet, running.ids[0]).state == "expected"


def test_signatures_that_contradict_each_other_are_on_the_list_of_what_is_to_do_until_they_are_settled(running):
    sheet = running.sheet()
    actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(1))
    assert not my_turns(running.coordinator).filter(key="signature.settle").exists()
    given = [actions.Given(key(2), running.ids[0], at(9, 30)), actions.Given(key(3), running.ids[1], at(6))]
    actions.receive_signatures(running.trainer, sheet.pk, given)
    turn = my_turns(running.coordinator).get(key="signature.settle")
    assert (shown(turn).title, shown(turn).url) == (
        "Départager des signatures d'émargement (2)",
        reverse("training:sheet", args=[sheet.pk]),
    )
    assert "2 signatures à départager" in page(browser(running.trainer), "training:session", running.operation.pk)
    for held in SentSignature.objects.exclude(fault=""):
        actions.settle_signature(running.coordinator, held.pk, accept=False, reason="Deux appareils.")
    assert not my_turns(running.coordinator).filter(key="signature.settle").exists()


# In turn, on the trainer's device


def test_trainees_sign_one_after_the_other_on_the_trainer_s_device(running):
    sheet = running.sheet()
    sent = actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(1))
    signed = line(sheet, running.ids[0])
    assert (signed.state, signed.way, signed.signed_at, sent.fault) == ("present", "room", clock.now(), "")
    assert actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(1)).pk == sent.pk
    with pytest.raises(WrongState, match="déjà notée"):
        actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(2))
    assert no_name_in_the_journal(running)


def test_who_left_the_day_before_does_not_sign(running):
    sheet = running.sheet(on=date(2025, 11, 5))
    leave_training(running.coordinator, running.ids[0], code="personal_choice", on=TODAY)
    with clock.at(date(2025, 11, 5)):
        with pytest.raises(Unknown):
            actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(1))
        [held] = actions.receive_signatures(
            running.trainer, sheet.pk, [Given(key(1), running.ids[0], at(9, day=date(2025, 11, 5)))]
        )
    assert held.fault == "line"


def test_what_somebody_signed_in_the_room_is_not_written_over(running):
    sheet = running.sheet()
    actions.sign_in_turn(running.trainer, sheet.pk, running.ids[0], key=key(1))
    with pytest.raises(WrongState, match="après verrouillage"):
        actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: "absent"})


# Sent later


def test_what_a_device_kept_is_taken_once_however_often_it_is_sent(running):
    sheet = running.sheet()
    queue = [Given(key(n), running.ids[n], at(9, n)) for n in range(3)]
    with clock.at(at(17)):
        actions.receive_signatures(running.trainer, sheet.pk, queue[:2])
        actions.receive_signatures(running.trainer, sheet.pk, queue)
        before = state(sheet), JournalEntry.objects.count()
        actions.receive_signatures(running.trainer, sheet.pk, queue[::-1])
    assert (state(sheet), JournalEntry.objects.count()) == before
    assert [row.signed_at for row in sheet.lines.order_by("candidacy")] == [at(9), at(9, 1), at(9, 2)]


def test_the_queue_gives_the_same_state_in_any_order_and_any_number_of_times(running):
    """Two devices, one of which was ahead; somebody signed on both; somebody out of the hours; one absent by hand."""
    one, two, three = running.ids
    queue = [
        Given(key(1), one, at(9, 5)),
        Given(key(2), one, at(9, 2)),
        Given(key(3), two, at(7)),
        Given(key(4), two, at(9, 9)),
        Given(key(5), three, at(9, 1)),
    ]
    found = []
    for rank, order in enumerate(list(permutations(queue))[::17]):
        sheet = running.sheet(on=date(2025, 11, 5) + timedelta(days=rank), half="morning", unusual_day=True)
        shift = timedelta(days=rank + 1)
        moved = [Given(uuid.uuid5(g.key, str(rank)), g.candidacy_id, g.made_at + shift) for g in order]
        with clock.at(at(17) + shift):
            actions.record_attendance(running.trainer, sheet.pk, {three: "absent"})
            for given_now in [*moved, *moved[::-2], *moved[:3]]:
                actions.receive_signatures(running.trainer, sheet.pk, [given_now])
        lines = [(x.candidacy_id, x.state, x.signed_at and x.signed_at - shift) for x in sheet.lines.all()]
        sent = [(x.candidacy_id, x.made_at - shift, x.fault) for x in sheet.sent.order_by("candidacy", "made_at")]
        found.append((sorted(lines, key=str), sent))
    assert len(found) > 5
    assert all(one_state == found[0] for one_state in found)
    assert [fault for _who, _at, fault in found[0][1]] == ["", "other", "hours", "", "other"]


def test_a_contradiction_is_held_and_a_person_says_what_it_is_worth(running):
    sheet = running.sheet()
    actions.record_attendance(running.trainer, sheet.pk, {running.ids[0]: "absent"})
    [held] = actions.receive_signatures(running.trainer, sheet.pk, [Given(key(1), running.ids[0], at(9))])
    assert (held.fault, line(sheet, running.ids[0]).state) == ("other", "absent")
    actions.record_attendance(running.trainer, sheet.pk, dict.fromkeys(running.ids[1:], "absent"))
    actions.sign_as_trainer(running.trainer, sheet.pk)
    with pytest.raises(WrongState, match="à départager"):
        lock_after(running.trainer, sheet.pk)
    with pytest.raises(NotAllowed):
        actions.settle_signature(running.trainer, held.pk, accept=True, reason="Il était là.")
    with pytest.raises(Invalid):
        actions.settle_signature(running.coordinator, held.pk, accept=True, reason=" ")
    actions.settle_signature(running.coordinator, held.pk, accept=True, reason="Il est arrivé en retard.")
    signed = line(sheet, running.ids[0])
    assert (signed.state, signed.way, signed.signed_at) == ("present", "room", at(9))
    with pytest.raises(WrongState, match="déjà départagée"):
        actions.settle_signature(running.coordinator, held.pk, accept=False, reason="Encore.")
    assert lock_after(running.trainer, sheet.pk).state == "locked"


def test_a_signature_that_finds_the_sheet_locked_is_a_correction_when_accepted(running):
    sheet = running.sheet()
    actions.record_attendance(running.trainer, sheet.pk, dict.fromkeys(running.ids, "absent"))
    actions.sign_as_trainer(running.trainer, sheet.pk)
    lock_after(running.trainer, sheet.pk)
    one, two = actions.receive_signatures(
        running.trainer, sheet.pk, [Given(key(n), running.ids[n], at(9)) for n in range(2)]
    )
    assert {one.fault, two.fault} == {"locked"}
    actions.settle_signature(running.coordinator, one.pk, accept=True, reason="La tablette était sans réseau.")
    actions.settle_signature(running.coordinator, two.pk, accept=False, reason="Il n'est pas venu.")
    assert (line(sheet, running.ids[0]).state, line(sheet, running.ids[1]).state) == ("present", "absent")
    assert line(sheet, running.ids[0]).corrected_on == TODAY
    assert SentSignature.objects.count() == 2


def test_a_sheet_sent_three_days_late_is_kept_and_shown(running):
    sheet = running.sheet()
    with clock.at(date(2025, 11, 7)):
        [held] = actions.receive_signatures(running.trainer, sheet.pk, [Given(key(1), running.ids[0], at(9))])
    assert (held.fault, line(sheet, running.ids[0]).state) == ("late", "expected")


def test_a_trainee_sends_their_own_signature_only_and_its_code_is_that_of_its_moment(running):
    sheet = running.sheet()
    mine, theirs = running.ids[:2]
    code = code_shown(sheet, at(9, 3))
    with clock.at(at(12)):
        with pytest.raises(Unknown):
            actions.receive_signatures(running.as_trainee(0), sheet.pk, [Given(key(1), theirs, at(9, 3), code)])
        [wrong] = actions.receive_signatures(running.as_trainee(0), sheet.pk, [Given(key(2), mine, at(9, 30), code)])
        assert (wrong.fault, line(sheet, mine).state) == ("code", "expected")
        [good] = actions.receive_signatures(running.as_trainee(0), sheet.pk, [Given(key(3), mine, at(9, 3), code)])
    assert (good.fault, line(sheet, mine).way) == ("", "click")


def test_a_wrong_code_typed_without_network_is_told_and_answered_by_signing_rightly_in_any_order(running):
    sheet, other = running.sheet(), running.sheet(half="afternoon")
    me, one = running.as_trainee(0), running.ids[0]
    with clock.at(at(9, 10)):
        actions.receive_signatures(me, sheet.pk, [Given(key(1), one, at(9, 5), "000000")])
        shown = page(browser(me), "training:sheet", sheet.pk).replace("&#x27;", "'").replace("\u00a0", " ")
        assert "Le code tapé à 9 h 05, sans réseau, n'était pas celui de la salle" in shown
        assert "Le centre de formation la regarde" not in shown
        actions.sign_sheet(me, sheet.pk, room_code=code_shown(sheet, clock.now()), key=key(2))
    with clock.at(at(13, 40)):
        wrong = Given(key(3), one, at(13, 35), "000000")
        right = Given(key(4), one, at(13, 36), code_shown(other, at(13, 36)))
        for given in ([right], [wrong], [right, wrong]):
            actions.receive_signatures(me, other.pk, given)
    for each in (sheet, other):
        assert line(each, one).state == "present"
        assert each.sent.exclude(fault="").values_list("fault", "accepted").get() == ("code", False)
        assert "la personne a signé avec le bon code" in page(browser(running.trainer), "training:sheet", each.pk)


def test_a_wrong_code_of_who_did_not_sign_rightly_waits_for_a_person(running):
    sheet, one = running.sheet(), running.ids[0]
    with clock.at(at(9, 10)):
        actions.receive_signatures(running.as_trainee(0), sheet.pk, [Given(key(1), one, at(9, 5), "000000")])
        actions.record_attendance(running.trainer, sheet.pk, {one: "present"})
    assert SentSignature.objects.get().is_held


def test_a_stranger_sends_nothing(running):
    sheet = running.sheet()
    for actor in (running.stranger, running.as_trainee(0)):
        with pytest.raises((Unknown, NotAllowed)):
            actions.receive_signatures(actor, sheet.pk, [Given(key(1), running.ids[1], at(9))])
    with pytest.raises(NotAllowed):
        actions.receive_signatures(running.officer, sheet.pk, [Given(key(1), running.ids[1], at(9))])
    assert not SentSignature.objects.exists()
