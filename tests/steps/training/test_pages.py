"""The pages of the room, as each role finds them: EOS, session, sheets, periods in company, the trainee's space."""

import re
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

import factories
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, Mail
from defi.operations.actions import add_partner
from defi.people.models import Person
from defi.people.queries import trainee
from defi.play.words.ink import as_pdf
from defi.steps.design.models import Module, TrainingPlan
from defi.steps.pairing.actions import Said, record_encounter
from defi.steps.training import actions
from defi.steps.training.models import AttendanceSheet, EosEntry, Exchange, Placement, Report
from defi.steps.training.periods import PREPARATION
from defi.steps.training.printing import eos_data
from defi.steps.training.queries import my_space
from training.conftest import FIRST, LAST, afternoon_of, code_of, lock_after

TODAY = date(2025, 11, 4)


def plan(stage, n=0, **more):
    facts = actions.PlacementFacts(
        employer_id=stage.employer.pk,
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 1, 16),
        hours=70,
        aims="Accompagner les repas",
        tutor_id=stage.tutor.person_id,
    )
    return actions.plan_placement(stage.coordinator, stage.ids[n], facts)


def read_links():
    mails = Mail.objects.filter(purpose="training/mail/placement_planned").order_by("pk")
    return [re.search(r"/lien/\S+", mail.body).group() for mail in mails]


# EOS


def test_the_eos_page_gives_what_to_copy_and_never_fills_the_answer(eve):
    with clock.at(date(2025, 10, 1)):
        shown = page(browser(eve.coordinator), "training:eos", eve.operation.pk)
    assert 'data-copy="03/11/2025"' in shown
    assert 'name="starts_on"' in shown
    assert not re.search(r'name="(number|starts_on|seats|hours_centre)"[^>]*value="[^"]', shown)


def test_eos_is_typed_back_and_a_difference_is_asked_about(eve):
    provider, here = browser(eve.coordinator), eve.operation.pk
    typed = {
        "number": "24-118-0932",
        "starts_on": "2025-11-03",
        "ends_on": "2026-04-10",
        "seats": 5,
        "hours_centre": 420,
        "hours_company": 140,
        "defi_ticked": "on",
    }
    refused = post(provider, "training:eos", here, answered=422, **typed)
    assert "EOS répond" in refused
    assert 'value="24-118-0932"' in refused
    post(provider, "training:eos", here, **typed | {"why_seats": "EOS corrigera."})
    assert EosEntry.objects.get().explanations == {"seats": ["6", "EOS corrigera."]}
    shown = page(provider, "training:eos", here)
    assert "1 différence expliquée" in shown
    again = post(provider, "training:eos", here, answered=422, **typed | {"why_seats": "EOS corrigera."})
    assert "déjà notée" in again


def test_others_read_eos_without_its_form(eve):
    shown = page(browser(eve.officer), "training:eos", eve.operation.pk)
    assert "À copier dans EOS" in shown
    assert 'name="number"' not in shown


def test_the_eos_sheet_is_printed(eve):
    post(browser(eve.coordinator), "training:print_eos", eve.operation.pk)
    document = Document.objects.get(kind="eos-sheet")
    assert bytes(document.content).startswith(b"%PDF")


def test_a_field_that_the_answer_of_eos_has_no_place_for_is_not_compared(eve):
    provider, here = browser(eve.coordinator), eve.operation.pk
    answer = {"number": "24-118-0932", "starts_on": "2025-11-03", "ends_on": "2026-04-10", "seats": 6}
    before = eos_data(eve.operation, eve.session)
    post(provider, "training:eos", here, **answer, hours_centre=420, hours_company=140, defi_ticked="on")
    after = eos_data(eve.operation, eve.session)
    shown = page(provider, "training:eos", here)
    assert not [line.field for line in before.lines if line.silent or line.answered]
    silent = [line.field for line in after.lines if line.silent]
    assert silent == ["Intitulé de la session", "Organisme de formation", "Métier visé"]
    assert shown.count("non comparé") == len(silent)


def test_an_operation_without_session_says_what_comes_first(db):
    with clock.at(TODAY), scope(TASK):
        operation = factories.an_operation()
        provider = browser(factories.a_coordinator(operation))
        for name in ("training:eos", "training:session"):
            assert "pas encore fixée" in page(provider, name, operation.pk)
        assert provider.get(f"/operations/{operation.pk}/feuilles/ouvrir/").status_code == 404


# Start and end


