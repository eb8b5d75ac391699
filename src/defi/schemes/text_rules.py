"""Which version of a text holds on a day. Pure functions. Source: features.md 93."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date


class Version(Protocol):
    """What the rules look at."""

    number: int
    state: str
    from_on: date | None


V = TypeVar("V", bound=Version)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a version stands: its pill and its words."""

    key: str
    pill: str
    words: str


def in_force(versions: Iterable[V], day: date) -> V | None:
    """The version that holds on `day`; None is the one that comes with the product."""
    begun = [one for one in versions if one.state == "adopted" and one.from_on is not None and one.from_on <= day]
    return max(begun, key=lambda one: (one.from_on or date.min, one.number), default=None)


def standing(version: Version, holding: Version | None, today: date) -> Standing:
    """Where a version stands, given the one that holds today."""
    if version.state == "draft":
        return Standing("draft", "plain", _("brouillon"))
    if version.state == "dropped" or version.from_on is None:
        return Standing("dropped", "plain", _("abandonnée"))
    if version.from_on > today:
        return Standing("coming", "wait", _("en vigueur le %(day)s") % {"day": long_date(version.from_on)})
    if holding is not None and holding.number == version.number:
        return Standing("in_force", "ok", _("en vigueur depuis le %(day)s") % {"day": long_date(version.from_on)})
    return Standing("replaced", "plain", _("remplacée"))


def adoption_fault(version_tried: bool, from_on: date, *, today: date, taken: Iterable[date]) -> str:
    """Why a version may not be put in force from that day; nothing when it may.

    `taken`: the days of the other versions in force. Today may be taken again: a mistake is mended the same day."""
    if not version_tried:
        return _("Essayez d'abord ce texte sur une opération : il ne l'a pas été depuis sa dernière modification.")
    if from_on < today:
        return _("La date d'effet ne peut pas être passée : aujourd'hui au plus tôt.")
    if from_on > today and from_on in set(taken):
        return _("Une autre version prend déjà effet le %(day)s : choisissez un autre jour, ou retirez-la.") % {
            "day": long_date(from_on)
        }
    return ""
