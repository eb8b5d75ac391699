"""EOS typed back; who entered; the end of the session."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

import factories
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import Actor, Who
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.models import Session
from defi.steps.pairing.models import Finding, Pairing
from defi.steps.sourcing.actions import enter_training, expect_again, leave_training, put_in_reserve, select_candidate
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions import call_absentee, end_session, facts_of, record_eos, start_session
from defi.steps.training.copying import remaining
from defi.steps.training.models import AbsenteeCall, EosEntry, SessionStart
from defi.steps.training.rules import EOS_LABELS
from training.conftest import entries

FIRST, LAST = date(2025, 11, 3), date(2026, 4, 10)


def record(stage, actor=None, **more):
    facts = {"number": "24-118-0932", "answered": facts_of(stage.session)} | more
    return record_eos(actor or stage.coordinator, stage.session.pk, **facts)


# EOS


def test_the_session_takes_the_number_that_eos_answered(eve):
    entry = record(eve)
    eve.session.refresh_from_db()
    assert eve.session.eos_number == entry.number == "24-118-0932"
    assert {e.object_type for e in entries("eos.record")} == {"training.eosentry", "operations.session"}
    assert not Mail.objects.filter(purpose__contains="eos_differs").exists()


def test_each_difference_must_be_explained_on_its_own_and_is_told_to_the_officer(eve):
    answered = replace(facts_of(eve.session), seats=5, defi_ticked=False)
    with pytest.raises(Invalid) as refusal:
        record(eve, answered=answered)
    assert set(refusal.value.fields) == {"why_seats", "why_defi_ticked"}
    assert "Places" in refusal.value.fields["why_seats"]
    with pytest.raises(Invalid) as refusal:
        record(eve, answered=answered, explanations={"seats": "EOS corrigera lundi."})
    assert set(refusal.value.fields) == {"why_defi_ticked"}
    assert EosEntry.objects.count() == 0
    said = {"seats": "EOS corrigera lundi.", "defi_ticked": "Case oubliée.", "ends_on": "pareil"}
    entry = record(eve, answered=answered, explanations=said)
    assert entry.explanations == {"seats": ["6", "EOS corrigera lundi."], "defi_ticked": ["cochée", "Case oubliée."]}
    mail = Mail.objects.get(purpose="training/mail/eos_differs")
    assert mail.address == "claire@region.example"
    assert "non cochée" in mail.body
    assert mail.body.index("EOS corrigera lundi.") < mail.body.index("Case oubliée.")


def test_what_was_explained_is_to_explain_again_once_the_session_says_something_else(eve):
    record(eve, answered=replace(facts_of(eve.session), seats=5), explanations={"seats": "EOS corrigera lundi."})
    entry = EosEntry.objects.get()
    [one] = remaining(eve.session, entry)
    assert one.why == "EOS corrigera lundi."
    eve.session.seats = 8
    [one] = remaining(eve.session, entry)
    assert one.why == ""


def test_a_corrected_answer_is_a_new_row_without_explanation(eve):
    record(eve, answered=replace(facts_of(eve.session), seats=5), explanations={"seats": "Erreur de saisie."})
    entry = record(eve, explanations={"seats": "plus rien à expliquer"})
    assert entry.explanations == {}
    assert EosEntry.objects.count() == 2


def test_the_same_answer_twice_changes_nothing_and_says_so(eve):
    record(eve)
    with pytest.raises(WrongState, match="déjà notée"):
        record(eve)
    assert EosEntry.objects.count() == 1


def test_a_number_of_another_session_is_refused(eve):
    record(eve)
    other = factories.a_session(factories.an_operation(eve.operation.provider), FIRST)
    with pytest.raises(Invalid) as refusal:
        record_eos(eve.coordinator, other.pk, number="24-118-0932", answered=facts_of(other))
    assert "number" in refusal.value.fields


@pytest.mark.parametrize("typed", ["24 118 0932", "241180932", " 24-118 0932 "])
def test_the_same_number_typed_with_spaces_or_without_dashes_is_no_new_number(eve, typed):
    record(eve)
    with pytest.raises(WrongState, match="déjà notée"):
        record(eve, number=typed)
    answered = replace(facts_of(eve.session), seats=5)
    entry = record(eve, number=typed, answered=answered, explanations={"seats": "EOS corrigera lundi."})
    eve.session.refresh_from_db()
    assert eve.session.eos_number == entry.number == "24-118-0932"
    other = factories.a_session(factories.an_operation(eve.operation.provider), FIRST)
    with pytest.raises(Invalid, match="autre session"):
        record_eos(eve.coordinator, other.pk, number=typed, answered=facts_of(other))


def test_another_number_is_confirmed_before_it_takes_the_place_of_the_one_the_session_bears(eve):
    record(eve)
    with pytest.raises(Invalid, match="porte le numéro 24-118-0932, et vous écrivez 24118932") as refusal:
        record(eve, number="24118932")
    assert list(refusal.value.fields) == ["renumbered"]
    record(eve, number="24-118-0933", renumbered=True)
    eve.session.refresh_from_db()
    assert eve.session.eos_number == "24-118-0933"


def test_the_page_asks_for_that_confirmation_only_then_and_says_what_the_number_was(eve):
    client, here = browser(eve.coordinator), eve.operation.pk
    shown = page(client, "training:eos", here)
    assert "renumbered" not in shown
    assert "facultatif" not in shown[shown.index("Numéro donné par EOS") :].split("Date de début")[0]
    assert shown.count('name="version"') == 1
    facts = facts_of(eve.session)
    typed = {name: getattr(facts, name) for name in ("seats", "hours_centre", "hours_company")}
    typed |= {"starts_on": facts.starts_on.isoformat(), "ends_on": facts.ends_on.isoformat(), "defi_ticked": "on"}
    post(client, "training:eos", here, number="24-118-0932", **typed)
    refused = post(client, "training:eos", here, answered=422, number="24-118-0933", **typed)
    assert 'name="renumbered"' in refused
    post(client, "training:eos", here, number="24-118-0933", renumbered="on", **typed)
    assert "Le numéro EOS était 24-118-0932, il est 24-118-0933" in page(client, "training:eos", here)


def test_who_did_not_come_is_asked_only_when_somebody_had_confirmed(eve):
    client, here = browser(eve.coordinator), eve.operation.pk
    with clock.at(FIRST):
        assert "pas venu ?" in page(client, "training:start", here)
        type(eve.people[0]).objects.filter(session=eve.session).update(state="selected", confirmed_on=None)
        assert "pas venu ?" not in page(client, "training:start", here)


@pytest.mark.parametrize("facts", [{"seats": -1}, {"hours_centre": 10_000}])
def test_numbers_out_of_bounds_are_refused(eve, facts):
    with pytest.raises(Invalid):
        record(eve, answered=replace(facts_of(eve.session), **facts), explanations=dict.fromkeys(EOS_LABELS, "x"))


def test_only_those_who_run_the_operation_type_eos(eve):
    with pytest.raises(NotAllowed):
        record(eve, actor=eve.officer)
    with pytest.raises(NotAllowed):
        record(eve, actor=eve.trainer)
    with pytest.raises(Unknown):
        record(eve, actor=eve.stranger)


def test_a_stale_page_does_not_overwrite_eos(eve):
    record(eve)
    with pytest.raises(Stale):
        record(eve, number="24-118-0933", version=1)


# Start


def start(stage, actor=None, **more):
    facts = {"on": FIRST, "entered": stage.ids} | more
    return start_session(actor or stage.coordinator, stage.session.pk, **facts)


def test_the_start_enters_people_fixes_the_finding_and_tells_the_officer(eve):
    with clock.at(FIRST):
        row = start(eve, entered=eve.ids[:2], absent=eve.ids[2:])
    assert row.entered == 2
    assert [Candidacy.objects.get(pk=pk).state for pk in eve.ids] == ["entered", "entered", "no_show"]
    assert Session.objects.get(pk=eve.session.pk).started_on == FIRST
    finding = Finding.objects.get(session=eve.session)
    assert (finding.found_on, finding.seats, finding.entered, finding.paired) == (FIRST, 6, 2, 0)
    mail = Mail.objects.get(purpose="training/mail/session_started")
    assert mail.address == "claire@region.example"
    assert "0 appairé" in mail.body


def test_who_is_in_neither_list_is_still_awaited(eve):
    with clock.at(FIRST):
        start(eve, entered=eve.ids[:2])
    assert Candidacy.objects.get(pk=eve.ids[2]).state == "confirmed"


def test_a_seat_freed_by_an_absent_is_taken_by_the_reserve_the_same_day(eve):
    people = [factories.a_candidate(eve.session, name) for name in ("Karim", "Lise", "Manon")]
    reserve = factories.a_candidate(eve.session, "Nadia", state="selected")
    with clock.at(FIRST):
        start(eve, entered=[*eve.ids[:2], *(p.pk for p in people), reserve.pk], absent=eve.ids[2:])
    assert Candidacy.objects.get(pk=reserve.pk).state == "entered"


@pytest.mark.parametrize(
    ("today", "on"), [(date(2025, 11, 2), FIRST), (FIRST, date(2025, 11, 2)), (date(2025, 11, 2), date(2025, 11, 2))]
)
def test_a_start_to_come_or_before_the_planned_date_is_refused(eve, today, on):
    with clock.at(today), pytest.raises(Invalid) as refusal:
        start(eve, on=on)
    assert "on" in refusal.value.fields
    assert not SessionStart.objects.exists()


def test_a_second_start_is_refused(running):
    with pytest.raises(WrongState, match="déjà constaté, le 3 novembre 2025"):
        start(running)
    assert SessionStart.objects.count() == 1


def test_a_start_with_nobody_is_refused(eve):
    with clock.at(FIRST), pytest.raises(Invalid, match="Personne n'est entré"):
        start(eve, entered=[])


def test_somebody_of_another_session_does_not_enter(eve):
    other = factories.a_session(factories.an_operation(eve.operation.provider), FIRST)
    foreign = factories.a_candidate(other, "Omar")
    with clock.at(FIRST), pytest.raises(Invalid, match="pas dans cette session"):
        start(eve, entered=[*eve.ids, foreign.pk])
    assert Candidacy.objects.get(pk=eve.ids[0]).state == "confirmed"


def test_somebody_cannot_be_both_there_and_absent(eve):
    with clock.at(FIRST), pytest.raises(Invalid) as refusal:
        start(eve, absent=eve.ids[:1])
    assert "absent" in refusal.value.fields


def test_somebody_only_oriented_does_not_enter_and_nothing_is_kept(eve):
    oriented = factories.a_candidate(eve.session, "Paul", state="oriented")
    with clock.at(FIRST), pytest.raises(WrongState):
        start(eve, entered=[*eve.ids, oriented.pk])
    assert not SessionStart.objects.exists()
    assert Candidacy.objects.get(pk=eve.ids[0]).state == "confirmed"


def test_the_start_belongs_to_those_who_run_the_operation(eve):
    with clock.at(FIRST):
        for actor in (eve.officer, eve.trainer, eve.tutor, eve.as_trainee(0), Actor(Who.PUBLIC)):
            with pytest.raises(NotAllowed):
                start(eve, actor=actor)
        with pytest.raises(Unknown):
            start(eve, actor=eve.stranger)


def test_a_stale_page_does_not_start_the_session(eve):
    record(eve)
    with clock.at(FIRST), pytest.raises(Stale):
        start(eve, version=1)


def test_each_entry_of_the_start_is_in_the_journal_under_one_action(running):
    row = entries("session.start")
    assert {e.object_type for e in row} == {"training.sessionstart", "operations.session"}
    assert {e.action_id for e in entries("candidacy.enter")} == {row[0].action_id}
    assert {e.action_id for e in entries("finding.fix")} == {row[0].action_id}


# End


def test_the_end_completes_those_still_there(running):
    with clock.at(date(2026, 1, 5)):
        leave_training(running.coordinator, running.ids[0], code="personal_choice")
    with clock.at(LAST + timedelta(days=1)):
        session = end_session(running.coordinator, running.session.pk, on=LAST)
    assert session.ended_on == LAST
    states = [(c.state, c.left_on) for c in Candidacy.objects.filter(pk__in=running.ids).order_by("pk")]
    assert states == [("left", date(2026, 1, 5)), ("completed", LAST), ("completed", LAST)]
    assert (
        "Le bilan est à tenir, puis vient la clôture." in Mail.objects.get(purpose="training/mail/session_ended").body
    )


def test_a_session_does_not_end_before_its_date_nor_in_the_future(running):
    with clock.at(LAST - timedelta(days=1)):
        for on in (LAST - timedelta(days=1), LAST):
            with pytest.raises(Invalid):
                end_session(running.coordinator, running.session.pk, on=on)


def test_a_session_ends_once_and_only_if_it_started(eve):
    with clock.at(LAST), pytest.raises(WrongState, match="n'a pas démarré"):
        end_session(eve.coordinator, eve.session.pk, on=LAST)


def test_a_second_end_is_refused(running):
    with clock.at(LAST):
        end_session(running.coordinator, running.session.pk, on=LAST)
        with pytest.raises(WrongState, match="déjà constatée"):
            end_session(running.coordinator, running.session.pk, on=LAST)


def test_the_end_belongs_to_those_who_run_the_operation(running):
    with clock.at(LAST), pytest.raises(NotAllowed):
        end_session(running.officer, running.session.pk, on=LAST)


def test_a_person_selected_may_enter_later_and_joins_the_open_sheets(running):
    late = factories.a_candidate(running.session, "Karim", state="met")
    sheet = running.sheet(on=date(2025, 11, 6))
    with clock.at(date(2025, 11, 5)):
        select_candidate(running.coordinator, late.pk)
        enter_training(running.coordinator, late.pk, on=date(2025, 11, 5))
    assert sheet.lines.filter(candidacy=late).exists()


# Who did not come


def test_who_did_not_come_is_called_and_the_reserve_is_proposed_to_a_person(eve):
    waiting = factories.a_candidate(eve.session, "Omar", state="met")
    put_in_reserve(eve.coordinator, waiting.pk)
    with clock.at(FIRST):
        start_session(eve.coordinator, eve.session.pk, on=FIRST, entered=eve.ids[:2], absent=eve.ids[2:])
        client = browser(eve.coordinator)
        shown = page(client, "training:session", eve.operation.pk)
        assert "1 personne est à appeler" in shown
        assert "1 place est libre : vous décidez" in shown
        assert "Omar" in shown
        post(client, "training:call", eve.ids[2], answered=422, on=FIRST)
        post(client, "training:call", eve.ids[2], on=FIRST, outcome="no_answer")
        shown = page(client, "training:session", eve.operation.pk)
    assert "ne répond pas" in shown
    assert "est à appeler" not in shown
    waiting.refresh_from_db()
    assert waiting.state == "reserve"


def test_only_who_was_awaited_is_called_and_only_after_the_start(eve):
    with pytest.raises(WrongState, match="n'a pas démarré"):
        call_absentee(eve.coordinator, eve.ids[0], outcome="comes")
    with clock.at(FIRST):
        start_session(eve.coordinator, eve.session.pk, on=FIRST, entered=eve.ids[:2])
        with pytest.raises(WrongState):
            call_absentee(eve.coordinator, eve.ids[0], outcome="comes")
        for outcome, on in (("maybe", FIRST), ("comes", date(2025, 11, 2)), ("comes", date(2025, 11, 4))):
            with pytest.raises(Invalid):
                call_absentee(eve.coordinator, eve.ids[2], outcome=outcome, on=on)
        for actor, refusal in ((eve.trainer, NotAllowed), (eve.officer, NotAllowed), (eve.stranger, Unknown)):
            with pytest.raises(refusal):
                call_absentee(actor, eve.ids[2], outcome="comes")
        call_absentee(eve.coordinator, eve.ids[2], outcome="comes")
    assert AbsenteeCall.objects.visible_to(eve.officer).count() == 1
    assert AbsenteeCall.objects.visible_to(eve.stranger).count() == 0


def test_who_comes_later_is_expected_again_with_their_pairing_in_one_step(eve):
    promise = factories.a_promise(eve.operation, eve.employer)
    factories.a_pairing(eve.people[2], promise)
    client = browser(eve.coordinator)
    with clock.at(FIRST):
        start_session(eve.coordinator, eve.session.pk, on=FIRST, entered=eve.ids[:2], absent=eve.ids[2:])
        assert "reprendre sa candidature" not in page(client, "training:session", eve.operation.pk)
        post(client, "training:call", eve.ids[2], on=FIRST, outcome="comes")
        assert "reprendre sa candidature" in page(client, "training:session", eve.operation.pk)
        post(client, "training:expect_again", eve.ids[2])
        back = Candidacy.objects.get(pk=eve.ids[2])
        assert back.state == "confirmed"
        assert back.confirmed_on is not None
        (living,) = Pairing.objects.filter(candidacy=back, state="active")
        assert living.post.promise_id == promise.pk
        assert Mail.objects.filter(purpose="pairing/mail/paired_again", address="rose@tilleuls.example").exists()
        assert "reprendre sa candidature" not in page(client, "training:session", eve.operation.pk)
        # Once more changes nothing: they are expected already.
        post(client, "training:expect_again", eve.ids[2])
        assert Pairing.objects.filter(candidacy=back).count() == 2
        enter_training(eve.coordinator, back.pk, on=FIRST)


def test_a_post_given_to_somebody_else_is_not_taken_back_from_them(eve):
    promise = factories.a_promise(eve.operation, eve.employer)
    factories.a_pairing(eve.people[2], promise)
    with clock.at(FIRST):
        start_session(eve.coordinator, eve.session.pk, on=FIRST, entered=eve.ids[:2], absent=eve.ids[2:])
        factories.a_pairing(Candidacy.objects.get(pk=eve.ids[0]), promise)
        call_absentee(eve.coordinator, eve.ids[2], outcome="comes")
        assert expect_again(eve.coordinator, eve.ids[2]).state == "confirmed"
    assert not Pairing.objects.filter(candidacy=eve.ids[2], state="active").exists()
    assert not Mail.objects.filter(purpose="pairing/mail/paired_again").exists()