def test_the_start_is_found_with_who_came(eve):
    provider, here = browser(eve.coordinator), eve.operation.pk
    assert "se constate à partir du" in page(provider, "training:session", here)
    with clock.at(FIRST):
        assert "Constater le démarrage" in page(provider, "training:session", here)
        assert "Amina" in page(provider, "training:start", here)
        nobody = post(provider, "training:start", here, answered=422, on="2025-11-03")
        assert "Personne n&#x27;est entré" in nobody
        came = {"on": "2025-11-03", "entered": eve.ids[:2], "absent": eve.ids[2:]}
        finding = post(provider, "training:start", here, answered=200, **came)
        assert "Voici le constat qui sera fixé" in finding
        assert "moins de 6 stagiaires" in finding
        read = re.search(r'name="shown" value="([0-9a-f]+)"', finding)
        assert read
        another = post(provider, "training:start", here, answered=200, **{**came, "absent": [], "entered": eve.ids[:1]})
        assert f'value="{read[1]}"' not in another
        post(provider, "training:start", here, **came, shown=read[1])
        again = post(provider, "training:start", here, answered=422, on="2025-11-03")
        assert "déjà constaté" in again
        assert "2 stagiaires" in page(provider, "training:session", here)


def test_the_end_is_found_on_its_day(running):
    provider, here = browser(running.coordinator), running.operation.pk
    early = post(provider, "training:end", here, answered=422, on="2025-11-04")
    assert "déplacez d&#x27;abord sa date de fin" in early
    with clock.at(LAST):
        assert "Constater la fin" in page(provider, "training:session", here)
        post(provider, "training:end", here, on=LAST.isoformat())
        assert "terminée le" in page(provider, "training:session", here)


@pytest.mark.parametrize("name", ["start", "end", "open_sheets", "plan_placement", "report"])
def test_forms_are_not_shown_to_those_who_could_not_send_them(running, name):
    for actor in (running.officer, running.tutor):
        page(browser(actor), f"training:{name}", running.operation.pk, status=403)
    page(browser(running.stranger), f"training:{name}", running.operation.pk, status=404)
    page(Client(), f"training:{name}", running.operation.pk, status=302)


# Sheets


def test_a_stretch_of_timetable_is_opened_in_one_go(running):
    module = Module.objects.create(
        operation=running.operation,
        plan=TrainingPlan.objects.create(operation=running.operation),
        title="Aide à la toilette",
        hours_centre=70,
    )
    typed = {
        "on": "2025-11-06",
        "until": "2025-11-12",
        "halves": ["morning", "afternoon"],
        "minutes": 210,
        "module": module.pk,
        "trainer": running.trainer.person_id,
    }
    provider, here = browser(running.coordinator), running.operation.pk
    post(provider, "training:open_sheets", here, **typed)
    days = sorted({sheet.on for sheet in AttendanceSheet.objects.all()})
    assert days == [date(2025, 11, 6), date(2025, 11, 7), date(2025, 11, 10), date(2025, 11, 12)]
    assert AttendanceSheet.objects.count() == 8
    assert "déjà leur feuille" in post(provider, "training:open_sheets", here, answered=422, **typed)


def test_a_sheet_that_cannot_be_comes_back_with_what_was_typed(running):
    typed = {"on": "2025-11-11", "halves": ["morning"], "minutes": 210, "module_label": "Gestes", "trainer_name": "Ada"}
    refused = post(browser(running.coordinator), "training:open_sheets", running.operation.pk, answered=422, **typed)
    assert "Armistice" in refused
    assert 'value="Gestes"' in refused


def test_a_half_day_goes_from_the_room_to_the_lock(running):
    sheet = running.sheet()
    trainer, first = browser(running.trainer), browser(running.as_trainee(0))
    assert code_of(sheet) in page(trainer, "training:sheet", sheet.pk)
    assert code_of(sheet) not in page(first, "training:sheet", sheet.pk)
    assert "pas le bon" in post(first, "training:sign", sheet.pk, answered=422, room_code="1")
    post(first, "training:sign", sheet.pk, room_code=code_of(sheet))
    assert "Vous avez signé à" in page(first, "training:sheet", sheet.pk)
    lines = {f"person_{running.ids[1]}": "present", f"person_{running.ids[2]}": "absent", "version": sheet.version}
    post(trainer, "training:record", sheet.pk, **lines)
    post(trainer, "training:trainer_sign", sheet.pk)
    assert "se verrouille à partir de 12 h 30" in page(trainer, "training:sheet", sheet.pk)
    with clock.at(afternoon_of(TODAY)):
        post(trainer, "training:lock", sheet.pk)
    sheet.refresh_from_db()
    assert sheet.state == "locked"
    assert "verrouillée" in page(browser(running.officer), "training:sheet", sheet.pk)


