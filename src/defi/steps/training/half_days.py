"""Half-days: when they may be, what an inspector would object to, the hours of each trainee. Pure.

Source: law.md 4.3 (burden of proof on the provider; CAA Nantes 20 April and 1 June 2021)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.clock import PARIS
from defi.kernel.refusals import Invalid
from defi.steps.design.calendar.rules import LONGEST, SHORTEST, holiday
from defi.steps.training.rules import Text, day_words

WORKING_DAY = 8 * 60
# Past this many days a sheet left open is no evidence kept as one goes (law.md 4.3: monthly signing is rejected).
LOCKED_WITHIN = 7
USUAL_START = {"morning": time(9), "afternoon": time(13, 30)}


def holiday_name(day: date) -> str:
    """The name of a Sunday or of a public holiday, else nothing."""
    return holiday(day) or (_("dimanche") if day.weekday() == 6 else "")


def working_days(first: date, last: date) -> list[date]:
    """Monday to Friday, public holidays left out, both ends included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and not holiday_name(day)]


def has_begun(day: date, starts_at: time, now: datetime) -> bool:
    """Whether a half-day has begun at this moment."""
    return datetime.combine(day, starts_at, tzinfo=PARIS) <= now


def check_half_day(
    day: date, half: str, starts_at: time, minutes: int, *, first: date, last: date, unusual_day: bool = False
) -> None:
    """Raises `Invalid` naming each field that cannot be: outside the session, a day off, an impossible length."""
    faults: dict[str, str] = {}
    if not first <= day <= last:
        faults["on"] = _("La session va du %(first)s au %(last)s : choisissez un jour de la session.") % {
            "first": day_words(first),
            "last": day_words(last),
        }
    elif holiday_name(day) and not unusual_day:
        faults["on"] = _("Le %(day)s est un jour non travaillé (%(name)s) : changez de date, ou confirmez ce jour.") % {
            "day": day_words(day),
            "name": holiday_name(day),
        }
    if not SHORTEST <= minutes <= LONGEST:
        faults["minutes"] = _("Une demi-journée dure de 30 minutes à 5 h 30.")
    elif starts_at.hour * 60 + starts_at.minute + minutes >= 24 * 60:
        faults["minutes"] = _("Cette demi-journée finirait le lendemain : vérifiez l'heure de début et la durée.")
    if (half == "morning") != (starts_at < time(12)):
        faults["starts_at"] = _("Un matin commence avant midi, un après-midi à partir de midi.")
    if faults:
        raise Invalid(" ".join(faults.values()), faults)


def overlap(one: tuple[time, int], other: tuple[time, int]) -> bool:
    """Whether two half-days of the same day, each `(starts at, minutes)`, have a time in common: one that begins when
    the other ends does not. Nobody is trained twice at once, so their hours would count for more than were spent."""
    (first, length), (second, _last) = sorted([one, other])
    return _minute(second) < _minute(first) + length


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """A sheet as an inspector reads it. `day_minutes` is the whole day of the group.

    `late_papers` counts presences on paper recorded after the day; `away` the people said present while a period in
    company was under way; `no_paper` the signatures, the trainer's with them, said on a paper that nobody deposited;
    `overlaps` that another half-day of that day has a time in common."""

    on: date
    today: date
    minutes: int
    day_minutes: int
    trainer_signed: bool
    locked_on: date | None = None
    module_of_plan: bool = True
    late_papers: int = 0
    corrected: int = 0
    unsigned: int = 0
    away: int = 0
    no_paper: int = 0
    overlaps: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """What an inspector would ask about. `kind` is stable; `sentence` is shown, with the `source` of the question."""

    kind: str
    sentence: str

    @property
    def source(self) -> str:
        """Where the question comes from."""
        return str(SOURCES.get(self.kind, SOURCES[""]))


SOURCES: dict[str, Text] = {
    "": gettext_lazy("CAA Nantes, 20 avril et 1er juin 2021"),
    "late": gettext_lazy("CAA Nantes, 20 avril 2021 : un émargement mensuel est écarté"),
    "filled_late": gettext_lazy("CAA Nantes, 1er février 2017 : attestations établies longtemps après"),
    "long_day": gettext_lazy("durée d'une journée de travail"),
}
"""What an inspection rests on, by kind of objection (law.md 4.3)."""


