"""The sheet of the ceremony: programme, who signs and how, the trainees who attend (seed 001, step 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class MomentLine:
    """`at`: the hour as it is printed."""

    at: str
    what: str


@dataclass(frozen=True)
class Guest:
    """Who is invited, and where the signature stands: "signe à l'encre ce jour", "signé en ligne le 3 nov."."""

    organisation: str
    name: str
    quality: str
    signature: str = ""


@dataclass(frozen=True)
class CeremonyData:
    """`trainees`: surname first, those expected that day; each is ticked on paper when present."""

    title: str
    training: str
    eos_number: str
    provider: str
    place: str
    signing_at: datetime
    programme: tuple[MomentLine, ...] = ()
    guests: tuple[Guest, ...] = ()
    trainees: tuple[str, ...] = ()


CEREMONY = Template(
    kind="ceremony",
    title=_("Fiche de cérémonie"),
    folder=Path(__file__).parent,
    data=CeremonyData,
    prefix="CEREMONIE",
)
