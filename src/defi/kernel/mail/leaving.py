"""The round of the post: what may leave now, alone or with the others of its day; each is looked at again first.

Two steps, so that a crash between them sends the same text again, under the same identity, and never another: the text
is made ready and kept (`leaving_at`), then handed over. Locks: two rounds never hold the same row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from defi.kernel import clock
from defi.kernel.mail import composing, hours, reviewing, secret_links
from defi.kernel.mail.models import WAITING
from defi.kernel.mail.posting import Fate, NotTaken, Post, ServerDown
from defi.kernel.mail.purposes import Urgency, table
from defi.kernel.mail.states import DIGEST, Dropped
from defi.kernel.models import FailingAddress, Mail, MailServer

MOST = 500
"""Departures of one round: the next, a minute later, goes on."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What leaves together to one address: one row, or several in a digest."""

    address: str
    ids: tuple[int, ...]
    gathered: bool


def go_round(now: datetime | None = None) -> int:
    """Carry everything that may leave; how many messages left. A server that does not answer ends the round."""
    moment = now or clock.now()
    if _server_rests(moment):
        return 0
    return _carry_all(list(departures(moment))[:MOST], moment)


def send(mail_id: int, now: datetime | None = None) -> None:
    """Carry this row if it may leave now; what it waits for, the round finds later."""
    moment = now or clock.now()
    mail = Mail.objects.filter(WAITING, pk=mail_id).first()
    if mail is None or (mail.urgency != Urgency.CODE and _server_rests(moment)):
        return
    _carry_all([d for d in departures(moment, mail.address) if mail.pk in d.ids], moment)


def _server_rests(now: datetime) -> bool:
    return MailServer.objects.filter(pk=1, next_try_at__gt=now).exists()


def departures(now: datetime, address: str = "") -> Iterator[Departure]:
    """What may leave at this instant, address by address, oldest first."""
    rows = Mail.objects.filter(WAITING & _may_leave(now), due_at__lte=now).order_by("id")
    if address:
        rows = rows.filter(address=address)
    by_address: dict[str, list[Mail]] = {}
    for mail in rows.defer("subject", "body", "calendar", "error"):
        by_address.setdefault(mail.address.lower(), []).append(mail)
    for found in by_address.values():
        yield from _of_one_address(found, now)


def _may_leave(now: datetime) -> Q:
    """What is worth looking at: at night codes alone, by day not the news that wait for the next digest."""
    known = table().hours
    if not hours.is_open(now, known):
        return Q(urgency=Urgency.CODE)
    return ~Q(urgency=Urgency.DIGEST) | Q(digest__isnull=False) | Q(due_at__lte=hours.last_digest(now, known))


def _of_one_address(rows: list[Mail], now: datetime) -> Iterator[Departure]:
    known = table()
    alone = [mail for mail in rows if mail.urgency == Urgency.CODE]
    if hours.is_open(now, known.hours):
        urgent = [m for m in rows if m.urgency == Urgency.NOW and m.digest_id is None and m.purpose != DIGEST]
        moment = hours.last_digest(now, known.hours)
        behind = _is_behind(rows, now, moment)
        gathered = [m for m in rows if m.urgency == Urgency.DIGEST or m.digest_id]
        if behind:
            # One message says everything that could not be said in time.
            gathered, urgent = gathered + [m for m in urgent if not m.leaving_at], [m for m in urgent if m.leaving_at]
        alone += urgent + [m for m in gathered if m.leaving_at and m.digest_id is None]
        gathered = [m for m in gathered if _is_ripe(m, now) and not (m.leaving_at and m.digest_id is None)]
        waits = any(m.purpose == DIGEST and m.next_try_at and m.next_try_at > now for m in rows)
        if gathered and not waits:
            yield Departure(gathered[0].address, tuple(sorted(m.pk for m in gathered)), gathered=True)
    for mail in alone:
        if _is_ripe(mail, now):
            yield Departure(mail.address, (mail.pk,), gathered=False)


def _is_ripe(mail: Mail, now: datetime) -> bool:
    return mail.next_try_at is None or mail.next_try_at <= now


def _is_behind(rows: list[Mail], now: datetime, moment: datetime) -> bool:
    """Whether something for this address should have left long ago: the server was down, or the worker."""
    known = table()
    before = hours.last_digest(moment - timedelta(seconds=1), known.hours)
    return any(
        m.digest_id is not None
        or (m.urgency == Urgency.NOW and m.purpose != DIGEST and _is_late(m, now))
        or (m.urgency == Urgency.DIGEST and m.due_at <= before)
        for m in rows
        if m.next_try_at is None
    )


def _is_late(mail: Mail, now: datetime) -> bool:
    known = table()
    return hours.next_open(mail.due_at, known.hours) < now - known.retries.late


def _carry_all(leaving: list[Departure], now: datetime) -> int:
    post, left = Post(), 0
    try:
        for departure in leaving:
            post.ready()
            left += _carry(post, departure, now)
    except ServerDown as problem:
        _server_fell(str(problem), now)
    else:
        if leaving:
            MailServer.objects.filter(pk=1).exclude(down_since=None).update(
                down_since=None, next_try_at=None, attempts=0, error=""
            )
    finally:
        post.close()
    return left


def _carry(post: Post, departure: Departure, now: datetime) -> bool:
    mail_id = _made_ready(departure, now)
    return mail_id is not None and _handed_over(post, mail_id, now)


