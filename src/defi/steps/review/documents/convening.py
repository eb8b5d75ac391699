"""The convening to the bilan on paper: for whom no mail reaches, or to pin up. Nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class ConveningData:
    """`at` is the hour in words, empty when the day alone is fixed."""

    training: str
    provider: str
    on: date
    at: str
    place: str
    agenda: tuple[str, ...] = ()


CONVENING = Template(
    kind="review-convening",
    title=_("Invitation au bilan"),
    folder=Path(__file__).parent,
    data=ConveningData,
    prefix="CONVOCATION",
)
