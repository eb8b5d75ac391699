"""When a mail written now leaves, in words: a page never says as done what waits for the hours of the post.

Source: process.md, principle 2 (nobody waits without knowing); the hours are those of `schemes/mail.toml`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel.clock import PARIS
from defi.kernel.documents.french import NO_BREAK, weekday_date
from defi.kernel.mail.outbox import waits_until


def mail_leaves() -> str:
    """« part maintenant » is for the open hours; at night, on a Sunday or a public holiday, the hour at which it does.
    Empty when it leaves at once."""
    opens = waits_until()
    if opens is None:
        return ""
    here = opens.astimezone(PARIS)
    hour = f"{here.hour}{NO_BREAK}h" + (f"{NO_BREAK}{here:%M}" if here.minute else "")
    return _("le %(day)s à %(hour)s") % {"day": weekday_date(here.date()), "hour": hour}


def with_hour(said: str) -> str:
    """What a page says of a mail as done (« La Région est prévenue. »), with when it leaves unless that is now. True of
    an urgent mail and of one that waits for its digest: neither leaves before."""
    when = mail_leaves()
    return f"{said} {_('Les courriels ne partent pas avant %(when)s.') % {'when': when}}" if when else str(said)
