"""The trainer's device goes round the room: while it does, its session opens one sheet and nothing else.

The lock is in the session, on the server: another tab, an address typed by hand or the button « back » meet it too. The
trainer takes the device back with a code of their own choice; too many wrong ones and the session is closed."""

from __future__ import annotations

import re

from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from defi.kernel.refusals import Invalid

SHEET, CODE, TRIES = "kiosk_sheet", "kiosk_code", "kiosk_tries"
MOST_TRIES = 5
FIGURES = re.compile(r"\d{4,8}")
OPEN = frozenset({"training:turn", "training:take_back"})
"""What a locked session opens, for its own sheet."""
SENDING = frozenset({"training:send_signatures", "training:worker", "account_logout"})
"""What it opens besides: what was signed without network leaves for whichever sheet it is, and one may sign out."""


def sheet_of(session: SessionBase) -> int | None:
    """The sheet on which this session is locked, if it is."""
    found: int | None = session.get(SHEET)
    return found


def has_code(session: SessionBase) -> bool:
    """Whether the trainer chose a code already, earlier in this session."""
    return CODE in session


def hand_round(session: SessionBase, sheet_id: int, code: str = "") -> None:
    """Lock this session on a sheet, until `code`: that chosen before when it is left out. Raises `Invalid`."""
    typed = code.strip()
    if typed or not has_code(session):
        if not FIGURES.fullmatch(typed):
            raise Invalid.field("code", _("Choisissez un code de 4 à 8 chiffres."))
        session[CODE] = _kept(typed)
    session[SHEET], session[TRIES] = sheet_id, 0


def take_back(session: SessionBase, code: str) -> bool:
    """Unlock with the code, or count one more wrong one."""
    if constant_time_compare(session.get(CODE, ""), _kept(code.strip())):
        session.pop(SHEET, None)
        return True
    session[TRIES] = session.get(TRIES, 0) + 1
    return False


def is_lost(session: SessionBase) -> bool:
    """Whether too many codes were wrong: only signing in again helps."""
    return bool(session.get(TRIES, 0) >= MOST_TRIES)


def opens(session: SessionBase, view_name: str, sheet_id: int | None) -> bool:
    """Whether this session may open this page."""
    locked = sheet_of(session)
    return locked is None or view_name in SENDING or (view_name in OPEN and sheet_id == locked)


def _kept(code: str) -> str:
    return salted_hmac("defi.training.kiosk", code, algorithm="sha256").hexdigest()
