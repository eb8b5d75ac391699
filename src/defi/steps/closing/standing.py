"""Whether a certificate in force still says what the session is: read from the journal and the amendments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Subquery

from defi.kernel.clock import PARIS
from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry
from defi.operations.models import Session
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.closing.rules import Fate, Standing, stale_sentences
from defi.steps.convention.models import Amendment

COLUMNS = ("starts_on", "ends_on", "seats", "started_on", "ended_on")
WAITING = ("owed", "sent")
ISSUING = ("certificate.issue", "certificate.countersign")


def stale_of(
    certificate: ComplianceCertificate | None, session: Session | None, *, paid: bool = False
) -> tuple[str, ...]:
    """What changed since this certificate was issued, in sentences: two queries, none unless it is in force.

    `paid`: the bonus was paid on it."""
    if certificate is None or certificate.state != "issued":
        return ()
    return changed_since(certificate, session, paid=paid)


def changed_since(
    certificate: ComplianceCertificate, session: Session | None, *, paid: bool = False
) -> tuple[str, ...]:
    """The same of one that was issued, be it withdrawn since: what a claim made on it rests on."""
    if session is None or certificate.issued_on is None:
        return ()
    fate = Fate.WITHDRAWN if certificate.state == "withdrawn" else Fate.PAID if paid else Fate.IN_FORCE
    waiting = Amendment._base_manager.filter(operation=certificate.operation_id, state__in=WAITING).first()
    return stale_sentences(
        Standing(
            printed=_printed(certificate, session),
            now=(session.starts_on, session.ends_on, session.seats),
            amendment=waiting.state if waiting else "",
            amendment_since=waiting.owed_on if waiting else None,
            fate=fate,
        )
    )


def printed_days(certificate: ComplianceCertificate, session: Session) -> tuple[date, date]:
    """The first and the last day that the certificate bears: as they were the instant it was made. One query."""
    told = _at_issue(certificate, session)
    return _day(told["started_on"] or told["starts_on"]), _day(told["ended_on"] or told["ends_on"])


def bearing_former_facts(
    certificates: Iterable[ComplianceCertificate], sessions: Mapping[int, Session]
) -> dict[int, date]:
    """Of these certificates, the operations whose session has other dates or seats today, and the day of its last
    change; `sessions` by operation. Two queries, whatever their number, and none without certificate."""
    held = {one.pk: sessions[one.operation_id] for one in certificates if one.operation_id in sessions}
    if not held:
        return {}
    made = JournalEntry.objects.filter(
        object_type=ComplianceCertificate._meta.label_lower, object_id__in=held, verb__in=ISSUING
    ).order_by()
    issued = {held[pk].pk: entry for pk, entry in made.values_list("object_id").annotate(Max("id"))}
    if not issued:
        return {}
    changes = JournalEntry.objects.filter(
        object_type=Session._meta.label_lower, object_id__in=issued, id__gt=min(issued.values())
    ).order_by("-id")
    since: dict[int, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    for pk, entry, at, before in changes.values_list("object_id", "id", "at", "before"):
        if entry > issued[pk]:
            since[pk].append((at, before))
    found = {}
    for session in held.values():
        told = _before(session, [before for _at, before in since[session.pk]])
        if since[session.pk] and _facts(told) != (session.starts_on, session.ends_on, session.seats):
            found[session.operation_id] = since[session.pk][0][0].astimezone(PARIS).date()
    return found


def _printed(certificate: ComplianceCertificate, session: Session) -> tuple[date, date, int]:
    return _facts(_at_issue(certificate, session))


def _facts(told: Mapping[str, Any]) -> tuple[date, date, int]:
    return _day(told["starts_on"]), _day(told["ends_on"]), int(told["seats"])


def _at_issue(certificate: ComplianceCertificate, session: Session) -> dict[str, Any]:
    """The session as it stood the instant the certificate was made: what each later change found before it."""
    entries = JournalEntry.objects.filter(file_id=certificate.operation_id)
    issued = entries.filter(object_type=type_of(certificate), object_id=certificate.pk, verb__in=ISSUING)
    since = entries.filter(
        object_type=type_of(session), object_id=session.pk, id__gt=Subquery(issued.order_by("-id").values("id")[:1])
    ).order_by("-id")
    return _before(session, since.values_list("before", flat=True))


def _before(session: Session, changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The session before these changes, given from the last one back."""
    told: dict[str, Any] = {name: getattr(session, name) for name in COLUMNS}
    for before in changes:
        told |= {name: before[name] for name in COLUMNS if name in before}
    return told


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
