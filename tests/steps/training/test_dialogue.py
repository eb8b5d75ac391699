"""Exchanges with employers, periodic reports."""

from datetime import date

import pytest

import factories
from defi.kernel import clock
from defi.kernel.access import Who
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.steps.sourcing.actions import leave_training
from defi.steps.training.actions import (
    close_sheet,
    record_attendance,
    record_exchange,
    send_report,
    sign_as_trainer,
)
from defi.steps.training.models import Exchange, Report
from training.conftest import subjects

TODAY = date(2025, 11, 4)


def talk(stage, actor=None, organisation=None, **more):
    facts = {"on": TODAY, "how": "call", "note": "Le plateau technique est prêt."} | more
    employer = organisation or stage.employer
    return record_exchange(actor or stage.coordinator, stage.operation.pk, employer.pk, **facts)


def test_an_exchange_is_dated_and_told_by_provider_or_officer(running):
    assert talk(running).on == TODAY
    assert talk(running, actor=running.officer, how="visit").how == "visit"
    assert talk(running, actor=running.trainer, how="meeting").how == "meeting"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"on": date(2025, 11, 5)}, "on"),
        ({"on": date(2023, 11, 5)}, "on"),
        ({"how": "smoke"}, "how"),
        ({"note": "NIR 1 85 12 28 085 123 45"}, "note"),
    ],
)
def test_an_exchange_that_cannot_be_is_refused_beside_its_field(running, facts, field):
    with pytest.raises(Invalid) as refusal:
        talk(running, **facts)
    assert field in refusal.value.fields
    assert not Exchange.objects.exists()


def test_an_exchange_is_with_an_employer_of_the_operation(running):
    for organisation in (running.prescriber, factories.an_employer("Maison Bel-Air")):
        with pytest.raises(Invalid, match="employeur de l'opération"):
            talk(running, organisation=organisation)


def test_the_same_exchange_twice_changes_nothing_and_says_so(running):
    talk(running)
    with pytest.raises(WrongState, match="déjà noté"):
        talk(running)


def test_employers_and_strangers_note_no_exchange(running):
    with pytest.raises(NotAllowed):
        talk(running, actor=running.tutor)
    with pytest.raises(Unknown):
        talk(running, actor=running.stranger)


def test_what_was_said_with_a_firm_is_not_read_by_another(running):
    talk(running)
    other = factories.actor(Who.SIGNATORY, factories.an_employer("Maison Bel-Air"))
    adviser = factories.actor(Who.ADVISER, running.prescriber)
    assert not Exchange.objects.visible_to(other).exists()
    assert not Exchange.objects.visible_to(adviser).exists()
    assert Exchange.objects.visible_to(running.tutor).exists()


def test_a_report_keeps_the_facts_of_its_day_and_reaches_each_with_its_own_part(running):
    promise = factories.a_promise(running.operation, running.employer, posts=2)
    factories.a_pairing(running.people[0], promise)
    sheet = running.sheet()
    one, two, three = running.ids
    record_attendance(running.coordinator, sheet.pk, {one: "present", two: "present", three: "absent"})
    sign_as_trainer(running.coordinator, sheet.pk, in_ink=True)
    close_sheet(running.coordinator, sheet.pk)
    running.sheet(half="afternoon")
    leave_training(running.coordinator, three, code="personal_choice")
    with clock.at(date(2025, 11, 5)):
        report = send_report(running.coordinator, running.operation.pk, comment="Un groupe soudé.")
    facts = report.facts
    assert (facts["seats"], facts["entered"], facts["people"], facts["paired"], facts["left"]) == (6, 3, 2, 1, 1)
    assert (facts["minutes_centre"], facts["minutes_missed"], facts["sheets_open"]) == (420, 210, 1)
    employer = facts["employers"][0]
    assert (employer["posts"], employer["paired"]) == (2, 1)
    prescriber = facts["prescribers"][0]
    assert (prescriber["oriented"], prescriber["entered"], prescriber["there"]) == (3, 3, 2)
    sent = {m.purpose.rpartition("/")[2]: m for m in Mail.objects.filter(purpose__contains="mail/report")}
    assert set(sent) == {"report", "report_employer", "report_prescriber"}
    assert sent["report"].address == "claire@region.example"
    assert "2 postes promis, dont 1" in sent["report_employer"].body
    assert "Places" not in sent["report_employer"].body
    assert sent["report_prescriber"].address == "accueil@mission.example"
    assert all("Un groupe soudé." in mail.body for mail in sent.values())


def test_a_report_is_sent_once_a_day(running):
    send_report(running.coordinator, running.operation.pk)
    with pytest.raises(WrongState, match="déjà été envoyé"):
        send_report(running.coordinator, running.operation.pk)
    assert Report.objects.count() == 1
    assert subjects().count("Où en est la formation : Assistant de vie aux familles, Châteaudun") == 3


def test_a_report_is_the_word_of_those_who_run_the_operation(running):
    for actor in (running.officer, running.trainer, running.tutor):
        with pytest.raises(NotAllowed):
            send_report(actor, running.operation.pk)
    with pytest.raises(Unknown):
        send_report(running.stranger, running.operation.pk)


def test_a_report_may_be_sent_before_there_is_a_session(db):
    with clock.at(TODAY):
        operation = factories.an_operation()
        report = send_report(factories.a_coordinator(operation), operation.pk)
    assert report.facts["seats"] == 0
