"""Candidacies: who may, from which state, on which date, who is told."""

from __future__ import annotations

from datetime import date

import pytest

from defi.kernel import clock, links
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner, partner_leaves
from defi.operations.models import Operation, Partner, Session
from defi.people.models import Organisation, Person
from defi.steps.sourcing import actions
from defi.steps.sourcing.actions import Funding, PersonFacts
from defi.steps.sourcing.models import Candidacy, PersonPair
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
START = date(2025, 11, 3)


@pytest.fixture(autouse=True)
def _autumn() -> object:
    with clock.at(NOW):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), START, seats=2)


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


def mails_about(text: str) -> list[Mail]:
    return list(Mail.objects.filter(subject__contains=text) | Mail.objects.filter(body__contains=text))


# orienting


def test_a_prescriber_orients_one_of_its_people(session: Session, adviser: Actor) -> None:
    facts = PersonFacts("Amina", "Rossi", email="amina@example.org", birth_date=date(2001, 5, 3))
    candidacy = actions.orient_person(adviser, session.pk, facts)
    assert (candidacy.state, candidacy.prescriber_id, candidacy.oriented_on) == (
        "oriented",
        adviser.organisation_id,
        NOW,
    )
    assert candidacy.oriented_by_id == adviser.person_id
    assert candidacy.person.birth_date == date(2001, 5, 3)
    assert Mail.objects.filter(address="amina@example.org", body__contains="Vos données").count() == 1


def test_the_provider_is_told_once_a_day_that_people_wait(session: Session, lead: Actor, adviser: Actor) -> None:
    with scope(TASK):
        Person.objects.filter(pk=lead.person_id).update(email="lead@of.example")
    for name in ("Amina", "Bruno"):
        actions.orient_person(adviser, session.pk, PersonFacts(name, "Rossi"))
    assert Mail.objects.filter(address="lead@of.example").count() == 1


def test_a_provider_notes_somebody_who_came_alone(session: Session, lead: Actor) -> None:
    candidacy = actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo"))
    assert candidacy.prescriber_id is None
    assert candidacy.oriented_by_id is None


def test_a_prescriber_named_by_the_provider_takes_part_from_then_on(session: Session, lead: Actor) -> None:
    named = a_prescriber("Cap emploi 28", network="cap_emploi")
    candidacy = actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo"), prescriber=named)
    assert candidacy.prescriber_id == named.pk
    with scope(TASK):
        assert Partner.objects.filter(operation=session.operation, organisation=named).exists()


