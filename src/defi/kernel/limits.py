"""How often what can be guessed or flooded may be tried over HTTP: one table, counted in the database by all processes.

One statement counts, atomic, and gives the minute at which to try again; the limits of allauth keep histories in a
cache under a lock, by several statements a try. Neither addresses nor keys are kept, only their keyed hash, for a day
at most. The figures are decisions: a whole classroom signs in behind one address.

What is tried on one thing (a mailbox, a card) is counted by network: a stranger who asks codes in somebody's name uses
up the stranger's tries, not theirs. Only what fills a mailbox is also counted from everywhere, and so high that six
networks have to join to keep its owner waiting: without that, who has many networks would fill it, and guess. A code to
sign in lives in the browser that asked for it and dies at the third wrong one, so that 60 codes in ten minutes are 180
guesses at most, of 20 to the 8th; a card is guessed 40 bits deep; a code to sign is asked and tried by one link or one
account, never by a mailbox (`steps.convention.code_rules`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel import clock
from defi.kernel.clock import PARIS
from defi.kernel.models import Tally
from defi.kernel.refusals import Refused

WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries within the window: from one network; from it on one thing (a mailbox, a card, a link); on that
    thing from everywhere. 0: not counted. `mails`: each sends one to that mailbox."""

    by_address: int
    by_key: int = 0
    everywhere: int = 0
    window: timedelta = WINDOW
    mails: bool = False


HOUR = timedelta(hours=1)
LIMITS: Mapping[str, Limit] = {
    "sign_in_ask": Limit(60, 10, everywhere=60, mails=True),
    "sign_in_code": Limit(120, 20),
    "card": Limit(60, 10),
    "signing_code": Limit(120, 20),
    "room_code": Limit(400, 20),
    "device_code": Limit(120, 10),
    "renew_link": Limit(20),
    "verify_code": Limit(60),
    "verify_file": Limit(20),
    # The public forms: a firm sends several sheets, a hall of job-seekers applies behind one address. How many mails
    # one mailbox receives from all networks together is in the actions (`MOST_LINKS`).
    "need_typed": Limit(120),
    "need_firms": Limit(600),
    "need_sent": Limit(60, 10, everywhere=60),
    "need_link": Limit(60, 3, window=HOUR, mails=True),
    "draft_link": Limit(60, 3, window=HOUR, mails=True),
    "application": Limit(200, 6, window=HOUR, mails=True),
    "booking": Limit(200, 6, window=HOUR, mails=True),
}


class TooOften(Refused):
    """Tried too often: it may be tried again at `again_at`. The middleware answers 429 with whatever page says it."""

    status = 429

    def __init__(self, again_at: datetime, *, mails: bool = False) -> None:
        self.seconds = max(1, ceil((again_at - clock.now()).total_seconds()))
        minutes = ceil(self.seconds / 60)
        wait = ngettext("dans %(n)d minute", "dans %(n)d minutes", minutes) % {"n": minutes}
        at = (again_at + timedelta(seconds=59)).astimezone(PARIS)
        said = _("Trop d'essais en peu de temps : réessayez %(wait)s, à %(hour)d h %(minute)02d.") % {
            "wait": wait,
            "hour": at.hour,
            "minute": at.minute,
        }
        where = _("Un message est peut-être déjà arrivé : regardez aussi dans les indésirables.") if mails else ""
        super().__init__(f"{said} {where}".strip())


def count(request: HttpRequest, name: str, key: str = "") -> None:
    """One more try of `name`, on `key`. Raises `TooOften`, which the answer to this request then bears.

    Counted even when what follows is undone: to be called outside any transaction."""
    limit, now = LIMITS[name], clock.now()
    network, thing = _network(request), key.strip().lower()
    tried = [(f"address {network}", limit.by_address)] if network else []
    if thing:
        # In this order: what one network has too much of is not counted against the thing itself.
        tried += [(f"key {network} {thing}", limit.by_key), (f"everywhere {thing}", limit.everywhere)]
    for who, most in tried:
        if not most:
            continue
        hashed = salted_hmac("defi.limits", who, algorithm="sha256").hexdigest()
        tries, began = _counted(name, hashed, now, limit.window)
        if tries > most:
            request.too_often = refusal = TooOften(began + limit.window, mails=limit.mails)  # type: ignore[attr-defined]
            raise refusal


def _counted(name: str, who: str, now: datetime, window: timedelta) -> tuple[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_tally AS t (name, who, began, tries) VALUES (%(name)s, %(who)s, %(now)s, 1)
            ON CONFLICT (name, who) DO UPDATE SET
                tries = CASE WHEN t.began <= %(past)s THEN 1 ELSE LEAST(t.tries + 1, 1000000) END,
                began = CASE WHEN t.began <= %(past)s THEN excluded.began ELSE t.began END
            RETURNING tries, began
            """,
            {"name": name, "who": who, "now": now, "past": now - window},
        )
        row = cursor.fetchone()
    assert row is not None
    return row[0], row[1]


def _network(request: HttpRequest) -> str:
    """The address of who asks, behind the proxies of the configuration (`DEFI_PROXIES`); of IPv6 its network, in which
    one machine takes as many addresses as it likes. Nothing when it is unknown."""
    try:
        address = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return ""
    return str(ip_network(f"{address}/64", strict=False) if isinstance(address, IPv6Address) else address)


def forget(now: datetime) -> int:
    """Drop the counters of more than a day; how many."""
    return Tally.objects.filter(began__lt=now - KEPT).delete()[0]
