"""The certificate of completion (certificat de réalisation) of one trainee, after the model of the Labour ministry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class CompletionData:
    """`to_end`: whether the training was followed to its end. Time in centre is that of the locked sheets."""

    trainee: str
    training: str
    eos_number: str
    provider: str
    provider_place: str
    signed_name: str
    signed_as: str
    from_on: date
    to_on: date
    in_centre: timedelta
    in_company: timedelta
    in_all: timedelta
    to_end: bool = True
    nda: str = ""
    funder: str = ""


COMPLETION = Template(
    kind="completion-certificate",
    title=_("Certificat de réalisation"),
    folder=Path(__file__).parent,
    data=CompletionData,
    prefix="REAL",
    verified=True,
)
