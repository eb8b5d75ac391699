"""The seal: the signed text with its annex and its proof file, under a PAdES signature of the installation.

B-B by itself; B-T when `DEFI_TIMESTAMP` names a timestamp service. Not B-LT: a self-signed certificate has no
revocation to keep."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import Certificate
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from pyhanko.sign import signers, timestamps
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import BaseStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from defi.kernel.documents import fingerprint, render
from defi.kernel.signing.annex import ANNEX, PLACE_OF_SEAL, annex_data
from defi.kernel.signing.binding import FIELD, Attachment, SealError, bind
from defi.kernel.signing.certificates import Sealer, current
from defi.kernel.signing.proof import FILE_NAME, Proof
from defi.kernel.signing.reading import Seal, seals

TIMESTAMP_PATIENCE = 15  # seconds
ROOM = 4096
ROOM_FOR_TIMESTAMP = 16384
"""Bytes kept in the file for the signature, beside its certificates. Else pyHanko signs twice, once to measure."""

LARGEST_TIMESTAMP = 64 * 1024


@dataclass(frozen=True)
class Sealed:
    """A sealed document; `pages` counts those of the annex."""

    pdf: bytes
    sha256: str
    pages: int
    certificate: str


def seal(text: bytes, proof: Proof, *, pages: int, number: str, code: str, verify_url: str, now: datetime) -> Sealed:
    """Seal the very bytes of `text`, which has `pages` pages: they stay the beginning of what comes out.

    Raises `SealError` (not one of our documents, or the timestamp service does not answer) and `NoSeal`."""
    sealer = current()
    with override("fr"):
        data = annex_data(proof, sealer.name, sealer.fingerprint)
        words = _("Sceau électronique de %(name)s, posé sur tout le document") % {"name": sealer.name}
        described = _("Preuve des signatures : qui, quand, comment, sur quel texte")
    annex = render(ANNEX, data, number=number, code=code, verify_url=verify_url, now=now)
    attachment = Attachment(FILE_NAME, proof.as_json(sealed_number=number, sealed_at=now), described)
    update = bind(text, annex.pdf, attachment, seal_place=PLACE_OF_SEAL, field_words=words, now=now)
    try:
        signature = _Signature(sealer, now)
        pdf = signature.sign_pdf(update, existing_fields_only=True, bytes_reserved=_room(sealer)).getvalue()
    except (SigningError, timestamps.TimestampRequestError, OSError) as problem:
        raise SealError(f"The document {proof.number} could not be sealed: {problem}") from problem
    _must_hold(pdf)
    return Sealed(pdf, fingerprint(pdf), pages + annex.pages, sealer.fingerprint)


def _room(sealer: Sealer) -> int:
    """In hexadecimal digits, two for a byte."""
    carried = sum(len(one.public_bytes(serialization.Encoding.DER)) for one in (sealer.certificate, *sealer.others))
    return 2 * (carried + ROOM + (ROOM_FOR_TIMESTAMP if settings.TIMESTAMP_URL else 0))


def _must_hold(pdf: bytes) -> None:
    """What was just sealed is read again as a stranger would: a broken seal must not be kept."""
    if [one.state for one in seals(pdf)] != [Seal.WHOLE]:
        raise SealError("The seal just laid does not verify.")


class _Blank(BaseStampStyle):
    """No picture: the annex shows in words who sealed and when."""

    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> None:
        return None


class _Signature(signers.PdfSigner):
    """A certification that allows no change after it, at the instant of our clock."""

    def __init__(self, sealer: Sealer, now: datetime) -> None:
        meta = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=sealer.name,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        super().__init__(meta, _Hand(sealer), timestamper=_timestamper(), stamp_style=_Blank())
        self.now = now

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.now
        return session


class _Hand(signers.Signer):
    """Signs with a key already loaded; pyHanko's own signer reads its key again each time, which is dearer."""

    def __init__(self, sealer: Sealer) -> None:
        own = _asn1(sealer.certificate)
        others = [_asn1(one) for one in sealer.others]
        super().__init__(signing_cert=own, cert_registry=SimpleCertificateStore.from_certs([own, *others]))
        self.sealer = sealer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self.sealer.key.key_size // 8)
        if digest_algorithm != "sha256":
            raise SigningError(f"The seal is made with SHA-256, not {digest_algorithm}.")
        return self.sealer.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


def _asn1(certificate: Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


class _Service(timestamps.TimeStamper):
    """A timestamp service over HTTP (RFC 3161)."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address = address

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        asked = urllib.request.Request(  # noqa: S310  (an address of the configuration)
            self.address, data=req.dump(), headers={"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(asked, timeout=TIMESTAMP_PATIENCE) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(LARGEST_TIMESTAMP))


def _timestamper() -> timestamps.TimeStamper | None:
    return _Service(settings.TIMESTAMP_URL) if settings.TIMESTAMP_URL else None
