"""The preparatory meeting, the team, the sourcing plan, the announcement, the aims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import Attendee, add_partner
from defi.operations.models import Meeting, Operation, Presence
from defi.people.models import Organisation
from defi.steps.sourcing import actions
from defi.steps.sourcing.models import AimsShared, SourcingLine, TeamMember
from factories import a_basin, a_coordinator, a_prescriber, a_provider, actor, an_employer, an_officer, an_operation

pytestmark = pytest.mark.django_db

NOW = date(2025, 9, 9)
FIRM, ORIENTEUR = Presence.As.EMPLOYER, Presence.As.PRESCRIBER


@pytest.fixture(autouse=True)
def _september() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def operation() -> Operation:
    return an_operation()


@pytest.fixture
def lead(operation: Operation) -> Actor:
    return a_coordinator(operation)


@pytest.fixture
def firm(operation: Operation) -> Organisation:
    organisation = an_employer()
    add_partner(an_officer(), operation.pk, organisation)
    return organisation


@pytest.fixture
def mission(operation: Operation) -> Organisation:
    organisation = a_prescriber()
    add_partner(an_officer(), operation.pk, organisation)
    return organisation


def both(firm: Organisation, mission: Organisation) -> list[Attendee]:
    return [Attendee(FIRM, organisation_id=firm.pk), Attendee(ORIENTEUR, organisation_id=mission.pk)]


def test_the_meeting_is_held_with_an_orienteur_and_a_firm(
    operation: Operation, lead: Actor, firm: Organisation, mission: Organisation
) -> None:
    meeting = actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=both(firm, mission))
    with scope(TASK):
        assert (meeting.kind, meeting.held_on, meeting.presences.count()) == (Meeting.Kind.PREPARATORY, NOW, 2)


def test_it_refuses_a_meeting_without_an_orienteur(operation: Operation, lead: Actor, firm: Organisation) -> None:
    with pytest.raises(Invalid, match="Aucun orienteur"):
        actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=[Attendee(FIRM, organisation_id=firm.pk)])


def test_an_excused_firm_does_not_count(
    operation: Operation, lead: Actor, firm: Organisation, mission: Organisation
) -> None:
    attendees = [
        Attendee(FIRM, organisation_id=firm.pk, state=Presence.State.EXCUSED),
        Attendee(ORIENTEUR, organisation_id=mission.pk),
    ]
    with pytest.raises(Invalid, match="Aucune entreprise engagée"):
        actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=attendees)


def test_calling_a_firm_an_orienteur_does_not_make_it_one(
    operation: Operation, lead: Actor, firm: Organisation
) -> None:
    attendees = [Attendee(FIRM, organisation_id=firm.pk), Attendee(ORIENTEUR, organisation_id=firm.pk)]
    with pytest.raises(Invalid, match="Aucun orienteur"):
        actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=attendees)


def test_strangers_to_the_operation_do_not_attend(
    operation: Operation, lead: Actor, firm: Organisation, mission: Organisation
) -> None:
    attendees = [*both(firm, mission), Attendee(FIRM, organisation_id=an_employer("Ailleurs").pk)]
    with pytest.raises(Invalid, match="ajoutez-la d'abord"):
        actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=attendees)


def test_a_meeting_is_noted_once_held_and_once_only(
    operation: Operation, lead: Actor, firm: Organisation, mission: Organisation
) -> None:
    with pytest.raises(Invalid, match="à venir"):
        actions.hold_preparatory(lead, operation.pk, held_on=date(2025, 9, 10), attendees=both(firm, mission))
    actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=both(firm, mission))
    with pytest.raises(WrongState, match="déjà notée"):
        actions.hold_preparatory(lead, operation.pk, held_on=NOW, attendees=both(firm, mission))


def test_only_its_provider_holds_the_meeting(operation: Operation, firm: Organisation, mission: Organisation) -> None:
    attendees = both(firm, mission)
    with pytest.raises(NotAllowed):
        actions.hold_preparatory(an_officer(), operation.pk, held_on=NOW, attendees=attendees)
    stranger = a_coordinator(an_operation(a_provider("Autre OF")))
    with pytest.raises(Unknown):
        actions.hold_preparatory(stranger, operation.pk, held_on=NOW, attendees=attendees)


def test_team_and_committee_are_named_once(operation: Operation, lead: Actor, firm: Organisation) -> None:
    actions.name_to_team(lead, operation.pk, ["team"], firm.pk)
    actions.name_to_team(lead, operation.pk, ["team", "committee"], firm.pk)
    actions.name_to_team(an_officer(), operation.pk, ["committee"], operation.region_id)
    with pytest.raises(WrongState, match="déjà"):
        actions.name_to_team(lead, operation.pk, ["team"], firm.pk)
    with pytest.raises(Invalid, match="Choisissez"):
        actions.name_to_team(lead, operation.pk, [], firm.pk)
    with scope(TASK):
        assert TeamMember.objects.count() == 3


def test_a_name_put_by_mistake_is_taken_off(operation: Operation, lead: Actor, firm: Organisation) -> None:
    (member,) = actions.name_to_team(lead, operation.pk, ["team"], firm.pk)
    actions.leave_team(lead, member.pk)
    with scope(TASK):
        assert not TeamMember.objects.exists()


def test_a_line_of_the_plan_has_its_date_and_its_owner(
    operation: Operation, lead: Actor, mission: Organisation
) -> None:
    on = date(2025, 9, 30)
    line = actions.plan_line(lead, operation.pk, kind="information", planned_on=on, owner_id=mission.pk)
    assert (line.planned_on, line.owner_id) == (on, mission.pk)
    with pytest.raises(WrongState, match="déjà prévue"):
        actions.plan_line(lead, operation.pk, kind="information", planned_on=on, owner_id=mission.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "fête"}, "kind"), ({"planned_on": date(2052, 9, 30)}, "planned_on"), ({"owner_id": 0}, "owner")],
)
def test_it_refuses_a_line_that_cannot_be(
    operation: Operation, lead: Actor, mission: Organisation, change: dict[str, object], field: str
) -> None:
    facts: dict[str, object] = {"kind": "mrs", "planned_on": date(2025, 9, 30), "owner_id": mission.pk, **change}
    with pytest.raises(Invalid) as refusal:
        actions.plan_line(lead, operation.pk, **facts)  # type: ignore[arg-type]
    assert field in refusal.value.fields


def test_a_line_is_done_once_and_then_stays(operation: Operation, lead: Actor, mission: Organisation) -> None:
    line = actions.plan_line(lead, operation.pk, kind="visit", planned_on=NOW, owner_id=mission.pk)
    assert actions.line_done(lead, line.pk, came=14).came == 14
    with pytest.raises(WrongState, match="déjà notée faite"):
        actions.line_done(lead, line.pk)
    with pytest.raises(WrongState, match="a eu lieu"):
        actions.remove_line(lead, line.pk)


def test_a_planned_line_may_be_taken_off(operation: Operation, lead: Actor, mission: Organisation) -> None:
    line = actions.plan_line(lead, operation.pk, kind="visit", planned_on=NOW, owner_id=mission.pk)
    actions.remove_line(lead, line.pk)
    with scope(TASK):
        assert not SourcingLine.objects.exists()


def test_the_announcement_names_firms_of_the_operation(
    operation: Operation, lead: Actor, firm: Organisation, mission: Organisation
) -> None:
    row = actions.announce(lead, operation.pk, channel="Affiche en mairie", published_on=NOW, employer_ids=[firm.pk])
    assert list(row.employers.all()) == [firm]
    with pytest.raises(Invalid, match="Seuls les employeurs"):
        actions.announce(lead, operation.pk, channel="Site", published_on=NOW, employer_ids=[mission.pk])
    with pytest.raises(WrongState, match="déjà notée"):
        actions.announce(lead, operation.pk, channel="Affiche en mairie", published_on=NOW)


def test_the_aims_are_shared_once_with_each_partner(
    operation: Operation, lead: Actor, firm: Organisation, mission: Organisation
) -> None:
    actions.share_aims(lead, operation.pk, organisation_ids=[firm.pk], shared_on=NOW, how="en réunion")
    actions.share_aims(lead, operation.pk, organisation_ids=[firm.pk, mission.pk], shared_on=NOW, how="par courriel")
    with scope(TASK):
        assert AimsShared.objects.count() == 2
    with pytest.raises(WrongState, match="déjà été présentés"):
        actions.share_aims(lead, operation.pk, organisation_ids=[firm.pk], shared_on=NOW, how="en réunion")


def test_an_officer_of_another_territory_plans_nothing(operation: Operation, mission: Organisation) -> None:
    elsewhere = an_officer(basins=[a_basin("Blois")])
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        actions.plan_line(elsewhere, operation.pk, kind="mrs", planned_on=NOW, owner_id=mission.pk)


def test_a_prescriber_does_not_name_the_team(operation: Operation, mission: Organisation) -> None:
    with pytest.raises(NotAllowed):
        actions.name_to_team(actor(Who.ADVISER, mission), operation.pk, ["team"], mission.pk)
