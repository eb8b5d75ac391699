"""Organisations are known once, people need no mail address, access begins and ends with a membership."""

from datetime import date

import pytest

import factories
from defi.kernel import clock
from defi.kernel.access import PUBLIC, TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.people.actions import (
    ROLES_OF_KIND,
    OrganisationFacts,
    end_membership,
    grant_membership,
    register_organisation,
    register_person,
)
from defi.people.mailing import to_officers, to_organisation, to_person
from defi.people.models import Account, Membership, Network, Organisation, OrganisationKind, Person
from defi.people.names import search_key
from defi.people.queries import actor_for, memberships_of, region, trainee

SIRET, OTHER_SIRET = "13000285000019", "73282932000074"
MONDAY, TUESDAY = date(2025, 11, 3), date(2025, 11, 4)


@pytest.fixture(autouse=True)
def today(db):
    with clock.at(MONDAY), scope(TASK):
        yield


def employer(name: str = "Les Tilleuls", **facts: object) -> Organisation:
    return register_organisation(OrganisationFacts(OrganisationKind.EMPLOYER, name, **facts))


# Organisations


def test_an_organisation_is_known_by_its_siret_whatever_its_name():
    first = employer(siret=SIRET)
    assert employer("EHPAD LES TILLEULS", siret="130 002 850 00019") == first
    assert employer("Les Tilleuls", siret=OTHER_SIRET) != first


def test_without_a_siret_it_is_known_by_its_name():
    first = employer("L'Étape & Cie")
    assert employer("  l'etape et cie".replace(" et ", " & ")) == first
    assert employer("Une autre") != first


def test_one_house_may_be_employer_and_provider():
    assert register_organisation(OrganisationFacts(OrganisationKind.PROVIDER, "Les Tilleuls", siret=SIRET)) != employer(
        siret=SIRET
    )


def test_what_is_known_of_it_is_kept_clean():
    firm = employer("  Les Tilleuls ", siret=SIRET, email=" Accueil@Tilleuls.FR ", phone=" 02 37 00 00 00 ")
    assert (firm.name, firm.siret, firm.email, firm.phone) == (
        "Les Tilleuls",
        SIRET,
        "accueil@tilleuls.fr",
        "02 37 00 00 00",
    )
    assert firm.search_key == "les tilleuls"


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"siret": "79026100000000"}, "siret"), ({"siret": "1300028500001"}, "siret"), ({"nda": "24"}, "nda")],
)
def test_a_wrong_number_is_explained_beside_its_field(facts, field):
    with pytest.raises(Invalid) as refused:
        employer(**facts)
    assert list(refused.value.fields) == [field]
    assert not Organisation.objects.exists()


def test_an_organisation_has_a_name():
    with pytest.raises(Invalid) as refused:
        employer("  ")
    assert "name" in refused.value.fields


@pytest.mark.parametrize(
    ("name", "key"),
    [("L'Étape & Cie", "l etape cie"), ("Œuvres  ŒUVRES", "oeuvres oeuvres"), ("Straße", "strasse"), ("…", "")],
)
def test_a_name_is_found_without_case_accents_or_punctuation(name, key):
    assert search_key(name) == key


def test_the_region_of_the_installation_is_the_only_one():
    made = factories.a_region()
    assert region() == made == factories.a_region()


# Persons


def test_a_person_needs_no_mail_address():
    person = register_person(PUBLIC, first_name=" Leïla ", last_name=" Martin ")
    assert (str(person), person.short_name, person.initials, person.email) == ("Leïla Martin", "Leïla M.", "L. M.", "")


def test_a_mail_address_is_kept_in_small_letters():
    assert register_person(TASK, first_name="Leïla", last_name="Martin", email=" Leila@X.FR ").email == "leila@x.fr"


@pytest.mark.parametrize(
    ("names", "faults"),
    [(("", "Martin"), {"first_name"}), (("Leïla", " "), {"last_name"}), (("", ""), {"first_name", "last_name"})],
)
def test_it_asks_for_the_name_that_is_missing_and_for_no_other(names, faults):
    with pytest.raises(Invalid) as refused:
        register_person(TASK, first_name=names[0], last_name=names[1])
    assert set(refused.value.fields) == faults
    assert not Person.objects.exists()


@pytest.mark.parametrize("who", [Who.TUTOR, Who.PAYING_OFFICE, Who.LINK, Who.TRAINEE])
def test_not_everybody_registers_people(who):
    with pytest.raises(NotAllowed):
        register_person(Actor(who), first_name="Leïla", last_name="Martin")


def test_the_journal_does_not_know_the_name():
    register_person(TASK, first_name="Leïla", last_name="Martin", email="leila@exemple.fr", phone="0600000000")
    (entry,) = JournalEntry.objects.filter(verb="person.register")
    assert set(entry.after.values()) == {None}


# Memberships


