"""Who opens the door to whom, and closes it."""

import pytest

import factories as make
from defi.kernel.access import REGION, TASK, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Unknown, WrongState
from defi.people.actions import end_membership
from defi.people.models import Account, Membership, Organisation, OrganisationKind
from defi.people.rules import ROLES_OF_KIND, roles_to_give
from defi.people.team import Invitation, found_region, invite_member, members, set_territory

pytestmark = pytest.mark.django_db


def invitation(role, email="nora@exemple.invalid", **more):
    return Invitation("Nora", "Essai", email, role, **more)


@pytest.fixture
def direction():
    return make.actor(Who.STEERING, make.a_region())


def test_an_officer_makes_every_team_but_the_regions():
    officer = make.an_officer()
    for kind, roles in ROLES_OF_KIND.items():
        wanted = frozenset() if kind == OrganisationKind.REGION else roles
        assert roles_to_give(officer, kind, 1) == wanted


def test_somebody_who_answers_for_a_firm_makes_its_team_and_no_other():
    for who, house in ((Who.ADMINISTRATOR, make.a_provider()), (Who.SIGNATORY, make.an_employer())):
        actor = make.actor(who, house)
        kind = OrganisationKind(house.kind)
        assert roles_to_give(actor, kind, house.pk) == ROLES_OF_KIND[kind]
        assert roles_to_give(actor, kind, house.pk + 1) == frozenset()


@pytest.mark.parametrize("role", sorted(REGION))
def test_the_direction_invites_its_agents_and_an_officer_does_not(direction, role):
    region = make.a_region()
    with pytest.raises(NotAllowed):
        invite_member(make.an_officer(), region, invitation(role))
    assert invite_member(direction, region, invitation(role)).role == role


def test_an_invitation_opens_the_account_and_says_by_mail_how_to_enter(direction):
    membership = invite_member(direction, make.a_region(), invitation(Who.CABINET))
    account = Account.objects.get(person=membership.person_id)
    mail = Mail.objects.get(person_id=account.person_id)
    assert account.email == "nora@exemple.invalid"
    assert "Cabinet" in mail.body
    assert "/entrer/" in mail.body


def test_somebody_who_has_an_account_keeps_it_in_another_house(direction):
    first = invite_member(direction, make.a_region(), invitation(Who.CABINET))
    second = invite_member(direction, make.a_provider(), invitation(Who.TRAINER, email="Nora@exemple.invalid "))
    assert second.person_id == first.person_id
    assert Account.objects.filter(person=first.person_id).count() == 1


def test_the_same_invitation_twice_makes_one_membership(direction):
    first = invite_member(direction, make.a_region(), invitation(Who.CABINET))
    assert invite_member(direction, make.a_region(), invitation(Who.CABINET)) == first


def test_what_is_missing_or_out_of_place_is_said_beside_its_field(direction):
    region, basin = make.a_region(), make.a_basin()
    for wrong, field in (
        (invitation(Who.CABINET, email=" "), "email"),
        (invitation(Who.CABINET, basins=(basin,)), "basins"),
        (invitation(Who.TUTOR), "role"),
        (Invitation("", "Essai", "x@exemple.invalid", Who.CABINET), "first_name"),
    ):
        with pytest.raises(Invalid) as refusal:
            invite_member(direction, region, wrong)
        assert field in refusal.value.fields


def test_a_trainer_invites_nobody():
    house = make.a_provider()
    with pytest.raises(NotAllowed):
        invite_member(make.actor(Who.TRAINER, house), house, invitation(Who.TRAINER))


def test_the_direction_moves_an_officer_and_the_journal_says_where(direction):
    basin = make.a_basin("Vierzon")
    membership = invite_member(direction, make.a_region(), invitation(Who.OFFICER))
    set_territory(direction, membership.pk, [basin])
    assert [one.name for one in membership.basins.all()] == ["Vierzon"]
    entry = JournalEntry.objects.get(verb="membership.set_territory")
    assert entry.after == {"basins": basin.code}


def test_a_territory_is_for_officers_only_and_given_by_the_direction_only(direction):
    office = invite_member(direction, make.a_region(), invitation(Who.PAYING_OFFICE))
    with pytest.raises(Invalid):
        set_territory(direction, office.pk, [make.a_basin()])
    with pytest.raises(NotAllowed):
        set_territory(make.an_officer(), office.pk, [])


def test_a_leaver_enters_no_more_and_a_second_closing_says_so(direction):
    membership = invite_member(direction, make.a_region(), invitation(Who.CABINET))
    end_membership(direction, membership.pk, reason="départ")
    assert not Account.objects.get(person=membership.person_id).is_active
    with pytest.raises(WrongState):
        end_membership(direction, membership.pk, reason="départ")


def test_an_officer_does_not_close_the_access_of_the_direction(direction):
    with scope(TASK):
        chief = Membership.objects.get(person_id=direction.person_id)
    with pytest.raises(NotAllowed):
        end_membership(make.an_officer(), chief.pk, reason="essai")


def test_an_administrator_does_not_know_of_another_house():
    other = make.actor(Who.TRAINER, make.a_provider("Formation des Quais"))
    administrator = make.actor(Who.ADMINISTRATOR, make.a_provider())
    with scope(TASK):
        membership = Membership.objects.get(person_id=other.person_id)
    with pytest.raises(Unknown):
        end_membership(administrator, membership.pk, reason="essai")
    with scope(administrator):
        assert members(administrator, membership.organisation) == []


def test_an_installation_has_one_region_and_its_first_director():
    director = found_region("Région Centre-Val de Loire", invitation(Who.STEERING))
    assert director.role == Who.STEERING
    assert Organisation.objects.get(kind=OrganisationKind.REGION) == director.organisation
    with pytest.raises(Refused, match="a déjà sa Région"):
        found_region("Autre Région", invitation(Who.STEERING))
