"""The recruiting poster: the job, the firms and their posts, where to come; a QR code leads to the public page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from defi.kernel.documents import Template


@dataclass(frozen=True)
class PosterFirm:
    """A firm that agreed to be named, and its posts."""

    name: str
    posts: int
    wording: str


@dataclass(frozen=True)
class PosterMeeting:
    """A meeting one may come to."""

    label: str
    on: date
    place: str
    at: time | None = None


@dataclass(frozen=True)
class PosterData:
    """One announcement. `posts` is the sum of those of the firms; dates are those of the training, once known."""

    title: str
    text: str
    posts: int
    provider: str
    firms: tuple[PosterFirm, ...] = ()
    meetings: tuple[PosterMeeting, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    contact: str = ""
    phone: str = ""


POSTER = Template(
    kind="poster",
    title=_("Affiche de recrutement"),
    folder=Path(__file__).parent,
    data=PosterData,
    prefix="AFF",
    verified=True,
)
