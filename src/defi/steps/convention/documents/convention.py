"""The convention of a DEFI session: who engages for what, and the box where each one signs (seed 001, step 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template
from defi.steps.convention.documents import texts


@dataclass(frozen=True)
class Party:
    """One who engages. `quality` is its place in the operation: organisme de formation, employeur, prescripteur…"""

    name: str
    quality: str
    represented_by: str = ""
    function: str = ""
    address: str = ""


@dataclass(frozen=True)
class Competences:
    """The competences to acquire of one family (techniques, comportementales, transversales)."""

    family: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class PromiseLine:
    """What one employer promises: `posts` posts of a job, with what contract, where and from when.

    `counts` is false when the rulebook does not count such a contract."""

    employer: str
    job: str
    posts: int
    contract: str
    place: str
    starts_on: date | None = None
    counts: bool = True


@dataclass(frozen=True)
class Commitments:
    """What one family of signatories engages to do: `who` is printed before "s'engage à" or its plural."""

    who: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Signature:
    """One box. Not yet signed: `signed_at` is None. `how` is "à l'encre", "par clic"…"""

    name: str
    quality: str
    organisation: str
    how: str = ""
    signed_at: datetime | None = None


DEFAULT_COMMITMENTS = (
    Commitments("L'organisme de formation s'engage à", texts.PROVIDER_COMMITMENTS),
    Commitments("Les employeurs s'engagent à", texts.EMPLOYER_COMMITMENTS),
    Commitments("La Région s'engage à", texts.REGION_COMMITMENTS),
    Commitments("Les prescripteurs s'engagent à", texts.PRESCRIBER_COMMITMENTS),
)


@dataclass(frozen=True)
class ConventionData:
    """`training` and `eos_number` make the title; hours are whole hours per trainee; the Region finances the `seats`.

    `draft` prints "projet" on top: a draft is read and corrected, never signed."""

    training: str
    eos_number: str
    job: str
    rome: str
    provider: str
    place: str
    basin: str
    starts_on: date
    ends_on: date
    hours_centre: int
    hours_company: int
    seats: int
    certification: str = ""
    parties: tuple[Party, ...] = ()
    competences: tuple[Competences, ...] = ()
    promises: tuple[PromiseLine, ...] = ()
    signatures: tuple[Signature, ...] = ()
    signing_place: str = ""
    signing_at: datetime | None = None
    draft: bool = False
    preamble: tuple[str, ...] = texts.PREAMBLE
    aims: tuple[str, ...] = texts.AIMS
    commitments: tuple[Commitments, ...] = DEFAULT_COMMITMENTS
    promise_clause: str = texts.PROMISE_CLAUSE


CONVENTION = Template(
    kind="convention",
    title=_("Convention DEFI"),
    folder=Path(__file__).parent,
    data=ConventionData,
    prefix="CONV",
    verified=True,
)