def test_it_refuses_a_firm_named_as_prescriber(session: Session, lead: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo"), prescriber=an_employer())
    assert "prescriber" in refusal.value.fields


def test_the_same_person_oriented_again_is_joined_only_when_somebody_says_so(session: Session, adviser: Actor) -> None:
    facts = PersonFacts("Amina", "Rossi", email="amina@example.org", birth_date=date(2001, 5, 3))
    first = actions.orient_person(adviser, session.pk, facts)
    house = Organisation.objects.get(pk=adviser.organisation_id)
    others = [a_session(an_operation(a_provider(name)), START) for name in ("Autre OF", "Encore un OF")]
    for other in others:
        add_partner(an_officer(), other.operation_id, house)
    typed = PersonFacts("AMINA", "rossi", email="amina@example.org", phone="0612345678", birth_date=date(2001, 5, 3))
    again = actions.orient_person(adviser, others[0].pk, typed, same_as=first.person_id)
    assert again.person_id == first.person_id
    alone = actions.orient_person(adviser, others[1].pk, typed, apart_from=[first.person_id])
    assert alone.person_id != first.person_id
    with scope(TASK):
        assert Person.objects.get(pk=first.person_id).phone == "0612345678"  # what was lacking is learnt
        assert PersonPair.objects.filter(state="apart", kept_id=first.person_id, other_id=alone.person_id).exists()


def test_nobody_is_joined_to_a_person_one_does_not_follow(session: Session, lead: Actor, adviser: Actor) -> None:
    theirs = actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi"))
    with pytest.raises(Unknown):
        actions.orient_person(adviser, session.pk, PersonFacts("Aminata", "Diop"), same_as=theirs.person_id)


def test_a_person_of_another_prescriber_is_never_found(session: Session, adviser: Actor) -> None:
    facts = PersonFacts("Amina", "Rossi", birth_date=date(2001, 5, 3))
    first = actions.orient_person(adviser, session.pk, facts)
    other = a_prescriber("France Travail Châteaudun", network="france_travail")
    add_partner(an_officer(), session.operation_id, other)
    second = actions.orient_person(actor(Who.ADVISER, other), session.pk, facts)
    assert second.person_id != first.person_id


def test_the_same_form_sent_twice_adds_nobody(session: Session, adviser: Actor) -> None:
    actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    with pytest.raises(WrongState, match="déjà dans cette session"):
        actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    with scope(TASK):
        assert Candidacy.objects.count() == 1
        assert Person.objects.filter(last_name="Rossi").count() == 1


def test_two_people_of_one_name_are_told_apart_by_their_birth(session: Session, lead: Actor) -> None:
    actions.orient_person(lead, session.pk, PersonFacts("Marie", "Petit", birth_date=date(1990, 1, 1)))
    actions.orient_person(lead, session.pk, PersonFacts("Marie", "Petit", birth_date=date(1985, 2, 2)))
    with scope(TASK):
        assert Candidacy.objects.filter(session=session).count() == 2


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (PersonFacts("", "Rossi"), "first_name"),
        (PersonFacts("Amina", " "), "last_name"),
        (PersonFacts("Amina", "1 84 12 76 451 089 23"), "last_name"),
        (PersonFacts("Amina", "Rossi", email="amina@"), "email"),
        (PersonFacts("Amina", "Rossi", birth_date=date(2024, 1, 1)), "birth_date"),
    ],
)
def test_it_refuses_what_cannot_be_a_person(session: Session, lead: Actor, facts: PersonFacts, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.orient_person(lead, session.pk, facts)
    assert field in refusal.value.fields
    with scope(TASK):
        assert not Candidacy.objects.exists()


def test_it_refuses_an_orientation_to_come(session: Session, lead: Actor) -> None:
    with pytest.raises(Invalid, match="à venir"):
        actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi"), on=date(2025, 10, 2))


def test_a_prescriber_that_takes_no_part_knows_nothing_of_the_session(session: Session) -> None:
    stranger = actor(Who.ADVISER, a_prescriber("Mission locale de Blois"))
    with pytest.raises(Unknown):
        actions.orient_person(stranger, session.pk, PersonFacts("Amina", "Rossi"))


def test_a_prescriber_that_left_orients_nobody_more(session: Session, lead: Actor, adviser: Actor) -> None:
    with scope(TASK):
        partner = Partner.objects.get(organisation_id=adviser.organisation_id)
    partner_leaves(lead, partner.pk, reason="fin de sa mission")
    with pytest.raises(NotAllowed, match="ne participe plus"):
        actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))


def test_an_employer_orients_nobody(session: Session) -> None:
    firm = an_employer()
    add_partner(an_officer(), session.operation_id, firm)
    with pytest.raises(NotAllowed):
        actions.orient_person(actor(Who.RECRUITER, firm), session.pk, PersonFacts("Amina", "Rossi"))


def test_another_provider_knows_nothing_of_the_session(session: Session) -> None:
    other = an_operation(a_provider("Autre OF"))
    with pytest.raises(Unknown):
        actions.orient_person(a_coordinator(other), session.pk, PersonFacts("Amina", "Rossi"))


# from the meeting to the seat


def test_a_candidate_goes_from_orientation_to_a_seat(session: Session, lead: Actor, adviser: Actor) -> None:
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi", email="amina@example.org"))
    actions.meet_candidate(lead, candidacy.pk)
    actions.select_candidate(lead, candidacy.pk)
    done = actions.confirm_candidate(lead, candidacy.pk)
    assert (done.state, done.met_on, done.selected_on, done.confirmed_on, done.answered_on) == (
        "confirmed",
        NOW,
        NOW,
        NOW,
        NOW,
    )
    assert Mail.objects.filter(address="amina@example.org", body__contains="Votre place est confirmée").exists()
    assert Mail.objects.filter(address="nora@mission.example", subject__contains="confirmé").exists()


def test_a_person_confirms_from_the_link_of_the_mail(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="met", email="leila@example.org")
    actions.select_candidate(lead, candidacy.pk)
    body = Mail.objects.get(address="leila@example.org", purpose="sourcing/mail/selected_person").body
    secret = body.split("/lien/")[1].split("/")[0]
    bearer = links.bearer(links.find(secret))
    assert actions.confirm_candidate(bearer, candidacy.pk).state == "confirmed"


def test_a_link_opens_its_own_candidacy_only(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="met", email="leila@example.org")
    actions.select_candidate(lead, candidacy.pk)
    other = a_session(an_operation(a_provider("Autre OF")), START)
    with scope(TASK):
        elsewhere = Candidacy.objects.create(
            operation_id=other.operation_id,
            session=other,
            person=candidacy.person,
            state="selected",
            oriented_on=NOW,
            met_on=NOW,
            selected_on=NOW,
        )
    body = Mail.objects.get(address="leila@example.org", purpose="sourcing/mail/selected_person").body
    bearer = links.bearer(links.find(body.split("/lien/")[1].split("/")[0]))
    with pytest.raises(NotAllowed, match="ne concerne pas"):
        actions.confirm_candidate(bearer, elsewhere.pk)


