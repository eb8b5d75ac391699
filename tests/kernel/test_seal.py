"""The seal: what was signed with its annex and its proof, under a signature that any change breaks."""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers, validation
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext

from defi.kernel import clock
from defi.kernel.documents import Rendered, Template, readable, render
from defi.kernel.models import Document, SealCertificate
from defi.kernel.signing import certificates
from defi.kernel.signing import seal as seal_module
from defi.kernel.signing.binding import SealError
from defi.kernel.signing.command import command
from defi.kernel.signing.providers import RECEIVED
from defi.kernel.signing.reading import Seal, seals
from defi.kernel.signing.seal import Sealed, seal
from defi.kernel.signing.verification import LARGEST, Answer, Cause, examine
from sealing import CODE, NOW, NUMBER, URL, a_proof, an_installation, pdfsig, the_key
from sealing import sealed as sealed_of

pytestmark = pytest.mark.django_db

SOURCE = """
#import "/defi.typ": *
#show: sheet.with(subtitle: data.name)
== Engagements
#par(link("https://example.org/", "Lien"))
#listing((1fr, 1fr), ("Un", "Deux"), (("a", "b"), ("c", "d")))
"""


@dataclass(frozen=True)
class Note:
    name: str = "Maison Bel-Air"


@pytest.fixture(autouse=True)
def _that_day() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    folder = tmp_path_factory.mktemp("note")
    (folder / "note.typ").write_text(SOURCE, encoding="utf-8")
    template = Template(kind="note", title="Convention", folder=folder, data=Note, prefix="CONV", verified=True)
    return render(template, Note(), number="CONV-2026-0042", code="KLMNP23456", verify_url=URL, now=NOW)


@cache
def _once(text: Rendered) -> Sealed:
    return sealed_of(text)


@pytest.fixture
def sealed(text: Rendered) -> Sealed:
    """Sealed once for all the tests; the installation knows its certificate in each."""
    an_installation()
    return _once(text)


