"""The bilan, certification results and signed contracts: the rules read as sentences."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.operations.actions import Attendee
from defi.operations.models import Presence
from defi.schemes.rulebook import current
from defi.steps.review.rules import (
    ContractFacts,
    Expected,
    Keeping,
    Kept,
    PromisedTerms,
    PromiseSeen,
    certification_fault,
    compare,
    contract_faults,
    missing_at_review,
    promise_kept,
    twin_fault,
    unusual_day,
)

START, TODAY = date(2025, 11, 3), date(2026, 4, 20)
EXPECTED = Expected(trainees={1: "Leïla M.", 2: "Karim D."}, employers={10: "Les Tilleuls", 11: "Bel-Air"})


def somebody(quality, state="present", *, person=None, organisation=None):
    return Attendee(Presence.As(quality), organisation, person, Presence.State(state))


EVERYBODY = [
    somebody("trainee", person=1),
    somebody("trainee", "excused", person=2),
    somebody("trainer", organisation=5),
    somebody("employer", organisation=10),
    somebody("employer", "excused", organisation=11),
]


class TestWhoIsMissing:
    def test_nobody_when_each_is_present_or_excused(self):
        assert missing_at_review(EXPECTED, EVERYBODY) == []

    @pytest.mark.parametrize(("gone", "word"), [(0, "Leïla M."), (1, "Karim D."), (2, "formateur"), (4, "Bel-Air")])
    def test_whoever_is_not_recorded_is_named(self, gone, word):
        [sentence] = missing_at_review(EXPECTED, [a for n, a in enumerate(EVERYBODY) if n != gone])
        assert word in sentence

    def test_absent_is_not_excused(self):
        attendees = [*EVERYBODY[:4], somebody("employer", "absent", organisation=11)]
        assert "Bel-Air" in " ".join(missing_at_review(EXPECTED, attendees))

    def test_an_employer_counts_as_an_employer_only(self):
        attendees = [*EVERYBODY[:4], somebody("partner", organisation=11)]
        assert len(missing_at_review(EXPECTED, attendees)) == 1

    def test_a_bilan_with_everybody_excused_is_not_held(self):
        excused = [Attendee(a.quality, a.organisation_id, a.person_id, Presence.State.EXCUSED) for a in EVERYBODY]
        assert "Reportez-le" in missing_at_review(EXPECTED, excused)[0]

    @given(st.sets(st.integers(0, 4)))
    def test_it_is_complete_exactly_when_nobody_is_left_out(self, kept):
        faults = missing_at_review(EXPECTED, [EVERYBODY[n] for n in sorted(kept)])
        assert (faults == []) == (kept == {0, 1, 2, 3, 4})


class TestCertification:
    def fault(self, result="full", blocks="", on=TODAY):
        return certification_fault(result, blocks, on, starts_on=START, today=TODAY)

    def test_a_result_between_the_start_and_today_is_noted(self):
        assert self.fault() == {}
        assert self.fault(on=START) == {}

    def test_a_result_to_come_is_refused(self):
        assert "à venir" in self.fault(on=TODAY + timedelta(days=1))["on"]

    def test_a_result_before_the_start_is_refused(self):
        assert "précède" in self.fault(on=START - timedelta(days=1))["on"]

    def test_blocks_are_named_when_only_blocks_are_obtained(self):
        assert "blocks" in self.fault("blocks")
        assert self.fault("blocks", "CCP1, CCP2") == {}
        assert "blocks" in self.fault("full", "CCP1")


class TestContracts:
    def faults(self, **facts):
        base = {"contract": "cdi", "starts_on": date(2026, 4, 20), "employer_id": 10}
        return contract_faults(ContractFacts(**(base | facts)), training_starts_on=START, today=TODAY)

    def test_a_cdi_after_the_training_is_fine(self):
        assert self.faults() == {}

    def test_a_contract_may_start_during_the_training_but_not_before_it(self):
        assert self.faults(starts_on=START) == {}
        assert "avant la formation" in self.faults(starts_on=START - timedelta(days=1))["starts_on"]

    def test_a_start_in_more_than_a_year_is_a_slip(self):
        assert "plus d'un an" in self.faults(starts_on=TODAY + timedelta(days=367))["starts_on"]

    def test_a_cdi_has_no_end_and_a_cdd_has_one(self):
        assert "ends_on" in self.faults(ends_on=date(2027, 1, 1))
        assert "ends_on" in self.faults(contract="cdd")
        assert self.faults(contract="cdd", ends_on=date(2026, 12, 31)) == {}

    def test_the_end_comes_after_the_start(self):
        assert "après son début" in self.faults(contract="ctt", ends_on=date(2026, 4, 20))["ends_on"]

    @pytest.mark.parametrize("hours", ["0", "-3", "48.5", "350"])
    def test_hours_a_week_are_possible_ones(self, hours):
        assert "weekly_hours" in self.faults(weekly_hours=Decimal(hours))

    def test_an_employer_is_named(self):
        assert "employer_name" in self.faults(employer_id=None, employer_name=" ")
        assert self.faults(employer_id=None, employer_name="Aide & Cie") == {}

    def test_an_employer_is_chosen_or_written_not_both(self):
        said = self.faults(employer_name="Autre SARL")["employer_name"]
        assert "« Autre SARL »" in said
        assert "effacez ce nom" in said


class TestAContractTypedTwice:
    START = date(2026, 4, 20)

    def contract(self, kind="cdi", starts_on=START, ends_on=None, employer="Les Tilleuls"):
        return ContractFacts(kind, starts_on, ends_on, employer_name=employer)

    def test_a_second_one_without_end_with_the_same_employer_is_refused_with_the_date_of_the_first(self):
        for later in (-7, 0, 30, 700):
            twin = self.contract(starts_on=self.START + timedelta(days=later), employer=" les  tilleuls ")
            said = twin_fault(twin, [self.contract()])
            assert "CDI, Les Tilleuls, à partir du 20\xa0avril\xa02026" in said
            assert "Corriger" in said

    def test_a_dated_one_that_begins_the_same_day_is_refused_but_its_renewal_is_another_contract(self):
        first = self.contract("cdd", ends_on=date(2026, 7, 19))
        assert twin_fault(self.contract("cdd", ends_on=date(2026, 12, 31)), [first])
        renewal = self.contract("cdd", date(2026, 7, 20), date(2026, 12, 31))
        assert not twin_fault(renewal, [first])

    def test_another_kind_or_another_employer_is_another_contract(self):
        assert not twin_fault(self.contract("cdd", ends_on=date(2026, 7, 19)), [self.contract()])
        assert not twin_fault(self.contract(employer="Bel-Air"), [self.contract()])

    def test_one_that_ends_before_the_other_begins_is_another_contract(self):
        before = self.contract("apprenticeship", date(2026, 1, 5), date(2026, 4, 19))
        assert not twin_fault(before, [self.contract("apprenticeship")])
        assert twin_fault(
            self.contract("apprenticeship", date(2026, 1, 5), self.START), [self.contract("apprenticeship")]
        )


class TestThePromiseKept:
    OWN = PromiseSeen(1, 10, None)

    def test_a_contract_with_the_employer_of_the_persons_own_promise_keeps_it(self):
        assert promise_kept(10, self.OWN) == 1

    def test_the_place_of_work_keeps_the_promise_of_a_group_of_employers(self):
        assert promise_kept(77, PromiseSeen(3, 10, 77)) == 3

    def test_another_employer_even_of_the_operation_keeps_none(self):
        assert promise_kept(99, self.OWN) is None
        assert promise_kept(None, self.OWN) is None
        assert promise_kept(10, None) is None


class TestThePromiseComparedWithTheContract:
    SIX_MONTHS_AND_A_DAY = PromisedTerms("cdd", months=6, days=1, weekly_hours=Decimal(35))

    def signed(self, contract="cdd", ends_on=date(2026, 11, 1), hours=Decimal(35), starts_on=date(2026, 5, 1)):
        return ContractFacts(contract, starts_on, ends_on, hours)

    def kept(self, promised, signed):
        return compare(current(), promised, signed)

    def test_at_least_what_was_promised_keeps_it(self):
        for signed in (
            self.signed(),
            self.signed("cdi", None),
            self.signed(hours=Decimal(39)),
            self.signed(hours=None),
        ):
            assert self.kept(self.SIX_MONTHS_AND_A_DAY, signed) == Kept(Keeping.KEPT)

    def test_one_day_instead_of_six_months_and_a_day_does_not(self):
        kept = self.kept(self.SIX_MONTHS_AND_A_DAY, self.signed(ends_on=date(2026, 5, 2)))
        assert kept.keeping is Keeping.BROKEN
        assert kept.words == ("promesse non tenue : jusqu'au 2\xa0mai\xa02026, promis jusqu'au 1er\xa0novembre\xa02026")

    def test_a_lasting_contract_that_gives_less_keeps_it_otherwise_in_words(self):
        promised = PromisedTerms("cdi", starts_on=date(2026, 4, 20), weekly_hours=Decimal(35))
        kept = self.kept(promised, self.signed(hours=Decimal(24)))
        assert kept.keeping is Keeping.OTHERWISE
        assert kept.differences == (
            "CDD au lieu de CDI",
            "24 h par semaine, promis 35 h",
            "début le 1er\xa0mai\xa02026, promis le 20\xa0avril\xa02026",
        )

    def test_a_short_contract_that_was_promised_short_is_judged_by_its_own_length(self):
        short = PromisedTerms("cdd", months=3)
        assert self.kept(short, self.signed(ends_on=date(2026, 7, 31))).keeping is Keeping.KEPT
        assert self.kept(short, self.signed(ends_on=date(2026, 6, 30))).keeping is Keeping.BROKEN

    @given(st.sampled_from(["cdi", "cdd", "ctt"]), st.integers(1, 400), st.integers(1, 48), st.integers(1, 400))
    def test_the_contract_promised_word_for_word_is_always_kept(self, contract, days, hours, later):
        start = date(2026, 1, 1) + timedelta(days=later)
        end = None if contract == "cdi" else start + timedelta(days=days)
        promised = PromisedTerms(contract, starts_on=start, ends_on=end, weekly_hours=Decimal(hours))
        assert self.kept(promised, ContractFacts(contract, start, end, Decimal(hours))).keeping is Keeping.KEPT


def test_a_contract_that_ends_in_another_century_is_refused():
    facts = ContractFacts("cdd", date(2026, 4, 20), date(2126, 4, 19), employer_name="X")
    faults = contract_faults(facts, training_starts_on=date(2025, 11, 3), today=date(2026, 4, 10))
    assert "vérifiez l'année" in faults["ends_on"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 25), "férié"),
        (date(2026, 4, 11), "samedi"),
        (date(2026, 4, 12), "dimanche"),
        (date(2026, 4, 8), ""),
    ],
)
def test_a_bilan_on_a_day_when_few_may_come_is_warned_of(day, words):
    assert words in unusual_day(day)
    assert bool(unusual_day(day)) == bool(words)
