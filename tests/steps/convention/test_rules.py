"""Dates, title, who must sign, what is missing, back-planning."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.rulebook import current
from defi.steps.convention.rules import (
    TITLE_LENGTH,
    Candidate,
    SendFacts,
    SigningFacts,
    back_planning,
    convention_title,
    expected,
    free_to_leave,
    gone_employers,
    hour_fault,
    link_ending,
    missing_signatories,
    option_fault,
    send_gaps,
    signing_fault,
    title_fault,
    unusual_day,
)

START, END = date(2025, 11, 3), date(2026, 4, 10)
TODAY = date(2025, 10, 6)
REQUIRED = current().signatories
PROVIDER = Candidate(1, "Atelier du Loir", frozenset({"provider"}))
MISSION = Candidate(2, "Mission locale du Dunois", frozenset({"mission_locale"}))
AGENCY = Candidate(3, "France Travail Châteaudun", frozenset({"france_travail"}))
FIRM = Candidate(4, "Les Tilleuls", frozenset({"employer"}))
OTHER_FIRM = Candidate(5, "Service Plus", frozenset({"employer"}))
REGION = Candidate(6, "Région", frozenset({"region"}))
CHAMBER = Candidate(7, "Chambre de métiers", frozenset({"chamber"}))
EVERYBODY = [CHAMBER, PROVIDER, MISSION, AGENCY, FIRM, OTHER_FIRM, REGION]


@given(training=st.text(min_size=1, max_size=160), number=st.from_regex(r"[0-9-]{1,30}", fullmatch=True))
def test_the_title_always_carries_the_whole_number(training: str, number: str) -> None:
    title = convention_title(training, number)
    assert number in title
    assert len(title) <= TITLE_LENGTH


def test_a_title_without_number_says_what_to_do() -> None:
    assert "n'est pas encore noté" in title_fault("Aide à domicile", "")
    assert "24-118" in title_fault("Aide à domicile", "24-118")
    assert title_fault("Aide à domicile, session EOS n° 24-118", "24-118") == ""


def test_a_ceremony_is_to_come_and_before_the_end_of_the_training() -> None:
    assert "passé" in option_fault(TODAY - timedelta(days=1), today=TODAY, ends_on=END)
    assert "avant son terme" in option_fault(END + timedelta(days=1), today=TODAY, ends_on=END)
    assert option_fault(TODAY, today=TODAY, ends_on=END) == ""
    assert option_fault(END, today=TODAY, ends_on=END) == ""


@given(
    on=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    sent_on=st.dates(date(2025, 6, 1), END),
    today=st.dates(date(2025, 6, 1), date(2027, 1, 1)),
)
def test_a_signature_lies_between_the_sending_and_the_end_and_not_ahead(on: date, sent_on: date, today: date) -> None:
    fault = signing_fault(on, sent_on=sent_on, ends_on=END, today=today)
    assert (fault == "") is (sent_on <= on <= END and on <= today)


def test_nothing_is_signed_before_it_was_sent() -> None:
    assert "n'existait pas" in signing_fault(TODAY, sent_on=None, ends_on=END, today=TODAY)


def test_the_rulebook_asks_for_its_five_kinds_and_each_promising_firm() -> None:
    assert [c.organisation_id for c in expected(REQUIRED, EVERYBODY)] == [1, 2, 3, 4, 5, 6]


def test_nobody_is_missing_when_all_sign() -> None:
    assert missing_signatories(REQUIRED, EVERYBODY, {1, 2, 3, 4, 5, 6}) == ()


@pytest.mark.parametrize(
    ("absent", "said"),
    [
        (1, "Atelier du Loir"),
        (2, "Mission locale du Dunois"),
        (3, "France Travail Châteaudun"),
        (5, "Service Plus promet un emploi"),
        (6, "Région"),
    ],
)
def test_each_missing_signatory_is_named(absent: int, said: str) -> None:
    (sentence,) = missing_signatories(REQUIRED, EVERYBODY, {1, 2, 3, 4, 5, 6} - {absent})
    assert said in sentence


def test_one_mission_locale_of_two_is_enough_but_not_one_firm_of_two() -> None:
    second = Candidate(8, "Mission locale de Blois", frozenset({"mission_locale"}))
    signing = {1, 2, 3, 4, 5, 6}
    assert missing_signatories(REQUIRED, [*EVERYBODY, second], signing) == ()
    assert len(missing_signatories(REQUIRED, EVERYBODY, signing - {4})) == 1


def test_a_kind_that_takes_no_part_is_asked_for() -> None:
    sentences = missing_signatories(REQUIRED, [PROVIDER, REGION], {1, 6})
    assert len(sentences) == 3
    assert any("agence France Travail" in s for s in sentences)
    assert any("Aucun employeur" in s for s in sentences)


def test_whoever_left_the_operation_may_leave_the_list_and_one_that_is_asked_for_may_not() -> None:
    second = Candidate(8, "Mission locale de Blois", frozenset({"mission_locale"}))
    everybody = [*EVERYBODY, second]
    signing = [candidate.organisation_id for candidate in everybody]
    # One Mission locale of two is enough, and no rule asks for the chamber.
    assert free_to_leave(REQUIRED, everybody, signing) == {2, 8, CHAMBER.organisation_id}
    gone = 3
    present = [candidate for candidate in EVERYBODY if candidate.organisation_id != gone]
    assert gone in free_to_leave(REQUIRED, present, [1, 2, 3, 4, 5, 6])
    assert not free_to_leave(REQUIRED, EVERYBODY, [1, 2, 3, 4, 5, 6])


@given(
    kinds=st.lists(st.frozensets(st.sampled_from(REQUIRED), max_size=2), min_size=1, max_size=6),
    present=st.sets(st.integers(0, 5)),
)
def test_who_may_leave_leaves_the_list_lacking_nobody_more(kinds: list[frozenset[str]], present: set[int]) -> None:
    candidates = [Candidate(pk, f"Maison {pk}", one) for pk, one in enumerate(kinds) if pk in present]
    signing = list(range(len(kinds)))
    before = set(missing_signatories(REQUIRED, candidates, signing))
    free = free_to_leave(REQUIRED, candidates, signing)
    assert free >= set(signing) - present, "who left stays on the list"
    for one in signing:
        after = set(missing_signatories(REQUIRED, candidates, [pk for pk in signing if pk != one]))
        assert (one in free) == (after <= before)


def test_a_firm_that_promises_no_more_is_named() -> None:
    (sentence,) = gone_employers(["Service Plus"])
    assert "Service Plus ne promet plus d'emploi" in sentence


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("", {}),
        ("", {"reached": set()}),
        ("", {"address": ""}),
        ("removed", {"removed": True, "same_name": False}),
        ("delegated", {"delegated": True, "same_name": False}),
        ("another", {"same_name": False}),
        ("another", {"same_name": False, "reached": {"a@ici.example", "b@ici.example"}}),
        ("elsewhere", {"reached": {"b@ici.example"}}),
    ],
)
def test_a_dead_link_is_followed_by_another_only_in_the_same_hand_and_the_same_mailbox(said: str, facts: dict) -> None:
    usual = {
        "removed": False,
        "delegated": False,
        "same_name": True,
        "reached": {"a@ici.example"},
        "address": "a@ici.example",
    }
    assert link_ending(**{**usual, **facts}) == said


def test_the_sending_says_everything_that_is_missing_at_once() -> None:
    facts = SendFacts("", "Aide à domicile", ("Il manque la Région.",), ("Les Tilleuls",), 3)
    gaps = send_gaps(facts)
    assert len(gaps) == 3
    assert "Les Tilleuls" in gaps[-1]
    assert send_gaps(SendFacts("24-118", "Session 24-118", (), (), 6)) == ()


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2025, 11, 5), ""),
        (date(2025, 11, 11), "jour férié (Armistice)"),
        (date(2025, 11, 8), "un samedi"),
        (date(2025, 11, 9), "un dimanche"),
        (date(2025, 12, 25), "jour férié (Noël)"),
    ],
)
def test_a_ceremony_on_a_day_when_few_can_come_says_so(on: date, said: str) -> None:
    assert unusual_day(on) == said


@pytest.mark.parametrize(("at", "held"), [(time(2, 30), False), (time(7), True), (time(21), True), (time(22), False)])
def test_a_ceremony_begins_at_an_hour_when_people_come(at: time, held: bool) -> None:
    assert (hour_fault(at) == "") is held


def test_the_back_planning_dates_by_the_rulebook_and_is_done_by_facts() -> None:
    lines = {line.key: line for line in back_planning(current().deadlines, SigningFacts(START, END, eos_number=True))}
    assert lines["signing_options"].due_on == START - timedelta(days=28)
    assert lines["convention_draft"].due_on == START - timedelta(days=20)
    assert lines["signature"].due_on == END
    assert lines["signing_forward"].due_on is None
    assert lines["eos_entry"].done
    assert not lines["signing_options"].done


def test_a_line_is_late_when_its_day_is_past_and_it_is_not_done() -> None:
    (line,) = [x for x in back_planning(current().deadlines, SigningFacts(START, END)) if x.key == "convention_draft"]
    assert line.due_on == date(2025, 10, 14)
    assert not line.late(date(2025, 10, 14))
    assert line.late(date(2025, 10, 15))
