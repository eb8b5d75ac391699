"""The spreadsheet of a meeting becomes needs: mended line by line, imported whole or not at all, never twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from browsing import browser
from defi.kernel import clock, tables
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry, Mail
from defi.kernel.refusals import Invalid, NotAllowed, Stale, Unknown, WrongState
from defi.people.employers.models import Contact
from defi.steps.needs import import_actions
from defi.steps.needs.import_actions import AlreadyRead, load_import, mend_line, name_columns, run_import, settle_line
from defi.steps.needs.import_models import NeedImport, NeedImportRow
from defi.steps.needs.models import Need
from factories import (
    a_basin,
    a_commune,
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
HEAD = "Entreprise;Poste;Nb postes;Ville;Contrat;Mail"
LINES = (
    "Les Tilleuls;aide à domicile;2;Châteaudun;CDI;ada@tilleuls.example",
    "Aide & Cie;auxiliaire de vie;3;Châteaudun;CDD 8 mois;",
)


@pytest.fixture(autouse=True)
def _spring() -> Iterator[None]:
    with clock.at(DAY):
        a_region()
        a_commune()
        yield


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *(lines or LINES), ""]).encode()


def lines_of(source: NeedImport) -> list[NeedImportRow]:
    with scope(TASK):
        return list(NeedImportRow.objects.filter(source=source).order_by("number"))


def states(source: NeedImport) -> list[str]:
    return [row.state for row in lines_of(source)]


def needs() -> list[Need]:
    with scope(TASK):
        return list(Need.objects.select_related("employer").order_by("pk"))


# --- the whole way -----------------------------------------------------------------------------------------------


def test_a_table_becomes_needs_in_one_verb() -> None:
    a_person("Claire", email="claire@region.example")
    an_officer(a_person("Paul", email="paul@region.example"), [a_basin()])
    adviser = actor(Who.ADVISER, a_prescriber())
    source = load_import(adviser, table(), "réunion.csv")
    assert (states(source), needs()) == (["ready", "ready"], [])
    run_import(adviser, source.pk)
    first, second = needs()
    assert (first.employer.name, first.posts, first.contract, first.state) == ("Les Tilleuls", 2, "cdi", "received")
    assert (second.contract, second.months, second.typed_for) == ("cdd", 8, a_prescriber())
    entries = JournalEntry.objects.filter(verb="need_import.run")
    assert sorted(entries.values_list("object_type", flat=True)) == ["needs.need", "needs.need", "needs.needimport"]
    assert len({entry.action_id for entry in entries}) == 1
    sent = {mail.purpose: mail for mail in Mail.objects.all()}
    assert sent["needs/mail/imported"].address == "paul@region.example"
    assert "2 nouveaux besoins" in sent["needs/mail/imported"].subject
    assert sent["needs/mail/typed_for_you"].address == "ada@tilleuls.example"
    assert Mail.objects.count() == 2


def test_who_answers_for_an_imported_need_is_a_contact_of_the_firm() -> None:
    officer = an_officer()
    head = "Entreprise;Poste;Postes;Ville;Contact;Mail"
    source = load_import(officer, table("Les Tilleuls;aide;2;Châteaudun;Ada Exemple;ada@x.example", head=head), "r.csv")
    run_import(officer, source.pk)
    assert str(needs()[0].contact) == "Ada Exemple"
    assert Contact._base_manager.get().person_id == needs()[0].contact_id


def test_a_faulty_line_waits_and_is_imported_once_mended() -> None:
    officer = an_officer()
    source = load_import(officer, table(LINES[0], "Aide & Cie;auxiliaire;deux ou trois;Chateaudun;;"), "r.csv")
    assert states(source) == ["ready", "faulty"]
    run_import(officer, source.pk)
    assert states(source) == ["imported", "faulty"]
    faulty = lines_of(source)[1]
    assert "un seul nombre" in faulty.faults["posts"]
    assert mend_line(officer, faulty.pk, faulty.cells | {"posts": "3"}).state == "ready"
    run_import(officer, source.pk)
    assert [need.posts for need in needs()] == [2, 3]
    with pytest.raises(WrongState, match="Aucune ligne n'est prête"):
        run_import(officer, source.pk)
    assert len(needs()) == 2


def test_somebody_to_answer_named_by_one_word_is_a_fault_of_the_line_alone() -> None:
    adviser = actor(Who.ADVISER, a_prescriber())
    lines = ("Les Tilleuls;aide à domicile;2;Châteaudun;Jean", "Aide & Cie;aide;1;Châteaudun;Ada Exemple")
    head = "Entreprise;Poste;Nb postes;Ville;Contact"
    source = load_import(adviser, table(*lines, head=head), "contacts.csv")
    assert states(source) == ["faulty", "ready"]
    assert "prénom et le nom" in lines_of(source)[0].faults["contact_name"]
    run_import(adviser, source.pk)
    assert [need.employer.name for need in needs()] == ["Aide & Cie"]


def test_a_line_that_is_a_need_is_no_longer_mended() -> None:
    officer = an_officer()
    source = load_import(officer, table(), "r.csv")
    run_import(officer, source.pk)
    row = lines_of(source)[0]
    with pytest.raises(WrongState, match="déjà importée"):
        mend_line(officer, row.pk, row.cells)
    with pytest.raises(WrongState):
        settle_line(officer, row.pk, "drop")


def test_nothing_is_half_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    officer = an_officer()
    source = load_import(officer, table(), "r.csv")
    made = import_actions._new_need

    def failing(act: object, judge: object, facts: object, wanted: object) -> Need:
        if wanted.employer == "Aide & Cie":  # type: ignore[attr-defined]
            raise RuntimeError("the machine stops here")
        return made(act, judge, facts, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(import_actions, "_new_need", failing)
    with pytest.raises(RuntimeError):
        run_import(officer, source.pk)
    assert (needs(), states(source), Mail.objects.count()) == ([], ["ready", "ready"], 0)


def test_the_same_file_is_read_once_by_a_house() -> None:
    officer = an_officer()
    source = load_import(officer, table(), "r.csv")
    with pytest.raises(AlreadyRead, match="déjà été lu le 14\xa0mai\xa02025") as again:
        load_import(officer, table(), "copie de r.csv")
    assert again.value.source == source
    assert load_import(actor(Who.ADVISER, a_prescriber()), table(), "r.csv").pk != source.pk


# --- columns -----------------------------------------------------------------------------------------------------


def test_columns_with_names_of_their_own_are_named_by_a_person() -> None:
    officer = an_officer()
    head = ";".join(f"Colonne {letter}" for letter in "ABCDEF")
    source = load_import(officer, table(head=head), "r.csv")
    assert states(source) == ["faulty", "faulty"]
    places = {"employer": 0, "wording": 1, "posts": 2, "place": 3, "contract": 4}
    assert states(name_columns(officer, source.pk, places)) == ["ready", "ready"]
    with pytest.raises(Invalid, match="autre sens"):
        name_columns(officer, source.pk, places | {"comment": 0})
    with pytest.raises(Invalid):
        name_columns(officer, source.pk, {"employer": 12})
    with pytest.raises(Stale):
        name_columns(officer, source.pk, places, version=1)


def test_a_line_mended_by_hand_is_not_read_again() -> None:
    officer = an_officer()
    source = load_import(officer, table(), "r.csv")
    row = lines_of(source)[0]
    mend_line(officer, row.pk, row.cells | {"posts": "9"})
    name_columns(officer, source.pk, source.columns)
    assert [row.cells["posts"] for row in lines_of(source)] == ["9", "3"]


# --- what is twice there -----------------------------------------------------------------------------------------


def test_two_lines_alike_and_a_need_already_known_are_told() -> None:
    officer = an_officer()
    a_need(an_employer("Aide & Cie"))
    lines = (LINES[0], "Les Tilleuls;Aides à domicile;1;Châteaudun;;", "aide & cie;aide à domicile;4;Châteaudun;;")
    source = load_import(officer, table(*lines), "r.csv")
    assert states(source) == ["ready", "twin", "twin"]
    rows = lines_of(source)
    assert (rows[1].twin_row, rows[2].twin_need) == (rows[0], needs()[0])


def test_a_need_of_others_is_not_known_to_who_may_not_see_it() -> None:
    a_need(an_employer("Les Tilleuls"))
    provider = actor(Who.COORDINATOR, a_provider())
    assert states(load_import(provider, table(), "r.csv")) == ["ready", "ready"]


@pytest.mark.parametrize(
    ("decision", "after", "posts"), [("both", "imported", [2, 1]), ("merge", "imported", [2]), ("drop", "dropped", [2])]
)
def test_what_is_twice_there_is_kept_joined_or_dropped(decision: str, after: str, posts: list[int]) -> None:
    officer = an_officer()
    source = load_import(officer, table(LINES[0], "Les Tilleuls;aide à domicile;1;Châteaudun;;x@y.example"), "r.csv")
    settle_line(officer, lines_of(source)[1].pk, decision)
    run_import(officer, source.pk)
    assert states(source) == ["imported", after]
    assert [need.posts for need in needs()] == posts


def test_a_line_completes_the_need_it_repeats() -> None:
    officer = an_officer()
    known = a_need(an_employer("Les Tilleuls"))
    source = load_import(officer, table(LINES[0]), "r.csv")
    settle_line(officer, lines_of(source)[0].pk, "merge")
    run_import(officer, source.pk)
    (need,) = needs()
    assert (need.pk, need.contract, need.posts) == (known.pk, "cdi", 2)


def test_a_line_that_was_dropped_can_be_taken_up_again() -> None:
    officer = an_officer()
    source = load_import(officer, table(), "r.csv")
    row = lines_of(source)[0]
    assert settle_line(officer, row.pk, "drop").state == "dropped"
    assert mend_line(officer, row.pk, row.cells).state == "ready"
    with pytest.raises(Invalid):
        settle_line(officer, row.pk, "perhaps")
    with pytest.raises(WrongState, match="ressemble"):
        settle_line(officer, row.pk, "merge")


# --- who ---------------------------------------------------------------------------------------------------------


def test_another_house_sees_nothing_of_a_table() -> None:
    source = load_import(actor(Who.ADVISER, a_prescriber()), table(), "r.csv")
    other = actor(Who.COORDINATOR, a_provider())
    for attempt in (
        lambda: run_import(other, source.pk),
        lambda: name_columns(other, source.pk, {}),
        lambda: mend_line(other, lines_of(source)[0].pk, {}),
        lambda: settle_line(other, lines_of(source)[0].pk, "drop"),
    ):
        with pytest.raises(Unknown):
            attempt()
    with scope(other):
        assert not NeedImportRow.objects.visible_to(other).exists()


@pytest.mark.parametrize("role", [Who.RECRUITER, Who.TRAINER, Who.CABINET])
def test_only_those_who_speak_for_employers_import(role: Who) -> None:
    house = {Who.RECRUITER: an_employer(), Who.TRAINER: a_provider(), Who.CABINET: a_region()}[role]
    with pytest.raises(NotAllowed):
        load_import(actor(role, house), table(), "r.csv")


# --- files that are wrong ----------------------------------------------------------------------------------------


def odd(content: bytes, name: str) -> str:
    with pytest.raises(Invalid) as refusal:
        load_import(an_officer(), content, name)
    return refusal.value.fields["file"]


def workbook(kind: str, rows: Sequence[Sequence[object]] = ()) -> bytes:
    columns = [tables.Column(title, lambda row, at=at: row[at]) for at, title in enumerate(HEAD.split(";"))]
    return tables.written(kind, "Besoins", columns, rows or [line.split(";") for line in LINES])


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_a_table_is_read_whatever_its_make(kind: str) -> None:
    assert states(load_import(an_officer(), workbook(kind), f"r.{kind}")) == ["ready", "ready"]


@pytest.mark.parametrize("code", ["iso-8859-15", "cp1252", "utf-16"])
def test_a_table_in_latin_9_named_utf_8_is_read(code: str) -> None:
    source = load_import(an_officer(), table().decode().encode(code), "besoins-utf8.csv")
    assert lines_of(source)[0].cells["place"] == "Châteaudun"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "vide.csv", "est vide"),
        (b"%PDF-1.7 \x00", "r.pdf", "n'est pas un tableau"),
        (b"\x89PNG\r\n\x1a\n\x00", "r.xlsx", "pas un tableau"),
        (HEAD.encode(), "r.csv", "aucune ligne"),
        (b"a;b\n" + b"x;y\n" * 501, "r.csv", "500 lignes"),
        (b"x" * 10_500_000, "r.csv", "10 Mo"),
    ],
)
def test_what_is_not_a_table_of_a_meeting_says_what_to_do(content: bytes, name: str, said: str) -> None:
    assert said in odd(content, name)


@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_workbook_cut_in_half_says_so(kind: str) -> None:
    whole = workbook(kind)
    assert "incomplet" in odd(whole[: len(whole) // 2], f"r.{kind}")


def test_a_text_cut_in_half_loses_only_its_last_line() -> None:
    whole = table()
    source = load_import(an_officer(), whole[: whole.rindex(b";3;") + 1], "r.csv")
    assert states(source) == ["ready", "faulty"]
    assert "coupé" in lines_of(source)[1].faults["cut"]


def test_formulas_are_told_and_their_values_taken() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook("xlsx"))) as plain, zipfile.ZipFile(made, "w") as computed:
        for name in plain.namelist():
            part = plain.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(
                    b'<c r="C2" t="inlineStr"><is><t>2</t></is></c>', b'<c r="C2"><f>1+1</f><v>2</v></c>'
                )
                part = part.replace(b'<c r="C2" t="s">', b'<c r="C2" t="s"><f>1+1</f>')
            computed.writestr(name, part)
    source = load_import(an_officer(), made.getvalue(), "r.xlsx")
    assert source.formulas == 1
    assert lines_of(source)[0].cells["posts"] == "2"


def test_a_formula_in_a_text_is_only_a_text() -> None:
    source = load_import(an_officer(), table('=HYPERLINK("x");aide;2;Châteaudun;;'), "r.csv")
    assert lines_of(source)[0].cells["employer"] == '=HYPERLINK("x")'


def test_what_the_register_and_the_map_do_not_know_is_said() -> None:
    a_commune("Saint-Denis-les-Ponts")
    head = "Entreprise;SIRET;Poste;ROME;Postes;Commune;Précisions"
    lines = (
        "Les Tilleuls;79026100000000;aide;Z9999;1;Atlantide;2 85 05 78 006 084 36",
        "Les Tilleuls;784 671 695 00087;aide;K1311;1;28200;",
    )
    first, second = lines_of(load_import(an_officer(), table(*lines, head=head), "r.csv"))
    assert set(first.faults) == {"siret", "rome", "place", "comment"}
    assert "Plusieurs communes" in second.faults["place"]


def test_the_siret_of_another_firm_is_said_on_its_line() -> None:
    known = an_employer("Les Tilleuls")
    known.siret = "78467169500087"
    known.save()
    head = "Entreprise;SIRET;Poste;Postes;Commune"
    (row,) = lines_of(
        load_import(an_officer(), table("Boulangerie Martin;784 671 695 00087;aide;1;Châteaudun", head=head), "r.csv")
    )
    assert "celui de « Les Tilleuls »" in row.faults["siret"]


# --- the pages ---------------------------------------------------------------------------------------------------


def upload(client: Client, content: bytes, name: str = "réunion.csv") -> str:
    sent = client.post("/besoins/importer/", {"file": SimpleUploadedFile(name, content)}, follow=True)
    return sent.content.decode()


def client_of(who: Actor) -> Client:
    return browser(who)


def test_by_clicks_from_the_file_to_the_needs() -> None:
    client = client_of(an_officer())
    assert "Importer un tableau" in client.get("/besoins/").content.decode()
    page = upload(client, table(LINES[0], "Aide & Cie;auxiliaire;beaucoup;Châteaudun;;", LINES[0]))
    assert "Importer 1 besoin" in page
    assert "un seul nombre" in page
    source = NeedImport._base_manager.get()
    ready, faulty, twin = lines_of(source)
    done = client.post(f"/besoins/imports/{source.pk}/importer/", follow=True).content.decode()
    assert "1 besoin est importé" in done
    asked = client.get(f"/besoins/imports/lignes/{faulty.pk}/").content.decode()
    assert "un seul nombre" in asked
    typed = {**faulty.cells, "version": faulty.version}
    again = client.post(f"/besoins/imports/lignes/{faulty.pk}/", typed | {"posts": "cinq ou six"})
    assert again.status_code == 422
    assert "cinq ou six" in again.content.decode()
    version = lines_of(source)[1].version
    mended = client.post(
        f"/besoins/imports/lignes/{faulty.pk}/", typed | {"posts": "5", "version": version}, follow=True
    )
    assert "corrigée et importée" in mended.content.decode()
    beside = client.get(f"/besoins/imports/lignes/{twin.pk}/").content.decode()
    assert f"ligne {ready.number}" in beside
    client.post(f"/besoins/imports/lignes/{twin.pk}/semblable/", {"decision": "drop"})
    assert states(source) == ["imported", "imported", "dropped"]
    assert "déjà été lu" in upload(client, table(LINES[0], "Aide & Cie;auxiliaire;beaucoup;Châteaudun;;", LINES[0]))
    assert len(needs()) == 2


def test_columns_are_corrected_in_the_page() -> None:
    client = client_of(an_officer())
    page = upload(client, table(head="A;B;C;D;E;F"))
    assert "Des colonnes n&#x27;ont pas été reconnues" in page or "Des colonnes n'ont pas été reconnues" in page
    source = NeedImport._base_manager.get()
    typed = {"version": source.version, "employer": "0", "wording": "1", "posts": "2", "place": "3"}
    twice = client.post(f"/besoins/imports/{source.pk}/colonnes/", typed | {"comment": "1"})
    assert twice.status_code == 422
    page = client.post(f"/besoins/imports/{source.pk}/colonnes/", typed, follow=True).content.decode()
    assert "Importer 2 besoins" in page


@pytest.mark.parametrize("kind", ["csv", "ods", "xlsx"])
def test_the_model_file_is_read_back_without_its_example(kind: str) -> None:
    client = client_of(an_officer())
    model = client.get(f"/besoins/importer/modele.{kind}/").content
    with pytest.raises(Invalid, match="que son exemple"):
        load_import(an_officer(), model, f"modele.{kind}")


def test_a_wrong_file_is_explained_on_the_page() -> None:
    assert "est pas un tableau" in upload(client_of(an_officer()), b"%PDF-1.7 \x00", "r.pdf")
    assert "Choisissez le fichier" in client_of(an_officer()).post("/besoins/importer/").content.decode()


def test_an_employer_does_not_see_the_page() -> None:
    client = client_of(actor(Who.RECRUITER, an_employer()))
    assert client.get("/besoins/importer/").status_code == 404
    assert "Importer un tableau" not in client.get("/besoins/").content.decode()


def test_the_page_of_a_table_makes_the_same_number_of_queries_whatever_its_length(
    django_assert_max_num_queries: object,
) -> None:
    officer = an_officer()
    many = [f"Employeur {number};aide à domicile;1;Châteaudun;;" for number in range(60)]
    source = load_import(officer, table(*many), "r.csv")
    run_import(officer, source.pk)
    client = client_of(officer)
    client.get("/besoins/importer/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        client.get(f"/besoins/imports/{source.pk}/")


def test_a_need_of_a_firm_whose_two_records_are_one_is_known() -> None:
    officer, kept = an_officer(), an_employer("Tilleuls services")
    a_need(kept)
    other = an_employer("Les Tilleuls")
    other.merged_into = kept
    other.save()
    source = load_import(officer, table(LINES[0]), "r.csv")
    assert states(source) == ["twin"]