def test_one_more_than_the_seats_is_put_in_reserve_instead(session: Session, lead: Actor) -> None:
    for name in ("Amina", "Bruno"):
        a_candidate(session, name)
    third = a_candidate(session, "Chloé", state="selected")
    with pytest.raises(WrongState, match="en réserve"):
        actions.confirm_candidate(lead, third.pk)
    assert actions.put_in_reserve(lead, third.pk).state == "reserve"


def test_a_confirmed_person_who_gives_up_frees_the_seat(session: Session, lead: Actor) -> None:
    first, _second = a_candidate(session, "Amina"), a_candidate(session, "Bruno")
    third = a_candidate(session, "Chloé", state="selected")
    actions.withdraw_candidate(lead, first.pk, code="found_job")
    assert actions.confirm_candidate(lead, third.pk).state == "confirmed"


def test_seats_of_other_funding_are_counted_apart(session: Session, lead: Actor) -> None:
    for name in ("Amina", "Bruno"):
        a_candidate(session, name)
    poec = a_candidate(session, "Chloé", state="selected", funding=Funding("poec", "cdd", 8))
    assert actions.confirm_candidate(lead, poec.pk).state == "confirmed"
    with pytest.raises(WrongState, match="places Région"):
        actions.fund_seat(lead, poec.pk, Funding())


def test_a_decision_cannot_be_dated_before_the_meeting(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="met")
    with pytest.raises(Invalid, match="recule"):
        actions.select_candidate(lead, candidacy.pk, on=date(2025, 9, 1))


def test_nobody_is_confirmed_before_being_met(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="oriented")
    with pytest.raises(WrongState, match="orienté"):
        actions.confirm_candidate(lead, candidacy.pk)


def test_declining_asks_for_a_reason_of_the_closed_list(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="met", email="leila@example.org")
    with pytest.raises(Invalid, match="motif dans la liste"):
        actions.decline_candidate(lead, candidacy.pk, code="found_job")
    done = actions.decline_candidate(lead, candidacy.pk, code="no_seat")
    assert (done.state, done.ended_reason, done.answered_on) == ("declined", "no_seat", NOW)
    assert Mail.objects.filter(address="leila@example.org", body__contains="plus de place").exists()


@pytest.mark.parametrize("words", ["dossier RQTH en cours", "est enceinte", "bénéficiaire du RSA", "sous curatelle"])
def test_a_reason_says_nothing_of_health_nor_of_the_social_situation(session: Session, lead: Actor, words: str) -> None:
    candidacy = a_candidate(session, state="met")
    for act in (
        lambda: actions.decline_candidate(lead, candidacy.pk, code="no_seat", reason=words),
        lambda: actions.withdraw_candidate(lead, candidacy.pk, code="personal_choice", reason=words),
    ):
        with pytest.raises(Invalid, match="santé ni la situation sociale") as refused:
            act()
        assert set(refused.value.fields) == {"reason"}
    said = actions.decline_candidate(lead, candidacy.pk, code="no_seat", reason="groupe complet, rappel en mars")
    assert said.state == "declined"


def test_a_reason_never_holds_a_social_security_number(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="met")
    with pytest.raises(Invalid, match="sécurité sociale"):
        actions.decline_candidate(lead, candidacy.pk, code="no_seat", reason="dossier 1841276451089")


def test_a_prescriber_notes_that_its_person_gives_up(session: Session, lead: Actor, adviser: Actor) -> None:
    with scope(TASK):
        Person.objects.filter(pk=lead.person_id).update(email="lead@of.example")
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    assert actions.withdraw_candidate(adviser, candidacy.pk, code="other_training").state == "withdrawn"
    assert Mail.objects.filter(address="lead@of.example", subject__contains="a renoncé").exists()


def test_a_prescriber_does_not_reach_the_people_of_others(session: Session, adviser: Actor) -> None:
    other = a_candidate(session, "Bruno")
    with pytest.raises(Unknown):
        actions.withdraw_candidate(adviser, other.pk, code="found_job")


def test_a_prescriber_selects_nobody(session: Session, adviser: Actor) -> None:
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    with pytest.raises(NotAllowed, match="coordinateur"):
        actions.meet_candidate(adviser, candidacy.pk)


