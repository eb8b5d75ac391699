"""The agreement of a period in company: trainee, firm and training organisation, before the first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class AgreementData:
    """What the three agree on. `days`: of the week, in words; `referent` follows the person for the provider."""

    trainee: str
    training: str
    eos_number: str
    provider: str
    provider_place: str
    employer: str
    employer_place: str
    tutor: str
    first: date
    last: date
    days: str
    hours: int
    aims: str
    place: str = ""
    schedule: str = ""
    referent: str = ""
    phone: str = ""


PLACEMENT_AGREEMENT = Template(
    kind="placement-agreement",
    title=_("Convention de période en entreprise"),
    folder=Path(__file__).parent,
    data=AgreementData,
    prefix="PERI",
    verified=True,
)
