"""The certificate of conformity: numbered, issued by the Region's officer, verifiable by anyone.

Source: seed 001, steps 5 and 9."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


class Finding(StrEnum):
    """What the file shows of one expectation, as the word that is printed."""

    SHOWN = "établi"
    NOT_SHOWN = "non établi"
    NOT_ASKED = "sans objet"
    LATER = "à venir"


@dataclass(frozen=True)
class Check:
    """One line of the certificate: what is expected of the provider, and by what it is shown."""

    label: str
    finding: Finding
    shown_by: str = ""


@dataclass(frozen=True)
class CertificateData:
    """The finding of a session. `seats` are financed by the Region; `entered`, `paired`, `minimum` stand beside them.

    `state` is the printed state of conformity ("objectif atteint", "admise par décision de la Région"…). When fewer
    than all seats are paired, `admission_reason` says why the officer admitted the session, `admitted_by` and
    `admitted_on` who and when. `countersigned_by` signs after `issued_by`, where the rulebook asks for two. `rulebook`
    is the printed version the session is judged by. `other_seats` are counted apart."""

    training: str
    eos_number: str
    provider: str
    place: str
    basin: str
    starts_on: date
    ends_on: date
    seats: int
    entered: int
    paired: int
    minimum: int
    state: str
    found_on: date
    rulebook: str
    issued_by: str
    issued_by_function: str
    issued_on: date
    other_seats: int = 0
    admission_reason: str = ""
    admitted_by: str = ""
    admitted_on: date | None = None
    signed_convention_on: date | None = None
    countersigned_by: str = ""
    countersigned_by_function: str = ""
    checks: tuple[Check, ...] = ()


CERTIFICATE = Template(
    kind="certificate",
    title=_("Attestation de conformité DEFI"),
    folder=Path(__file__).parent,
    data=CertificateData,
    prefix="ATT",
    verified=True,
)
