"""Exchanges with employers, periodic reports."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client

import factories
from browsing import browser, page
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.people.actions import OrganisationFacts, register_organisation
from defi.people.models import Network, Organisation, OrganisationKind
from defi.steps.pairing.actions import withdraw_promise
from defi.steps.pairing.models import Promise
from defi.steps.sourcing.actions import leave_training
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions import (
    acknowledge_report,
    record_attendance,
    record_exchange,
    send_report,
    sign_as_trainer,
    sign_presence,
    suspend_path,
)
from defi.steps.training.counted import counted
from defi.steps.training.models import Exchange, Report, ReportPart
from defi.steps.training.progress import progress
from defi.steps.training.queries.reports import document_of, people_of
from defi.steps.training.queries.session import session_page
from defi.steps.training.report_printing import report_data
from defi.steps.training.withdrawals import withdrawn_since
from training.conftest import lock_after, subjects
from training.periods import FIRST as FIRST_IN_FIRM
from training.periods import HALVES, LAST, agreed, in_the_evening, planned, there

TODAY = date(2025, 11, 4)
RECEIVER = "accueil@mission.example"


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


def test_each_number_of_a_report_says_whom_it_counts_and_the_numbers_agree(running):
    promise = factories.a_promise(running.operation, running.employer, posts=3)
    for one in running.people[:2]:
        factories.a_pairing(one, promise)
    with scope(TASK):
        Candidacy.objects.filter(pk=running.ids[1]).update(funding="poec", aim_contract="cdi")
    leave_training(running.coordinator, running.ids[2], code="personal_choice")
    with clock.at(date(2025, 11, 5)):
        shown = page(browser(running.coordinator), "training:report", running.operation.pk)
        report = send_report(running.coordinator, running.operation.pk)
    said = {str(row.label): (row.everybody, row.region, row.apart) for row in counted(report.facts)}
    assert said == {"Entrés": (3, 2, 1), "Partis": (1, 1, 0), "Présents": (2, 1, 1), "Appairés": (2, 1, 1)}
    (employer,), (prescriber,) = report.facts["employers"], report.facts["prescribers"]
    assert (employer["paired"], employer["apart"]) == (2, 1)
    assert prescriber["there"] == said["Présents"][0]
    assert "À part (autre financement)" in shown
    kept = page(browser(running.officer), "training:read_report", report.pk)
    assert "Heures faites par tout le groupe" in kept
    assert "dont 1 à part" in kept


def test_a_report_kept_before_it_told_entries_apart_is_still_read(running):
    with clock.at(date(2025, 11, 5)):
        report = send_report(running.coordinator, running.operation.pk)
    with scope(TASK):
        older = {name: value for name, value in report.facts.items() if not name.endswith("_apart")}
        Report.objects.filter(pk=report.pk).update(facts=older)
    assert "Entrés et partis, tous financements" in page(browser(running.officer), "training:read_report", report.pk)


def test_a_report_keeps_the_facts_of_its_day_and_reaches_each_with_its_own_part(running):
    promise = factories.a_promise(running.operation, running.employer, posts=2)
    factories.a_pairing(running.people[0], promise)
    sheet = running.sheet()
    one, two, three = running.ids
    record_attendance(running.coordinator, sheet.pk, {one: "present", two: "present", three: "absent"})
    sign_as_trainer(running.coordinator, sheet.pk, in_ink=True)
    lock_after(running.coordinator, sheet.pk)
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
    own = ReportPart.objects.get(organisation=running.employer)
    assert (own.facts["posts"], own.facts["paired"]) == (2, 1)
    assert [one["candidacy_id"] for one in own.facts["trainees"]] == [one]
    assert ReportPart.objects.get(organisation=running.prescriber).facts["there"] == 2
    sent = Mail.objects.filter(purpose__contains="mail/report")
    whole, part = (
        sent.get(purpose="training/mail/report"),
        sent.get(purpose="training/mail/report_part", address=RECEIVER),
    )
    assert whole.address == "claire@region.example"
    assert f"/points/{report.pk}/" in whole.body
    assert "/lien/" in part.body
    assert not any("Un groupe soudé." in mail.body for mail in sent)


def test_a_report_is_kept_as_it_was_and_printed(running):
    factories.a_pairing(running.people[0], factories.a_promise(running.operation, running.employer))
    report = send_report(running.coordinator, running.operation.pk, comment="Un groupe soudé.")
    with clock.at(date(2025, 11, 6)):
        leave_training(running.coordinator, running.ids[0], code="personal_choice")
    part = ReportPart.objects.get(organisation=running.employer)
    assert [one.name for one in people_of(part)] == [running.people[0].person.short_name]
    document = document_of(report)
    assert document is not None
    assert document.kind == "periodic-report"


def test_each_reader_reads_its_own_part_and_says_so(running):
    other = factories.actor(Who.SIGNATORY, factories.an_employer("Maison Bel-Air"))
    add_partner(running.officer, running.operation.pk, Organisation.objects.get(pk=other.organisation_id))
    report = send_report(running.coordinator, running.operation.pk)
    own = ReportPart.objects.get(organisation=running.employer)
    theirs = ReportPart.objects.get(organisation=other.organisation_id)
    assert [part.pk for part in ReportPart.objects.visible_to(running.tutor)] == [own.pk]
    assert set(ReportPart.objects.visible_to(running.officer)) == set(report.parts.all())
    assert not Report.objects.visible_to(running.tutor).exists()
    with pytest.raises(Unknown):
        acknowledge_report(running.tutor, theirs.pk)
    assert acknowledge_report(running.tutor, own.pk).acknowledged_on == TODAY
    with clock.at(date(2025, 11, 9)):
        assert acknowledge_report(running.tutor, own.pk).acknowledged_on == TODAY


def test_a_part_is_read_by_a_link_without_an_account(running):
    factories.a_pairing(running.people[0], factories.a_promise(running.operation, running.employer))
    send_report(running.coordinator, running.operation.pk, comment="Un groupe soudé.")
    mail = Mail.objects.get(purpose="training/mail/report_part", address="rose@tilleuls.example")
    path = re.search(r"/lien/\S+", mail.body).group()
    anybody = Client()
    shown = anybody.get(path).content.decode()
    assert running.people[0].person.short_name in shown
    assert running.people[0].person.last_name not in shown
    assert "Un groupe soudé." in shown
    assert ReportPart.objects.get(organisation=running.employer).acknowledged_on is None
    assert anybody.post(path).status_code == 303
    assert ReportPart.objects.get(organisation=running.employer).acknowledged_on == TODAY
    assert "Noté comme lu" in anybody.get(path).content.decode()


def test_any_other_partner_reads_counts_of_the_group(running):
    chamber = register_organisation(
        OrganisationFacts(
            OrganisationKind.PARTNER, "Chambre des métiers", network=Network.CHAMBER, email="cma@chambre.example"
        )
    )
    add_partner(running.officer, running.operation.pk, chamber)
    send_report(running.coordinator, running.operation.pk)
    facts = ReportPart.objects.get(organisation=chamber).facts
    assert (facts["seats"], facts["entered"], facts["there"]) == (6, 3, 3)
    assert Mail.objects.filter(purpose="training/mail/report_part", address="cma@chambre.example").exists()


def test_a_report_tells_which_exchange_is_missing_with_whom(running):
    talk(running, on=date(2025, 10, 1))
    report = send_report(running.coordinator, running.operation.pk)
    (employer,) = report.facts["employers"]
    assert (employer["exchanges"], employer["missing"]) == (1, ("pendant",))


def test_an_exchange_says_who_with_whom_and_what_was_agreed(running):
    noted = talk(running, with_whom="Mme Martin, gérante", agreed="Elle reçoit Amina le 12 janvier.")
    assert (noted.by_id, noted.with_whom) == (running.coordinator.person_id, "Mme Martin, gérante")
    shown = page(browser(running.officer), "training:session", running.operation.pk)
    assert "Elle reçoit Amina le 12 janvier." in shown
    with pytest.raises(Invalid):
        talk(running, agreed="NIR 1 85 12 28 085 123 45", how="visit")


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


# An employer that withdrew


def test_a_withdrawn_employer_is_sent_no_report_and_asked_for_no_exchange(running):
    other = factories.an_employer("Colis Rapides")
    promise = factories.a_promise(running.operation, other)
    shown = page(browser(running.coordinator), "training:plan_placement", running.operation.pk)
    assert "Colis Rapides" in shown
    before = progress(running.operation, TODAY)
    assert "Colis Rapides" in {one.name for one in before.employers}
    withdraw_promise(running.coordinator, promise.pk, reason="Plus de besoin.")
    assert withdrawn_since(running.operation) == {other.pk: TODAY}
    assert "Colis Rapides" not in {one.name for one in progress(running.operation, TODAY).employers}
    report = send_report(running.coordinator, running.operation.pk)
    assert not ReportPart.objects.filter(report=report, organisation=other).exists()
    assert ReportPart.objects.filter(report=report, organisation=running.employer).exists()
    talks = {one.organisation.pk: one.missing for one in session_page(running.coordinator, running.operation).talks}
    assert talks[other.pk] == []
    assert "Colis Rapides" not in page(browser(running.coordinator), "training:plan_placement", running.operation.pk)


def test_a_firm_that_hosted_somebody_before_it_withdrew_stays_named_in_the_report_and_is_told_withdrawn(running):
    planned(running)
    for promise in Promise.objects.filter(operation=running.operation, employer=running.employer):
        withdraw_promise(running.coordinator, promise.pk, reason="Plus de besoin.")
    if not withdrawn_since(running.operation):
        promise = factories.a_promise(running.operation, running.employer)
        withdraw_promise(running.coordinator, promise.pk, reason="Plus de besoin.")
    report = send_report(running.coordinator, running.operation.pk)
    [line] = [one for one in report_data(running.operation, report).employers if one.name == running.employer.name]
    assert (line.withdrawn_on, line.periods, line.missing) == (TODAY, 1, "")
    assert not ReportPart.objects.filter(report=report, organisation=running.employer).exists()
    shown = page(browser(running.coordinator), "training:read_report", report.pk)
    assert "plus rien n'est demandé" in shown.replace("&#x27;", "'").replace("\u00a0", " ")


def test_one_that_promises_again_is_not_withdrawn(running):
    other = factories.an_employer("Colis Rapides")
    first = factories.a_promise(running.operation, other)
    withdraw_promise(running.coordinator, first.pk, reason="Plus de besoin.")
    factories.a_promise(running.operation, other)
    assert other.pk not in withdrawn_since(running.operation)


@pytest.mark.parametrize("comment", ["Amina a trouvé un emploi.", "Bonne semaine, sauf pour leila."])
def test_the_comment_of_a_report_which_firms_and_partners_read_names_no_trainee(running, comment):
    with pytest.raises(Invalid, match="écrivez « un stagiaire »"):
        send_report(running.coordinator, running.operation.pk, comment=comment)
    send_report(running.coordinator, running.operation.pk, comment="Merci à Rose Tuteur de son accueil.")


def test_a_report_says_since_when_a_period_is_interrupted_and_how_many_are_and_never_why(running):
    factories.a_pairing(running.people[0], factories.a_promise(running.operation, running.employer))
    period = agreed(running)
    with clock.at(in_the_evening(FIRST_IN_FIRM)):
        sign_presence(running.tutor, period.pk, there(*HALVES[:2]))
    with clock.at(LAST):
        suspend_path(running.coordinator, running.ids[0], on=LAST, why="job")
    with clock.at(LAST + timedelta(days=3)):
        report = send_report(running.coordinator, running.operation.pk)
        kept = page(browser(running.officer), "training:read_report", report.pk)
        own = ReportPart.objects.get(organisation=running.employer)
        shown = page(browser(running.tutor), "training:report_part", own.pk)
        told = page(
            browser(factories.actor(Who.ADVISER, running.prescriber)),
            "training:report_part",
            ReportPart.objects.get(organisation=running.prescriber).pk,
        )
        listed = page(browser(running.officer), "training:session", running.operation.pk)
    assert (report.facts["people"], report.facts["interrupted"]) == (3, 1)
    assert "1 personne a sa formation interrompue" in kept.replace("\u00a0", " ")
    assert report_data(running.operation, report).interrupted == 1
    assert own.facts["trainees"][0]["periods"] == [
        "05/01/2026 → 06/01/2026, formation interrompue depuis le 06/01/2026"
    ]
    assert "1 de vos stagiaires a sa formation interrompue." in shown.replace("\u00a0", " ")
    assert "dont 1 en formation interrompue" in told.replace("\u00a0", " ")
    assert "1 en formation interrompue" in listed.replace("\u00a0", " ")
    assert "emploi de courte durée" not in kept + shown + told


def test_a_period_whose_last_day_is_past_is_not_told_as_under_way(running):
    period = agreed(running)
    with clock.at(in_the_evening(FIRST_IN_FIRM)):
        sign_presence(running.tutor, period.pk, there(*HALVES[:2]))
        assert said_of_periods(running, FIRST_IN_FIRM) == ["en cours"]
    with clock.at(LAST + timedelta(days=1)):
        assert said_of_periods(running, LAST + timedelta(days=1)) == ["dernier jour passé, fin à noter"]
    with clock.at(in_the_evening(LAST + timedelta(days=1))):
        sign_presence(running.tutor, period.pk, there(*HALVES[2:]))
        assert said_of_periods(running, LAST + timedelta(days=1)) == ["terminée le 06/01/2026"]


def said_of_periods(stage, today):
    (firm,) = progress(stage.operation, today).employers
    return [words.partition(", ")[2] for one in firm.trainees for words in one.periods]


def test_a_report_kept_before_it_told_interruptions_is_still_read(running):
    factories.a_pairing(running.people[0], factories.a_promise(running.operation, running.employer))
    report = send_report(running.coordinator, running.operation.pk)
    own = ReportPart.objects.get(organisation=running.employer)
    with scope(TASK):
        older = {name: value for name, value in report.facts.items() if name != "interrupted"}
        Report.objects.filter(pk=report.pk).update(facts=older)
        trainees = [{name: one[name] for name in one if name != "interrupted"} for one in own.facts["trainees"]]
        facts = {name: value for name, value in own.facts.items() if name != "interrupted"}
        ReportPart.objects.filter(pk=own.pk).update(facts=facts | {"trainees": trainees})
    for shown in (
        page(browser(running.officer), "training:read_report", report.pk),
        page(browser(running.tutor), "training:report_part", own.pk),
    ):
        assert "interrompue" not in shown
    report.refresh_from_db()
    assert report_data(running.operation, report).interrupted == 0
