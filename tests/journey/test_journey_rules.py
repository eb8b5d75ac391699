"""Where an operation stands and whose turn it is, in sentences; and for any facts, a journey that can be shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.journey import after
from defi.journey.facts import (
    Facts,
    HeldSheet,
    MomentFacts,
    OpenSheet,
    Owed,
    SessionFacts,
    Waiting,
    WaitingPaper,
)
from defi.journey.queries import PARTIES
from defi.journey.rules import STEPS, journey
from defi.journey.steps import Step
from defi.journey.words import PARTY_LABELS, STEP_LABELS, TURN_WORDS
from defi.schemes.rulebook import current
from defi.web.turn_pages import PAGES, STEP_PAGES

BOOK = current()
PROVIDER, HOLDER, REGION, FIRM, MISSION = 10, 11, 1, 20, 30
OPENED, STARTS, ENDS = date(2025, 6, 2), date(2025, 11, 3), date(2026, 4, 10)
SEPTEMBER = date(2025, 9, 1)
PLANNED = SessionFacts(STARTS, ENDS, 10, "", None, None)
STARTED = replace(PLANNED, started_on=STARTS)
ENDED = replace(STARTED, ended_on=ENDS)
NEW = Facts(opened_on=OPENED, origin="needs", running=True, provider_id=None, holder_id=None, region_id=REGION)
ROUTED = replace(
    NEW, provider_id=PROVIDER, holder_id=HOLDER, route="existing", route_on=date(2025, 6, 10), needs_on=OPENED
)
DATED = replace(ROUTED, session=PLANNED, profile_on=OPENED)


def step(facts: Facts, key: str, today: date = SEPTEMBER) -> Step:
    return next(step for step in journey(BOOK, facts, today) if step.key == key)


def turns(facts: Facts, key: str, today: date = SEPTEMBER) -> list[tuple[str, str, int | None]]:
    return [(turn.key, turn.party, turn.organisation_id) for turn in step(facts, key, today).turns]


# Needs and route


def test_a_new_operation_waits_for_the_officer():
    assert (step(NEW, "needs").state, step(NEW, "route").state) == ("open", "open")
    assert turns(NEW, "needs") == [("need.group", "officer", REGION), ("public_profile.record", "officer", REGION)]
    assert turns(NEW, "route") == [("route.decide", "officer", REGION)]
    others = [s.state for s in journey(BOOK, NEW, SEPTEMBER)[2:]]
    assert set(others) == {"to_come"}


def test_a_proposal_needs_no_sheet_of_needs_first():
    proposed = replace(NEW, origin="proposal")
    assert (step(proposed, "needs").state, step(proposed, "needs").done_on) == ("done", OPENED)
    assert turns(proposed, "needs") == [("public_profile.record", "officer", REGION)]


@pytest.mark.parametrize(("tender", "key"), [("", "launch"), ("decided", "launch"), ("launched", "award")])
def test_a_tender_is_the_region_s_turn_until_it_is_awarded(tender, key):
    asked = replace(NEW, route="tender", route_on=OPENED, tender=tender)
    assert turns(asked, "route") == [(f"tender.{key}", "officer", REGION)]
    awarded = replace(asked, tender="awarded", tender_on=date(2025, 8, 20))
    assert (step(awarded, "route").state, step(awarded, "route").done_on) == ("done", date(2025, 8, 20))


@pytest.mark.parametrize("route", ["other_scheme", "postponed", "no_answer"])
def test_without_a_training_nobody_is_asked_for_a_plan(route):
    facts = replace(ROUTED, route=route)
    assert [s.key for s in journey(BOOK, facts, SEPTEMBER) if s.state == "open"] == []


# Design, preparation, EOS


def test_the_provider_fixes_the_session_and_begins_the_plan():
    assert turns(ROUTED, "design") == [("session.plan", "provider", PROVIDER), ("plan.start", "provider", PROVIDER)]
    assert turns(replace(DATED, plan="draft", plan_on=OPENED), "design") == [("plan.submit", "provider", PROVIDER)]


def test_a_plan_given_back_is_the_turn_of_its_provider_since_it_came_back():
    began = replace(DATED, plan="draft", plan_on=OPENED, plan_since=OPENED)
    assert [turn.since for turn in step(began, "design").turns] == [OPENED]
    given_back = replace(began, plan_since=SEPTEMBER)
    assert [turn.since for turn in step(given_back, "design").turns] == [SEPTEMBER]


def test_a_submitted_plan_is_the_turn_of_those_who_have_not_approved_it():
    waits = (Waiting("employer", FIRM), Waiting("officer", REGION))
    submitted = replace(DATED, plan="submitted", plan_on=SEPTEMBER, plan_waits=waits)
    assert turns(submitted, "design") == [("plan.approve", "employer", FIRM), ("plan.approve", "officer", REGION)]
    assert step(submitted, "design").due_on == STARTS - timedelta(days=63)
    approved = replace(submitted, plan_approved_on=SEPTEMBER)
    assert (step(approved, "design").state, step(approved, "design").turns) == ("done", ())


def test_the_preparation_wants_the_meeting_then_a_team_and_lines():
    assert turns(DATED, "preparation") == [("meeting.hold_preparatory", "provider", PROVIDER)]
    met = replace(DATED, preparatory_on=SEPTEMBER)
    assert turns(met, "preparation") == [("sourcing.plan_line", "provider", PROVIDER)]
    assert step(replace(met, team_named=True), "preparation").state == "open"
    whole = replace(met, team_named=True, sourcing_lines=2)
    assert (step(whole, "preparation").state, step(whole, "preparation").done_on) == ("done", SEPTEMBER)


def test_a_meeting_that_has_a_date_is_due_that_day():
    assert step(DATED, "preparation").due_on == STARTS - timedelta(days=56)
    assert step(replace(DATED, preparatory_planned_on=SEPTEMBER), "preparation").due_on == SEPTEMBER


def test_eos_is_late_after_j_28():
    due = STARTS - timedelta(days=28)
    assert step(DATED, "eos").due_on == due
    assert not step(DATED, "eos").is_late(due)
    assert step(DATED, "eos").is_late(due + timedelta(days=1))
    done = step(replace(DATED, eos_on=SEPTEMBER), "eos")
    assert (done.state, done.is_late(STARTS)) == ("done", False)


# Pairing and start


def test_pairing_is_the_provider_s_turn_until_the_session_is_certifiable():
    short = replace(DATED, verdict="not_defi", paired=4)
    assert turns(short, "pairing") == [("pairing.pair", "provider", PROVIDER)]
    assert step(short, "pairing").turns[0].params == {"paired": 4, "seats": 10}
    assert step(replace(DATED, verdict="target", certifiable=True, paired=10), "pairing").state == "done"


def test_under_100_percent_the_officer_decides_while_the_provider_goes_on_pairing():
    between = replace(DATED, verdict="to_decide", paired=8)
    assert turns(between, "pairing") == [
        ("admission.decide", "officer", REGION),
        ("pairing.pair", "provider", PROVIDER),
    ]
    found = replace(between, session=STARTED, found_on=STARTS)
    assert turns(found, "pairing", STARTS) == [("admission.decide", "officer", REGION)]


@pytest.mark.parametrize(("certifiable", "state"), [(True, "done"), (False, "failed")])
def test_the_finding_ends_the_pairing_well_or_not(certifiable, state):
    found = replace(DATED, session=STARTED, found_on=STARTS, certifiable=certifiable, verdict="not_defi")
    assert (step(found, "pairing").state, step(found, "pairing").turns) == (state, ())


def test_the_start_is_to_come_then_due_then_done():
    assert step(DATED, "start", STARTS - timedelta(days=1)).state == "to_come"
    assert turns(DATED, "start", STARTS) == [("session.start", "provider", PROVIDER)]
    assert step(DATED, "start", STARTS + timedelta(days=1)).is_late(STARTS + timedelta(days=1))
    started = replace(DATED, session=STARTED)
    assert (step(started, "start").state, step(started, "start").done_on) == ("done", STARTS)
    assert turns(started, "start", ENDS) == [
        ("report.send", "provider", PROVIDER),
        ("session.end", "provider", PROVIDER),
    ]
    assert turns(replace(DATED, session=ENDED), "start", ENDS) == []


def test_a_report_is_due_each_period_from_the_preparatory_meeting_on():
    met = replace(DATED, preparatory_on=SEPTEMBER)
    (report,) = step(met, "start").turns
    assert (report.key, report.since, report.due_on) == ("report.send", SEPTEMBER, SEPTEMBER + timedelta(days=30))
    (again,) = step(replace(met, last_report_on=date(2025, 9, 20)), "start").turns
    assert again.due_on == date(2025, 10, 20)


# Convention


NUMBERED = replace(DATED, session=replace(PLANNED, eos_number="25001"), eos_on=SEPTEMBER)


def test_nothing_of_the_convention_is_asked_before_its_eos_number():
    waiting = step(DATED, "convention")
    assert (waiting.state, waiting.turns, waiting.due_on) == ("to_come", (), STARTS - timedelta(days=28))


def test_once_the_training_is_over_nobody_is_asked_for_a_convention_any_more():
    late = replace(NUMBERED, session=replace(STARTED, eos_number="25001"))
    assert step(late, "convention", ENDS).turns
    over = step(late, "convention", ENDS + timedelta(days=1))
    assert (over.state, over.turns) == ("failed", ())
    abandoned = step(replace(late, running=False), "convention", ENDS + timedelta(days=1))
    assert (abandoned.state, abandoned.turns) == ("to_come", ())


def test_the_date_of_the_ceremony_goes_from_hand_to_hand():
    asked = [("convention.send", "provider", PROVIDER)]
    assert turns(NUMBERED, "convention") == [("signing.propose", "provider", PROVIDER), *asked]
    proposed = replace(NUMBERED, options_on=SEPTEMBER)
    assert turns(proposed, "convention") == [("signing.forward", "officer", REGION), *asked]
    forwarded = replace(proposed, forwarded_on=SEPTEMBER)
    assert turns(forwarded, "convention") == [("signing.hold", "cabinet", REGION), *asked]
    held = replace(forwarded, held_on=SEPTEMBER)
    assert turns(held, "convention") == [("signing.save_the_date", "provider", PROVIDER), *asked]
    assert turns(replace(held, save_the_date_on=SEPTEMBER), "convention") == asked


def test_a_sent_convention_waits_for_each_signatory_and_for_the_invitations():
    waits = (Waiting("employer", FIRM), Waiting("prescriber", MISSION))
    sent = replace(DATED, held_on=SEPTEMBER, convention="sent", sent_on=SEPTEMBER, unsigned=waits)
    assert turns(sent, "convention") == [
        ("signing.save_the_date", "provider", PROVIDER),
        ("signing.invite", "cabinet", REGION),
        ("signatory.sign", "employer", FIRM),
        ("signatory.sign", "prescriber", MISSION),
    ]
    assert {t.due_on for t in step(sent, "convention").turns if t.key == "signatory.sign"} == {ENDS}
    signed = replace(sent, convention="signed", signed_on=date(2025, 10, 20), unsigned=())
    assert (step(signed, "convention").state, step(signed, "convention").done_on) == ("done", date(2025, 10, 20))


def test_an_amendment_is_sent_by_the_provider_then_signed_by_each_it_touches():
    signed = replace(DATED, convention="signed", signed_on=SEPTEMBER, amendment_on=SEPTEMBER)
    assert turns(signed, "convention") == [("amendment.send", "provider", PROVIDER)]
    waits = (Waiting("employer", 30, 4), Waiting("officer", REGION))
    sent = replace(signed, amendment_sent_on=SEPTEMBER, amendment_unsigned=waits)
    assert turns(sent, "convention") == [("amendment.sign", "employer", 30), ("amendment.sign", "officer", REGION)]
    assert step(sent, "convention").state == "done"


def test_a_cancelled_convention_is_awaited_again_since_that_day():
    cancelled = replace(NUMBERED, held_on=SEPTEMBER, save_the_date_on=SEPTEMBER, convention_cancelled_on=SEPTEMBER)
    (awaited,) = step(cancelled, "convention").turns
    assert (awaited.key, awaited.party, awaited.since) == ("convention.send", "provider", SEPTEMBER)


def test_the_back_planning_of_the_convention_is_late_at_its_first_date():
    assert step(NUMBERED, "convention").due_on == STARTS - timedelta(days=28)
    proposed = replace(NUMBERED, held_on=SEPTEMBER, save_the_date_on=SEPTEMBER)
    assert step(proposed, "convention").due_on == STARTS - timedelta(days=20)


# Bilan, closing, follow-up


def test_the_bilan_opens_two_weeks_before_the_end():
    started = replace(DATED, session=STARTED)
    assert step(started, "review", ENDS - timedelta(days=15)).state == "to_come"
    assert turns(started, "review", ENDS - timedelta(days=14)) == [("meeting.hold_review", "provider", PROVIDER)]
    assert step(started, "review", ENDS + timedelta(days=1)).is_late(ENDS + timedelta(days=1))


FOUND = replace(
    DATED, session=STARTED, found_on=STARTS, verdict="target", certifiable=True, convention="signed", signed_on=STARTS
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (FOUND, ("certificate.request", "provider", PROVIDER)),
        (replace(FOUND, certificate="requested"), ("certificate.decide", "officer", REGION)),
        (replace(FOUND, certificate="correction"), ("certificate.resubmit", "provider", PROVIDER)),
        (replace(FOUND, certificate="issued", issued_on=STARTS), ("claim.send", "holder", HOLDER)),
        (replace(FOUND, certificate="issued", claim="sent"), ("claim.decide", "paying_office", REGION)),
        (replace(FOUND, certificate="issued", claim="correction"), ("claim.resend", "holder", HOLDER)),
        (replace(FOUND, certificate="issued", claim="granted"), ("claim.pay", "paying_office", REGION)),
        (
            replace(FOUND, session=ENDED, review_on=ENDS, eos_closed_on=ENDS, certificate="issued", claim="paid"),
            ("operation.close", "officer", REGION),
        ),
        (
            replace(FOUND, session=ENDED, review_on=ENDS, certificate="refused"),
            ("eos.record_closed", "provider", PROVIDER),
        ),
        (
            replace(FOUND, session=ENDED, review_on=ENDS, eos_closed_on=ENDS, certificate="refused"),
            ("operation.close", "officer", REGION),
        ),
    ],
)
def test_the_closing_says_whose_turn_it_is(facts, expected):
    assert turns(facts, "closing", ENDS) == [expected]


WITHDRAW = ("certificate.withdraw", "officer", REGION)


@pytest.mark.parametrize("claim", ["", "correction", "granted"])
def test_a_certificate_that_says_former_facts_is_withdrawn_before_the_bonus_goes_on(claim):
    former = replace(FOUND, certificate="issued", issued_on=STARTS, claim=claim, former_facts_on=ENDS)
    assert turns(former, "closing", ENDS) == [WITHDRAW]
    # What amends the convention is signed first: it is asked at the convention.
    assert turns(replace(former, amendment_on=ENDS), "closing", ENDS) == []
    assert turns(replace(former, amendment_on=ENDS), "convention", ENDS) == [("amendment.send", "provider", PROVIDER)]
    lenient = replace(BOOK, claim_blocks=BOOK.claim_blocks - {"unchanged"})
    [turn] = after.closing(lenient, former, ENDS).turns
    assert turn.key.startswith("claim.")


def test_the_paying_office_may_still_answer_a_request_on_former_facts():
    sent = replace(FOUND, certificate="issued", claim="sent", former_facts_on=ENDS)
    assert turns(sent, "closing", ENDS) == [("claim.decide", "paying_office", REGION), WITHDRAW]


def test_withdrawn_for_its_former_facts_it_is_asked_again_and_otherwise_not():
    withdrawn = replace(FOUND, certificate="withdrawn", certificate_on=ENDS, claim="refused")
    again = replace(withdrawn, former_facts_on=ENDS)
    assert turns(withdrawn, "closing", ENDS) == []
    assert turns(again, "closing", ENDS) == [("certificate.request", "provider", PROVIDER)]
    assert turns(replace(again, amendment_on=ENDS), "closing", ENDS) == []
    assert turns(replace(again, certifiable=False), "closing", ENDS) == []


@pytest.mark.parametrize("claim", ["paid", "refused", "waived"])
def test_once_the_bonus_is_settled_nobody_is_asked_to_withdraw(claim):
    done = replace(FOUND, session=ENDED, review_on=ENDS, eos_closed_on=ENDS, certificate="issued", claim=claim)
    assert turns(replace(done, former_facts_on=ENDS), "closing", ENDS) == [("operation.close", "officer", REGION)]
    assert turns(replace(done, former_facts_on=ENDS, amendment_on=ENDS), "closing", ENDS) == []


def test_no_certificate_is_asked_before_the_conformity_and_the_signatures():
    for facts in (replace(FOUND, certifiable=False), replace(FOUND, signed_on=None)):
        assert (step(facts, "closing").state, turns(facts, "closing")) == ("to_come", [])


def test_a_session_that_was_not_defi_is_closed_all_the_same():
    failed = replace(DATED, session=ENDED, found_on=STARTS, verdict="not_defi", review_on=ENDS, eos_closed_on=ENDS)
    assert turns(failed, "closing", ENDS) == [("operation.close", "officer", REGION)]


def test_a_bonus_granted_before_the_closing_stays_asked_of_the_paying_office():
    granted = replace(FOUND, session=ENDED, review_on=ENDS, certificate="issued", claim="granted")
    closed = replace(granted, running=False, closed_on=ENDS)
    assert step(closed, "closing", ENDS).state == "done"
    assert turns(closed, "closing", ENDS) == [("claim.pay", "paying_office", REGION)]
    assert turns(replace(closed, claim="paid"), "closing", ENDS) == []


def test_sheets_that_are_not_locked_are_asked_of_who_leads_and_of_each_trainer_named():
    sheets = (OpenSheet(STARTS, 7), OpenSheet(STARTS + timedelta(days=1), None), OpenSheet(ENDS, 7))
    started = replace(DATED, session=STARTED, sheets=sheets)
    (turn,) = [t for t in step(started, "start", STARTS + timedelta(days=1)).turns if t.key == "sheet.settle"]
    assert (turn.party, turn.due_on, turn.params) == ("provider", STARTS, {"n": 2, "trainers": {"7": 1}})
    assert turns(replace(started, session=ENDED), "start", ENDS) == [("sheet.settle", "provider", PROVIDER)]


def test_signatures_that_contradict_each_other_are_asked_of_who_leads():
    held = (HeldSheet(11, 2, STARTS), HeldSheet(12, 1, ENDS))
    (turn,) = [t for t in step(replace(DATED, session=STARTED, held=held), "start", ENDS).turns if "signature" in t.key]
    assert (turn.key, turn.party, turn.due_on) == ("signature.settle", "provider", STARTS)
    assert turn.params == {"n": 3, "sheets": 2, "first": 11}


def test_who_did_not_come_is_called_and_why_people_were_absent_is_noted_while_the_session_runs():
    facts = replace(DATED, session=STARTED, not_called=2, unexplained=(ENDS, STARTS))
    turns = {turn.key: turn for turn in step(facts, "start", STARTS).turns}
    assert (turns["absentee.call"].params["n"], turns["absentee.call"].due_on) == (2, STARTED.started_on)
    assert (turns["absence.note"].params["n"], turns["absence.note"].since) == (2, STARTS)
    over = step(replace(facts, session=ENDED), "start", ENDS).turns
    assert not {"absentee.call", "absence.note"} & {turn.key for turn in over}


def test_papers_that_nobody_read_are_asked_of_who_leads_and_of_the_trainers_of_their_half_days():
    papers = (WaitingPaper(ENDS), WaitingPaper(STARTS, (7, 9)), WaitingPaper(ENDS, (7,)))
    (turn,) = [t for t in step(replace(DATED, session=ENDED, papers=papers), "start", ENDS).turns if "paper" in t.key]
    assert (turn.key, turn.party, turn.due_on) == ("paper.read", "provider", STARTS)
    assert turn.params == {"n": 3, "trainers": {"7": 2, "9": 1}}


def test_a_firm_is_asked_for_its_agreements_the_presence_it_saw_and_an_opinion():
    theirs = {"7": (1, 6)}
    owed = replace(
        DATED,
        session=STARTED,
        agreements=(Owed(FIRM, 2, ENDS, 5),),
        presences=(Owed(FIRM, 1, ENDS, 6, theirs),),
        opinions=(Owed(FIRM, 1, ENDS, 8),),
    )
    found = [t for t in step(owed, "start", STARTS).turns if t.party == "employer"]
    assert [t.key for t in found] == ["placement.sign", "placement.attend", "placement.evaluate"]
    assert [t.params for t in found][:2] == [{"n": 2, "first": 5}, {"n": 1, "first": 6, "tutors": {"7": [1, 6]}}]


def test_a_training_organisation_forgets_no_preparation_end_or_debrief_of_a_period():
    one = (Owed(0, 1, ENDS, 6),)
    owed = replace(DATED, session=STARTED, interrupted=one, preparations=one, endings=one, debriefs=one)
    found = [t for t in step(owed, "start", STARTS).turns if t.key.startswith("placement.")]
    assert {(t.key, t.party, t.organisation_id) for t in found} == {
        ("placement.settle", "provider", PROVIDER),
        ("placement.prepare", "provider", PROVIDER),
        ("placement.finish", "provider", PROVIDER),
        ("placement.debrief", "provider", PROVIDER),
    }


def test_once_the_training_is_over_each_firm_says_what_contracts_it_signed_closed_or_not():
    owed = replace(FOUND, session=ENDED, contracts=(Owed(FIRM, 3),), review_on=ENDS)
    assert turns(owed, "review", ENDS) == [("review.record_contract", "employer", FIRM)]
    assert turns(replace(owed, running=False, closed_on=ENDS), "review", ENDS) == turns(owed, "review", ENDS)
    assert turns(replace(owed, session=STARTED), "review", ENDS) == []
    assert turns(replace(owed, running=False), "review", ENDS) == []


def test_the_follow_up_outlives_the_closing():
    exit_due = MomentFacts("exit", ENDS, ENDS, 3, None)
    later = MomentFacts("m3", date(2026, 7, 10), date(2026, 7, 10), 3, None)
    closed = replace(FOUND, session=ENDED, running=False, closed_on=ENDS, moments=(exit_due, later))
    assert turns(closed, "followup", ENDS) == [("situation.record", "provider", PROVIDER)]
    assert [s.key for s in journey(BOOK, closed, ENDS) if s.turns] == ["followup"]
    known = replace(closed, moments=(replace(exit_due, missing=0, first_due_on=None), later))
    assert turns(known, "followup", ENDS) == [("followup.report", "provider", PROVIDER)]
    whole = tuple(replace(m, missing=0, first_due_on=None, reported_on=date(2026, 7, 20)) for m in closed.moments)
    done = step(replace(closed, moments=whole), "followup", date(2026, 7, 20))
    assert (done.state, done.done_on) == ("done", date(2026, 7, 20))


def test_who_left_early_is_followed_from_their_own_exit():
    left = MomentFacts("exit", date(2026, 1, 12), date(2026, 1, 12), 1, None)
    running = replace(FOUND, moments=(left,))
    assert turns(running, "followup", date(2026, 1, 11)) == []
    assert turns(running, "followup", date(2026, 1, 12)) == [("situation.record", "provider", PROVIDER)]


def test_an_abandoned_operation_asks_nothing_more():
    abandoned = replace(DATED, running=False)
    assert [s.key for s in journey(BOOK, abandoned, ENDS) if s.turns or s.state == "open"] == []


# For any facts

days = st.dates(date(2015, 1, 1), date(2045, 12, 31))
maybe_day = st.none() | days
ids = st.none() | st.integers(1, 50)
waiting = st.lists(st.builds(Waiting, st.sampled_from(sorted(PARTY_LABELS)), ids), max_size=3).map(tuple)
sessions = st.builds(SessionFacts, days, days, st.integers(1, 40), st.sampled_from(["", "123"]), maybe_day, maybe_day)
moments = st.lists(
    st.builds(MomentFacts, st.sampled_from(["exit", "m3", "m6"]), maybe_day, maybe_day, st.integers(0, 12), maybe_day),
    max_size=3,
).map(tuple)
owed = st.lists(st.builds(Owed, st.integers(1, 50), st.integers(1, 9), maybe_day, ids), max_size=2).map(tuple)
states = {
    "origin": ["needs", "proposal"],
    "route": ["", "existing", "adapted", "tender", "other_scheme", "postponed", "no_answer"],
    "tender": ["", "decided", "launched", "awarded"],
    "plan": ["", "draft", "submitted", "approved"],
    "verdict": ["", "target", "to_decide", "admitted", "not_defi"],
    "convention": ["", "draft", "sent", "signed"],
    "certificate": ["", "requested", "correction", "issued", "refused", "withdrawn"],
    "claim": ["", "sent", "correction", "granted", "refused", "paid", "waived"],
}
some_facts = st.builds(
    Facts,
    opened_on=days,
    running=st.booleans(),
    provider_id=ids,
    holder_id=ids,
    region_id=st.integers(1, 50),
    session=st.none() | sessions,
    team_named=st.booleans(),
    certifiable=st.booleans(),
    sourcing_lines=st.integers(0, 3),
    paired=st.integers(0, 40),
    people=st.integers(0, 40),
    plan_waits=waiting,
    unsigned=waiting,
    moments=moments,
    sheets=st.lists(st.builds(OpenSheet, days, ids), max_size=3).map(tuple),
    held=st.lists(st.builds(HeldSheet, st.integers(1, 50), st.integers(1, 9), days), max_size=3).map(tuple),
    papers=st.lists(st.builds(WaitingPaper, days), max_size=3).map(tuple),
    not_called=st.integers(0, 3),
    unexplained=st.lists(days, max_size=3).map(tuple),
    agreements=owed,
    presences=owed,
    opinions=owed,
    interrupted=owed,
    preparations=owed,
    endings=owed,
    debriefs=owed,
    contracts=owed,
    **{name: st.sampled_from(values) for name, values in states.items()},
    **{name: maybe_day for name in Facts.__dataclass_fields__ if name.endswith("_on") and name != "opened_on"},
)


@given(some_facts, days)
def test_any_facts_give_a_journey_that_can_be_shown(facts, today):
    told = journey(BOOK, facts, today)
    assert tuple(step.key for step in told) == tuple(STEPS)
    for step in told:
        assert step.state in {"done", "failed", "open", "to_come"}
        assert step.state != "open" or step.turns or step.key == "convention"
        for turn in step.turns:
            assert turn.key in TURN_WORDS
            assert turn.key in PAGES
            assert turn.party in PARTY_LABELS


@given(some_facts, days)
def test_an_ended_operation_asks_for_nothing_but_what_outlives_it(facts, today):
    ended = replace(facts, running=False)
    asked = {turn.key for step in journey(BOOK, ended, today) for turn in step.turns}
    assert asked <= {
        "situation.record",
        "followup.report",
        "review.record_contract",
        "claim.pay",
        "certificate.withdraw",
    }


@given(some_facts, days)
def test_the_same_facts_give_the_same_journey(facts, today):
    assert journey(BOOK, facts, today) == journey(BOOK, facts, today)


# Words


def test_each_step_has_its_words_and_its_page():
    assert tuple(STEP_LABELS) == tuple(STEPS)
    assert set(STEP_PAGES) == set(STEPS)


def test_each_turn_has_words_and_a_page_and_no_word_is_left_over():
    assert set(TURN_WORDS) == set(PAGES)


def test_each_party_that_can_be_asked_has_somebody_who_sees_it():
    seen = {party for parties in PARTIES.values() for party in parties}
    # A partner without a seat in the house signs by its link.
    assert seen == set(PARTY_LABELS) - {"partner"}
