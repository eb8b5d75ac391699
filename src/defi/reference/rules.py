"""Whether one may still train for a certification, and how to say that one may not. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.documents.french import long_date
from defi.reference.certification_models import Certification


@dataclass(frozen=True, slots=True)
class Successor:
    """What replaced a certification: its number, its name where its sheet was loaded, whether it is itself in force."""

    number: str
    name: str = ""
    in_force: bool = True


def certification_fault(
    certification: Certification, on_day: date, successors: Sequence[Successor] = (), *, today: date | None = None
) -> str:
    """Why one cannot train for a certification on a day, with what replaced it; empty when one can.

    The register says ACTIVE or INACTIVE as of its export, and the last day of the registration (`Actif` and
    `Date_Fin_Enregistrement` of the export of France compétences, formats.md 1.4; feature 11). An inactive one whose
    last day is still to come was taken out before its term. `today` is only needed for a day that is past: what has
    ended since was in force then."""
    wrong = ended(certification, on_day, today=today)
    return f"{wrong} {replaced(successors)}".strip() if wrong else ""


def ended(certification: Certification, on_day: date, *, today: date | None = None) -> str:
    """The first half of the fault: that the certification is no longer active on that day, and since when."""
    number, last = certification.number, certification.ends_on
    if certification.removed:
        return _("%(number)s n'est plus dans les répertoires de France compétences.") % {"number": number}
    words = {"number": number, "last": long_date(last) if last else "", "day": long_date(on_day)}
    if last and on_day > last:
        if certification.active:
            return _("L'enregistrement de %(number)s s'arrête le %(last)s, avant le %(day)s.") % words
        return _("%(number)s n'est plus active depuis le %(last)s.") % words
    if certification.active or (last and today and on_day <= last < today):
        return ""
    if last:
        return _("%(number)s n'est plus active, avant même la fin de son enregistrement (le %(last)s).") % words
    return _("%(number)s n'est plus active.") % words


def replaced(successors: Sequence[Successor]) -> str:
    """Who replaced it, in a sentence; empty when nobody is said to."""
    if not successors:
        return ""
    named = [f"{one.number} ({one.name})" if one.name else one.number for one in successors]
    listed = _(" et ").join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]
    if any(one.in_force for one in successors):
        return _("Elle est remplacée par %(names)s.") % {"names": listed}
    return ngettext(
        "Elle a été remplacée par %(names)s, qui n'est plus active non plus.",
        "Elle a été remplacée par %(names)s, qui ne sont plus actives non plus.",
        len(named),
    ) % {"names": listed}
