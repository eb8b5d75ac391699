"""The text of a document as the Region writes it: read with its faults, filled, printed as typed, harmless."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from defi.kernel.documents import DocumentError, Template, render
from defi.kernel.documents.sandbox import Limits, Trial
from defi.kernel.documents.text import (
    Field,
    Kind,
    Listing,
    Passage,
    Table,
    TextRefused,
    Vocabulary,
    as_lines,
    compare,
    fill,
    offers,
    passage,
    read,
)

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Firm:
    name: str
    posts: int
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    title: str = "Vie"
    begins: date | None = date(2026, 3, 1)
    draft: bool = False
    firms: tuple[Firm, ...] = (Firm("Les Tilleuls", 2, ("Brou", "Bonneval")), Firm("Aide & Cie", 1))


PLACE = Listing("lieu", "", lambda firm: firm.places, (Field("lieu", "", lambda place: place),))
WORDS = Vocabulary(
    fields=(
        Field("intitulé", "", lambda d: d.title),
        Field("début", "", lambda d: d.begins, kind=Kind.DATE, otherwise="à fixer"),
        Field("projet", "", lambda d: d.draft, kind=Kind.YES_NO),
    ),
    lists=(
        Listing(
            "employeur",
            "",
            lambda d: d.firms,
            (Field("employeur", "", lambda f: f.name), Field("postes", "", lambda f: f.posts, kind=Kind.NUMBER)),
            (PLACE,),
        ),
    ),
    tables=(Table("résumé", "", "summary"), Table("signatures", "", "signatures", required=True)),
    passages=(Passage("employeur", "", "employer", required=False),),
)
END = "\n[Tableau : signatures]"


def lines(source: str, facts: Facts | None = None) -> list[str]:
    return [line.replace("\u00a0", " ") for line in as_lines(fill(source + END, WORDS, facts or Facts()))[:-1]]


def refusal(source: str) -> str:
    with pytest.raises(TextRefused) as refused:
        fill(source + END, WORDS, Facts())
    return str(refused.value).replace("\u00a0", " ")


def test_a_field_is_replaced_by_what_it_holds_whatever_its_case_and_accents():
    assert lines("La formation « {INTITULE} » commence le {début}.") == [
        "La formation « Vie » commence le 1er mars 2026."
    ]


def test_a_field_without_value_says_what_is_missing():
    facts = Facts(title=" \u00ad", begins=None)
    assert lines("{intitulé}, {début}", facts) == ["à préciser, à fixer"]
    runs = fill("{début}" + END, WORDS, facts)[0].lines[0]
    assert runs[0].quiet


def test_a_list_is_repeated_and_its_items_make_one_list():
    source = "[Pour chaque employeur]\n- {employeur} : {postes}\n[Fin]\n- et la suite"
    blocks = fill(source + END, WORDS, Facts())
    assert [block.kind for block in blocks] == ["bullets", "table"]
    assert lines(source) == ["Les Tilleuls : 2", "Aide & Cie : 1", "et la suite"]


def test_a_list_inside_a_row_is_that_of_the_row():
    source = "[Pour chaque employeur]\n# {employeur}\n[Pour chaque lieu]\n- {lieu}\n[Fin]\n[Fin]"
    assert lines(source) == ["Les Tilleuls", "Brou", "Bonneval", "Aide & Cie"]


@pytest.mark.parametrize(
    ("order", "facts", "said"),
    [
        ("[Si début]", Facts(), "oui"),
        ("[Si {début}]", Facts(begins=None), "non"),
        ("[Si pas début]", Facts(begins=None), "oui"),
        ("[Si employeur]", Facts(firms=()), "non"),
        ("[Si projet]", Facts(draft=True), "oui"),
    ],
)
def test_a_condition_asks_whether_something_is_known(order, facts, said):
    assert lines(f"{order}\noui\n[Sinon]\nnon\n[Fin]", facts) == [said]


def test_a_heading_whose_own_heading_fell_takes_its_level():
    source = "[Si projet]\n# Au-dessus\n[Fin]\n## Dessous"
    assert "vient après un titre" not in str(lines(source))
    assert [block.level for block in fill(source + END, WORDS, Facts())][:1] == [2]


def test_a_passage_can_be_shown_alone_and_fetches_no_facts_when_it_has_no_field():
    source = "[Engagements : employeur]\n# Les employeurs\n- recruter ;\n- accueillir.\n[Fin]" + END
    assert passage(source, WORDS, lambda: pytest.fail("fetched"), "employer") == ("recruter\u00a0;", "accueillir.")
    assert passage(END, WORDS, Facts, "employer") == ()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("a\n{intitle}", "Ligne 2 : champ inconnu : « intitle » ; pensiez-vous à « intitulé » ?"),
        ("{xyzw}", "Ligne 1 : champ inconnu : « xyzw » ; choisissez parmi : début, intitulé."),
        ("{postes}", "Ligne 1 : « postes » n'a de sens que dans « [Pour chaque employeur] … [Fin] »."),
        ("{projet}", "Ligne 1 : « projet » se demande et ne s'imprime pas : écrivez « [Si projet] »."),
        ("{intitulé", "Ligne 1 : L'accolade ouverte n'est pas refermée"),
        ("a }", "Ligne 1 : Une accolade est fermée sans avoir été ouverte"),
        ("un **gras", "Ligne 1 : Le gras ouvert par « ** » n'est pas refermé"),
        ("### Trop bas", "Ligne 1 : Un titre commence par « # »"),
        ("## Orphelin", "Ligne 1 : Un sous-titre (« ## ») vient après un titre"),
        ("#", "Ligne 1 : Il n'y a rien après le signe"),
        ("****", "Ligne 1 : Cette ligne ne contient que des signes"),
        ("x\n[Si début]\ny", "Ligne 2 : Ce passage n'est pas refermé : ajoutez « [Fin] »"),
        ("[Fin]", "Ligne 1 : « [Fin] » ne ferme rien"),
        ("[Sinon]", "Ligne 1 : « [Sinon] » suit un « [Si …] » encore ouvert."),
        ("[Pour chaque employer]\n[Fin]", "liste inconnue : « employer » ; pensiez-vous à « employeur » ?"),
        ("[Tablau : signatures]", "n'est pas une consigne ; pensiez-vous à « [Tableau : …] » ?"),
        ("[voir l'annexe]", "les consignes sont : [Pour chaque …]"),
        ("[Tableau : signature]", "pensiez-vous à « signatures » ?"),
        ("[Tableau : résumé]\n[Tableau : résumé]", "Ligne 2 : « résumé » est déjà plus haut"),
        ("[Pour chaque employeur]\n[Tableau : résumé]\n[Fin]", "Ligne 2 : Ce tableau ne se répète pas"),
    ],
)
def test_a_broken_text_is_refused_with_its_line_and_a_sentence(source, sentence):
    assert sentence.replace("\u00a0", " ") in refusal(source)


def test_all_faults_are_said_at_once_in_the_order_of_the_lines():
    with pytest.raises(TextRefused) as refused:
        read("{un}\n{deux}\n[Fin]" + END, WORDS)
    assert [fault.line for fault in refused.value.faults] == [1, 2, 3]


def test_a_text_without_the_table_where_people_sign_is_refused():
    with pytest.raises(TextRefused, match=r"Il manque « \[Tableau : signatures\] »"):
        read("Bonjour", WORDS)


def test_a_loop_within_itself_is_refused():
    loop = "[Pour chaque employeur]\n" * 2 + "{employeur}\n" + "[Fin]\n" * 2
    assert "Ligne 2 : la liste « employeur » est déjà ouverte, à la ligne 1" in refusal(loop)


def test_a_text_that_swells_is_stopped_with_a_sentence():
    many = Facts(firms=tuple(Firm(f"F{n}", 1, ("x" * 80,) * 60) for n in range(60)))
    source = "[Pour chaque employeur]\n[Pour chaque lieu]\n{lieu}\n\n[Fin]\n[Fin]"
    with pytest.raises(TextRefused, match="dépasse 80 pages"):
        fill(source + END, WORDS, many)
    with pytest.raises(TextRefused, match="trop long"):
        read("x" * 70_000, WORDS)


@pytest.mark.parametrize("typed", ["a" + " " * 59_000 + "b", "*" * 59_001, "[" * 59_000, "{" * 59_000, "x\n" * 29_000])
def test_no_text_makes_its_reader_hang(typed):
    blocks, faults = filled_or_refused(typed)
    assert blocks or 1 <= len(faults) <= 30


def test_two_very_long_lines_are_compared_without_waiting():
    before, after = " ".join(map(str, range(9_000))), " ".join(map(str, range(5, 9_005)))
    assert len(compare([before], [after])[0].pieces) == 2
    assert len(compare(["a"] * 900, [*["a"] * 899, "b"])) == 1


# Printed


def template(folder: Path) -> Template[Facts]:
    made = Template(kind="essai", title="Essai", folder=folder, data=Facts, prefix="ESSAI", words=WORDS)
    made.source.write_text(
        '#import "/defi.typ": *\n#show: sheet\n'
        '#flow(json("/text.json"), tables: (summary: [Résumé], signatures: [Ici]))'
    )
    return made


def pdf(folder: Path, source: str, facts: Facts | None = None) -> bytes:
    made = render(
        template(folder), facts or Facts(), number="ESSAI-1", code="", verify_url="", now=NOW, text=source + END
    )
    return made.pdf


def text_of(content: bytes) -> str:
    pages = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))
    return re.sub(r"\s+", " ", pages)


@pytest.mark.parametrize(
    "typed",
    [
        '#read("/etc/passwd")',
        '#import "@preview/x:1.0.0"',
        "$ x^2 $ _a_ `b` @c <d>",
        "\\u{41} // fin /* non */",
        "#while true {}",
    ],
)
def test_what_looks_like_source_is_printed_as_typed(tmp_path, typed):
    plain = typed.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")
    text = text_of(pdf(tmp_path, f"Texte : {plain}\n\nChamp : {{intitulé}}", Facts(title=typed)))
    assert f"Texte : {typed}" in text
    assert f"Champ : {typed}" in text


def test_headings_lists_and_language_are_marked(tmp_path):
    source = "# Un\n## Deux\n- a\n- b\n\n1. c\n2. d\n\n> garder **ceci**"
    with pikepdf.open(io.BytesIO(pdf(tmp_path, source))) as made:
        tags = [str(item.S) for item in made.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        metadata = made.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert str(made.Root.Lang) == "fr-FR"
    assert {tag: tags.count(tag) for tag in ("/H1", "/H2", "/H3", "/L", "/LI")} == {
        "/H1": 1,
        "/H2": 1,
        "/H3": 1,
        "/L": 2,
        "/LI": 4,
    }


FIELDS = ["{intitulé}", "{début}", "{employeur}", "{", "}", "**", "#", "##", "-", "1.", ">", "\\", "$"]
ORDERS = ["[Si début]", "[Sinon]", "[Fin]", "[Pour chaque employeur]", "[Pour chaque lieu]", "[Tableau : résumé]"]
TOKENS = st.sampled_from([*FIELDS, *ORDERS, "[Engagements : employeur]", "\n", "\n\n", " "])
TEXTS = st.lists(TOKENS | st.text(max_size=4), max_size=25).map("".join)


@settings(max_examples=120)
@given(TEXTS)
def test_any_text_is_filled_or_refused_with_a_sentence(source):
    blocks, faults = filled_or_refused(source)
    assert blocks or faults
    assert all(fault.sentence[-1] in ".?!»" and fault.line <= source.count("\n") + 2 for fault in faults)
    assert all(any(run.text for run in line) for block in blocks for line in block.lines)
    assert [block.level for block in blocks if block.kind == "heading"][:1] in ([], [2])


def filled_or_refused(source):
    try:
        return fill(source + END, WORDS, Facts()), ()
    except TextRefused as refused:
        return (), refused.faults


@settings(max_examples=12)
@given(TEXTS)
@example("# \u200d\n- \u200c\n> \u00ad")
@example("**  **\n\n# ** **")
@example("{intitulé}" * 40)
def test_any_text_that_is_accepted_is_printed(tmp_path_factory, source):
    try:
        read(source + END, WORDS)
    except TextRefused:
        return
    assert pdf(tmp_path_factory.getbasetemp(), source).startswith(b"%PDF")


# In a child, with limits


def test_a_trial_in_a_child_gives_the_same_bytes_and_pictures_of_the_pages(tmp_path):
    trial = Trial(dots=30)
    made = render(
        template(tmp_path),
        Facts(),
        number="ESSAI-1",
        code="",
        verify_url="",
        now=NOW,
        text="Bonjour" + END,
        typeset=trial,
    )
    assert made.pdf == pdf(tmp_path, "Bonjour")
    assert [page[:4] for page in trial.pages] == [b"\x89PNG"]


ENDLESS = "#for a in range(60000) { for b in range(60000) { } }"


@pytest.mark.parametrize(
    ("layout", "limits", "sentence"),
    [
        (ENDLESS, Limits(seconds=0.8), "trop de temps"),
        ("#let a = (0,) * 400000000", Limits(memory=700_000_000), "trop de mémoire"),
    ],
)
def test_a_child_that_hangs_or_swells_is_stopped_with_a_sentence(tmp_path, layout, limits, sentence):
    kind = template(tmp_path)
    kind.source.write_text(layout)
    with pytest.raises(TextRefused, match=sentence):
        render(kind, Facts(), number="E", code="", verify_url="", now=NOW, text="x" + END, typeset=Trial(limits))


@pytest.mark.parametrize(
    "reached", ['#read("/etc/hostname")', '#read("../../etc/hostname")', '#import "@preview/cetz:0.3.0"']
)
def test_a_child_reaches_no_file_and_no_package(tmp_path, reached):
    kind = template(tmp_path)
    kind.source.write_text(reached)
    with pytest.raises(DocumentError, match="refuses essai"):
        render(kind, Facts(), number="E", code="", verify_url="", now=NOW, text="x" + END, typeset=Trial())


# Compared, offered


def test_two_texts_are_compared_in_words():
    before, after = ["Bonjour à tous", "reste", "s'en va"], ["Bonjour à toutes", "reste", "vient enfin ici"]
    changes = compare(before, after)
    assert [[(piece.kind, piece.text) for piece in change.pieces] for change in changes] == [
        [("same", "Bonjour à "), ("removed", "tous"), ("added", "toutes")],
        [("removed", "s'en va"), ("added", "vient enfin ici")],
    ]
    assert compare(before, before) == ()


def test_each_name_is_offered_with_what_it_holds_today():
    offered = {one.insert: one.today for group in offers(WORDS, Facts()) for one in group.offers}
    assert offered["{intitulé}"] == "Vie"
    assert offered["{début}"].replace("\u00a0", " ") == "1er mars 2026"
    assert offered["{lieu}"] == "Brou"
    assert offered["\n[Si projet]\n\n[Fin]\n"] == "non"
    assert all("[Fin]" in insert or insert.startswith(("{", "\n[Tableau")) for insert in offered)