def objections(sheet: SheetFacts) -> tuple[Objection, ...]:
    """What would count against the provider (law.md 4.3): days off, missing signatures, late or changed sheets."""
    day = day_words(sheet.on)
    since = ((sheet.locked_on or sheet.today) - sheet.on).days
    found: list[tuple[bool, str, str]] = [
        (
            bool(holiday_name(sheet.on)),
            "day_off",
            _("le %(day)s est un jour non travaillé (%(name)s)") % {"day": day, "name": holiday_name(sheet.on)},
        ),
        (
            not sheet.trainer_signed and sheet.on < sheet.today,
            "trainer",
            _("le formateur n'a pas signé"),
        ),
        (
            since > LOCKED_WITHIN,
            "late",
            _("la feuille est restée ouverte %(days)d jours après la séance") % {"days": since},
        ),
        (
            sheet.day_minutes > WORKING_DAY,
            "long_day",
            _("la journée du groupe dépasse 8 heures"),
        ),
        (not sheet.module_of_plan, "module", _("le module n'est pas un module du plan de formation")),
        (
            sheet.late_papers > 0,
            "late_paper",
            _("des présences sur papier ont été reportées après le jour même (%(n)d)") % {"n": sheet.late_papers},
        ),
        (
            sheet.corrected > 0,
            "corrected",
            _("des lignes ont été corrigées après coup (%(n)d)") % {"n": sheet.corrected},
        ),
        (
            sheet.unsigned > 0,
            "unsigned",
            _("des présences sont dites par une correction, sans signature (%(n)d)") % {"n": sheet.unsigned},
        ),
        (
            sheet.away > 0,
            "away",
            _("des personnes sont notées présentes pendant leur période en entreprise (%(n)d)") % {"n": sheet.away},
        ),
        (
            sheet.no_paper > 0 and sheet.on < sheet.today,
            "no_paper",
            _("des signatures sont dites sur papier, et aucun papier signé n'est déposé (%(n)d)")
            % {"n": sheet.no_paper},
        ),
        (sheet.overlaps, "overlap", _("ses heures se recoupent avec celles de l'autre demi-journée du jour")),
    ]
    return tuple(Objection(kind, sentence) for here, kind, sentence in found if here)


def in_group(entered_on: date | None, left_on: date | None, day: date) -> bool:
    """Whether a trainee belongs to the group that day: entered, and not left before."""
    return entered_on is not None and entered_on <= day and (left_on is None or day <= left_on)


@dataclass(frozen=True, slots=True)
class Line:
    """One half-day of one trainee: its state, its minutes, and whether its sheet is locked."""

    state: str
    minutes: int
    locked: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """One period in company of one trainee: its state, hours planned, hours really done.

    `signed` and `missed`: minutes of the half-days that the tutor signed, present and absent; None without any.
    `off`: minutes planned on days on which the person was not in training (interrupted, or gone), which nobody expects;
    `lapsed`: its first day passed without the three signatures: it did not begin, nothing of it is awaited."""

    state: str
    hours: int
    hours_done: int | None = None
    signed: int | None = None
    missed: int | None = None
    off: int = 0
    lapsed: bool = False

    @property
    def is_signed(self) -> bool:
        """Whether its hours come from half-days that were signed, and not from one figure at the end."""
        return self.signed is not None or self.missed is not None


@dataclass(frozen=True, slots=True)
class Account:
    """Minutes. `planned` = `done` + `missed` + `waiting`, save hours in company done beyond those planned."""

    planned: int = 0
    done: int = 0
    missed: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a trainee was to do, did and missed, in centre and in company."""

    centre: Account
    company: Account

    @property
    def done(self) -> int:
        return self.centre.done + self.company.done


def ledger(lines: Iterable[Line], periods: Iterable[Period]) -> Ledger:
    """The hours of one trainee, in minutes. An excused absence is missed all the same: it was not training.

    What an open sheet says is not kept yet: it waits, whatever it says: the ledger is the sum of the locked sheets and
    of their corrections (process.md, principle 5). In company a half-day counts once its tutor has signed it,
    which locks it."""
    return Ledger(_centre(lines), _company(periods))


def _centre(lines: Iterable[Line]) -> Account:
    planned = done = missed = 0
    for line in lines:
        planned += line.minutes
        done += line.minutes if line.locked and line.state == "present" else 0
        missed += line.minutes if line.locked and line.state in {"absent", "excused"} else 0
    return Account(planned, done, missed, planned - done - missed)


def _company(periods: Iterable[Period]) -> Account:
    planned = done = missed = waiting = 0
    for period in periods:
        if period.state == "cancelled" or period.lapsed:
            continue
        due = max(0, period.hours * 60 - period.off)
        planned += due
        if period.is_signed:
            here, away = period.signed or 0, period.missed or 0
            left = max(0, due - here - away)
            over = period.hours_done is not None
            done += here
            missed += away + (left if over else 0)
            waiting += 0 if over else left
        elif period.hours_done is None:
            waiting += due
        else:
            done += period.hours_done * 60
            missed += max(0, due - period.hours_done * 60)
    return Account(planned, done, missed, waiting)
