"""A form opened by its address when its act is not possible any more: the page says so before anything is typed."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext as _

from defi.kernel.documents.french import long_date
from defi.kernel.pages import ActorRequest
from defi.kernel.refusals import WrongState
from defi.kernel.transitions import Table
from defi.operations.access import must_take_part
from defi.operations.models import Operation, Session
from defi.operations.states import OPERATION
from defi.schemes.rulebook import rulebook
from defi.steps.closing.actions.certificate import must_not_be_paid
from defi.steps.closing.actions.claim import gaps_said, must_hold
from defi.steps.closing.actions.closure import not_yet
from defi.steps.closing.actions.payment import NOT_PAID
from defi.steps.closing.claim_reading import read_claim
from defi.steps.closing.models import BonusClaim, ComplianceCertificate
from defi.steps.closing.queries import closing_facts
from defi.steps.closing.rules import closing_gaps
from defi.steps.closing.standing import stale_of
from defi.steps.closing.states import CLAIM, LIVING
from defi.steps.review.form_pages import ROLE_ONLY

R = TypeVar("R", BonusClaim, ComplianceCertificate)


def open_to(request: ActorRequest, table: Table, verb: str, row: R) -> R:
    """`row`, once `verb` may start from its state. Raises `NotAllowed`, and `WrongState` that says the state.

    What was posted is judged by the action, so that nothing typed is lost when the state changed meanwhile."""
    if request.method != "POST":
        table.take(verb, request.actor, row.state, reason=ROLE_ONLY)
    return row


def claim_may_be_sent_again(request: ActorRequest, row: BonusClaim) -> BonusClaim:
    """`row`, once it may be sent again. Raises `NotAllowed`, and `WrongState` that says why not."""
    open_to(request, CLAIM, "claim.resend", row)
    if request.method != "POST":
        _must_be_current(row.operation, row.certificate)
    return row


def may_close(request: ActorRequest, operation: Operation) -> None:
    """Before the confirmation that closes the operation. Raises `NotAllowed`, and `WrongState` when it is not running
    or with what is missing: nobody confirms in vain."""
    if request.method == "POST":
        return
    OPERATION.take("operation.close", request.actor, operation.state, reason=ROLE_ONLY)
    must_take_part(request.actor, operation)
    if gaps := closing_gaps(closing_facts(operation)):
        raise WrongState(not_yet(gaps))


def claim_may_be_paid(request: ActorRequest, row: BonusClaim) -> BonusClaim:
    """`row`, once its payment may be noted. Raises `NotAllowed`, and `WrongState` that says what stops it."""
    open_to(request, CLAIM, "claim.pay", row)
    said = gaps_said(read_claim(row).checks, str(NOT_PAID)) if request.method != "POST" else ""
    if said:
        raise WrongState(said)
    return row


def may_be_withdrawn(request: ActorRequest, row: ComplianceCertificate) -> None:
    """Before the form that takes a certificate back is shown. Raises `WrongState` once the bonus was paid on it."""
    if request.method != "POST":
        must_not_be_paid(BonusClaim.objects.visible_to(request.actor).filter(certificate=row, state="paid"))


def _must_be_current(operation: Operation, certificate: ComplianceCertificate) -> None:
    """Where the rulebook makes it block: a certificate that says former facts opens no right to ask."""
    if "unchanged" not in rulebook(operation.scheme, operation.rulebook_version).claim_blocks:
        return
    session = Session._base_manager.filter(operation=operation).order_by("number").first()
    said = stale_of(certificate, session)
    if said:
        raise WrongState(" ".join((_("La prime ne peut pas être demandée pour l'instant."), *said)))


def claim_may_start(request: ActorRequest, operation: Operation, *, waiving: bool = False) -> None:
    """Before the form that asks for the bonus, or gives it up, is shown. Raises `NotAllowed`, and `WrongState` when
    one is asked already (or given up, by who gives it up), the operation is closed or the certificate says
    former facts."""
    if request.method == "POST":
        return
    must_hold(request.actor, operation)
    if operation.state != "running":
        raise WrongState(
            _("L'opération est « %(state)s » : la prime ne s'y demande plus.")
            % {"state": operation.get_state_display()}
        )
    claim = BonusClaim.objects.visible_to(request.actor).filter(operation=operation, state__in=LIVING).first()
    if claim:
        raise WrongState(
            _("La prime a déjà été demandée le %(on)s : elle est « %(state)s ».")
            % {"on": long_date(claim.sent_on), "state": claim.get_state_display()}
        )
    issued = ComplianceCertificate.objects.visible_to(request.actor).filter(operation=operation, state="issued").first()
    if issued is None:
        raise WrongState(_("La prime se demande une fois l'attestation de conformité délivrée."))
    if not waiving:
        _must_be_current(operation, issued)
    if waiving and BonusClaim.objects.visible_to(request.actor).filter(certificate=issued, state="waived").exists():
        raise WrongState(_("C'est déjà noté : la prime n'est pas demandée. Vous pouvez encore la demander."))
