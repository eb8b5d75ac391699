"""The bonus: asked by the holder of the market, granted, corrected or refused by the paying office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from defi.kernel.access import Actor
from defi.kernel.documents.french import long_date
from defi.kernel.journal import Action, acting, check_version
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.kernel.transitions import VERBS
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Session
from defi.schemes.conformity import Conformity
from defi.schemes.rulebook import Rulebook
from defi.steps.closing import mails
from defi.steps.closing.actions.certificate import standing_checks
from defi.steps.closing.actions.runs import keep_claim_run
from defi.steps.closing.checks import Check
from defi.steps.closing.claim_checks import claim_gaps, to_explain
from defi.steps.closing.claim_reading import read_claim
from defi.steps.closing.models import BonusClaim, CheckRun, ComplianceCertificate
from defi.steps.closing.printing import print_bonus_request
from defi.steps.closing.rules import claim_faults
from defi.steps.closing.sides import must_be_on_one_side
from defi.steps.closing.standing import stale_of
from defi.steps.closing.states import CLAIM, LIVING
from defi.steps.review.access import lock_followed, operation_of

_NOT_GRANTED = gettext_lazy("La prime ne peut pas être accordée.")


def send_claim(actor: Actor, operation_id: int, *, kind: str, order_number: str = "") -> BonusClaim:
    """The holder asks the paying office, by mail, on an acompte ("interim") or on the solde ("balance").

    The order number is the session's unless given. Raises `NotAllowed` (not the holder), `WrongState` (already asked),
    `Invalid` naming what is missing (process.md, step 9)."""
    with acting(actor, "claim.send") as act:
        operation = lock_operation(act, operation_id)
        must_hold(actor, operation)
        certificate = issued_certificate(operation)
        living = BonusClaim._base_manager.filter(operation=operation, state__in=LIVING).first()
        if living:
            raise WrongState(
                _("La prime a déjà été demandée pour cette opération, le %(on)s.") % {"on": long_date(living.sent_on)}
            )
        session, book, conformity = _checked(operation, certificate, kind, order_number)
        claim = act.create(
            BonusClaim,
            operation=operation,
            certificate=certificate,
            holder=operation.holder,
            kind=kind,
            order_number=order_number.strip() or session.order_number,
            amount=book.bonus_on(act.today),
            state=CLAIM.take("claim.send", actor, "").target,
            sent_on=act.today,
        )
        _send(act, operation, claim, session, book, conformity)
        return claim


def resend_claim(
    actor: Actor,
    claim_id: int,
    *,
    kind: str = "",
    order_number: str = "",
    reply: str = "",
    version: int | None = None,
) -> BonusClaim:
    """The holder sends the request again, corrected, and may say what it mended: a new pack, judged by what stands
    today."""
    with acting(actor, "claim.resend") as act:
        operation, claim = _lock(act, claim_id, version)
        must_hold(actor, operation)
        CLAIM.take(act.verb, actor, claim.state)
        certificate = issued_certificate(operation)
        kind, order_number = kind or claim.kind, order_number.strip() or claim.order_number
        session, book, conformity = _checked(operation, certificate, kind, order_number)
        act.move(
            CLAIM,
            claim,
            certificate=certificate,
            kind=kind,
            order_number=order_number,
            amount=book.bonus_on(act.today),
            holder=operation.holder,
            sent_on=act.today,
            decided_on=None,
            decision_reason="",
        )
        _send(act, operation, claim, session, book, conformity, reply)
        return claim


def waive_claim(actor: Actor, operation_id: int, *, reason: str) -> BonusClaim:
    """The holder says that it will not ask for the bonus: nobody waits for it. It may still ask later."""
    with acting(actor, "claim.waive", reason=reason) as act:
        operation = lock_operation(act, operation_id)
        must_hold(actor, operation)
        certificate = issued_certificate(operation)
        if certificate is None:
            raise WrongState(_("Sans attestation délivrée, il n'y a pas de prime à laquelle renoncer."))
        # What was said of a former certificate settles nothing for the one in force.
        settled = Q(state__in=LIVING) | Q(state="waived", certificate=certificate)
        known = BonusClaim._base_manager.filter(settled, operation=operation).first()
        if known:
            raise WrongState(_("C'est déjà réglé : la prime est « %(state)s ».") % {"state": known.get_state_display()})
        return act.create(
            BonusClaim,
            operation=operation,
            certificate=certificate,
            holder=operation.holder,
            state=CLAIM.take("claim.waive", actor, "", reason).target,
            sent_on=act.today,
            decided_on=act.today,
            decision_reason=reason.strip(),
        )


def record_claim_in_eos(
    actor: Actor, claim_id: int, *, on: date, kind: str = "", version: int | None = None
) -> BonusClaim:
    """The holder also asked in EOS, that day, on an acompte or on the solde (the claim's own when left out): typed
    back, the state does not change (seed 001, step 9)."""
    with acting(actor, "claim.record_eos") as act:
        operation, claim = _lock(act, claim_id, version)
        must_hold(actor, operation)
        if on > act.today:
            raise Invalid.field("on", _("Cette date est à venir : notez la demande une fois faite dans EOS."))
        if claim.certificate.issued_on and on < claim.certificate.issued_on:
            raise Invalid.field("on", _("Cette date précède l'attestation : la prime se demande ensuite."))
        kind = kind or claim.kind
        if kind not in BonusClaim.Kind.values:
            raise Invalid.field("kind", _("Dites si la demande dans EOS porte sur un acompte ou sur le solde."))
        if (claim.eos_requested_on, claim.eos_kind) == (on, kind):
            raise WrongState(_("Cette demande dans EOS est déjà notée."))
        return act.move(CLAIM, claim, eos_requested_on=on, eos_kind=kind)


def control_claim(actor: Actor, claim_id: int, *, version: int | None = None) -> CheckRun:
    """The paying office runs the checks; what they find is kept, whatever it is, and decides nothing by itself."""
    with acting(actor, "claim.control") as act:
        operation, claim = lock_to_pay(act, claim_id, version)
        must_be_on_one_side(actor, operation)
        if claim.state not in {"sent", "correction", "granted"}:
            raise WrongState(
                _("Cette demande est « %(state)s » : il n'y a plus rien à contrôler.")
                % {"state": claim.get_state_display()}
            )
        return keep_claim_run(act, claim, read_claim(claim).checks)


def ask_claim_correction(actor: Actor, claim_id: int, *, reason: str, version: int | None = None) -> BonusClaim:
    """The paying office says what to correct before it decides."""
    return _decide(actor, "claim.ask_correction", claim_id, reason, version)


def grant_claim(
    actor: Actor, claim_id: int, *, reason: str, explained: str = "", version: int | None = None
) -> BonusClaim:
    """The paying office grants the bonus: a decision of its own, with its reason, judged again on what stands today.

    `explained` says why it is granted although something contradicts the claim (EOS asked on another ground): it is
    kept with the reason. Raises `Invalid` with each check that blocks, or with what is left to explain; the run that
    found what blocks is kept: each non-payment has its reason."""
    VERBS["claim.grant"].check(actor, reason)
    keep_what_blocks(actor, claim_id, "claim.grant", reason, str(_NOT_GRANTED), version)
    return _decide(actor, "claim.grant", claim_id, reason, version, explained)


def refuse_claim(actor: Actor, claim_id: int, *, reason: str, version: int | None = None) -> BonusClaim:
    """The paying office refuses, with the reason."""
    return _decide(actor, "claim.refuse", claim_id, reason, version)


def must_hold(actor: Actor, operation: Operation) -> None:
    """The bonus belongs to the holder of the market, who may not be who trains. Raises `NotAllowed`."""
    if operation.holder_id is None or actor.organisation_id != operation.holder_id:
        holder = operation.holder.name if operation.holder else _("le titulaire du marché")
        raise NotAllowed(_("La prime se demande par le titulaire du marché : %(holder)s.") % {"holder": holder})


def issued_certificate(operation: Operation) -> ComplianceCertificate | None:
    """The certificate in force, locked, so that it is not withdrawn while the bonus is asked."""
    rows = ComplianceCertificate._base_manager.filter(operation=operation, state="issued")
    return rows.select_for_update(of=("self",)).first()


def _checked(
    operation: Operation, certificate: ComplianceCertificate | None, kind: str, order_number: str
) -> tuple[Session, Rulebook, Conformity]:
    session, book, facts, found = standing_checks(operation)
    faults = claim_faults(
        kind,
        certificate=certificate.state if certificate else "",
        conformity=facts.conformity if facts.found_on else None,
        checks=found,
        order_number=order_number or session.order_number,
        session_order=session.order_number,
        stale=stale_of(certificate, session) if "unchanged" in book.claim_blocks else (),
    )
    if faults:
        raise Invalid(" ".join(faults.values()), {name: text for name, text in faults.items() if name})
    if facts.conformity is None:
        raise WrongState(_("La session n'a pas démarré."))
    return session, book, facts.conformity


def _send(
    act: Action,
    operation: Operation,
    claim: BonusClaim,
    session: Session,
    book: Rulebook,
    conformity: Conformity,
    reply: str = "",
) -> None:
    document = print_bonus_request(act.actor, claim, session, book, conformity, act.now)
    act.change(claim, document=document)
    keep_claim_run(act, claim, read_claim(claim).checks, reason=reply)
    mails.claim_sent(act, operation, claim, book)


def _lock(act: Action, claim_id: int, version: int | None) -> tuple[Operation, BonusClaim]:
    operation = lock_operation(act, operation_of(act.actor, BonusClaim, claim_id))
    return operation, act.lock(BonusClaim, claim_id, version)


def lock_to_pay(act: Action, claim_id: int, version: int | None) -> tuple[Operation, BonusClaim]:
    """Once the operation is closed, what was granted is still checked and paid."""
    operation = lock_followed(act, operation_of(act.actor, BonusClaim, claim_id))
    return operation, act.lock(BonusClaim, claim_id, version)


def keep_what_blocks(actor: Actor, claim_id: int, verb: str, reason: str, head: str, version: int | None) -> None:
    """Run the checks in an action of their own: the decision is refused, what they found is kept all the same."""
    with acting(actor, "claim.control") as act:
        operation, claim = lock_to_pay(act, claim_id, None)
        must_be_on_one_side(actor, operation)
        # The state first: that it is paid already says more than that the page is an old one.
        CLAIM.take(verb, actor, claim.state, reason)
        check_version(claim, version)
        found = read_claim(claim).checks
        if claim_gaps(found):
            keep_claim_run(act, claim, found)
    refuse_gaps(found, head)


def refuse_gaps(found: Iterable[Check], head: str) -> None:
    """Raises `Invalid` with each check that blocks."""
    said = gaps_said(found, head)
    if said:
        raise Invalid(said)


def gaps_said(found: Iterable[Check], head: str) -> str:
    """What blocks, after `head`; empty when nothing does."""
    gaps = claim_gaps(found)
    return " ".join([head, *(f"{gap.label} : {gap.facts}" for gap in gaps)]) if gaps else ""


def _with_explanation(found: Iterable[Check], reason: str, explained: str) -> str:
    """The reason of a grant, with why it is given although something contradicts the claim. Raises `Invalid`."""
    differing = to_explain(found)
    if not differing:
        return reason
    if not explained.strip():
        facts = " ".join(check.facts for check in differing)
        raise Invalid.field(
            "explained",
            _("%(facts)s Demandez une correction au titulaire, ou expliquez l'écart pour accorder la prime.")
            % {"facts": facts},
        )
    return _("%(reason)s (écart expliqué : %(explained)s)") % {"reason": reason.strip(), "explained": explained.strip()}


def _decide(
    actor: Actor, verb: str, claim_id: int, reason: str, version: int | None, explained: str = ""
) -> BonusClaim:
    with acting(actor, verb, reason=reason) as act:
        operation, claim = _lock(act, claim_id, version)
        must_be_on_one_side(actor, operation)
        CLAIM.take(verb, actor, claim.state, reason)
        reading = read_claim(claim)
        if verb == "claim.grant":
            refuse_gaps(reading.checks, str(_NOT_GRANTED))
            reason = _with_explanation(reading.checks, reason, explained)
        keep_claim_run(act, claim, reading.checks, reason=reason)
        act.move(
            CLAIM,
            claim,
            checks=[check.stored() for check in (*reading.checks, *reading.lines)],
            decided_on=act.today,
            decision_reason=reason.strip(),
        )
        mails.claim_decided(act, operation, claim)
        return claim
