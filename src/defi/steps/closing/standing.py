"""Whether a certificate in force still says what the session is: read from the journal and the amendments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Subquery

from defi.kernel.journal import type_of
from defi.kernel.models import JournalEntry
from defi.operations.models import Session
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.closing.rules import Standing, stale_sentences
from defi.steps.convention.models import Amendment

COLUMNS = ("starts_on", "ends_on", "seats", "started_on", "ended_on")
WAITING = ("owed", "sent")
ISSUING = ("certificate.issue", "certificate.countersign")


def stale_of(certificate: ComplianceCertificate | None, session: Session | None) -> tuple[str, ...]:
    """What changed since this certificate was issued, in sentences: two queries, none unless it is in force."""
    if certificate is None or session is None or certificate.state != "issued":
        return ()
    waiting = Amendment._base_manager.filter(operation=certificate.operation_id, state__in=WAITING).first()
    return stale_sentences(
        Standing(
            printed=_printed(certificate, session),
            now=(session.starts_on, session.ends_on, session.seats),
            amendment=waiting.state if waiting else "",
            amendment_since=waiting.owed_on if waiting else None,
        )
    )


def printed_days(certificate: ComplianceCertificate, session: Session) -> tuple[date, date]:
    """The first and the last day that the certificate bears: as they were the instant it was made. One query."""
    told = _at_issue(certificate, session)
    return _day(told["started_on"] or told["starts_on"]), _day(told["ended_on"] or told["ends_on"])


def _printed(certificate: ComplianceCertificate, session: Session) -> tuple[date, date, int]:
    told = _at_issue(certificate, session)
    return _day(told["starts_on"]), _day(told["ends_on"]), int(told["seats"])


def _at_issue(certificate: ComplianceCertificate, session: Session) -> dict[str, Any]:
    """The session as it stood the instant the certificate was made: what each later change found before it."""
    entries = JournalEntry.objects.filter(file_id=certificate.operation_id)
    issued = entries.filter(object_type=type_of(certificate), object_id=certificate.pk, verb__in=ISSUING)
    since = entries.filter(
        object_type=type_of(session), object_id=session.pk, id__gt=Subquery(issued.order_by("-id").values("id")[:1])
    ).order_by("-id")
    told: dict[str, Any] = {name: getattr(session, name) for name in COLUMNS}
    for before in since.values_list("before", flat=True):
        told |= {name: before[name] for name in COLUMNS if name in before}
    return told


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