def keep(content: bytes, number: str, kind: str = "convention") -> Document:
    return Document.objects.create(
        kind=kind,
        number=number,
        code=number[-10:],
        title="Convention",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


# The sealed file


def test_the_sealed_file_begins_with_the_very_bytes_that_were_signed(text: Rendered, sealed: Sealed) -> None:
    assert sealed.pdf.startswith(text.pdf)
    assert sealed.pages == text.pages + 1


def test_debian_s_checker_finds_it_signed_and_unaltered(sealed: Sealed, tmp_path: Path) -> None:
    said = pdfsig(sealed.pdf, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signature is Valid" not in pdfsig(changed(sealed.pdf, 2000), tmp_path)


def test_pyhanko_s_own_validation_finds_it_signed_and_unaltered(sealed: Sealed) -> None:
    reader = PdfFileReader(io.BytesIO(sealed.pdf))
    (signature,) = reader.embedded_signatures
    trust = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False, moment=NOW)
    status = validation.validate_pdf_signature(signature, trust)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.md_algorithm == "sha256"


def test_it_stays_tagged_accessible_and_archivable_with_the_field_of_the_seal(text: Rendered, sealed: Sealed) -> None:
    with pikepdf.open(io.BytesIO(sealed.pdf)) as pdf, pdf.open_metadata() as metadata:
        assert pdf.pdf_version == "1.7"
        assert "/Version" not in pdf.Root
        assert pdf.Root.MarkInfo.Marked
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert f"<xmpTPg:NPages>{sealed.pages}</xmpTPg:NPages>".encode() in pdf.Root.Metadata.read_bytes()
        assert len(pdf.pages) == sealed.pages
        assert metadata["xmp:ModifyDate"] == "2026-03-01T10:05:00+00:00"
        assert str(pdf.docinfo.ModDate) == "D:20260301100500Z"
        (field,) = pdf.Root.AcroForm.Fields
        assert (str(field.FT), str(field.T)) == ("/Sig", "Sceau")
        assert str(field.TU).startswith("Sceau électronique de Sceau DEFI")
        assert "/N" in field.AP
        assert int(field.F) & 4
        page = pdf.pages[text.pages]
        assert str(page.obj.Tabs) == "/S"
        assert field.P.objgen == page.obj.objgen
        element = _tag_of(pdf, field.StructParent)
        assert str(element.S) == "/Form"
        assert [kid.Obj.objgen for kid in element.K] == [field.objgen]


def test_every_tag_of_the_sealed_file_leads_to_its_page_and_back(sealed: Sealed) -> None:
    with pikepdf.open(io.BytesIO(sealed.pdf)) as pdf:
        tree = pdf.Root.StructTreeRoot
        (document,) = tree.K
        assert str(document.S) == "/Document"
        assert [str(kid.S) for kid in document.K][-1] == "/Part"
        seen = {element.objgen for element in _walk(document)}
        keys = [int(key) for key in list(tree.ParentTree.Nums)[::2]]
        assert keys == sorted(set(keys))
        assert int(tree.ParentTreeNextKey) > max(keys)
        for page in pdf.pages:
            for tag in _tag_of(pdf, page.obj.StructParents):
                assert tag.objgen in seen
            for note in page.obj.get("/Annots", []):
                assert _tag_of(pdf, note.StructParent).objgen in seen
        names = [bytes(name) for name in list(tree.IDTree.Names)[::2]]
        assert names == sorted(set(names))
        assert any(name.startswith(b"annexe-") for name in names)


def _tag_of(pdf: pikepdf.Pdf, key: int) -> pikepdf.Object:
    nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return dict(zip(map(int, nums[::2]), nums[1::2], strict=True))[int(key)]


def _walk(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            assert kid.P.objgen == element.objgen
            yield from _walk(kid)


def test_the_proof_is_attached_and_says_who_signed_what_and_how(text: Rendered, sealed: Sealed) -> None:
    with pikepdf.open(io.BytesIO(sealed.pdf)) as pdf:
        (name,) = pdf.attachments
        held = pdf.attachments[name]
        assert str(held.obj.AFRelationship) == "/Supplement"
        assert [one.objgen for one in pdf.Root.AF] == [held.obj.objgen]
        assert held.get_file().mime_type == "application/json"
        proof = json.loads(held.get_file().read_bytes())
    assert (name, proof["format"], proof["version"]) == ("preuve.json", "defi-proof", 1)
    assert proof["sealed"] == {"number": NUMBER, "at": "2026-03-01T10:05:00+00:00"}
    assert [edition["in_force"] for edition in proof["editions"]] == [False, True]
    click, ink = proof["signatures"]
    assert (click["way"], click["name"], click["sha256"]) == ("click", "Jeanne Martin", text.sha256)
    assert ink["evidence"] == [{"kind": "scan", "sha256": "cd" * 32}]
    assert proof["software"].startswith("defi ")


def test_a_file_that_is_not_one_of_our_documents_is_not_sealed(text: Rendered) -> None:
    plain = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    an_installation()
    with pytest.raises(SealError):
        seal(plain.getvalue(), a_proof(text), pages=1, number=NUMBER, code=CODE, verify_url=URL, now=NOW)


# What is said of a file


def test_a_sealed_file_and_the_text_it_seals_are_both_authentic(text: Rendered, sealed: Sealed) -> None:
    keep(text.pdf, "CONV-2026-0042")
    whole = keep(sealed.pdf, NUMBER, "convention-sealed")
    found = examine(sealed.pdf)
    assert (found.answer, found.document, found.sealed_by) == (Answer.SEALED, whole, "Sceau DEFI (127.0.0.1)")
    assert examine(text.pdf).answer is Answer.KEPT


def test_one_changed_byte_anywhere_is_found(text: Rendered, sealed: Sealed) -> None:
    keep(text.pdf, "CONV-2026-0042")
    keep(sealed.pdf, NUMBER)
    drawn = random.Random(6)
    for at in [0, len(sealed.pdf) - 1, *(drawn.randrange(len(sealed.pdf)) for _ in range(25))]:
        assert examine(changed(sealed.pdf, at)).answer not in {Answer.SEALED, Answer.KEPT}
    within = changed(sealed.pdf, len(text.pdf) // 2)
    assert (examine(within).answer, examine(within).cause) == (Answer.ALTERED, Cause.BROKEN)


def test_something_added_after_the_seal_is_said_so(text: Rendered, sealed: Sealed) -> None:
    keep(text.pdf, "CONV-2026-0042")
    whole = keep(sealed.pdf, NUMBER)
    update = IncrementalPdfFileWriter(io.BytesIO(sealed.pdf))
    update.root["/Extra"] = update.root["/MarkInfo"]
    update.update_root()
    later = io.BytesIO()
    update.write(later)
    assert seals(later.getvalue())[0].state is Seal.FOLLOWED
    for longer in (later.getvalue(), sealed.pdf + b"\n"):
        found = examine(longer)
        assert (found.answer, found.cause) == (Answer.ALTERED, Cause.ADDED)
        assert found.document is not None
        assert whole.number.startswith(found.document.number)


def test_a_second_signature_laid_after_the_seal_is_an_addition(text: Rendered, sealed: Sealed) -> None:
    keep(sealed.pdf, NUMBER)
    stranger = signers.SimpleSigner.load_pkcs12_data(a_pkcs12(b"x"), [], b"x")
    meta = signers.PdfSignatureMetadata(field_name="Autre", md_algorithm="sha256")
    other = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(text.pdf)), meta, stranger).getvalue()
    found = examine(sealed.pdf + other[len(text.pdf) :])
    assert (found.answer, found.cause) == (Answer.ALTERED, Cause.ADDED)


def test_a_seal_that_is_whole_but_in_no_register_is_not_called_authentic(sealed: Sealed) -> None:
    assert (examine(sealed.pdf).answer, examine(sealed.pdf).cause) == (Answer.UNKNOWN, Cause.UNREGISTERED)


def test_the_same_seal_by_somebody_else_s_certificate_is_unknown(sealed: Sealed) -> None:
    SealCertificate.objects.all().delete()
    assert examine(sealed.pdf).answer is Answer.UNKNOWN


def test_a_file_cut_on_the_way_is_said_so(text: Rendered, sealed: Sealed) -> None:
    keep(text.pdf, "CONV-2026-0042")
    keep(sealed.pdf, NUMBER)
    for length in (len(sealed.pdf) // 2, len(sealed.pdf) - 3000, len(text.pdf) + 500):
        found = examine(sealed.pdf[:length])
        assert (found.answer, found.document is not None) == (Answer.ALTERED, True)
    assert examine(text.pdf[:3000]).cause is Cause.CUT


def test_a_text_saved_again_by_another_program_is_altered(text: Rendered) -> None:
    keep(text.pdf, "CONV-2026-0042")
    again = io.BytesIO()
    with pikepdf.open(io.BytesIO(text.pdf)) as pdf:
        pdf.save(again)
    assert (examine(again.getvalue()).answer, examine(again.getvalue()).cause) == (Answer.ALTERED, Cause.DIFFERENT)


def test_a_file_that_somebody_brought_is_kept_and_not_vouched_for() -> None:
    brought = b"%PDF-1.7\nsigned elsewhere\n%%EOF\n"
    keep(brought, "CONV-2026-0042-ABCDE23456", RECEIVED)
    assert (examine(brought).answer, examine(brought).cause) == (Answer.UNKNOWN, Cause.STRANGE)


def test_what_is_no_pdf_is_locked_or_is_too_large_is_refused_with_its_cause(text: Rendered) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(text.pdf)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert examine(locked.getvalue()).cause is Cause.LOCKED
    assert examine(b"PK\x03\x04 not a PDF").cause is Cause.NOT_PDF
    assert examine(b"").cause is Cause.EMPTY
    assert examine(bytes(LARGEST + 1)).cause is Cause.LARGE


@pytest.mark.parametrize(
    "hole",
    [b"<>", b"<zz>", b"<3000>", b"<" + b"30" * 40 + b">", b"<" + b"ff" * 3000 + b">"],
)
def test_a_signature_that_is_not_one_is_passed_over(hole: bytes) -> None:
    head = b"%%PDF-1.7\n/ByteRange [0 %d %d 5] /Contents "
    start = len(head % (50, 99999))
    content = (head % (start, start + len(hole))) + hole + b"\n%%EOF"
    assert seals(content) == []
    assert examine(content).answer is Answer.UNKNOWN


# Who seals


def a_pkcs12(password: bytes) -> bytes:
    own = certificates._self_signed(the_key(), clock.now())
    lock = serialization.BestAvailableEncryption(password)
    return pkcs12.serialize_key_and_certificates(b"Region", the_key(), own, None, lock)


def test_the_region_s_own_certificate_seals_when_it_is_named(tmp_path: Path, settings: Any) -> None:
    mine = an_installation()
    place = tmp_path / "region.p12"
    place.write_bytes(a_pkcs12(b"secret"))
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(place), "secret"
    theirs = certificates.current()
    assert theirs.fingerprint != mine.fingerprint
    assert certificates.known_certificate(theirs.fingerprint) is not None
    assert certificates.known_certificate(mine.fingerprint) is not None
    settings.SEAL_FILE = ""
    assert certificates.current().fingerprint == mine.fingerprint


def test_a_certificate_file_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, settings: Any) -> None:
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(tmp_path / "none.p12"), ""
    with pytest.raises(certificates.NoSeal, match="ne se lit pas"):
        certificates.current()
    place = tmp_path / "region.p12"
    place.write_bytes(a_pkcs12(b"secret"))
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(place), "wrong"
    with pytest.raises(certificates.NoSeal, match="DEFI_SEAL_PASSWORD"):
        certificates.current()


def test_two_machines_that_start_together_make_one_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    first = an_installation()
    assert certificates.create().fingerprint == first.fingerprint
    assert SealCertificate.objects.count() == 1


def test_a_key_closed_with_a_lost_secret_or_about_to_end_is_replaced_and_its_seals_still_verify(
    settings: Any, monkeypatch: pytest.MonkeyPatch, text: Rendered, sealed: Sealed
) -> None:
    first = an_installation()
    monkeypatch.setattr(certificates.rsa, "generate_private_key", lambda **_: the_key())
    settings.SECRET_KEY = "another secret, long enough to close a key with"
    second = certificates.current()
    assert second.fingerprint != first.fingerprint
    with clock.at(NOW + certificates.LIFE - timedelta(days=20)):
        assert certificates.current().fingerprint not in {first.fingerprint, second.fingerprint}
    keep(sealed.pdf, NUMBER)
    assert examine(sealed.pdf).answer is Answer.SEALED


def test_the_key_does_not_stand_in_the_clear_in_the_database() -> None:
    an_installation()
    row = SealCertificate.objects.get()
    with pytest.raises((TypeError, ValueError)):
        serialization.load_der_private_key(bytes(row.key), None)


def test_the_command_shows_who_seals_and_who_did(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = an_installation()
    monkeypatch.setattr(certificates.rsa, "generate_private_key", lambda **_: the_key())
    assert command() == 0
    said = capsys.readouterr().out
    assert readable(first.fingerprint) in said
    assert "Ont scellé avant" not in said
    assert command(renew=True, export=tmp_path / "seal.pem") == 0
    said = capsys.readouterr().out
    assert "Ont scellé avant" in said
    assert readable(first.fingerprint) in said
    assert certificates.current().fingerprint != first.fingerprint
    assert (tmp_path / "seal.pem").read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_timestamp_service_raises_the_seal_and_one_that_is_down_leaves_nothing(
    text: Rendered, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_installation()
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(SealError, match="could not be sealed"):
        sealed_of(text)
    own, key = a_timestamper()
    dummy = DummyTimeStamper(own, key, fixed_dt=NOW)
    monkeypatch.setattr(seal_module, "_timestamper", lambda: dummy)
    (signature,) = PdfFileReader(io.BytesIO(sealed_of(text).pdf)).embedded_signatures
    assert "signature_time_stamp_token" in [row["type"].native for row in signature.signer_info["unsigned_attrs"]]


def a_timestamper() -> tuple[asn1_x509.Certificate, asn1_keys.PrivateKeyInfo]:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Horodatage")])
    builder = x509.CertificateBuilder(name, name, the_key().public_key(), 7, NOW, NOW + timedelta(days=1))
    usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
    made = builder.add_extension(usage, critical=True).sign(the_key(), hashes.SHA256())
    plain = the_key().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    own = asn1_x509.Certificate.load(made.public_bytes(serialization.Encoding.DER))
    return own, asn1_keys.PrivateKeyInfo.load(plain)
