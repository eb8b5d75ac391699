"""What somebody from outside learns of the firms of DEFI: nothing. What they say is kept apart until confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from defi.kernel import clock
from defi.kernel.access import PUBLIC, TASK, Who, scope
from defi.people.actions import OrganisationFacts, register_organisation
from defi.people.employers.reach import read_by
from defi.people.models import Organisation, OrganisationKind
from defi.people.sirene import Establishment, names_agree
from defi.steps.needs.actions import ContactFacts, NeedFacts, confirm_need, submit_need
from defi.steps.needs.models import Need
from defi.steps.offer.answers import unanswered
from factories import a_basin, a_commune, a_job, a_need, a_person, a_region, actor, an_employer, an_officer

pytestmark = pytest.mark.django_db

SIRET = "81234567600017"


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(date(2025, 5, 14)):
        a_region()
        a_commune()
        a_job()
        yield


def known_firm() -> Organisation:
    facts = OrganisationFacts(OrganisationKind.EMPLOYER, "Métal de Loire", siret=SIRET, region=a_region())
    firm = register_organisation(facts)
    a_need(firm)
    return firm


def sheet(name: str = "", siret: str = SIRET, email: str = "chef@exemple.invalid") -> Need:
    facts = OrganisationFacts(OrganisationKind.EMPLOYER, name, siret=siret, region=a_region())
    wanted = NeedFacts(wording="soudeur", posts=1, job=a_job(), basin=a_basin())
    return submit_need(PUBLIC, facts, wanted, contact=ContactFacts(email=email))


def test_a_siret_known_here_is_shown_to_nobody_outside() -> None:
    firm = known_firm()
    need = sheet()
    assert need.employer == firm
    assert need.outside_name == ""
    assert need.outside_email == "chef@exemple.invalid"


def test_another_name_is_not_refused_from_outside_and_the_officer_is_warned() -> None:
    known_firm()
    need = sheet("Serrurerie Alpha")
    assert need.outside_name == "Serrurerie Alpha"
    assert need.employer.name == "Métal de Loire"


@pytest.mark.parametrize(
    ("typed", "known", "agree"),
    [
        ("Serrurerie Alpha Essai", "Métal de Loire Essai", False),
        ("Octo", "OCTO TECHNOLOGY", True),
        ("Boulangerie Martin", "MARTIN JEAN SARL", True),
        ("Leclerc Orléans", "ORLEANS DISTRIBUTION E LECLERC", True),
        ("Services de la Loire", "Transports de la Loire", True),
        ("", "Métal de Loire", True),
    ],
)
def test_two_names_of_one_firm_share_half_of_their_words(typed: str, known: str, agree: bool) -> None:
    assert names_agree(typed, Establishment("1", known)) == agree


def test_a_firm_named_on_an_unconfirmed_sheet_stands_in_no_list() -> None:
    need = sheet("Chaudronnerie Neuve", siret="")
    officer = an_officer()
    with scope(TASK):
        assert need.employer not in read_by(officer)
        assert need not in unanswered(officer)
    confirm_need(officer, need.pk)
    with scope(TASK):
        assert need.employer in read_by(officer)
        assert need in unanswered(officer)


def test_a_sheet_to_be_confirmed_by_phone_is_owed_a_call() -> None:
    facts = OrganisationFacts(OrganisationKind.EMPLOYER, "Sans Courriel", region=a_region())
    wanted = NeedFacts(wording="soudeur", posts=1, job=a_job(), basin=a_basin())
    need = submit_need(PUBLIC, facts, wanted, contact=ContactFacts(phone="02 00 00 00 00"))
    with scope(TASK):
        assert need in unanswered(an_officer())


def test_the_address_that_confirmed_is_that_of_the_firm_which_had_none() -> None:
    need = sheet("Chaudronnerie Neuve", siret="")
    confirm_need(an_officer(), need.pk)
    assert Organisation.objects.get(pk=need.employer_id).email == "chef@exemple.invalid"


def test_a_firm_that_has_an_address_keeps_it() -> None:
    firm = an_employer("Les Tilleuls", email="accueil@tilleuls.invalid")
    facts = OrganisationFacts(OrganisationKind.EMPLOYER, "Les Tilleuls", region=a_region())
    wanted = NeedFacts(wording="soudeur", posts=1, job=a_job(), basin=a_basin())
    need = submit_need(PUBLIC, facts, wanted, contact=ContactFacts(email="autre@exemple.invalid"))
    confirm_need(an_officer(), need.pk)
    assert Organisation.objects.get(pk=firm.pk).email == "accueil@tilleuls.invalid"


def test_a_bare_name_from_outside_does_not_join_a_firm_whose_people_are_here() -> None:
    firm = an_employer("Chaudronnerie Exemple")
    actor(Who.SIGNATORY, firm, a_person("Irène", "Exemple"))
    assert sheet("Chaudronnerie Exemple", siret="").employer != firm
    assert sheet("Les Tilleuls", siret="").employer == sheet("Les Tilleuls", siret="").employer
