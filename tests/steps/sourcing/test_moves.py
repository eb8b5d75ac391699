"""The start of a session moves: a yes was given to a date, so it is asked again; everybody is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from browsing import browser
from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, Refused
from defi.operations.actions import SessionPlan, plan_session, reschedule_session
from defi.operations.models import Session
from defi.people.models import Organisation, Person
from defi.steps.sourcing import actions, telling
from defi.steps.sourcing.models import Candidacy
from defi.steps.training.actions import start_session
from factories import a_candidate, a_coordinator, a_prescriber, a_session, actor, an_officer, an_operation
from steps.sourcing.test_pages import lead_of, text_of

START, LATER = date(2025, 11, 3), date(2025, 11, 17)
PERSON, HOUSE = "sourcing/mail/start_moved_person", "sourcing/mail/start_moved_prescriber"


@pytest.fixture(autouse=True)
def _autumn(db: None) -> Iterator[None]:
    with clock.at(date(2025, 10, 1)):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), START)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


@pytest.fixture
def mission() -> Organisation:
    return a_prescriber(email="accueil@mission.example")


def moved(lead: Actor, session: Session, to: date = LATER) -> None:
    reschedule_session(lead, session.pk, starts_on=to, reason="Travaux")


def row_of(candidacy: Candidacy) -> Candidacy:
    with scope(TASK):
        return Candidacy.objects.get(pk=candidacy.pk)


def told(purpose: str = PERSON) -> list[str]:
    return sorted(Mail.objects.filter(purpose=purpose).values_list("address", flat=True))


def run_tasks() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="tell_of_move").order_by("id"):
        args = job.args
        telling.tell_of_move(
            args["session_id"], date.fromisoformat(args["was"]), date.fromisoformat(args["now"]), args["move"]
        )


def secret_of(address: str) -> str:
    return Mail.objects.filter(address=address).latest("pk").body.split("/lien/")[1].split("/")[0]


def test_why_the_dates_move_says_nothing_of_anybody_s_health(session: Session, lead: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        reschedule_session(lead, session.pk, starts_on=LATER, reason="la formatrice est malade")
    assert "reason" in refusal.value.fields
    with scope(TASK):
        assert Session.objects.get(pk=session.pk).starts_on == START


def test_a_moved_start_asks_those_who_confirmed_again_and_keeps_their_seat(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    with clock.at(date(2025, 10, 20)):
        moved(lead, session)
        after = row_of(candidacy)
        assert (after.state, after.asked_again_on, after.said_again_on) == ("confirmed", date(2025, 10, 20), None)
        page = text_of(lead_of(session.operation).get(f"/operations/{session.operation_id}/candidatures/"))
        assert "1 personne n'a pas redit qu'elle vient" in page
        actions.say_again(links.bearer(links.find(secret_of("amina@example.org"))), candidacy.pk)
        page = text_of(lead_of(session.operation).get(f"/operations/{session.operation_id}/candidatures/"))
        assert "n'a pas redit" not in page


def test_a_yes_said_before_the_move_is_asked_again_too(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    with clock.at(date(2025, 10, 27)):
        actions.ask_again()
        actions.say_again(lead, candidacy.pk)
        moved(lead, session)
    assert row_of(candidacy).said_again_on is None


def test_the_link_of_an_offer_made_for_the_former_day_dies(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Bruno", state="selected", email="bruno@example.org")
    former = secret_of("bruno@example.org")
    moved(lead, session)
    with pytest.raises(Refused, match="remplacé"):
        links.find(former)
    actions.confirm_candidate(links.bearer(links.find(secret_of("bruno@example.org"))), candidacy.pk)
    assert row_of(candidacy).state == "confirmed"


def test_everybody_is_told_once_and_each_prescriber_in_one_message(
    session: Session, lead: Actor, mission: Organisation
) -> None:
    a_candidate(session, "Amina", email="amina@example.org", prescriber=mission)
    a_candidate(session, "Bruno", state="met", email="bruno@example.org", prescriber=mission)
    a_candidate(session, "Chloé", prescriber=mission)
    gone = a_candidate(session, "David", state="met", email="david@example.org")
    actions.decline_candidate(lead, gone.pk, code="no_seat", reason="complet")
    moved(lead, session)
    run_tasks()
    run_tasks()
    assert told() == ["amina@example.org", "bruno@example.org"]
    mail = Mail.objects.get(purpose=HOUSE)
    assert mail.address == "accueil@mission.example"
    assert "3 personnes que vous avez orientées" in mail.body
    assert "2 avaient confirmé" in mail.body
    assert "1 n'a pas d'adresse électronique : appelez-la" in mail.body
    assert "vous n'avez rien à faire" in Mail.objects.get(purpose=PERSON, address="bruno@example.org").body


def test_a_start_that_moved_again_before_the_task_ran_is_told_once(session: Session, lead: Actor) -> None:
    a_candidate(session, "Bruno", state="met", email="bruno@example.org")
    moved(lead, session)
    moved(lead, session, date(2025, 11, 24))
    run_tasks()
    assert "24 novembre" in Mail.objects.get(purpose=PERSON).subject


def test_a_moved_end_or_a_plan_with_the_same_start_asks_nobody(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    reschedule_session(lead, session.pk, ends_on=date(2026, 3, 20), reason="Vacances")
    again = SessionPlan(starts_on=START, ends_on=date(2026, 3, 20), seats=8, hours_centre=420, hours_company=140)
    plan_session(lead, session.operation_id, again)
    assert (told(), row_of(candidacy).asked_again_on) == ([], None)


def test_a_start_fixed_again_from_the_page_of_the_session_asks_too(session: Session, lead: Actor) -> None:
    a_candidate(session, "Amina", email="amina@example.org")
    again = SessionPlan(starts_on=LATER, ends_on=date(2026, 3, 20), seats=8, hours_centre=420, hours_company=140)
    plan_session(lead, session.operation_id, again)
    assert told() == ["amina@example.org"]


@pytest.mark.parametrize("address", ["/sessions/{}/deplacer/", "/operations/{}/session/fixer/"])
def test_the_page_says_before_the_move_how_many_are_concerned_and_whom_to_call(
    session: Session, lead: Actor, address: str
) -> None:
    a_candidate(session, "Amina", email="amina@example.org")
    silent = a_candidate(session, "Chloé")
    with scope(TASK):
        Person.objects.filter(pk=silent.person_id).update(phone="06 12 34 56 78")
    a_candidate(session, "Bruno", state="met")
    where = address.format(session.pk if "sessions" in address else session.operation_id)
    page = text_of(browser(lead).get(where))
    assert "2 personnes qui avaient confirmé sont à redemander" in page
    assert "1 candidature en cours apprend" in page
    assert f"Sans adresse, à appeler : {silent.person}, 06 12 34 56 78." in page
    seen = text_of(browser(an_officer()).get(where))
    assert "1 personne n'a pas d'adresse" in seen
    assert "06 12 34 56 78" not in seen


def test_after_the_move_the_page_names_whom_to_call(session: Session, lead: Actor) -> None:
    silent = a_candidate(session, "Chloé")
    typed = {"starts_on": "2025-11-17", "ends_on": "2026-03-20", "reason": "Travaux"}
    page = text_of(browser(lead).post(f"/sessions/{session.pk}/deplacer/", typed, follow=True))
    assert f"Sans adresse, à appeler : {silent.person}" in page


END_PERSON, END_HOUSE = "sourcing/mail/end_moved_person", "sourcing/mail/end_moved_prescriber"


def run_end_tasks() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="tell_of_end").order_by("id"):
        args = job.args
        telling.tell_of_end(
            args["session_id"], date.fromisoformat(args["was"]), date.fromisoformat(args["now"]), args["move"]
        )


def test_when_only_the_end_moves_everybody_learns_it_once_and_is_asked_nothing(
    session: Session, lead: Actor, mission: Organisation
) -> None:
    a_candidate(session, "Amina", email="amina@example.org", prescriber=mission)
    a_candidate(session, "Bruno", state="met", email="bruno@example.org", prescriber=mission)
    a_candidate(session, "Chloé", prescriber=mission)
    gone = a_candidate(session, "David", state="met", email="david@example.org")
    actions.decline_candidate(lead, gone.pk, code="no_seat", reason="complet")
    reschedule_session(lead, session.pk, ends_on=date(2026, 3, 20), reason="Vacances")
    run_end_tasks()
    run_end_tasks()
    assert told(END_PERSON) == ["amina@example.org", "bruno@example.org"]
    mail = Mail.objects.get(purpose=END_PERSON, address="amina@example.org")
    assert "ne finit plus le 3 mars 2026" in mail.body
    assert "du 3 novembre 2025 au vendredi 20 mars 2026" in mail.body
    assert "/lien/" not in mail.body
    house = Mail.objects.get(purpose=END_HOUSE)
    assert "3 personnes que vous avez orientées" in house.body
    assert "1 n'a pas d'adresse électronique : appelez-la" in house.body
    assert not told()


def test_who_is_in_training_learns_the_new_last_day_too(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    with clock.at(START):
        actions.enter_training(lead, candidacy.pk)
        reschedule_session(lead, session.pk, ends_on=date(2026, 3, 20), reason="Vacances")
    run_end_tasks()
    assert told(END_PERSON) == ["amina@example.org"]


def test_both_days_moved_are_told_in_one_mail(session: Session, lead: Actor) -> None:
    a_candidate(session, "Amina", email="amina@example.org")
    reschedule_session(lead, session.pk, starts_on=LATER, ends_on=date(2026, 3, 20), reason="Travaux")
    run_end_tasks()
    assert (told(), told(END_PERSON)) == (["amina@example.org"], [])


def test_an_end_that_moved_again_before_the_task_ran_is_told_once(session: Session, lead: Actor) -> None:
    a_candidate(session, "Bruno", state="met", email="bruno@example.org")
    for day in (20, 27):
        reschedule_session(lead, session.pk, ends_on=date(2026, 3, day), reason="Vacances")
    run_end_tasks()
    assert "27 mars" in Mail.objects.get(purpose=END_PERSON).subject


@pytest.mark.parametrize("address", ["/sessions/{}/deplacer/", "/operations/{}/session/fixer/"])
def test_the_page_says_whom_a_moved_end_concerns_and_then_whom_to_call(
    session: Session, lead: Actor, address: str
) -> None:
    a_candidate(session, "Amina", email="amina@example.org")
    silent = a_candidate(session, "Chloé")
    where = address.format(session.pk if "sessions" in address else session.operation_id)
    assert "Si seule la fin change, les mêmes l'apprennent" in text_of(browser(lead).get(where))
    typed = {"starts_on": "2025-11-03", "ends_on": "2026-03-20", "reason": "Vacances"}
    typed |= {"seats": "8", "hours_centre": "420", "hours_company": "140"}
    page = text_of(browser(lead).post(where, typed, follow=True))
    assert f"Sans adresse, à appeler : {silent.person}" in page


def test_under_way_the_page_says_whom_the_end_concerns(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, "Amina", email="amina@example.org")
    with clock.at(START):
        start_session(lead, session.pk, on=START, entered=[candidacy.pk])
        page = text_of(browser(lead).get(f"/sessions/{session.pk}/deplacer/"))
        assert "Si la fin change, 1 personne apprend le nouveau dernier jour" in page
        assert "1 personne est prévenue par courriel." in page
        again = browser(lead).get(f"/operations/{session.operation_id}/session/fixer/")
        assert again.status_code == 409
        assert "déplacez seulement sa fin" in text_of(again)


def test_the_page_that_fixes_the_session_is_for_who_may_fix_it(session: Session, mission: Organisation) -> None:
    a_candidate(session, "Amina", prescriber=mission)
    where = f"/operations/{session.operation_id}/session/fixer/"
    for stranger in (actor(Who.ADVISER, mission), actor(Who.CABINET, session.operation.region)):
        assert browser(stranger).get(where).status_code == 403