def test_a_lock_too_early_says_what_is_missing(running):
    sheet = running.sheet()
    trainer = browser(running.trainer)
    shown = trainer.post(f"/feuilles/{sheet.pk}/verrouiller/", follow=True).content.decode()
    assert "à partir du 4 novembre 2025 à 12 h 30" in shown
    with clock.at(afternoon_of(TODAY)):
        shown = trainer.post(f"/feuilles/{sheet.pk}/verrouiller/", follow=True).content.decode()
    assert "Il reste à noter" in shown
    shown = browser(running.coordinator).post(f"/feuilles/{sheet.pk}/formateur/", follow=True)
    assert shown.status_code == 403


def test_a_correction_shows_its_reason_on_the_sheet(running):
    sheet = running.sheet()
    actions.record_attendance(running.coordinator, sheet.pk, dict.fromkeys(running.ids, "absent"))
    actions.sign_as_trainer(running.coordinator, sheet.pk, in_ink=True)
    lock_after(running.coordinator, sheet.pk)
    provider = browser(running.coordinator)
    address = ("training:correct", sheet.pk, running.ids[0])
    assert "Amina" in page(provider, *address)
    post(provider, *address, answered=422, state="present", reason=" ")
    post(provider, *address, state="present", reason="Certificat remis.")
    shown = page(provider, "training:sheet", sheet.pk)
    assert "Certificat remis." in shown
    assert f"par {Person.objects.get(pk=running.coordinator.person_id)}" in shown
    assert "Certificat" not in page(browser(running.as_trainee(0)), "training:sheet", sheet.pk)
    page(browser(running.trainer), *address, status=403)


def test_sheets_are_for_the_provider_the_region_and_their_trainees(running):
    sheet = running.sheet()
    other = factories.a_candidate(running.session, "Omar", state="met")
    for actor in (running.tutor, running.stranger, factories.actor(Who.ADVISER, running.prescriber)):
        page(browser(actor), "training:sheet", sheet.pk, status=404)
    page(browser(type(running.tutor)(Who.TRAINEE, other.person_id)), "training:sheet", sheet.pk, status=404)
    shown = page(browser(running.officer), "training:sheet", sheet.pk)
    assert "Code de la salle" not in shown


def test_sheets_are_printed_open_and_locked(running):
    sheet = running.sheet()
    running.sheet(half="afternoon")
    provider = browser(running.coordinator)
    post(provider, "training:print_sheet", sheet.pk)
    post(provider, "training:print_week", running.operation.pk)
    assert Document.objects.filter(kind="attendance-sheet").count() == 2
    assert "EMARG-" in page(provider, "training:sheet", sheet.pk)
    assert "EMARG-" in page(provider, "training:session", running.operation.pk)


# Periods in company


def test_periods_are_planned_for_several_at_once(running):
    provider, here = browser(running.coordinator), running.operation.pk
    typed = {
        "people": running.ids[:2],
        "employer": running.employer.pk,
        "tutor_name": "Rose Tuteur",
        "starts_on": "2026-01-05",
        "ends_on": "2026-01-16",
        "weekdays": ["1", "2", "3", "4", "5"],
        "hours": 70,
        "aims": "Accompagner les repas",
    }
    assert "tient dans la session" in post(
        provider, "training:plan_placement", here, answered=422, **typed | {"ends_on": "2026-05-01"}
    )
    post(provider, "training:plan_placement", here, **typed)
    assert Placement.objects.count() == 2
    assert "pas déjà" not in page(provider, "training:session", here)


def test_a_period_lives_through_its_page(running):
    placement = plan(running)
    provider, here = browser(running.coordinator), placement.pk
    firm, trainee = browser(running.tutor), browser(running.as_trainee(0))
    assert "Signer pour l&#x27;entreprise" in page(firm, "training:placement", here).replace("'", "&#x27;")
    for client in (firm, trainee, provider):
        post(client, "training:sign_placement", here)
    post(provider, "training:placement_deed", here, "preparer", on="2025-11-04", done=list(PREPARATION))
    early = post(provider, "training:placement_deed", here, "commencer", answered=422, on="2025-11-04")
    assert "commence entre ces dates" in early
    with clock.at(date(2026, 1, 20)):
        post(provider, "training:placement_deed", here, "commencer", on="2026-01-05")
        post(provider, "training:placement_deed", here, "visiter", on="2026-01-09", how="visit")
        post(provider, "training:placement_deed", here, "terminer", on="2026-01-16", hours_done=63)
        post(provider, "training:placement_deed", here, "retour", on="2026-01-19", in_group="on")
        shown = page(provider, "training:placement", here)
    assert "en groupe" in shown
    assert Placement.objects.get().state == "debriefed"
    page(provider, "training:placement_deed", here, "danser", status=404)


