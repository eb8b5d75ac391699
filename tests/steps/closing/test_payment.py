"""A mistyped payment is corrected with a reason; what contradicts a claim is explained before it is granted."""

import html
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import endings
import factories as make
from browsing import browser, page, post
from defi.journey.telling import tell
from defi.kernel import clock
from defi.kernel.access import Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.schemes.rulebook import Rulebook
from defi.steps.closing import actions
from defi.steps.closing.models import BonusClaim, CheckRun
from defi.steps.closing.rules import CENT, correction_fault

pytestmark = pytest.mark.django_db
WINTER, SPRING, DAY = date(2025, 12, 1), date(2026, 1, 15), date(2026, 2, 2)
TYPED = Decimal("30000.10")
MEANT = Decimal("3000.10")
LESS = Decimal("3000.00")


class TestTheRule:
    @given(due=st.decimals("0.01", "9999999.99", places=2), typed=st.decimals("0.01", "9999999.99", places=2))
    def test_never_above_the_rulebook_s_amount(self, due, typed):
        assert bool(correction_fault(due, typed)) is (typed > due)
        assert correction_fault(None, typed) == ""

    @pytest.mark.parametrize("wrong", ["0", "-1", "12.345", "100000000"])
    def test_exact_to_the_cent_and_more_than_nothing(self, wrong):
        assert correction_fault(None, Decimal(wrong))


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.sign_convention()
        with endings.on(WINTER):
            certificate = actions.request_certificate(ending.coordinator, ending.operation.pk)
            actions.issue_certificate(ending.officer, certificate.pk)
        with endings.on(SPRING):
            actions.send_claim(ending.coordinator, ending.operation.pk, kind="interim", order_number="BC-1")
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


def claim() -> BonusClaim:
    return BonusClaim._base_manager.get()


@pytest.fixture
def paid(ending):
    with endings.on(DAY):
        actions.grant_claim(ending.office, claim().pk, reason="complet")
        return actions.pay_claim(ending.office, claim().pk, paid_on=DAY, amount=TYPED)


