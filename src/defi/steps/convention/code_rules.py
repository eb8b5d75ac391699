"""Pure rules of the code that signs: how long it lasts, how often it is tried, when another may leave.

Source: issue of the plan, « Signing »; the figures are decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DIGITS = 6
LASTS = timedelta(minutes=15)
TRIES = 5
"""Wrong codes allowed before this code is dead: one chance in 200,000 for who guesses."""
PATIENCE = timedelta(minutes=1)
MOST_AN_HOUR = 5
"""Codes for one hand of a signatory, a link or an account: a mailbox is not flooded, and guesses stay rare. By hand,
not by mailbox: a colleague, or who kept a former link, does not keep the one who signs from their code."""


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A code that left. `tries`: wrong ones typed against it so far."""

    fingerprint: str
    expires_at: datetime
    tries: int = 0
    used: bool = False


def is_living(code: CodeFacts | None, *, fingerprint: str, now: datetime) -> bool:
    """Whether this code may still sign the text of this fingerprint."""
    return (
        code is not None
        and not code.used
        and code.tries < TRIES
        and code.expires_at > now
        and code.fingerprint == fingerprint
    )


def code_fault(code: CodeFacts | None, *, matches: bool, fingerprint: str, now: datetime) -> str:
    """The sentence when what was typed does not sign this text, or nothing. `matches`: it is the code that left."""
    if code is None:
        return _("Demandez d'abord un code : il arrive à votre adresse.")
    if code.used:
        return _("Ce code a déjà servi : demandez-en un autre.")
    if code.fingerprint != fingerprint:
        return _("Le texte a changé depuis l'envoi de ce code : relisez-le, puis demandez un autre code.")
    if code.tries >= TRIES:
        return _("Ce code a été mal tapé trop de fois, il ne vaut plus : demandez-en un autre.")
    if code.expires_at <= now:
        return _("Ce code n'est plus valable, un quart d'heure a passé : demandez-en un autre.")
    if matches:
        return ""
    left = TRIES - code.tries - 1
    if left == 0:
        return _("Ce n'est pas le bon code, et il ne vaut plus après %(n)d essais : demandez-en un autre.") % {
            "n": TRIES
        }
    return ngettext(
        "Ce n'est pas le code du dernier message. Relisez-le : il reste %(n)d essai.",
        "Ce n'est pas le code du dernier message. Relisez-le : il reste %(n)d essais.",
        left,
    ) % {"n": left}


def asking_fault(left: Sequence[tuple[datetime, bool]], now: datetime) -> str:
    """The sentence when another code may not leave yet, or nothing. `left`: when the former ones left, and whether for
    the text read now: who has just read another edition need not wait for its code."""
    if any(at > now - PATIENCE for at, for_this in left if for_this):
        return _("Un code vient de partir : attendez une minute, et regardez aussi les indésirables.")
    if len([at for at, _for_this in left if at > now - timedelta(hours=1)]) >= MOST_AN_HOUR:
        return _("Trop de codes en une heure : réessayez plus tard, ou signez à l'encre.")
    return ""


def cleaned(typed: str) -> str:
    """The digits of what was typed: people copy a code with spaces."""
    return "".join(sign for sign in typed if sign.isdigit())
