"""What EOS must repeat, when a session starts and ends, when employers are spoken to and reports are due. Pure.

Half-days and hours are in `half_days.py`, periods in company in `periods.py`.
Sources: process.md, steps 4 and 6; seed 000, « Engagements »."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.refusals import Invalid
from defi.operations.eos import as_eos_writes, eos_fault

Text = str | LazyText


def day_words(day: date) -> str:
    """`3 novembre 2025`."""
    return date_format(day, "j F Y")


def half_day_words(day: date, half: str) -> str:
    """`mardi 4 novembre, matin`."""
    halves = {"morning": _("matin"), "afternoon": _("après-midi")}
    return f"{date_format(day, 'l j F').lower()}, {halves[half]}"


@dataclass(frozen=True, slots=True)
class EosFacts:
    """What EOS must know of a session. Hours and seats are whole numbers."""

    starts_on: date
    ends_on: date
    seats: int
    hours_centre: int
    hours_company: int
    defi_ticked: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which the session and EOS do not say the same; `why`, once it is explained."""

    field: str
    label: Text
    wanted: str
    answered: str
    why: str = ""

    @property
    def short(self) -> str:
        """Beside the name of the field."""
        return _("la session dit « %(wanted)s », EOS « %(answered)s »") % {
            "wanted": self.wanted,
            "answered": self.answered,
        }

    @property
    def sentence(self) -> str:
        return _("%(label)s : la session dit « %(wanted)s », EOS répond « %(answered)s »") % {
            "label": self.label,
            "wanted": self.wanted,
            "answered": self.answered,
        }


EOS_LABELS: dict[str, Text] = {
    "starts_on": gettext_lazy("Date de début"),
    "ends_on": gettext_lazy("Date de fin"),
    "seats": gettext_lazy("Places financées par la Région"),
    "hours_centre": gettext_lazy("Heures en centre"),
    "hours_company": gettext_lazy("Heures en entreprise"),
    "defi_ticked": gettext_lazy("Case « session DEFI »"),
}


def eos_words(value: date | int | bool) -> str:
    """A value as EOS shows it: `03/11/2025`, `420`, `cochée`."""
    if isinstance(value, bool):
        return _("cochée") if value else _("non cochée")
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def differences(wanted: EosFacts, answered: EosFacts) -> tuple[Difference, ...]:
    """The fields on which EOS does not say what the session says (process.md, step 4)."""
    return tuple(
        Difference(name, label, eos_words(getattr(wanted, name)), eos_words(getattr(answered, name)))
        for name, label in EOS_LABELS.items()
        if getattr(wanted, name) != getattr(answered, name)
    )


Explanations = Mapping[str, Sequence[str]]
"""Field → what the session said when it was written, and why EOS says otherwise (`EosEntry.explanations`)."""


def explained(found: Iterable[Difference], explanations: Explanations) -> tuple[Difference, ...]:
    """The same differences, each with why it stands: said of this very one, or nothing once the session has changed."""
    said = {name: (wanted, why) for name, (wanted, why) in explanations.items()}
    return tuple(replace(one, why=said[one.field][1]) if _is_of(one, said) else one for one in found)


def _is_of(one: Difference, said: Mapping[str, tuple[str, str]]) -> bool:
    return one.field in said and said[one.field][0] == one.wanted


def eos_number(typed: str) -> str:
    """The number as EOS writes it: capitals, no space. Raises `Invalid` when it cannot be one."""
    number = as_eos_writes(typed)
    if fault := eos_fault(number):
        raise Invalid.field("number", fault)
    return number


def check_start(planned: date, on: date, today: date) -> None:
    """A start is found on the day or after, never before the date everybody was told. Raises `Invalid`."""
    if on > today:
        raise Invalid.field("on", _("Cette date est à venir : le démarrage se constate le jour même ou après."))
    if on < planned:
        raise Invalid.field(
            "on",
            _("La session commence le %(planned)s : déplacez d'abord sa date de début, puis constatez le démarrage.")
            % {"planned": day_words(planned)},
        )


def check_end(ends_on: date, on: date, today: date) -> None:
    """An end is found on the planned day or after; earlier, the session is rescheduled first. Raises `Invalid`."""
    if on > today:
        raise Invalid.field("on", _("Cette date est à venir : la fin se constate le jour même ou après."))
    if on < ends_on:
        raise Invalid.field(
            "on",
            _("La session se termine le %(planned)s : si elle finit plus tôt, déplacez d'abord sa date de fin.")
            % {"planned": day_words(ends_on)},
        )


class Moment(StrEnum):
    """When an exchange with an employer took place."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


MOMENT_LABELS: dict[str, Text] = {
    Moment.BEFORE: gettext_lazy("avant"),
    Moment.DURING: gettext_lazy("pendant"),
    Moment.AFTER: gettext_lazy("après"),
}


def moment_of(on: date, starts_on: date, ends_on: date) -> Moment:
    """Before, during or after the training; its first and last days are during (seed 000, « Engagements »)."""
    if on < starts_on:
        return Moment.BEFORE
    return Moment.AFTER if on > ends_on else Moment.DURING


def moments_due(today: date, starts_on: date, ends_on: date) -> tuple[Moment, ...]:
    """The moments that are over, or under way, on `today`: one exchange at least is expected in each."""
    return tuple(Moment)[: tuple(Moment).index(moment_of(today, starts_on, ends_on)) + 1]


def next_report_due(
    every_days: int, *, first_meeting_on: date | None, last_sent_on: date | None, closed_on: date | None
) -> date | None:
    """When the next periodic report is due: `every_days` after the last one, or after the preparatory meeting.

    None before that meeting and once the operation is closed (process.md, « From the preparatory meeting… »)."""
    if closed_on or first_meeting_on is None:
        return None
    return max(first_meeting_on, last_sent_on or first_meeting_on) + timedelta(days=every_days)


STREET = re.compile(
    r"\b(rue|ruelle|avenue|av|boulevard|bd|place|square|chemin|route|impasse|all[ée]e|quai|cours|mail|faubourg|zone|za|zi)\b",
    re.IGNORECASE,
)


def address_of(place: str, house: str, commune: str) -> str:
    """What a map finds: the place of the session when it is a street, else the house of the provider; with the commune.

    Empty without a street: « Salle 2 » leads nowhere, or anywhere."""
    street = next((text.strip() for text in (place, house) if STREET.search(text)), "")
    if not street or not commune or commune.casefold() in street.casefold():
        return street
    return f"{street}, {commune}"
