"""Reads the seals of any file, as bytes: where a signature says it stands, what it covers, whether it holds.

No PDF is parsed: files come from strangers, and everything needed stands in the clear (ISO 32000-1, 12.8.1). The work
is in proportion to the length of the file, whatever it holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MOST_SIGNATURES = 8
LARGEST_SIGNATURE = 256 * 1024
_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s{0,8}\]")
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


class Seal(StrEnum):
    """`whole`: it holds and covers the whole file; `followed`: it holds, something was added after it; `broken`."""

    WHOLE = "whole"
    FOLLOWED = "followed"
    BROKEN = "broken"


@dataclass(frozen=True)
class SealRead:
    """One signature found in a file, with the SHA-256 of the certificate that made it."""

    certificate: str
    state: Seal


def seals(content: bytes) -> list[SealRead]:
    """Every signature of the file that can be read, in its order, eight at most."""
    found = []
    for at, (place, match) in enumerate(_ranges(content)):
        if at == MOST_SIGNATURES:
            break
        read = _read(content, place, match)
        if read is not None:
            found.append(read)
    return found


def _ranges(content: bytes) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    for match in _RANGE.finditer(content):
        one, two, three, four = (int(number) for number in match.groups())
        yield match.start(), (one, two, three, four)


def _read(content: bytes, place: int, covered: tuple[int, int, int, int]) -> SealRead | None:
    start, length, resume, rest = covered
    hole = content[start + length : resume]
    if not (start == 0 and length <= resume and 2 < len(hole) <= LARGEST_SIGNATURE):
        return None
    signed = _signed_data(hole)
    if signed is None:
        return None
    signer, certificate = signed
    name = hashlib.sha256(certificate.dump()).hexdigest()
    digest = _digest(content, covered, signer)
    if digest is None or not _holds(signer, certificate.dump(), digest):
        return SealRead(name, Seal.BROKEN)
    # The range must enclose its own place: a signature of another file, pasted in, covers something else.
    if not place < resume + rest <= len(content):
        return SealRead(name, Seal.BROKEN)
    return SealRead(name, Seal.WHOLE if resume + rest == len(content) else Seal.FOLLOWED)


def _signed_data(hole: bytes) -> tuple[cms.SignerInfo, cms.Certificate] | None:
    """The one signer of the CMS between the angle brackets, with its certificate."""
    try:
        raw = bytes.fromhex(hole.strip()[1:-1].decode("ascii"))
        outer = cms.ContentInfo.load(raw)
        if outer["content_type"].native != "signed_data":
            return None
        data = outer["content"]
        signer = data["signer_infos"][0]
        serial = signer["sid"].chosen["serial_number"].native
        for held in data["certificates"]:
            if held.name == "certificate" and held.chosen.serial_number == serial:
                return signer, held.chosen
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        # Not a CMS, or one of a kind we never make.
        return None
    return None


def _digest(content: bytes, covered: tuple[int, int, int, int], signer: cms.SignerInfo) -> bytes | None:
    start, length, resume, rest = covered
    try:
        digest = hashlib.new(_algorithm(signer))
    except ValueError:
        return None
    digest.update(content[start : start + length])
    digest.update(content[resume : resume + rest])
    return digest.digest()


def _algorithm(signer: cms.SignerInfo) -> str:
    name = str(signer["digest_algorithm"]["algorithm"].native)
    if name not in _HASHES:
        raise ValueError(name)
    return name


def _holds(signer: cms.SignerInfo, certificate: bytes, digest: bytes) -> bool:
    """Whether the signed attributes carry this digest, and the key of the certificate signed them."""
    try:
        attributes = signer["signed_attrs"]
        said = [row["values"][0].native for row in attributes if row["type"].native == "message_digest"]
        key = x509.load_der_x509_certificate(certificate).public_key()
        if said != [digest] or not isinstance(key, rsa.RSAPublicKey):
            return False
        algorithm = _HASHES[_algorithm(signer)]()
        key.verify(signer["signature"].native, attributes.untag().dump(), padding.PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError):
        return False
    return True
