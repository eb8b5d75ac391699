"""No certificate before target or admission, no bonus below the minimum: the rules, then random histories."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defi.schemes.conformity import Counts, Decision, conformity
from defi.schemes.rulebook import current
from defi.steps.closing.checks import checks
from defi.steps.closing.evidence import Facts
from defi.steps.closing.rules import (
    ClosingFacts,
    amount_fault,
    claim_faults,
    closing_gaps,
    issue_faults,
    payment_fault,
)

BOOK = current()
S, E, TODAY = date(2025, 11, 3), date(2026, 4, 10), date(2026, 5, 1)
MINIMUM = {6: 6, 7: 6, 8: 6, 9: 6, 10: 7, 11: 8, 12: 9, 13: 9, 14: 10, 15: 11}
RUNNING = Facts(today=TODAY, starts_on=S, ends_on=E, started_on=S)


def judged(seats, people, paired, decision=None):
    return conformity(BOOK.conformity, Counts(seats, people, paired), decision=decision)


def issue(found, *, signed=True, found_on=S):
    facts = replace(RUNNING, conformity=found, found_on=found_on, convention_signed_on=S if signed else None)
    return issue_faults(found, found_on, checks(BOOK, facts))


class TestTheCertificate:
    def test_it_is_issued_from_the_start_when_conforming_and_signed(self):
        assert issue(judged(10, 10, 10)) == []

    def test_not_before_the_finding_of_the_start(self):
        assert "démarré" in issue(judged(10, 10, 10), found_on=None)[0]
        assert issue(None)

    def test_not_before_the_officer_decided(self):
        assert "Décidez d'abord l'admission" in issue(judged(12, 12, 10))[0]
        assert issue(judged(12, 12, 10, Decision(True, 10, 12))) == []

    def test_not_for_a_session_that_is_not_defi(self):
        [sentence] = issue(judged(13, 13, 8))
        assert "il manque 1 personne" in sentence
        assert issue(judged(12, 12, 10, Decision(False, 10, 12)))

    def test_not_before_the_convention_is_signed(self):
        [sentence] = issue(judged(10, 10, 10), signed=False)
        assert "convention" in sentence

    def test_conformity_holds_even_in_a_rulebook_that_forgets_it(self):
        found = judged(13, 13, 8)
        loose = replace(BOOK, certificate_blocks=frozenset())
        facts = replace(RUNNING, conformity=found, found_on=S)
        assert issue_faults(found, S, checks(loose, facts))


class TestTheClaim:
    def faults(self, kind="interim", *, certificate="issued", found=None, order="BC-1", **facts):
        found = found or judged(10, 10, 10)
        facts = replace(RUNNING, conformity=found, found_on=S, **facts)
        return claim_faults(
            kind, certificate=certificate, conformity=found, checks=checks(BOOK, facts), order_number=order
        )

    def test_an_acompte_may_be_asked_from_the_start(self):
        assert self.faults() == {}

    @pytest.mark.parametrize("state", ["", "requested", "correction", "refused", "withdrawn"])
    def test_not_without_a_certificate_in_force(self, state):
        assert "attestation" in self.faults(certificate=state)[""]

    def test_not_below_the_minimum_even_with_a_certificate(self):
        assert "pas DEFI" in self.faults(found=judged(13, 13, 8))[""]

    def test_the_solde_waits_for_the_end_and_the_bilan(self):
        assert "La fin de la session" in self.faults("balance")["kind"]
        assert "bilan" in self.faults("balance", ended_on=E)["kind"]
        assert self.faults("balance", ended_on=E, review_held_on=E) == {}

    def test_a_bon_de_commande_is_needed(self):
        assert "order_number" in self.faults(order="  ")

    def test_it_says_on_what(self):
        assert "kind" in self.faults("gift")


class TestMoney:
    def test_the_rulebook_s_amount_is_not_changed_at_payment(self):
        assert amount_fault(Decimal("3000.00"), None) == ""
        assert amount_fault(Decimal("3000.00"), Decimal("3000")) == ""
        assert "ne se modifie pas" in amount_fault(Decimal("3000.00"), Decimal("3000.01"))

    def test_without_one_the_paying_office_types_it_to_the_cent(self):
        assert "indiquez le montant" in amount_fault(None, None)
        assert amount_fault(None, Decimal("3000.50")) == ""
        for wrong in ("0", "-1", "12.345", "100000000"):
            assert amount_fault(None, Decimal(wrong))

    def test_a_payment_follows_its_decision_and_is_not_to_come(self):
        assert payment_fault(TODAY, TODAY, TODAY) == ""
        assert "vient après" in payment_fault(TODAY - timedelta(days=1), TODAY, TODAY)
        assert "à venir" in payment_fault(TODAY + timedelta(days=1), TODAY, TODAY)


class TestTheEnd:
    DONE = ClosingFacts(E, E, judged(10, 10, 10), S, "issued", "paid", E)

    def test_nothing_is_missing(self):
        assert closing_gaps(self.DONE) == []

    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"ended_on": None}, "fin de la session"),
            ({"review_held_on": None}, "bilan"),
            ({"certificate": ""}, "n'est pas demandée"),
            ({"certificate": "requested"}, "attend une décision"),
            ({"certificate": "correction"}, "attend une décision"),
            ({"claim": ""}, "ni demandée ni écartée"),
            ({"claim": "sent"}, "cellule de gestion"),
            ({"claim": "correction"}, "le titulaire du marché corrige"),
            ({"eos_closed_on": None}, "EOS"),
            ({"sheets_open": 2}, "2 demi-journées passées"),
            ({"periods_open": 1}, "1 période en entreprise"),
            ({"amendments_waiting": 1}, "avenant"),
            ({"results_unknown": 1}, "1 résultat à la certification n'est pas connu"),
            ({"results_unknown": 2}, "ne se notent plus"),
        ],
    )
    def test_each_thing_missing_is_a_sentence(self, changes, word):
        [sentence] = closing_gaps(replace(self.DONE, **changes))
        assert word in sentence

    @pytest.mark.parametrize("claim", ["granted", "refused", "paid", "waived"])
    def test_a_bonus_decided_or_given_up_is_settled(self, claim):
        assert closing_gaps(replace(self.DONE, claim=claim)) == []

    def test_a_session_that_is_not_defi_needs_neither_certificate_nor_bonus(self):
        facts = replace(self.DONE, conformity=judged(13, 13, 8), certificate="", claim="")
        assert closing_gaps(facts) == []

    @pytest.mark.parametrize("state", ["refused", "withdrawn"])
    def test_without_certificate_there_is_no_bonus_to_settle(self, state):
        assert closing_gaps(replace(self.DONE, certificate=state, claim="")) == []


# --- random histories -------------------------------------------------------------------------------------------------

EVENTS = (
    *("confirm", "pair", "unpair", "start", "lose_pairing", "leave", "small_group", "end", "review", "sign"),
    *("admit", "refuse_admission", "request", "issue", "refuse", "withdraw"),
    *("claim_interim", "claim_balance", "grant", "pay"),
)


@dataclass
class Story:
    """A file reduced to counts, moved by the pure rules alone: whatever is asked in whatever order."""

    seats: int
    people: int = 0
    paired: int = 0
    small: bool = False
    finding: Counts | None = None
    found_small: bool = False
    decision: Decision | None = None
    signed: bool = False
    ended: bool = False
    reviewed: bool = False
    certificate: str = ""
    claim: str = ""
    ever_claimed: list[Counts] = field(default_factory=list)

    @property
    def judged(self):
        counts = self.finding or Counts(self.seats, self.people, self.paired)
        small = self.found_small if self.finding else self.small
        return conformity(BOOK.conformity, counts, small_group=small, decision=self.decision)

    @property
    def checks(self):
        return checks(
            BOOK,
            replace(
                RUNNING,
                started_on=S if self.finding else None,
                conformity=self.judged,
                found_on=S if self.finding else None,
                convention_signed_on=S if self.signed else None,
                ended_on=E if self.ended else None,
                review_held_on=E if self.reviewed else None,
            ),
        )

    def play(self, event):
        getattr(self, f"do_{event}")()

    def do_confirm(self):
        self.people += self.finding is None and self.people < self.seats

    def do_pair(self):
        self.paired += self.paired < self.people

    def do_unpair(self):
        self.paired -= self.paired > 0

    do_lose_pairing = do_unpair

    def do_leave(self):
        if self.people:
            self.people -= 1
            self.paired = min(self.paired, self.people)

    def do_small_group(self):
        self.small = self.small or self.finding is None

    def do_start(self):
        if self.finding is None and self.people:
            self.finding = Counts(self.seats, self.people, self.paired)
            self.found_small = self.small

    def do_admit(self):
        if self.judged.verdict.value in {"to_decide", "admitted"} or self.judged.refused:
            self.decision = Decision(True, self.judged.counts.paired, self.judged.counted)

    def do_refuse_admission(self):
        if self.judged.verdict.value in {"to_decide", "admitted"}:
            self.decision = Decision(False, self.judged.counts.paired, self.judged.counted)

    def do_sign(self):
        self.signed = True

    def do_end(self):
        self.ended = self.ended or self.finding is not None

    def do_review(self):
        self.reviewed = self.reviewed or self.finding is not None

    def do_request(self):
        if self.certificate in {"", "refused", "withdrawn"} and self.finding:
            self.certificate = "requested"

    def do_issue(self):
        found_on = S if self.finding else None
        if self.certificate == "requested" and not issue_faults(self.judged, found_on, self.checks):
            self.certificate = "issued"

    def do_refuse(self):
        if self.certificate == "requested":
            self.certificate = "refused"

    def do_withdraw(self):
        if self.certificate == "issued" and self.claim != "paid":
            self.certificate = "withdrawn"
            self.claim = "refused" if self.claim else ""

    def do_claim_interim(self):
        self._claim("interim")

    def do_claim_balance(self):
        self._claim("balance")

    def _claim(self, kind):
        if self.claim in {"", "refused"} and not self._faults(kind):
            self.claim = "sent"
            self.ever_claimed.append(self.finding)

    def do_grant(self):
        if self.claim == "sent" and not self._faults("interim"):
            self.claim = "granted"

    def do_pay(self):
        if self.claim == "granted":
            self.claim = "paid"

    def _faults(self, kind):
        found = self.judged if self.finding else None
        return claim_faults(
            kind, certificate=self.certificate, conformity=found, checks=self.checks, order_number="BC-1"
        )


@settings(max_examples=120)
@given(
    st.integers(4, 15),
    st.integers(0, 15),
    st.integers(0, 15),
    st.booleans(),
    st.lists(st.sampled_from(EVENTS), max_size=40),
)
def test_no_random_history_ends_in_a_claim_below_the_minimum(seats, people, paired, small, events):
    people = min(people, seats)
    story = Story(seats=seats, people=people, paired=min(paired, people), small=small)
    for event in events:
        story.play(event)
    for finding in story.ever_claimed:
        assert finding is not None
        assert finding.people >= 6
        assert finding.paired >= MINIMUM[finding.people]
        if story.found_small:
            assert finding.paired >= finding.seats
    if story.claim in {"sent", "granted", "paid"}:
        assert story.certificate == "issued"


def test_a_history_that_claims_is_reachable():
    story = Story(seats=12, people=12, paired=10)
    for event in ["start", "admit", "sign", "request", "issue", "claim_interim", "grant", "pay"]:
        story.play(event)
    assert (story.certificate, story.claim) == ("issued", "paid")
