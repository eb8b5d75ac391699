"""« Mon agenda »: one address per person, which tells what concerns them and nobody's name, until it is closed."""

from datetime import date, datetime, time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

import factories as make
from convention.signing_stage import a_stage
from defi.journey.projection import rewrite_all
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry
from defi.operations.models import Meeting, Operation, Partner
from defi.people.agenda import address_of, own_agenda
from defi.people.models import Account, Agenda, Membership
from defi.steps.convention import actions
from defi.steps.convention.actions import OptionFacts
from defi.steps.sourcing.models import SourcingLine

pytestmark = pytest.mark.django_db

NOW = date(2025, 10, 6)


@pytest.fixture(autouse=True)
def then():
    with clock.at(NOW):
        yield


class Somebody:
    """A member with a browser and, once opened, an address."""

    def __init__(self, who, house, name="Sam", basins=None):
        self.person = make.a_person(name, email=f"{name.lower()}-{who}@exemple.invalid")
        self.actor = make.actor(who, house, self.person, basins)
        self.browser = Client()
        self.browser.force_login(Account.objects.get(person=self.person))

    def opens(self) -> str:
        assert self.browser.post("/mon-agenda/adresse/").status_code == 302
        return self.path()

    def path(self) -> str:
        with scope(self.actor):
            agenda = own_agenda(self.actor)
        assert agenda is not None
        return "/" + address_of(agenda).split("/", 3)[3]

    def events(self) -> dict[str, str]:
        answer = Client().get(self.path())
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith("text/calendar")
        found = Calendar.from_ical(answer.content).walk("VEVENT")
        return {str(event["UID"]): str(event["SUMMARY"]) for event in found}


@pytest.fixture
def stage():
    """A date of signing is held, a committee planned, a meeting published and another in preparation."""
    stage = a_stage()
    (option,) = actions.propose_options(
        stage.lead, stage.operation.pk, [OptionFacts(date(2025, 11, 5), time(14, 30), "Mairie")]
    )
    actions.forward_options(stage.officer, stage.operation.pk)
    actions.hold_option(stage.cabinet, option.pk)
    with scope(TASK):
        Meeting.objects.create(operation=stage.operation, kind="review", planned_on=date(2026, 2, 20))
        Meeting.objects.create(operation=stage.operation, kind="committee", planned_on=date(2025, 10, 20))
        for day, published in ((14, NOW), (16, None)):
            SourcingLine.objects.create(
                operation=stage.operation,
                kind="info",
                planned_on=date(2025, 10, day),
                owner=stage.operation.provider,
                place="Salle 2",
                aim="se rencontrer",
                at=time(9),
                minutes=90,
                led_by="Jo Nommé",
                follows="un appel",
                accompanied_by="Jo Nommé",
                published_on=published,
            )
    rewrite_all()
    return stage