def _made_ready(departure: Departure, now: datetime) -> int | None:
    """Look again, word it and keep the text; the row that carries it. Nothing when nothing is left to say."""
    with transaction.atomic():
        carrier = _carrier(departure.address) if departure.gathered else None
        if carrier and carrier.leaving_at:
            return carrier.pk
        rows = Mail.objects.select_for_update(skip_locked=True).filter(WAITING, pk__in=departure.ids).order_by("id")
        mails = [m for m in rows if departure.gathered or m.digest_id is None]
        if not departure.gathered and mails and mails[0].leaving_at:
            return mails[0].pk
        kept = reviewing.look_again(mails, now)
        if not kept:
            if carrier:
                _drop_empty(carrier, now)
            return None
        if carrier is None and len(kept) == 1:
            kept[0].leaving_at = now
            kept[0].save(update_fields=["leaving_at"])
            return kept[0].pk
        return _composed(carrier, kept, now).pk


def _carrier(address: str) -> Mail | None:
    rows = Mail.objects.select_for_update(skip_locked=True).filter(WAITING, purpose=DIGEST, address__iexact=address)
    return rows.first()


def _drop_empty(carrier: Mail, now: datetime) -> None:
    carrier.dropped_at, carrier.dropped_why = now, Dropped.EMPTY
    carrier.save(update_fields=["dropped_at", "dropped_why"])


def _composed(carrier: Mail | None, kept: list[Mail], now: datetime) -> Mail:
    people = {mail.person_id for mail in kept}
    if carrier is None:
        carrier = Mail.objects.create(
            purpose=DIGEST,
            urgency=Urgency.NOW,
            address=kept[0].address,
            person_id=people.pop() if len(people) == 1 else None,
            queued_at=now,
            due_at=now,
        )
    if len(kept) == 1:
        carrier.subject, carrier.body, carrier.document = kept[0].subject, kept[0].body, kept[0].document
    else:
        carrier.subject, carrier.body = composing.digest_of(kept, now)
        carrier.document = None
    carrier.leaving_at = now
    carrier.save(update_fields=["subject", "body", "document", "leaving_at"])
    Mail.objects.filter(digest=carrier).exclude(pk__in=[m.pk for m in kept]).update(digest=None)
    Mail.objects.filter(pk__in=[m.pk for m in kept]).update(digest=carrier)
    return carrier


def _handed_over(post: Post, mail_id: int, now: datetime) -> bool:
    fallen: ServerDown | None = None
    with transaction.atomic():
        mail = Mail.objects.select_for_update(skip_locked=True).filter(WAITING, pk=mail_id).first()
        if mail is None:
            return False
        items = list(mail.items.filter(WAITING).order_by("id"))
        try:
            message = composing.message_of(mail, [item.calendar for item in items], items)
            post.hand_over(message, settings.MAIL_RETURN or settings.MAIL_FROM, mail.address)
        except NotTaken as no:
            _not_taken(mail, items, no, now)
            fallen = ServerDown(str(no)) if no.fate is Fate.UNSURE else None
        except ValueError as problem:
            # An address or a subject that no header can hold: trying again changes nothing.
            _not_taken(mail, items, NotTaken(Fate.NEVER, str(problem)), now)
        except ServerDown as down:
            mail.leaving_at = None
            mail.save(update_fields=["leaving_at"])
            fallen = down
        else:
            _sent(mail, items, now)
            return True
    if fallen:
        raise fallen
    return False


def _sent(mail: Mail, items: list[Mail], now: datetime) -> None:
    for row in (mail, *items):
        row.sent_at, row.error = now, ""
        row.attempts += 1
        row.subject, row.body = secret_links.forgotten(row.subject), secret_links.forgotten(row.body)
        row.url = secret_links.forgotten(row.url)
        if row.urgency == Urgency.CODE:
            row.subject = row.body = ""
        row.save(update_fields=["sent_at", "error", "attempts", "subject", "body", "url"])
    # What was refused once is received again; a bounce comes after the acceptance, which proves nothing against it.
    FailingAddress.objects.filter(address=mail.address, bounced=False).delete()


def _not_taken(mail: Mail, items: list[Mail], no: NotTaken, now: datetime) -> None:
    waits = table().retries.waits
    mail.attempts += 1
    mail.error = str(no)
    if no.fate in {Fate.LATER, Fate.UNSURE} and mail.attempts <= len(waits):
        mail.next_try_at = now + waits[mail.attempts - 1]
        mail.leaving_at = mail.leaving_at if no.fate is Fate.UNSURE else None
        mail.save(update_fields=["attempts", "error", "next_try_at", "leaving_at"])
        return
    for row in (mail, *items):
        row.failed_at, row.error = now, str(no)
        row.save(update_fields=["failed_at", "error", "attempts"])
    if no.fate is Fate.NOBODY:
        FailingAddress.objects.get_or_create(address=mail.address, defaults={"since": now, "said": str(no)})


def _server_fell(said: str, now: datetime) -> None:
    waits = table().retries.server
    with transaction.atomic():
        server, _made = MailServer.objects.select_for_update().get_or_create(pk=1)
        server.down_since = server.down_since or now
        server.next_try_at = now + waits[min(server.attempts, len(waits) - 1)]
        server.attempts = min(server.attempts + 1, 1000)
        server.error = said
        server.save()
