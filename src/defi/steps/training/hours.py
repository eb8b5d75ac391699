"""The hours of a sheet by the rulebook of its operation, and what is said of who comes before, after or twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from defi.kernel.clock import PARIS
from defi.kernel.refusals import WrongState
from defi.schemes.rulebook import AttendanceRules
from defi.steps.pairing.queries import book_of
from defi.steps.training.models import Attendance, AttendanceSheet
from defi.steps.training.rules import day_words
from defi.steps.training.signing import Window, code_at, window


def rules_of(sheet: AttendanceSheet) -> AttendanceRules:
    """How this sheet is signed, by the rulebook of its operation."""
    return book_of(sheet.operation).attendance


def hours_of(sheet: AttendanceSheet) -> Window:
    """When this sheet is signed."""
    return window(sheet.on, sheet.starts_at, sheet.minutes, rules_of(sheet))


def code_shown(sheet: AttendanceSheet, at: datetime) -> str:
    """The code of the room at this moment, as it is shown there: two groups of three figures."""
    code = code_at(sheet.room_code, sheet.pk, at, rules_of(sheet))
    return f"{code[:3]} {code[3:]}"


def check_hours(sheet: AttendanceSheet, now: datetime) -> None:
    """Raise `WrongState` before the half-day, after it, and once the sheet is locked."""
    if sheet.state == "locked":
        raise WrongState(_("La feuille est fermée : parlez au formateur, il peut la corriger."))
    if sheet.state == "cancelled":
        raise WrongState(_("Cette séance est annulée : il n'y a rien à signer."))
    hours = hours_of(sheet)
    if now < hours.opens:
        raise WrongState(
            _("Cette séance est le %(day)s : vous signerez ce jour-là, à partir de %(hour)s.")
            % {"day": day_words(sheet.on), "hour": f"{hours.opens.astimezone(PARIS):%H h %M}"}
        )
    if now > hours.closes:
        raise WrongState(_("Cette séance est passée : parlez au formateur, il peut noter votre présence."))


def begins(sheet: AttendanceSheet) -> datetime:
    """The moment when a half-day begins."""
    return datetime.combine(sheet.on, sheet.starts_at, tzinfo=PARIS)


def ends(sheet: AttendanceSheet) -> datetime:
    """The moment when a half-day is over."""
    return begins(sheet) + timedelta(minutes=sheet.minutes)


def check_begun(sheet: AttendanceSheet, now: datetime) -> None:
    """Raise `WrongState` before the half-day begins: a presence noted ahead proves nothing (law.md 4.3)."""
    if now < begins(sheet):
        raise WrongState(
            _("Cette demi-journée n'a pas commencé : les signatures sur papier s'y notent à partir du %(moment)s.")
            % {"moment": moment_words(begins(sheet))}
        )


def check_over(sheet: AttendanceSheet, now: datetime) -> None:
    """Raise `WrongState` before the half-day is over: until then nobody knows who stayed (law.md 4.3)."""
    if now < ends(sheet):
        raise WrongState(
            _("Cette demi-journée n'est pas finie : la feuille se verrouille à partir du %(moment)s.")
            % {"moment": moment_words(ends(sheet))}
        )


def moment_words(moment: datetime) -> str:
    """`4 novembre 2025 à 8 h 45`, by the clock of here."""
    moment = moment.astimezone(PARIS)
    return _("%(day)s à %(hour)s") % {"day": day_words(moment.date()), "hour": f"{moment:%H h %M}"}


def said_already(line: Attendance) -> str:
    """Why this line is not to be signed."""
    if line.state == Attendance.State.PRESENT:
        return _("Votre présence est déjà notée : il n'y a rien à refaire.")
    return _("Le formateur vous a noté absent : parlez-lui, il peut le changer.")
