"""A file of offers enters the catalogue: what is kept, what is refused and where, what is no longer offered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connections

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, Who, scope
from defi.kernel.models import JournalEntry
from defi.kernel.refusals import Invalid, NotAllowed
from defi.steps.offer.catalogue.models import CatalogueImport, ImportRow, OfferedSession, Training
from defi.steps.offer.catalogue.queries import offered
from defi.steps.offer.lheo.importing import import_catalogue
from factories import a_basin, a_commune, a_job, a_person, a_provider, a_region, actor, an_officer
from steps.offer.lheo.faulty import every_fault
from steps.offer.lheo.samples import FORMER, VALUES, Node, a_file, a_training, sample, written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_a_task() -> Iterator[None]:
    a_region()
    with clock.at(date(2026, 1, 5)), scope(TASK):
        yield


def load(*trainings: Node, source: str = "essai", who: Actor = TASK) -> CatalogueImport:
    return import_catalogue(who, a_file(*trainings), name="offre.xml", source=source)


def load_bytes(content: bytes) -> CatalogueImport:
    return import_catalogue(TASK, BytesIO(content), name="offre.xml", source="essai")


def rows(run: CatalogueImport) -> list[tuple[str, int, str]]:
    return list(ImportRow.objects.filter(run=run).values_list("kind", "line", "element"))


def told(run: CatalogueImport) -> tuple[int, int, int, int, int]:
    return run.read, run.added, run.changed, run.refused, run.withdrawn


def offered_numbers() -> set[str]:
    return set(Training.objects.filter(withdrawn_on=None).values_list("number", flat=True))


def a_session(number: str, starts: str = "20260302", ends: str = "20260626") -> Node:
    session = sample("session", full=False)
    session.attributes["numero"] = number
    session.first("periode", "debut").text = starts
    session.first("periode", "fin").text = ends
    return session


# --- what is kept


def test_a_training_is_kept_with_its_action_its_place_and_its_session():
    commune = a_commune()
    training = a_training("F1", full=True)
    place = training.first("action", "lieu-de-formation", "coordonnees", "adresse")
    place.first("code-INSEE-commune").text = commune.code
    run = load(training)
    assert told(run) == (1, 1, 0, 0, 0)
    kept = Training.objects.get()
    assert (kept.number, kept.title, kept.jobs) == ("F1", "Assistant de vie aux familles", ["K1304"])
    assert kept.certifications == ["RNCP37715", "RSAAA"]
    assert (kept.provider_name, kept.provider_siret) == ("Atelier du Loir", "73282932000074")
    action = kept.actions.get()
    assert (action.hours_centre, action.hours_company, action.region_seats) == (420, 140, 12)
    assert action.places.get().commune == commune
    session = action.sessions.get()
    assert (session.starts_on, session.ends_on) == (date(2026, 3, 2), date(2026, 6, 26))


def test_the_former_version_is_read_as_well():
    run = import_catalogue(TASK, a_file(a_training("F1"), namespace=FORMER), name="offre.xml", source="essai")
    assert (run.lheo_version, told(run)) == ("2.2", (1, 1, 0, 0, 0))


def test_the_elements_may_bear_a_prefix():
    content = written([a_training("F1"), a_training("F2")]).decode()
    prefixed = content.replace("</", "</l:").replace("<", "<l:").replace("<l:/l:", "</l:").replace("<l:?", "<?")
    run = load_bytes(prefixed.replace("xmlns=", "xmlns:l=").encode())
    assert told(run) == (2, 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("insee", "postcode", "town"),
    [
        ("C0001", "", "Ailleurs"),
        ("", "28200", "CHATEAUDUN"),
        ("", "28209", "Châteaudun Cedex"),
        ("99999", "28200", "?"),
    ],
)
def test_a_place_leads_to_its_commune_and_basin_however_it_is_written(insee, postcode, town):
    commune = a_commune()
    training = a_training("F1")
    place = training.first("action", "lieu-de-formation", "coordonnees", "adresse")
    place.first("code-INSEE-commune").text = insee.replace("C0001", commune.code) or "00000"
    place.first("codepostal").text = postcode or "00000"
    place.first("ville").text = town
    load(training)
    (found,) = offered(TASK, a_job("K1304", "Service domestique"), [a_basin()], (date(2026, 1, 1), date(2026, 12, 31)))
    assert found.communes == ("Châteaudun",)


# --- the next file of the same source


def test_the_same_file_again_changes_nothing():
    load(a_training("F1"), a_training("F2"))
    before = list(OfferedSession.objects.values_list("pk", "version").order_by("pk"))
    trainings = [t.copy() for t in (a_training("F1"), a_training("F2"))]
    first = load(*trainings)
    again = load(*trainings)
    assert told(again) == (2, 0, 0, 0, 0)
    assert first.fingerprint == again.fingerprint
    assert len(before) == again.sessions == 2


def test_what_the_next_file_of_the_source_no_longer_holds_is_marked_not_deleted():
    first, second = a_training("F1"), a_training("F2")
    load(first, second)
    with clock.at(date(2026, 2, 2)):
        run = load(first)
    assert told(run) == (1, 0, 0, 0, 1)
    gone = Training.objects.get(number="F2")
    assert gone.withdrawn_on == date(2026, 2, 2)
    assert gone.actions.get().withdrawn_on == date(2026, 2, 2)
    assert gone.actions.get().sessions.get().withdrawn_on == date(2026, 2, 2)
    back = load(first, second)
    assert (told(back), offered_numbers()) == ((2, 0, 1, 0, 0), {"F1", "F2"})
    assert OfferedSession.objects.filter(withdrawn_on=None).count() == 2


def test_a_session_that_disappears_is_marked_and_a_new_one_added():
    training = a_training("F1")
    action = training.first("action")
    action.children[-1:] = [a_session("S1"), a_session("S2")]
    load(training)
    kept = {s.number: s.pk for s in OfferedSession.objects.all()}
    later = training.copy()
    later.first("action").children[-2:] = [a_session("S2", "20260901", "20261218"), a_session("S3")]
    run = load(later)
    assert told(run) == (1, 0, 1, 0, 0)
    states = {s.number: (s.withdrawn_on is None, s.starts_on) for s in OfferedSession.objects.all()}
    assert states == {
        "S1": (False, date(2026, 3, 2)),
        "S2": (True, date(2026, 9, 1)),
        "S3": (True, date(2026, 3, 2)),
    }
    assert OfferedSession.objects.get(number="S2").pk == kept["S2"]


def test_another_source_is_another_catalogue():
    load(a_training("F1"))
    run = load(a_training("F2"), source="une autre")
    assert (told(run), offered_numbers()) == ((1, 1, 0, 0, 0), {"F1", "F2"})


def test_a_training_that_the_next_file_holds_with_a_fault_stays_offered_as_it_was():
    training = a_training("F1")
    load(training)
    broken = training.copy()
    broken.first("intitule-formation").text = ""
    run = load(broken)
    assert (told(run), offered_numbers()) == ((1, 0, 0, 1, 0), {"F1"})


def test_without_a_number_a_training_is_recognised_by_its_organisation_and_its_title():
    training = a_training()
    training.attributes.clear()
    run = load(training)
    assert rows(run) == [("warning", training.line, "formation")]
    again = load(training)
    assert told(again) == (1, 0, 0, 0, 0)


def test_a_number_given_twice_in_a_file_keeps_the_first_training():
    first, second = a_training("F1"), a_training("F1")
    second.first("intitule-formation").text = "Autre chose"
    run = load(first, second)
    assert (told(run), rows(run)) == ((2, 1, 0, 1, 0), [("refused", second.line, "formation")])
    assert Training.objects.get().title == "Assistant de vie aux familles"


def test_a_session_number_given_twice_keeps_the_first_with_a_warning():
    training = a_training("F1")
    twin = a_session("S1", "20270104", "20270604")
    training.first("action").children[-1:] = [a_session("S1"), twin]
    run = load(training)
    assert rows(run) == [("warning", twin.line, "session")]
    assert OfferedSession.objects.get().starts_on == date(2026, 3, 2)


# --- faults and warnings


def test_every_fault_of_every_element_is_reported_on_its_line_and_stops_no_other_training():
    """Done when 3: in one file, far past the line where libxml2 loses count."""
    broken = every_fault()
    trainings: list[Node] = []
    for rank, one in enumerate(broken):
        one.training.attributes["numero"] = f"B{rank}"
        trainings += [one.training, a_training(f"V{rank}")]
    run = load(*trainings)
    assert run.refused == len(broken)
    assert run.added == len(broken)
    assert offered_numbers() == {f"V{rank}" for rank in range(len(broken))}
    reported: dict[str, set[tuple[int, str]]] = {}
    for number, line, element in ImportRow.objects.filter(run=run).values_list("number", "line", "element"):
        reported.setdefault(number, set()).add((line, element))
    missed = [
        (one.what, one.at.line, one.element, sorted(reported.get(f"B{rank}", ())))
        for rank, one in enumerate(broken)
        if (one.at.line, one.element) not in reported.get(f"B{rank}", ())
    ]
    assert missed == []
    assert max(one.at.line for one in broken) > 65_535


@pytest.mark.parametrize(
    ("written_date", "read"),
    [
        ("20170900", date(2017, 9, 1)),
        ("20170000", date(2017, 1, 1)),
        ("20260230", date(2026, 2, 28)),
        ("00000000", None),
        ("99990101", None),
        ("20161301", None),
        ("", None),
    ],
)
def test_the_dates_of_real_life_are_read_as_well_as_can_be_with_a_warning(written_date, read):
    training = a_training("F1")
    start = training.first("action", "session", "periode", "debut")
    start.text = written_date
    run = load(training)
    assert rows(run) == [("warning", start.line, "debut")]
    assert OfferedSession.objects.get().starts_on == read


def test_an_end_whose_day_is_unknown_is_the_last_of_its_month():
    training = a_training("F1")
    training.first("action", "session", "periode", "fin").text = "20270200"
    load(training)
    assert OfferedSession.objects.get().ends_on == date(2027, 2, 28)


def test_a_wrong_siret_and_a_wrong_nda_are_warned_of_and_do_not_refuse_the_training():
    training = a_training("F1")
    provider = training.first("organisme-formation-responsable")
    siret = provider.first("SIRET-organisme-formation", "SIRET")
    siret.text = "79026100000000"
    provider.first("numero-activite").text = "99999999999"
    run = load(training)
    assert told(run) == (1, 1, 0, 0, 0)
    nda = provider.first("numero-activite")
    assert rows(run) == [("warning", nda.line, "numero-activite"), ("warning", siret.line, "SIRET")]


def test_a_code_that_is_not_one_of_the_rome_is_warned_of():
    training = a_training("F1")
    code = training.first("domaine-formation", "code-ROME")
    code.text = "12345"
    assert rows(load(training)) == [("warning", code.line, "code-ROME")]


def test_an_id_given_twice_in_the_file_is_a_fault():
    first, second = a_training("F1"), a_training("F2")
    first.first("action").attributes["id"] = second.first("action").attributes["id"] = "x"
    run = load(first, second)
    assert rows(run) == [("refused", second.first("action").line, "action")]


def test_what_stands_between_or_after_the_trainings_is_reported_and_stops_nothing():
    first, second = a_training("F1"), a_training("F2")
    between, after = Node("extras"), Node("inconnu")
    run = load_bytes(written([first, between, second], more=[after]))
    assert (told(run), offered_numbers()) == ((2, 2, 0, 0, 0), {"F1", "F2"})
    assert rows(run) == [("refused", second.line, "formation"), ("refused", after.line, "inconnu")]


def test_a_training_quoted_in_a_comment_or_in_a_text_is_not_one():
    content = written([a_training("F1"), a_training("F2")]).decode()
    quoted = "<!-- <formation></formation> -->"
    objective = "<objectif-formation>"
    trapped = content.replace("</formation>", f"</formation>{quoted}")
    trapped = trapped.replace(objective, f"{quoted}{objective}<![CDATA[</formation><formation>]]>", 1)
    run = load_bytes(trapped.encode())
    assert told(run) == (2, 2, 0, 0, 0)


def test_the_example_of_onisep_is_read_with_its_warnings(shared_data: Path):
    path = shared_data / "lheo" / "exemples-2.x" / "data_exemple-bts-onisep.xml"
    with path.open("rb") as stream:
        run = import_catalogue(TASK, stream, name=path.name, source="onisep")
    assert told(run) == (1, 1, 0, 0, 0)
    assert rows(run) == [("warning", 97, "numero-activite")]


# --- files that are refused whole


def refused(content: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        load_bytes(content)
    assert not CatalogueImport.objects.exists()
    assert not Training.objects.exists()
    return refusal.value.sentence


GOOD = written([a_training("F1"), a_training("F2")])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "est vide"),
        (b"PK\x03\x04rest", "archive zip"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"%PDF-1.7", "est un PDF"),
        (b"numero;intitule\n1;Soudeur\n", "n'est pas un fichier XML"),
        (b"<!DOCTYPE html><html><body></body></html>", "page web"),
        (GOOD.decode().replace('encoding="UTF-8"', "").encode("utf-16"), "UTF-16"),
        (b"<catalogue/>", "<catalogue>"),
        (b'<lheo xmlns="http://www.lheo.org/1.3"/>', "d'une version que l'on ne lit pas (http://www.lheo.org/1.3)"),
        (b"<lheo><offres/></lheo>", "sans espace de noms"),
        (b'<lheo-index xmlns="http://www.lheo.org/2.2"/>', "index"),
        (b'<lheo xmlns="http://lheo.gouv.fr/2.3"><offres/></lheo>', "ne contient aucune formation"),
        (GOOD[: len(GOOD) // 2], "il est coupé"),
        (GOOD[:-3], "il est coupé"),
        (GOOD.decode().encode("iso-8859-15"), "Latin-9"),
        (GOOD.replace(b"</intitule-formation>", b"</intitule>", 1), "mal formé"),
        (GOOD.replace(b"Atelier", b"Caf&eacute;", 1), "eacute"),
        (GOOD + b"<encore/>", "mal formé"),
        (GOOD.replace(b"UTF-8", b"KLINGON"), "encodage"),
    ],
)
def test_a_file_that_is_not_the_right_one_writes_nothing_and_says_what_to_do(content, words):
    assert words in refused(content)


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lheo [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>
<lheo xmlns="http://lheo.gouv.fr/2.3"><offres>&c;</offres></lheo>"""
READER = b"""<?xml version="1.0"?>
<!DOCTYPE lheo [<!ENTITY passwords SYSTEM "file:///etc/passwd">]>
<lheo xmlns="http://lheo.gouv.fr/2.3"><offres>&passwords;</offres></lheo>"""
NETWORK = b"""<?xml version="1.0"?>
<!DOCTYPE lheo SYSTEM "http://127.0.0.1:9/lheo.dtd">
<lheo xmlns="http://lheo.gouv.fr/2.3"><offres/></lheo>"""