def test_a_coordinator_reads_all_that_is_theirs(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    lead.opens()
    told = lead.events()
    operation = stage.operation.pk
    assert told[f"signature-{operation}@defi"].startswith("Signature : ")
    assert told[f"session-{stage.session.pk}-debut@defi"] == f"Début de la formation : {stage.operation.title}"
    assert told[f"session-{stage.session.pk}-fin@defi"].startswith("Fin de la formation")
    assert sum(uid.startswith("reunion-") for uid in told) == 2
    assert sum(uid.startswith("rencontre-") for uid in told) == 2
    assert f"a-faire-convention.send-{operation}@defi" in told
    assert f"a-faire-signing.invite-{operation}@defi" not in told
    assert "Jo Nommé" not in str(told)


def test_each_role_reads_its_own_tasks_and_no_more(stage):
    operation = stage.operation.pk
    cabinet = Somebody(Who.CABINET, stage.region, "Paul")
    cabinet.opens()
    told = cabinet.events()
    assert f"signature-{operation}@defi" in told
    assert not [uid for uid in told if uid.startswith(("session-", "rencontre-", "reunion-"))]
    firm = Somebody(Who.SIGNATORY, stage.firm, "Fanny")
    firm.opens()
    told = firm.events()
    assert f"signature-{operation}@defi" in told
    assert sum(uid.startswith("rencontre-") for uid in told) == 1
    assert not [uid for uid in told if "signing." in uid or "convention.send" in uid]


def test_an_officer_reads_the_operations_of_their_territory(stage):
    here = Somebody(Who.OFFICER, stage.region, "Hélène", [stage.operation.basin])
    there = Somebody(Who.OFFICER, stage.region, "Olga", [make.a_basin("Ailleurs")])
    here.opens()
    there.opens()
    assert f"signature-{stage.operation.pk}@defi" in here.events()
    assert there.events() == {}


def test_who_takes_no_part_or_has_left_reads_nothing(stage):
    stranger = Somebody(Who.COORDINATOR, make.a_provider("Autre organisme"))
    stranger.opens()
    assert stranger.events() == {}
    adviser = Somebody(Who.ADVISER, stage.mission, "Aline")
    adviser.opens()
    assert f"signature-{stage.operation.pk}@defi" in adviser.events()
    with scope(TASK):
        Partner.objects.filter(operation=stage.operation, organisation=stage.mission).update(left_on=NOW)
    assert adviser.events() == {}


def test_a_person_of_two_houses_has_one_calendar(stage):
    both = Somebody(Who.ADVISER, stage.mission, "Aline")
    make.actor(Who.SIGNATORY, stage.firm, both.person)
    both.opens()
    assert len([uid for uid in both.events() if uid.startswith("signature-")]) == 1


def test_an_abandoned_operation_leaves_the_calendar(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    lead.opens()
    with scope(TASK):
        Operation.objects.filter(pk=stage.operation.pk).update(state="abandoned", closed_on=NOW)
    rewrite_all()
    assert lead.events() == {}


def test_the_address_is_renewed_then_closed_and_the_former_says_so(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    former = lead.opens()
    second = lead.opens()
    assert former != second
    gone = Client().get(former)
    assert gone.status_code == 410
    assert "ne sert plus" in gone.content.decode()
    assert Client().get(second).status_code == 200
    lead.browser.post("/mon-agenda/fermer/")
    assert Client().get(second).status_code == 410
    assert "Obtenir mon adresse" in lead.browser.get("/mon-agenda/").content.decode()
    third = lead.opens()
    assert third not in {former, second}
    assert Client().get(second).status_code == 410


def test_an_address_cut_made_up_or_of_somebody_else_is_not_found(stage):
    path = Somebody(Who.COORDINATOR, stage.operation.provider).opens()
    number, edition, proof = path.removeprefix("/agenda/").removesuffix(".ics").split("-")
    for wrong in (f"{number}-{edition}-{proof[:-1]}0"[:-1] + "z", f"{number}-{int(edition) + 1}-{proof}", "x", proof):
        answer = Client().get(f"/agenda/{wrong}.ics")
        assert answer.status_code == 404
        assert "adresse est incomplète" in answer.content.decode()


def test_who_has_no_access_any_more_reads_nothing(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    path = lead.opens()
    with scope(TASK):
        Membership.objects.filter(person=lead.person).update(until=NOW)
    gone = Client().get(path)
    assert gone.status_code == 410
    assert "son agenda est fermé" in gone.content.decode()


def test_nobody_reads_or_changes_the_address_of_another(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    path = lead.opens()
    colleague = Somebody(Who.COORDINATOR, stage.operation.provider, "Max")
    assert path not in colleague.browser.get("/mon-agenda/").content.decode()
    colleague.opens()
    assert Client().get(path).status_code == 200
    assert Client().get("/mon-agenda/").status_code == 302
    assert Client().post("/mon-agenda/adresse/").status_code == 403
    with scope(colleague.actor):
        assert [row.person_id for row in Agenda.objects.visible_to(colleague.actor)] == [colleague.person.pk]


def test_the_secret_is_neither_in_the_base_nor_in_the_journal(stage):
    path = Somebody(Who.COORDINATOR, stage.operation.provider).opens()
    proof = path.rsplit("-", 1)[1].removesuffix(".ics")
    with scope(TASK):
        kept = str(list(Agenda.objects.values())) + str(list(JournalEntry.objects.values("before", "after")))
    assert proof not in kept


def test_the_page_shows_the_address_and_what_comes(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    path = lead.opens()
    page = lead.browser.get("/mon-agenda/").content.decode()
    assert f"{path}</p>" in page
    assert "webcal://" in page
    assert "Signature\u00a0: " in page


def test_more_operations_cost_no_more_queries(stage):
    officer = Somebody(Who.OFFICER, stage.region, "Hélène")
    path = officer.opens()

    def cost() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert Client().get(path).status_code == 200
        return len(counted)

    before = cost()
    for n in range(3):
        other = make.an_operation(make.a_provider(f"Organisme {n}"))
        make.a_session(other, date(2025, 12, 1))
    rewrite_all()
    assert cost() == before <= 20


def test_the_hours_are_those_of_paris(stage):
    lead = Somebody(Who.COORDINATOR, stage.operation.provider)
    content = Client().get(lead.opens()).content
    (ceremony,) = [e for e in Calendar.from_ical(content).walk("VEVENT") if str(e["UID"]).startswith("signature-")]
    assert ceremony.decoded("DTSTART") == datetime(2025, 11, 5, 14, 30, tzinfo=clock.PARIS)
    assert str(ceremony["LOCATION"]) == "Mairie"
