"""Anybody may ask whether a document is ours: by its code, or by dropping the file in. Nothing of the file is kept."""

from __future__ import annotations

import hashlib
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from defi.kernel import clock
from defi.kernel.codes import PageCode
from defi.kernel.models import Document
from defi.kernel.numbers import ALPHABET
from defi.kernel.signing.verification import Answer, Cause, Examined
from defi.web.verification import said_of
from sealing import NOW

pytestmark = pytest.mark.django_db

TEXT = b"%PDF-1.7\n(CONV-2026-0042)\n%%EOF\n"


def keep(content: bytes = TEXT, number: str = "CONV-2026-0042", code: str = "ABCDE23456") -> Document:
    with clock.at(NOW):
        return Document.objects.create(
            kind="convention",
            number=number,
            code=code,
            title="Convention DEFI",
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )


def drop(content: bytes, name: str = "recu.pdf", **more: Any) -> tuple[int, str]:
    """What the page answers to a file."""
    answer = Client(enforce_csrf_checks=True).post("/verifier/", {"file": SimpleUploadedFile(name, content)}, **more)
    return answer.status_code, " ".join(unescape(answer.content.decode()).split())


def test_a_file_as_it_was_made_is_authentic_and_leads_to_its_page() -> None:
    keep()
    status, said = drop(TEXT)
    assert status == 200
    assert "Ce fichier est le document CONV-2026-0042, tel qu'il a été établi le 1er mars 2026" in said.replace(
        "\xa0", " "
    )
    assert "/verifier/ABCDE23456/" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TEXT.replace(b"1.7", b"1.6"), "a été modifié : son contenu n'est pas celui"),
        (TEXT + b"more\n%%EOF\n", "quelque chose a été ajouté"),
        (TEXT[:-8], "il est incomplet"),
        (b"%PDF-1.7\n%%EOF\n", "n'est pas un document établi ici"),
        (b"hello", "n'est pas un PDF"),
        (b"%PDF-1.7\n/Encrypt 3 0 R\n%%EOF\n", "protégé par un mot de passe"),
        (b"", "Ce fichier est vide"),
    ],
)
def test_anything_else_is_said_in_a_sentence_with_what_to_do(content: bytes, said: str) -> None:
    keep()
    status, page = drop(content)
    assert status in {200, 422}
    assert said in page.replace("\xa0", " ").replace("\u202f", " ")
    assert "Vérifier le fichier" in page
    assert "/verifier/ABCDE23456/" not in page
    assert Document.objects.count() == 1


def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    status, said = drop(b"x", CONTENT_LENGTH=str(80 * 1024 * 1024))
    assert status == 413
    assert "20 Mo" in said.replace("\xa0", " ")


def test_no_file_is_asked_for_beside_its_field() -> None:
    answer = Client().post("/verifier/", {})
    assert answer.status_code == 422
    assert "Choisissez d'abord le fichier" in unescape(answer.content.decode())


def test_every_answer_has_its_sentence_and_its_advice() -> None:
    made = keep()
    for cause in Cause:
        for document in (made, None):
            said = said_of(Examined(Answer.ALTERED, cause, document))
            assert said.sentence.endswith(".")
            assert said.advice.endswith(".")
            assert said.pill in {"due", "late"}
    assert "le sceau est intact" in said_of(Examined(Answer.SEALED, None, made, "Sceau")).sentence


def test_a_number_and_a_code_of_two_documents_do_not_go_together() -> None:
    keep()
    typed = {"code": "abcde 23456", "number": "conv-2026-0042"}
    found = Client().get("/verifier/", typed)
    assert (found.status_code, found["Location"]) == (303, "/verifier/ABCDE23456/")
    wrong = Client().get("/verifier/", {**typed, "number": "CONV-2026-0043"})
    page = unescape(wrong.content.decode())
    assert wrong.status_code == 422
    assert "ne vont pas ensemble" in page
    assert 'value="abcde 23456"' in page


def test_the_code_of_a_page_leads_to_its_document_and_says_what_it_is() -> None:
    document = keep()
    Document.objects.filter(pk=document.pk).update(pages=4)
    page = PageCode(document.code, 3)
    for typed in (page.printed, page.printed.lower(), page.text):
        found = Client().get("/verifier/", {"code": typed}, follow=True)
        assert found.redirect_chain == [("/verifier/ABCDE23456/?page=3", 303)]
    assert "celui de la page 3 sur 4" in unescape(found.content.decode())
    followed = Client().get(f"/verifier/{page.printed}/", follow=True)
    assert "celui de la page 3 sur 4" in unescape(followed.content.decode())
    miscopied = page.printed[:-1] + ("X" if page.printed[-1] != "X" else "Y")
    assert Client().get("/verifier/", {"code": miscopied}).status_code == 422


def test_a_byte_changed_in_the_seal_itself_is_told_so() -> None:
    keep()
    sealed = TEXT + b"/ByteRange[0 1 2 3] <308006>\n%%EOF\n"
    keep(sealed, "CONV-2026-0042-S", ALPHABET[:10])
    assert "le sceau est rompu" in drop(sealed.replace(b"308006", b"308007"))[1]
    assert "quelque chose a été ajouté" in drop(sealed + b"more\n%%EOF\n")[1]


def test_the_page_of_a_text_says_that_it_was_sealed_since() -> None:
    keep()
    keep(b"sealed", "CONV-2026-0042-S", ALPHABET[:10])
    page = unescape(Client().get("/verifier/ABCDE23456/").content.decode())
    assert "CONV-2026-0042-S" in page
    assert "Son contenu n'est montré qu'à ceux qu'il concerne" in page