@pytest.mark.parametrize("content", [BOMB, READER, NETWORK])
def test_a_document_type_is_refused_whatever_it_asks_for(content):
    assert "<!DOCTYPE" in refused(content)


def test_a_document_type_hidden_between_two_instructions_is_refused_too():
    hidden = b"<?one <!-- ?><!DOCTYPE lheo SYSTEM 'x.dtd'><?two --> ?><lheo"
    assert "<!DOCTYPE" in refused(GOOD.replace(b"<lheo", hidden, 1))


def test_a_file_in_another_encoding_that_says_so_is_read():
    content = GOOD.decode().replace("UTF-8", "ISO-8859-15").encode("iso-8859-15")
    load_bytes(content)
    assert {t.actions.get().places.get().town for t in Training.objects.all()} == {VALUES["ville"]}


def test_a_file_that_breaks_after_many_trainings_leaves_what_was_there():
    load(a_training("F1"))
    with pytest.raises(Invalid):
        load_bytes(written([a_training(f"N{n}") for n in range(600)])[:-20])
    assert offered_numbers() == {"F1"}
    assert CatalogueImport.objects.count() == 1


# --- who, and the journal


@pytest.mark.parametrize("role", [Who.OFFICER, Who.STEERING])
def test_an_officer_and_the_steering_may_import(role):
    who = actor(role, a_region(), a_person("Inès"))
    run = load(a_training("F1"), who=who)
    assert (run.loaded_by_id, run.region_id) == (who.person_id, who.region_id)


