"""Moments counted from each person's own exit, what a situation says, rates with their denominators."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.schemes.rulebook import Moment, current
from defi.steps.followup.changes import changed_since, told
from defi.steps.followup.models import Situation
from defi.steps.followup.rules import (
    Followed,
    Known,
    Outcome,
    Said,
    attempt_fault,
    due_on,
    moment_of,
    opens_on,
    promise_outcome,
    rates,
    report_faults,
    situation_faults,
)
from defi.steps.review.rules import Keeping, PromisedTerms, compare_told

BOOK = current()
EXIT, M3, M6 = BOOK.moments
LEFT, TODAY = date(2026, 4, 10), date(2026, 10, 20)


class TestDates:
    def test_the_rulebook_counts_from_the_exit(self):
        assert [due_on(LEFT, moment) for moment in BOOK.moments] == [LEFT, date(2026, 7, 10), date(2026, 10, 10)]

    def test_a_month_without_that_day_ends_earlier(self):
        assert due_on(date(2025, 8, 31), M6) == date(2026, 2, 28)

    def test_an_early_leaver_is_asked_earlier(self):
        assert due_on(date(2026, 3, 2), M3) == date(2026, 6, 2)

    def test_a_week_ahead_still_tells_but_never_before_the_exit(self):
        assert opens_on(LEFT, M3) == date(2026, 7, 3)
        assert opens_on(LEFT, EXIT) == LEFT

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 12))
    def test_it_opens_between_the_exit_and_the_date(self, left, months):
        moment = Moment("m", months, "")
        assert left <= opens_on(left, moment) <= due_on(left, moment)

    def test_an_unknown_moment_is_none_of_the_rulebook_s(self):
        assert moment_of(BOOK, "m3") is M3
        assert moment_of(BOOK, "m12") is None


class TestASituation:
    def faults(self, status="looking", on=TODAY, contract="", lasting=None, *, left=LEFT, attempts=0):
        said = Said(status, "phone", on, contract, lasting)
        return situation_faults(said, M6, left_on=left, attempts=attempts, today=TODAY)

    def test_it_is_noted_from_its_date_on(self):
        assert self.faults() == {}
        assert self.faults(on=date(2026, 10, 3)) == {}

    def test_not_too_early(self):
        sentence = self.faults(on=date(2026, 10, 2))["on"]
        assert "Trop tôt" in sentence
        assert "10\u00a0octobre" in sentence

    def test_not_in_the_future(self):
        assert "à venir" in self.faults(on=TODAY + timedelta(days=1))["on"]

    def test_not_while_in_training(self):
        assert "encore en formation" in self.faults(left=None)["moment"]

    def test_a_job_has_a_contract_and_says_whether_it_lasts(self):
        assert "contract" in self.faults("other_employer")
        assert "lasting" in self.faults("other_employer", contract="cdd")
        assert self.faults("other_employer", contract="cdd", lasting=False) == {}
        assert self.faults("promised_employer", contract="cdi") == {}

    def test_a_cdi_lasts_whatever_is_ticked(self):
        assert Said("promised_employer", "phone", TODAY, "cdi", False).is_lasting is True
        assert Said("looking", "phone", TODAY).is_lasting is None

    def test_somebody_without_a_job_has_no_contract(self):
        assert "contract" in self.faults("training", contract="cdi")

    def test_not_reached_needs_an_attempt(self):
        assert "tentative" in self.faults("not_reached")["status"]
        assert self.faults("not_reached", attempts=1) == {}


def test_an_attempt_is_dated_between_its_opening_and_today():
    assert attempt_fault(TODAY, M6, left_on=LEFT, today=TODAY) == ""
    assert "à venir" in attempt_fault(TODAY + timedelta(days=1), M6, left_on=LEFT, today=TODAY)
    assert "Trop tôt" in attempt_fault(date(2026, 10, 2), M6, left_on=LEFT, today=TODAY)
    assert "en formation" in attempt_fault(TODAY, M6, left_on=None, today=TODAY)


def person(name="Leïla M.", left=LEFT, status="", attempts=0, lasting=None):
    known = {"m6": Known(status, lasting)} if status else {}
    return Followed(name, left, known, {"m6": attempts})


class TestReporting:
    def faults(self, *people):
        return report_faults(people, M6, TODAY)

    def test_everybody_known_or_not_reached_after_an_attempt(self):
        assert self.faults(person(status="looking"), person(status="not_reached", attempts=2)) == []

    def test_each_missing_person_is_named(self):
        [sentence] = self.faults(person(status="looking"), person("Karim D."))
        assert sentence == "Karim D. : situation à noter."

    def test_whose_date_has_not_come_is_told_with_it(self):
        [sentence] = self.faults(person("Karim D.", left=date(2026, 6, 30)))
        assert "30\u00a0décembre\u00a02026" in sentence

    def test_somebody_still_in_training_holds_it_back(self):
        assert "encore en formation" in self.faults(person(left=None))[0]

    def test_nobody_means_nothing_to_report(self):
        assert "Personne" in self.faults()[0]


class TestRates:
    def test_employment_is_told_of_those_reached(self):
        people = [
            person(status="promised_employer", lasting=True),
            person(status="other_employer", lasting=False),
            person(status="business"),
            person(status="looking"),
            person(status="not_reached", attempts=1),
            person(),
            person(left=date(2026, 6, 30)),
            person(left=None),
        ]
        found = rates(people, M6, TODAY)
        assert (found.entered, found.due, found.reached, found.not_reached) == (8, 6, 4, 1)
        assert (found.working, found.lasting, found.promised, found.other_employer) == (3, 1, 1, 1)
        assert (found.training, found.looking) == (0, 1)

    @given(
        st.lists(
            st.sampled_from(["", "promised_employer", "other_employer", "business", "training", "not_reached"]),
            max_size=30,
        )
    )
    def test_parts_never_exceed_their_wholes(self, statuses):
        found = rates([person(status=status, attempts=1) for status in statuses], M6, TODAY)
        assert found.lasting <= found.working <= found.reached <= found.due <= found.entered
        assert found.reached + found.not_reached <= found.due


class TestThePromise:
    def outcome(
        self, promised=(10,), contracts=(), *, no_hire=False, statuses=(), complete=False, keeping=Keeping.KEPT
    ):
        kept = frozenset({keeping}) if set(promised) & set(contracts) else frozenset()
        return promise_outcome(
            Outcome(frozenset(promised), tuple(contracts), no_hire, frozenset(statuses), complete, kept)
        )

    @pytest.mark.parametrize(
        ("facts", "expected"),
        [
            ({"contracts": (10,)}, "kept"),
            ({"contracts": (10,), "keeping": Keeping.OTHERWISE}, "otherwise"),
            ({"contracts": (10,), "keeping": Keeping.BROKEN}, "not_kept"),
            ({"contracts": (10,), "keeping": Keeping.BROKEN, "statuses": ("promised_employer",)}, "not_kept"),
            ({"contracts": (10,), "keeping": Keeping.BROKEN, "complete": True}, "not_kept"),
            ({"contracts": (99,)}, "other_employer"),
            ({"contracts": (None,)}, "other_employer"),
            ({"statuses": ("other_employer",)}, "other_employer"),
            ({"contracts": (99, 10)}, "kept"),
            ({"no_hire": True}, "not_kept"),
            ({"complete": True, "statuses": ("looking",)}, "not_kept"),
            ({}, "pending"),
            ({"statuses": ("looking",)}, "pending"),
            ({"promised": ()}, "pending"),
            ({"promised": (), "contracts": (99,)}, "other_employer"),
        ],
    )
    def test_what_became_of_it(self, facts, expected):
        assert self.outcome(**facts) == expected


class TestChanges:
    @given(
        st.dictionaries(st.integers(1, 30), st.tuples(st.integers(1, 99), st.integers(1, 9)), max_size=8),
        st.data(),
    )
    def test_who_changed_is_exactly_whose_situation_the_report_did_not_tell(self, before, data):
        rows = {person: Situation(pk=100 * person + pk, version=version) for person, (pk, version) in before.items()}
        kept = told(rows.values())
        assert changed_since(kept, rows) == []
        moved = data.draw(st.sets(st.sampled_from(sorted(rows)))) if rows else set()
        now = {person: Situation(pk=row.pk, version=row.version + (person in moved)) for person, row in rows.items()}
        assert set(changed_since(kept, now)) == moved
        assert set(changed_since("", now)) == set(now)


@pytest.mark.parametrize(
    ("promised", "told_contract", "lasting", "keeping"),
    [
        ("cdi", "cdi", True, Keeping.KEPT),
        ("cdi", "cdd", True, Keeping.OTHERWISE),
        ("cdi", "cdd", False, Keeping.BROKEN),
        ("cdd", "cdi", True, Keeping.KEPT),
    ],
)
def test_a_job_that_is_only_told_is_compared_as_a_signed_one(promised, told_contract, lasting, keeping):
    terms = PromisedTerms(promised, months=None if promised == "cdi" else 7)
    assert compare_told(BOOK, terms, told_contract, lasting=lasting) == keeping
