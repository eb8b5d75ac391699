"""Words on the certificate of conformity, the bonus and the closing. Each speaks of the operation's last request."""

from __future__ import annotations

from django.utils.translation import gettext as _

from defi.kernel import clock
from defi.kernel.access import TASK, Actor, scope
from defi.play.world import Args, PlayError, World, choice, word
from defi.steps.closing import actions, sealing
from defi.steps.closing.models import BonusClaim, ComplianceCertificate


@word("certificate.request")
def request_certificate(world: World, actor: Actor, args: Args) -> None:
    """No argument: the provider asks for the certificate."""
    actions.request_certificate(actor, world.operation.pk)


@word("certificate.resubmit")
def resubmit_certificate(world: World, actor: Actor, args: Args) -> None:
    """Optional `reply` (what was mended): the provider presents a corrected request again."""
    actions.resubmit_certificate(actor, _certificate(world).pk, reply=args.text("reply", ""))


@word("certificate.explain")
def explain_line(world: World, actor: Actor, args: Args) -> None:
    """`line` (the key of a line of the certificate), `text`: the provider explains it to who decides."""
    actions.explain_line(actor, _certificate(world).pk, line=args.text("line"), text=args.text("text"))


@word("certificate.issue")
def issue_certificate(world: World, actor: Actor, args: Args) -> None:
    """No argument: the officer issues it, with its number and its document."""
    actions.issue_certificate(actor, _certificate(world).pk)


@word("certificate.sign")
def sign_certificate(world: World, actor: Actor, args: Args) -> None:
    """No argument: the officer signs first, where the rulebook asks for two signatures."""
    actions.sign_certificate(actor, _certificate(world).pk)


@word("certificate.countersign")
def countersign_certificate(world: World, actor: Actor, args: Args) -> None:
    """No argument: the Direction de la formation signs second; the certificate is issued."""
    actions.countersign_certificate(actor, _certificate(world).pk)


@word("certificate.send_back")
def send_back_certificate(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the second signature is not given."""
    actions.send_back_certificate(actor, _certificate(world).pk, reason=args.text("reason"))


@word("certificate.seal")
def seal_certificate(world: World, actor: Actor, args: Args) -> None:
    """The worker's task, at once: the issued certificate is sealed. No argument."""
    sealing.seal_certificate(_certificate(world).pk)


@word("certificate.ask_correction")
def ask_certificate_correction(world: World, actor: Actor, args: Args) -> None:
    """`reason`: what to correct."""
    actions.ask_certificate_correction(actor, _certificate(world).pk, reason=args.text("reason"))


@word("certificate.refuse")
def refuse_certificate(world: World, actor: Actor, args: Args) -> None:
    """`reason`."""
    actions.refuse_certificate(actor, _certificate(world).pk, reason=args.text("reason"))


@word("certificate.withdraw")
def withdraw_certificate(world: World, actor: Actor, args: Args) -> None:
    """`reason`: a claim not yet paid falls with it."""
    actions.withdraw_certificate(actor, _certificate(world).pk, reason=args.text("reason"))


@word("claim.send")
def send_claim(world: World, actor: Actor, args: Args) -> None:
    """`kind` (interim: on an acompte, balance: on the solde); optional `order_number` (the session's by default)."""
    actions.send_claim(
        actor,
        world.operation.pk,
        kind=choice(BonusClaim.Kind, args.text("kind")),
        order_number=args.text("order_number", ""),
    )


@word("claim.resend")
def resend_claim(world: World, actor: Actor, args: Args) -> None:
    """Optional `kind` and `order_number`, as they were by default; `reply`: what was mended."""
    actions.resend_claim(
        actor,
        _claim(world).pk,
        kind=args.text("kind", ""),
        order_number=args.text("order_number", ""),
        reply=args.text("reply", ""),
    )


@word("claim.waive")
def waive_claim(world: World, actor: Actor, args: Args) -> None:
    """`reason`: the holder says that it will not ask for the bonus."""
    actions.waive_claim(actor, world.operation.pk, reason=args.text("reason"))


@word("claim.record_eos")
def record_claim_in_eos(world: World, actor: Actor, args: Args) -> None:
    """Optional `requested_on` (today by default), `kind` (the claim's): the day it was also asked in EOS, on what."""
    actions.record_claim_in_eos(
        actor, _claim(world).pk, on=args.day("requested_on", clock.today()), kind=args.text("kind", "")
    )


@word("claim.control")
def control_claim(world: World, actor: Actor, args: Args) -> None:
    """No argument: the paying office runs the checks, and keeps what they find."""
    actions.control_claim(actor, _claim(world).pk)


@word("claim.ask_correction")
def ask_claim_correction(world: World, actor: Actor, args: Args) -> None:
    """`reason`: what to correct."""
    actions.ask_claim_correction(actor, _claim(world).pk, reason=args.text("reason"))


@word("claim.grant")
def grant_claim(world: World, actor: Actor, args: Args) -> None:
    """`reason`; `explained` when something contradicts the claim: why it is granted all the same."""
    actions.grant_claim(actor, _claim(world).pk, reason=args.text("reason"), explained=args.text("explained", ""))


@word("claim.refuse")
def refuse_claim(world: World, actor: Actor, args: Args) -> None:
    """`reason`."""
    actions.refuse_claim(actor, _claim(world).pk, reason=args.text("reason"))


@word("claim.pay")
def pay_claim(world: World, actor: Actor, args: Args) -> None:
    """Optional `paid_on` (today by default), and `amount` in euros when the rulebook holds none ("3000.00")."""
    actions.pay_claim(
        actor, _claim(world).pk, paid_on=args.day("paid_on", clock.today()), amount=args.optional_decimal("amount")
    )


@word("claim.correct_payment")
def correct_payment(world: World, actor: Actor, args: Args) -> None:
    """`amount` in euros ("3000.00"), `reason`; optional `paid_on` (as it was noted by default)."""
    claim = _claim(world)
    amount = args.optional_decimal("amount") or claim.amount
    paid_on = args.day("paid_on", claim.paid_on or clock.today())
    if amount is None:
        raise PlayError(_("aucun paiement n'est noté"))
    actions.correct_payment(actor, claim.pk, amount=amount, paid_on=paid_on, reason=args.text("reason"))


@word("eos.record_closed")
def record_eos_closed(world: World, actor: Actor, args: Args) -> None:
    """Optional `closed_on` (today by default): the day the session was closed in EOS."""
    actions.record_eos_closed(actor, world.operation.pk, closed_on=args.day("closed_on", clock.today()))


@word("operation.close")
def close_operation(world: World, actor: Actor, args: Args) -> None:
    """No argument: the officer closes the operation; the follow-up of people goes on."""
    actions.close_operation(actor, world.operation.pk)


def _certificate(world: World) -> ComplianceCertificate:
    with scope(TASK):
        found = ComplianceCertificate.objects.filter(operation=world.operation).last()
    if found is None:
        raise PlayError(_("aucune attestation n'est demandée"))
    return found


def _claim(world: World) -> BonusClaim:
    with scope(TASK):
        found = BonusClaim.objects.filter(operation=world.operation).last()
    if found is None:
        raise PlayError(_("aucune prime n'est demandée"))
    return found
