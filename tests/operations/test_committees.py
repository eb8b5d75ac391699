"""Steering committees: agenda, decisions, and tasks with an owner and a date, each told and ended by its owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from icalendar import Calendar

import factories as make
from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations import committees
from defi.operations.actions import abandon_operation, add_partner, plan_meeting
from defi.operations.models import Meeting, MeetingDecision, MeetingTask, Operation
from defi.people.models import Organisation
from defi.web.arrivals import arrivals, how_much

TODAY, DUE = date(2025, 9, 10), date(2025, 9, 24)


@dataclass
class Stage:
    operation: Operation
    meeting: Meeting
    coordinator: Actor
    officer: Actor
    firm: Organisation
    signatory: Actor

    def give(self, actor: Actor | None = None, **more: object) -> MeetingTask:
        said = {"what": "Prêter le lève-personne", "owner_id": self.firm.pk, "due_on": DUE} | more
        return committees.give_task(actor or self.coordinator, self.meeting.pk, **said)  # type: ignore[arg-type]


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with clock.at(TODAY), scope(TASK):
        operation, officer = make.an_operation(), make.an_officer()
        firm = make.an_employer(email="contact@tilleuls.example")
        add_partner(officer, operation.pk, firm)
        coordinator = make.a_coordinator(operation)
        meeting = committees.hold_committee(
            coordinator,
            operation.pk,
            held_on=TODAY,
            attendees=[],
            minutes="On avance.",
            decisions=["Le plateau technique est prêté.", "  ", "La session garde ses dates."],
        )
        signatory = make.actor(Who.SIGNATORY, firm, make.a_person("Rose", "Tuteur", "rose@tilleuls.example"))
        yield Stage(operation, meeting, coordinator, officer, firm, signatory)


def test_an_agenda_is_written_with_the_date_and_kept_with_the_committee(stage):
    plan_meeting(stage.coordinator, stage.operation.pk, Meeting.Kind.COMMITTEE, DUE, "Mairie", "Les entrées.")
    plan_meeting(stage.coordinator, stage.operation.pk, Meeting.Kind.COMMITTEE, date(2025, 9, 25), "Mairie")
    assert "Les entrées." in page(browser(stage.officer), "committee", stage.operation.pk)


def test_decisions_are_kept_one_by_one(stage):
    assert [one.text for one in MeetingDecision.objects.all()] == [
        "Le plateau technique est prêté.",
        "La session garde ses dates.",
    ]
    with pytest.raises(Invalid) as refusal:
        committees.hold_committee(
            stage.coordinator, stage.operation.pk, held_on=TODAY, attendees=[], decisions=["x" * 301]
        )
    assert "decisions" in refusal.value.fields


def test_a_task_has_an_owner_and_a_date_and_its_owner_is_told(stage):
    task = stage.give()
    assert (task.owner_id, task.due_on, task.done_on) == (stage.firm.pk, DUE, None)
    mail = Mail.objects.get(purpose="operations/mail/task_given")
    assert mail.address == "rose@tilleuls.example"
    assert "Prêter le lève-personne" in mail.body


def test_what_is_owed_stands_on_what_its_owner_has_to_do(stage):
    before = how_much(stage.signatory)
    task = stage.give()
    (line,) = [one for one in arrivals(stage.signatory) if one.url == f"/taches/{task.pk}/"]
    assert (line.title, line.due_on) == ("Prêter le lève-personne", DUE)
    assert how_much(stage.signatory) == before + 1
    assert not [one for one in arrivals(stage.coordinator) if one.url == line.url]
    committees.finish_task(stage.signatory, task.pk)
    assert how_much(stage.signatory) == before


@pytest.mark.parametrize(
    ("wrong", "field"), [({"what": " "}, "what"), ({"due_on": date(2025, 9, 9)}, "due_on"), ({"owner_id": 1}, "owner")]
)
def test_a_task_that_cannot_be_is_refused_beside_its_field(stage, wrong, field):
    with pytest.raises(Invalid) as refusal:
        stage.give(**wrong)
    assert field in refusal.value.fields
    assert not MeetingTask.objects.exists()


def test_a_committee_that_is_only_planned_gives_no_task(stage):
    planned = plan_meeting(stage.coordinator, stage.operation.pk, Meeting.Kind.COMMITTEE, DUE)
    with pytest.raises(WrongState, match="pas encore tenu"):
        committees.give_task(stage.coordinator, planned.pk, what="Rien", owner_id=stage.firm.pk, due_on=DUE)


def test_a_task_is_ended_by_its_owner_or_by_who_leads_once(stage):
    other = make.an_employer("Maison Bel-Air")
    add_partner(stage.officer, stage.operation.pk, other)
    with pytest.raises(NotAllowed, match="autre organisation"):
        committees.finish_task(make.actor(Who.SIGNATORY, other), stage.give().pk)
    assert committees.finish_task(stage.signatory, MeetingTask.objects.get().pk).done_on == TODAY
    with pytest.raises(WrongState, match="déjà"):
        committees.finish_task(stage.officer, MeetingTask.objects.get().pk)


def test_a_stranger_knows_of_no_task(stage):
    task = stage.give()
    stranger = make.actor(Who.COORDINATOR, make.a_provider("Autre organisme"))
    with pytest.raises(Unknown):
        committees.finish_task(stranger, task.pk)


def test_a_task_is_given_read_and_ended_from_its_pages(stage):
    lead, owner = browser(stage.coordinator), browser(stage.signatory)
    typed = {"what": "Prêter le lève-personne", "owner": stage.firm.pk, "due_on": "2025-09-09"}
    refused = post(lead, "committee_task", stage.meeting.pk, answered=422, **typed)
    assert "vient après la réunion" in refused
    assert "Prêter le lève-personne" in refused
    post(lead, "committee_task", stage.meeting.pk, answered=302, **typed | {"due_on": "2025-09-24"})
    task = MeetingTask.objects.get()
    assert "Prêter le lève-personne" in page(owner, "todo")
    assert "C'est fait" in page(owner, "meeting_task", task.pk)
    post(owner, "meeting_task", task.pk, answered=302)
    with clock.at(DUE):
        assert "fait le 10 sept. 2025" in page(browser(stage.officer), "committee", stage.operation.pk)


def test_the_task_of_a_firm_is_read_by_no_other_firm(stage):
    other = make.an_employer("Maison Bel-Air")
    add_partner(stage.officer, stage.operation.pk, other)
    page(browser(make.actor(Who.SIGNATORY, other)), "meeting_task", stage.give().pk, status=404)


def test_a_committee_that_is_planned_then_moved_is_in_everybodys_calendar(stage):
    plan = {"planned_on": DUE, "planned_at": time(14), "place": "Mairie", "agenda": "Les entrées."}
    client = browser(stage.coordinator)
    post(client, "committee_plan", stage.operation.pk, answered=302, **(plan | {"planned_at": "14:00"}))
    mails = list(Mail.objects.filter(purpose="operations/mail/committee_planned"))
    assert "rose@tilleuls.example" in {mail.address for mail in mails}
    assert len({mail.address for mail in mails}) == len(mails) > 1
    first = Calendar.from_ical(mails[0].calendar).walk("VEVENT")[0]
    assert first.decoded("dtstart") == datetime(2025, 9, 24, 14, tzinfo=clock.PARIS)
    assert "Les entrées." in mails[0].body
    with pytest.raises(WrongState, match="déjà prévu ainsi"):
        committees.plan_committee(stage.coordinator, stage.operation.pk, **plan)
    moved = committees.plan_committee(stage.coordinator, stage.operation.pk, **(plan | {"planned_at": None}))
    again = Mail.objects.filter(purpose="operations/mail/committee_planned").order_by("-pk").first()
    event = Calendar.from_ical(again.calendar).walk("VEVENT")[0]
    assert (event["UID"], event["UID"]) == (first["UID"], f"reunion-{moved.pk}@defi")
    assert event["SEQUENCE"] > first["SEQUENCE"]
    assert event.decoded("dtstart") == DUE
    assert again.subject.startswith("Comité de pilotage, nouvelle date")
    for actor in (stage.signatory, make.actor(Who.COORDINATOR, make.a_provider("Autre"))):
        with pytest.raises((NotAllowed, Unknown)):
            committees.plan_committee(actor, stage.operation.pk, **plan)


def planned_for(stage, **more):
    plan = {"planned_on": DUE, "planned_at": time(14), "place": "Mairie", "agenda": "Les entrées."}
    return committees.plan_committee(stage.coordinator, stage.operation.pk, **(plan | more))


def test_a_committee_that_is_cancelled_leaves_the_calendar_of_everybody_who_was_invited(stage):
    client = browser(stage.coordinator)
    planned = planned_for(stage)
    invited = {mail.address: mail for mail in Mail.objects.filter(purpose="operations/mail/committee_planned")}
    assert "Annuler ce comité" in page(client, "committee", stage.operation.pk)
    post(client, "committee_cancel", stage.operation.pk, answered=422, reason=" ")
    post(client, "committee_cancel", stage.operation.pk, answered=302, reason="Le directeur est malade.")
    told = list(Mail.objects.filter(purpose="operations/mail/committee_cancelled"))
    assert {mail.address for mail in told} == set(invited)
    for mail in told:
        taken_off = Calendar.from_ical(mail.calendar)
        (event,) = taken_off.walk("VEVENT")
        (first,) = Calendar.from_ical(invited[mail.address].calendar).walk("VEVENT")
        assert (taken_off["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
        assert (event["UID"], event["ATTENDEE"]) == (first["UID"], first["ATTENDEE"])
        assert event["SEQUENCE"] > first["SEQUENCE"]
        assert "prévu le 24 septembre 2025 à 14:00, n'aura pas lieu" in mail.body
        # Why stays in the journal: it may say something of somebody.
        assert "malade" not in mail.subject + mail.body
    assert "Prévu le" not in page(client, "committee", stage.operation.pk)
    post(client, "committee_cancel", stage.operation.pk, answered=422, reason="Encore.")
    # One planned again is another one, that no calendar has taken off.
    assert planned_for(stage).pk != planned.pk


def test_a_committee_is_cancelled_by_who_runs_or_pilots_the_operation(stage):
    planned_for(stage)
    for actor in (stage.signatory, make.actor(Who.COORDINATOR, make.a_provider("Autre"))):
        with pytest.raises((NotAllowed, Unknown)):
            committees.cancel_committee(actor, stage.operation.pk, reason="Je ne viens pas.")
    committees.cancel_committee(stage.officer, stage.operation.pk, reason="Reporté.")
    with pytest.raises(WrongState, match="Aucun comité n'est prévu"):
        committees.cancel_committee(stage.officer, stage.operation.pk, reason="Encore.")


def test_the_committee_of_an_abandoned_operation_is_cancelled(stage):
    planned_for(stage)
    officer = browser(stage.officer)
    said = page(officer, "abandon", stage.operation.pk)
    assert "Le comité de pilotage prévu est annulé" in said
    abandon_operation(stage.officer, stage.operation.pk, reason="Plus de besoin.")
    assert Mail.objects.filter(purpose="operations/mail/committee_cancelled").exists()
