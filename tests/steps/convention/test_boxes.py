"""The pages where people sign are found by the mark of their table, whatever the words that the Region writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pypdfium2
import pytest

from defi.kernel import clock
from defi.kernel.documents import render
from defi.kernel.models import Document
from defi.steps.convention import example
from defi.steps.convention.documents import AMENDMENT, CONVENTION, Signature
from defi.steps.convention.ink.boxes import box_of, signing_pages

NOW = datetime(2025, 10, 6, 9, tzinfo=clock.PARIS)
OTHER_WORDS = CONVENTION.shipped_text.replace("# Signatures\n", "# Visa des partenaires\n")
SAID_BEFORE = OTHER_WORDS.replace("# Préambule\n", "# Signatures\nElles sont recueillies à la fin.\n\n# Préambule\n")


def made(template: object, data: object, text: str | None = None) -> Document:
    url = "https://defi.example/verifier/AAAAABBBBB/"
    found = render(template, data, number="X-2025-0001", code="AAAAABBBBB", verify_url=url, now=NOW, text=text)
    return Document(sha256=found.sha256, content=found.pdf, pages=found.pages)


def firms(count: int) -> tuple[Signature, ...]:
    return tuple(Signature(name="", quality="employeur", organisation=f"Maison n° {n:02d}") for n in range(count))


@pytest.mark.parametrize("text", [CONVENTION.shipped_text, OTHER_WORDS, SAID_BEFORE])
def test_the_pages_to_sign_are_those_of_the_table_whatever_its_heading(text: str):
    document = made(CONVENTION, replace(example.CONVENTION, signatures=firms(12)), text)
    found = signing_pages(document)
    assert set(found) == set(range(min(found), document.pages + 1))
    assert 1 not in found
    pages = [box_of(f"Maison n° {n:02d}", found) for n in range(12)]
    assert None not in pages
    assert pages == sorted(pages)
    assert set(pages) == set(found)


def test_a_text_after_the_boxes_is_not_a_page_to_sign():
    last = "\n".join(f"Annexe, ligne {n}.\n" for n in range(120))
    document = made(CONVENTION, example.CONVENTION, f"{CONVENTION.shipped_text}\n# Annexe\n{last}")
    assert document.pages not in signing_pages(document)


def test_an_amendment_is_read_the_same_way():
    text = AMENDMENT.shipped_text.replace("# Signatures\n", "# Visas\n")
    assert signing_pages(made(AMENDMENT, example.AMENDMENT, text)) != {}


def test_a_text_made_before_its_table_bore_a_mark_is_read_by_its_heading(monkeypatch: pytest.MonkeyPatch):
    document = made(CONVENTION, replace(example.CONVENTION, signatures=firms(3)))
    marked = signing_pages(document)
    monkeypatch.setattr("defi.steps.convention.ink.boxes.MARKS", ("[Tableau:aucun]",))
    unmarked = Document(sha256="another", content=document.content)
    assert signing_pages(unmarked) == marked


@pytest.mark.parametrize(("template", "data"), [(CONVENTION, example.CONVENTION), (AMENDMENT, example.AMENDMENT)])
def test_nothing_is_written_that_nobody_sees(template: object, data: object):
    with pypdfium2.PdfDocument(bytes(made(template, data).content)) as pdf:
        assert not any("[Tableau" in page.get_textpage().get_text_range() for page in pdf)
