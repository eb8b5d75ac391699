"""What a change of a promise asks of the convention: owed by each thing that its text says, and said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from convention.amendment_stage import said, sent, signing, withdraws
from convention.signing_stage import Stage
from convention.test_pages import lead_of, signed_in, text_of
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.steps.convention import printing
from defi.steps.convention.actions import record_ink
from defi.steps.convention.facts import terms_agreed, terms_now
from defi.steps.convention.models import Amendment
from defi.steps.convention.terms import Terms as Agreed
from defi.steps.convention.terms import changes
from defi.steps.pairing.actions import Terms
from defi.steps.pairing.models import Promise
from defi.steps.pairing.promising import change_promise, suspend_promise
from factories import an_employer

pytestmark = pytest.mark.django_db

CDI = Terms(posts=2, contract="cdi", gross_pay=Decimal(1850))
CDD = {"posts": 2, "contract": "cdd", "months": 7, "gross_pay": 1850, "reason": "le poste est à durée limitée"}


def promise_of(stage: Stage, name: str = "Les Tilleuls") -> Promise:
    with scope(TASK):
        return Promise.objects.get(operation=stage.operation, employer__name=name, state="made")


def changed(stage: Stage, **what: object) -> None:
    change_promise(stage.lead, promise_of(stage).pk, replace(CDI, **what), reason="le poste change")


def owed() -> list[str]:
    with scope(TASK):
        return list(Amendment.objects.values_list("state", flat=True))


# What is owed


@pytest.mark.parametrize(
    "what",
    [
        {"contract": "cdd", "months": 7},
        {"job_label": "Cuisinier"},
        {"place": "Bonneval"},
        {"starts_on": date(2026, 4, 13)},
        {"posts": 3},
    ],
)
def test_an_amendment_is_owed_by_each_thing_the_convention_says_of_a_promise(signed: Stage, what: dict[str, object]):
    changed(signed, **what)
    assert owed() == ["owed"]
    assert Mail.objects.filter(purpose="convention/mail/amendment_owed", address="lead@of.example").count() == 1


@pytest.mark.parametrize("what", [{"weekly_hours": Decimal(28)}, {"gross_pay": Decimal(2000)}])
def test_none_is_owed_by_what_the_convention_does_not_say(signed: Stage, what: dict[str, object]):
    changed(signed, **what)
    assert owed() == []


def test_the_terms_hold_all_that_the_table_of_the_convention_says(signed: Stage):
    changed(signed, contract="cdd", months=7, place="Bonneval", starts_on=date(2026, 4, 13))
    convention = signed.convention()
    with scope(TASK):
        now = terms_now(signed.operation)
        table = printing.convention_data(convention).promises
    own = next(line for line in table if line.employer == "Les Tilleuls")
    kept = (now.lines or {})[signed.firm.pk][0]
    assert (own.job, own.posts, own.place, own.starts_on) == (kept.job, kept.posts, kept.place, kept.starts_on)
    assert own.contract == "CDD de 7 mois"
    # All else it says of a line is its employer, and what the rulebook makes of the contract.
    assert set(own.__dataclass_fields__) == {"employer", "job", "posts", "contract", "place", "starts_on", "counts"}


def test_back_to_what_was_signed_it_is_dropped_and_once_signed_it_holds(signed: Stage):
    changed(signed, contract="cdd", months=7)
    assert said().startswith("Ce que promet Les Tilleuls : 2 postes « ")
    assert said().endswith("CDD de 7 mois.")
    changed(signed)
    assert owed() == ["dropped"]
    changed(signed, contract="cdd", months=7)
    sent(signed)
    assert set(signing()) == {"Les Tilleuls", "Atelier du Loir", "Région Centre-Val de Loire"}
    for row in signing().values():
        record_ink(signed.lead, row.pk)
    with scope(TASK):
        assert terms_agreed(signed.convention()) == terms_now(signed.operation)
    changed(signed, contract="cdd", months=7, gross_pay=Decimal(1900))
    assert owed() == ["dropped", "signed"]


def test_a_firm_that_hosts_the_work_and_changes_its_name_owes_nothing(signed: Stage):
    host = an_employer("Maison Tilleul")
    with scope(TASK):
        promise = promise_of(signed)
        promise.work_at = host
        promise.save()
    before = terms_of_now(signed)
    host.name = "Maison des Tilleuls"
    host.save()
    assert terms_of_now(signed) != before
    assert changes(before, terms_of_now(signed)) == ()


def terms_of_now(stage: Stage) -> Agreed:
    with scope(TASK):
        return terms_now(stage.operation)


# What is said before


def page_before(stage: Stage, browser: Client, deed: str, typed: dict[str, object] | None = None) -> str:
    address = f"/promesses/{promise_of(stage).pk}/{deed}/"
    return text_of(browser.post(address, typed) if typed else browser.get(address))


def typed(stage: Stage) -> dict[str, object]:
    return {**CDD, "version": promise_of(stage).version, "told": ""}


def test_the_page_of_a_change_says_the_amendment_and_who_signs_it_before(signed: Stage):
    for browser in (lead_of(signed), signed_in(Who.SIGNATORY, signed.firm)):
        page = page_before(signed, browser, "changer", typed(signed))
        assert "un avenant sera à signer par Atelier du Loir, Les Tilleuls et Région Centre-Val de Loire." in page
        assert "désormais : 2 postes" in page
    assert owed() == []


def test_the_page_where_posts_are_withdrawn_says_it_too(signed: Stage):
    for browser in (lead_of(signed), signed_in(Who.SIGNATORY, signed.firm)):
        page = page_before(signed, browser, "retirer")
        assert "un avenant sera à signer par Atelier du Loir, Les Tilleuls et Région Centre-Val de Loire." in page
        # How many posts go is not chosen yet.
        assert "se retire" not in page
    withdraws(signed, "Les Tilleuls", posts=1)
    assert "Les Tilleuls se retire : les 2 postes promis ne le sont plus." in page_before(
        signed, lead_of(signed), "retirer"
    )


def test_an_amendment_at_the_signature_is_said_to_be_sent_again(signed: Stage):
    withdraws(signed)
    assert "Service Plus" not in page_before(signed, signed_in(Who.SIGNATORY, signed.firm), "retirer")
    sent(signed)
    page = page_before(signed, lead_of(signed), "retirer")
    assert "l'avenant à la signature devra dire aussi cela" in page
    assert "Région Centre-Val de Loire et Service Plus, et les signatures qu'il a déjà tombent" in page


def test_a_convention_at_the_signature_is_said_to_be_corrected(stage: Stage):
    stage.send()
    assert "elle est à la signature avec la promesse telle qu'elle était" in page_before(
        stage, lead_of(stage), "retirer"
    )


def test_nothing_is_said_while_the_text_follows_by_itself_nor_once_all_is_over(stage: Stage):
    assert "Convention" not in page_before(stage, lead_of(stage), "retirer")
    stage.send()
    for signatory in stage.signatories():
        record_ink(stage.lead, signatory.pk)
    with clock.at(date(2026, 12, 1)):
        assert "avenant" not in page_before(stage, lead_of(stage), "retirer")


def test_a_suspended_promise_is_still_one(signed: Stage):
    suspend_promise(signed.lead, promise_of(signed).pk, reason="le marché tarde")
    assert owed() == []