class TestTheCorrection:
    def test_it_is_in_the_journal_with_before_after_and_reason_and_the_holder_is_told(self, ending, paid):
        with endings.on(DAY + timedelta(days=1)):
            row = actions.correct_payment(
                ending.office, paid.pk, amount=MEANT, paid_on=DAY, reason="un zéro de trop à la saisie"
            )
            assert (row.state, row.amount) == ("paid", MEANT)
        [entry] = JournalEntry.objects.filter(verb="claim.correct_payment", object_type="closing.bonusclaim")
        assert (entry.before["amount"], entry.after["amount"]) == ("30000.10", "3000.10")
        assert entry.reason.text == "un zéro de trop à la saisie"
        [mail] = endings.mails_about("paiement corrigé")
        assert "un zéro de trop" in mail.body
        assert "3\u202f000,10" in mail.body
        with scope(endings.TASK):
            run = CheckRun.objects.filter(claim=paid).last()
        assert (run.verb, run.passed, run.reason) == ("claim.correct_payment", True, "un zéro de trop à la saisie")

    def test_the_claim_and_the_closing_say_what_replaced_what_and_why(self, ending, paid):
        with endings.on(DAY):
            assert "au lieu de" not in page(browser(ending.coordinator), "closing:closing", ending.operation.pk)
            actions.correct_payment(ending.office, paid.pk, amount=MEANT, paid_on=DAY, reason="un zéro de trop")
            actions.correct_payment(ending.office, paid.pk, amount=LESS, paid_on=DAY, reason="arrondi")
            closing = page(browser(ending.coordinator), "closing:closing", ending.operation.pk)
            shown = page(browser(ending.office), "closing:claim", paid.pk)
        for text in (closing, shown):
            assert "3\u202f000,10\xa0€, le 2\xa0février\xa02026, au lieu de 30\u202f000,10\xa0€" in text
            assert "3\u202f000,00\xa0€, le 2\xa0février\xa02026, au lieu de 3\u202f000,10\xa0€" in text
            assert "un zéro de trop" in text
        assert "Corriger le paiement noté (3" in shown

    def test_the_journal_says_the_amount_to_who_may_read_the_claim_only(self, ending, paid):
        with endings.on(DAY):
            actions.correct_payment(ending.office, paid.pk, amount=MEANT, paid_on=DAY, reason="un zéro de trop")
        rows = JournalEntry.objects.filter(verb__in=("claim.pay", "claim.correct_payment")).order_by("id")
        first, second = tell(rows, ending.coordinator)
        assert first.sentence == "Noter le paiement : 30\u202f000,10\xa0€, le 2\xa0février\xa02026"
        assert "3\u202f000,10\xa0€" in second.sentence
        assert "au lieu de 30\u202f000,10" in second.sentence
        cabinet = make.actor(Who.CABINET, make.a_region(), make.a_person("Andréa", email="a@region.example"))
        assert "€" not in "".join(line.sentence for line in tell(rows, cabinet))

    def test_only_the_paying_office_and_with_a_reason(self, ending, paid):
        with endings.on(DAY):
            for actor in (ending.coordinator, ending.officer):
                with pytest.raises(NotAllowed):
                    actions.correct_payment(actor, paid.pk, amount=MEANT, paid_on=DAY, reason="saisie")
            with pytest.raises(Invalid, match="motif"):
                actions.correct_payment(ending.office, paid.pk, amount=MEANT, paid_on=DAY, reason="  ")

    def test_never_above_the_rulebook_nor_before_the_grant_nor_to_come(self, ending, paid, monkeypatch):
        with endings.on(DAY):
            for day in (SPRING, DAY + timedelta(days=1)):
                with pytest.raises(Invalid) as refusal:
                    actions.correct_payment(ending.office, paid.pk, amount=MEANT, paid_on=day, reason="saisie")
                assert "paid_on" in refusal.value.fields
            monkeypatch.setattr(Rulebook, "bonus_on", lambda book, day: Decimal("3000.00"))
            with pytest.raises(Invalid) as refusal:
                actions.correct_payment(
                    ending.office, paid.pk, amount=Decimal("3000.00") + CENT, paid_on=DAY, reason="saisie"
                )
            assert "ne le dépasse pas" in refusal.value.fields["amount"]

    def test_nothing_to_correct_while_nothing_is_paid_or_nothing_changes(self, ending):
        with endings.on(DAY):
            with pytest.raises(WrongState, match="n'est pas possible"):
                actions.correct_payment(ending.office, claim().pk, amount=MEANT, paid_on=DAY, reason="saisie")
            actions.grant_claim(ending.office, claim().pk, reason="complet")
            actions.pay_claim(ending.office, claim().pk, paid_on=DAY, amount=MEANT)
            with pytest.raises(WrongState, match="rien ne change"):
                actions.correct_payment(ending.office, claim().pk, amount=MEANT, paid_on=DAY, reason="saisie")

    def test_by_clicking(self, ending, paid):
        office = browser(ending.office)
        with clock.at(DAY):
            shown = page(office, "closing:claim", paid.pk)
            assert "Corriger le paiement noté" in shown
            assert "point bloque" not in shown
            assert "30\u202f000,10" in page(office, "closing:correct_payment", paid.pk)
            typed = {"paid_on": "2026-02-02", "amount": "3000,10", "again": "3000,10", "reason": "un zéro de trop"}
            post(office, "closing:correct_payment", paid.pk, answered=422, **{**typed, "again": "3000,01"})
            post(office, "closing:correct_payment", paid.pk, **typed)
        assert claim().amount == MEANT

    def test_an_old_tab_says_that_it_is_paid_keeps_what_was_typed_and_offers_no_button(self, ending):
        office = browser(ending.office)
        with endings.on(DAY):
            old = actions.grant_claim(ending.office, claim().pk, reason="complet").version
            actions.pay_claim(ending.office, claim().pk, paid_on=DAY, amount=MEANT)
            typed = {"paid_on": "2026-02-01", "amount": "30000,10", "again": "30000,10", "version": old}
            shown = html.unescape(post(office, "closing:pay_claim", claim().pk, answered=422, **typed))
        assert "n'est pas possible dans l'état « payée »" in shown.replace("’", "'").replace("\xa0", " ")
        assert "pendant que vous la lisiez" not in shown
        assert shown.count('value="30000,10"') == 2
        assert "Noter le paiement</button>" not in shown
        assert "Revenir à la demande de prime" in shown
        assert claim().amount == MEANT


