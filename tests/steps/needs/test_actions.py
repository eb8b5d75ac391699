"""One need, from the phone of an employer to the answer of the Region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from defi.kernel import clock, links
from defi.kernel.access import PUBLIC, TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Refused, Stale, Unknown, WrongState
from defi.people.actions import OrganisationFacts
from defi.people.models import OrganisationKind, Person
from defi.reference.models import Commune
from defi.steps.needs import actions
from defi.steps.needs.actions import AlreadySent, Asked, ContactFacts, NeedFacts
from defi.steps.needs.models import Need
from factories import (
    a_basin,
    a_commune,
    a_job,
    a_need,
    a_person,
    a_prescriber,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)
SIRET = "78467169500087"
CONTACT = ContactFacts(name="Ada Exemple", email="ada@tilleuls.example", phone="02 37 00 00 00")


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        yield


@pytest.fixture
def facts() -> NeedFacts:
    return NeedFacts("aide à domicile", 2, job=a_job(), commune=a_commune(), competences=(Asked("Préparer un repas"),))


def firm(name: str = "Les Tilleuls", siret: str = SIRET) -> OrganisationFacts:
    return OrganisationFacts(OrganisationKind.EMPLOYER, name, siret=siret, region=a_region())


def mails(template: str) -> list[Mail]:
    return list(Mail.objects.filter(purpose=f"needs/mail/{template}"))


def by_link(need: Need, verb: str = "need.confirm") -> Actor:
    address = links.issue(need, verb, address="ada@tilleuls.example", organisation_id=need.employer_id)
    return links.bearer(links.find(address.rstrip("/").rpartition("/")[2]))


def reread(need: Need) -> Need:
    with scope(TASK):
        return Need.objects.get(pk=need.pk)


# --- sending -----------------------------------------------------------------------------------------------------


def test_the_public_sends_a_need_that_waits_for_the_employers_word(facts: NeedFacts) -> None:
    officer = a_person("Claire", "Modèle", "claire@region.example")
    an_officer(officer, [a_basin()])
    need = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    assert (need.state, need.received_on, need.basin, need.employer.name) == (
        "to_confirm",
        DAY,
        a_basin(),
        "Les Tilleuls",
    )
    assert [competence.label for competence in need.competences.all()] == ["Préparer un repas"]
    (mail,) = mails("confirm")
    assert mail.address == "ada@tilleuls.example"
    assert "/lien/" in mail.body
    assert not mails("arrived")  # the officer is not bothered by what nobody confirmed


def test_an_employer_without_mail_is_confirmed_by_phone(facts: NeedFacts) -> None:
    officer = an_officer(a_person("Claire", "Modèle", "claire@region.example"), [a_basin()])
    need = actions.submit_need(PUBLIC, firm(), facts, contact=ContactFacts(phone="02 37 00 00 00"))
    assert "appelez-la (02 37 00 00 00)" in mails("arrived")[0].body
    assert actions.confirm_need(officer, need.pk).state == "received"


def test_a_need_nobody_can_answer_is_refused(facts: NeedFacts) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.submit_need(PUBLIC, firm(), facts)
    assert "téléphone" in refusal.value.fields["email"]


@pytest.mark.parametrize("role", [Who.OFFICER, Who.COORDINATOR, Who.ADVISER, Who.RECRUITER])
def test_what_a_member_types_is_received_at_once(facts: NeedFacts, role: Who) -> None:
    employer = an_employer("Les Tilleuls", "contact@tilleuls.example")
    house = {
        Who.OFFICER: a_region(),
        Who.COORDINATOR: a_provider(),
        Who.ADVISER: a_prescriber(),
        Who.RECRUITER: employer,
    }[role]
    need = actions.submit_need(actor(role, house), employer, facts)
    assert (need.state, need.typed_for) == ("received", house)
    assert bool(mails("typed_for_you")) is (role is not Who.RECRUITER)


def test_a_trainer_does_not_send_a_need(facts: NeedFacts) -> None:
    with pytest.raises(NotAllowed, match="revient à"):
        actions.submit_need(actor(Who.TRAINER, a_provider()), an_employer(), facts)


def test_an_employer_speaks_for_itself_only(facts: NeedFacts) -> None:
    recruiter = actor(Who.RECRUITER, an_employer("Aide & Cie"))
    with pytest.raises(NotAllowed, match="votre entreprise"):
        actions.submit_need(recruiter, an_employer("Les Tilleuls"), facts)


def test_the_same_form_sent_twice_changes_nothing_and_says_so(facts: NeedFacts) -> None:
    first = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT, submission_key="k" * 32)
    with pytest.raises(AlreadySent, match="déjà parvenue le 14\xa0mai\xa02025") as again:
        actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT, submission_key="k" * 32)
    assert again.value.need == first
    assert len(mails("confirm")) == 1
    with scope(TASK):
        assert Need.objects.count() == 1


@pytest.mark.parametrize("siret", ["79026100000000", "78467169500088", "123"])
def test_a_wrong_siret_is_explained_beside_its_field(facts: NeedFacts, siret: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.submit_need(PUBLIC, firm(siret=siret), facts, contact=CONTACT)
    assert refusal.value.fields["siret"]
    with scope(TASK):
        assert not Need.objects.exists()


@pytest.mark.parametrize("field", ["wording", "comment"])
def test_a_social_security_number_is_refused_wherever_it_is_typed(facts: NeedFacts, field: str) -> None:
    wrong = replace(facts, **{field: "pour Mme Durand 2 85 05 78 006 084 36"})
    with pytest.raises(Invalid) as refusal:
        actions.submit_need(PUBLIC, firm(), wrong, contact=CONTACT)
    assert "sécurité sociale" in refusal.value.fields[field]


def test_a_place_out_of_the_basins_is_refused(facts: NeedFacts) -> None:
    far = Commune.objects.create(code="75056", name="Paris", department="75")
    with pytest.raises(Invalid) as refusal:
        actions.submit_need(PUBLIC, firm(), replace(facts, commune=far), contact=CONTACT)
    assert "Paris n'est dans aucun bassin" in refusal.value.fields["place"]


def test_a_contact_gives_first_and_last_name(facts: NeedFacts) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.submit_need(PUBLIC, firm(), facts, contact=replace(CONTACT, name="Exemple"))
    assert "prénom" in refusal.value.fields["contact_name"]


def test_a_contact_who_comes_back_is_the_same_person(facts: NeedFacts) -> None:
    first = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    second = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    assert first.contact == second.contact


def test_the_journal_holds_no_personal_value(facts: NeedFacts) -> None:
    actions.submit_need(PUBLIC, firm(), replace(facts, comment="appeler Ada"), contact=CONTACT)
    told = str(list(JournalEntry.objects.filter(verb="need.submit").values_list("after", flat=True)))
    assert "to_confirm" in told
    for secret in ("Ada", "Exemple", "tilleuls.example", "02 37", "Préparer"):
        assert secret not in told


# --- confirming --------------------------------------------------------------------------------------------------


def test_the_bearer_of_the_link_confirms_and_the_officer_is_told(facts: NeedFacts) -> None:
    an_officer(a_person("Claire", "Modèle", "claire@region.example"), [a_basin()])
    need = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    assert actions.confirm_need(by_link(need), need.pk).state == "received"
    assert [mail.address for mail in mails("arrived")] == ["claire@region.example"]


def test_the_link_of_one_need_does_not_open_another_of_the_same_employer(facts: NeedFacts) -> None:
    first = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    second = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    with pytest.raises(Unknown):
        actions.confirm_need(by_link(first), second.pk)


def test_confirming_twice_changes_nothing_and_says_so(facts: NeedFacts) -> None:
    need = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    bearer = by_link(need)
    actions.confirm_need(bearer, need.pk)
    with pytest.raises(WrongState, match="déjà confirmée"):
        actions.confirm_need(bearer, need.pk)


def test_the_public_does_not_confirm(facts: NeedFacts) -> None:
    need = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    with pytest.raises(NotAllowed):
        actions.confirm_need(PUBLIC, need.pk)


def test_an_employer_known_by_its_siret_alone_may_leave_its_name_to_the_register(facts: NeedFacts) -> None:
    need = actions.submit_need(PUBLIC, firm(name=""), facts, contact=CONTACT)
    assert actions.confirm_need(by_link(need), need.pk).employer.name == "Établissement 784 671 695 00087"


def test_an_employer_known_by_its_siret_alone_gives_its_name_when_it_confirms(facts: NeedFacts) -> None:
    need = actions.submit_need(PUBLIC, firm(name=""), facts, contact=ContactFacts(email="ada@tilleuls.example"))
    assert need.employer.name == "Établissement 784 671 695 00087"
    bearer = by_link(need)
    done = actions.confirm_need(bearer, need.pk, employer_name="Les Tilleuls", contact_name="Ada Exemple")
    assert (done.employer.name, str(done.contact)) == ("Les Tilleuls", "Ada Exemple")
    with scope(TASK):
        assert Person.objects.get(first_name="Ada").email == "ada@tilleuls.example"


def test_a_known_employer_is_not_renamed_by_who_confirms(facts: NeedFacts) -> None:
    need = actions.submit_need(PUBLIC, firm(), facts, contact=CONTACT)
    assert actions.confirm_need(by_link(need), need.pk, employer_name="Autre nom").employer.name == "Les Tilleuls"


# --- choosing the job, what is really needed ---------------------------------------------------------------------


def test_the_officer_chooses_the_job_that_the_words_mean(facts: NeedFacts) -> None:
    need = actions.submit_need(PUBLIC, firm(), replace(facts, job=None), contact=CONTACT)
    assert need.job is None
    assert actions.classify_need(an_officer(), need.pk, a_job()).job == a_job()


def test_an_officer_of_another_territory_does_not_touch_the_need() -> None:
    need = a_need()
    stranger = an_officer(basins=[a_basin("Dreux")])
    with pytest.raises(NotAllowed, match="hors de votre territoire"):
        actions.classify_need(stranger, need.pk, a_job())


def test_what_is_really_needed_is_kept_apart_from_what_was_asked() -> None:
    need = a_need(competences=("Préparer un repas", "Parler anglais"))
    kept = need.competences.get(label="Préparer un repas")
    actions.review_competences(an_officer(), need.pk, [kept.pk])
    assert dict(need.competences.values_list("label", "really_needed")) == {
        "Préparer un repas": True,
        "Parler anglais": False,
    }


def test_a_competence_of_another_need_is_unknown() -> None:
    need, other = a_need(competences=("A",)), a_need(competences=("B",))
    with pytest.raises(Unknown):
        actions.review_competences(an_officer(), need.pk, [other.competences.get().pk])


# --- answering, withdrawing --------------------------------------------------------------------------------------


def test_the_employer_gets_the_answer_in_the_officers_words() -> None:
    need = a_need(an_employer(email="contact@tilleuls.example"))
    done = actions.answer_need(an_officer(), need.pk, reason="Trop peu de postes cette année.")
    assert (done.state, done.answered_on) == ("answered", DAY)
    (mail,) = mails("answered")
    assert mail.address == "contact@tilleuls.example"
    assert "Trop peu de postes cette année." in mail.body


def test_an_answer_says_why() -> None:
    need = a_need()
    with pytest.raises(Invalid, match="motif"):
        actions.answer_need(an_officer(), need.pk, reason=" ")
    assert reread(need).state == "received"


def test_a_page_drawn_before_the_last_change_does_not_answer() -> None:
    need = a_need()
    actions.classify_need(an_officer(), need.pk, a_job("K1304", "Employé familial"))
    with pytest.raises(Stale):
        actions.answer_need(an_officer(), need.pk, reason="Budget.", version=need.version)


def test_an_employer_withdraws_its_own_need_and_the_officer_knows_why() -> None:
    an_officer(a_person("Claire", "Modèle", "claire@region.example"), [a_basin()])
    need = a_need()
    actions.withdraw_need(actor(Who.SIGNATORY, need.employer), need.pk, reason="Nous avons recruté.")
    assert reread(need).state == "withdrawn"
    assert "Nous avons recruté." in mails("withdrawn")[0].body


def test_another_employer_does_not_know_of_the_need() -> None:
    need = a_need()
    with pytest.raises(Unknown):
        actions.withdraw_need(actor(Who.SIGNATORY, an_employer("Aide & Cie")), need.pk, reason="Non.")


def test_an_answered_need_is_not_answered_again() -> None:
    need = a_need()
    actions.answer_need(an_officer(), need.pk, reason="Budget.")
    with pytest.raises(WrongState):
        actions.answer_need(an_officer(), need.pk, reason="Budget.")


def test_a_provider_sees_only_the_needs_it_typed(facts: NeedFacts) -> None:
    typed = actions.submit_need(actor(Who.COORDINATOR, a_provider()), an_employer(), facts)
    a_need(an_employer("Aide & Cie"))
    coordinator = actor(Who.COORDINATOR, a_provider())
    with scope(coordinator):
        assert list(Need.objects.visible_to(coordinator)) == [typed]


def test_a_refusal_is_a_sentence(facts: NeedFacts) -> None:
    with pytest.raises(Refused, match=r"Seul un employeur"):
        actions.submit_need(an_officer(), a_provider(), facts)