def test_an_invitation_makes_the_account_once():
    person = factories.a_person(email="Leila@exemple.fr")
    firm, provider = factories.an_employer(), factories.a_provider()
    grant_membership(TASK, person, firm, Who.RECRUITER)
    grant_membership(TASK, person, provider, Who.TRAINER)
    account = Account.objects.get()
    assert (account.email, account.person, account.is_active) == ("leila@exemple.fr", person, True)
    assert not account.has_usable_password()


def test_without_a_mail_address_there_is_a_membership_and_no_account():
    grant_membership(TASK, factories.a_person(), factories.an_employer(), Who.TUTOR)
    assert Membership.objects.count() == 1
    assert not Account.objects.exists()


def test_somebody_whose_address_changed_keeps_their_account():
    person = factories.a_person(email="avant@exemple.fr")
    grant_membership(TASK, person, factories.an_employer(), Who.TUTOR)
    Person.objects.filter(pk=person.pk).update(email="apres@exemple.fr")
    person.refresh_from_db()
    grant_membership(TASK, person, factories.a_provider(), Who.TRAINER)
    assert Account.objects.get().email == "avant@exemple.fr"


def test_two_people_with_one_mailbox_do_not_share_an_account():
    first, second = factories.a_person(email="accueil@x.fr"), factories.a_person(email="accueil@x.fr")
    for person in (first, second):
        grant_membership(TASK, person, factories.an_employer(), Who.TUTOR)
    assert Account.objects.get().person == first


def test_inviting_twice_is_inviting_once():
    person, firm = factories.a_person(), factories.an_employer()
    assert grant_membership(TASK, person, firm, Who.TUTOR) == grant_membership(TASK, person, firm, Who.TUTOR)
    assert Membership.objects.count() == 1
    assert JournalEntry.objects.filter(verb="membership.grant").count() == 1


def test_an_administrator_invites_in_their_organisation_only():
    provider = factories.a_provider()
    administrator = factories.actor(Who.ADMINISTRATOR, provider)
    assert grant_membership(administrator, factories.a_person(), provider, Who.TRAINER).role == "trainer"
    with pytest.raises(NotAllowed, match="dans cette organisation"):
        grant_membership(administrator, factories.a_person(), factories.a_provider("Un autre"), Who.TRAINER)


def test_a_role_is_given_in_an_organisation_that_has_it():
    """Otherwise a provider's administrator would make themself an officer, who sees the whole region."""
    kinds = {
        factories.a_region(): OrganisationKind.REGION,
        factories.a_provider(): OrganisationKind.PROVIDER,
        factories.an_employer(): OrganisationKind.EMPLOYER,
        factories.a_prescriber(): OrganisationKind.PRESCRIBER,
    }
    for organisation, kind in kinds.items():
        for role in Who:
            if role in ROLES_OF_KIND[kind]:
                grant_membership(TASK, factories.a_person(), organisation, role)
            else:
                with pytest.raises(Invalid) as refused:
                    grant_membership(TASK, factories.a_person(), organisation, role)
                assert "role" in refused.value.fields
    assert Membership.objects.count() == sum(len(roles) for roles in ROLES_OF_KIND.values())


@pytest.mark.parametrize("who", [Who.COORDINATOR, Who.TUTOR, Who.CABINET, Who.PUBLIC])
def test_who_does_not_manage_access_neither_gives_nor_ends_it(who):
    with pytest.raises(NotAllowed):
        grant_membership(Actor(who), factories.a_person(), factories.an_employer(), Who.TUTOR)
    with pytest.raises(NotAllowed):
        end_membership(Actor(who), 1, reason="départ")


# Acting as one organisation at a time


def test_somebody_acts_as_one_organisation_at_a_time():
    person = factories.a_person("Alex")
    provider, firm = factories.a_provider("Atelier du Loir"), factories.an_employer("Les Tilleuls")
    basin = factories.a_basin()
    officer = grant_membership(TASK, person, factories.a_region(), Who.OFFICER, basins=[basin])
    trainer = grant_membership(TASK, person, provider, Who.TRAINER)
    tutor = grant_membership(TASK, person, firm, Who.TUTOR)
    assert memberships_of(person.pk) == [trainer, tutor, officer]
    as_trainer, as_tutor, as_officer = (actor_for(m) for m in memberships_of(person.pk))
    assert as_trainer == Actor(Who.TRAINER, person.pk, provider.pk, provider.region_id)
    assert as_tutor == Actor(Who.TUTOR, person.pk, firm.pk, firm.region_id)
    region_id = factories.a_region().pk
    assert as_officer == Actor(Who.OFFICER, person.pk, region_id, region_id, frozenset({basin.pk}))


def test_a_trainee_is_a_person_and_nothing_else():
    person = factories.a_person()
    assert trainee(person) == Actor(Who.TRAINEE, person_id=person.pk)


def test_a_membership_to_come_gives_nothing_yet():
    membership = grant_membership(TASK, factories.a_person(), factories.an_employer(), Who.TUTOR)
    Membership.objects.update(since=TUESDAY)
    assert memberships_of(membership.person_id) == []
    with clock.at(TUESDAY):
        assert memberships_of(membership.person_id) == [membership]