def test_who_comes_back_starts_again(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    actions.withdraw_candidate(lead, candidacy.pk, code="personal_choice")
    again = actions.reopen_candidacy(lead, candidacy.pk)
    assert (again.state, again.confirmed_on, again.ended_reason) == ("oriented", None, "")


def test_a_stale_page_changes_nothing(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="oriented")
    actions.meet_candidate(lead, candidacy.pk, version=candidacy.version)
    with pytest.raises(Stale):
        actions.select_candidate(lead, candidacy.pk, version=candidacy.version)


def test_a_double_click_says_the_state_and_changes_nothing(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session, state="met")
    with pytest.raises(WrongState, match="rencontré"):
        actions.meet_candidate(lead, candidacy.pk)


# the training


def test_entry_departure_and_end_carry_their_dates(session: Session, lead: Actor) -> None:
    stays, leaves = a_candidate(session, "Amina"), a_candidate(session, "Bruno")
    with clock.at(date(2026, 4, 10)):
        for candidacy in (stays, leaves):
            actions.enter_training(lead, candidacy.pk, on=START)
        gone = actions.leave_training(lead, leaves.pk, code="found_job", on=date(2026, 1, 8))
        with pytest.raises(Invalid, match="dites pourquoi"):
            actions.complete_training(lead, stays.pk, on=date(2026, 1, 8))
        done = actions.complete_training(lead, stays.pk)
    assert (gone.state, gone.left_on, gone.ended_reason) == ("left", date(2026, 1, 8), "found_job")
    assert (done.state, done.left_on) == ("completed", date(2026, 4, 10))


def test_nobody_enters_before_the_start(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    with pytest.raises(Invalid, match="3\u00a0novembre\u00a02025"):
        actions.enter_training(lead, candidacy.pk)


def test_nobody_leaves_before_entering_nor_tomorrow(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    with clock.at(date(2025, 12, 1)):
        actions.enter_training(lead, candidacy.pk, on=START)
        with pytest.raises(Invalid, match="recule"):
            actions.leave_training(lead, candidacy.pk, code="found_job", on=date(2025, 11, 2))
        with pytest.raises(Invalid, match="à venir"):
            actions.leave_training(lead, candidacy.pk, code="found_job", on=date(2025, 12, 2))


def test_nobody_follows_two_sessions_at_once(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    other = a_session(an_operation(a_provider("Autre OF")), START)
    with scope(TASK):
        Candidacy.objects.create(
            operation_id=other.operation_id,
            session=other,
            person=candidacy.person,
            state="entered",
            oriented_on=NOW,
            entered_on=START,
        )
    with clock.at(START), pytest.raises(WrongState, match="suit déjà une autre session"):
        actions.enter_training(lead, candidacy.pk)


def test_absence_is_noted_from_the_first_day_only(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    with pytest.raises(WrongState, match="renoncement"):
        actions.note_no_show(lead, candidacy.pk)
    with clock.at(START):
        assert actions.note_no_show(lead, candidacy.pk).state == "no_show"


def test_the_payer_no_longer_changes_after_entry(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    with clock.at(START):
        actions.enter_training(lead, candidacy.pk)
        with pytest.raises(WrongState, match="ne change plus"):
            actions.fund_seat(lead, candidacy.pk, Funding("poec"))


def test_the_referent_is_one_of_the_provider(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    assert actions.name_referent(lead, candidacy.pk, lead.person_id).referent_id == lead.person_id
    with pytest.raises(Invalid, match="organisme de formation"):
        actions.name_referent(lead, candidacy.pk, a_person().pk)


def test_an_address_may_be_added_later(session: Session, adviser: Actor) -> None:
    candidacy = actions.orient_person(adviser, session.pk, PersonFacts("Amina", "Rossi"))
    actions.correct_person(adviser, candidacy.pk, PersonFacts("Amina", "Rossi", phone="06 12 34 56 78"))
    with scope(TASK):
        assert Person.objects.get(pk=candidacy.person_id).phone == "06 12 34 56 78"


def test_a_closed_operation_changes_no_more(session: Session, lead: Actor) -> None:
    candidacy = a_candidate(session)
    with scope(TASK):
        Operation.objects.filter(pk=session.operation_id).update(state="closed", closed_on=NOW)
    with pytest.raises(WrongState, match="close"):
        actions.withdraw_candidate(lead, candidacy.pk, code="found_job")


def test_the_journal_holds_no_name_address_or_birth(session: Session, lead: Actor) -> None:
    facts = PersonFacts("Amina", "Rossi", "amina@example.org", "0612345678", date(2001, 5, 3))
    candidacy = actions.orient_person(lead, session.pk, facts)
    actions.meet_candidate(lead, candidacy.pk)
    entries = JournalEntry.objects.filter(object_type__in=["sourcing.candidacy", "people.person"])
    written = " ".join(f"{entry.before} {entry.after}" for entry in entries)
    assert JournalEntry.objects.filter(verb="candidacy.meet", file_id=session.operation_id).exists()
    for private in ("Amina", "Rossi", "amina@", "0612345678", "2001-05-03"):
        assert private not in written
