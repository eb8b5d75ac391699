"""Who is reminded of a turn: exactly those whose « À faire » shows it, or who hold a personal link for it."""

from datetime import UTC, date, datetime

import pytest

import factories as make
from defi.journey.models import TurnRow
from defi.journey.queries import my_turns
from defi.journey.reminders import turns
from defi.kernel import clock, links
from defi.kernel.access import TASK, Who, scope
from defi.kernel.mail import leaving, purposes, reminders
from defi.kernel.models import Link, Mail
from defi.people.queries import actor_for, memberships_of

pytestmark = pytest.mark.django_db

MONDAY = datetime(2025, 11, 3, 5, 20, tzinfo=UTC)
DUE = date(2025, 11, 5)


def member(role, house, name):
    person = make.a_person(name, email=f"{name.lower()}@exemple.invalid")
    make.actor(role, house, person)
    return person


def turn(operation, key, party, organisation, **more):
    facts = {"step": "convention", "due_on": DUE, "since": date(2025, 10, 1)} | more
    return TurnRow.objects.create(operation=operation, key=key, party=party, organisation=organisation, **facts)


def told(rule):
    with scope(TASK):
        return list(turns(purposes.table().rules[rule], None))


@pytest.fixture
def operation():
    found = make.an_operation()
    with scope(TASK):
        TurnRow.objects.all().delete()
        yield found


def test_each_hand_that_is_reminded_finds_it_on_its_list(operation):
    region, employer, prescriber = make.a_region(), make.an_employer(), make.a_prescriber()
    people = {
        member(Who.COORDINATOR, operation.provider, "Claire"): turn(
            operation, "signing.propose", "provider", operation.provider
        ),
        member(Who.CABINET, region, "Camille"): turn(operation, "signing.hold", "cabinet", region),
        member(Who.ADVISER, prescriber, "Aline"): turn(operation, "signatory.sign", "prescriber", prescriber),
        member(Who.SIGNATORY, employer, "Serge"): turn(operation, "placement.sign", "employer", employer),
        member(Who.PAYING_OFFICE, region, "Paule"): turn(operation, "claim.decide", "paying_office", region),
    }
    member(Who.TRAINER, operation.provider, "Tom")
    found = {
        one.to.person_id: one
        for rule in ("back_planning", "convention_signature", "answer", "approval", "placement")
        for one in told(rule)
    }
    assert {person.pk for person in people} == set(found)
    for person, row in people.items():
        (membership,) = memberships_of(person.pk)
        shown = my_turns(actor_for(membership)).values_list("key", flat=True)
        # Partners are shown the operations they take part in; the others see their own.
        assert row.key in shown or row.party in {"employer", "prescriber"}
        assert found[person.pk].url.endswith(f"/operations/{operation.pk}/")


def test_who_signs_by_name_is_the_one_reminded(operation):
    employer = make.an_employer()
    named = member(Who.TUTOR, employer, "Tania")
    member(Who.RECRUITER, employer, "Rémi")
    turn(operation, "signatory.sign", "employer", employer, params={"person": named.pk})
    assert [one.to.person_id for one in told("convention_signature")] == [named.pk]


def test_who_has_a_personal_link_only_is_sent_a_new_one_as_the_reminder_leaves(operation, settings, tmp_path):
    settings.SMTP_URL, settings.MAIL_FOLDER = "", tmp_path / "mail"
    employer = make.an_employer()
    with clock.at(MONDAY.replace(day=1)):
        old = links.issue(operation, "signatory.sign", address="chef@exemple.invalid", organisation_id=employer.pk)
    turn(operation, "signatory.sign", "employer", employer)
    with clock.at(MONDAY):
        assert (reminders.remind(), reminders.remind()) == (1, 0)
        assert links.find(old.split("/lien/")[1].strip("/"))
    with clock.at(MONDAY.replace(hour=8)):
        assert leaving.go_round() == 1
    mail = Mail.objects.get(address="chef@exemple.invalid", dropped_at=None)
    assert mail.subject == f"Rappel : signer la convention, avant le 5 novembre : {operation.title}"
    assert Link.objects.filter(revoked_at=None).count() == 1
    assert Link.objects.get(revoked_at=None).pk == mail.link_id
    assert "/lien/…" in mail.body


def test_a_link_that_was_called_back_is_no_way_to_be_reminded(operation):
    employer = make.an_employer()
    links.issue(operation, "signatory.sign", address="chef@exemple.invalid", organisation_id=employer.pk)
    turn(operation, "signatory.sign", "employer", employer)
    links.revoke(operation, "signatory.sign")
    assert told("convention_signature") == []


def test_done_meanwhile_it_is_not_sent(operation, settings, tmp_path):
    settings.SMTP_URL, settings.MAIL_FOLDER = "", tmp_path / "mail"
    member(Who.COORDINATOR, operation.provider, "Claire")
    row = turn(operation, "signing.propose", "provider", operation.provider)
    with clock.at(MONDAY):
        assert reminders.remind() == 1
    row.delete()
    with clock.at(MONDAY.replace(hour=8)):
        assert leaving.go_round() == 0
    assert Mail.objects.filter(dropped_why="done").count() == 1


def test_a_date_that_moves_is_said_again_on_its_new_day(operation):
    member(Who.COORDINATOR, operation.provider, "Claire")
    turn(operation, "signing.propose", "provider", operation.provider)
    with clock.at(MONDAY):
        assert reminders.remind() == 1
    TurnRow.objects.update(due_on=date(2025, 11, 20))
    with clock.at(MONDAY.replace(day=18)):
        assert reminders.remind() == 1
