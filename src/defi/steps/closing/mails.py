"""Who is told what when a certificate or a bonus is asked, decided, withdrawn, paid, and when the operation closes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from defi.kernel.access import LEAD, Who
from defi.kernel.documents.french import amount_words, long_date
from defi.kernel.journal import Action
from defi.kernel.models import Document
from defi.kernel.outbox import Recipient, queue
from defi.operations.models import Operation
from defi.people.mailing import to_officers, to_organisation
from defi.schemes.rulebook import Rulebook
from defi.steps.closing.models import BonusClaim, ComplianceCertificate


def certificate_requested(act: Action, operation: Operation) -> None:
    """The officers learn that a decision is theirs."""
    _send(act, _officers(operation), "certificate_requested", {}, operation)


def certificate_signed(act: Action, operation: Operation) -> None:
    """The Direction de la formation learns that a second signature is theirs."""
    _send(act, to_organisation(operation.region, [Who.STEERING]), "certificate_signed", {}, operation)


def certificate_sent_back(act: Action, operation: Operation, certificate: ComplianceCertificate) -> None:
    """The officers learn why it was not signed a second time."""
    _send(act, _officers(operation), "certificate_sent_back", {"reason": act.reason.strip()}, operation)


def certificate_issued(act: Action, operation: Operation, certificate: ComplianceCertificate) -> None:
    """The provider and the holder learn its number, and that the bonus may be asked."""
    context = {
        "number": certificate.number,
        "verify_url": f"{settings.PUBLIC_URL}/verifier/{certificate.code}/",
        "holder": operation.holder.name if operation.holder else "",
    }
    _send(act, _runners(operation), "certificate_issued", context, operation)


def certificate_decided(act: Action, operation: Operation, certificate: ComplianceCertificate) -> None:
    """The provider learns the refusal, or what to correct, with the reason."""
    context = {"refused": certificate.state == "refused", "reason": act.reason.strip()}
    _send(act, _runners(operation), "certificate_decided", context, operation)


def certificate_withdrawn(
    act: Action, operation: Operation, certificate: ComplianceCertificate, *, fallen: bool
) -> None:
    """Provider and holder learn it, and the paying office when a claim falls with it."""
    told = list(_runners(operation))
    if fallen:
        told += to_organisation(operation.region, [Who.PAYING_OFFICE])
    context = {"number": certificate.number, "reason": act.reason.strip(), "fallen": fallen}
    _send(act, told, "certificate_withdrawn", context, operation)


def claim_sent(act: Action, operation: Operation, claim: BonusClaim, book: Rulebook) -> None:
    """The request itself, to the mailbox that the rulebook names (seed 001, step 9), with the address of its pack."""
    code = claim.document.code if claim.document else ""
    context = {
        "holder": claim.holder.name,
        "kind": claim.get_kind_display(),
        "order_number": claim.order_number,
        "certificate": claim.certificate.number,
        "pack_url": f"{settings.PUBLIC_URL}/primes/{claim.pk}/dossier.zip",
        "request_url": f"{settings.PUBLIC_URL}/documents/{code}/",
        "claim_url": f"{settings.PUBLIC_URL}/primes/{claim.pk}/",
        "sha256": claim.document.sha256 if claim.document else "",
    }
    office = Recipient(book.bonus_address, organisation_id=operation.region_id)
    _send(act, [office], "claim_sent", context, operation, claim.document)


def claim_decided(act: Action, operation: Operation, claim: BonusClaim) -> None:
    """The holder learns the decision with its reason, the payment, or its correction with the reason."""
    corrected = act.verb == "claim.correct_payment"
    context = {
        "state": claim.state,
        "corrected": corrected,
        "reason": act.reason.strip() if corrected else claim.decision_reason,
        "amount": amount_words(claim.amount) if claim.amount is not None else "",
        "paid_on": long_date(claim.paid_on) if claim.paid_on else "",
    }
    _send(act, to_organisation(claim.holder, LEAD), "claim_decided", context, operation)


def operation_closed(act: Action, operation: Operation) -> None:
    """Provider and holder learn it, and that the follow-up goes on."""
    _send(act, _runners(operation), "operation_closed", {}, operation)


def _officers(operation: Operation) -> list[Recipient]:
    return to_officers(operation.region_id, operation.basin_id)


def _runners(operation: Operation) -> list[Recipient]:
    found = to_organisation(operation.provider, LEAD)
    if operation.holder_id != operation.provider_id:
        found += to_organisation(operation.holder, LEAD)
    return found


def _send(
    act: Action,
    recipients: Iterable[Recipient],
    template: str,
    context: dict[str, Any],
    operation: Operation,
    document: Document | None = None,
) -> None:
    url = f"{settings.PUBLIC_URL}/operations/{operation.pk}/cloture/"
    known = {"operation": operation, "url": url, **context}
    for recipient in recipients:
        queue(act, recipient, f"closing/mail/{template}.txt", known, file_id=operation.pk, document=document)
