"""The register of firms: what its answers say, and what happens without it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from django.conf import settings

from defi.people import registry, sirene
from defi.people.models import Organisation, OrganisationKind, RegistryAnswer, RegistryState
from defi.people.sirene import Establishment, Sirene, SireneDown, establishments, names_agree
from defi.people.tasks import check_organisation
from factories import a_commune

OPEN, CLOSED = "41816609600069", "41816609600077"


def answer(**changes: Any) -> bytes:
    """An answer of the search, of one firm with an open and a closed establishment, as the service words it."""
    head = {
        "siret": OPEN,
        "adresse": "34 AVENUE DE L'OPERA 75002 PARIS",
        "commune": "75102",
        "libelle_commune": "PARIS",
        "etat_administratif": "A",
        "date_fermeture": None,
        "est_siege": True,
        "liste_enseignes": None,
        "statut_diffusion_etablissement": "O",
    }
    gone = head | {"siret": CLOSED, "etat_administratif": "F", "date_fermeture": "2023-08-31", "est_siege": False}
    firm = {
        "siren": OPEN[:9],
        "nom_complet": "OCTO-TECHNOLOGY",
        "nom_raison_sociale": "OCTO-TECHNOLOGY",
        "etat_administratif": "A",
        "statut_diffusion": "O",
        "siege": head,
        "matching_etablissements": [head, gone],
    }
    return json.dumps({"results": [firm | changes]}).encode()


class Service:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, address: str, seconds: float) -> bytes:
        self.asked.append(address)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, Exception):
            raise said
        return said


def down() -> Exception:
    return URLError("no network")


def test_a_recorded_answer_is_read(shared_data: Path) -> None:
    recorded = shared_data / "sirene" / "api_recherche_entreprises_search_fulltext.json"
    found = {row.siret: row for row in establishments(recorded.read_bytes())}
    assert (found[OPEN].name, found[OPEN].commune_code, found[OPEN].is_open) == ("OCTO-TECHNOLOGY", "75102", True)
    assert (found[CLOSED].is_open, found[CLOSED].closed_on) == (False, date(2023, 8, 31))


@pytest.mark.parametrize("odd", [b"", b"<html>", b"[]", b'{"results": 3}', b'{"results": [3]}', b'{"erreur": "x"}'])
def test_what_is_not_an_answer_is_no_answer(odd: bytes) -> None:
    with pytest.raises(SireneDown):
        establishments(odd)


def test_an_establishment_is_found_with_the_open_ones_of_its_firm() -> None:
    itself, others = Sirene("https://register.invalid", Service(answer())).by_siret(CLOSED)
    assert itself is not None
    assert not itself.is_open
    assert [row.siret for row in others] == [OPEN]


def test_a_firm_that_ceased_has_no_open_establishment() -> None:
    assert not any(row.is_open for row in establishments(answer(etat_administratif="C")))


def test_a_name_kept_from_the_public_is_not_shown() -> None:
    (row, _gone) = establishments(answer(statut_diffusion="P", nom_raison_sociale="[NON-DIFFUSIBLE]"))
    assert (row.name, row.address, row.is_public) == ("", "", False)


def test_the_region_is_asked_first_then_the_country() -> None:
    service = Service(json.dumps({"results": []}).encode(), answer())
    found = Sirene("https://register.invalid", service).by_name("octo", region="24")
    assert [row.siret for row in found] == [OPEN]
    assert ["region=24" in asked for asked in service.asked] == [True, False]


@pytest.mark.parametrize("fault", [down(), TimeoutError(), HTTPError("", 429, "", None, None), b"<html>"])  # type: ignore[arg-type]
def test_a_service_that_fails_is_left_to_rest(fault: Exception | bytes) -> None:
    service = Service(fault)
    asked = Sirene("https://register.invalid", service)
    for _twice in range(2):
        with pytest.raises(SireneDown):
            asked.by_siret(OPEN)
    assert len(service.asked) == 1


def test_a_question_the_service_refuses_has_no_answer_but_the_service_is_well() -> None:
    service = Service(HTTPError("", 400, "", None, None))  # type: ignore[arg-type]
    assert Sirene("https://register.invalid", service).by_name("a b", region="24") == []


@pytest.mark.parametrize(
    ("typed", "agree"),
    [
        ("Octo", True),
        ("SARL Technology", True),
        ("octotechnology", True),
        ("", True),
        ("La SARL", True),
        ("Boulangerie Martin", False),
    ],
)
def test_a_typed_name_is_set_against_the_register(typed: str, agree: bool) -> None:
    assert names_agree(typed, Establishment(OPEN, "OCTO-TECHNOLOGY")) is agree


class Dripping(BaseHTTPRequestHandler):
    """Answers one sign at a time, or more than anybody wants."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        with suppress(OSError):
            for _time in range(100):
                self.wfile.write(b"x" * (100_000 if "long" in self.path else 1))
                self.wfile.flush()
                sleep(0 if "long" in self.path else 0.05)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name of the base class)
        """Say nothing."""


