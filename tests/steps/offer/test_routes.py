"""The Region decides how it answers: by a market, by a tender, or not by a training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pypdfium2 as pdfium
import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Document, JournalEntry, Mail, Reason
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Part, Partner
from defi.steps.needs import grouping
from defi.steps.needs.actions import NeedFacts, submit_need
from defi.steps.needs.models import Need
from defi.steps.offer import actions
from defi.steps.offer.lots import Precision
from defi.steps.offer.models import Lot, LotPeriod, RouteDecision, Tender
from defi.steps.offer.recording import NewLot, PeriodFacts, record_lot, set_period
from factories import (
    a_basin,
    a_coordinator,
    a_job,
    a_lot,
    a_need,
    a_person,
    a_provider,
    a_region,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


@pytest.fixture
def officer() -> Actor:
    return an_officer()


@pytest.fixture
def operation(officer: Actor) -> Operation:
    """An operation opened from a need, that nobody trains yet."""
    need = a_need(an_employer("Les Tilleuls", "contact@tilleuls.example"))
    collective = grouping.create_collective(officer, [need.pk], title="AVF Châteaudun")
    return grouping.open_operation(officer, collective.pk)


def mailed(template: str) -> list[str]:
    return list(Mail.objects.filter(purpose=f"offer/mail/{template}").values_list("address", flat=True))


# --- lots --------------------------------------------------------------------------------------------------------


def test_the_officer_records_what_the_region_buys_and_corrects_it(officer: Actor) -> None:
    lot = a_lot()
    facts = NewLot(lot.market_number, "3", "Autre titre", a_provider(), DAY, date(2026, 1, 1), [a_job()], [a_basin()])
    assert record_lot(officer, facts, lot_id=lot.pk, version=lot.version).title == "Autre titre"
    with pytest.raises(Stale):
        record_lot(officer, facts, lot_id=lot.pk, version=lot.version)


def test_the_same_lot_is_not_recorded_twice() -> None:
    a_lot()
    with pytest.raises(Invalid, match="déjà enregistré"):
        a_lot()


def test_a_lot_without_job_basin_or_with_dates_that_go_back_is_refused(officer: Actor) -> None:
    facts = NewLot("M", "1", "Titre", an_employer(), DAY, date(2024, 1, 1))
    with pytest.raises(Invalid) as refusal:
        record_lot(officer, facts)
    assert set(refusal.value.fields) == {"holder", "valid_to", "jobs", "basins"}


def test_a_provider_does_not_record_lots() -> None:
    with pytest.raises(NotAllowed):
        record_lot(actor(Who.COORDINATOR, a_provider()), NewLot("M", "1", "T", a_provider(), DAY, DAY))


def test_a_provider_sees_its_own_lots_only() -> None:
    a_lot()
    other = actor(Who.COORDINATOR, a_provider("Formation Beauce"))
    with scope(other):
        assert not Lot.objects.visible_to(other).exists()


# --- by a market -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["covered", "adapted", "modules"])
def test_a_market_that_covers_the_need_entrusts_the_operation_to_its_holder(
    officer: Actor, operation: Operation, route: str
) -> None:
    holder = a_provider()
    actor(Who.COORDINATOR, holder, a_person("Paul", "Exemple", "paul@atelier.example"))
    decision = actions.decide_route(officer, operation.pk, route=route, lot_id=a_lot().pk, reason="Lot en cours.")
    assert (decision.route, decision.reason, decision.decided_on) == (route, "Lot en cours.", DAY)
    with scope(TASK):
        again = Operation.objects.get(pk=operation.pk)
        assert (again.provider, again.holder) == (holder, holder)
        assert Partner.objects.filter(operation=operation, organisation=holder, part=Part.PROVIDER).exists()
    assert mailed("entrusted") == ["paul@atelier.example"]
    assert mailed("need_told") == ["contact@tilleuls.example"]


def test_a_route_by_a_market_names_a_lot(officer: Actor, operation: Operation) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.decide_route(officer, operation.pk, route="covered", reason="Oui.")
    assert "lot" in refusal.value.fields


@pytest.mark.parametrize("wrong", ["job", "basin", "dates"])
def test_a_lot_that_does_not_cover_the_need_is_refused(officer: Actor, operation: Operation, wrong: str) -> None:
    lot = {
        "job": lambda: a_lot(job=a_job("F1703", "Maçon")),
        "basin": lambda: a_lot(basin=a_basin("Dreux")),
        "dates": lambda: a_lot(valid_from=date(2024, 1, 1), valid_to=date(2025, 5, 13)),
    }[wrong]()
    with pytest.raises(Invalid) as refusal:
        actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Oui.")
    assert "choisissez un lot" in refusal.value.fields["lot"]
    with scope(TASK):
        assert not RouteDecision.objects.exists()


def test_a_route_says_why(officer: Actor, operation: Operation) -> None:
    with pytest.raises(Invalid, match="motif"):
        actions.decide_route(officer, operation.pk, route="no_answer", reason="")


def test_the_provider_does_not_decide_the_route(officer: Actor, operation: Operation) -> None:
    actions.decide_route(officer, operation.pk, route="covered", lot_id=a_lot().pk, reason="Lot en cours.")
    with scope(TASK):
        lead = a_coordinator(Operation.objects.get(pk=operation.pk))
    with pytest.raises(NotAllowed):
        actions.decide_route(lead, operation.pk, route="postponed", reason="Non.")


def test_an_officer_of_another_territory_does_not_decide(operation: Operation) -> None:
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        actions.decide_route(an_officer(basins=[a_basin("Dreux")]), operation.pk, route="postponed", reason="Non.")


def test_the_last_decision_holds_and_the_former_stays_readable(officer: Actor, operation: Operation) -> None:
    first = a_lot()
    second = a_lot(a_provider("Formation Beauce"), number="4")
    actions.decide_route(officer, operation.pk, route="covered", lot_id=first.pk, reason="Lot 3.")
    actions.decide_route(officer, operation.pk, route="adapted", lot_id=second.pk, reason="Lot 4, adapté.")
    with scope(TASK):
        assert [(d.route, d.superseded_on) for d in RouteDecision.objects.order_by("pk")] == [
            ("covered", DAY),
            ("adapted", None),
        ]
        parts = Partner.objects.filter(operation=operation, part=Part.PROVIDER).order_by("pk")
        assert [(p.organisation.name, p.left_on) for p in parts] == [
            ("Atelier du Loir", DAY),
            ("Formation Beauce", None),
        ]


def test_the_same_decision_twice_changes_nothing_and_says_so(officer: Actor, operation: Operation) -> None:
    lot = a_lot()
    actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot 3.")
    with pytest.raises(WrongState, match="déjà décidée"):
        actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot 3.")


def test_the_journal_keeps_the_decision_and_its_reason(officer: Actor, operation: Operation) -> None:
    actions.decide_route(officer, operation.pk, route="covered", lot_id=a_lot().pk, reason="Lot en cours.")
    entry = JournalEntry.objects.get(verb="route.decide", object_type="offer.routedecision")
    assert (entry.file_id, entry.after["route"]) == (operation.pk, "covered")
    assert Reason.objects.get(pk=entry.reason_id).text == "Lot en cours."


# --- without training --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["other_scheme", "postponed", "no_answer"])
def test_each_employer_gets_the_reason_and_its_need_is_answered(
    officer: Actor, operation: Operation, route: str
) -> None:
    add_partner(officer, operation.pk, an_employer("Service Plus", "service@plus.example"))
    actions.decide_route(officer, operation.pk, route=route, reason="Budget de l'année engagé.")
    answered = Mail.objects.get(purpose="needs/mail/answered")
    assert answered.address == "contact@tilleuls.example"
    assert "Budget de l'année engagé." in answered.body
    assert mailed("no_training") == ["service@plus.example"]
    with scope(TASK):
        assert Need.objects.get().state == "answered"
        assert Operation.objects.get(pk=operation.pk).provider is None


# --- tender ------------------------------------------------------------------------------------------------------


@pytest.fixture
def tender(officer: Actor, operation: Operation) -> Tender:
    actions.decide_route(officer, operation.pk, route="tender", tender_kind="fref", reason="Aucun marché.")
    with scope(TASK):
        return Tender.objects.get()


def test_a_tender_is_decided_then_launched_then_awarded(officer: Actor, tender: Tender) -> None:
    assert (tender.state, tender.kind) == ("decided", "fref")
    actions.launch_tender(officer, tender.pk, deadline_on=date(2025, 6, 10))
    with clock.at(date(2025, 6, 20)):
        done = actions.award_tender(officer, tender.pk, a_provider())
    assert (done.state, done.awarded_on, done.holder) == ("awarded", date(2025, 6, 20), a_provider())
    with scope(TASK):
        assert Operation.objects.get(pk=tender.operation_id).provider == a_provider()


def test_no_tender_is_decided_while_a_market_covers_the_need(officer: Actor, operation: Operation) -> None:
    a_lot()
    with pytest.raises(Invalid, match="a l'exclusivité pour la formation visée"):
        actions.decide_route(officer, operation.pk, route="tender", tender_kind="fref", reason="Aucun marché.")


def test_a_tender_has_a_form(officer: Actor, operation: Operation) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.decide_route(officer, operation.pk, route="tender", reason="Aucun marché.")
    assert "tender_kind" in refusal.value.fields


def test_a_tender_is_not_awarded_before_it_is_launched_or_before_its_deadline(officer: Actor, tender: Tender) -> None:
    with pytest.raises(WrongState):
        actions.award_tender(officer, tender.pk, a_provider())
    actions.launch_tender(officer, tender.pk, deadline_on=date(2025, 6, 10))
    with clock.at(date(2025, 6, 20)), pytest.raises(Invalid, match="date limite"):
        actions.award_tender(officer, tender.pk, a_provider(), awarded_on=date(2025, 6, 1))


def test_a_mistyped_deadline_is_put_right_with_a_reason(officer: Actor, tender: Tender) -> None:
    with pytest.raises(WrongState):
        actions.move_deadline(officer, tender.pk, deadline_on=date(2025, 6, 10), reason="Faute de frappe")
    actions.launch_tender(officer, tender.pk, deadline_on=date(2052, 6, 10))
    with pytest.raises(Invalid):
        actions.move_deadline(officer, tender.pk, deadline_on=date(2025, 6, 10), reason="")
    with pytest.raises(Invalid, match="après le lancement"):
        actions.move_deadline(officer, tender.pk, deadline_on=date(2020, 6, 10), reason="Faute de frappe")
    with pytest.raises(NotAllowed):
        actions.move_deadline(
            actor(Who.COORDINATOR, a_provider()), tender.pk, deadline_on=date(2025, 6, 10), reason="Faute de frappe"
        )
    moved = actions.move_deadline(officer, tender.pk, deadline_on=date(2025, 6, 10), reason="Faute de frappe")
    assert (moved.state, moved.deadline_on) == ("launched", date(2025, 6, 10))


def test_another_answer_waits_for_the_end_of_the_tender(officer: Actor, tender: Tender) -> None:
    with pytest.raises(WrongState, match="consultation est en cours"):
        actions.decide_route(officer, tender.operation_id, route="postponed", reason="Non.")
    actions.give_up_tender(officer, tender.pk, reason="Aucune offre.")
    decision = actions.decide_route(officer, tender.operation_id, route="tender", tender_kind="fref", reason="Relance.")
    assert decision.superseded_on is None


def test_other_providers_see_nothing_of_a_tender(tender: Tender) -> None:
    other = actor(Who.COORDINATOR, a_provider("Formation Beauce"))
    with pytest.raises(Unknown), scope(other):
        actions.give_up_tender(replace(an_officer(), region_id=0, organisation_id=0), tender.pk, reason="x")
    with scope(other):
        assert not Tender.objects.visible_to(other).exists()
        assert not Need.objects.visible_to(other).exists()


# --- several holders, what is sought besides the job, the printed decision ----------------------------------------


def shared_lot(officer: Actor, **more: object) -> Lot:
    """A lot held by a group of two."""
    facts = NewLot(
        "2025-PM-20",
        "8",
        "Aide à la personne",
        a_provider("Formation Beauce"),
        date(2025, 1, 1),
        date(2025, 12, 31),
        [a_job()],
        [a_basin()],
        co_holders=[a_provider()],
        **more,  # type: ignore[arg-type]
    )
    return record_lot(officer, facts)


def test_a_lot_of_two_holders_asks_which_one_trains(officer: Actor, operation: Operation) -> None:
    lot = shared_lot(officer)
    with pytest.raises(Invalid) as refusal:
        actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot 8.")
    assert "plusieurs titulaires" in refusal.value.fields["holder"]
    other = a_provider("Val Formation")
    with pytest.raises(Invalid, match="titulaire de ce lot"):
        actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, holder_id=other.pk, reason="Non.")
    actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, holder_id=a_provider().pk, reason="8.")
    with scope(TASK):
        again = Operation.objects.get(pk=operation.pk)
    assert (str(again.provider), str(again.holder)) == ("Atelier du Loir", "Formation Beauce")


def test_both_holders_see_their_lot_and_nobody_else_does(officer: Actor) -> None:
    shared_lot(officer)
    for name, seen in (("Formation Beauce", 1), ("Atelier du Loir", 1), ("Val Formation", 0)):
        somebody = actor(Who.COORDINATOR, a_provider(name))
        with scope(somebody):
            assert Lot.objects.visible_to(somebody).count() == seen


def test_a_lot_of_another_level_is_adapted_and_does_not_cover(officer: Actor, operation: Operation) -> None:
    lot = shared_lot(officer, levels=[4])
    wanted = {"lot_id": lot.pk, "holder_id": a_provider().pk, "precision": Precision(level=3), "reason": "Lot 8."}
    with pytest.raises(Invalid) as refusal:
        actions.decide_route(officer, operation.pk, route="covered", **wanted)
    assert "niveau cherché" in refusal.value.fields["lot"]
    decision = actions.decide_route(officer, operation.pk, route="adapted", **wanted)
    assert decision.level == 3


def test_a_tender_is_possible_when_lots_are_only_adaptable(officer: Actor, operation: Operation) -> None:
    shared_lot(officer, levels=[4])
    with pytest.raises(Invalid):
        actions.decide_route(officer, operation.pk, route="tender", tender_kind="fref", reason="Rien.")
    decision = actions.decide_route(
        officer, operation.pk, route="tender", tender_kind="fref", reason="Rien.", precision=Precision(level=3)
    )
    assert decision.route == "tender"


def test_the_lot_must_be_valid_on_the_first_day_of_the_training(officer: Actor, operation: Operation) -> None:
    lot = a_lot(valid_to=date(2025, 6, 30))
    late = Precision(needed_on=date(2025, 7, 1))
    with pytest.raises(Invalid, match="a pris fin le 30\xa0juin\xa02025"):
        actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot 3.", precision=late)
    set_period(officer, lot.pk, PeriodFacts(date(2025, 7, 1), date(2025, 12, 31)))
    actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot 3.", precision=late)


def test_seats_of_other_operations_exhaust_a_lot(officer: Actor, operation: Operation) -> None:
    lot = a_lot()
    with scope(TASK):
        period = LotPeriod.objects.get()
    facts = PeriodFacts(period.starts_on, period.ends_on, seats=10)
    set_period(officer, lot.pk, facts, period_id=period.pk, version=period.version)
    actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot 3.")
    with scope(TASK):
        a_session(Operation.objects.get(pk=operation.pk), date(2025, 9, 1), seats=10)
        second = an_operation(officer=officer)
    with pytest.raises(Invalid, match="épuisé"):
        actions.decide_route(
            officer, second.pk, route="covered", lot_id=lot.pk, reason="3.", precision=Precision(seats=8)
        )


def test_a_period_does_not_overlap_nor_lose_seats(officer: Actor) -> None:
    lot = a_lot()
    with pytest.raises(Invalid, match="avant la fin de la précédente"):
        set_period(officer, lot.pk, PeriodFacts(date(2026, 12, 31), date(2027, 12, 31)))
    with pytest.raises(Invalid, match="plus de places prises"):
        set_period(officer, lot.pk, PeriodFacts(date(2027, 1, 1), date(2027, 12, 31), seats=3, seats_used=4))
    with scope(TASK):
        period = LotPeriod.objects.get()
    with pytest.raises(Unknown):
        set_period(officer, a_lot(number="4").pk, PeriodFacts(period.starts_on, period.ends_on), period_id=period.pk)
    with pytest.raises(NotAllowed):
        set_period(actor(Who.COORDINATOR, a_provider()), lot.pk, PeriodFacts(date(2027, 1, 1), date(2027, 2, 1)))


def test_each_decision_is_printed_with_its_evidence(officer: Actor, operation: Operation) -> None:
    lot = a_lot()
    a_lot(a_provider("Formation Beauce"), number="7", basin=a_basin("Dreux"))
    decision = actions.decide_route(officer, operation.pk, route="covered", lot_id=lot.pk, reason="Lot en cours.")
    kept = Document.objects.get(kind="route-decision")
    assert (kept.file_id, kept.object_id) == (operation.pk, decision.pk)
    text = words(kept.content)
    assert "Atelier du Loir, son titulaire, a l'exclusivité" in text
    assert "2025-PM-14 7 ne s'étend pas au bassin de Châteaudun" in text
    assert "Lot en cours." in text


def test_the_printed_tender_notes_who_knows_a_part_of_the_need(officer: Actor) -> None:
    typist = actor(Who.COORDINATOR, a_provider("Formation Beauce"))
    facts = NeedFacts(wording="aide à domicile", posts=2, job=a_job(), basin=a_basin())
    need = submit_need(typist, an_employer(), facts)
    collective = grouping.create_collective(officer, [need.pk], title="AVF")
    operation = grouping.open_operation(officer, collective.pk)
    actions.decide_route(officer, operation.pk, route="tender", tender_kind="fref", reason="Rien ne couvre.")
    text = words(Document.objects.get(kind="route-decision").content)
    assert "Formation Beauce" in text
    assert "a saisi la fiche de Les Tilleuls, et ne voit que celle-là" in text


def words(content: bytes | memoryview) -> str:
    pdf = pdfium.PdfDocument(bytes(content))
    said = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    pdf.close()
    return " ".join(said.split()).replace("’", "'")