def test_ink_and_cancellation_have_their_forms(running):
    placement = plan(running)
    provider = browser(running.coordinator)
    paper = SimpleUploadedFile("papier.pdf", as_pdf([Image.new("L", (300, 400), 255)]))
    post(provider, "training:record_ink", placement.pk, on="2025-11-04", parties=["employer"], file=paper)
    assert "signé sur papier" in page(provider, "training:placement", placement.pk)
    assert "Garder la période" in page(provider, "training:placement_deed", placement.pk, "annuler")
    post(provider, "training:placement_deed", placement.pk, "annuler", reason="Le tuteur est absent.")
    assert Placement.objects.get().state == "cancelled"
    page(browser(running.officer), "training:placement_deed", placement.pk, "annuler", status=403)


def test_a_firm_signs_from_its_link_without_an_account(running):
    placement = plan(running)
    (address,) = read_links()
    visitor = Client()
    assert "Accompagner les repas" in visitor.get(address).content.decode()
    assert placement.signatures.count() == 0
    assert visitor.get(f"{address}convention.pdf").content.startswith(b"%PDF")
    fingerprint = placement.agreement.sha256
    assert visitor.post(address, {"fingerprint": fingerprint}).status_code == 422
    assert visitor.post(address, {"fingerprint": fingerprint, "read": "on"}).status_code == 303
    assert placement.signatures.count() == 0
    code = re.search(r"^\d{6}$", Mail.objects.get(purpose="convention/mail/signing_code").body, re.MULTILINE).group()
    wrong = "000000" if code != "000000" else "111111"
    assert "il reste 4 essais" in visitor.post(address, {"fingerprint": fingerprint, "code": wrong}).content.decode()
    assert visitor.post(address, {"fingerprint": fingerprint, "code": code}).status_code == 303
    signed = placement.signatures.get()
    assert (signed.party, signed.name, signed.fingerprint) == ("employer", "Rose Tuteur", fingerprint)
    assert "Vous avez signé" in visitor.get(address).content.decode()
    assert visitor.post(address, {"fingerprint": fingerprint, "code": code}).status_code == 303
    assert placement.signatures.count() == 1


def test_the_agreement_is_sent_again_and_the_former_link_dies(running):
    placement = plan(running)
    with clock.at(date(2025, 11, 10)):
        post(browser(running.coordinator), "training:send_agreement", placement.pk)
        first, second = read_links()
        assert Client().get(first).status_code == 410
        assert Client().get(second).status_code == 200
    with clock.at(date(2025, 11, 12)):
        assert "…@tilleuls.example" in Client().post(first, {"renew": "1"}).content.decode()
    assert len(read_links()) == 3


def test_an_agreement_signed_is_not_sent_again(running):
    placement = plan(running)
    actions.sign_placement(running.tutor, placement.pk)
    shown = browser(running.coordinator).post(f"/periodes/{placement.pk}/renvoyer/", follow=True).content.decode()
    assert "a déjà signé" in shown
    assert len(read_links()) == 1


# Exchanges, reports, cards


def test_an_exchange_and_a_report_leave_from_the_session_page(running):
    provider, here = browser(running.coordinator), running.operation.pk
    typed = {"organisation": running.employer.pk, "on": "2025-11-04", "how": "call", "note": "Tout va bien."}
    post(provider, "training:exchange", here, **typed)
    assert "déjà noté" in post(provider, "training:exchange", here, answered=422, **typed)
    assert Exchange.objects.count() == 1
    assert "Entrés" in page(provider, "training:report", here)
    post(provider, "training:report", here, comment="Un groupe soudé.")
    assert "déjà été envoyé" in post(provider, "training:report", here, answered=422)
    assert Report.objects.count() == 1
    shown = page(provider, "training:session", here)
    assert "Tout va bien." in shown
    assert "Un groupe soudé." in shown