def test_a_provider_may_not():
    with pytest.raises(NotAllowed):
        load(a_training("F1"), who=actor(Who.COORDINATOR, a_provider()))


def test_an_import_is_one_entry_of_the_journal():
    officer = an_officer()
    before = JournalEntry.objects.count()
    run = load(a_training("F1"), a_training("F2"), who=officer)
    (entry,) = JournalEntry.objects.order_by("id")[before:]
    assert (entry.verb, entry.object_type, entry.object_id) == ("catalogue.import", "offer.catalogueimport", run.pk)
    assert entry.after["added"] == 2


@pytest.mark.parametrize("source", ["", "   ", "x" * 81])
def test_a_source_has_a_name_of_a_reasonable_length(source):
    with pytest.raises(Invalid) as refusal:
        load(a_training("F1"), source=source)
    assert "source" in refusal.value.fields


# --- ways to write a file


def test_a_mark_at_the_start_and_lines_of_another_system_change_nothing():
    training = a_training("F1")
    training.first("action", "session", "periode", "debut").text = "20170900"
    content = written([training]).replace(b"\n", b"\r\n")
    run = load_bytes(b"\xef\xbb\xbf" + content)
    assert rows(run) == [("warning", training.first("action", "session", "periode", "debut").line, "debut")]


def test_a_file_that_holds_organisations_beside_the_offers_is_read():
    inner = written([a_training("F1"), a_training("F2")]).decode().partition("\n")[2]
    inner = inner.replace(' xmlns="http://lheo.gouv.fr/2.3"', "")
    run = load_bytes(f'<lheo-plus xmlns="http://lheo.gouv.fr/2.3">\n{inner}</lheo-plus>'.encode())
    assert (told(run), rows(run)) == ((2, 2, 0, 0, 0), [])


