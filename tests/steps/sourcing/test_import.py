"""A list of people becomes candidacies: only what is documented is kept, nobody twice, all the lines or none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from browsing import browser
from defi.kernel import clock, tables
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed, Unknown, WrongState
from defi.operations.actions import add_partner
from defi.operations.models import Partner, Session
from defi.people.models import Organisation, Person
from defi.steps.sourcing import actions, import_actions
from defi.steps.sourcing.actions import PersonFacts
from defi.steps.sourcing.import_actions import (
    AlreadyRead,
    forget_imports,
    load_people,
    mend_line,
    run_import,
    settle_line,
)
from defi.steps.sourcing.import_rules import sifted, understood
from defi.steps.sourcing.models import Candidacy, CandidacyImport, CandidacyImportRow, PersonPair
from factories import (
    a_coordinator,
    a_person,
    a_prescriber,
    a_provider,
    a_session,
    actor,
    an_employer,
    an_officer,
    an_operation,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 10, 1)
HEAD = "Nom;Prénom;Né(e) le;Tél.;Mail;Structure"
AMINA = "Rossi;Amina;03/05/2001;06 12 34 56 78;amina@example.org;spontanée"
KARIM = "Diallo;Karim;;;;Mission locale du Dunois"


@pytest.fixture(autouse=True)
def _autumn() -> Iterator[None]:
    with clock.at(DAY):
        yield


@pytest.fixture
def session() -> Session:
    return a_session(an_operation(), date(2025, 11, 3), seats=5)


@pytest.fixture
def lead(session: Session) -> Actor:
    return a_coordinator(session.operation)


@pytest.fixture
def mission(session: Session) -> Organisation:
    organisation = a_prescriber()
    add_partner(an_officer(), session.operation_id, organisation)
    return organisation


@pytest.fixture
def adviser(mission: Organisation) -> Actor:
    return actor(Who.ADVISER, mission, a_person("Nora", email="nora@mission.example"))


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines, ""]).encode()


def lines_of(source: CandidacyImport) -> list[CandidacyImportRow]:
    with scope(TASK):
        return list(CandidacyImportRow.objects.filter(source=source).order_by("number"))


def states(source: CandidacyImport) -> list[str]:
    return [row.state for row in lines_of(source)]


def names() -> list[str]:
    with scope(TASK):
        rows = Candidacy.objects.select_related("person").order_by("pk")
        return [f"{row.person} ({row.state})" for row in rows]


# --- the whole way -----------------------------------------------------------------------------------------------


def test_the_provider_s_list_becomes_candidacies_with_who_oriented_each(
    session: Session, lead: Actor, mission: Organisation
) -> None:
    source = load_people(lead, session.pk, table(AMINA, KARIM), "liste.csv")
    assert (states(source), names()) == (["ready", "ready"], [])
    run_import(lead, source.pk)
    assert names() == ["Amina Rossi (oriented)", "Karim Diallo (oriented)"]
    with scope(TASK):
        amina, karim = Candidacy.objects.select_related("person").order_by("pk")
    assert (amina.prescriber_id, karim.prescriber_id) == (None, mission.pk)
    assert (amina.person.birth_date, amina.person.phone) == (date(2001, 5, 3), "06 12 34 56 78")
    entries = JournalEntry.objects.filter(verb="candidacy_import.run")
    assert {entry.action_id for entry in entries} == {entries[0].action_id}
    assert "Rossi" not in json.dumps([[entry.before, entry.after] for entry in entries])


def test_a_prescriber_imports_its_own_people(session: Session, adviser: Actor) -> None:
    source = load_people(adviser, session.pk, table("Rossi;Amina", "Diallo;Karim", head="NOM;Prenom"), "liste.csv")
    run_import(adviser, source.pk)
    with scope(TASK):
        rows = list(Candidacy.objects.order_by("pk"))
    assert {(row.prescriber_id, row.oriented_by_id) for row in rows} == {(adviser.organisation_id, adviser.person_id)}


def test_a_prescriber_names_no_other_house(session: Session, adviser: Actor) -> None:
    a_prescriber("Cap emploi 28", network="cap_emploi")
    source = load_people(adviser, session.pk, table("Rossi;Amina;Cap emploi 28", head="Nom;Prénom;Structure"), "l.csv")
    assert "votre structure" in lines_of(source)[0].faults["prescriber"]


def test_a_faulty_line_waits_and_is_imported_once_mended(session: Session, lead: Actor) -> None:
    source = load_people(lead, session.pk, table(AMINA, "Diallo;Karim;31/02/2001;;;spontanée"), "liste.csv")
    assert states(source) == ["ready", "faulty"]
    run_import(lead, source.pk)
    faulty = lines_of(source)[1]
    assert "n'est pas une date" in faulty.faults["birth_date"]
    assert mend_line(lead, faulty.pk, faulty.cells | {"birth_date": "28/02/2001"}).state == "ready"
    run_import(lead, source.pk)
    assert names() == ["Amina Rossi (oriented)", "Karim Diallo (oriented)"]
    with pytest.raises(WrongState, match="Aucune ligne n'est prête"):
        run_import(lead, source.pk)


def test_nothing_is_half_imported(session: Session, lead: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    source = load_people(
        lead, session.pk, table(AMINA, KARIM.replace("Mission locale du Dunois", "spontanée")), "l.csv"
    )

    def failing(*_args: object) -> None:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr(import_actions.mails, "imported", failing)
    with pytest.raises(RuntimeError):
        run_import(lead, source.pk)
    with scope(TASK):
        assert (names(), states(source), Person.objects.filter(last_name="Rossi").count()) == ([], ["ready"] * 2, 0)


def test_the_same_file_is_read_once_and_a_longer_one_adds_who_is_new(session: Session, lead: Actor) -> None:
    source = load_people(lead, session.pk, table(AMINA), "liste.csv")
    run_import(lead, source.pk)
    with pytest.raises(AlreadyRead, match="déjà été lu") as again:
        load_people(lead, session.pk, table(AMINA), "copie.csv")
    assert again.value.source == source
    longer = load_people(lead, session.pk, table(AMINA, "Diallo;Karim;;;;spontanée"), "liste.csv")
    assert states(longer) == ["known", "ready"]
    run_import(lead, longer.pk)
    assert names() == ["Amina Rossi (oriented)", "Karim Diallo (oriented)"]


# --- what is kept ------------------------------------------------------------------------------------------------


def test_a_column_that_is_not_asked_leaves_no_trace(session: Session, lead: Actor) -> None:
    head = "Nom;Prénom;Structure;N° sécu;Remarques"
    line = "Rossi;Amina;spontanée;1 84 12 76 451 089 46;enceinte, deux enfants"
    source = load_people(lead, session.pk, table(line, head=head), "liste.csv")
    assert (states(source), source.left_out) == (["ready"], 2)
    with scope(TASK):
        stored = json.dumps([[row.cells, row.emptied, row.faults] for row in lines_of(source)])
    assert "451" not in stored
    assert "enceinte" not in stored


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("last_name", "Rossi 184127645108946", "sécurité sociale"),
        ("phone", "1 84 12 76 451 089 46", "sécurité sociale"),
        ("last_name", "Rossi (RQTH)", "santé"),
        ("first_name", "Amina, deux enfants", "autre chose qu'un nom"),
        ("first_name", "Amina 3 enfants", "autre chose qu'un nom"),
        ("first_name", "Amina née en 01", "autre chose qu'un nom"),
        ("last_name", "Rossi 0612345678", "autre chose qu'un nom"),
        ("phone", "06 12 34 56 78 le matin", "autre chose qu'un numéro"),
        ("email", "=A1&B1", "formule"),
        ("email", "#REF!", "formule"),
        ("birth_date", "vers 2001 je crois bien", "remarque"),
    ],
)
def test_a_cell_that_holds_more_than_its_column_is_emptied_and_says_so(name: str, typed: str, sentence: str) -> None:
    kept, emptied = sifted({name: typed})
    assert kept == {}
    assert sentence in emptied[name]


@pytest.mark.parametrize("typed", ["Martin 2", "Martin2", "D4niel", "Le-Bris1"])
def test_a_figure_slipped_into_a_name_is_kept_to_be_mended(typed: str) -> None:
    kept, emptied = sifted({"last_name": typed, "first_name": "Ada"})
    assert (kept["last_name"], emptied) == (typed, {})
    assert "contient un chiffre" in understood(kept, date(2025, 10, 1)).faults["last_name"]


def test_a_line_is_erased_once_it_is_imported_or_dropped(session: Session, lead: Actor) -> None:
    source = load_people(lead, session.pk, table(AMINA, "Diallo;Karim;;;;spontanée"), "liste.csv")
    settle_line(lead, lines_of(source)[1].pk, "drop")
    run_import(lead, source.pk)
    assert [(row.state, row.cells) for row in lines_of(source)] == [("imported", {}), ("dropped", {})]
    with pytest.raises(WrongState, match="n'attend plus rien"):
        mend_line(lead, lines_of(source)[1].pk, {"last_name": "Diallo"})


def test_a_list_is_forgotten_with_the_lines_that_waited(session: Session, lead: Actor) -> None:
    source = load_people(lead, session.pk, table(AMINA), "liste.csv")
    run_import(lead, source.pk)
    with clock.at(DAY + timedelta(days=30)):
        assert forget_imports() == 0
    with clock.at(DAY + timedelta(days=31)):
        assert forget_imports() == 1
    assert names() == ["Amina Rossi (oriented)"]


@pytest.mark.parametrize(
    ("cells", "name", "said"),
    [
        ({"last_name": "Rossi"}, "first_name", "Indiquez le prénom"),
        ({"last_name": "Rossi", "first_name": "A", "phone": "0612"}, "phone", "n'est pas un numéro"),
        ({"last_name": "Rossi", "first_name": "A", "email": "amina@"}, "email", "n'est pas une adresse"),
        ({"last_name": "Rossi", "first_name": "A", "birth_date": "05/03/65"}, "birth_date", "quatre chiffres"),
        ({"last_name": "Rossi", "first_name": "A", "on": "01/12/2025"}, "on", "à venir"),
    ],
)
def test_what_cannot_be_somebody_s_is_said_cell_by_cell(cells: dict[str, str], name: str, said: str) -> None:
    assert said in understood(cells, DAY).faults[name]


def test_a_zero_that_a_spreadsheet_took_away_is_given_back() -> None:
    assert understood({"last_name": "R", "first_name": "A", "phone": "612345678"}, DAY).phone == "0612345678"


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_the_three_kinds_of_tables_say_the_same(session: Session, lead: Actor, kind: str) -> None:
    columns = [tables.Column(title, lambda row, at=at: row[at]) for at, title in enumerate(HEAD.split(";"))]
    content = tables.written(kind, "Liste", columns, [["Rossi", "Zoé", date(2001, 5, 3), "", "", "spontanée"]])
    run_import(lead, load_people(lead, session.pk, content, f"liste.{kind}").pk)
    with scope(TASK):
        assert Candidacy.objects.get().person.birth_date == date(2001, 5, 3)


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_accents_come_through_whatever_wrote_the_file(session: Session, lead: Actor, code: str) -> None:
    content = "Nom;Prénom;Structure\nLefèvre;Zoé;spontanée\n".encode(code)
    assert lines_of(load_people(lead, session.pk, content, "l.csv"))[0].name == "Zoé Lefèvre"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\x00", "n'est pas un tableau"),
        (b"", "est vide"),
        (b"A;B\n1;2\n", "Aucune colonne ne s'appelle « Nom », « Prénom »"),
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence(session: Session, lead: Actor, content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load_people(lead, session.pk, content, "liste.csv")
    assert said in refusal.value.fields["file"]
    with scope(TASK):
        assert not CandidacyImport.objects.exists()


def test_a_column_that_bears_another_title_is_told(session: Session, lead: Actor) -> None:
    content = table("Rossi;Amina;spontanée", head="Bénéficiaire;Prénom;Structure")
    with pytest.raises(Invalid, match="Bénéficiaire"):
        load_people(lead, session.pk, content, "l.csv")
    assert states(load_people(lead, session.pk, content, "l.csv", {"last_name": "bénéficiaire"})) == ["ready"]


# --- who is known already ----------------------------------------------------------------------------------------


def test_two_lines_alike_and_a_person_already_known_are_shown_side_by_side(session: Session, lead: Actor) -> None:
    actions.orient_person(lead, session.pk, PersonFacts("Karim", "Diallo", phone="0612345678"))
    lines = (AMINA, "Rossi;Amina;;;;spontanée", "Diallo;Karym;;06.12.34.56.78;;spontanée")
    source = load_people(lead, session.pk, table(*lines), "liste.csv")
    assert states(source) == ["ready", "twin", "twin"]
    rows = lines_of(source)
    assert rows[1].twin_row == rows[0]
    assert rows[2].twin_person_id is not None


def test_a_person_who_was_in_another_session_keeps_one_record_once_somebody_said_so(
    session: Session, lead: Actor
) -> None:
    other = a_session(an_operation(session.operation.provider), date(2025, 12, 1))
    known = actions.orient_person(lead, other.pk, PersonFacts("Amina", "Rossi", birth_date=date(2001, 5, 3)))
    source = load_people(lead, session.pk, table(AMINA), "liste.csv")
    assert states(source) == ["twin"]
    settle_line(lead, lines_of(source)[0].pk, "same")
    run_import(lead, source.pk)
    with scope(TASK):
        assert Candidacy.objects.get(session=session).person_id == known.person_id


def test_two_lines_are_never_one_person_known_already(session: Session, lead: Actor) -> None:
    other = a_session(an_operation(session.operation.provider), date(2025, 12, 1))
    actions.orient_person(lead, other.pk, PersonFacts("Amina", "Rossi", birth_date=date(2001, 5, 3)))
    source = load_people(lead, session.pk, table(AMINA, AMINA), "liste.csv")
    assert states(source) == ["twin", "twin"]
    settle_line(lead, lines_of(source)[0].pk, "same")
    second = lines_of(source)[1]
    assert (second.twin_person_id, second.twin_row) == (None, lines_of(source)[0])
    settle_line(lead, second.pk, "same")
    run_import(lead, source.pk)
    assert states(source) == ["imported", "dropped"]
    with scope(TASK):
        assert Candidacy.objects.filter(session=session).count() == 1


@pytest.mark.parametrize(
    ("decision", "after", "people"), [("same", "known", 1), ("two", "imported", 2), ("drop", "dropped", 1)]
)
def test_a_person_says_whether_a_line_is_who_it_seems(
    session: Session, lead: Actor, decision: str, after: str, people: int
) -> None:
    actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi"))
    source = load_people(lead, session.pk, table("Rossi;Amina;;;;spontanée", "Diallo;Karim;;;;spontanée"), "l.csv")
    settle_line(lead, lines_of(source)[0].pk, decision)
    run_import(lead, source.pk)
    assert states(source)[0] == after
    with scope(TASK):
        assert Candidacy.objects.filter(person__last_name="Rossi").count() == people
        assert PersonPair.objects.filter(state="apart").count() == (decision == "two")


def test_people_of_others_are_not_known_to_who_may_not_see_them(session: Session, lead: Actor, adviser: Actor) -> None:
    actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi", phone="0612345678"))
    content = table("Rossi;Amina;06 12 34 56 78", head="Nom;Prénom;Tél.")
    assert states(load_people(adviser, session.pk, content, "l.csv")) == ["ready"]


# --- who ---------------------------------------------------------------------------------------------------------


def test_another_house_sees_nothing_of_a_list(session: Session, lead: Actor, adviser: Actor) -> None:
    source = load_people(lead, session.pk, table(AMINA), "liste.csv")
    row = lines_of(source)[0]
    for other in (adviser, actor(Who.COORDINATOR, a_provider("Autre OF"))):
        for attempt in (
            lambda who=other: run_import(who, source.pk),
            lambda who=other: mend_line(who, row.pk, {}),
            lambda who=other: settle_line(who, row.pk, "drop"),
        ):
            with pytest.raises(Unknown):
                attempt()
    for stranger in (an_officer(), actor(Who.RECRUITER, an_employer())):
        with pytest.raises(NotAllowed):
            load_people(stranger, session.pk, table(AMINA), "liste.csv")


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(session: Session, lead: Actor) -> Client:
    return browser(lead)


def handed(name: str, content: bytes) -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content)}


def test_from_the_file_to_the_candidacies_by_the_pages(session: Session, client: Client) -> None:
    url = f"/operations/{session.operation_id}/candidatures/importer/"
    assert client.get(url).status_code == 200
    shown = client.post(url, handed("liste.csv", table(AMINA, "Diallo;Karim;31/02/2001;;;spontanée")), follow=True)
    with scope(TASK):
        source = CandidacyImport.objects.get()
    assert "Importer 1 personne" in shown.content.decode()
    client.post(f"/candidatures/listes/{source.pk}/importer/")
    faulty = lines_of(source)[1]
    page = f"/candidatures/lignes/{faulty.pk}/"
    assert "n&#x27;est pas une date" in client.get(page).content.decode()
    wrong = client.post(page, faulty.cells | {"version": faulty.version, "birth_date": "hier"})
    assert (wrong.status_code, "hier" in wrong.content.decode()) == (422, True)
    faulty = lines_of(source)[1]
    client.post(page, faulty.cells | {"version": faulty.version, "birth_date": "28/02/2001"})
    assert names() == ["Amina Rossi (oriented)", "Karim Diallo (oriented)"]


def test_what_was_typed_comes_back_with_the_refusal(session: Session, client: Client) -> None:
    url = f"/operations/{session.operation_id}/candidatures/importer/"
    page = client.post(url, handed("l.csv", b"A;B\n1;2\n") | {"title_last_name": "Bénéficiaire"})
    assert page.status_code == 422
    assert "Bénéficiaire" in page.content.decode()
    assert "choisissez de nouveau le fichier" in page.content.decode()


def test_a_line_and_who_it_may_be_stand_side_by_side(session: Session, lead: Actor, client: Client) -> None:
    actions.orient_person(lead, session.pk, PersonFacts("Amina", "Rossi", phone="0699999999"))
    source = load_people(lead, session.pk, table("Rossi;Amina;;;;spontanée"), "l.csv")
    row = lines_of(source)[0]
    page = client.get(f"/candidatures/lignes/{row.pk}/").content.decode()
    assert "0699999999" in page
    client.post(f"/candidatures/lignes/{row.pk}/choix/", {"decision": "same"})
    assert states(source) == ["known"]


def test_the_model_is_a_list_that_says_it_is_only_an_example(session: Session, lead: Actor, client: Client) -> None:
    content = client.get(f"/operations/{session.operation_id}/candidatures/modele/ods/").content
    with pytest.raises(Invalid, match="que son exemple"):
        load_people(lead, session.pk, content, "modele.ods")


def test_a_long_list_costs_no_more_queries_than_a_short_one(session: Session, lead: Actor) -> None:
    def cost(first: int, last: int) -> int:
        lines = [f"Essai{chr(97 + n // 26)}{chr(97 + n % 26)};Ada;;;;spontanée" for n in range(first, last)]
        with CaptureQueriesContext(
            connection,
        ) as told:
            source = load_people(lead, session.pk, table(*lines), "l.csv")
            assert set(states(source)) == {"ready"}
            run_import(lead, source.pk)
        return len(told)

    cost(0, 2)
    assert cost(2, 4) == cost(4, 64)


def test_the_page_of_a_list_costs_the_same_whatever_its_length(
    session: Session, lead: Actor, client: Client, django_assert_max_num_queries: object
) -> None:
    lines = [f"Essai{chr(97 + n)};Ada;;;;spontanée" for n in range(20)]
    source = load_people(lead, session.pk, table(*lines), "l.csv")
    run_import(lead, source.pk)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        client.get(f"/candidatures/listes/{source.pk}/")
    with scope(TASK):
        assert not Partner.objects.filter(operation=session.operation, part="prescriber").exists()
