"""The pages of mails: who reads what of them, who drops or sends again, who mends an address that fails."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import factories as make
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.journal import acting
from defi.kernel.mail import leaving
from defi.kernel.models import FailingAddress, JournalEntry, Link, Mail
from defi.kernel.outbox import Recipient, queue
from defi.operations.actions import add_partner
from defi.people.models import Account, MailChoice, Membership, Person

pytestmark = pytest.mark.django_db

MONDAY = datetime(2025, 11, 3, 9, tzinfo=UTC)


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(Account.objects.get(person=person))
    return browser


def member(role, house, name="Alex"):
    person = make.a_person(name, email=f"{name.lower()}-{role}@exemple.invalid")
    make.actor(role, house, person)
    return person


class Stage:
    """An operation, the people around it, and one mail to each kind of reader."""

    def __init__(self) -> None:
        self.house = make.a_provider()
        self.coordinator = member(Who.COORDINATOR, self.house, "Claire")
        self.officer = member(Who.OFFICER, make.a_region(), "Olivier")
        self.operation = make.an_operation(self.house)
        self.prescriber = make.a_prescriber()
        add_partner(make.an_officer(), self.operation.pk, self.prescriber)
        self.adviser = member(Who.ADVISER, self.prescriber, "Aline")
        session = make.a_session(self.operation)
        self.candidacy = make.a_candidate(session, "Nadia", state="selected", email="nadia@exemple.invalid")
        Mail.objects.all().delete()
        self.mails = {
            "adviser": self.write("training/mail/report_part", self.adviser, self.prescriber),
            "candidate": self.write("sourcing/mail/answer_person", self.candidacy.person),
            "officer": self.write("closing/mail/certificate_requested", self.officer, make.a_region()),
        }

    def write(self, purpose, person, house=None, *, text="Un texte", at=MONDAY) -> Mail:
        return Mail.objects.create(
            purpose=purpose,
            person_id=person.pk,
            organisation_id=house.pk if house else None,
            file_id=self.operation.pk,
            address=person.email,
            subject=f"Objet pour {person.first_name}",
            body=f"{text} pour {person.first_name}\n",
            queued_at=at,
            due_at=at,
        )

    def page(self, person, after=""):
        return browser_of(person).get(f"/operations/{self.operation.pk}/courriels/{after}")

    def shown(self, person) -> str:
        return self.page(person).content.decode()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_who_runs_the_operation_reads_what_was_written_to_whom_and_what_became_of_it(stage):
    Mail.objects.filter(pk=stage.mails["adviser"].pk).update(sent_at=MONDAY)
    shown = stage.shown(stage.coordinator)
    assert "Point régulier, pour l&#x27;employeur ou le partenaire" in shown
    assert "aline-adviser@exemple.invalid" in shown
    assert "Envoyé" in shown
    assert "nadia@exemple.invalid" in shown
    # What the Region writes to itself is named, and not read.
    assert "Attestation demandée" in shown
    assert "Objet pour Olivier" not in shown


def test_the_region_does_not_read_the_address_or_the_words_of_a_candidate(stage):
    shown = stage.shown(stage.officer)
    assert "une personne candidate" in shown
    assert "nadia@exemple.invalid" not in shown
    assert "Objet pour Nadia" not in shown
    text = stage.page(stage.officer, f"{stage.mails['candidate'].pk}/").content.decode()
    assert "pour son destinataire" in text
    assert "Un texte" not in text


def test_a_partner_sees_what_was_written_to_its_own_house(stage):
    shown = stage.shown(stage.adviser)
    assert "Objet pour Aline" in shown
    assert "Olivier" not in shown
    assert "Renvoyer" not in shown
    assert stage.page(stage.adviser, f"{stage.mails['officer'].pk}/").status_code == 404
    assert (
        browser_of(member(Who.COORDINATOR, make.a_provider("Autre")))
        .get(f"/operations/{stage.operation.pk}/courriels/")
        .status_code
        == 404
    )


def test_a_living_secret_is_shown_to_nobody_else(stage):
    link = links.issue(stage.operation, "plan.approve", address=stage.adviser.email, person_id=stage.adviser.pk)
    mail = stage.write("design/mail/plan_passed", stage.adviser, stage.prescriber, text=link)
    shown = stage.page(stage.coordinator, f"{mail.pk}/").content.decode()
    assert link.split("/lien/")[1] not in shown
    assert "lien personnel, caché ici" in shown


def test_a_mail_that_waits_is_dropped_with_a_reason_that_the_journal_keeps(stage):
    mail = stage.mails["adviser"]
    browser = browser_of(stage.coordinator)
    address = f"/operations/{stage.operation.pk}/courriels/{mail.pk}/ecarter/"
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert "ne partira pas" in browser.post(address, {"reason": "dit de vive voix"}, follow=True).content.decode()
    mail.refresh_from_db()
    assert mail.dropped_why == "person"
    entry = JournalEntry.objects.get(verb="mail.drop")
    assert (entry.after["mail"], entry.reason.text) == (mail.pk, "dit de vive voix")
    assert browser.post(address, {"reason": "encore"}).status_code == 422


def test_a_mail_is_sent_again_to_the_address_its_reader_has_now(stage):
    mail = stage.mails["adviser"]
    Mail.objects.filter(pk=mail.pk).update(failed_at=MONDAY, error="550 unknown")
    with scope(TASK):
        Person.objects.filter(pk=stage.adviser.pk).update(email="nouvelle@exemple.invalid")
    address = f"/operations/{stage.operation.pk}/courriels/{mail.pk}/"
    assert "est renvoyé" in browser_of(stage.coordinator).post(address, follow=True).content.decode()
    again = Mail.objects.latest("id")
    assert (again.address, again.purpose, again.urgency) == ("nouvelle@exemple.invalid", mail.purpose, "now")
    assert (again.from_person_id, again.body) == (stage.coordinator.pk, mail.body)
    assert JournalEntry.objects.filter(verb="mail.resend").count() == 1


def test_nothing_is_sent_again_to_an_address_that_fails_nor_by_who_does_not_run_the_operation(stage):
    mail = stage.mails["adviser"]
    Mail.objects.filter(pk=mail.pk).update(sent_at=MONDAY)
    address = f"/operations/{stage.operation.pk}/courriels/{mail.pk}/"
    assert browser_of(stage.adviser).post(address).status_code == 403
    FailingAddress.objects.create(address=mail.address, since=MONDAY)
    answer = browser_of(stage.coordinator).post(address)
    assert answer.status_code == 409
    assert "ne reçoit plus" in answer.content.decode()


def test_a_mail_with_a_personal_link_is_written_anew_with_a_new_link(stage):
    with acting(TASK, "person.register") as act:
        old = links.issue(
            stage.candidacy,
            "candidacy.confirm",
            address=stage.candidacy.person.email,
            person_id=stage.candidacy.person_id,
        )
        to = Recipient(stage.candidacy.person.email, person_id=stage.candidacy.person_id)
        context = {"person": stage.candidacy.person, "training": "F", "link": old}
        mail = queue(act, to, "sourcing/mail/selected_person.txt", context, file_id=stage.operation.pk)
    assert Link.objects.get(pk=mail.link_id).verb == "candidacy.confirm"
    Mail.objects.filter(pk=mail.pk).update(sent_at=MONDAY)
    address = f"/operations/{stage.operation.pk}/courriels/{mail.pk}/"
    answer = browser_of(stage.coordinator).post(address, follow=True)
    assert "est renvoyé" in answer.content.decode()
    again = Mail.objects.latest("id")
    assert again.purpose == "sourcing/mail/selected_person"
    assert again.link_id != mail.link_id
    assert old not in again.body
    assert links.find(again.url.split("/lien/")[1].strip("/")).pk == again.link_id
    assert again.url in again.body


def test_an_address_that_fails_is_on_the_list_of_who_can_mend_it_until_it_is_changed(stage):
    region = make.a_region()
    administrator = member(Who.ADMINISTRATOR, stage.house, "Anne")
    Mail.objects.filter(pk=stage.mails["adviser"].pk).update(failed_at=MONDAY)
    for address in (stage.adviser.email, stage.coordinator.email):
        FailingAddress.objects.create(address=address, since=MONDAY, said="550 5.1.1 unknown")
    assert "2 adresses ne reçoivent plus" in browser_of(administrator).get("/a-faire/").content.decode()
    officer = browser_of(stage.officer)
    listed = officer.get("/adresses-en-echec/").content.decode()
    assert "Aline" in listed
    assert "1 courriel non remis" in listed
    assert "Claire" not in listed
    assert "Son adresse ne reçoit plus" in officer.get(f"/personnes/{stage.adviser.pk}/courriels/").content.decode()
    with scope(TASK):
        membership = Membership.objects.get(person=stage.adviser)
        version = Person.objects.get(pk=stage.adviser.pk).version
    typed = {"email": "aline@exemple.invalid", "version": version}
    assert officer.post(f"/equipe/{membership.pk}/adresse/", typed | {"email": "aline"}).status_code == 422
    assert officer.post(f"/equipe/{membership.pk}/adresse/", typed).status_code == 302
    assert Account.objects.get(person=stage.adviser).email == "aline@exemple.invalid"
    assert "Toutes les adresses reçoivent" in officer.get("/adresses-en-echec/").content.decode()
    assert "ne reçoi" not in officer.get("/a-faire/").content.decode()
    assert region


def test_an_address_is_changed_by_who_answers_for_all_its_accesses_and_to_one_that_nobody_has(stage):
    administrator = member(Who.ADMINISTRATOR, stage.house, "Anne")
    make.actor(Who.TRAINER, make.a_provider("Autre maison"), stage.coordinator)
    with scope(TASK):
        membership = Membership.objects.get(person=stage.coordinator, organisation=stage.house)
    address = f"/equipe/{membership.pk}/adresse/"
    typed = {"email": "x@exemple.invalid", "version": 1}
    assert browser_of(administrator).post(address, typed).status_code == 403
    officer = browser_of(stage.officer)
    taken = officer.post(address, typed | {"email": stage.adviser.email})
    assert taken.status_code == 422
    assert "déjà avec cette adresse" in taken.content.decode()


def test_an_address_is_believed_again_by_a_button(stage):
    failing = FailingAddress.objects.create(address=stage.coordinator.email, since=MONDAY)
    assert browser_of(stage.adviser).post(f"/adresses-en-echec/{failing.pk}/essayer/").status_code == 404
    colleague = member(Who.COORDINATOR, stage.house, "Chloé")
    assert browser_of(colleague).post(f"/adresses-en-echec/{failing.pk}/essayer/").status_code == 302
    assert FailingAddress.objects.count() == 0


def test_everybody_chooses_what_they_receive_and_reads_what_they_were_sent(stage):
    browser = browser_of(stage.adviser)
    assert "Objet pour Aline" in browser.get("/mes-courriels/").content.decode()
    assert browser.post("/mes-courriels/", {}).status_code == 422
    assert browser.post("/mes-courriels/", {"what": "urgent"}).status_code == 302
    with scope(TASK):
        assert MailChoice.objects.get(person=stage.adviser).urgent_only
    Mail.objects.filter(pk=stage.mails["adviser"].pk).update(urgency="digest")
    with clock.at(datetime(2025, 11, 4, 7, tzinfo=UTC)):
        leaving.go_round()
    assert Mail.objects.get(pk=stage.mails["adviser"].pk).dropped_why == "choice"
    assert "que l&#x27;urgent" in browser.get("/mes-courriels/").content.decode()


def test_the_mails_of_a_person_are_for_those_who_may_see_them(stage):
    candidate = f"/personnes/{stage.candidacy.person_id}/courriels/"
    assert "Objet pour Nadia" in browser_of(stage.coordinator).get(candidate).content.decode()
    for other in (stage.officer, stage.adviser):
        assert browser_of(other).get(candidate).status_code == 404
    assert Client().get(candidate).status_code in {302, 404}


def test_the_list_costs_the_same_whatever_its_length(stage):
    browser = browser_of(stage.coordinator)
    with CaptureQueriesContext(connection) as few:
        browser.get(f"/operations/{stage.operation.pk}/courriels/")
    for _time in range(10):
        stage.write("training/mail/report_part", stage.adviser, stage.prescriber)
        stage.write("sourcing/mail/answer_person", stage.candidacy.person)
    with CaptureQueriesContext(connection) as many:
        browser.get(f"/operations/{stage.operation.pk}/courriels/")
    assert len(few) == len(many) <= 25
