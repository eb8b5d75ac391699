"""Which answers the Region may give, what the dates of a tender must be. Pure: the day is given. (What lots cover is in
`coverage`.)"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date

BY_A_MARKET = frozenset({"covered", "adapted", "modules"})
WITHOUT_TRAINING = frozenset({"other_scheme", "postponed", "no_answer"})


def tender_date_faults(
    launched_on: date, deadline_on: date, today: date, *, decided_on: date | None = None
) -> dict[str, str]:
    """A tender is launched today or before, once it was decided, and leaves time to answer."""
    faults: dict[str, str] = {}
    if launched_on > today:
        faults["launched_on"] = _("Cette date est à venir : notez le lancement une fois fait.")
    elif decided_on and launched_on < decided_on:
        faults["launched_on"] = _("La consultation a été décidée le %(day)s : elle n'est pas partie avant.") % {
            "day": long_date(decided_on)
        }
    if deadline_on <= launched_on:
        faults["deadline_on"] = _("La date limite des offres vient après le lancement.")
    return faults


def award_fault(awarded_on: date, deadline_on: date | None, launched_on: date | None, today: date) -> str:
    """A tender is awarded once its deadline is past, and not in the future."""
    if awarded_on > today:
        return _("Cette date est à venir : notez l'attribution une fois faite.")
    earliest = deadline_on or launched_on
    if earliest and awarded_on < earliest:
        return _("L'attribution ne peut pas précéder la date limite des offres (%(day)s).") % {
            "day": long_date(earliest)
        }
    return ""


def seats_fault(seats: int, smallest: int) -> str:
    """A session below the smallest number of the rulebook can never be DEFI (seed 001, step 5)."""
    if seats >= smallest:
        return ""
    return _("Une session de moins de %(smallest)d places financées par la Région n'est jamais DEFI.") % {
        "smallest": smallest
    }
