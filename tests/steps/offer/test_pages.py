"""The pages of proposals, of the Region's answer and of lots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.operations.models import Operation
from defi.people.models import Account, Organisation
from defi.reference.models import Basin, JobTitle
from defi.steps.needs import grouping
from defi.steps.needs.models import Need
from defi.steps.offer import actions
from defi.steps.offer.models import Lot, Proposal, RouteDecision, Tender
from factories import (
    a_basin,
    a_job,
    a_lot,
    a_need,
    a_person,
    a_provider,
    a_region,
    actor,
    an_employer,
    an_officer,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 5, 14)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        JobTitle.objects.create(ogr="1", label="Aide à domicile", job=a_job(), kind=JobTitle.Kind.MAIN)
        a_basin()
        yield


def signed_in(role: Who, organisation: Organisation, basins: list[Basin] | None = None) -> Client:
    person = a_person("Alex", email=f"{role}-{organisation.pk}@example.org")
    actor(role, organisation, person, basins=basins)
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


@pytest.fixture
def provider_page() -> Client:
    return signed_in(Who.COORDINATOR, a_provider())


@pytest.fixture
def officer_page() -> Client:
    return signed_in(Who.OFFICER, a_region())


@pytest.fixture
def officer() -> Actor:
    return an_officer()


def typed(**changes: object) -> dict[str, object]:
    return {
        "title": "AVF Châteaudun",
        "wording": "aide à domicile",
        "job": "K1311",
        "basin": a_basin().pk,
        "starts_on": "2025-11-03",
        "ends_on": "2026-04-10",
        "seats": "10",
        "hours_centre": "420",
        "hours_company": "140",
        "adaptations": "Gestes auprès des personnes désorientées.",
        "employers-TOTAL_FORMS": "2",
        "employers-INITIAL_FORMS": "0",
        "employers-0-name": "Les Tilleuls",
        "employers-0-siret": "784 671 695 00087",
        "employers-1-name": "",
        "employers-1-siret": "",
    } | changes


def only_proposal() -> Proposal:
    with scope(TASK):
        return Proposal.objects.get()


def an_open_operation(officer: Actor) -> Operation:
    collective = grouping.create_collective(officer, [a_need().pk])
    return grouping.open_operation(officer, collective.pk)


# --- proposals ---------------------------------------------------------------------------------------------------


def test_a_provider_proposes_and_the_officer_accepts_by_one_click(provider_page: Client, officer_page: Client) -> None:
    assert provider_page.get("/propositions/nouvelle/").status_code == 200
    done = provider_page.post("/propositions/nouvelle/", typed(lot=a_lot().pk))
    proposal = only_proposal()
    assert done.headers["Location"] == f"/propositions/{proposal.pk}/"
    assert "La Région" in provider_page.get(f"/propositions/{proposal.pk}/").content.decode()
    assert "Accepter la proposition" in officer_page.get(f"/propositions/{proposal.pk}/").content.decode()
    officer_page.post(f"/propositions/{proposal.pk}/accepter/", {"version": proposal.version})
    with scope(TASK):
        assert Operation.objects.get().title == "AVF Châteaudun"
        assert RouteDecision.objects.get().route == "covered"
    again = officer_page.post(f"/propositions/{proposal.pk}/accepter/", {"version": proposal.version})
    assert again.headers["Location"] == f"/propositions/{proposal.pk}/"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"job": ""}, "Choisissez un métier"),
        ({"seats": "5"}, "moins de 6 places"),
        ({"starts_on": "2025-05-01"}, "déjà commencé"),
        ({"ends_on": "2025-10-01"}, "vient après son début"),
        ({"employers-0-siret": "79026100000000"}, "zéros"),
        ({"employers-0-name": "", "employers-0-siret": ""}, "au moins un employeur"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    provider_page: Client, change: dict[str, object], said: str
) -> None:
    page = provider_page.post("/propositions/nouvelle/", typed(**change))
    text = page.content.decode()
    assert page.status_code == 422
    assert said in text
    assert "Gestes auprès des personnes" in text
    with scope(TASK):
        assert not Proposal.objects.exists()


def test_a_double_click_proposes_once(provider_page: Client) -> None:
    provider_page.post("/propositions/nouvelle/", typed())
    again = provider_page.post("/propositions/nouvelle/", typed())
    assert again.status_code == 422
    assert "déjà proposé cette session" in again.content.decode()


def test_changes_asked_come_back_to_the_provider_with_what_it_had_typed(
    provider_page: Client, officer_page: Client
) -> None:
    provider_page.post("/propositions/nouvelle/", typed())
    address = f"/propositions/{only_proposal().pk}/"
    assert officer_page.post(f"{address}changements/", {"reason": ""}).status_code == 422
    officer_page.post(f"{address}changements/", {"reason": "Décalez d'un mois.", "version": "1"})
    assert "Décalez d&#x27;un mois." in provider_page.get(address).content.decode()
    form = provider_page.get(f"{address}revoir/").content.decode()
    assert "Les Tilleuls" in form
    changed = typed(starts_on="2025-12-01", version=only_proposal().version) | {"employers-INITIAL_FORMS": "1"}
    assert provider_page.post(f"{address}revoir/", changed).status_code == 302
    assert (only_proposal().state, only_proposal().starts_on) == ("proposed", date(2025, 12, 1))


def test_a_refusal_is_sent_with_its_reason(provider_page: Client, officer_page: Client) -> None:
    provider_page.post("/propositions/nouvelle/", typed())
    address = f"/propositions/{only_proposal().pk}/"
    officer_page.post(f"{address}refuser/", {"reason": "Volume.", "version": "1"})
    assert only_proposal().state == "refused"
    assert "La Région refuse" in provider_page.get(address).content.decode()


def test_other_providers_and_employers_see_no_proposal(provider_page: Client) -> None:
    provider_page.post("/propositions/nouvelle/", typed())
    other = signed_in(Who.COORDINATOR, a_provider("Formation Beauce"))
    assert other.get(f"/propositions/{only_proposal().pk}/").status_code == 404
    assert "Aucune proposition" in other.get("/propositions/").content.decode()
    assert signed_in(Who.RECRUITER, an_employer()).get("/propositions/nouvelle/").status_code == 403


def test_the_list_makes_the_same_number_of_queries_whatever_its_length(
    provider_page: Client, officer_page: Client, django_assert_max_num_queries: object
) -> None:
    for day in range(1, 8):
        provider_page.post("/propositions/nouvelle/", typed(starts_on=f"2025-10-0{day}"))
    officer_page.get("/propositions/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        officer_page.get("/propositions/")


# --- the answer --------------------------------------------------------------------------------------------------


def test_the_page_says_the_exclusivity_and_the_officer_decides(officer: Actor, officer_page: Client) -> None:
    operation, lot = an_open_operation(officer), a_lot()
    address = f"/operations/{operation.pk}/reponse/"
    text = officer_page.get(address).content.decode()
    assert "a l&#x27;exclusivité pour la formation visée" in text
    sent = {"route": "covered", "lot": lot.pk, "reason": "Lot en cours.", "version": operation.version}
    assert officer_page.post(address, sent).status_code == 302
    again = officer_page.post(address, sent | {"version": ""})
    assert again.status_code == 422
    with scope(TASK):
        assert Operation.objects.get(pk=operation.pk).provider == a_provider()


def test_the_decision_begins_from_what_the_needs_say(officer: Actor, officer_page: Client) -> None:
    operation, lot = an_open_operation(officer), a_lot()
    with scope(TASK):
        Need.objects.filter(collective__operation=operation).update(wanted_from=date(2025, 9, 1))
    address = f"/operations/{operation.pk}/reponse/"
    text = officer_page.get(address).content.decode()
    assert "repris de ce qui est déjà dit" in text
    assert "au 1er sept. 2025" in text
    assert re.search(r'name="seats"[^>]*value="2"', text)
    assert re.search(r'value="covered"[^>]*checked', text)
    assert re.search(rf'<option value="{lot.pk}" selected', text)
    other = officer_page.get(address, {"needed_on": "2025-10-06", "seats": ""}).content.decode()
    assert "repris de ce qui est déjà dit" not in other
    assert "au 6 oct. 2025" in other


def test_two_lots_that_cover_leave_the_choice_to_the_officer(officer: Actor, officer_page: Client) -> None:
    operation = an_open_operation(officer)
    a_lot()
    a_lot(a_provider("Formation Beauce"), number="4")
    text = officer_page.get(f"/operations/{operation.pk}/reponse/").content.decode()
    assert not re.search(r'name="route"[^>]*checked', text)


def test_a_tender_is_refused_beside_its_choice_while_a_lot_covers(officer: Actor, officer_page: Client) -> None:
    operation = an_open_operation(officer)
    a_lot()
    sent = {"route": "tender", "tender_kind": "fref", "reason": "Rien.", "version": operation.version}
    page = officer_page.post(f"/operations/{operation.pk}/reponse/", sent)
    assert page.status_code == 422
    assert "aucun marché ne couvre le besoin" in page.content.decode()


def test_a_tender_is_followed_by_clicks(officer: Actor, officer_page: Client) -> None:
    operation = an_open_operation(officer)
    address = f"/operations/{operation.pk}/reponse/"
    sent = {"route": "tender", "tender_kind": "fref", "reason": "Rien.", "version": operation.version}
    officer_page.post(address, sent)
    with scope(TASK):
        tender = Tender.objects.get()
    assert "Noter le lancement" in officer_page.get(address).content.decode()
    launch = {"launched_on": "2025-05-14", "deadline_on": "2025-05-01", "version": tender.version}
    assert officer_page.post(f"/consultations/{tender.pk}/lancer/", launch).status_code == 422
    officer_page.post(f"/consultations/{tender.pk}/lancer/", launch | {"deadline_on": "2025-06-10"})
    with clock.at(date(2025, 6, 20)):
        given = {"holder": a_provider().pk, "awarded_on": "2025-06-20", "version": tender.version + 1}
        officer_page.post(f"/consultations/{tender.pk}/attribuer/", given)
    with scope(TASK):
        assert Operation.objects.get(pk=operation.pk).provider == a_provider()


def test_the_provider_reads_the_answer_and_decides_nothing(officer: Actor, provider_page: Client) -> None:
    operation = an_open_operation(officer)
    address = f"/operations/{operation.pk}/reponse/"
    assert provider_page.get(address).status_code == 404
    actions.decide_route(officer, operation.pk, route="covered", lot_id=a_lot().pk, reason="Lot en cours.")
    text = provider_page.get(address).content.decode()
    assert "Lot en cours." in text
    assert "Décider cette réponse" not in text


# --- lots --------------------------------------------------------------------------------------------------------


def test_the_officer_records_a_lot_with_rome_codes(officer_page: Client) -> None:
    sent = {
        "market_number": "2025-PM-14",
        "number": "3",
        "title": "Services à la personne",
        "holder": a_provider().pk,
        "valid_from": "2025-01-01",
        "valid_to": "2026-12-31",
        "jobs": "K1311, Z9999",
        "basins": [a_basin().pk],
    }
    wrong = officer_page.post("/lots/nouveau/", sent)
    assert "Z9999" in wrong.content.decode()
    officer_page.post("/lots/nouveau/", sent | {"jobs": "k1311"})
    with scope(TASK):
        lot = Lot.objects.get()
    assert [job.code_rome for job in lot.jobs.all()] == ["K1311"]
    assert "Services à la personne" in officer_page.get("/lots/").content.decode()
    assert officer_page.get(f"/lots/{lot.pk}/").status_code == 200


def test_a_lot_is_renewed_by_clicks_and_says_its_seats(officer_page: Client) -> None:
    lot = a_lot()
    assert officer_page.get(f"/lots/{lot.pk}/periodes/nouvelle/").status_code == 200
    sent = {"starts_on": "2026-06-01", "ends_on": "2027-12-31", "seats": "20", "seats_used": "4"}
    wrong = officer_page.post(f"/lots/{lot.pk}/periodes/nouvelle/", sent)
    assert wrong.status_code == 422
    assert "avant la fin de la précédente" in wrong.content.decode()
    done = officer_page.post(f"/lots/{lot.pk}/periodes/nouvelle/", sent | {"starts_on": "2027-01-01"})
    assert done.status_code == 302
    assert 'data-label="Restent"><span>16' in officer_page.get(f"/lots/{lot.pk}/").content.decode()


def test_the_lots_are_filtered_in_the_address_and_exported_as_shown(officer_page: Client) -> None:
    a_lot()
    a_lot(a_provider("Formation Beauce"), number="9", basin=a_basin("Dreux"), valid_to=date(2025, 2, 1))
    for query, numbers in {
        "": ["3", "9"],
        "valid=now": ["3"],
        "valid=ended": ["9"],
        "valid=soon": [],
        "q=k1311": ["3", "9"],
        "q=beaucoup": [],
        f"holder={a_provider('Formation Beauce').pk}": ["9"],
    }.items():
        content = officer_page.get(f"/lots/?{query}&export=csv").content.decode("utf-8-sig")
        assert [line.split(";")[1] for line in content.splitlines()[1:]] == numbers, query
        page = officer_page.get(f"/lots/?{query}").content.decode()
        assert (">2025-PM-14 · 9" in page) is ("9" in numbers)


def test_a_provider_exports_its_own_lots_only(provider_page: Client) -> None:
    a_lot()
    a_lot(a_provider("Formation Beauce"), number="9")
    content = provider_page.get("/lots/?export=csv").content.decode("utf-8-sig")
    assert "Formation Beauce" not in content
    assert "Atelier du Loir" in content
    assert provider_page.get("/lots/couverture/").status_code == 403
    assert provider_page.get("/lots/import/").status_code == 403


def test_a_table_of_lots_is_imported_by_a_page_that_tells_each_line(officer_page: Client) -> None:
    head = "lot;territoires;rome\n"
    defaults = {"market_number": "2025-PM-14", "starts_on": "2025-01-01", "ends_on": "2025-12-31"}
    wrong = officer_page.post("/lots/import/", defaults | {"file": SimpleUploadedFile("lots.csv", b"%PDF-1.7")})
    assert wrong.status_code == 422
    assert "est pas un tableau" in wrong.content.decode()
    file = SimpleUploadedFile("lots.csv", f"{head}1;Châteaudun;K1311\n2;Atlantide;K1311\n".encode())
    done = officer_page.post("/lots/import/", defaults | {"file": file})
    text = officer_page.get(done.headers["Location"]).content.decode()
    assert "1 lot ajouté" in text
    assert "Atlantide" in text


def test_the_officer_asks_what_covers_a_job_before_any_operation(officer_page: Client) -> None:
    a_lot()
    address = f"/lots/couverture/?job=k1311&basins={a_basin().pk}&basins={a_basin('Dreux').pk}"
    text = officer_page.get(address).content.decode()
    assert re.search(r"Ne sont pas couverts\s: Dreux", text)
    assert "a l&#x27;exclusivité" in text
    unknown = officer_page.get("/lots/couverture/?job=Z1&basins=1").content.decode()
    assert "Aucun métier reconnu : essayez" in plain_text(unknown)


def test_the_officer_asks_what_covers_a_job_with_words_and_chooses_among_those_they_mean(officer_page: Client) -> None:
    lot = a_lot()
    address = f"/lots/couverture/?job=aide+à+domicile&basins={a_basin().pk}"
    asked = officer_page.get(address).content.decode()
    assert "Choisissez le métier que ces mots veulent dire." in asked
    assert lot.title not in asked
    assert lot.title in officer_page.get(f"{address}&meant=K1311").content.decode()


def plain_text(html: str) -> str:
    return " ".join(html.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_what_is_sought_travels_from_the_address_to_the_decision(officer: Actor, officer_page: Client) -> None:
    operation, lot = an_open_operation(officer), a_lot()
    address = f"/operations/{operation.pk}/reponse/?level=4&seats=8&needed_on=2025-09-01"
    text = officer_page.get(address).content.decode()
    assert '<input type="hidden" name="level" value="4"' in text
    sent = {"route": "covered", "lot": lot.pk, "reason": "Lot en cours.", "version": operation.version}
    officer_page.post(address, sent | {"level": "4", "seats": "8", "needed_on": "2025-09-01"})
    with scope(TASK):
        decision = RouteDecision.objects.get()
    assert (decision.level, decision.seats, decision.needed_on) == (4, 8, date(2025, 9, 1))
