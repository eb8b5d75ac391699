"""The pages of needs: an employer without account or script, an officer who groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from defi.kernel import clock
from defi.kernel.access import TASK, Who, scope
from defi.kernel.models import Mail
from defi.operations.actions import add_partner
from defi.people.models import Account, Organisation
from defi.reference.models import JobTitle
from defi.steps.needs import grouping, profiles
from defi.steps.needs.counts import PublicCounts
from defi.steps.needs.models import CollectiveNeed, Need, PublicProfile
from defi.steps.offer.actions import decide_route
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
    an_operation,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)
SIRET = "784 671 695 00087"


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        a_commune()
        job = a_job()
        JobTitle.objects.create(ogr="1", label="Aide à domicile", job=job, kind=JobTitle.Kind.MAIN)
        yield


def signed_in(role: Who, organisation: Organisation, basins: list[object] | None = None) -> Client:
    person = a_person("Alex", email=f"{role}-{organisation.pk}@example.org")
    actor(role, organisation, person, basins=basins)  # type: ignore[arg-type]
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def officer_client() -> Client:
    return signed_in(Who.OFFICER, a_region())


FIRST = {"wording": "aide à domicile", "job": "K1311", "posts": "2", "siret": SIRET, "submission_key": "k" * 30}
SECOND = {"page": "2", "place": "Châteaudun", "reach": "ada@tilleuls.example"}


def only_need() -> Need:
    with scope(TASK):
        return Need.objects.get()


# --- the phone form ----------------------------------------------------------------------------------------------


def test_an_employer_says_its_need_in_five_answers_without_account_or_script() -> None:
    client = Client(enforce_csrf_checks=False)
    page = client.get("/besoin/")
    assert page.status_code == 200
    assert page.content.decode().count('aria-required="true"') <= 5
    second = client.post("/besoin/", FIRST)
    assert second.status_code == 200
    assert "Où se trouve le poste" in second.content.decode()
    sent = client.post("/besoin/", FIRST | SECOND, follow=True)
    text = sent.content.decode()
    assert "ada@tilleuls.example" in text
    assert "avant le 29 mai 2025" in text
    assert only_need().state == "to_confirm"


def test_at_most_five_things_are_required_on_the_two_pages_together() -> None:
    client = Client()
    first = client.get("/besoin/").context["form"]
    second = client.post("/besoin/", FIRST).context["form"]
    required = [name for form in (first, second) for name, field in form.fields.items() if field.required]
    assert required == ["wording", "posts", "siret", "place", "reach"]


def test_without_script_the_jobs_found_are_offered_when_one_continues() -> None:
    page = Client().post("/besoin/", FIRST | {"job": ""})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Choisissez le métier le plus proche" in text
    assert "reconnu dans : aide à domicile" in text
    assert "Aucun de ces métiers" in text


def test_who_has_seen_the_jobs_and_chooses_none_goes_on() -> None:
    listed = Client().get("/besoin/metiers/", {"wording": "aide"}).content.decode()
    assert 'name="jobs_seen"' in listed
    assert 'aria-required="true"' not in listed
    Client().post("/besoin/", FIRST | SECOND | {"job": "", "jobs_seen": "1"})
    assert only_need().job is None


def test_what_is_too_long_is_said_and_never_cut_by_the_page() -> None:
    client = Client()
    assert "maxlength" not in client.get("/besoin/").content.decode()
    page = client.post("/besoin/", FIRST | {"wording": "soudeur " * 600})
    assert "C'est trop long" in page.content.decode().replace("&#x27;", "'")
    assert page.content.decode().count("soudeur ") > 500


def test_a_mail_scanner_that_only_looks_finds_the_page() -> None:
    assert Client().head("/besoin/").status_code == 200


def test_jobs_are_found_as_one_types() -> None:
    text = Client().get("/besoin/metiers/", {"wording": "aides a domiciles"}).content.decode()
    assert 'value="K1311"' in text
    assert "error" not in text


def test_no_job_found_sends_nobody_away() -> None:
    client = Client()
    words = {"wording": "dompteur de puces", "job": ""}
    assert client.post("/besoin/", FIRST | words).status_code == 200
    client.post("/besoin/", FIRST | words | SECOND)
    assert only_need().job is None


def test_a_wrong_siret_is_explained_on_the_first_page_and_what_was_typed_stays() -> None:
    page = Client().post("/besoin/", FIRST | {"siret": "790 261 000 00000"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "790 261 000 00000" in text
    assert "zéros" in text
    assert 'value="aide à domicile"' in text


def test_nothing_is_sent_without_a_way_to_answer() -> None:
    page = Client().post("/besoin/", FIRST | SECOND | {"reach": "demain"})
    assert page.status_code == 422
    assert "ni une adresse électronique ni un téléphone" in page.content.decode()


def test_a_phone_number_is_enough_to_be_answered() -> None:
    text = Client().post("/besoin/", FIRST | SECOND | {"reach": "02 37 00 00 00"}, follow=True).content.decode()
    assert "vous appelle au" in text
    assert (only_need().contact_phone, Mail.objects.count()) == ("02 37 00 00 00", 0)


def test_a_place_with_several_communes_is_chosen_among_them() -> None:
    a_commune("Saint-Denis-les-Ponts")
    a_commune("Saint-Christophe")
    client = Client()
    page = client.post("/besoin/", FIRST | SECOND | {"place": "28200"})
    assert "Plusieurs communes répondent" in page.content.decode()
    client.post("/besoin/", FIRST | SECOND | {"place": "28200", "commune": a_commune("Saint-Christophe").code})
    assert only_need().commune == a_commune("Saint-Christophe")


def test_a_place_outside_the_region_is_said_with_what_the_region_answers_for() -> None:
    page = Client().post("/besoin/", FIRST | SECOND | {"place": "Paris"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Aucune commune de cette région ne répond à « Paris »" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert 'value="ada@tilleuls.example"' in text


def test_a_second_sending_of_the_same_form_changes_nothing_and_says_so() -> None:
    client = Client()
    client.post("/besoin/", FIRST | SECOND)
    again = client.post("/besoin/", FIRST | SECOND, follow=True)
    assert "déjà parvenue" in again.content.decode()
    assert only_need().submission_key == "k" * 30


def test_a_number_of_social_security_is_refused_and_the_form_kept() -> None:
    page = Client().post("/besoin/", FIRST | SECOND | {"wording": "aide pour 2 85 05 78 006 084 36", "job": "none"})
    assert page.status_code == 422
    assert "sécurité sociale" in page.content.decode()


def test_the_link_opens_a_page_and_only_its_button_confirms() -> None:
    client = Client()
    client.post("/besoin/", FIRST | SECOND)
    link = re.search(r"/lien/\S+", Mail.objects.get().body)
    assert link
    opened = Client().get(link[0])
    if opened.status_code == 404:
        pytest.skip("The address of links is not served yet.")
    assert "bien votre recherche" in opened.content.decode()
    assert only_need().state == "to_confirm"
    done = Client().post(link[0], {"employer_name": "Les Tilleuls", "contact_name": "Ada Exemple"})
    assert "confirmé" in done.content.decode()
    need = only_need()
    assert (need.state, need.employer.name) == ("received", "Les Tilleuls")


def test_a_prescriber_says_a_need_for_an_employer_and_names_it() -> None:
    client = signed_in(Who.ADVISER, a_prescriber())
    facts = {"wording": "aide à domicile", "job": "K1311", "posts": "1", "submission_key": "z" * 30}
    assert client.post("/besoin/", facts | {"page": "2", "place": "Châteaudun"}).status_code == 422
    done = client.post("/besoin/", facts | {"page": "2", "place": "Châteaudun", "siret": "Aide & Cie"})
    need = only_need()
    assert done.headers["Location"] == f"/besoins/{need.pk}/"
    assert (need.state, need.employer.name, need.typed_for) == ("received", "Aide & Cie", a_prescriber())


def test_an_employer_signed_in_is_not_asked_who_it_is() -> None:
    employer = an_employer("Les Tilleuls")
    client = signed_in(Who.RECRUITER, employer)
    assert "siret" not in client.get("/besoin/").context["form"].fields
    client.post("/besoin/", {"wording": "aide", "job": "K1311", "posts": "1", "page": "2", "place": "Châteaudun"})
    assert (only_need().employer, only_need().state) == (employer, "received")


# --- the officer -------------------------------------------------------------------------------------------------


def test_the_list_filters_by_the_address() -> None:
    a_need(an_employer("Les Tilleuls"))
    a_need(an_employer("Aide & Cie"), basin=a_basin("Dreux"))
    client = officer_client()
    text = client.get("/besoins/", {"basin": a_basin("Dreux").pk}).content.decode()
    assert "Aide &amp; Cie" in text
    assert ">Les Tilleuls<" not in text
    assert "Aucun ne répond à ces filtres" in client.get("/besoins/", {"state": "answered"}).content.decode()


def test_the_list_is_taken_away_with_its_filters() -> None:
    a_need(an_employer("Les Tilleuls"))
    a_need(an_employer("Aide & Cie"), basin=a_basin("Dreux"))
    file = officer_client().get("/besoins/", {"basin": a_basin("Dreux").pk, "export": "csv"})
    rows = file.content.decode("utf-8-sig").splitlines()
    assert file.headers["Content-Disposition"].startswith('attachment; filename="besoins-')
    assert [row.split(";")[0] for row in rows] == ["Employeur", "Aide & Cie"]


def test_a_provider_that_typed_a_sheet_does_not_learn_that_it_was_grouped() -> None:
    typist = signed_in(Who.COORDINATOR, a_provider())
    typist.post("/besoin/", FIRST | SECOND | {"siret": "Les Tilleuls"}, follow=True)
    need = only_need()

    def read() -> list[str]:
        addresses = ["/besoins/", "/besoins/?state=grouped", "/besoins/?export=csv", f"/besoins/{need.pk}/"]
        addresses.append(f"/employeurs/{need.employer_id}/")
        return [re.sub(r"<[^>]+>", "", text_of(typist, each)) for each in addresses]

    # Its firm takes part in an operation of this provider: the provider reads the record of the firm.
    add_partner(an_officer(), an_operation(a_provider()).pk, need.employer)
    before = read()
    group = grouping.create_collective(an_officer(), [need.pk], title="Aides", job=a_job(), basin=need.basin)
    assert only_need().state == "grouped"
    operation = grouping.open_operation(an_officer(), group.pk)
    decide_route(an_officer(), operation.pk, route="tender", tender_kind="fref", reason="Aucun lot.")
    assert only_need().answer
    assert read() == before


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_officer_sees_first_what_waits_in_their_basins() -> None:
    a_need(an_employer("Les Tilleuls"))
    client = signed_in(Who.OFFICER, a_region(), [a_basin("Dreux")])
    assert ">Les Tilleuls<" not in client.get("/besoins/").content.decode()
    assert ">Les Tilleuls<" in client.get("/besoins/", {"basin": "all"}).content.decode()


def test_the_list_makes_the_same_number_of_queries_whatever_its_length(
    django_assert_max_num_queries: object,
) -> None:
    client = officer_client()
    client.get("/besoins/")
    for number in range(8):
        a_need(an_employer(f"Employeur {number}"))
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        client.get("/besoins/")


def test_needs_are_grouped_then_opened_by_clicks() -> None:
    first, second = a_need(an_employer("Les Tilleuls"), competences=("Préparer un repas",)), a_need(an_employer("Aide"))
    client = officer_client()
    assert "2 besoins, 4 postes" in client.get("/besoins/").content.decode()
    page = client.get("/besoins/regrouper/", {"need": [first.pk, second.pk]})
    assert "Préparer un repas" in page.content.decode()
    sent = {"need": [first.pk, second.pk], "title": "", "job": a_job().pk, "basin": a_basin().pk}
    done = client.post("/besoins/regrouper/", sent)
    with scope(TASK):
        collective = CollectiveNeed.objects.get()
    assert done.headers["Location"] == f"/besoins/collectifs/{collective.pk}/"
    text = client.get(f"/besoins/collectifs/{collective.pk}/").content.decode()
    assert "4 postes" in text
    assert "Ouvrir l'opération" in text
    opened = client.post(f"/besoins/collectifs/{collective.pk}/ouvrir/", {"version": collective.version})
    assert opened.status_code == 302
    again = client.post(f"/besoins/collectifs/{collective.pk}/ouvrir/", {"version": collective.version})
    assert again.headers["Location"] == f"/besoins/collectifs/{collective.pk}/"


def test_diagnosis_and_profile_are_noted_from_the_collective_need() -> None:
    collective = grouping.create_collective(an_officer(), [a_need().pk])
    client = officer_client()
    address = f"/besoins/collectifs/{collective.pk}/"
    late = {"diagnosis": "Forte tension", "diagnosis_source": "BMO", "diagnosis_on": "2026-01-01", "version": "1"}
    assert client.post(f"{address}diagnostic/", late).status_code == 422
    assert client.post(f"{address}diagnostic/", late | {"diagnosis_on": "2025-04-01"}).status_code == 302
    counts = {"organisation": a_prescriber().pk, "could_enter": "14", "french_to_learn": "15"}
    assert client.post(f"{address}public/", counts).status_code == 422
    assert client.post(f"{address}public/", counts | {"french_to_learn": "5"}).status_code == 302
    text = client.get(address).content.decode()
    assert "14 personnes" in text
    assert "BMO" in text


def test_a_need_page_shows_only_the_buttons_of_who_reads_it() -> None:
    need = a_need()
    employer = signed_in(Who.SIGNATORY, need.employer)
    text = employer.get(f"/besoins/{need.pk}/").content.decode()
    assert "Retirer ce besoin" in text
    assert "Répondre" not in text
    assert signed_in(Who.COORDINATOR, a_provider()).get(f"/besoins/{need.pk}/").status_code == 404
    assert "Répondre" in officer_client().get(f"/besoins/{need.pk}/").content.decode()


def test_the_officer_answers_from_the_page_of_the_need() -> None:
    need = a_need()
    client = officer_client()
    assert client.post(f"/besoins/{need.pk}/repondre/", {"reason": "", "version": "1"}).status_code == 422
    client.post(f"/besoins/{need.pk}/repondre/", {"reason": "Une POE répond mieux.", "version": str(need.version)})
    assert only_need().state == "answered"


def test_the_officer_chooses_the_job_by_searching() -> None:
    need = a_need()
    a_job("F1703", "Maçon")
    JobTitle.objects.create(ogr="2", label="Maçon / Maçonne", job=a_job("F1703"), kind=JobTitle.Kind.MAIN)
    client = officer_client()
    assert 'value="F1703"' in client.get(f"/besoins/{need.pk}/metier/", {"wording": "maconne"}).content.decode()
    client.post(f"/besoins/{need.pk}/metier/", {"wording": "maconne", "job": "F1703", "version": str(need.version)})
    assert only_need().job == a_job("F1703")


def test_the_interest_sheet_is_printed_once_for_the_same_facts() -> None:
    need = a_need(competences=("Préparer un repas",))
    client = officer_client()
    first = client.post(f"/besoins/{need.pk}/fiche/").headers["Location"]
    assert client.post(f"/besoins/{need.pk}/fiche/").headers["Location"] == first


# --- the operation -----------------------------------------------------------------------------------------------


def test_the_needs_of_an_operation_are_shown_to_each_as_they_may_see_them() -> None:
    need = a_need(an_employer("Les Tilleuls"))
    collective = grouping.create_collective(an_officer(), [need.pk, a_need(an_employer("Aide & Cie")).pk])
    operation = grouping.open_operation(an_officer(), collective.pk)
    profiles.record_profile(an_officer(), a_prescriber(), PublicCounts(14), operation_id=operation.pk)
    address = f"/operations/{operation.pk}/besoins/"
    employer = signed_in(Who.SIGNATORY, need.employer).get(address).content.decode()
    assert "Les Tilleuls" in employer
    assert "Aide &amp; Cie" not in employer
    assert "14 personnes" not in employer
    region = officer_client().get(address).content.decode()
    assert "Aide &amp; Cie" in region
    assert "14 personnes" in region


def test_a_prescriber_notes_its_public_on_the_page_of_the_operation() -> None:
    operation, mission = an_operation(), a_prescriber()
    add_partner(an_officer(), operation.pk, mission)
    client = signed_in(Who.ADVISER, mission)
    client.post(f"/operations/{operation.pk}/besoins/", {"organisation": mission.pk, "could_enter": "9"})
    with scope(TASK):
        assert PublicProfile.objects.get().could_enter == 9