class TestWhatContradicts:
    @pytest.fixture
    def mismatched(self, ending):
        with endings.on(DAY):
            return actions.record_claim_in_eos(ending.coordinator, claim().pk, on=SPRING, kind="balance")

    def test_it_is_not_granted_without_a_word_on_it(self, ending, mismatched):
        with endings.on(DAY):
            with pytest.raises(Invalid) as refusal:
                actions.grant_claim(ending.office, mismatched.pk, reason="complet")
            assert "expliquez" in refusal.value.fields["explained"]
            row = actions.grant_claim(ending.office, mismatched.pk, reason="complet", explained="erreur dans EOS")
        assert row.decision_reason == "complet (écart expliqué : erreur dans EOS)"
        with endings.on(DAY):
            shown = page(browser(ending.office), "closing:claim", mismatched.pk)
        assert "rien ne bloquait, mais un écart : Demande faite dans EOS" in " ".join(shown.split())

    def test_corrected_in_eos_it_is_granted_without(self, ending, mismatched):
        with endings.on(DAY):
            actions.record_claim_in_eos(ending.coordinator, mismatched.pk, on=DAY, kind="interim")
            assert actions.grant_claim(ending.office, mismatched.pk, reason="complet").decision_reason == "complet"

    def test_the_page_that_grants_shows_the_controls_and_asks_why(self, ending, mismatched):
        office = browser(ending.office)
        with clock.at(DAY):
            assert "1 écart à corriger ou à expliquer" in page(office, "closing:claim", mismatched.pk)
            shown = page(office, "closing:grant_claim", mismatched.pk)
            assert "la prime a été demandée sur le solde" in shown
            assert "ici, sur l" in shown
            again = post(office, "closing:grant_claim", mismatched.pk, answered=422, reason="complet")
            assert "complet" in again
            post(office, "closing:grant_claim", mismatched.pk, reason="complet", explained="erreur dans EOS")

    def test_without_a_difference_the_page_shows_the_controls_and_asks_nothing_more(self, ending):
        with clock.at(DAY):
            shown = page(browser(ending.office), "closing:grant_claim", claim().pk)
        assert "Bon de commande BC-1" in shown
        assert "Pourquoi accorder" not in shown


class TestAFormOpenedTooLate:
    def test_a_granted_claim_is_not_sent_back_nor_shown_as_corrected(self, ending):
        with endings.on(DAY):
            actions.grant_claim(ending.office, claim().pk, reason="tout est là")
        provider, office = browser(ending.coordinator), browser(ending.office)
        with clock.at(DAY):
            shown = page(provider, "closing:resend_claim", claim().pk, status=409)
            assert "accordée" in shown
            assert "tout est là" not in shown
            for name in (
                "closing:grant_claim",
                "closing:correct_claim",
                "closing:refuse_claim",
                "closing:correct_payment",
            ):
                assert "accordée" in page(office, name, claim().pk, status=409)

    def test_nor_a_second_request_while_one_lives(self, ending):
        provider, here = browser(ending.coordinator), ending.operation.pk
        with clock.at(DAY):
            for name in ("closing:send_claim", "closing:waive_claim"):
                assert "déjà été demandée" in page(provider, name, here, status=409)

    def test_an_issued_certificate_is_not_decided_again(self, ending):
        officer, provider = browser(ending.officer), browser(ending.coordinator)
        pk = claim().certificate_id
        with clock.at(DAY):
            for name in ("closing:issue", "closing:refuse", "closing:ask_correction"):
                assert "délivrée" in page(officer, name, pk, status=409)
            assert "délivrée" in page(provider, "closing:resubmit", pk, status=409)
            assert "Retirer l" in page(officer, "closing:withdraw", pk)
