"""What anyone holding the code of a certificate, or of any numbered document, may check: no personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from defi.kernel.access import TASK, scope
from defi.kernel.models import Document
from defi.kernel.numbers import clean_code
from defi.kernel.signing.providers import RECEIVED
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.closing.standing import printed_days
from defi.steps.pairing.models import Finding
from defi.steps.pairing.queries import standing


@dataclass(frozen=True, slots=True)
class Verification:
    """What anyone holding a code may check: no personal data, and no count of people: beside a published figure of the
    same operation, how many entered tells how few have another funding.

    `starts_on` and `ends_on` are the days that the certificate bears; `now_starts_on` and `now_ends_on` those of the
    session today, given only when they are others."""

    number: str
    code: str
    kind: str
    made_on: date
    sha256: str
    valid: bool
    title: str = ""
    provider: str = ""
    basin: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    now_starts_on: date | None = None
    now_ends_on: date | None = None
    withdrawn_on: date | None = None
    cancelled_on: date | None = None
    replaced_on: date | None = None
    conformity_label: str = ""


def verification(code: str) -> Verification | None:
    """The certificate, or any numbered document, of this code as a person types it; None when there is none."""
    wanted = clean_code(code)
    if not wanted:
        return None
    with scope(TASK):
        certificate = (
            ComplianceCertificate.objects.filter(Q(code=wanted) | Q(sealed__code=wanted))
            .select_related("operation__provider", "operation__basin", "document")
            .defer("document__content")
            .first()
        )
        if certificate is not None and certificate.document is not None:
            return _of_certificate(certificate, certificate.document)
        document = Document.objects.filter(code=wanted).exclude(kind=RECEIVED).defer("content").first()
    if document is None:
        return None
    return Verification(
        number=document.number,
        code=document.code,
        kind=document.kind,
        made_on=document.made_at.date(),
        sha256=document.sha256,
        valid=document.cancelled_on is None and document.replaced_on is None,
        cancelled_on=document.cancelled_on,
        replaced_on=document.replaced_on,
    )


def _of_certificate(certificate: ComplianceCertificate, document: Document) -> Verification:
    operation = certificate.operation
    finding = Finding.objects.filter(operation=operation).select_related("session").first()
    session = finding.session if finding else None
    gauge = standing(session) if session else None
    printed = printed_days(certificate, session) if session else (None, None)
    today = (session.started_on or session.starts_on, session.ended_on or session.ends_on) if session else printed
    moved = today != printed
    return Verification(
        number=certificate.number or "",
        code=certificate.code or "",
        kind=document.kind,
        made_on=certificate.issued_on or document.made_at.date(),
        sha256=document.sha256,
        valid=certificate.state == "issued",
        title=operation.title,
        provider=operation.provider.name if operation.provider else "",
        basin=operation.basin.name,
        starts_on=printed[0],
        ends_on=printed[1],
        now_starts_on=today[0] if moved else None,
        now_ends_on=today[1] if moved else None,
        withdrawn_on=certificate.decided_on if certificate.state == "withdrawn" else None,
        conformity_label=gauge.label if gauge else "",
    )
