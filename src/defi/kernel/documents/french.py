"""Dates, numbers and amounts as a French reader expects them on paper.

Typst only prints what it is given: every value is turned into words here, once, for all the documents."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from defi.kernel.clock import PARIS

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

NO_BREAK = "\u00a0"
THIN_NO_BREAK = "\u202f"


def long_date(day: date) -> str:
    """`3 novembre 2025`, `1er mars 2026`; the words do not part at the end of a line."""
    number = "1er" if day.day == 1 else str(day.day)
    return NO_BREAK.join((number, MONTHS[day.month - 1], str(day.year)))


def short_date(day: date) -> str:
    """`03/11/2025`, for narrow columns."""
    return f"{day:%d/%m/%Y}"


def weekday_date(day: date) -> str:
    """`lundi 3 novembre 2025`."""
    return f"{DAYS[day.weekday()]} {long_date(day)}"


def day_and_month(day: date) -> str:
    """`lundi 3/11`, the head of a narrow column."""
    return f"{DAYS[day.weekday()]}{NO_BREAK}{day.day}/{day:%m}"


def time_words(moment: time) -> str:
    """`8 h 05`, and `12 h` on the hour."""
    minutes = f"{NO_BREAK}{moment:%M}" if moment.minute else ""
    return f"{moment.hour}{NO_BREAK}h{minutes}"


def moment_words(moment: datetime) -> str:
    """`3 novembre 2025 à 8 h 05`, at the clock of Paris."""
    local = moment.astimezone(PARIS)
    return f"{long_date(local.date())} à {time_words(local.time())}"


def number_words(value: int | float | Decimal) -> str:
    """`1 234,5`: comma for decimals, thin space between thousands, no useless zero at the end."""
    whole, _, decimals = f"{Decimal(str(value)):f}".partition(".")
    decimals = decimals.rstrip("0")
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits):,}".replace(",", THIN_NO_BREAK)
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def counted(count: int, one: str, many: str) -> str:
    """`1 poste promis`, `10 postes promis`: zero is singular, as French has it."""
    return f"{number_words(count)}{NO_BREAK}{one if abs(count) < 2 else many}"


def amount_words(euros: int | Decimal) -> str:
    """`54 486,00 €`: always two decimals, as on an order."""
    cents = Decimal(euros).quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, decimals = f"{cents:.2f}".split(".")
    return f"{number_words(int(whole))},{decimals}{NO_BREAK}€"


def hours_words(length: timedelta) -> str:
    """`3 h 30`, `420 h`: hours and whole minutes."""
    hours, rest = divmod(int(length.total_seconds()) // 60, 60)
    shown = f"{number_words(hours)}{NO_BREAK}h"
    return f"{shown}{NO_BREAK}{rest:02d}" if rest else shown


def rate_words(part: int, whole: int) -> str:
    """`62 % (5 sur 8)`: a rate never goes without its denominator; nothing to count is said so."""
    if not whole:
        return "sans objet (personne à compter)"
    share = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{share}{NO_BREAK}% ({part}{NO_BREAK}sur{NO_BREAK}{whole})"


def of_place(name: str) -> str:
    """A name of a place after « de »: "de Blois", "d'Orléans", "du Blanc", "des Aubrais", "de La Châtre"."""
    if re.match(r"(?i)[aeiouyàâéèêëîïôöùûœæh]", name):
        return f"d'{name}"
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    return f"de {name}"
