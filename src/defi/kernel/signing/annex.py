"""The page « État des signatures »: the proof in French, and the frame over which the seal is laid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template, readable
from defi.kernel.signing.proof import EVIDENCE, FILE_NAME, WAYS, Given, Proof, stead_words

PLACE_OF_SEAL = "https://sceau.invalid/"
"""The address of the empty link that the annex lays where the seal goes: it is made into the field of the signature."""


@dataclass(frozen=True)
class EditionLine:
    """One text, its fingerprint in groups of eight digits."""

    number: str
    made_at: datetime
    pages: int
    fingerprint: str
    in_force: bool


@dataclass(frozen=True)
class SignatureLine:
    """One signature in words; `stead`: in whose place, if so. `at` is the instant of a click; `noted`: only the instant
    at which it was noted."""

    name: str
    quality: str
    organisation: str
    way: str
    on: date
    at: datetime | None
    noted: bool
    number: str
    evidence: tuple[tuple[str, str], ...]
    stead: str = ""


@dataclass(frozen=True)
class AnnexData:
    """What the annex prints. `certificate` names who seals, `certificate_fingerprint` in groups of eight digits."""

    title: str
    number: str
    editions: tuple[EditionLine, ...]
    signatures: tuple[SignatureLine, ...]
    software: str
    certificate: str
    certificate_fingerprint: str
    seal_place: str = PLACE_OF_SEAL
    file_name: str = FILE_NAME


ANNEX = Template(
    kind="signature-state",
    title=_("État des signatures"),
    folder=Path(__file__).parent,
    data=AnnexData,
    prefix="SCEAU",
    verified=True,
)


def annex_data(proof: Proof, certificate: str, certificate_sha256: str) -> AnnexData:
    """The proof as the annex says it."""
    numbers = {edition.sha256: edition.number for edition in proof.editions}
    return AnnexData(
        title=proof.title,
        number=proof.number,
        editions=tuple(
            EditionLine(e.number, e.made_at, e.pages, readable(e.sha256), e.in_force) for e in proof.editions
        ),
        signatures=tuple(_line(given, numbers) for given in proof.signatures),
        software=proof.software,
        certificate=certificate,
        certificate_fingerprint=readable(certificate_sha256),
    )


def _line(given: Given, numbers: dict[str, str]) -> SignatureLine:
    return SignatureLine(
        name=given.name,
        quality=given.quality,
        organisation=given.organisation,
        way=str(WAYS[given.way]),
        on=given.on,
        at=given.at,
        noted=given.way in {"ink", "outside"},
        # A signature on another text than those put to signature would be shown by its bare fingerprint.
        number=numbers.get(given.sha256, readable(given.sha256)),
        evidence=tuple((str(EVIDENCE[one.kind]), readable(one.sha256)) for one in given.evidence),
        stead=stead_words(given.stead, given.stead_of, given.in_text, given.stead_quality),
    )
