"""When two records may be one person: said from the name, the birth date and the ways to be reached, never from a NIR.

Pure. It finds pairs to look at and decides nothing (law.md 4.1; features.md, duplicates settled by a person)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from defi.people.names import search_key

SHORTEST = 4
"""Below so many letters a name differs from many others by one letter: « Léa » and « Mia » are not near."""


class Why(StrEnum):
    """What two records share."""

    NAME = "name"
    NEAR_NAME = "near_name"
    BIRTH = "birth"
    EMAIL = "email"
    PHONE = "phone"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Somebody:
    """What is compared of a record: `key` is the first name and the name, `pk` the number of its row, `sessions` the
    ids of those where its candidacy goes on."""

    pk: int
    key: str
    birth: date | None = None
    email: str = ""
    phone: str = ""
    sessions: frozenset[int] = frozenset()


def somebody(
    pk: int,
    first_name: str,
    last_name: str,
    birth: date | None = None,
    email: str = "",
    phone: str = "",
    sessions: Iterable[int] = (),
) -> Somebody:
    """The same, from what was typed."""
    key = search_key(f"{first_name} {last_name}")
    return Somebody(pk, key, birth, email.strip().lower(), dialled(phone), frozenset(sessions))


def dialled(phone: str) -> str:
    """The nine figures by which a French number is known, whatever it was written with; nothing for less."""
    figures = re.sub(r"[^0-9]", "", phone)
    return figures[-9:] if len(figures) >= 9 else ""


def likeness(one: Somebody, other: Somebody) -> tuple[Why, ...]:
    """Why the two may be one person; empty when nothing says so.

    The name, same or near, and with it the birth date, the mail or the phone. The same name twice in one session is
    enough. Two birth dates that differ set apart near names, since brothers and sisters share a phone, and one name
    with nothing else in common."""
    shared = [
        why
        for why, mine, theirs in (
            (Why.BIRTH, one.birth, other.birth),
            (Why.EMAIL, one.email, other.email),
            (Why.PHONE, one.phone, other.phone),
        )
        if mine and mine == theirs
    ]
    born_apart = one.birth and other.birth and one.birth != other.birth
    if one.key == other.key and one.sessions & other.sessions and not born_apart:
        shared.append(Why.SESSION)
    if not shared:
        return ()
    if one.key == other.key:
        return (Why.NAME, *shared)
    return (Why.NEAR_NAME, *shared) if not born_apart and is_near(one.key, other.key) else ()


def is_surely(one: Somebody, other: Somebody) -> bool:
    """Whether the two are surely one person: same name, and same birth date or same mail. It adds nobody a second time
    to one session; it joins two records only when somebody says so."""
    why = likeness(one, other)
    if Why.NAME not in why:
        return False
    born_apart = one.birth and other.birth and one.birth != other.birth
    return Why.BIRTH in why or (Why.EMAIL in why and not born_apart)


def is_near(one: str, other: str) -> bool:
    """Whether two names, as keys, are the same words in another order, one with a word more, or one letter apart."""
    mine, theirs = one.split(), other.split()
    if sorted(mine) == sorted(theirs):
        return True
    one_word_more = set(mine) < set(theirs) or set(theirs) < set(mine)
    if one_word_more and min(len(set(mine)), len(set(theirs))) >= 2:
        return True
    if len(mine) != len(theirs):
        return False
    apart = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    return len(apart) == 1 and min(map(len, apart[0])) >= SHORTEST and one_slip(*apart[0])


def one_slip(one: str, other: str) -> bool:
    """Whether one word becomes the other by one letter more, less or other, or by two neighbours put the wrong way."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, left = one[at:], other[at:]
    return (
        rest[1:] == left[1:]
        or rest[1:] == left
        or rest == left[1:]
        or (rest[:2] == left[1::-1] and rest[2:] == left[2:])
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records to look at, the older row first, and why."""

    first: int
    second: int
    why: tuple[Why, ...]


def pairs(people: Iterable[Somebody], apart: Iterable[tuple[int, int]] = ()) -> list[Pair]:
    """Every two records that may be one, but those that somebody already said are two; in the order of their rows."""
    known = {(min(two), max(two)) for two in apart}
    found: dict[tuple[int, int], Pair] = {}
    for group in _together(people):
        for n, one in enumerate(group):
            for other in group[n + 1 :]:
                key = (min(one.pk, other.pk), max(one.pk, other.pk))
                if one.pk == other.pk or key in found or key in known:
                    continue
                if why := likeness(one, other):
                    found[key] = Pair(*key, why)
    return [found[key] for key in sorted(found)]


def ways(who: Somebody) -> list[tuple[object, ...]]:
    """What two records must share for `likeness` to find something: a birth date, a mail or a phone, and a word of the
    name; or a session and the whole name. Few people share both, so that nobody is compared with everybody."""
    shared = [("birth", who.birth), ("email", who.email), ("phone", who.phone)]
    found: list[tuple[object, ...]] = [
        (name, value, word) for name, value in shared if value for word in set(who.key.split())
    ]
    return found + [("session", session, who.key) for session in who.sessions]


def _together(people: Iterable[Somebody]) -> Iterable[Sequence[Somebody]]:
    groups: dict[tuple[object, ...], list[Somebody]] = defaultdict(list)
    for who in people:
        for way in ways(who):
            groups[way].append(who)
    return (group for group in groups.values() if len(group) > 1)
