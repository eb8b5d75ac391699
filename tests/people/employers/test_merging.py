"""Two records of one employer become one, without losing anything; and may be taken apart again."""

import pytest

from defi.kernel import clock, links
from defi.kernel.access import Who, scope
from defi.kernel.models import JournalEntry, Link
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Partner
from defi.people.actions import OrganisationFacts, register_organisation
from defi.people.employers import actions, deciding
from defi.people.employers.actions import ContactFacts, FirmFacts, TalkFacts
from defi.people.employers.models import Contact, Merge, Talk
from defi.people.models import Account, Membership, Organisation, OrganisationKind, Person
from defi.steps.needs.models import Need
from defi.steps.pairing.models import Promise
from factories import (
    a_basin,
    a_candidate,
    a_commune,
    a_need,
    a_person,
    a_promise,
    a_region,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

MINE, SIBLING, OTHERS = "55210055400021", "55210055400039", "73282932000074"


@pytest.fixture
def officer():
    return an_officer()


@pytest.fixture
def two(officer):
    kept = an_employer("Les Tilleuls")
    other = actions.register_employer(
        officer, FirmFacts("Tilleuls SARL", siret=MINE, phone="0237000001", email="rh@tilleuls.example")
    )
    return kept, other


def merged(officer, two):
    return deciding.merge_employers(officer, two[0].pk, two[1].pk, reason="la même entreprise, saisie deux fois")


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_needs_promises_notes_and_access_follow(officer, two):
    kept, other = two
    need, operation = a_need(other), an_operation()
    promise = a_promise(operation, other)
    talk = actions.note_talk(officer, other.pk, TalkFacts("visit", "Atelier visité."))
    signatory = actor(Who.SIGNATORY, other)
    merge = merged(officer, two)
    assert {fresh(need).employer_id, fresh(promise).employer_id, fresh(talk).organisation_id} == {kept.pk}
    assert Membership._base_manager.get(person_id=signatory.person_id).organisation_id == kept.pk
    assert Partner._base_manager.get(operation=operation, part="employer").organisation_id == kept.pk
    assert (fresh(other).merged_into_id, merge.state) == (kept.pk, "merged")


def test_the_kept_record_learns_what_it_did_not_know(officer, two):
    kept, other = two
    merged(officer, two)
    kept, other = fresh(kept), fresh(other)
    assert (kept.siret, kept.phone, kept.email) == (MINE, "0237000001", "rh@tilleuls.example")
    assert other.siret == ""


def test_the_name_and_the_siret_of_the_other_lead_to_the_kept_one(officer, two):
    merged(officer, two)
    found = [
        register_organisation(OrganisationFacts(OrganisationKind.EMPLOYER, "Tilleuls SARL", siret=siret)).pk
        for siret in ("", MINE)
    ]
    assert found == [two[0].pk] * 2


def test_a_link_sent_to_the_other_still_works(officer, two):
    kept, other = two
    promise = a_promise(an_operation(), other)
    sent = links.issue(promise, "promise.withdraw", address="rh@tilleuls.example", organisation_id=other.pk)
    merged(officer, two)
    bearer = links.bearer(links.find(sent.rstrip("/").rpartition("/")[2]))
    assert bearer.organisation_id == kept.pk
    with scope(bearer):
        assert Promise.objects.visible_to(bearer).get() == promise
    assert Link.objects.get().organisation_id == kept.pk


def test_each_change_is_in_the_journal_and_the_reason_with_it(officer, two):
    need = a_need(two[1])
    merge = merged(officer, two)
    entries = JournalEntry.objects.filter(verb="employer.merge")
    assert {entry.reason.text for entry in entries} == {"la même entreprise, saisie deux fois"}
    moved = entries.get(object_type="needs.need", object_id=need.pk)
    assert (moved.before["employer"], moved.after["employer"]) == (two[1].pk, two[0].pk)
    assert entries.filter(object_type="people.merge", object_id=merge.pk).exists()


def test_a_firm_twice_in_an_operation_takes_part_once(officer, two):
    operation = an_operation()
    for firm in two:
        add_partner(officer, operation.pk, firm)
    merged(officer, two)
    lines = Partner._base_manager.filter(operation=operation, part="employer")
    assert {(line.organisation_id, line.left_on) for line in lines} == {(two[0].pk, None), (two[1].pk, clock.today())}


def test_one_person_noted_in_both_is_one_contact_with_all_that_was_known(officer, two):
    person = a_person("Nadia")
    for firm, decides in zip(two, ("hire", "sign"), strict=True):
        actions.learn_contact(firm, person, (decides,))
    merged(officer, two)
    contact = Contact._base_manager.get(organisation=two[0], left_on=None)
    assert contact.decides == ["hire", "sign"]


def test_two_firms_by_their_siren_are_not_made_one(officer, two):
    kept = actions.register_employer(officer, FirmFacts("Val à Domicile", siret=OTHERS))
    with pytest.raises(Invalid, match="chacune leur SIRET"):
        deciding.merge_employers(officer, kept.pk, two[1].pk, reason="x")


def test_a_site_that_moved_keeps_both_sirets_findable(officer, two):
    town = a_commune()
    moved = actions.register_employer(officer, FirmFacts("Tilleuls", siret=SIBLING, commune=town))
    actions.describe_employer(officer, two[1].pk, FirmFacts("Tilleuls SARL", siret=MINE, commune=town))
    deciding.merge_employers(officer, moved.pk, two[1].pk, reason="déménagement")
    assert register_organisation(OrganisationFacts(OrganisationKind.EMPLOYER, "x", siret=MINE)).pk == moved.pk


def test_a_merge_wants_a_reason_two_records_and_an_officer_of_the_territory(officer, two):
    kept, other = two
    with pytest.raises(Invalid):
        deciding.merge_employers(officer, kept.pk, other.pk, reason=" ")
    with pytest.raises(Invalid, match="deux fiches différentes"):
        deciding.merge_employers(officer, kept.pk, kept.pk, reason="x")
    with pytest.raises(NotAllowed):
        deciding.merge_employers(actor(Who.STEERING, a_region()), kept.pk, other.pk, reason="x")
    Organisation.objects.filter(pk=other.pk).update(commune=a_commune("Blois", a_basin("Blois")))
    with pytest.raises(Unknown):
        deciding.merge_employers(an_officer(basins=[a_basin("Dreux")]), kept.pk, other.pk, reason="x")


def test_a_merged_record_is_not_merged_again(officer, two):
    merged(officer, two)
    with pytest.raises(WrongState, match="réunie"):
        merged(officer, two)
    with pytest.raises(WrongState, match="réunie"):
        actions.note_talk(officer, two[1].pk, TalkFacts("call", "x"))


# Taken apart


def test_a_mistake_is_put_back_row_by_row(officer, two):
    kept, other = two
    need, of_kept = a_need(other), a_need(kept)
    operation = an_operation()
    for firm in two:
        add_partner(officer, operation.pk, firm)
    merge = merged(officer, two)
    _, words = deciding.unmerge(officer, merge.pk, reason="deux entreprises en fait")
    assert words == ""
    assert (fresh(need).employer_id, fresh(of_kept).employer_id) == (other.pk, kept.pk)
    assert (fresh(other).merged_into_id, fresh(other).siret, fresh(kept).siret) == (None, MINE, "")
    assert (fresh(kept).phone, fresh(merge).state) == ("", "undone")
    partners = Partner._base_manager.filter(operation=operation, part="employer")
    assert {(line.organisation_id, line.left_on) for line in partners} == {(kept.pk, None), (other.pk, None)}


def test_what_has_changed_since_stays_and_is_told(officer, two):
    need = a_need(two[1])
    merge = merged(officer, two)
    third = an_employer("Val à Domicile")
    Need._base_manager.filter(pk=need.pk).update(employer=third)
    _, words = deciding.unmerge(officer, merge.pk, reason="erreur")
    assert words == "1 ligne a changé depuis : elle reste avec la fiche gardée."
    assert fresh(need).employer_id == third.pk


def test_it_is_taken_apart_once_and_the_last_merge_first(officer, two):
    first = merged(officer, two)
    third = an_employer("Tilleuls et Cie")
    second = deciding.merge_employers(officer, third.pk, two[0].pk, reason="encore elle")
    assert fresh(two[1]).merged_into_id == third.pk
    with pytest.raises(WrongState, match="séparez d'abord"):
        deciding.unmerge(officer, first.pk, reason="erreur")
    deciding.unmerge(officer, second.pk, reason="erreur")
    assert fresh(two[1]).merged_into_id == two[0].pk
    deciding.unmerge(officer, first.pk, reason="erreur")
    with pytest.raises(WrongState):
        deciding.unmerge(officer, first.pk, reason="erreur")


def test_two_records_said_to_be_two_are_remembered_once(officer, two):
    marks = {deciding.keep_apart(officer, *[firm.pk for firm in pair]).pk for pair in (two, two[::-1])}
    assert len(marks) == 1
    assert Merge._base_manager.get().state == "apart"


# People


@pytest.fixture
def pair(officer):
    firm = an_employer("Les Tilleuls")
    kept = actions.add_contact(officer, firm.pk, ContactFacts("Marc", "Recrute", decides=("hire",)))
    other = actions.add_contact(officer, firm.pk, ContactFacts("M.", "Recrute", "marc@x.example", decides=("sign",)))
    return kept, other


def people_merged(officer, pair):
    return deciding.merge_contacts(officer, pair[0].pk, pair[1].pk, reason="la même personne")


def test_two_contacts_become_one_person(officer, pair):
    kept, other = pair
    need = a_need(kept.organisation, contact=other.person)
    talk = actions.note_talk(officer, kept.organisation_id, TalkFacts("call", "x", contact_id=other.pk))
    merge = people_merged(officer, pair)
    assert fresh(need).contact_id == kept.person_id
    assert (fresh(kept).decides, fresh(kept.person).email) == (["hire", "sign"], "marc@x.example")
    assert (fresh(other).left_on, fresh(other.person).merged_into_id) == (clock.today(), kept.person_id)
    assert Talk._base_manager.get(pk=talk.pk).contact.person_id == kept.person_id
    deciding.unmerge(officer, merge.pk, reason="erreur")
    assert fresh(need).contact_id == other.person_id
    assert (fresh(kept).decides, fresh(other).left_on, fresh(kept.person).email) == (["hire"], None, "")


def test_somebody_signs_in_by_one_address(officer, pair):
    for contact, address in zip(pair, ("a@x.example", "b@x.example"), strict=True):
        Account.objects.create_user(address, person=contact.person)
    people_merged(officer, pair)
    assert dict(Account.objects.values_list("email", "is_active")) == {"a@x.example": True, "b@x.example": False}


def test_the_contacts_of_two_firms_are_not_made_one(officer, pair):
    elsewhere = actions.add_contact(officer, an_employer("Val").pk, ContactFacts("Marc", "Recrute"))
    with pytest.raises(Invalid, match="pas de la même entreprise"):
        deciding.merge_contacts(officer, pair[0].pk, elsewhere.pk, reason="x")
    with pytest.raises(WrongState, match="déjà la même personne"):
        deciding.merge_contacts(officer, pair[0].pk, pair[0].pk, reason="x")


def test_somebody_with_another_access_or_a_candidate_keeps_a_file_of_their_own(officer, pair):
    agent = Person._base_manager.get(pk=officer.person_id)
    candidate = a_candidate(a_session(an_operation())).person
    for person, words in ((agent, "autre organisation"), (candidate, "candidate ou stagiaire")):
        actions.learn_contact(pair[0].organisation, person)
        contact = Contact._base_manager.get(person=person)
        with pytest.raises(Invalid, match=words):
            deciding.merge_contacts(officer, pair[0].pk, contact.pk, reason="x")
        with pytest.raises(Invalid, match=words):
            deciding.merge_contacts(officer, contact.pk, pair[0].pk, reason="x")