@pytest.mark.parametrize("page", ["slow", "long"])
def test_an_answer_that_drips_or_never_ends_is_given_up(page: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Dripping) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        began = monotonic()
        with pytest.raises(TimeoutError):
            sirene.fetch(f"http://127.0.0.1:{server.server_port}/{page}", 0.3)
        assert monotonic() - began < 3
        server.shutdown()


# --- in the product ----------------------------------------------------------------------------------------------


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    told = Service(answer())
    monkeypatch.setattr(settings, "SIRENE_URL", "https://register.invalid")
    monkeypatch.setattr(sirene, "_open", {"https://register.invalid": Sirene("https://register.invalid", told)})
    return told


def firm(name: str, siret: str = OPEN) -> Organisation:
    return Organisation.objects.create(kind=OrganisationKind.EMPLOYER, name=name, siret=siret)


def test_switched_off_nobody_is_asked() -> None:
    assert settings.SIRENE_URL == ""
    assert registry.look_up(OPEN) is None
    assert registry.find_by_name("octo") == []


def test_a_closed_establishment_is_refused_with_the_open_ones(service: Service) -> None:
    finding = registry.look_up(CLOSED)
    assert finding is not None
    assert "fermé depuis le 31\xa0août\xa02023" in registry.fault_of(finding)
    assert "418 166 096 00069 (PARIS)" in registry.fault_of(finding)


def test_the_siret_of_another_firm_is_refused_with_its_name(service: Service) -> None:
    finding = registry.look_up(OPEN)
    assert finding is not None
    assert "celui de « OCTO-TECHNOLOGY », pas de « Boulangerie Martin »" in registry.fault_of(
        finding, "Boulangerie Martin"
    )
    assert registry.fault_of(finding, "Octo") == ""


@pytest.mark.django_db
def test_an_employer_known_by_its_siret_takes_its_name_when_the_register_answers(service: Service) -> None:
    employer = firm(registry.placeholder(OPEN))
    check_organisation(organisation_id=employer.pk)
    employer.refresh_from_db()
    assert (employer.name, employer.address) == ("OCTO-TECHNOLOGY", "34 AVENUE DE L'OPERA 75002 PARIS")
    assert RegistryAnswer.objects.get().state == RegistryState.OPEN


@pytest.mark.django_db
def test_a_name_and_an_address_that_were_typed_stay(service: Service) -> None:
    employer = firm("Octo")
    Organisation.objects.filter(pk=employer.pk).update(address="Ici")
    check_organisation(organisation_id=employer.pk)
    employer.refresh_from_db()
    assert (employer.name, employer.address) == ("Octo", "Ici")


@pytest.mark.django_db
def test_a_check_without_answer_raises_so_that_it_is_tried_again(service: Service) -> None:
    service.answers = [down()]
    employer = firm("Octo")
    with pytest.raises(SireneDown):
        check_organisation(organisation_id=employer.pk)
    assert registry.doubt_about(employer) == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("siret", "name", "said"),
    [(CLOSED, "Octo", "fermé"), ("41816609600093", "Octo", "répertoire"), (OPEN, "Martin", "pas de « Martin »")],
)
def test_what_is_wrong_is_told_afterwards(service: Service, siret: str, name: str, said: str) -> None:
    employer = firm(name, siret)
    registry.check_now(employer.pk)
    assert said in registry.doubt_about(employer)


@pytest.mark.django_db
def test_a_fresh_answer_is_not_asked_again(service: Service) -> None:
    a_commune()
    employer = firm("Octo")
    registry.check_now(employer.pk)
    registry.check_now(employer.pk)
    registry.check_later(employer)
    assert len(service.asked) == 1
