"""Who of several people is told by mail, and who is to be called: never « tous sont prévenus » when nobody has an
address. Source: process.md, « Actors » (paper and phone count as much as a page)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.outbox import with_hour
from defi.people.models import Organisation


class Reachable(Protocol):
    """A person, or a booking that bears the names itself."""

    first_name: str
    last_name: str
    email: str
    phone: str


MOST_NAMES = 12
"""Names in one sentence; the rest is counted."""


def reached_at(house: Organisation | None) -> str:
    """« Atelier du Loir (02 61 91 00 00) »: whom to call, with the number when there is one."""
    if house is None:
        return ""
    return f"{house} ({house.phone})" if house.phone else str(house)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many have an address; those who have none, as « name, phone »."""

    by_mail: int = 0
    to_call: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Everybody concerned."""
        return self.by_mail + len(self.to_call)


def reach_of(people: Iterable[Reachable]) -> Reach:
    """How these people are reached."""
    everybody = list(people)
    silent = [person for person in everybody if not person.email]
    return Reach(len(everybody) - len(silent), tuple(_line(person) for person in silent))


def _line(person: Reachable) -> str:
    name = f"{person.first_name} {person.last_name}".strip()
    return f"{name}, {person.phone}" if person.phone else name


def reach_sentences(reach: Reach, *, named: bool) -> list[str]:
    """What happens to them, in sentences; `named`: the reader is somebody who calls them, others read a number."""
    said = []
    if reach.by_mail:
        told = ngettext(
            "%(n)d personne est prévenue par courriel.",
            "%(n)d personnes sont prévenues par courriel.",
            reach.by_mail,
        )
        said.append(with_hour(told % {"n": reach.by_mail}))
    if reach.to_call:
        said.append(_to_call(reach.to_call, named=named))
    return said


def _to_call(lines: tuple[str, ...], *, named: bool) -> str:
    count = len(lines)
    if not named:
        return ngettext(
            "%(n)d personne n'a pas d'adresse : l'organisme de formation l'appelle.",
            "%(n)d personnes n'ont pas d'adresse : l'organisme de formation les appelle.",
            count,
        ) % {"n": count}
    names = " ; ".join(lines[:MOST_NAMES])
    if count > MOST_NAMES:
        names += _(" ; et %(n)d autres") % {"n": count - MOST_NAMES}
    return _("Sans adresse, à appeler : %(names)s.") % {"names": names}
