"""Meetings: framed before they are published, booked, waited for, moved, held; and nobody is told twice."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from defi.kernel import clock, links
from defi.kernel.access import PUBLIC, TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.outbox import mail_leaves, with_hour
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Session
from defi.people.models import Organisation, Person
from defi.steps.sourcing import actions, bookings, event_queries, events
from defi.steps.sourcing.models import Booking, Candidacy, SourcingLine
from defi.steps.sourcing.orientation import PersonFacts
from factories import (
    a_candidate,
    a_coordinator,
    a_person,
    a_prescriber,
    a_provider,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

NOW = date(2025, 10, 1)
DAY = date(2025, 10, 15)
FRAME = events.EventFacts(
    aim="Découvrir le métier et les entreprises",
    place="Mission locale, Châteaudun",
    at=time(14),
    minutes=90,
    led_by="Nora Conseil",
    follows="Un entretien dans la semaine",
    accompanied_by="Nora Conseil, conseillère",
    places=2,
)


@pytest.fixture(autouse=True)
def _autumn() -> object:
    with clock.at(NOW):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), date(2025, 11, 3), seats=8)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


@pytest.fixture
def mission(session: Session) -> Organisation:
    organisation = a_prescriber(email="mission@example.org")
    add_partner(an_officer(), session.operation_id, organisation)
    return organisation


@pytest.fixture
def adviser(mission: Organisation) -> Actor:
    return actor(Who.ADVISER, mission, a_person("Nora", email="nora@mission.example"))


def planned(lead: Actor, session: Session, owner: Organisation, kind: str = "information") -> SourcingLine:
    return actions.plan_line(lead, session.operation_id, kind=kind, planned_on=DAY, owner_id=owner.pk)


@pytest.fixture
def event(lead: Actor, session: Session, mission: Organisation) -> SourcingLine:
    line = planned(lead, session, mission)
    events.describe_event(lead, line.pk, FRAME)
    return events.publish_event(lead, line.pk)


def ask(event: SourcingLine, first_name: str = "Zoé", email: str = "zoe@example.org") -> Booking:
    return bookings.ask_place(PUBLIC, event.pk, PersonFacts(first_name, "Essai", email=email))


def bearer_of(email: str, purpose: str = "booking_asked") -> Actor:
    mail = Mail.objects.filter(address=email, purpose=f"sourcing/mail/{purpose}").latest("pk")
    return links.bearer(links.find(mail.body.split("/lien/")[1].split("/")[0]))


def told(email: str, purpose: str) -> int:
    return Mail.objects.filter(address=email, purpose=f"sourcing/mail/{purpose}").count()


# Before it is published


def test_it_is_not_published_without_its_frame(lead: Actor, session: Session, mission: Organisation) -> None:
    line = planned(lead, session, mission)
    with pytest.raises(WrongState, match=r"le but de la rencontre.*qui accompagne"):
        events.publish_event(lead, line.pk)
    with scope(TASK):
        assert SourcingLine.objects.get(pk=line.pk).published_on is None


def test_prescribers_are_told_when_it_opens(event: SourcingLine) -> None:
    mail = Mail.objects.get(purpose="sourcing/mail/event_published")
    assert mail.address == "mission@example.org"
    assert "Découvrir le métier" in mail.body
    assert "Nora Conseil" in mail.body


def test_a_past_meeting_is_not_published(lead: Actor, session: Session, mission: Organisation) -> None:
    line = planned(lead, session, mission)
    events.describe_event(lead, line.pk, FRAME)
    with clock.at(date(2025, 10, 16)), pytest.raises(WrongState, match="passée"):
        events.publish_event(lead, line.pk)


def test_it_is_published_once(lead: Actor, event: SourcingLine) -> None:
    with pytest.raises(WrongState, match="déjà publiée"):
        events.publish_event(lead, event.pk)


def test_a_kind_the_region_does_not_know_is_refused(lead: Actor, session: Session, mission: Organisation) -> None:
    with pytest.raises(Invalid):
        planned(lead, session, mission, kind="kermesse")


def test_an_absurd_frame_is_refused_beside_its_field(lead: Actor, session: Session, mission: Organisation) -> None:
    line = planned(lead, session, mission)
    with pytest.raises(Invalid) as refusal:
        events.describe_event(lead, line.pk, events.EventFacts(minutes=3, places=0))
    assert set(refusal.value.fields) == {"minutes", "places"}
    with pytest.raises(Invalid, match="sécurité sociale"):
        events.describe_event(lead, line.pk, events.EventFacts(follows="appeler 1 84 12 76 451 089 23"))


@pytest.mark.parametrize("who", [Who.ADVISER, Who.RECRUITER, Who.TRAINER])
def test_others_publish_nothing(lead: Actor, session: Session, mission: Organisation, who: Who) -> None:
    line = planned(lead, session, mission)
    house = {Who.ADVISER: mission, Who.RECRUITER: an_employer(), Who.TRAINER: session.operation.provider}[who]
    assert house is not None
    with pytest.raises(NotAllowed):
        events.publish_event(actor(who, house), line.pk)


def test_another_provider_does_not_know_of_it(event: SourcingLine) -> None:
    stranger = a_coordinator(an_operation(a_provider("Autre OF")))
    with pytest.raises(Unknown):
        events.cancel_event(stranger, event.pk, reason="non")


def test_a_stale_page_changes_nothing(lead: Actor, event: SourcingLine) -> None:
    with pytest.raises(Stale):
        events.describe_event(lead, event.pk, FRAME, version=1)


def test_a_period_of_the_public_service_is_not_booked_here(
    lead: Actor, session: Session, mission: Organisation, adviser: Actor
) -> None:
    line = planned(lead, session, mission, kind="pmsmp")
    events.describe_event(
        lead, line.pk, events.EventFacts("Essayer", "Châteaudun", time(9), 420, "Odile", "Un bilan", "Nora")
    )
    events.publish_event(lead, line.pk)
    with pytest.raises(WrongState, match="immersion-facile"):
        bookings.book_people(adviser, line.pk, newcomer=PersonFacts("Zoé", "Essai"))


# Booking


def test_a_prescriber_books_its_own_people(event: SourcingLine, session: Session, adviser: Actor) -> None:
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi", email="amina@example.org"))
    [booking] = bookings.book_people(adviser, event.pk, [candidacy.pk])
    assert (booking.state, booking.prescriber_id, booking.last_name) == ("booked", adviser.organisation_id, "")
    mail = Mail.objects.get(address="amina@example.org", purpose="sourcing/mail/booking_made")
    assert "BEGIN:VEVENT" in mail.calendar
    assert "DTSTART;TZID=Europe/Paris:20251015T140000" in mail.calendar


def test_a_new_person_booked_by_a_prescriber_is_oriented_too(event: SourcingLine, adviser: Actor) -> None:
    [booking] = bookings.book_people(adviser, event.pk, newcomer=PersonFacts("Amina", "Rossi"))
    assert booking.candidacy is not None
    assert booking.candidacy.prescriber_id == adviser.organisation_id


def test_a_prescriber_does_not_book_the_people_of_others(event: SourcingLine, session: Session, adviser: Actor) -> None:
    other = a_candidate(session, "Bruno", state="oriented")
    with pytest.raises(Unknown):
        bookings.book_people(adviser, event.pk, [other.pk])


def test_the_same_person_is_booked_once(event: SourcingLine, session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="oriented")
    bookings.book_people(lead, event.pk, [candidacy.pk])
    with pytest.raises(WrongState, match="déjà inscrit"):
        bookings.book_people(lead, event.pk, [candidacy.pk])


def test_who_has_given_up_is_not_booked(event: SourcingLine, session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="oriented")
    actions.withdraw_candidate(lead, candidacy.pk, code="found_job")
    with pytest.raises(WrongState, match="renoncé"):
        bookings.book_people(lead, event.pk, [candidacy.pk])


def test_a_phone_call_books_without_address(event: SourcingLine, lead: Actor) -> None:
    [booking] = bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="06 12 34 56 78"))
    assert (booking.state, booking.candidacy_id) == ("booked", None)
    with pytest.raises(Invalid, match="téléphone"):
        bookings.book_people(lead, event.pk, newcomer=PersonFacts("Yvan", "Essai"))


def test_nobody_to_book_is_said(event: SourcingLine, lead: Actor) -> None:
    with pytest.raises(Invalid, match="au moins une personne"):
        bookings.book_people(lead, event.pk)


def test_an_employer_books_nobody(event: SourcingLine) -> None:
    firm = an_employer()
    add_partner(an_officer(), event.operation_id, firm)
    with pytest.raises(NotAllowed):
        bookings.book_people(actor(Who.RECRUITER, firm), event.pk, newcomer=PersonFacts("A", "B", phone="1"))


def test_a_full_meeting_makes_people_wait_then_serves_them_in_order(
    event: SourcingLine, session: Session, lead: Actor
) -> None:
    people = [a_candidate(session, name, state="oriented", email=f"{name}@example.org") for name in "abcd"]
    made = bookings.book_people(lead, event.pk, [row.pk for row in people[:2]])
    made += bookings.book_people(lead, event.pk, [row.pk for row in people[2:]])
    assert [row.state for row in made] == ["booked", "booked", "waiting", "waiting"]
    assert told("c@example.org", "booking_waiting") == 1
    bookings.cancel_booking(lead, made[0].pk)
    with scope(TASK):
        assert [Booking.objects.get(pk=row.pk).state for row in made] == ["cancelled", "booked", "booked", "waiting"]
    assert "libérée" in Mail.objects.get(address="c@example.org", purpose="sourcing/mail/booking_made").subject
    assert JournalEntry.objects.filter(verb="booking.give_place").count() == 1


def test_more_places_serve_those_who_wait(event: SourcingLine, session: Session, lead: Actor) -> None:
    people = [a_candidate(session, name, state="oriented") for name in "abcd"]
    for two in (people[:2], people[2:]):
        bookings.book_people(lead, event.pk, [row.pk for row in two])
    from dataclasses import replace

    events.describe_event(lead, event.pk, replace(FRAME, places=4))
    with scope(TASK):
        assert Booking.objects.filter(event=event, state="booked").count() == 4
    with pytest.raises(Invalid, match="déjà inscrites"):
        events.describe_event(lead, event.pk, replace(FRAME, places=3))


# From the public page


def test_a_request_takes_no_place_until_its_link_is_clicked(event: SourcingLine) -> None:
    booking = ask(event)
    assert booking.state == "to_confirm"
    with scope(TASK):
        assert bookings.held(event) == 0
    done = bookings.confirm_booking(bearer_of("zoe@example.org"), booking.pk)
    assert done.state == "booked"
    assert told("zoe@example.org", "booking_made") == 1


def test_no_account_and_no_person_is_made_of_a_request(event: SourcingLine) -> None:
    ask(event)
    with scope(TASK):
        assert not Person.objects.filter(first_name="Zoé").exists()
        assert not Candidacy.objects.exists()


def test_the_same_request_twice_sends_the_link_again_and_doubles_nothing(event: SourcingLine) -> None:
    first, second = ask(event), ask(event)
    assert first.pk == second.pk
    assert told("zoe@example.org", "booking_asked") == 2


def test_a_mailbox_is_not_filled_by_strangers(event: SourcingLine) -> None:
    for number in range(bookings.MOST_LINKS):
        ask(event, f"Zoé {number}")
    with pytest.raises(WrongState, match="indésirables"):
        ask(event, "Wanda")


def test_a_request_needs_an_address(event: SourcingLine) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(event, email="")
    assert "email" in refusal.value.fields


def test_a_link_opens_its_own_booking_only(event: SourcingLine) -> None:
    ask(event)
    other = ask(event, "Yann", "yann@example.org")
    with pytest.raises(Unknown):
        bookings.confirm_booking(bearer_of("zoe@example.org"), other.pk)


def test_a_person_gives_the_place_up_by_the_link_and_the_provider_learns_it(event: SourcingLine, lead: Actor) -> None:
    with scope(TASK):
        Person.objects.filter(pk=lead.person_id).update(email="lead@of.example")
    booking = ask(event)
    bookings.confirm_booking(bearer_of("zoe@example.org"), booking.pk)
    bookings.cancel_booking(bearer_of("zoe@example.org"), booking.pk)
    assert "Zoé Essai" in Mail.objects.get(purpose="sourcing/mail/booking_given_up").subject


def test_requests_never_confirmed_are_forgotten(event: SourcingLine) -> None:
    ask(event)
    confirmed = ask(event, "Yann", "yann@example.org")
    bookings.confirm_booking(bearer_of("yann@example.org"), confirmed.pk)
    with clock.at(date(2025, 10, 9)):
        assert bookings.forget_requests() == 1
        assert bookings.forget_requests() == 0
    with scope(TASK):
        assert list(Booking.objects.values_list("first_name", flat=True)) == ["Yann"]
    assert not JournalEntry.objects.filter(before__contains="Zoé").exists()


def test_a_meeting_not_published_is_unknown_to_the_public(lead: Actor, session: Session, mission: Organisation) -> None:
    with pytest.raises(Unknown):
        ask(planned(lead, session, mission))


# Moved, cancelled, reminded


def test_everybody_is_told_once_of_a_move(event: SourcingLine, session: Session, lead: Actor, adviser: Actor) -> None:
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi", email="amina@example.org"))
    bookings.book_people(adviser, event.pk, [candidacy.pk])
    ask(event)
    events.reschedule_event(lead, event.pk, planned_on=date(2025, 10, 20), at=time(9, 30), place="Mairie")
    for address in ("amina@example.org", "zoe@example.org", "nora@mission.example"):
        assert told(address, "event_moved") == 1
    mail = Mail.objects.get(address="amina@example.org", purpose="sourcing/mail/event_moved")
    assert "Mairie" in mail.body
    assert "20251020T093000" in mail.calendar
    with pytest.raises(WrongState, match="Rien ne change"):
        events.reschedule_event(lead, event.pk, planned_on=date(2025, 10, 20), at=time(9, 30), place="Mairie")


def test_two_people_of_one_mailbox_are_each_told(event: SourcingLine, lead: Actor) -> None:
    for name in ("Zoé", "Yann"):
        bookings.book_people(lead, event.pk, newcomer=PersonFacts(name, "Essai", email="famille@example.org"))
    events.cancel_event(lead, event.pk, reason="salle fermée")
    mails = Mail.objects.filter(address="famille@example.org", purpose="sourcing/mail/event_cancelled")
    assert sorted(mail.body.split(",")[0] for mail in mails) == ["Bonjour Yann", "Bonjour Zoé"]
    assert all("STATUS:CANCELLED" in mail.calendar for mail in mails)


def test_a_cancelled_meeting_says_why_and_takes_nobody_more(event: SourcingLine, lead: Actor) -> None:
    bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", email="zoe@example.org"))
    with pytest.raises(Invalid):
        events.cancel_event(lead, event.pk, reason=" ")
    events.cancel_event(lead, event.pk, reason="salle fermée")
    assert "salle fermée" in Mail.objects.get(purpose="sourcing/mail/event_cancelled").body
    with pytest.raises(WrongState, match="annulée"):
        ask(event, "Yann", "yann@example.org")
    with pytest.raises(WrongState, match="annulée"):
        actions.line_done(lead, event.pk, on=NOW)


def test_a_published_meeting_is_not_taken_off_in_silence(event: SourcingLine, lead: Actor) -> None:
    with pytest.raises(WrongState, match="annulez-la"):
        actions.remove_line(lead, event.pk)


def test_the_reminder_looks_again_when_it_leaves(event: SourcingLine, session: Session, lead: Actor) -> None:
    people = [a_candidate(session, name, state="oriented", email=f"{name}@example.org") for name in "ab"]
    made = bookings.book_people(lead, event.pk, [row.pk for row in people])
    bookings.cancel_booking(lead, made[0].pk)
    with clock.at(date(2025, 10, 12)):
        assert bookings.remind_booked() == 0
    for day in (13, 13, 14):
        with clock.at(date(2025, 10, day)):
            bookings.remind_booked()
    assert (told("a@example.org", "event_reminder"), told("b@example.org", "event_reminder")) == (0, 1)
    with clock.at(date(2025, 10, 14)):
        bookings.cancel_booking(bearer_of("b@example.org", "event_reminder"), made[1].pk)


# Who came


def test_who_came_and_what_came_out_of_it(event: SourcingLine, session: Session, lead: Actor) -> None:
    people = [a_candidate(session, name, state="oriented") for name in "ab"]
    first, second = bookings.book_people(lead, event.pk, [row.pk for row in people])
    with pytest.raises(WrongState, match="pas encore eu lieu"):
        events.note_attendance(lead, event.pk, {first.pk: events.Seen("came")})
    with clock.at(DAY):
        [walk_in] = bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="0612345678"))
        assert walk_in.state == "booked"
        done = events.note_attendance(
            lead,
            event.pk,
            {
                first.pk: events.Seen("came", "interview"),
                second.pk: events.Seen("excused"),
                walk_in.pk: events.Seen("came", "applies"),
            },
        )
        assert (done.done_on, done.came) == (DAY, 2)
        candidacy = bookings.apply_after(lead, walk_in.pk)
    with scope(TASK):
        row = Booking.objects.get(pk=walk_in.pk)
        assert (row.last_name, row.phone, row.candidacy_id) == ("", "", candidacy.pk)
        assert candidacy.person.phone == "0612345678"


def test_who_came_is_noted_met_that_day_when_asked_and_nobody_else_moves(
    event: SourcingLine, session: Session, lead: Actor, mission: Organisation
) -> None:
    people = {name: a_candidate(session, name, state="oriented", prescriber=mission) for name in "ab"}
    people["c"] = a_candidate(session, "c", state="met")
    rows = dict(zip(people, bookings.book_people(lead, event.pk, [people[n].pk for n in "ab"]), strict=False))
    with clock.at(date(2025, 10, 17)):
        late = actions.orient_person(lead, session.pk, PersonFacts("Zoé", "Essai"), on=date(2025, 10, 16))
        rows["c"], rows["late"] = bookings.book_people(lead, event.pk, [people["c"].pk, late.pk])
        seen = {row.pk: events.Seen("absent" if name == "b" else "came") for name, row in rows.items()}
        events.note_attendance(lead, event.pk, seen)
        with scope(TASK):
            assert [Candidacy.objects.get(pk=row.pk).state for row in people.values()] == [
                "oriented",
                "oriented",
                "met",
            ]
        events.note_attendance(lead, event.pk, seen, meet=True)
    with scope(TASK):
        found = {row.pk: (row.state, row.met_on) for row in Candidacy.objects.all()}
    assert found[people["a"].pk] == ("met", DAY)
    assert found[people["b"].pk] == ("oriented", None)  # what becomes of them is said by somebody
    assert found[people["c"].pk] == ("met", NOW)  # met before: that day stays
    assert found[late.pk] == ("oriented", None)  # a candidate since: they were not met as one that day
    assert told("mission@example.org", "moved_on_prescriber") == 1


def test_who_did_not_come_is_awaited_no_more_when_somebody_says_so_and_may_come_back(
    session: Session, lead: Actor, mission: Organisation
) -> None:
    away = a_candidate(session, "Amina", state="oriented", prescriber=mission)
    gone = actions.miss_meeting(lead, away.pk)
    assert (gone.state, gone.answered_on) == ("no_show", NOW)
    assert told("mission@example.org", "answer_prescriber") == 1
    assert actions.reopen_candidacy(lead, away.pk).state == "oriented"


@pytest.mark.parametrize(
    "seen",
    [events.Seen("late"), events.Seen("came", "brilliant"), events.Seen("excused", "applies")],
)
def test_what_cannot_have_been_seen_is_refused(event: SourcingLine, lead: Actor, seen: events.Seen) -> None:
    [booking] = bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Essai", phone="0612345678"))
    with clock.at(DAY), pytest.raises(Invalid):
        events.note_attendance(lead, event.pk, {booking.pk: seen})


def test_results_of_exercises_come_out_of_a_simulation_only(
    lead: Actor, session: Session, mission: Organisation, event: SourcingLine
) -> None:
    with scope(TASK):
        assert "simulation_passed" not in events.outcomes_of(event)
        assert "simulation_passed" in events.outcomes_of(planned(lead, session, mission, kind="mrs"))


def test_a_prescriber_notes_nobody_s_presence(event: SourcingLine, adviser: Actor) -> None:
    with clock.at(DAY), pytest.raises(NotAllowed):
        events.note_attendance(adviser, event.pk, {})


def test_no_name_enters_the_journal(event: SourcingLine, lead: Actor) -> None:
    bookings.book_people(lead, event.pk, newcomer=PersonFacts("Zoé", "Zanzibar", phone="0612345678"))
    said = str(list(JournalEntry.objects.values_list("before", "after")))
    assert "Zanzibar" not in said
    assert "0612345678" not in said


def test_once_its_hour_is_past_nobody_asks_for_a_place_and_it_is_published_no_more(
    lead: Actor, session: Session, mission: Organisation, adviser: Actor
) -> None:
    shut = planned(lead, session, mission, "visit")
    line = planned(lead, session, mission)
    for one in (shut, line):
        events.describe_event(lead, one.pk, FRAME)
    events.publish_event(lead, line.pk)
    asking = PersonFacts("Karim", "Diallo", email="karim@example.org")
    with clock.at(datetime.combine(DAY, time(13, 59), tzinfo=clock.PARIS)):
        asked = bookings.ask_place(PUBLIC, line.pk, asking)
    with clock.at(datetime.combine(DAY, time(18, 4), tzinfo=clock.PARIS)):
        assert event_queries.open_to_public() == []
        for late in (
            lambda: bookings.ask_place(PUBLIC, line.pk, PersonFacts("Lina", "Roy", email="lina@example.org")),
            lambda: bookings.book_people(adviser, line.pk, [], PersonFacts("Lina", "Roy", phone="0611223344")),
        ):
            with pytest.raises(WrongState, match="on ne s'y inscrit plus"):
                late()
        with pytest.raises(WrongState, match="changez-la avant de publier"):
            events.publish_event(lead, shut.pk)
        with pytest.raises(Invalid, match="Cette heure est passée"):
            events.reschedule_event(lead, line.pk, planned_on=DAY, at=time(17), place="Mairie")
        # Who leads still notes who comes on the day itself.
        assert bookings.confirm_booking(lead, asked.pk).state == "booked"


def test_who_asks_from_the_public_page_gets_the_link_at_once_even_at_night(
    lead: Actor, session: Session, mission: Organisation
) -> None:
    line = planned(lead, session, mission)
    events.describe_event(lead, line.pk, FRAME)
    events.publish_event(lead, line.pk)
    with clock.at(datetime(2025, 10, 5, 22, 30, tzinfo=clock.PARIS)):  # a Sunday
        bookings.ask_place(PUBLIC, line.pk, PersonFacts("Karim", "Diallo", email="karim@example.org"))
        assert mail_leaves().replace("\xa0", " ") == "le lundi 6 octobre 2025 à 7 h"
        said = with_hour("La Région est prévenue.").replace("\xa0", " ")
        assert said == "La Région est prévenue. Les courriels ne partent pas avant le lundi 6 octobre 2025 à 7 h."
    assert Mail.objects.get(address="karim@example.org").urgency == "code"
    assert mail_leaves() == ""
    assert with_hour("La Région est prévenue.") == "La Région est prévenue."
