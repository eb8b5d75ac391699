"""An avenant is due when a change of plan moves the hours of a signed convention, and only then."""

from datetime import date

import pytest
from design.changes.stage import DAY, LATER, a_stage

import endings
import factories as make
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.models import Operation
from defi.people.models import Account, Person
from defi.steps.convention.amending import follow_hours, record_amendment
from defi.steps.convention.models import Amendment, Convention
from defi.steps.convention.printing import convention_data
from defi.steps.convention.rules import amendment_fault, amendment_sentence
from defi.steps.design.changes import asking, deciding

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with endings.built_once(django_db_blocker, a_stage) as stage:
        yield stage


@pytest.fixture
def stage(built, db):
    with clock.at(DAY):
        yield built


def a_convention(stage, state="signed", hours=(420, 140)):
    signed = date(2025, 11, 20) if state == "signed" else None
    with scope(TASK):
        return Convention.objects.create(
            operation=stage.operation,
            title="ASVF",
            state=state,
            hours_centre=hours[0],
            hours_company=hours[1],
            drafted_on=date(2025, 10, 1),
            sent_on=date(2025, 10, 6),
            signed_on=signed,
        )


def amendments():
    with scope(TASK):
        return [(row.state, row.hours_centre, row.hours_company) for row in Amendment.objects.order_by("pk")]


def changed(stage, **changes):
    request = stage.asked(**changes)
    return deciding.approve_change(stage.officer, request.pk)


def test_hours_changed_under_a_signed_convention_make_an_amendment_due(stage):
    a_convention(stage)
    request = stage.asked()
    assert "un avenant sera à signer" in request.effect["others"][0]
    deciding.approve_change(stage.officer, request.pk)
    assert amendments() == [("owed", 427, 140)]
    with scope(TASK):
        document = Amendment.objects.get().document
    assert document is not None
    assert document.kind == "amendment"
    assert document.number.startswith("AV-")
    assert "427 h en centre" in Mail.objects.filter(purpose="convention/mail/amendment_owed")[0].body


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_a_convention_that_is_not_signed_owes_none(stage, state):
    convention = a_convention(stage, state)
    changed(stage)
    assert amendments() == []
    with scope(TASK):
        convention.refresh_from_db()
        operation = Operation.objects.select_related("job", "basin", "provider").get(pk=stage.operation.pk)
        convention.operation = operation
    assert convention_data(convention).hours_centre == 427


def test_a_change_that_leaves_the_hours_owes_none(stage):
    a_convention(stage)
    changed(stage, title="Hygiène et sécurité")
    assert amendments() == []


def test_a_second_change_goes_into_the_amendment_that_is_owed_or_makes_it_needless(stage):
    a_convention(stage)
    changed(stage)
    changed(stage, centre=28)
    assert amendments() == [("owed", 434, 140)]
    changed(stage, centre=14)
    assert amendments() == [("dropped", 420, 140)]


def test_once_signed_its_hours_are_those_of_the_convention(stage):
    a_convention(stage)
    changed(stage)
    with scope(TASK):
        owed = Amendment.objects.get()
    with pytest.raises(Invalid, match="à venir"):
        record_amendment(stage.lead, owed.pk, signed_on=LATER)
    with pytest.raises(Invalid, match="dû depuis"):
        record_amendment(stage.lead, owed.pk, signed_on=date(2026, 1, 2))
    record_amendment(stage.lead, owed.pk, signed_on=DAY)
    with pytest.raises(WrongState):
        record_amendment(stage.lead, owed.pk, signed_on=DAY)
    request = stage.prepare()
    stage.write(request, "Hygiène", centre=21, title="Hygiène alimentaire")
    sent = asking.ask_change(stage.lead, request.pk)
    assert "aucun avenant" in sent.effect["others"][0]


def test_a_text_signed_with_former_hours_owes_one_too(stage):
    convention = a_convention(stage, "sent")
    changed(stage)
    with scope(TASK):
        convention.state, convention.signed_on = "signed", DAY
        convention.save()
        follow_hours(convention, stage.request())
    assert amendments() == [("owed", 427, 140)]


def test_only_its_provider_and_its_officer_note_it(stage):
    a_convention(stage)
    changed(stage)
    with scope(TASK):
        owed = Amendment.objects.get()
    with pytest.raises(NotAllowed):
        record_amendment(make.actor(Who.SIGNATORY, stage.firms[0]), owed.pk, signed_on=DAY)
    with pytest.raises(Unknown):
        record_amendment(make.actor(Who.COORDINATOR, make.a_provider("Autre")), owed.pk, signed_on=DAY)


def test_it_is_read_and_noted_on_the_page_of_the_convention(stage, client):
    a_convention(stage)
    changed(stage)
    with scope(TASK):
        owed, person = Amendment.objects.get(), Person.objects.get(pk=stage.lead.person_id)
    account = Account.objects.filter(person=person).first() or Account.objects.create(
        person=person, email="lead@of.example"
    )
    client.force_login(account)
    page = f"/operations/{stage.operation.pk}/convention/"
    assert "Noter l'avenant signé" in client.get(page).content.decode()
    late = client.post(f"/avenants/{owed.pk}/signe/", {"signed_on": "2027-01-01"})
    assert late.status_code == 422
    client.post(f"/avenants/{owed.pk}/signe/", {"signed_on": "2026-01-05"})
    assert amendments() == [("signed", 427, 140)]
    assert "Noter l'avenant signé" not in client.get(page).content.decode()


def test_what_a_change_asks_of_the_convention_is_said_in_words():
    same, more = (420, 140), (427, 140)
    assert "aucun avenant" in amendment_sentence("signed", same, same)
    assert "un avenant sera à signer (la convention dit 420 h en centre" in amendment_sentence("signed", same, more)
    assert "Corrigez-la" in amendment_sentence("sent", same, more)
    assert "pas encore transmise" in amendment_sentence("", same, more)


def test_an_amendment_is_signed_between_the_day_it_is_due_and_today():
    assert amendment_fault(DAY, owed_on=DAY, today=DAY) == ""
    assert amendment_fault(LATER, owed_on=DAY, today=DAY)
    assert amendment_fault(date(2026, 1, 1), owed_on=DAY, today=DAY)
