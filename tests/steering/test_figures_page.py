"""The figures of the Region on one page: true to the facts, each with its list, filtered, for who steers."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection

import endings
import factories as make
from browsing import browser
from defi.journey.projection import rewrite_all
from defi.kernel.access import TASK, Who, scope
from defi.operations.actions import abandon_operation
from defi.steering.models import FigureRow
from defi.steering.queries import sums
from defi.steering.questions import FAMILIES, FIGURES
from defi.steps.followup.actions import record_attempt, record_situation
from defi.steps.followup.rules import Said
from defi.steps.review.actions import certify, record_contract, record_no_hire
from defi.steps.review.rules import ContractFacts
from defi.steps.sourcing.actions import leave_training
from defi.steps.sourcing.models import Candidacy
from endings import LAST
from recount import recount

pytestmark = pytest.mark.django_db
PERIOD = "first=2025-01-01&last=2026-12-31"
SUMMER = date(2026, 7, 12)
LEARNT = ("/capitalisation/hors-certification/", "/capitalisation/enseignements/")


@pytest.fixture(scope="module")
def over(django_db_setup, django_db_blocker):
    """Seven people, seven pairings; one left in March, three signed the contract promised, one did not, two unknown."""

    def build():
        ending = endings.begun(seats=8, people=7, paired=7)
        lead = ending.coordinator
        with endings.on(date(2026, 3, 2)):
            leave_training(lead, ending.people[0].pk, code="found_job")
        ending.end()
        with endings.on(LAST):
            for person in ending.people[1:6]:
                certify(lead, person.pk, result="full", on=LAST)
            for n in (1, 2, 3):
                firm = ending.employers[n % 2].pk
                record_contract(lead, ending.people[n].pk, ContractFacts("cdi", LAST, employer_id=firm))
            record_no_hire(lead, ending.people[4].pk, why="employer_declined")
        with endings.on(SUMMER):
            for n in (1, 2, 3):
                said = Said("promised_employer", "phone", SUMMER, contract="cdi")
                record_situation(lead, ending.people[n].pk, moment="m3", said=said)
            record_attempt(lead, ending.people[4].pk, moment="m3", tried_on=SUMMER)
            record_situation(lead, ending.people[4].pk, moment="m3", said=Said("not_reached", "phone", SUMMER))
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(over):
    """The same, read in the summer after."""
    over.refresh()
    with endings.on(SUMMER):
        yield over


def steering():
    return browser(make.actor(Who.STEERING, make.a_region()))


def exported(client, address):
    found = client.get(address)
    assert found.status_code == 200
    return list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig")), delimiter=";"))


def told(client, query=PERIOD):
    """Each figure of the page in words, by its name; the names of moments come with their question."""
    rows = exported(client, f"/pilotage/?{query}&export=csv")
    return {(row["Question"], row["Chiffre"]): row["En mots"].replace("\u00a0", " ") for row in rows}


def test_each_question_is_answered_with_its_denominator_and_the_share_not_reached(ending):
    page = told(steering())
    assert page["Opérations", "Opérations"] == "1"
    assert page["Employeurs et promesses d'emploi", "Entreprises engagées"] == "2"
    assert page["Places et stagiaires", "Places remplies"] == "88 % (7 sur 8)"
    assert page["Places et stagiaires", "Parties avant la fin"] == "14 % (1 sur 7)"
    assert page["Certification", "Certification obtenue"] == "71 % (5 sur 7)"
    assert page["Certification", "Résultat inconnu"] == "29 % (2 sur 7)"
    assert page["Contrats signés à l'issue", "Embauchées par l'entreprise de la promesse"] == "43 % (3 sur 7)"
    assert page["Contrats signés à l'issue", "Issue inconnue"] == "43 % (3 sur 7)"
    assert page["Situation 3 mois après la sortie", "En emploi"] == "100 % (3 sur 3)"
    assert page["Situation 3 mois après la sortie", "Situation inconnue"] == "57 % (4 sur 7)"
    assert page["Situation 6 mois après la sortie", "En emploi"] == "rien à compter"


def test_the_rows_kept_equal_a_recount_by_plain_sql_at_each_moment(ending):
    def differences():
        with connection.cursor() as cursor:
            rows = FigureRow.objects.all()
            again = recount(cursor, list(rows.values_list("operation_id", flat=True)), day)
            kept = sums(rows)
        return {name: (kept[name], number) for name, number in again.items() if kept[name] != number}

    for day in (SUMMER, date(2026, 9, 2), date(2026, 10, 9), date(2026, 10, 10)):
        with endings.on(day):
            rewrite_all()
            assert differences() == {}


def test_an_abandoned_operation_counts_as_such_and_its_places_no_more(ending):
    opened = make.an_operation(make.a_provider("Autre"))
    make.a_session(opened, SUMMER + timedelta(days=60), seats=12)
    client = steering()
    assert told(client)["Places et stagiaires", "Places"] == "20"
    abandon_operation(make.an_officer(), opened.pk, reason="Plus de besoin")
    page = told(client)
    assert page["Opérations", "Abandonnées"] == "50 % (1 sur 2)"
    assert page["Places et stagiaires", "Places"] == "8"


def test_filters_stay_in_the_address_and_move_every_figure(ending):
    other = make.an_operation(make.a_provider("Autre"), basin=make.a_basin("Chartres"))
    make.a_session(other, SUMMER, seats=10)
    client, here = steering(), ending.operation
    assert told(client)["Opérations", "Opérations"] == "2"
    employed = ("Employeurs et promesses d'emploi", "Entreprises engagées")
    for query in (
        f"basin={here.basin_id}",
        f"provider={here.provider_id}",
        f"employer={ending.employers[0].pk}",
        "last=2025-12-31",
    ):
        seen = told(client, f"{PERIOD}&{query}")
        assert (seen["Opérations", "Opérations"], seen[employed]) == ("1", "2"), query
    page = client.get(f"/pilotage/?{PERIOD}&basin={other.basin_id}").content.decode()
    assert f"/pilotage/listes/entered/?first=2025-01-01&amp;last=2026-12-31&amp;basin={other.basin_id}" in page


def test_the_period_before_and_the_target_stand_beside(ending):
    rows = {
        row["Chiffre"]: row for row in exported(steering(), "/pilotage/?first=2026-01-01&last=2026-12-31&export=csv")
    }
    assert (rows["Opérations"]["Valeur"], rows["Opérations"]["Période précédente"]) == ("0", "1")
    assert rows["Opérations"]["Objectif"] == "69"
    page = steering().get(f"/pilotage/?{PERIOD}").content.decode()
    assert "objectif 2019" in page


def test_every_figure_has_its_definition_and_its_list_in_three_formats(ending):
    client = steering()
    page = client.get(f"/pilotage/?{PERIOD}").content.decode()
    for family in FAMILIES:
        for figure in family.figures:
            assert str(figure.definition).replace("'", "&#x27;") in page.replace("’", "'"), figure.key
            assert f"/pilotage/listes/{figure.key}/" in page
            for kind in ("csv", "ods", "xlsx"):
                assert client.get(f"/pilotage/listes/{figure.key}/?{PERIOD}&export={kind}").status_code == 200


def test_a_list_adds_up_to_its_figure(ending):
    client = steering()
    for key, figure in FIGURES.items():
        if figure.euros or key in {"employers", "refused"}:
            continue
        rows = exported(client, f"/pilotage/listes/{key}/?{PERIOD}&export=csv")
        total = sum(int(row[str(figure.label)]) for row in rows)
        with scope(TASK):
            assert total == sums(FigureRow.objects.all())[figure.part], key


def test_the_reasons_the_late_steps_and_the_firms_have_lists_of_their_own(ending):
    client = steering()
    reasons = exported(client, f"/pilotage/listes/reasons/?{PERIOD}&export=csv")
    assert [(row["Raison"], row["Personnes"]) for row in reasons] == [("l'employeur n'a pas donné suite", "1")]
    late = exported(client, f"/pilotage/listes/late/?{PERIOD}&export=csv")
    assert all(row["À qui"] for row in late)
    firms = exported(client, f"/pilotage/listes/employers/?{PERIOD}&export=csv")
    assert {row["Entreprise"] for row in firms} == {"Les Tilleuls", "Maison Bel-Air"}
    assert client.get("/pilotage/listes/rien/").status_code == 404


def test_a_name_that_begins_like_a_formula_leaves_defused(ending):
    make.a_promise(ending.operation, make.an_employer("=cmd|' /C calc'!A0"))
    firms = exported(steering(), f"/pilotage/listes/employers/?{PERIOD}&export=csv")
    assert "'=cmd|' /C calc'!A0" in {row["Entreprise"] for row in firms}


def test_no_name_of_a_person_is_on_any_of_these_pages(ending):
    client = steering()
    for address in ("/pilotage/", "/pilotage/detail/", *(f"/pilotage/listes/{key}/" for key in FIGURES)):
        page = client.get(f"{address}?{PERIOD}").content.decode()
        assert not any(f"Personne{n}" in page for n in range(7)), address


def test_an_officer_reads_the_figures_of_their_territory(ending):
    away = make.actor(Who.OFFICER, make.a_region(), basins=[make.a_basin("Chartres")])
    assert told(browser(away))["Opérations", "Opérations"] == "0"
    assert told(browser(ending.officer))["Opérations", "Opérations"] == "1"


def test_nobody_but_who_steers_reads_them(ending):
    for actor in (ending.coordinator, ending.office, make.actor(Who.SIGNATORY, ending.employers[0])):
        for address in ("/pilotage/", "/pilotage/detail/", "/pilotage/listes/entered/"):
            assert browser(actor).get(address).status_code == 403


def test_the_chart_says_the_same_as_the_table_and_holds_no_script(ending):
    page = steering().get(f"/pilotage/?{PERIOD}").content.decode()
    assert "Des places aux emplois : Places, 8 ; Entrées en formation, 7 ;" in page
    assert "data:image/svg+xml;base64," in page


def test_a_period_that_ends_before_it_begins_is_told_beside_its_field(ending):
    page = steering().get("/pilotage/?first=2026-12-31&last=2026-01-01")
    assert "La période finit avant de commencer" in page.content.decode()


def test_a_filter_that_is_not_known_is_said_and_no_file_is_given_of_everything(ending):
    client = steering()
    for address in ("/pilotage/", "/pilotage/detail/", "/pilotage/listes/entered/", *LEARNT):
        for query in (f"{PERIOD}&basin=999999", f"{PERIOD}&basin=999999&export=csv"):
            answer = client.get(f"{address}?{query}")
            assert answer["Content-Type"].startswith("text/html"), address
            assert "Cette valeur n&#x27;est pas connue ici" in answer.content.decode().replace("’", "&#x27;"), address


def test_places_are_set_beside_who_entered_on_one_of_them(ending):
    """One of the seven entered on another funding: six fill the eight places, and the seventh is told apart."""
    person = ending.people[6]
    with scope(TASK):
        Candidacy.objects.filter(pk=person.pk).update(funding="poei", aim_contract="cdi")
    rewrite_all()
    page = told(steering())
    assert page["Places et stagiaires", "Places remplies"] == "75 % (6 sur 8)"
    assert page["Places et stagiaires", "Entrées en formation"] == "7"
    assert page["Places et stagiaires", "Entrées sur un autre financement"] == "14 % (1 sur 7)"
    with connection.cursor() as cursor:
        again = recount(cursor, [ending.operation.pk], SUMMER)
    kept = sums(FigureRow.objects.all())
    assert (again["filled_seats"], again["other_funding"]) == (kept["filled_seats"], kept["other_funding"]) == (6, 1)


def test_the_number_of_queries_does_not_grow(ending, django_assert_max_num_queries):
    for n in range(3):
        make.a_session(make.an_operation(make.a_provider(f"Autre {n}"), basin=make.a_basin(f"Bassin {n}")), SUMMER)
    client = steering()
    for address in ("/pilotage/", "/pilotage/detail/", "/pilotage/listes/seats/", "/pilotage/listes/late/"):
        with django_assert_max_num_queries(22):
            assert client.get(f"{address}?{PERIOD}").status_code == 200