def test_the_actors_of_several_memberships_cost_a_fixed_number_of_queries(django_assert_num_queries):
    person = factories.a_person()
    for name in ("Un", "Deux", "Trois"):
        grant_membership(TASK, person, factories.an_employer(name), Who.TUTOR)
    with django_assert_num_queries(2):
        assert len([actor_for(membership) for membership in memberships_of(person.pk)]) == 3


# The end of an access


def test_a_leaver_keeps_no_access_from_the_same_day():
    person = factories.a_person(email="alex@exemple.fr")
    membership = grant_membership(TASK, person, factories.an_employer(), Who.TUTOR)
    with clock.at(TUESDAY):
        ended = end_membership(factories.an_officer(), membership.pk, reason="a quitté l'entreprise")
        assert memberships_of(person.pk) == []
    assert ended.until == TUESDAY
    assert not Account.objects.get(person=person).is_active
    (entry,) = JournalEntry.objects.filter(verb="membership.end")
    assert (entry.after, entry.reason.text) == ({"until": "2025-11-04"}, "a quitté l'entreprise")


def test_with_another_membership_the_account_stays_awake():
    person = factories.a_person(email="alex@exemple.fr")
    first = grant_membership(TASK, person, factories.an_employer(), Who.TUTOR)
    second = grant_membership(TASK, person, factories.a_provider(), Who.TRAINER)
    end_membership(factories.an_officer(), first.pk, reason="départ")
    assert memberships_of(person.pk) == [second]
    assert Account.objects.get(person=person).is_active


def test_who_comes_back_finds_their_account_again():
    person, firm = factories.a_person(email="alex@exemple.fr"), factories.an_employer()
    former = grant_membership(TASK, person, firm, Who.TUTOR)
    end_membership(factories.an_officer(), former.pk, reason="départ")
    again = grant_membership(TASK, person, firm, Who.TUTOR)
    assert again != former
    assert memberships_of(person.pk) == [again]
    assert Account.objects.get(person=person).is_active


def test_an_access_ends_once():
    membership = grant_membership(TASK, factories.a_person(), factories.an_employer(), Who.TUTOR)
    end_membership(factories.an_officer(), membership.pk, reason="départ")
    with clock.at(TUESDAY), pytest.raises(WrongState, match="déjà fermé"):
        end_membership(factories.an_officer(), membership.pk, reason="départ")
    membership.refresh_from_db()
    assert membership.until == MONDAY


def test_an_access_ends_with_a_reason():
    membership = grant_membership(TASK, factories.a_person(), factories.an_employer(), Who.TUTOR)
    with pytest.raises(Invalid) as refused:
        end_membership(factories.an_officer(), membership.pk, reason="")
    assert "reason" in refused.value.fields


def test_an_administrator_ends_no_access_of_another_organisation():
    membership = grant_membership(TASK, factories.a_person(), factories.a_provider("Un autre"), Who.TRAINER)
    with pytest.raises(Unknown):
        end_membership(factories.actor(Who.ADMINISTRATOR, factories.a_provider()), membership.pk, reason="départ")


# To whom a mail goes


def test_a_mail_goes_to_the_members_in_the_role_and_else_to_the_house():
    firm = factories.an_employer(email="accueil@tilleuls.fr")
    tutor = factories.a_person(email="rose@tilleuls.fr")
    assert [r.address for r in to_organisation(firm, [Who.TUTOR])] == ["accueil@tilleuls.fr"]
    membership = grant_membership(TASK, tutor, firm, Who.TUTOR)
    assert [(r.address, r.person_id) for r in to_organisation(firm, [Who.TUTOR])] == [("rose@tilleuls.fr", tutor.pk)]
    assert [r.address for r in to_organisation(firm, [Who.SIGNATORY])] == ["accueil@tilleuls.fr"]
    end_membership(factories.an_officer(), membership.pk, reason="départ")
    assert [r.address for r in to_organisation(firm, [Who.TUTOR])] == ["accueil@tilleuls.fr"]


def test_a_mail_goes_to_nobody_where_there_is_no_address():
    assert to_organisation(factories.an_employer(), [Who.TUTOR]) == []
    assert to_organisation(None, [Who.TUTOR]) == []
    assert to_person(factories.a_person()) == []
    assert to_person(None) == []


def test_an_officer_hears_of_their_territory_and_the_others_of_what_nobody_pilots():
    here, there = factories.a_basin("Châteaudun"), factories.a_basin("Dreux")
    factories.an_officer(factories.a_person(email="claire@region.fr"), basins=[here])
    factories.an_officer(factories.a_person(email="denis@region.fr"), basins=[])
    region_id = factories.a_region().pk
    assert [r.address for r in to_officers(region_id, here.pk)] == ["claire@region.fr"]
    assert {r.address for r in to_officers(region_id, there.pk)} == {"claire@region.fr", "denis@region.fr"}


def test_a_network_tells_what_kind_of_prescriber_it_is():
    assert factories.a_prescriber(network=Network.CAP_EMPLOI).get_network_display() == "Cap emploi"
