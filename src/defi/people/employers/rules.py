"""What makes two records of employers look alike. Pure: facts of firms only, never a score (features.md 1)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations

from defi.people.names import search_key

LEGAL_FORMS = frozenset(
    {"sa", "sas", "sasu", "sarl", "eurl", "sci", "snc", "scop", "scic", "ei", "eirl", "gie", "geiq", "association"}
    | {"ste", "societe", "ets", "etablissement", "etablissements", "entreprise", "groupe"}
)
SMALL_WORDS = frozenset({"le", "la", "les", "l", "de", "du", "des", "d", "et", "a", "au", "aux"})

MAILBOXES = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.fr", "live.com"}
    | {"yahoo.fr", "yahoo.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "laposte.net", "icloud.com"}
    | {"bbox.fr", "protonmail.com", "proton.me", "me.com", "numericable.fr", "aol.com", "gmx.fr", "msn.com"}
)
"""Providers of mailboxes: sharing one says nothing of two firms."""

FROM_ABROAD = re.compile(r"(?:00)?330?([1-9]\d{8})")

CROWD = 12
SHARED = 3
"""Past so many records under one key (the name of a chain, the mail or the switchboard of a group), the key says
nothing: a mail domain and a phone are shared sooner than a name."""


class Alike(StrEnum):
    """Why two records may be one, the surest first."""

    SIRET = "siret"
    SIREN_NAME = "siren_name"
    NAME_PLACE = "name_place"
    DOMAIN = "domain"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Firm:
    """The facts of a record that are compared. `commune` is an INSEE code; empty when unknown."""

    pk: int
    name: str
    siret: str = ""
    commune: str = ""
    email: str = ""
    phone: str = ""

    @property
    def siren(self) -> str:
        return self.siret[:9]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, by their numbers (the smaller first), and why they look alike."""

    first: int
    second: int
    reasons: tuple[Alike, ...] = field(default=())


def firm_key(name: str) -> str:
    """The name without its legal form nor small words: « SARL Les Tilleuls » and « Les Tilleuls » are one."""
    words = search_key(name).split()
    kept = [word for word in words if word not in LEGAL_FORMS | SMALL_WORDS]
    return " ".join(kept or words)


def mail_domain(address: str) -> str:
    """The domain of the firm's own mail; empty for a public mailbox."""
    domain = address.strip().lower().rpartition("@")[2]
    return "" if domain in MAILBOXES or "." not in domain else domain


def phone_key(text: str) -> str:
    """The ten digits of a French number, however it was typed; what is shorter says nothing."""
    digits = "".join(character for character in text if character.isdigit())
    abroad = FROM_ABROAD.fullmatch(digits)
    digits = f"0{abroad[1]}" if abroad else digits
    return digits if len(digits) == 10 else ""


def keys_of(firm: Firm) -> dict[Alike, tuple[str, ...]]:
    """Under which keys this record may meet another, by reason."""
    name = firm_key(firm.name)
    keys = {
        Alike.SIRET: (firm.siret,),
        Alike.SIREN_NAME: (firm.siren, name),
        Alike.NAME_PLACE: (name, firm.commune),
        Alike.DOMAIN: (mail_domain(firm.email),),
        Alike.PHONE: (phone_key(firm.phone),),
    }
    return {reason: key for reason, key in keys.items() if all(key)}


def may_be_one(one: Firm, other: Firm) -> bool:
    """Two firms (SIREN) are never one record; two sites of a firm are two, unless they bear one name in one commune: a
    site that moved has a new SIRET."""
    if not one.siret or not other.siret or one.siret == other.siret:
        return True
    same_place = one.commune == other.commune and firm_key(one.name) == firm_key(other.name)
    return one.siren == other.siren and same_place


def look_alike(firms: Iterable[Firm]) -> list[Pair]:
    """The pairs of records that may be one, those with the surest reason first, then by number."""
    by_key: dict[tuple[Alike, tuple[str, ...]], list[Firm]] = defaultdict(list)
    for firm in firms:
        for reason, key in keys_of(firm).items():
            by_key[reason, key].append(firm)
    reasons: dict[tuple[int, int], set[Alike]] = defaultdict(set)
    for (reason, _key), same in by_key.items():
        if len(same) > (SHARED if reason in {Alike.DOMAIN, Alike.PHONE} else CROWD):
            continue
        for one, other in combinations(same, 2):
            if may_be_one(one, other):
                reasons[min(one.pk, other.pk), max(one.pk, other.pk)].add(reason)
    order = list(Alike)
    pairs = [Pair(*pair, tuple(sorted(why, key=order.index))) for pair, why in reasons.items()]
    return sorted(pairs, key=lambda pair: (order.index(pair.reasons[0]), pair.first, pair.second))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a firm, to find who was typed twice."""

    pk: int
    name: str
    email: str = ""
    phone: str = ""


def same_people(people: Iterable[Known]) -> list[tuple[int, int]]:
    """Contacts of one firm that bear one name or one mail address, two by two: an officer looks, and says."""
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for person in people:
        for kind, key in (("name", search_key(person.name)), ("email", person.email.lower())):
            if key:
                by_key[kind, key].append(person.pk)
    found = {(min(pair), max(pair)) for same in by_key.values() for pair in combinations(same, 2)}
    return sorted(found)


def months_before(today: date, months: int) -> date:
    """The same day so many months ago, or the last day of that month."""
    years, month = divmod(today.month - 1 - months, 12)
    for day in range(today.day, 0, -1):
        try:
            return date(today.year + years, month + 1, day)
        except ValueError:
            continue
    raise ValueError(today)  # a month has a first day
