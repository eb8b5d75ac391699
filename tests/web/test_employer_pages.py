"""The pages of employers: who opens which, what they say, and how many questions they ask of the database."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from browsing import browser, page, post
from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.refusals import Invalid, WrongState
from defi.operations import actions as operations
from defi.operations.actions import abandon_operation, add_partner, name_contact
from defi.operations.models import Partner
from defi.people.actions import grant_membership
from defi.people.employers import actions, deciding
from defi.people.employers.actions import ContactFacts, FirmFacts, TalkFacts
from defi.people.employers.models import Contact, EmployerImport, Merge, Talk
from defi.people.models import Membership, Organisation, Person
from defi.steps.needs.profiles import ask_profiles
from defi.steps.offer.answers import review_need
from defi.web.arrivals import arrivals, how_much
from defi.web.date_words import long_date
from factories import (
    a_basin,
    a_candidate,
    a_commune,
    a_coordinator,
    a_need,
    a_pairing,
    a_person,
    a_prescriber,
    a_promise,
    a_provider,
    a_region,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return an_employer("Les Tilleuls", email="rh@tilleuls.example")


@pytest.fixture
def officer():
    return an_officer()


def talked(who, firm, **facts):
    return actions.note_talk(who, firm.pk, TalkFacts("call", facts.pop("said", "Cherche un soudeur."), **facts))


# The list


def test_the_list_is_searched_without_accents_and_keeps_its_filters(officer):
    for name in ("Étoile du Berry", "Val à Domicile"):
        an_employer(name)
    text = page(browser(officer), "employers:list")
    assert "2 employeurs" in text
    found = browser(officer).get(reverse("employers:list"), {"q": "ETOILE"}).content.decode()
    assert "Étoile du Berry" in found
    assert "Val à Domicile" not in found


def test_the_old_name_of_a_merged_record_finds_the_kept_one(officer, firm):
    other = an_employer("Ancien Nom")
    deciding.merge_employers(officer, firm.pk, other.pk, reason="doublon")
    found = browser(officer).get(reverse("employers:list"), {"q": "ancien"}).content.decode()
    assert "Les Tilleuls" in found
    assert "1 employeur" in found


def test_firms_nobody_spoke_with_for_months_are_found_the_longest_silence_first(officer, firm):
    silent, recent = an_employer("Silencieuse"), an_employer("Récente")
    with clock.at(clock.today() - timedelta(days=300)):
        talked(officer, silent)
    talked(officer, recent)
    found = browser(officer).get(reverse("employers:list"), {"silent": "6"}).content.decode()
    assert "Récente" not in found
    assert found.index("Les Tilleuls") < found.index("Silencieuse")


def test_the_list_filters_by_basin_sector_and_adviser(officer, firm):
    here = actions.register_employer(officer, FirmFacts("Ici", commune=a_commune(), naf="25.62B"))
    member = Membership._base_manager.get(person_id=officer.person_id)
    actions.assign_adviser(officer, here.pk, member)
    for query in ({"basin": a_basin().pk}, {"naf": "2562"}, {"adviser": member.pk}):
        found = browser(officer).get(reverse("employers:list"), query).content.decode()
        assert "1 employeur<" in found.replace("\n", "<")
        assert "Les Tilleuls" not in found
    assert "Les Tilleuls" in browser(officer).get(reverse("employers:list"), {"adviser": "none"}).content.decode()


def test_the_export_holds_what_the_page_shows(officer, firm):
    an_employer("Val à Domicile")
    answer = browser(officer).get(reverse("employers:list"), {"q": "tilleuls", "export": "csv"})
    text = answer.content.decode("utf-8-sig")
    assert "Les Tilleuls" in text
    assert "Val" not in text


def test_the_list_asks_the_same_questions_whatever_its_length(officer, django_assert_max_num_queries):
    client = browser(officer)
    for n in range(12):
        talked(officer, an_employer(f"Firme {n}"))
    with django_assert_max_num_queries(16):
        page(client, "employers:list")


def test_each_role_opens_its_own_list(firm):
    operation = an_operation()
    a_promise(operation, firm)
    an_employer("Val à Domicile")
    text = page(browser(a_coordinator(operation)), "employers:list")
    assert "Les Tilleuls" in text
    assert "Val à Domicile" not in text
    page(browser(actor(Who.TUTOR, firm)), "employers:list", status=403)
    assert "0 employeur" in page(browser(actor(Who.CABINET, a_region())), "employers:list")


# The record


@pytest.fixture
def told(firm, officer):
    """A firm with everything: contacts, exchanges, needs, a promise withdrawn in part, an operation."""
    operation = an_operation()
    session = a_session(operation)
    promise = a_promise(operation, firm, posts=3)
    a_pairing(a_candidate(session, "Leïla"), promise)
    a_need(firm)
    contact = actions.add_contact(officer, firm.pk, ContactFacts("Marc", "Recrute", decides=("hire",)))
    talked(officer, firm, said="À nous seuls.", contact_id=contact.pk, next_step="rappeler", next_on=clock.today())
    talked(officer, firm, said="À partager.", shared=True)
    return operation


def test_the_officer_reads_everything_on_one_page(told, firm, officer, django_assert_max_num_queries):
    client = browser(officer)
    with django_assert_max_num_queries(30):
        text = page(client, "employers:record", firm.pk)
    for words in ("Marc Recrute", "embaucher", "À nous seuls.", "Rappeler", "3 promis", "1 personne appairée",
                  "Besoins", "Assistant de vie aux familles, Châteaudun", "Noter un échange"):  # fmt: skip
        assert words in text
    assert "Leïla" not in text


def test_the_record_says_since_when_how_much_and_what_the_firm_offers(firm, officer):
    past = clock.today() - timedelta(days=400)
    with clock.at(past):
        need = a_need(firm)
        with scope(TASK):
            type(need).objects.filter(pk=need.pk).update(offers_platform=True, offers_visit=True)
    talked(officer, firm)
    text = page(browser(officer), "employers:record", firm.pk)
    assert f"en relation depuis le {long_date(past)}, 2 actions" in text
    for words in ("Prête un plateau technique", "Ouvre une visite", f"dit le {long_date(past)}"):
        assert words in text
    assert "Désigne un tuteur" not in text
    assert "en relation depuis" not in page(browser(officer), "employers:record", an_employer("Val").pk)


def test_the_provider_reads_the_contacts_of_its_operation_and_what_is_shared(told, firm):
    provider = a_coordinator(told)
    partner = Partner._base_manager.get(operation=told, organisation=firm)
    name_contact(provider, partner.pk, operations.ContactFacts("Zoé", "Accueille", "zoe@tilleuls.example"))
    actions.add_contact(provider, firm.pk, ContactFacts("Paul", "Atelier"))
    text = page(browser(provider), "employers:record", firm.pk)
    for words in ("Zoé Accueille", "Paul Atelier", "À partager.", "rh@tilleuls.example"):
        assert words in text
    for hidden in ("Marc Recrute", "À nous seuls.", "Choisir le conseiller"):
        assert hidden not in text


def test_a_provider_that_adds_a_known_firm_reads_its_public_identity_and_its_own_part(told, firm):
    other = an_operation(a_provider("Val Formation"))
    provider = a_coordinator(other)
    client = browser(provider)
    page(client, "employers:record", firm.pk, status=404)
    add_partner(provider, other.pk, firm)
    text = page(client, "employers:record", firm.pk)
    for words in ("Les Tilleuls", "que vos opérations nomment"):
        assert words in text
    export = client.get(reverse("employers:list"), {"export": "csv"}).content.decode("utf-8-sig")
    assert "Les Tilleuls" in export
    for hidden in ("Marc", "Recrute", "À partager.", "À nous seuls.", "3 promis"):
        assert hidden not in text + export


def test_the_record_opens_with_what_the_firm_itself_does(told, firm):
    other = an_operation(a_provider("Val Formation"))
    a_session(other)
    a_promise(other, firm)
    text = page(browser(a_coordinator(other)), "employers:record", firm.pk)
    for words in ("À partager.", "1 poste promis"):
        assert words in text
    for hidden in ("Marc", "À nous seuls.", "3 promis"):
        assert hidden not in text


def test_who_is_in_a_firm_is_not_found_out_by_trying(told, firm, officer):
    provider = a_coordinator(told)
    hidden = Contact._base_manager.get(person__first_name="Marc")
    with pytest.raises(Invalid, match="pas un contact de cette entreprise"):
        talked(provider, firm, contact_id=hidden.pk)
    page(browser(provider), "employers:contact", hidden.pk, status=404)
    Person._base_manager.filter(pk=hidden.person_id).update(email="marc@tilleuls.example")
    own = actions.add_contact(provider, firm.pk, ContactFacts("M.", "Recrute", "marc@tilleuls.example"))
    with pytest.raises(WrongState, match="déjà cette adresse"):
        actions.add_contact(provider, firm.pk, ContactFacts("M.", "Recrute", "marc@tilleuls.example"))
    assert own.house_id == provider.organisation_id
    assert "semble noté deux fois" in page(browser(officer), "employers:record", firm.pk)


def test_the_firm_reads_its_record_and_its_contacts_not_the_notes(told, firm, officer):
    member = Membership._base_manager.get(person_id=officer.person_id)
    actions.assign_adviser(officer, firm.pk, member)
    client = browser(actor(Who.SIGNATORY, firm))
    assert client.get(reverse("employers:mine")).url == reverse("employers:record", args=[firm.pk])
    text = page(client, "employers:record", firm.pk)
    assert "Marc Recrute" in text
    assert str(member.person) in text
    assert "À partager." not in text
    page(client, "employers:record", an_employer("Val à Domicile").pk, status=404)


def test_a_prescriber_knows_the_name_and_the_operation_they_share(told, firm, officer):
    prescriber = a_prescriber()
    add_partner(officer, told.pk, prescriber)
    client = browser(actor(Who.ADVISER, prescriber))
    text = page(client, "employers:record", firm.pk)
    assert "Les Tilleuls" in text
    assert "Assistant de vie aux familles, Châteaudun" in text
    for hidden in ("Marc", "À partager.", "promis", "rh@tilleuls"):
        assert hidden not in text
    page(client, "employers:record", an_employer("Val à Domicile").pk, status=404)
    page(client, "employers:new_talk", firm.pk, status=404)


def test_strangers_do_not_know_the_record(told, firm):
    outside = a_prescriber("Cap emploi d'ailleurs")
    for stranger in (
        actor(Who.ADVISER, outside),
        actor(Who.RECRUITER, an_employer("Val")),
        actor(Who.PAYING_OFFICE, a_region()),
    ):
        page(browser(stranger), "employers:record", firm.pk, status=404)


def test_a_merged_record_leads_to_the_kept_one(officer, firm):
    other = an_employer("Tilleuls SARL")
    deciding.merge_employers(officer, firm.pk, other.pk, reason="saisie deux fois")
    client = browser(officer)
    assert client.get(reverse("employers:record", args=[other.pk])).url == reverse("employers:record", args=[firm.pk])
    text = page(client, "employers:record", firm.pk)
    assert "Tilleuls SARL" in text
    assert "saisie deux fois" in text


def test_the_other_sites_of_the_firm_stand_beside_it(officer, firm):
    Organisation.objects.filter(pk=firm.pk).update(siret="55210055400021")
    other = actions.register_employer(officer, FirmFacts("Tilleuls Vierzon", siret="55210055400039"))
    talked(officer, other, said="Dit à Vierzon.")
    text = page(browser(officer), "employers:record", firm.pk)
    assert "Tilleuls Vierzon" in text
    assert "Dit à Vierzon." not in text
    whole = browser(officer).get(reverse("employers:record", args=[firm.pk]), {"entreprise": "1"}).content.decode()
    assert "Dit à Vierzon." in whole


# Writing


def test_an_exchange_is_noted_from_the_record_and_shows_in_what_is_to_be_done(officer, firm):
    client = browser(officer)
    facts = {"kind": "visit", "said": "Atelier visité.", "on": clock.today().isoformat()}
    later = {"next_step": "envoyer la fiche", "next_on": (clock.today() + timedelta(days=3)).isoformat()}
    post(client, "employers:new_talk", firm.pk, answered=302, **facts, **later)
    text = page(client, "todo")
    assert "Envoyer la fiche" in text
    assert "Les Tilleuls" in text
    post(client, "employers:finish_step", Talk._base_manager.get().pk, answered=302)
    assert "Envoyer la fiche" not in page(client, "todo")


def test_the_next_step_goes_to_the_adviser_of_the_firm_when_it_is_a_colleague(officer, firm):
    colleague = an_officer()
    actions.assign_adviser(officer, firm.pk, Membership._base_manager.get(person_id=colleague.person_id))
    talked(officer, firm, next_step="rappeler", next_on=clock.today())
    assert "Rappeler" in page(browser(colleague), "todo")
    assert "Rappeler" not in page(browser(officer), "todo")


def test_what_was_typed_is_kept_when_it_is_refused(officer, firm):
    text = post(browser(officer), "employers:new_talk", firm.pk, answered=422, kind="call", said="Dit.",
                on=clock.today().isoformat(), next_step="rappeler")  # fmt: skip
    assert "Dit." in text
    assert "complétez les deux" in text


def test_the_form_says_that_the_firm_may_read(officer, firm):
    operation = an_operation()
    a_promise(operation, firm)
    assert "peut demander à lire" in page(browser(officer), "employers:new_talk", firm.pk)
    assert "La Région lit aussi cette note" in page(browser(a_coordinator(operation)), "employers:new_talk", firm.pk)


def test_a_contact_is_added_corrected_and_leaves(officer, firm):
    client = browser(officer)
    facts = {"first_name": "Marc", "last_name": "Recrute", "decides": ["hire", "sign"], "in_time": "yes"}
    post(client, "employers:new_contact", firm.pk, answered=302, **facts)
    contact = Contact._base_manager.get()
    post(client, "employers:contact", contact.pk, answered=302, version=contact.version, **{**facts, "post": "hr"})
    post(client, "employers:contact", contact.pk, answered=422, version=contact.version, **facts)
    post(client, "employers:contact_leaves", contact.pk, answered=302)
    assert Contact._base_manager.get().left_on == clock.today()


def test_the_facts_and_the_adviser_are_written_from_their_pages(officer, firm):
    client = browser(officer)
    a_commune("Cloyes")
    known = {"name": "Les Tilleuls", "place": "cloyes", "naf": "8810A"}
    address = reverse("employers:describe", args=[firm.pk])
    assert client.post(address, known).status_code == 302
    firm.refresh_from_db()
    assert str(firm.commune) == "Cloyes"
    assert "Aucune commune" in client.post(address, {**known, "place": "Nulle"}).content.decode()
    member = Membership._base_manager.get(person_id=officer.person_id)
    post(client, "employers:assign", firm.pk, answered=302, adviser=member.pk, version=2)
    assert client.post(reverse("employers:new"), {"name": "Nouvelle"}).status_code == 302
    page(browser(actor(Who.TUTOR, firm)), "employers:describe", firm.pk, status=403)


def test_the_notes_are_handed_to_the_firm_by_the_region(told, firm, officer):
    answer = browser(officer).get(reverse("employers:notes", args=[firm.pk]), {"export": "csv"})
    assert "À nous seuls." in answer.content.decode("utf-8-sig")
    page(browser(a_coordinator(told)), "employers:notes", firm.pk, status=403)


# Duplicates


@pytest.fixture
def twins(officer):
    town = a_commune()
    one = actions.register_employer(officer, FirmFacts("Les Tilleuls", commune=town, phone="0237000001"))
    other = actions.register_employer(officer, FirmFacts("SARL Tilleuls", commune=town, phone="02 37 00 00 01"))
    return one, other


def test_records_that_look_alike_are_shown_side_by_side_with_why(officer, twins):
    text = page(browser(officer), "employers:duplicates")
    for words in ("SARL Tilleuls", "même nom dans la même commune", "même téléphone"):
        assert words in text


def test_the_page_asks_the_same_questions_whatever_the_pairs(officer, twins, django_assert_max_num_queries):
    town = a_commune()
    for n in range(8):
        actions.register_employer(officer, FirmFacts(f"Firme {n}", commune=town))
        actions.register_employer(officer, FirmFacts(f"SARL Firme {n}", commune=town))
    client = browser(officer)
    with django_assert_max_num_queries(14):
        page(client, "employers:duplicates")


def test_an_officer_makes_one_of_two_then_takes_them_apart(officer, twins):
    client = browser(officer)
    pks = [firm.pk for firm in twins]
    assert "côte à côte" in page(client, "employers:pair", *pks).lower()
    post(client, "employers:pair", *pks, answered=422, kept=pks[0])
    post(client, "employers:pair", *pks, answered=302, kept=pks[1], reason="la même")
    assert Organisation.objects.get(pk=pks[0]).merged_into_id == pks[1]
    merge = Merge._base_manager.get()
    page(client, "employers:unmerge", merge.pk)
    post(client, "employers:unmerge", merge.pk, answered=302, reason="erreur", version=merge.version)
    assert Organisation.objects.get(pk=pks[0]).merged_into_id is None


def test_two_that_are_two_are_not_proposed_again(officer, twins):
    client = browser(officer)
    post(client, "employers:apart", *[firm.pk for firm in twins], answered=302)
    assert "SARL Tilleuls" not in page(client, "employers:duplicates")


def test_two_contacts_that_are_one_are_proposed_on_the_record(officer, firm):
    one = actions.add_contact(officer, firm.pk, ContactFacts("Marc", "Recrute", "a@x.example"))
    two = actions.add_contact(officer, firm.pk, ContactFacts("MARC", "Recruté", "b@x.example"))
    client = browser(officer)
    assert "Marc Recrute semble noté deux fois" in page(client, "employers:record", firm.pk)
    page(client, "employers:same_contact", one.pk, two.pk)
    post(client, "employers:same_contact", one.pk, two.pk, answered=302, kept=two.pk, reason="la même")
    assert "semble noté deux fois" not in page(client, "employers:record", firm.pk)


def test_only_officers_make_one_of_two(twins):
    pks = [firm.pk for firm in twins]
    for who in (actor(Who.STEERING, a_region()), actor(Who.SIGNATORY, twins[0])):
        page(browser(who), "employers:duplicates", status=403)
        page(browser(who), "employers:pair", *pks, status=403)
        post(browser(who), "employers:apart", *pks, answered=403)


# Import


def sent(client, text, name="liste.csv"):
    answer = client.post(reverse("employers:import"), {"file": SimpleUploadedFile(name, text.encode())})
    return answer.status_code, answer.content.decode()


def test_a_list_is_taken_and_each_line_refused_is_told(officer, firm):
    a_commune("Cloyes")
    status, text = sent(
        browser(officer),
        "Entreprise;SIRET;Ville;Téléphone;Contact;Courriel du contact\n"
        "Les Tilleuls;;;0237000001;Nadia Neuf;nadia@tilleuls.example\n"
        "Nouvelle;55210055400021;Cloyes;;;\n"
        "Faux siret;123;;;;\n"
        ";;;;Sans Nom;\n"
        "Loin;;Nulle-Part;;;\n"
        "Nouvelle bis;55210055400021;;;;\n",
    )
    assert status == 200
    for words in ("1 fiche ouverte", "1 fiche déjà connue", "1 contact ajouté", "4 lignes refusées", "déjà ligne 3"):
        assert words in text, words
    made = EmployerImport._base_manager.get()
    assert (made.lines, made.made, made.known, made.refused) == (6, 1, 1, 4)
    firm.refresh_from_db()
    assert firm.phone == "0237000001"


def test_the_same_list_twice_adds_nothing(officer):
    text = "Nom;Commune;Contact\nNouvelle;;Nadia Neuf\n"
    sent(browser(officer), text)
    status, again = sent(browser(officer), text)
    assert (status, Organisation.objects.filter(name="Nouvelle").count()) == (200, 1)
    assert "0 fiche ouverte" in again
    assert "0 contact ajouté" in again


def test_what_is_not_a_list_of_employers_writes_nothing(officer):
    for text, words in (("Truc;Machin\n1;2\n", "Aucune colonne"), ("", "vide")):
        status, shown = sent(browser(officer), text)
        assert status == 422
        assert words in shown
    assert EmployerImport._base_manager.count() == 0


def test_a_line_never_changes_the_firm_of_another_territory(firm):
    far = an_employer("Loin")
    Organisation.objects.filter(pk=far.pk).update(commune=a_commune("Blois", a_basin("Blois")))
    officer = an_officer(basins=[a_basin("Dreux")])
    sent(browser(officer), "Nom;Commune;Téléphone;Contact\nLoin;Blois;0237000001;Nadia Neuf\n")
    far.refresh_from_db()
    assert far.phone == ""
    assert Contact._base_manager.count() == 0


def test_the_invitation_of_a_member_needs_no_page_of_contacts(firm):
    grant_membership(TASK, a_person("Lucie"), firm, Who.SIGNATORY)
    assert Contact._base_manager.get().organisation == firm


def test_the_number_beside_what_is_to_be_done_is_that_of_its_lines(officer, firm, django_assert_num_queries):
    a_need(firm)
    talked(officer, firm, next_step="rappeler", next_on=clock.today())
    talked(officer, firm, said="Plus tard.", next_step="revenir", next_on=clock.today() + timedelta(days=60))
    with scope(officer), django_assert_num_queries(1):
        assert how_much(officer) == 2
    with scope(officer):
        assert len(arrivals(officer)) == 2
    adviser = actor(Who.ADVISER, a_prescriber())
    with scope(adviser):
        assert how_much(adviser) == 0


def test_after_a_fortnight_the_officer_is_led_to_the_answers_owed(officer, firm):
    need = a_need(firm)
    with clock.at(clock.today() + timedelta(days=14)), scope(officer):
        assert how_much(officer) == 2
        review = arrivals(officer)[1]
        assert (review.title, review.about) == ("Passer en revue les réponses dues", "1 employeur attend une réponse")
        assert review.url == reverse("offer:answers")
        review_need(officer, need.pk, note="Toujours vrai.")
        assert [line.url for line in arrivals(officer)] == [reverse("needs:list")]
        assert how_much(officer) == 1


def test_a_prescriber_is_no_longer_asked_of_an_operation_that_ended(officer):
    prescriber, operation = a_prescriber(), an_operation()
    adviser = actor(Who.ADVISER, prescriber)
    ask_profiles(officer, [prescriber], operation_id=operation.pk)
    with scope(adviser):
        assert [line.title for line in arrivals(adviser)] == ["Dire qui pourrait entrer en formation"]
    abandon_operation(officer, operation.pk, reason="Plus de besoin.")
    with scope(adviser):
        assert arrivals(adviser) == []
        assert how_much(adviser) == 0
