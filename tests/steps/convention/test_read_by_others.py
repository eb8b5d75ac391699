"""The sealed convention and the sealed amendment, as they are made, read by checkers that are not ours.

Source: issue of the plan, « Done when » 1."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import validation
from pyhanko_certvalidator import ValidationContext

import endings
from convention.amendment_stage import sent, signed_by_all, signing, the_amendment, withdraws
from convention.signing_stage import NOW, a_stage
from defi.kernel import clock
from defi.kernel.models import Document
from defi.steps.convention import sealing
from defi.steps.convention.actions import record_ink
from sealing import an_installation, pdfsig

pytestmark = pytest.mark.django_db

SIGNED_AND_UNALTERED = ("Signature is Valid", "Total document signed", "ETSI.CAdES.detached")


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The sealed documents of a convention that three kinds of partners signed, and of an amendment to it."""

    def build() -> dict[str, bytes]:
        with clock.at(NOW):
            an_installation()
            stage = signed_by_all(a_stage())
            sealed = {"convention": sealing.seal_convention(stage.convention().pk)}
            withdraws(stage)
            sent(stage)
            for row in signing().values():
                record_ink(stage.lead, row.pk)
            sealed["amendment"] = sealing.seal_amendment(the_amendment().pk)
            return {name: bytes(Document.objects.get(pk=one.pk).content) for name, one in sealed.items() if one}

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture(params=["convention", "amendment"])
def sealed(request: pytest.FixtureRequest, made: dict[str, bytes]) -> bytes:
    return made[request.param]


def test_debian_s_checker_finds_it_signed_and_unaltered_and_one_changed_byte_altered(sealed: bytes, tmp_path: Path):
    told = pdfsig(sealed, tmp_path)
    for said in SIGNED_AND_UNALTERED:
        assert said in told
    assert told.count("Signature #") == 1
    middle = len(sealed) // 3
    altered = sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :]
    assert "Signature is Valid" not in pdfsig(altered, tmp_path)
    assert "Total document signed" not in pdfsig(sealed + b"\n% more\n", tmp_path)


def test_pyhanko_s_own_validation_finds_it_signed_and_unaltered(sealed: bytes):
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    trust = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validation.validate_pdf_signature(signature, trust)
    assert (status.intact, status.valid) == (True, True)
    assert status.coverage.name == "ENTIRE_FILE"


def test_it_bears_the_marks_of_an_accessible_and_archivable_document_the_seal_s_field_included(sealed: bytes):
    with pikepdf.open(io.BytesIO(sealed)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("fr")
        (field,) = pdf.Root.AcroForm.Fields
        assert str(field.TU)
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        tags = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        assert str(tags[int(field.StructParent)].S) == "/Form"
        # Every page, the annex of signatures among them, leads to its tags.
        assert all(int(page.obj.StructParents) in tags for page in pdf.pages)
