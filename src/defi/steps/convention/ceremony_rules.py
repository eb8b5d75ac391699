"""The day of the signing, one moment a line: read from what was typed, else the usual one. Pure.

Source: seed 001, step 7 (a ceremony, with the trainees); the usual moments are a decision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

MOST_MOMENTS = 20
LONGEST = 160
_LINE = re.compile(r"^(\d{1,2})\s*[h:]\s*(\d{2})?\s*[,:;-]?\s*(.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens from an hour of Paris on."""

    at: time
    what: str


def usual(begins: time) -> tuple[Moment, ...]:
    """The programme when none was typed: the ceremony begins at `begins`, people arrive a quarter of an hour before."""
    start = datetime.combine(date(2000, 1, 1), begins)
    told = (
        (-15, _("Accueil des signataires et des stagiaires")),
        (0, _("Ouverture par la Région")),
        (10, _("Présentation de la formation par l'organisme")),
        (20, _("Parole aux employeurs et aux stagiaires")),
        (35, _("Signature de la convention")),
        (50, _("Photographie, puis moment convivial")),
    )
    return tuple(Moment((start + timedelta(minutes=after)).time(), what) for after, what in told)


def read(text: str) -> tuple[tuple[Moment, ...], str]:
    """The moments typed, and the sentence of the first line that cannot be read (then there are none)."""
    moments: list[Moment] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.match(line.strip())
        if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
            return (), _("Ligne %(n)d : commencez par l'heure, comme « 14 h 30 Accueil ».") % {"n": number}
        moments.append(Moment(time(int(found[1]), int(found[2] or 0)), found[3].strip()[:LONGEST]))
    if len(moments) > MOST_MOMENTS:
        return (), _("Le programme a %(n)d moments au plus.") % {"n": MOST_MOMENTS}
    if any(after.at < before.at for before, after in pairwise(moments)):
        return (), _("Les heures se suivent : remettez les moments dans l'ordre.")
    return tuple(moments), ""


def written(moments: tuple[Moment, ...]) -> str:
    """The moments as they are typed."""
    return "\n".join(f"{moment.at.hour} h {moment.at.minute:02d} {moment.what}" for moment in moments)
