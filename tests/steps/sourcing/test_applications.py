"""A candidacy sent from the announcement, without an account: confirmed by a link or by a call, oriented by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from browsing import browser
from defi.kernel import clock, links
from defi.kernel.access import PUBLIC, TASK, Actor, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Operation, Session
from defi.steps.sourcing import actions, applications, bookings, notices
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.alike_actions import keep_people_apart
from defi.steps.sourcing.alike_queries import alike_pairs
from defi.steps.sourcing.import_rules import understood
from defi.steps.sourcing.models import Application, Candidacy, Notice
from factories import a_candidate, a_coordinator, a_provider, a_session, actor, an_employer, an_officer, an_operation

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 1)
START = date(2025, 11, 3)
AMINA = PersonFacts("Amina", "Rossi", email="amina@example.org")
KARIM = PersonFacts("Karim", "Diallo", phone="06 12 34 56 78")


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def operation() -> Operation:
    return an_operation()


@pytest.fixture
def lead(operation: Operation) -> Actor:
    return a_coordinator(operation)


@pytest.fixture
def session(operation: Operation) -> Session:
    return a_session(operation, START, seats=2)


@pytest.fixture
def notice(operation: Operation, session: Session, lead: Actor) -> Notice:
    firm = an_employer()
    add_partner(an_officer(), operation.pk, firm)
    notices.write_notice(lead, operation.pk, notices.NoticeFacts("Devenir aide à domicile", "Une formation."))
    row = notices.name_firm(lead, operation.pk, firm.pk, posts=2, wording="CDI")
    notices.ask_firms(lead, operation.pk)
    notices.approve_notice(lead, row.pk)
    return notices.publish_notice(lead, operation.pk)


def bearer() -> Actor:
    mail = Mail.objects.filter(purpose="sourcing/mail/application_asked").latest("pk")
    return links.bearer(links.find(mail.body.split("/lien/")[1].split("/")[0]))


def people() -> list[str]:
    with scope(TASK):
        return [str(row.person) for row in Candidacy.objects.select_related("person").order_by("pk")]


def test_the_link_confirms_and_the_names_are_kept_once(notice: Notice, session: Session) -> None:
    sent = applications.apply(PUBLIC, notice.pk, AMINA)
    assert people() == []
    done = applications.confirm_application(bearer(), sent.pk)
    with scope(TASK):
        candidacy = Candidacy.objects.select_related("person").get()
    assert (candidacy.prescriber_id, candidacy.oriented_by_id, candidacy.state) == (None, None, "oriented")
    assert candidacy.person.email == "amina@example.org"
    assert (done.state, done.first_name, done.email, done.candidacy_id) == ("accepted", "", "", candidacy.pk)
    assert Mail.objects.filter(address="amina@example.org", body__contains="Vos données").count() == 1
    with pytest.raises(WrongState):
        applications.confirm_application(bearer(), sent.pk)


def test_without_mail_the_provider_calls_and_adds_the_person(notice: Notice, lead: Actor) -> None:
    sent = applications.apply(PUBLIC, notice.pk, KARIM)
    assert not Mail.objects.filter(purpose="sourcing/mail/application_asked").exists()
    applications.confirm_application(lead, sent.pk)
    assert people() == ["Karim Diallo"]


def test_a_number_too_short_to_be_dialled_is_refused_wherever_somebody_is_noted(
    notice: Notice, session: Session, lead: Actor
) -> None:
    short = PersonFacts("Amina", "Rossi", email="amina@example.org", phone="06")
    for note in (
        lambda: applications.apply(PUBLIC, notice.pk, short),
        lambda: actions.orient_person(lead, session.pk, short),
    ):
        with pytest.raises(Invalid) as refusal:
            note()
        assert "trop court" in refusal.value.fields["phone"]
    line = understood({"first_name": "Amina", "last_name": "Rossi", "phone": "06"}, DAY)
    assert "n'est pas un numéro" in line.faults["phone"]


def test_one_way_to_be_reached_is_asked(notice: Notice) -> None:
    for facts in (PersonFacts("Amina", "Rossi"), PersonFacts("Amina", "Rossi", phone="12")):
        with pytest.raises(Invalid) as refusal:
            applications.apply(PUBLIC, notice.pk, facts)
        assert "phone" in refusal.value.fields


def test_the_same_one_twice_is_once_and_not_without_end(notice: Notice) -> None:
    for _time in range(bookings.MOST_LINKS):
        applications.apply(PUBLIC, notice.pk, AMINA)
    with pytest.raises(WrongState, match="indésirables"):
        applications.apply(PUBLIC, notice.pk, AMINA)
    with scope(TASK):
        assert Application.objects.count() == 1


def test_who_is_in_the_list_already_is_not_doubled_and_nobody_is_told(
    notice: Notice, session: Session, lead: Actor
) -> None:
    known = actions.orient_person(lead, session.pk, AMINA)
    sent = applications.apply(PUBLIC, notice.pk, AMINA)
    assert applications.confirm_application(bearer(), sent.pk).candidacy_id == known.pk
    assert people() == ["Amina Rossi"]


def test_the_same_name_without_the_same_mail_is_taken_in_silence_and_settled_by_the_provider(
    notice: Notice, session: Session, lead: Actor
) -> None:
    known = actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi", phone="02 37 44 00 11"))
    sent = applications.apply(PUBLIC, notice.pk, PersonFacts("AMINA", "rossi", email="autre@example.org"))
    second = applications.confirm_application(bearer(), sent.pk).candidacy
    assert second is not None
    assert second.pk != known.pk
    with scope(lead):
        found = alike_pairs(lead)
        assert [(pair.first, pair.second) for pair in found] == [(known.person_id, second.person_id)]
    for step in (actions.meet_candidate, actions.select_candidate):
        step(lead, known.pk)
    actions.meet_candidate(lead, second.pk)
    with pytest.raises(WrongState, match="Personnes peut-être déjà connues"):
        actions.select_candidate(lead, second.pk)
    keep_people_apart(lead, known.person_id, second.person_id)
    assert actions.select_candidate(lead, second.pk).state == "selected"


def test_two_of_one_name_already_selected_are_settled_before_a_second_seat_is_taken(
    notice: Notice, session: Session, lead: Actor
) -> None:
    known = actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi"))
    sent = applications.apply(PUBLIC, notice.pk, AMINA)
    second = applications.confirm_application(bearer(), sent.pk).candidacy
    assert second is not None
    with scope(TASK):
        Candidacy.objects.filter(session=session).update(state="selected", selected_on=DAY)
    actions.confirm_candidate(lead, known.pk)
    with pytest.raises(WrongState, match="Personnes peut-être déjà connues"):
        actions.confirm_candidate(lead, second.pk)


def test_it_is_dropped_or_forgotten_with_its_names(notice: Notice, lead: Actor) -> None:
    first = applications.apply(PUBLIC, notice.pk, AMINA)
    assert applications.drop_application(bearer(), first.pk).last_name == ""
    applications.apply(PUBLIC, notice.pk, PersonFacts("Ada", "Petit", email="ada@example.org"))
    applications.apply(PUBLIC, notice.pk, KARIM)
    with clock.at(DAY + timedelta(days=8)):
        assert applications.forget_applications() == 1
    with clock.at(DAY + timedelta(days=16)):
        assert applications.forget_applications() == 1


def test_nobody_applies_once_it_has_begun_or_to_what_is_not_published(
    notice: Notice, lead: Actor, session: Session, operation: Operation
) -> None:
    with scope(TASK):
        Session.objects.filter(pk=session.pk).update(started_on=START)
    with pytest.raises(WrongState, match="commencé"):
        applications.apply(PUBLIC, notice.pk, AMINA)
    notices.rewrite_notice(lead, operation.pk)
    with pytest.raises(Unknown):
        applications.apply(PUBLIC, notice.pk, AMINA)


def test_only_who_runs_the_operation_reads_and_settles_them(notice: Notice, lead: Actor) -> None:
    sent = applications.apply(PUBLIC, notice.pk, KARIM)
    with pytest.raises(Unknown):
        applications.confirm_application(actor(Who.COORDINATOR, a_provider("Autre OF")), sent.pk)
    with pytest.raises(NotAllowed):
        applications.confirm_application(an_officer(), sent.pk)


def test_from_the_announcement_to_the_list_by_the_pages(notice: Notice, lead: Actor, operation: Operation) -> None:
    public = Client()
    page = public.get(f"/venir/annonce/{notice.code}/").content.decode()
    url = f"/venir/annonce/{notice.code}/candidater/"
    assert url in page
    wrong = public.post(url, {"first_name": "Karim", "last_name": "Diallo"})
    assert (wrong.status_code, "Diallo" in wrong.content.decode()) == (422, True)
    sent = {"first_name": "Karim", "last_name": "Diallo", "phone": "06 12 34 56 78"}
    assert "vous appelle" in public.post(url, sent, follow=True).content.decode()
    public.post(url, {"first_name": "Amina", "last_name": "Rossi", "email": "amina@example.org"})
    address = Mail.objects.get(purpose="sourcing/mail/application_asked").body.split("/lien/")[1].split()[0]
    link = f"/lien/{address}"
    assert "vous candidatez" in public.get(link, follow=True).content.decode()
    assert people() == []
    done = public.post(link, {"confirm": "1"}, follow=True).content.decode()
    assert "candidature est arrivée" in done
    client = browser(lead)
    group = client.get(f"/operations/{operation.pk}/candidatures/").content.decode()
    assert "Candidatures spontanées à confirmer" in group
    with scope(TASK):
        waiting = Application.objects.get(state="to_confirm")
    client.post(f"/candidatures/spontanees/{waiting.pk}/ajouter/")
    assert people() == ["Amina Rossi", "Karim Diallo"]


def test_a_request_is_classed_by_the_page(notice: Notice, lead: Actor, operation: Operation) -> None:
    sent = applications.apply(PUBLIC, notice.pk, KARIM)
    browser(lead).post(f"/candidatures/spontanees/{sent.pk}/classer/")
    with scope(TASK):
        assert Application.objects.get().state == "dropped"


def test_a_dead_link_is_sent_again(notice: Notice) -> None:
    sent = applications.apply(PUBLIC, notice.pk, AMINA)
    applications.resend_link(sent.pk)
    assert Mail.objects.filter(purpose="sourcing/mail/application_asked").count() == 2
    applications.confirm_application(bearer(), sent.pk)
    with pytest.raises(WrongState):
        applications.resend_link(sent.pk)


def test_a_seat_is_held_in_one_session_at_a_time(session: Session, lead: Actor) -> None:
    first = a_candidate(session, "Amina")
    other = a_session(an_operation(session.operation.provider), START + timedelta(days=7))
    with scope(TASK):
        who = first.person
        facts = PersonFacts(who.first_name, who.last_name, birth_date=date(2001, 5, 3))
    actions.correct_person(lead, first.pk, facts)
    second = actions.orient_person(lead, other.pk, facts, same_as=first.person_id)
    for step in (actions.meet_candidate, actions.select_candidate):
        step(lead, second.pk)
    with pytest.raises(WrongState, match="en même temps que celle-ci"):
        actions.confirm_candidate(lead, second.pk)
    page = browser(lead).get(f"/candidatures/{second.pk}/").content.decode()
    assert "Candidate à deux sessions en même temps" in page
