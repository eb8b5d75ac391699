"""The holder does not ask for the bonus: tried as the holder, who may not be who trains, by clicking and to the end."""

from datetime import date

import pytest

import endings
import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.journal import acting
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.actions import entrust
from defi.steps.closing import actions
from defi.steps.closing.models import BonusClaim, ComplianceCertificate

pytestmark = pytest.mark.django_db
WINTER, SPRING = date(2025, 12, 1), date(2026, 1, 15)
WHY = "Le groupement préfère ne pas demander."


@pytest.fixture(scope="module")
def full(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.sign_convention()
        with endings.on(WINTER):
            holder = make.a_provider("Groupement Dunois")
            with acting(ending.officer, "operation.add_partner") as act:
                entrust(act, ending.operation, ending.operation.provider, holder)
            certificate = actions.request_certificate(ending.coordinator, ending.operation.pk)
            actions.issue_certificate(ending.officer, certificate.pk)
        return ending, holder

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(full):
    full[0].refresh()
    return full[0]


@pytest.fixture
def holder(full, ending):
    with clock.at(WINTER):
        return make.actor(Who.COORDINATOR, full[1], make.a_person("Nadia", "Groupe", "nadia@groupement.example"))


def claim() -> BonusClaim:
    return BonusClaim._base_manager.order_by("pk").last()


def test_the_holder_says_it_and_everybody_reads_it_in_the_same_words(ending, holder):
    here = ending.operation.pk
    with clock.at(SPRING):
        assert "Ne pas la demander" in page(browser(holder), "closing:closing", here)
        assert "Ne pas la demander" not in page(browser(ending.coordinator), "closing:closing", here)
        post(browser(holder), "closing:waive_claim", here, answered=422, reason="")
        post(browser(holder), "closing:waive_claim", here, reason=WHY)
        for actor in (holder, ending.coordinator, ending.officer, ending.office):
            shown = page(browser(actor), "closing:closing", here)
            assert "ne demande pas la prime" in shown
            assert WHY in shown
            assert "ni demandée ni écartée" not in shown


def test_who_trains_without_holding_the_market_does_not_say_it(ending):
    with endings.on(SPRING), pytest.raises(NotAllowed, match="Groupement Dunois"):
        actions.waive_claim(ending.coordinator, ending.operation.pk, reason=WHY)
    with clock.at(SPRING):
        page(browser(ending.coordinator), "closing:waive_claim", ending.operation.pk, status=403)


def test_without_a_reason_or_twice_it_is_refused_and_the_form_is_not_shown_again(ending, holder):
    with endings.on(SPRING):
        with pytest.raises(Invalid, match="motif"):
            actions.waive_claim(holder, ending.operation.pk, reason=" ")
        actions.waive_claim(holder, ending.operation.pk, reason=WHY)
        with pytest.raises(WrongState, match="déjà réglé"):
            actions.waive_claim(holder, ending.operation.pk, reason=WHY)
    with clock.at(SPRING):
        assert "déjà noté" in page(browser(holder), "closing:waive_claim", ending.operation.pk, status=409)
        assert "Demander la prime" in page(browser(holder), "closing:send_claim", ending.operation.pk)


def test_it_may_be_asked_later_and_what_was_said_before_stays_in_its_own_words(ending, holder):
    with endings.on(SPRING):
        actions.waive_claim(holder, ending.operation.pk, reason=WHY)
        actions.send_claim(holder, ending.operation.pk, kind="interim", order_number="BC-1")
    with clock.at(SPRING):
        shown = page(browser(holder), "closing:closing", ending.operation.pk)
    assert "envoyée à la cellule de gestion" in shown
    assert "renonçait à la demander" in shown
    assert WHY in shown


def test_its_own_page_is_no_request(ending, holder):
    with endings.on(SPRING):
        row = actions.waive_claim(holder, ending.operation.pk, reason=WHY)
    with clock.at(SPRING):
        for actor in (holder, ending.office):
            shown = page(browser(actor), "closing:claim", row.pk)
            assert WHY in shown
            assert "Envoyée le" not in shown
            assert "montant à fixer" not in shown
            assert "Demande dans EOS" not in shown
        assert WHY not in page(browser(ending.office), "closing:claims")


def test_a_certificate_issued_again_leaves_the_choice_to_the_holder_again(ending, holder):
    with endings.on(SPRING):
        actions.waive_claim(holder, ending.operation.pk, reason=WHY)
        actions.withdraw_certificate(ending.officer, ComplianceCertificate._base_manager.get().pk, reason="erreur")
        again = actions.request_certificate(ending.coordinator, ending.operation.pk)
        actions.issue_certificate(ending.officer, again.pk)
        shown = page(browser(holder), "closing:closing", ending.operation.pk)
        assert "ni demandée ni écartée" in page(browser(ending.officer), "closing:closing", ending.operation.pk)
        assert "Ne pas la demander" in shown
        assert "ne demande pas la prime" not in shown
        row = actions.waive_claim(holder, ending.operation.pk, reason="Encore non.")
    assert (row.state, row.certificate_id) == ("waived", again.pk)
