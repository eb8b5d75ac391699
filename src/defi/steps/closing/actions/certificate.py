"""The certificate of conformity: asked by the provider, checked line by line, decided by the territory's officer."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, NotAllowed, WrongState
from defi.operations.access import lock_operation
from defi.operations.models import Operation, Session
from defi.schemes.rulebook import Rulebook, rulebook
from defi.steps.closing import mails
from defi.steps.closing.actions.runs import keep_certificate_run
from defi.steps.closing.checks import Check, checks
from defi.steps.closing.evidence import Facts
from defi.steps.closing.facts import gather
from defi.steps.closing.models import BonusClaim, ComplianceCertificate
from defi.steps.closing.printing import print_certificate
from defi.steps.closing.rules import issue_faults
from defi.steps.closing.sides import must_be_on_one_side
from defi.steps.closing.states import CERTIFICATE, CLAIM, LIVING
from defi.steps.review.access import lock_followed, operation_of


def request_certificate(actor: Actor, operation_id: int) -> ComplianceCertificate:
    """The provider asks for the certificate, from the start of the session on; one request lives at a time."""
    with acting(actor, "certificate.request") as act:
        operation = lock_operation(act, operation_id)
        _started(operation)
        living = _living(operation)
        if living:
            raise WrongState(
                _("L'attestation est déjà %(state)s pour cette opération.") % {"state": living.get_state_display()}
            )
        _refuse_the_same_again(operation)
        certificate = act.create(
            ComplianceCertificate,
            operation=operation,
            state=CERTIFICATE.take("certificate.request", actor, "").target,
            requested_on=act.today,
        )
        keep_certificate_run(act, certificate, standing_checks(operation)[-1])
        mails.certificate_requested(act, operation)
        return certificate


def resubmit_certificate(
    actor: Actor, certificate_id: int, *, reply: str = "", version: int | None = None
) -> ComplianceCertificate:
    """The provider corrected what was asked, may say how, and presents its request again."""
    with acting(actor, "certificate.resubmit") as act:
        operation, certificate = _lock(act, certificate_id, version)
        CERTIFICATE.take(act.verb, actor, certificate.state)
        keep_certificate_run(act, certificate, standing_checks(operation)[-1], reason=reply)
        act.move(CERTIFICATE, certificate, requested_on=act.today, decided_on=None, decision_reason="")
        mails.certificate_requested(act, operation)
        return certificate


def ask_certificate_correction(
    actor: Actor, certificate_id: int, *, reason: str, version: int | None = None
) -> ComplianceCertificate:
    """The officer says what to correct; the provider presents the request again."""
    return _decide(actor, "certificate.ask_correction", certificate_id, reason, version)


def refuse_certificate(
    actor: Actor, certificate_id: int, *, reason: str, version: int | None = None
) -> ComplianceCertificate:
    """The officer refuses, with the reason; a new request stays possible if the facts change."""
    return _decide(actor, "certificate.refuse", certificate_id, reason, version)


def issue_certificate(actor: Actor, certificate_id: int, *, version: int | None = None) -> ComplianceCertificate:
    """The officer of the territory issues it: number, code, document, and the checks as they stand.

    Raises `Invalid` with each thing that is missing: a finding of the start, target or admission, the lines that the
    rulebook makes blocking (process.md, « What makes a training a DEFI »); `WrongState` when the rulebook asks for a
    second signature."""
    with acting(actor, "certificate.issue") as act:
        operation, certificate = _lock(act, certificate_id, version)
        must_be_on_one_side(actor, operation)
        CERTIFICATE.take(act.verb, actor, certificate.state)
        if _book(operation).second_signature:
            raise WrongState(
                _("Le règlement demande deux signatures : signez l'attestation, puis la Direction contresigne.")
            )
        return _issue(act, operation, certificate)


def sign_certificate(actor: Actor, certificate_id: int, *, version: int | None = None) -> ComplianceCertificate:
    """The officer signs first, where the rulebook asks for two signatures; it is issued by the second.

    Raises what `issue_certificate` raises for what is missing, `WrongState` when one signature is enough."""
    with acting(actor, "certificate.sign") as act:
        operation, certificate = _lock(act, certificate_id, version)
        must_be_on_one_side(actor, operation)
        CERTIFICATE.take(act.verb, actor, certificate.state)
        if not _book(operation).second_signature:
            raise WrongState(_("Le règlement ne demande qu'une signature : délivrez l'attestation."))
        found = _issuable(operation)[-1]
        keep_certificate_run(act, certificate, found)
        act.move(
            CERTIFICATE,
            certificate,
            checks=[check.stored() for check in found],
            signed_on=act.today,
            signed_by_id=actor.person_id,
            decided_on=act.today,
        )
        mails.certificate_signed(act, operation)
        return certificate


def countersign_certificate(actor: Actor, certificate_id: int, *, version: int | None = None) -> ComplianceCertificate:
    """The second signature, by somebody else than the first: the certificate is issued, judged again on what stands."""
    with acting(actor, "certificate.countersign") as act:
        operation, certificate = _lock(act, certificate_id, version)
        must_be_on_one_side(actor, operation)
        CERTIFICATE.take(act.verb, actor, certificate.state)
        if actor.person_id == certificate.signed_by_id:
            raise NotAllowed(_("Vous avez signé en premier : une autre personne contresigne."))
        return _issue(act, operation, certificate)


def send_back_certificate(
    actor: Actor, certificate_id: int, *, reason: str, version: int | None = None
) -> ComplianceCertificate:
    """Who would sign second does not, with the reason: the officer decides again."""
    with acting(actor, "certificate.send_back", reason=reason) as act:
        operation, certificate = _lock(act, certificate_id, version)
        must_be_on_one_side(actor, operation)
        CERTIFICATE.take(act.verb, actor, certificate.state, reason)
        keep_certificate_run(act, certificate, standing_checks(operation)[-1], reason=reason)
        act.move(
            CERTIFICATE,
            certificate,
            signed_on=None,
            signed_by=None,
            decided_on=act.today,
            decision_reason=reason.strip(),
        )
        mails.certificate_sent_back(act, operation, certificate)
        return certificate


def withdraw_certificate(
    actor: Actor, certificate_id: int, *, reason: str, version: int | None = None
) -> ComplianceCertificate:
    """The officer withdraws it, with the reason. A claim not yet paid falls with it; once paid, it cannot be withdrawn
    here: money given is claimed back by other ways. A closed file does not protect a wrong certificate."""
    with acting(actor, "certificate.withdraw", reason=reason) as act:
        operation = lock_followed(act, operation_of(actor, ComplianceCertificate, certificate_id))
        certificate = act.lock(ComplianceCertificate, certificate_id, version)
        must_be_on_one_side(actor, operation)
        claims = list(BonusClaim._base_manager.filter(certificate=certificate, state__in=LIVING).select_for_update())
        must_not_be_paid(claims)
        keep_certificate_run(act, certificate, checks(_book(operation), gather(operation)), reason=reason)
        act.move(CERTIFICATE, certificate, decided_on=act.today, decision_reason=reason.strip())
        # Whoever verifies it, by its code or by the file, reads that it holds no more.
        kept = Document.objects.filter(object_type=type_of(certificate), object_id=certificate.pk, cancelled_on=None)
        kept.update(cancelled_on=act.today)
        for claim in claims:
            _fall(claim, certificate, reason)
        mails.certificate_withdrawn(act, operation, certificate, fallen=bool(claims))
        return certificate


def must_not_be_paid(claims: Iterable[BonusClaim]) -> None:
    """Raises `WrongState` once the bonus was paid on a certificate: it is withdrawn no more."""
    if any(claim.state == "paid" for claim in claims):
        raise WrongState(_("La prime a été payée : l'attestation ne se retire plus ici. Voyez la cellule de gestion."))


def standing_checks(operation: Operation) -> tuple[Session, Rulebook, Facts, list[Check]]:
    """The session, the rulebook, the facts and every line of the certificate, as they stand. Raises `WrongState`."""
    session = _started(operation)
    book = rulebook(operation.scheme, operation.rulebook_version)
    facts = gather(operation)
    return session, book, facts, checks(book, facts)


def _book(operation: Operation) -> Rulebook:
    return rulebook(operation.scheme, operation.rulebook_version)


def _issuable(operation: Operation) -> tuple[Session, Rulebook, Facts, list[Check]]:
    """What stands, once nothing forbids the certificate. Raises `Invalid` with each thing that is missing."""
    session, book, facts, found = standing_checks(operation)
    faults = issue_faults(facts.conformity, facts.found_on, found)
    if faults:
        raise Invalid(" ".join(faults))
    return session, book, facts, found


def _issue(act: Action, operation: Operation, certificate: ComplianceCertificate) -> ComplianceCertificate:
    session, book, facts, found = _issuable(operation)
    document = print_certificate(act.actor, certificate, session, book, facts, found, act.now)
    keep_certificate_run(act, certificate, found)
    act.move(
        CERTIFICATE,
        certificate,
        number=document.number,
        code=document.code,
        document=document,
        checks=[check.stored() for check in found],
        issued_on=act.today,
        issued_by_id=act.actor.person_id,
        decided_on=act.today,
        decision_reason="",
    )
    mails.certificate_issued(act, operation, certificate)
    return certificate


def _started(operation: Operation) -> Session:
    session = Session._base_manager.filter(operation=operation).order_by("number").first()
    if session is None or session.started_on is None:
        raise WrongState(_("L'attestation se demande une fois la session démarrée : constatez d'abord le démarrage."))
    return session


def _refuse_the_same_again(operation: Operation) -> None:
    """Once refused or withdrawn, it is asked again when nothing stands in its way any more."""
    last = ComplianceCertificate._base_manager.filter(operation=operation).order_by("pk").last()
    if last is None:
        return
    _session, _book, facts, found = standing_checks(operation)
    faults = issue_faults(facts.conformity, facts.found_on, found)
    if faults:
        words = {
            "withdrawn": _("L'attestation retirée ne se demande pas encore de nouveau : %(faults)s"),
            "refused": _("Rien n'a changé depuis le refus : %(faults)s"),
        }
        raise WrongState(words.get(last.state, words["refused"]) % {"faults": " ".join(faults)})


def _living(operation: Operation) -> ComplianceCertificate | None:
    rows = ComplianceCertificate._base_manager.filter(operation=operation)
    return rows.exclude(Q(state="refused") | Q(state="withdrawn")).first()


def _lock(act: Action, certificate_id: int, version: int | None) -> tuple[Operation, ComplianceCertificate]:
    operation = lock_operation(act, operation_of(act.actor, ComplianceCertificate, certificate_id))
    return operation, act.lock(ComplianceCertificate, certificate_id, version)


def _decide(actor: Actor, verb: str, certificate_id: int, reason: str, version: int | None) -> ComplianceCertificate:
    with acting(actor, verb, reason=reason) as act:
        operation, certificate = _lock(act, certificate_id, version)
        must_be_on_one_side(actor, operation)
        CERTIFICATE.take(verb, actor, certificate.state, reason)
        found = standing_checks(operation)[-1]
        keep_certificate_run(act, certificate, found, reason=reason)
        act.move(
            CERTIFICATE,
            certificate,
            checks=[check.stored() for check in found],
            decided_on=act.today,
            decision_reason=reason.strip(),
        )
        mails.certificate_decided(act, operation, certificate)
        return certificate


def _fall(claim: BonusClaim, certificate: ComplianceCertificate, reason: str) -> None:
    words = _("Attestation %(number)s retirée : %(reason)s") % {
        "number": certificate.number,
        "reason": reason.strip(),
    }
    with acting(TASK, "claim.fall", reason=words) as act:
        act.move(CLAIM, act.lock(BonusClaim, claim.pk), decided_on=act.today, decision_reason=words)
