"""A training and its parts as the catalogue keeps them, on their way from a file to the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as the catalogue keeps it; `town_key` is the plain name by which its commune is looked for."""

    position: int
    name: str
    siret: str
    postcode: str
    town: str
    commune_code: str
    town_key: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as the catalogue keeps it."""

    number: str
    starts_on: date | None
    ends_on: date | None
    recruitment: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as the catalogue keeps it, with its places and sessions."""

    number: str
    rhythm: str
    alternation: str
    teaching: str
    is_permanent: bool
    hours_centre: int | None
    hours_company: int | None
    hours_total: int | None
    funders: list[str]
    region_seats: int | None
    places: tuple[PlaceRow, ...]
    sessions: tuple[SessionRow, ...]


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A training as the catalogue keeps it, with its actions."""

    number: str
    title: str
    search_key: str
    objective: str
    results: str
    content: str
    jobs: list[str]
    formacodes: list[str]
    nsf: list[str]
    certifications: list[str]
    is_certifying: bool
    general_objective: str
    level_in: str
    level_out: str
    provider_name: str
    provider_siret: str
    provider_nda: str
    url: str
    actions: tuple[ActionRow, ...]

    @property
    def digest(self) -> str:
        """Says whether anything the catalogue keeps has changed since another file."""
        return blake2b(repr(self).encode(), digest_size=16).hexdigest()
