"""A person says their way to the firms they met, by the link that asks whether they come; no employer reads it."""

from html import unescape

import pytest
from django.test import Client

import factories as make
from browsing import browser, page
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import NotAllowed, Unknown, WrongState
from defi.steps.pairing import actions
from defi.steps.pairing.actions import Said, Travel
from defi.steps.pairing.models import Encounter
from defi.steps.sourcing.actions import confirm_candidate

pytestmark = pytest.mark.django_db


class Stage:
    """Amina was selected by a link, and has met two firms."""

    def __init__(self):
        self.operation = make.an_operation()
        self.session = make.a_session(self.operation, seats=8)
        self.lead = make.a_coordinator(self.operation)
        self.amina = make.a_candidate(self.session, "Amina", state="selected", email="amina@example.org")
        self.firms = [make.an_employer("Les Tilleuls"), make.an_employer("Bel-Air")]
        self.promises = [make.a_promise(self.operation, firm) for firm in self.firms]
        said = Said(met_on=clock.today(), employer="yes", person="awaited")
        self.met = [actions.record_encounter(self.lead, self.amina.pk, p.pk, said) for p in self.promises]
        self.address = self.link_of("amina@example.org")

    @staticmethod
    def link_of(address):
        body = Mail.objects.filter(address=address).latest("pk").body
        return "/lien/" + body.split("/lien/")[1].split("/")[0] + "/"

    @property
    def bearer(self):
        return links.bearer(links.find(self.address.split("/")[2]))

    def typed(self, minutes, by, n=0):
        with scope(TASK):
            rows = [Encounter.objects.get(pk=one.pk) for one in self.met]
        typed = {f"version_{one.pk}": one.version for one in rows}
        for one in rows:
            typed |= {f"travel_minutes_{one.pk}": one.travel_minutes or "", f"travel_by_{one.pk}": one.travel_by}
        return typed | {f"travel_minutes_{rows[n].pk}": minutes, f"travel_by_{rows[n].pk}": by}

    def kept(self, n=0):
        with scope(TASK):
            return Encounter.objects.get(pk=self.met[n].pk).travel


@pytest.fixture
def stage():
    return Stage()


def read(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.content.decode()).replace("\xa0", " ")


def test_the_page_of_the_link_proposes_it_and_it_is_noted_for_one_firm_alone(stage):
    client = Client()
    assert f'href="{stage.address}trajet"' in read(client, stage.address)
    asked = read(client, stage.address + "trajet")
    assert "Les Tilleuls : minutes pour l'aller" in asked
    assert "les employeurs ne le voient pas" in asked
    answer = client.post(stage.address + "trajet", stage.typed(25, "bus"))
    assert answer.status_code == 302
    assert "C'est noté" in read(client, answer["Location"])
    assert (stage.kept(), stage.kept(1)) == (Travel(25, "bus"), Travel())
    entry = JournalEntry.objects.filter(verb="encounter.say_travel").get()
    assert (entry.actor_person_id, "25" in str(entry.after)) == (stage.amina.person_id, False)


def test_the_provider_reads_it_and_no_employer_does(stage):
    actions.say_travel(stage.bearer, stage.met[0].pk, Travel(25, "bus"))
    assert "25 min en bus" in unescape(page(browser(stage.lead), "pairing:board", stage.operation.pk))
    recruiter = make.actor(Who.RECRUITER, stage.firms[0])
    for name, pk in (("pairing:board", stage.operation.pk), ("pairing:answer", stage.met[0].pk)):
        assert "25 min" not in page(browser(recruiter), name, pk)


def test_it_can_be_said_after_confirming_changed_and_erased(stage):
    confirm_candidate(stage.bearer, stage.amina.pk)
    assert "Dire votre trajet" in read(Client(), stage.address)
    for minutes, by, kept in ((40, "bike", Travel(40, "bike")), ("", "", Travel())):
        Client().post(stage.address + "trajet", stage.typed(minutes, by))
        assert stage.kept() == kept


def test_said_by_half_it_is_refused_beside_its_field_and_nothing_typed_is_lost(stage):
    answer = Client().post(stage.address + "trajet", stage.typed(25, ""))
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Indiquez aussi par quel moyen" in text
    assert 'value="25"' in text
    assert stage.kept() == Travel()


def test_a_link_says_nothing_of_the_way_of_somebody_else(stage):
    other = make.a_candidate(stage.session, "Bruno", state="selected", email="bruno@example.org")
    met = actions.record_encounter(stage.lead, other.pk, stage.promises[0].pk, Said(met_on=clock.today()))
    with pytest.raises(Unknown):
        actions.say_travel(stage.bearer, met.pk, Travel(25, "bus"))
    with pytest.raises(NotAllowed):
        actions.say_travel(stage.lead, met.pk, Travel(25, "bus"))


def test_there_is_nothing_to_say_to_who_met_nobody_nor_once_the_firm_withdrew(stage):
    make.a_candidate(stage.session, "Chloé", state="selected", email="chloe@example.org")
    alone = stage.link_of("chloe@example.org")
    assert "trajet" not in read(Client(), alone)
    assert "Il n'y a pas de trajet à dire" in read(Client(), alone + "trajet")
    actions.withdraw_promise(stage.lead, stage.promises[0].pk, reason="perte d'un marché")
    assert "Les Tilleuls" not in read(Client(), stage.address + "trajet")
    with pytest.raises(WrongState, match="retiré sa promesse"):
        actions.say_travel(stage.bearer, stage.met[0].pk, Travel(25, "bus"))


def test_any_other_page_behind_the_link_does_not_exist(stage):
    read(Client(), stage.address + "salaire", status=404)
