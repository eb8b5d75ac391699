"""Knows an establishment by its SIRET or its name, from the State's open search of firms (« recherche-entreprises »).

The answers are read by pure functions; `Sirene` asks. Whoever asks must live without an answer: the service may be
down, busy (7 questions a second) or out of reach, and then an employer is typed by hand and checked later."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

from defi.people.names import search_key

PATIENCE = 2.0
"""Seconds that somebody in front of a page waits for an answer."""

REST = 30.0
"""Seconds during which a service that did not answer is not asked again: nobody waits twice for nothing."""

MEMORY = 600.0
"""Seconds during which an answer is not asked for again."""

MOST_REMEMBERED = 500
LARGEST = 2_000_000
HIDDEN = "NON-DIFFUSIBLE"
EMPTY_WORDS = frozenset("a au aux d de des du en et l la le les sa sarl sas sasu eurl sci snc ei association".split())  # noqa: SIM905


class SireneDown(Exception):  # noqa: N818  (said of the service, not of the program)
    """The service did not answer, or not in a way we understand."""


@dataclass(frozen=True, slots=True)
class Establishment:
    """What the register says of one establishment. `name` is empty when its owner keeps it from being published."""

    siret: str
    name: str
    sign: str = ""
    address: str = ""
    commune_code: str = ""
    commune: str = ""
    is_open: bool = True
    closed_on: date | None = None
    is_public: bool = True
    is_head_office: bool = False

    @property
    def shown(self) -> str:
        """The name people know it by."""
        return self.sign or self.name


class Transport(Protocol):
    """Fetches an address within so many seconds. Raises `OSError` or `ValueError`."""

    def __call__(self, address: str, seconds: float, /) -> bytes: ...


# --- reading answers ---------------------------------------------------------------------------------------------


def establishments(answer: bytes) -> list[Establishment]:
    """The establishments of an answer of the search, in its order, each once. Raises `SireneDown` on anything else."""
    try:
        found = json.loads(answer)["results"]
        read = [row for unit in found for row in _of_unit(unit)]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise SireneDown("unreadable answer") from fault
    return list({row.siret: row for row in reversed(read)}.values())[::-1]


def _of_unit(unit: Mapping[str, Any]) -> Iterable[Establishment]:
    name = str(unit.get("nom_raison_sociale") or unit.get("nom_complet") or "")
    ceased = unit.get("etat_administratif") == "C"
    public = unit.get("statut_diffusion", "O") != "P"
    for row in [*(unit.get("matching_etablissements") or []), unit.get("siege") or {}]:
        if row.get("siret"):
            yield _establishment(row, name, ceased, public)


def _establishment(row: Mapping[str, Any], name: str, ceased: bool, public: bool) -> Establishment:
    public = public and row.get("statut_diffusion_etablissement", "O") != "P"
    signs = row.get("liste_enseignes") or [row.get("nom_commercial")]
    return Establishment(
        siret=str(row["siret"]),
        name=name if public and HIDDEN not in name else "",
        sign=str(signs[0] or "") if public and signs else "",
        address=str(row.get("adresse") or "") if public else "",
        commune_code=str(row.get("commune") or ""),
        commune=str(row.get("libelle_commune") or ""),
        is_open=not ceased and row.get("etat_administratif") == "A",
        closed_on=_day(row.get("date_fermeture")),
        is_public=public and HIDDEN not in name,
        is_head_office=bool(row.get("est_siege")),
    )


def _day(text: object) -> date | None:
    with suppress(ValueError, TypeError):
        return date.fromisoformat(str(text)[:10])
    return None


def names_agree(typed: str, known: Establishment) -> bool:
    """Whether a typed name may be that of this establishment: half of the words that mean something, of one or of the
    other, are in common, since people write a brand, a sign or initials where the register holds a company name. One
    word of three is what any two firms of a place or of a trade share."""
    names = [set(search_key(name).split()) - EMPTY_WORDS for name in (known.name, known.sign)]
    words = set(search_key(typed).split()) - EMPTY_WORDS
    names = [name for name in names if name]
    if not names or not words:
        return True
    joined = "".join(search_key(f"{known.name} {known.sign}").split())
    if "".join(word for word in search_key(typed).split() if word not in EMPTY_WORDS) in joined:
        return True
    return any(2 * len(words & name) >= min(len(words), len(name)) for name in names)


# --- asking ------------------------------------------------------------------------------------------------------


def fetch(address: str, seconds: float) -> bytes:
    """What stands at this address, when it comes whole within so many seconds and is not enormous."""
    deadline = time.monotonic() + seconds
    request = Request(address, headers={"User-Agent": "defi", "Accept": "application/json"})  # noqa: S310
    received = b""
    with urlopen(request, timeout=seconds) as answer:  # noqa: S310  (the address is a setting)
        while part := answer.read1(65_536):
            received += part
            if time.monotonic() > deadline or len(received) > LARGEST:
                raise TimeoutError("too slow or too long")
    return received


class Sirene:
    """The search of firms at one address, asked with patience and left alone when it fails."""

    def __init__(self, address: str, transport: Transport = fetch, *, patience: float = PATIENCE) -> None:
        self.address = address.rstrip("/")
        self.transport = transport
        self.patience = patience
        self.rests_until = 0.0
        self.said: dict[str, tuple[float, list[Establishment]]] = {}

    def by_siret(self, siret: str) -> tuple[Establishment | None, list[Establishment]]:
        """The establishment of this SIRET (None when the register does not know it), then the open ones of its firm.

        Raises `SireneDown`."""
        found = self._ask(q=siret) or self._ask(q=siret[:9])
        same_firm = [row for row in found if row.siret[:9] == siret[:9]]
        itself = next((row for row in same_firm if row.siret == siret), None)
        return itself, [row for row in same_firm if row.is_open and row.siret != siret]

    def by_name(self, name: str, *, region: str, limit: int = 5) -> list[Establishment]:
        """The open establishments of the region that this name may mean, else those of the country.

        Raises `SireneDown`."""
        found = self._ask(q=name, region=region) or self._ask(q=name)
        return [row for row in found if row.is_open][:limit]

    def _ask(self, **question: str) -> list[Establishment]:
        if time.monotonic() < self.rests_until:
            raise SireneDown("resting")
        # A search of fewer than three signs is refused by the service.
        if len(question["q"].strip()) < 3:
            return []
        query = urlencode({**question, "page": 1, "per_page": 5, "limite_matching_etablissements": 20})
        said_at, said = self.said.get(query, (0.0, []))
        if said and time.monotonic() - said_at < MEMORY:
            return said
        try:
            found = establishments(self.transport(f"{self.address}/search?{query}", self.patience))
            self._remember(query, found)
            return found
        except HTTPError as refusal:
            if 400 <= refusal.code < 500 and refusal.code != 429:
                return []
            self._rest()
            raise SireneDown(str(refusal.code)) from refusal
        except (URLError, OSError, ValueError, SireneDown) as fault:
            self._rest()
            raise SireneDown(str(fault)) from fault

    def _remember(self, query: str, found: list[Establishment]) -> None:
        """The two pages of one sheet ask the same: the service hears it once."""
        if len(self.said) >= MOST_REMEMBERED:
            self.said.clear()
        self.said[query] = time.monotonic(), found

    def _rest(self) -> None:
        self.rests_until = time.monotonic() + REST


_open: dict[str, Sirene] = {}


def sirene() -> Sirene | None:
    """The search of this installation; None when it is switched off (setting `SIRENE_URL`)."""
    address: str = settings.SIRENE_URL
    return _open.setdefault(address, Sirene(address)) if address else None
