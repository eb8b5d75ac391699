"""The record of an employer: who writes what, and what is refused."""

from datetime import timedelta

import pytest

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.people.actions import grant_membership
from defi.people.employers import actions, reach
from defi.people.employers.actions import ContactFacts, FirmFacts, TalkFacts
from defi.people.employers.models import Contact, EmployerSheet, Talk
from defi.people.models import Membership, Organisation
from factories import (
    a_basin,
    a_commune,
    a_coordinator,
    a_need,
    a_person,
    a_prescriber,
    a_promise,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

CALL = TalkFacts("call", "Cherche deux soudeurs pour mars.")
MARC = ContactFacts("Marc", "Recrute", email="marc@tilleuls.example", decides=("hire",))


@pytest.fixture
def firm():
    return an_employer("Les Tilleuls")


def placed(firm, commune):
    Organisation.objects.filter(pk=firm.pk).update(commune=commune)
    return firm


def sheet(firm):
    return EmployerSheet._base_manager.get(organisation=firm)


# Facts


def test_an_officer_adds_an_employer_met_on_the_ground():
    made = actions.register_employer(an_officer(), FirmFacts("Les Tilleuls", naf="8810a", phone="02 37 00 00 01"))
    assert (made.name, sheet(made).naf) == ("Les Tilleuls", "88.10A")


def test_an_employer_already_there_is_not_added_twice(firm):
    with pytest.raises(WrongState, match="déjà sa fiche"):
        actions.register_employer(an_officer(), FirmFacts("LES TILLEULS"))


def test_a_provider_adds_no_employer_by_itself():
    with pytest.raises(NotAllowed):
        actions.register_employer(actor(Who.COORDINATOR, a_provider()), FirmFacts("Les Tilleuls"))


def test_the_facts_are_corrected_and_the_journal_says_which_not_what(firm):
    officer = an_officer()
    facts = FirmFacts("Les Tilleuls", siret="552 100 554 00021", email="RH@Tilleuls.example")
    actions.describe_employer(officer, firm.pk, facts)
    firm.refresh_from_db()
    assert (firm.siret, firm.email) == ("55210055400021", "rh@tilleuls.example")
    entry = JournalEntry.objects.filter(verb="employer.describe", object_id=sheet(firm).pk).get()
    assert entry.after["changed"] == "siret, email"
    assert "tilleuls" not in str(entry.after).lower()


def test_a_siret_that_another_record_bears_is_refused(firm):
    officer = an_officer()
    actions.register_employer(officer, FirmFacts("Tilleuls SARL", siret="55210055400021"))
    with pytest.raises(Invalid, match="réunissez les fiches") as refused:
        actions.describe_employer(officer, firm.pk, FirmFacts("Les Tilleuls", siret="55210055400021"))
    assert "siret" in refused.value.fields


@pytest.mark.parametrize(("facts", "field"), [
    (FirmFacts(" "), "name"),
    (FirmFacts("A", siret="123"), "siret"),
    (FirmFacts("A", naf="soudure"), "naf"),
])  # fmt: skip
def test_facts_that_cannot_be_are_refused_beside_their_field(firm, facts, field):
    with pytest.raises(Invalid) as refused:
        actions.describe_employer(an_officer(), firm.pk, facts)
    assert field in refused.value.fields


def test_a_page_that_is_out_of_date_changes_nothing(firm):
    officer = an_officer()
    actions.describe_employer(officer, firm.pk, FirmFacts("Les Tilleuls", naf="88.10A"))
    with pytest.raises(Stale):
        actions.describe_employer(officer, firm.pk, FirmFacts("Autre"), version=1)


def test_a_firm_corrects_its_own_record_and_no_other(firm):
    mine = actor(Who.SIGNATORY, firm)
    actions.describe_employer(mine, firm.pk, FirmFacts("Les Tilleuls", phone="0237000001"))
    with pytest.raises(Unknown):
        actions.describe_employer(mine, an_employer("Val à Domicile").pk, FirmFacts("Les Tilleuls"))


# Adviser


def test_one_adviser_is_chosen_among_agents_and_partners(firm):
    partner = actor(Who.ADVISER, a_prescriber())
    member = Membership._base_manager.get(person_id=partner.person_id)
    actions.assign_adviser(an_officer(), firm.pk, member)
    assert sheet(firm).adviser_id == member.pk
    assert reach.read_by(partner).get() == firm


def test_nobody_of_a_firm_advises_a_firm(firm):
    member = grant_membership(TASK, a_person(), firm, Who.TUTOR)
    with pytest.raises(Invalid, match="Région ou d'un partenaire"):
        actions.assign_adviser(an_officer(), firm.pk, member)


def test_who_left_advises_nobody(firm):
    member = grant_membership(TASK, a_person(), a_prescriber(), Who.ADVISER)
    Membership._base_manager.filter(pk=member.pk).update(until=clock.today())
    member.refresh_from_db()
    with pytest.raises(Invalid, match="plus d'accès"):
        actions.assign_adviser(an_officer(), firm.pk, member)


# Contacts


def test_a_contact_is_added_changed_then_leaves(firm):
    officer = an_officer()
    contact = actions.add_contact(officer, firm.pk, MARC)
    assert contact.decisions == ["embaucher"]
    changed = actions.change_contact(
        officer, contact.pk, ContactFacts("Marc", "Recrute", decides=("sign", "hire"), in_time="yes", post="hr")
    )
    assert (changed.decides, changed.post, changed.in_time) == (["hire", "sign"], "hr", "yes")
    assert actions.contact_leaves(officer, contact.pk).left_on == clock.today()
    with pytest.raises(WrongState, match="a quitté l'entreprise"):
        actions.contact_leaves(officer, contact.pk)


def test_one_mail_address_is_one_contact(firm):
    actions.add_contact(an_officer(), firm.pk, MARC)
    with pytest.raises(WrongState, match="déjà cette adresse"):
        actions.add_contact(an_officer(), firm.pk, ContactFacts("M.", "R.", email="MARC@tilleuls.example"))


@pytest.mark.parametrize(("facts", "field"), [
    (ContactFacts("", "R."), "first_name"),
    (ContactFacts("M.", " "), "last_name"),
    (ContactFacts("M.", "R.", post="chief"), "post"),
    (ContactFacts("M.", "R.", in_time="soon"), "in_time"),
    (ContactFacts("M.", "R.", decides=("fire",)), "decides"),
])  # fmt: skip
def test_a_contact_that_cannot_be_is_refused_beside_its_field(firm, facts, field):
    with pytest.raises(Invalid) as refused:
        actions.add_contact(an_officer(), firm.pk, facts)
    assert field in refused.value.fields


def test_the_address_somebody_signs_in_by_is_not_changed_by_another(firm):
    member = actor(Who.SIGNATORY, firm, a_person("Lucie", "Directrice", email="lucie@tilleuls.example"))
    contact = Contact._base_manager.get(person_id=member.person_id)
    with pytest.raises(Invalid) as refused:
        actions.change_contact(an_officer(), contact.pk, ContactFacts("Lucie", "D.", email="autre@tilleuls.example"))
    assert "email" in refused.value.fields


def test_who_is_invited_for_a_firm_is_its_contact_with_what_the_role_decides(firm):
    signatory = actor(Who.SIGNATORY, firm)
    assert Contact._base_manager.get(person_id=signatory.person_id).decides == ["sign"]
    actor(Who.ADVISER, a_prescriber())
    assert Contact._base_manager.count() == 1


def test_who_answers_for_a_need_or_signs_a_promise_is_a_contact(firm):
    person = a_person("Nadia")
    a_need(firm, contact=person)
    assert Contact._base_manager.get(organisation=firm).person == person


def test_nobody_of_another_firm_reads_or_writes_the_contacts(firm):
    contact = actions.add_contact(an_officer(), firm.pk, MARC)
    for stranger in (
        actor(Who.SIGNATORY, an_employer("Val à Domicile")),
        actor(Who.COORDINATOR, a_provider()),
        actor(Who.ADVISER, a_prescriber()),
    ):
        with pytest.raises(Unknown):
            actions.change_contact(stranger, contact.pk, MARC)
        with pytest.raises(Unknown):
            actions.add_contact(stranger, firm.pk, ContactFacts("Autre", "Nom"))


def test_the_journal_holds_no_name_of_a_contact(firm):
    actions.add_contact(an_officer(), firm.pk, MARC)
    told = str(list(JournalEntry.objects.filter(verb="contact.add").values_list("after", flat=True)))
    assert "Marc" not in told
    assert "tilleuls" not in told


# Exchanges


def test_a_call_is_one_sentence_and_what_comes_next_has_its_date(firm):
    officer = an_officer()
    facts = TalkFacts("call", "Cherche deux soudeurs.", next_step="Rappeler", next_on=clock.today() + timedelta(days=7))
    talk = actions.note_talk(officer, firm.pk, facts)
    assert (talk.on, talk.done_on) == (clock.today(), None)
    assert actions.finish_step(officer, talk.pk).done_on == clock.today()
    with pytest.raises(WrongState, match="déjà faite"):
        actions.finish_step(officer, talk.pk)


@pytest.mark.parametrize(("facts", "field"), [
    (TalkFacts("letter", "x"), "kind"),
    (TalkFacts("call", " "), "said"),
    (TalkFacts("call", "x" * 301), "said"),
    (TalkFacts("call", "son numéro 1 84 12 76 451 089 46"), "said"),
    (TalkFacts("call", "x", on=clock.today() + timedelta(days=2)), "on"),
    (TalkFacts("call", "x", next_step="Rappeler"), "next_on"),
    (TalkFacts("call", "x", next_on=clock.today()), "next_step"),
    (TalkFacts("call", "x", next_step="Rappeler", next_on=clock.today() - timedelta(days=1)), "next_on"),
])  # fmt: skip
def test_an_exchange_that_cannot_be_is_refused_beside_its_field(firm, facts, field):
    with pytest.raises(Invalid) as refused:
        actions.note_talk(an_officer(), firm.pk, facts)
    assert field in refused.value.fields


def test_the_same_form_sent_twice_is_noted_once(firm):
    officer = an_officer()
    actions.note_talk(officer, firm.pk, CALL)
    with pytest.raises(WrongState, match="qu'une fois"):
        actions.note_talk(officer, firm.pk, CALL)


def test_the_contact_of_another_firm_is_not_named(firm):
    other = actions.add_contact(an_officer(), an_employer("Val à Domicile").pk, MARC)
    with pytest.raises(Invalid) as refused:
        actions.note_talk(an_officer(), firm.pk, TalkFacts("call", "x", contact_id=other.pk))
    assert "contact" in refused.value.fields


def test_its_author_alone_corrects_an_exchange(firm):
    author, colleague = an_officer(), an_officer()
    talk = actions.note_talk(author, firm.pk, CALL)
    assert actions.correct_talk(author, talk.pk, TalkFacts("visit", "Trois soudeurs.")).said == "Trois soudeurs."
    with pytest.raises(NotAllowed):
        actions.correct_talk(colleague, talk.pk, CALL)


def test_what_was_said_never_enters_the_journal(firm):
    actions.note_talk(an_officer(), firm.pk, CALL)
    entry = JournalEntry.objects.get(verb="talk.note")
    assert "soudeurs" not in str(entry.after)


# Who sees what


def notes_seen_by(reader):
    with scope(reader):
        return set(Talk.objects.visible_to(reader).values_list("said", flat=True))


def test_notes_go_to_the_region_and_to_the_house_that_wrote_them(firm):
    operation = an_operation()
    a_promise(operation, firm)
    officer, provider = an_officer(), a_coordinator(operation)
    actions.note_talk(officer, firm.pk, TalkFacts("call", "à nous"))
    actions.note_talk(officer, firm.pk, TalkFacts("call", "à tous", shared=True))
    actions.note_talk(provider, firm.pk, TalkFacts("visit", "du centre", shared=True))
    assert notes_seen_by(officer) == {"à nous", "à tous", "du centre"}
    assert notes_seen_by(provider) == {"à tous", "du centre"}
    assert notes_seen_by(actor(Who.SIGNATORY, firm)) == set()
    assert notes_seen_by(actor(Who.COORDINATOR, a_provider("Ailleurs"))) == set()
    assert not Talk._base_manager.get(said="du centre").shared


def test_an_officer_reads_the_firms_of_the_territory_those_of_no_known_place_and_those_it_works_with(firm):
    here, there = a_basin("Châteaudun"), a_basin("Blois")
    near = placed(an_employer("Près"), a_commune("Cloyes", here))
    far = placed(an_employer("Loin"), a_commune("Blois", there))
    asks_here = placed(an_employer("Siège à Blois"), a_commune("Blois", there))
    a_need(asks_here, basin=here)
    officer = an_officer(basins=[here])
    elsewhere = an_employer("Sans adresse, demande à Blois")
    a_need(elsewhere, basin=there)
    assert set(reach.read_by(officer)) == {firm, near, asks_here}
    assert far in reach.read_by(an_officer())
    with pytest.raises(Unknown):
        actions.note_talk(officer, far.pk, CALL)


def test_each_other_role_reads_its_own(firm):
    operation = an_operation()
    a_promise(operation, firm)
    other = an_employer("Val à Domicile")
    prescriber = a_prescriber()
    add_partner(an_officer(), operation.pk, prescriber)
    assert set(reach.read_by(a_coordinator(operation))) == {firm}
    assert set(reach.read_by(actor(Who.COORDINATOR, a_provider("Ailleurs")))) == set()
    assert set(reach.read_by(actor(Who.TUTOR, firm))) == {firm}
    adviser = actor(Who.ADVISER, prescriber)
    assert set(reach.read_by(adviser)) == set()
    assert set(reach.known_to(adviser)) == {firm}
    assert set(reach.read_by(actor(Who.STEERING, a_region()))) == {firm, other}
    assert set(reach.read_by(actor(Who.CABINET, a_region()))) == set()
