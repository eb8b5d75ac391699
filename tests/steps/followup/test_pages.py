"""The pages of the follow-up: the table, a situation, an attempt, the report; and the person's own link."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import endings
import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Document, Mail
from defi.kernel.refusals import Invalid, WrongState
from defi.people.models import Person
from defi.people.queries import trainee
from defi.steps.followup import actions
from defi.steps.followup.models import FollowUpReport, Situation
from defi.steps.followup.rules import Said

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 20)


@pytest.fixture(scope="module")
def over(django_db_setup, django_db_blocker):
    def build():
        ending = endings.begun(seats=6, people=2, paired=2)
        ending.end()
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(over):
    over.refresh()
    with clock.at(DAY):
        yield over


def test_from_the_first_call_to_the_report(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    first, second = ending.people
    assert "2 situations à noter" in page(provider, "followup:followup", here)
    said = {"status": "promised_employer", "contract": "cdi", "how": "phone", "on": DAY.isoformat()}
    post(provider, "followup:situation", first.pk, "exit", **said)
    refused = post(provider, "followup:situation", second.pk, "exit", answered=422, **said | {"contract": ""})
    assert "Indiquez le contrat" in refused
    lost = {"status": "not_reached", "how": "phone", "on": DAY.isoformat()}
    assert "tentative" in provider.post(f"/suivi/{second.pk}/exit/", lost).content.decode()
    assert "encore" in page(provider, "followup:report", here, "exit")
    post(provider, "followup:attempt", second.pk, "exit", tried_on=DAY.isoformat())
    assert provider.post(f"/suivi/{second.pk}/exit/", lost).status_code == 303
    post(provider, "followup:report", here, "exit", remarks="Une personne injoignable")
    shown = page(browser(ending.officer), "followup:followup", here)
    assert "transmis" in shown
    assert "100 % (1 sur 1)".replace(" ", "") in shown.replace("\u00a0", "").replace(" ", "")
    with scope(TASK):
        assert FollowUpReport.objects.count() == 1


def test_a_correction_asks_for_its_reason(ending):
    provider, person = browser(ending.coordinator), ending.people[0]
    said = {"status": "looking", "how": "phone", "on": DAY.isoformat()}
    address = f"/suivi/{person.pk}/exit/"
    assert provider.post(address, said).status_code == 303
    assert "déjà notée" in provider.get(address).content.decode()
    assert provider.post(address, said | {"status": "training", "version": 1}).status_code == 422
    done = provider.post(address, said | {"status": "training", "version": 1, "reason": "rappelée"})
    assert done.status_code == 303
    with scope(TASK):
        assert Situation.objects.get().status == "training"


def test_what_comes_later_is_said_instead_of_asked(ending):
    shown = page(browser(ending.coordinator), "followup:situation", ending.people[0].pk, "m3")
    assert "à partir du 3\u00a0juillet" in shown
    assert "Enregistrer" not in shown


def test_the_page_takes_a_constant_number_of_queries(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    with CaptureQueriesContext(connection) as few:
        page(provider, "followup:followup", here)
    for person in ending.people:
        said = {"status": "looking", "how": "phone", "on": DAY.isoformat()}
        provider.post(f"/suivi/{person.pk}/exit/", said)
    with CaptureQueriesContext(connection) as many:
        page(provider, "followup:followup", here)
    assert len(many) == len(few) < 30


def test_a_missing_date_of_attempt_is_said(ending):
    provider, person = browser(ending.coordinator), ending.people[0]
    shown = provider.post(f"/suivi/{person.pk}/exit/tentative/", {}, follow=True)
    assert "Indiquez la date" in shown.content.decode()


def test_the_region_reads_and_partners_find_nothing_of_people(ending):
    here, person = ending.operation.pk, ending.people[0]
    shown = page(browser(ending.officer), "followup:followup", here)
    assert person.person.short_name in shown
    assert "Noter" not in shown
    assert browser(ending.officer).post(f"/suivi/{person.pk}/exit/", {"status": "looking"}).status_code in {403, 422}
    signatory = browser(make.actor(Who.SIGNATORY, ending.employers[0]))
    page(signatory, "followup:followup", here, status=404)
    page(signatory, "followup:situation", person.pk, "exit", status=404)
    page(browser(ending.stranger), "followup:followup", here, status=404)
    page(browser(ending.coordinator), "followup:situation", person.pk, "m12", status=404)


def test_the_cabinet_reads_no_number_of_what_became_of_people(ending):
    provider, here = browser(ending.coordinator), ending.operation.pk
    said = {"status": "promised_employer", "contract": "cdi", "how": "phone", "on": DAY.isoformat()}
    for person in ending.people:
        post(provider, "followup:situation", person.pk, "exit", **said)
    post(provider, "followup:report", here, "exit", remarks="")
    with scope(TASK):
        report = FollowUpReport.objects.select_related("document").get()
    officer, cabinet = browser(ending.officer), browser(make.actor(Who.CABINET, ending.operation.region))
    assert "2 sur 2" in page(officer, "followup:followup", here).replace("\xa0", " ")
    read = page(cabinet, "followup:followup", here).replace("\xa0", " ")
    assert "transmis" in read
    assert "sur 2" not in read
    # What it would read a second time, once one more is noted, would tell of that one.
    assert "en emploi" not in read.lower().replace("suivi dans l'emploi", "")
    assert f"/documents/{report.document.code}" not in read
    assert officer.get(reverse("document", args=[report.document.code])).status_code == 200
    assert cabinet.get(reverse("document", args=[report.document.code])).status_code == 404
    card = reverse("operation_card", args=[here, "followup"])
    assert "en emploi : 2" in officer.get(card, headers={"HX-Request": "true"}).content.decode()
    assert "en emploi" not in cabinet.get(card, headers={"HX-Request": "true"}).content.decode()


class TestTheLink:
    @pytest.fixture
    def reachable(self, ending):
        Person._base_manager.filter(pk=ending.people[0].person_id).update(email="leila@example.org")
        ending.refresh()
        return ending

    def address(self):
        mail = Mail.objects.filter(purpose="followup/mail/ask").latest("pk")
        assert mail.address == "leila@example.org"
        return re.search(r"(/lien/[^/]+/)", mail.body)[1]

    def test_a_person_says_it_from_their_own_link(self, reachable):
        person = reachable.people[0]
        browser(reachable.coordinator).post(f"/suivi/{person.pk}/exit/demander/")
        address = self.address()
        shown = Client().get(address).content.decode()
        assert "où en êtes-vous" in shown
        assert "non joint" not in shown
        thanks = Client().post(address, {"status": "promised_employer", "contract": "cdi"})
        assert "Merci" in thanks.content.decode()
        again = Client().post(address, {"status": "looking"})
        assert "Merci" in again.content.decode()
        with scope(TASK):
            row = Situation.objects.get()
        assert (row.status, row.how, row.lasting) == ("promised_employer", "link", True)

    def test_what_is_missing_is_said_beside_it(self, reachable):
        person = reachable.people[0]
        with endings.on(DAY):
            actions.ask_situation(reachable.coordinator, person.pk)
        shown = Client().post(self.address(), {"status": "other_employer"})
        assert shown.status_code == 422
        assert "Indiquez le contrat" in shown.content.decode()

    def test_nobody_is_asked_without_an_address_or_twice(self, reachable):
        with endings.on(DAY):
            with pytest.raises(Invalid, match="appelez-la"):
                actions.ask_situation(reachable.coordinator, reachable.people[1].pk)
            said = Said("looking", "phone", DAY)
            actions.record_situation(reachable.coordinator, reachable.people[0].pk, moment="exit", said=said)
            with pytest.raises(WrongState, match="déjà connue"):
                actions.ask_situation(reachable.coordinator, reachable.people[0].pk)


def test_a_trainee_says_it_from_their_own_space(ending):
    person = ending.people[0]
    mine = browser(trainee(person.person))
    assert "Votre situation" in page(mine, "followup:situation", person.pk, "exit")
    assert "Il m'a promis un emploi" in page(mine, "training:my_space")
    page(mine, "followup:situation", ending.people[1].pk, "exit", status=404)
    assert mine.post(f"/suivi/{person.pk}/exit/", {"status": "looking"}).status_code == 303


def test_a_change_after_the_report_is_said_to_both_sides_and_sent_again(ending):
    provider, officer, here = browser(ending.coordinator), browser(ending.officer), ending.operation.pk
    said = {"status": "looking", "how": "phone", "on": DAY.isoformat()}
    for person in ending.people:
        post(provider, "followup:situation", person.pk, "exit", **said)
    post(provider, "followup:report", here, "exit", remarks="")
    assert "Rien n'a changé" in page(provider, "followup:report", here, "exit").replace("’", "'")
    told = page(provider, "followup:situation", ending.people[0].pk, "exit").replace("\xa0", " ")
    assert "connue par téléphone le 20 avr. 2026 : en recherche" in told
    assert "transmettez une nouvelle version" in told
    post(
        provider, "followup:situation", ending.people[0].pk, "exit", **said | {"status": "training"}, reason="rappelée"
    )
    name = ending.people[0].person.short_name
    for reader in (provider, officer):
        assert f"{name} : le tableau ci-dessus" in page(reader, "followup:followup", here).replace("\xa0", " ")
        card = reader.get(reverse("operation_card", args=[here, "followup"]), headers={"HX-Request": "true"})
        assert "a changé depuis le rapport" in card.content.decode()
    assert "nouvelle version" not in page(officer, "followup:followup", here)
    assert "Dites pourquoi" in post(provider, "followup:report", here, "exit", answered=422, remarks="")
    post(provider, "followup:report", here, "exit", remarks="", reason="Nour a été jointe")
    with scope(TASK):
        former = Document.objects.get(object_type="followup.followupreport", replaced_on__isnull=False)
    for reader in (provider, officer):
        shown = page(reader, "followup:followup", here)
        assert "le tableau ci-dessus" not in shown
        assert f'href="{reverse("document", args=[former.code])}">Rapport du 20' in shown
        assert reader.get(reverse("document", args=[former.code])).status_code == 200
    cabinet = browser(make.actor(Who.CABINET, ending.operation.region))
    assert former.code not in page(cabinet, "followup:followup", here)


def test_a_second_answer_by_the_link_is_said_not_kept(ending):
    person = ending.people[0]
    with scope(TASK):
        person.person.email = "p0@example.org"
        person.person.save()
    actions.ask_situation(ending.coordinator, person.pk)
    here = re.search(r"(/lien/[^/]+/)", Mail.objects.filter(address="p0@example.org").latest("pk").body)[1]
    Client().post(here, {"status": "looking"})
    again = Client().post(here, {"status": "training"}).content.decode().replace("\xa0", " ")
    assert "pas gardée" in again or "déjà" in again
    with scope(TASK):
        assert Situation.objects.get().status == "looking"
