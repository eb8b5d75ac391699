"""When a presence may be signed, with which code, and what signatures that come late and in any order make. Pure.

Source: law.md 4.3 (signed per half-day; identical or later signatures count against the provider); process.md,
« Documents the system produces » (attendance sheets)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from defi.kernel.clock import PARIS
from defi.kernel.transitions import Text
from defi.schemes.rulebook import AttendanceRules

CLOCKS_DIFFER = timedelta(minutes=10)
"""A device may be ahead of us by so much: phones set themselves by their network."""

LONGEST_KEPT = timedelta(days=3660)
"""No session lasts so long: a device whose dates are further off does not know the time at all."""


def by_our_clock(made_at: datetime, device: datetime | None, now: datetime) -> datetime:
    """When a signature was given, by our clock: as long before `now` as its device says, whose clock reads `device`.

    With the network up that is now, whatever the device believes the time to be. Without `device`, or a device set
    back since, its own time stands, and is judged as such. No further than `LONGEST_KEPT` from now, either way."""
    age = device - made_at if device is not None and device >= made_at else now - made_at
    return now - min(max(age, -LONGEST_KEPT), LONGEST_KEPT)


def knows_the_time(made_at: datetime, received_at: datetime) -> bool:
    """Whether the moment that a device said is worth showing."""
    return abs(received_at - made_at) < LONGEST_KEPT - CLOCKS_DIFFER


class Fault(StrEnum):
    """Why a signature that was sent changes nothing before a person has looked at it."""

    CODE = "code"
    HOURS = "hours"
    CLOCK = "clock"
    LATE = "late"
    LOCKED = "locked"
    LINE = "line"
    FIRM = "firm"
    OTHER = "other"


FAULT_WORDS: dict[str, Text] = {
    Fault.CODE: _("le code n'était pas celui de la salle à cette heure-là"),
    Fault.HOURS: _("elle a été donnée en dehors des heures de la séance"),
    Fault.CLOCK: _("l'heure de l'appareil était en avance"),
    Fault.LATE: _("elle est arrivée plusieurs jours après la séance"),
    Fault.LOCKED: _("la feuille était déjà verrouillée quand elle est arrivée"),
    Fault.LINE: _("la personne n'est pas sur cette feuille"),
    Fault.FIRM: _("la présence en entreprise était déjà signée pour cette demi-journée"),
    Fault.OTHER: _("la feuille disait déjà autre chose, ou portait déjà une signature"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a half-day is signed."""

    opens: datetime
    closes: datetime

    def holds(self, at: datetime) -> bool:
        return self.opens <= at <= self.closes


def window(on: date, starts_at: time, minutes: int, rules: AttendanceRules) -> Window:
    """The moments within which a half-day may be signed, by the rulebook."""
    start = datetime.combine(on, starts_at, tzinfo=PARIS)
    opens = start - timedelta(minutes=rules.opens_before)
    return Window(opens, start + timedelta(minutes=minutes + rules.closes_after))


def code_at(seed: str, sheet_id: int, at: datetime, rules: AttendanceRules, *, before: int = 0) -> str:
    """The six figures shown in the room at this moment; `before`: those of so many turns earlier."""
    turn = int(at.timestamp()) // (rules.code_minutes * 60) - before
    digest = salted_hmac("defi.training.room", f"{seed}:{sheet_id}:{turn}", algorithm="sha256").hexdigest()
    return f"{int(digest[:15], 16) % 10**6:06d}"


def code_fits(typed: str, seed: str, sheet_id: int, at: datetime, rules: AttendanceRules) -> bool:
    """Whether these figures were shown in the room at this moment, or in the turn before it."""
    figures = "".join(sign for sign in typed if sign.isalnum())
    return any(constant_time_compare(figures, code_at(seed, sheet_id, at, rules, before=before)) for before in (0, 1))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A signature as it comes in: when it was given by the clock of its device, when it arrived, what is known of it.

    `code_fits` is true when no code was asked: on the trainer's own device; `elsewhere` when the person is signed
    present in a firm on that half-day."""

    made_at: datetime
    received_at: datetime
    code_fits: bool = True
    locked: bool = False
    on_sheet: bool = True
    elsewhere: bool = False


def fault_of(arrival: Arrival, hours: Window, rules: AttendanceRules) -> str:
    """What is wrong with a signature by itself, whatever the others say; nothing when it counts."""
    found = (
        (not arrival.on_sheet, Fault.LINE),
        (arrival.locked, Fault.LOCKED),
        (arrival.made_at > arrival.received_at + CLOCKS_DIFFER, Fault.CLOCK),
        (not hours.holds(arrival.made_at), Fault.HOURS),
        (not arrival.code_fits, Fault.CODE),
        (arrival.received_at > hours.closes + timedelta(days=rules.sent_within_days), Fault.LATE),
        (arrival.elsewhere, Fault.FIRM),
    )
    return next((str(fault) for here, fault in found if here), "")


def standing_one(sent: Iterable[tuple[str, datetime]]) -> str:
    """Of the signatures `(key, made at)` of one line, the key of the one that counts: the first given.

    The first whatever the order in which they arrive, and the smaller key of two given at the same instant."""
    return min(sent, key=lambda one: (one[1], one[0]), default=("", None))[0]


def merged(sent: Mapping[str, datetime], *, settled_otherwise: bool) -> dict[str, str]:
    """Key → fault of the signatures of one line that are good by themselves.

    `settled_otherwise`: the line says something that no signature sent so makes it say (absent; signed with the code):
    it stands, and all of them are held for a person."""
    first = "" if settled_otherwise else standing_one(sent.items())
    return {key: "" if key == first else str(Fault.OTHER) for key in sent}