def test_each_role_reads_its_part_of_the_session(running):
    plan(running)
    here = running.operation.pk
    region = page(browser(running.officer), "training:session", here)
    assert "Feuilles d" in region
    assert "Ouvrir des feuilles" not in region
    firm = page(browser(running.tutor), "training:session", here)
    assert running.people[0].person.last_name in firm
    assert running.people[1].person.last_name not in firm
    assert "Feuilles d" not in firm
    adviser = page(browser(factories.actor(Who.ADVISER, running.prescriber)), "training:session", here)
    assert running.people[1].person.last_name in adviser
    assert "Heures faites" not in adviser


def test_the_cards_stand_on_the_page_of_the_operation(running):
    running.sheet()
    shown = page(browser(running.coordinator), "operation", running.operation.pk)
    assert 'id="eos"' in shown
    assert 'id="session"' in shown


def count(client, name, *args):
    with CaptureQueriesContext(connection) as queries:
        page(client, name, *args)
    return len(queries)


def test_the_number_of_queries_does_not_follow_the_number_of_rows(running):
    provider, here = browser(running.coordinator), running.operation.pk
    running.sheet()
    plan(running, 0)
    few = count(provider, "training:session", here)
    for day in (5, 6, 7):
        running.sheet(on=date(2025, 11, day))
    for n in (1, 2):
        plan(running, n)
    for name in ("Les Lilas", "Maison Bel-Air"):
        firm = factories.an_employer(name)
        add_partner(running.officer, here, firm)
        actions.record_exchange(running.coordinator, here, firm.pk, on=TODAY, how="call")
    assert count(provider, "training:session", here) == few
    assert few < 30


# The trainee's space


def test_a_trainee_finds_dates_employer_papers_and_whom_to_call(running):
    promise = factories.a_promise(running.operation, running.employer)
    factories.a_pairing(running.people[0], promise)
    running.sheet()
    placement = plan(running)
    with clock.at(datetime(2025, 11, 4, 8, 30, tzinfo=clock.PARIS)):
        shown = page(browser(running.as_trainee(0)), "training:my_space")
    assert "Bonjour Amina" in shown
    assert "Je signe ma présence" in shown
    assert "Les Tilleuls" in shown
    assert f"/periodes/{placement.pk}/" in shown
    assert running.people[1].person.last_name not in shown


def test_a_trainee_signs_only_when_the_half_day_is_near(running):
    running.sheet()
    running.sheet(half="afternoon")
    for hour, expected in ((7, []), (9, ["morning"]), (13, ["morning", "afternoon"])):
        with clock.at(datetime(2025, 11, 4, hour, 0, tzinfo=clock.PARIS)):
            assert [day.half for day in my_space(running.as_trainee(0)).to_sign] == expected


def test_the_next_date_is_the_first_that_is_not_over(running):
    running.sheet()
    running.sheet(on=date(2025, 11, 5))
    with clock.at(datetime(2025, 11, 4, 18, 0, tzinfo=clock.PARIS)):
        assert my_space(running.as_trainee(0)).next_date.on == date(2025, 11, 5)


def test_a_candidate_before_the_start_reads_when_it_begins(eve):
    shown = page(browser(eve.as_trainee(0)), "training:my_space")
    assert "Ma formation commence" in shown


def test_somebody_met_by_a_firm_reads_whether_it_answered(running):
    promise = factories.a_promise(running.operation, running.employer)
    record_encounter(running.coordinator, running.ids[0], promise.pk, Said(met_on=TODAY, person="yes"))
    assert "pas encore répondu" in page(browser(running.as_trainee(0)), "training:my_space")
    record_encounter(running.coordinator, running.ids[0], promise.pk, Said(employer="after_placement"))
    after = page(browser(running.as_trainee(0)), "training:my_space")
    assert "Elle répondra après mes jours chez elle" in after
    assert "pas encore répondu" not in after
    record_encounter(running.coordinator, running.ids[0], promise.pk, Said(employer="no"))
    assert "Les Tilleuls" not in page(browser(running.as_trainee(0)), "training:my_space")


def test_members_have_no_trainee_space(running):
    assert browser(running.coordinator).get("/mon-espace/").status_code == 302
    assert Client().get("/mon-espace/").status_code == 302


def test_somebody_without_training_is_told_so(db):
    with clock.at(TODAY), scope(TASK):
        person = factories.a_person("Zoé")
        assert "pas de formation en cours" in page(browser(trainee(person)), "training:my_space")
