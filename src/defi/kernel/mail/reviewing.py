"""A last look before a mail leaves: is it still true, does its reader want it, can its address receive?

A room registers with `still` how to look again at the mails of one of its purposes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from defi.kernel.access import TASK, scope
from defi.kernel.clock import PARIS
from defi.kernel.mail import reminders
from defi.kernel.mail.directory import Reader, directory
from defi.kernel.mail.models import WAITING
from defi.kernel.mail.purposes import Urgency, table
from defi.kernel.mail.states import DIGEST, Dropped
from defi.kernel.mail.wanted import is_wanted
from defi.kernel.models import FailingAddress, Link, Mail

Check = Callable[[Mail], bool]

_CHECKS: dict[str, Check] = {}


def still(purpose: str) -> Callable[[Check], Check]:
    """Ask the decorated function, when a mail of this purpose leaves, whether it is still to be said."""

    def register(check: Check) -> Check:
        _CHECKS[purpose] = check
        return check

    return register


def party_of(mail: Mail) -> int | None:
    """The organisation (id) that the reader of this mail answers for: that of its personal link, else its own."""
    link = Link.objects.filter(pk=mail.link_id).first() if mail.link_id else None
    return link.organisation_id if link else mail.organisation_id


def is_last(mail: Mail) -> bool:
    """No later mail of the same kind waits for the same reader, for the same organisation, about the same operation."""
    same = Mail.objects.filter(WAITING, purpose=mail.purpose, file_id=mail.file_id, address=mail.address)
    later = list(same.filter(pk__gt=mail.pk))
    return not later or party_of(mail) not in {party_of(one) for one in later}


def look_again(mails: list[Mail], now: datetime) -> list[Mail]:
    """The mails of one address that are still to be said, worded as of now; the others are dropped, with why."""
    mails = [mail for mail in mails if mail.purpose != DIGEST]
    failing = FailingAddress.objects.filter(address__in={mail.address for mail in mails}).first()
    readers = directory.readers({mail.person_id for mail in mails if mail.person_id})
    newest = {mail.about: mail.pk for mail in mails if mail.about}
    kept = []
    with scope(TASK):
        for mail in mails:
            reader = readers.get(mail.person_id or 0)
            if mail.urgency != Urgency.CODE and failing:
                _fail(mail, failing, now)
            elif why := _outlived(mail, newest, now) or _why_not(mail, reader, now):
                _drop(mail, why, now)
            else:
                kept.append(mail)
    return kept


def _outlived(mail: Mail, newest: dict[str, int], now: datetime) -> str:
    if mail.urgency == Urgency.CODE and mail.queued_at < now - table().retries.code:
        return Dropped.OUTDATED
    return Dropped.OUTDATED if mail.about and newest[mail.about] != mail.pk else ""


def _why_not(mail: Mail, reader: Reader | None, now: datetime) -> str:
    """Why this mail is not to be said; a reminder that is to be said is worded as of now."""
    owed = reminders.still_owed(mail) if mail.about else None
    check = _CHECKS.get(mail.purpose)
    if (mail.about and owed is None) or (check and not check(mail)):
        return Dropped.DONE
    if mail.link_id and Link.objects.filter(pk=mail.link_id, revoked_at__isnull=False).exists():
        # Another link took its place, or it went to a hand that answers no more: it would open nothing.
        return Dropped.OUTDATED
    is_late = owed is not None and owed.is_late(now.astimezone(PARIS).date())
    if not is_wanted(mail.urgency, urgent_only=bool(reader and reader.urgent_only), is_late=is_late):
        return Dropped.CHOICE
    if owed:
        reminders.reword(mail, owed)
    return ""


def _drop(mail: Mail, why: str, now: datetime) -> None:
    mail.dropped_at, mail.dropped_why, mail.digest = now, why, None
    mail.save(update_fields=["dropped_at", "dropped_why", "digest"])


def _fail(mail: Mail, failing: FailingAddress, now: datetime) -> None:
    mail.failed_at, mail.error, mail.digest = now, failing.said, None
    mail.save(update_fields=["failed_at", "error", "digest"])