def test_a_prefix_that_nobody_declares_refuses_the_file_with_its_line():
    training = a_training("F1")
    content = written([a_training("F0"), training])
    place = content.rindex(b"<certifiante>")
    broken = content[:place] + content[place:].replace(b"certifiante>", b"x:certifiante>")
    assert f"ligne {training.first('certifiante').line} " in refused(broken)


def test_a_second_list_of_offers_is_reported_and_read():
    first, second = a_training("F1"), a_training("F2")
    start = b'<formation numero="F2">'
    run = load_bytes(written([first, second]).replace(b"\n" + start, b"</offres><offres>\n" + start))
    assert (told(run), offered_numbers()) == ((2, 2, 0, 0, 0), {"F1", "F2"})
    assert rows(run) == [("refused", second.line - 1, "offres")]


def test_two_imports_of_one_source_do_not_run_at_once():
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            key = ["catalogue essai", a_region().pk]
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s), %s)", key)
            with pytest.raises(Invalid) as refusal:
                load(a_training("F1"))
    finally:
        other.close()
    assert "en cours" in refusal.value.sentence


def test_a_file_that_would_mark_most_of_its_source_is_looked_at_twice():
    many = [a_training(f"F{n}") for n in range(5)]
    load(*many)
    other = a_file(a_training("Z1"))
    with pytest.raises(Invalid, match="5 formations sur 5") as refusal:
        import_catalogue(TASK, other, name="autre.xml", source="essai", may_lose=False)
    assert list(refusal.value.fields) == ["may_lose"]
    assert len(offered_numbers()) == 5
    again = import_catalogue(TASK, a_file(a_training("Z1")), name="autre.xml", source="essai", may_lose=True)
    assert again.withdrawn == 5
