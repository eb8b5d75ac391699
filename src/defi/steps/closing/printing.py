"""Fills and keeps the documents of the closing: the certificate of conformity and the bonus request."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from defi.kernel.access import WHO_LABELS, Actor, Who
from defi.kernel.clock import PARIS
from defi.kernel.documents.keeping import keep
from defi.kernel.models import Document
from defi.operations.models import Operation, Session
from defi.people.models import Membership, Organisation, Person
from defi.schemes.conformity import Conformity, Verdict
from defi.schemes.rulebook import Rulebook
from defi.steps.closing.checks import Check
from defi.steps.closing.documents import (
    BONUS_REQUEST,
    CERTIFICATE,
    BonusRequestData,
    CertificateData,
    Claim,
    Finding,
    amount_line,
    piece,
)
from defi.steps.closing.documents import Check as PrintedCheck
from defi.steps.closing.evidence import Facts
from defi.steps.closing.models import BonusClaim, ComplianceCertificate
from defi.steps.convention.models import LIVING, Amendment, Convention
from defi.steps.offer.models import RouteDecision
from defi.steps.pairing.models import Admission


def function_of(actor: Actor) -> str:
    """What the actor's function is called in their organisation, else their role."""
    if actor.person_id is None or actor.organisation_id is None:
        return str(WHO_LABELS[actor.who])
    return _function(actor.person_id, actor.organisation_id, actor.who) or str(WHO_LABELS[actor.who])


def function_held(person_id: int, organisation_id: int) -> str:
    """What somebody's function is called in an organisation, else the role they hold or held there last."""
    held = Membership._base_manager.filter(person_id=person_id, organisation_id=organisation_id)
    last = held.order_by("-pk").values_list("function", "role").first()
    return (last[0] or str(WHO_LABELS[Who(last[1])])) if last else ""


def _function(person_id: int, organisation_id: int, role: Who) -> str:
    held = Membership._base_manager.filter(
        person_id=person_id, organisation_id=organisation_id, role=role.value, until=None
    )
    return held.values_list("function", flat=True).first() or ""


def person_name(actor: Actor) -> str:
    """The name of who acts, as it is printed."""
    person = Person._base_manager.filter(pk=actor.person_id or 0).first()
    return str(person) if person else ""


def print_certificate(
    actor: Actor,
    certificate: ComplianceCertificate,
    session: Session,
    book: Rulebook,
    facts: Facts,
    checks: list[Check],
    now: datetime,
) -> Document:
    """The certificate as the checks stand now, the instant it is issued; `facts` hold a finding."""
    operation, conformity = certificate.operation, facts.conformity
    if conformity is None or facts.found_on is None:
        raise ValueError("a certificate is printed from a finding")
    admission = Admission._base_manager.filter(session=session, state="admitted").select_related("decided_by").first()
    admitted = admission if conformity.verdict == Verdict.ADMITTED else None
    first = certificate.signed_by if certificate.signed_on else None
    second = person_name(actor) if first else ""
    with override("fr"):
        data = CertificateData(
            training=operation.title,
            eos_number=session.eos_number or _("non communiqué"),
            provider=operation.provider.name if operation.provider else "",
            place=session.place,
            basin=operation.basin.name,
            starts_on=session.started_on or session.starts_on,
            ends_on=session.ended_on or session.ends_on,
            seats=conformity.counts.seats,
            entered=conformity.counts.people,
            paired=conformity.counts.paired,
            minimum=conformity.minimum or 0,
            state=_state(conformity),
            found_on=facts.found_on,
            rulebook=_("%(title)s, version %(version)s") % {"title": book.title, "version": book.version},
            issued_by=str(first) if first else person_name(actor),
            issued_by_function=function_held(first.pk, operation.region_id) if first else function_of(actor),
            issued_on=now.astimezone(PARIS).date(),
            countersigned_by=second,
            countersigned_by_function=function_of(actor) if first else "",
            other_seats=conformity.counts.apart,
            admission_reason=admitted.reason if admitted else "",
            admitted_by=str(admitted.decided_by) if admitted and admitted.decided_by else "",
            admitted_on=admitted.decided_on if admitted else None,
            signed_convention_on=facts.convention_signed_on,
            checks=tuple(PrintedCheck(check.label, _finding(check), check.facts) for check in checks),
        )
    return keep(CERTIFICATE, data, certificate, now)


def _state(conformity: Conformity) -> str:
    if conformity.verdict == Verdict.TARGET:
        return _("objectif atteint, toutes les places sont appairées")
    return _("minimum atteint, session admise par décision de la Région")


def _finding(check: Check) -> Finding:
    if check.found:
        return Finding.SHOWN
    return Finding.LATER if check.later else Finding.NOT_SHOWN


def print_bonus_request(
    actor: Actor, claim: BonusClaim, session: Session, book: Rulebook, conformity: Conformity, now: datetime
) -> Document:
    """The pack of a claim: what is asked, on what, with the certificate and the convention as its pieces."""
    operation, certificate = claim.operation, claim.certificate
    office: Organisation = operation.region
    with override("fr"):
        data = BonusRequestData(
            training=operation.title,
            eos_number=session.eos_number or _("non communiqué"),
            holder=claim.holder.name,
            holder_siret=claim.holder.siret or _("non communiqué"),
            provider=operation.provider.name if operation.provider else "",
            order_number=claim.order_number,
            market=_market(operation),
            claim=Claim.INTERIM if claim.kind == BonusClaim.Kind.INTERIM else Claim.BALANCE,
            amount=amount_line(claim.amount),
            certificate_number=certificate.number or "",
            certificate_on=certificate.issued_on or claim.sent_on,
            starts_on=session.started_on or session.starts_on,
            ends_on=session.ended_on or session.ends_on,
            seats=conformity.counts.seats,
            paired=conformity.counts.paired,
            office=_("%(region)s, cellule de gestion") % {"region": office.name},
            office_mail=book.bonus_address,
            office_address=office.address,
            asked_by=person_name(actor),
            asked_by_function=function_of(actor),
            asked_on=claim.sent_on,
            pieces=tuple(
                piece(document.title, document.number, document.sha256) for document in pieces_of(claim.certificate)
            ),
        )
    return keep(BONUS_REQUEST, data, claim, now)


def pieces_of(certificate: ComplianceCertificate) -> list[Document]:
    """What goes with a claim, as it was kept: the certificate, the convention, each avenant signed since."""
    conventions = Convention._base_manager.filter(LIVING, operation=certificate.operation_id).values("document")
    signed = amendments_of(certificate).values("document")
    found = Document.objects.filter(Q(pk=certificate.document_id) | Q(pk__in=conventions) | Q(pk__in=signed))
    return list(found.defer("content").order_by("pk"))


def amendments_of(certificate: ComplianceCertificate) -> QuerySet[Amendment]:
    """What amends the convention that a certificate rests on: the avenants that all have signed."""
    rows = Amendment._base_manager.filter(operation=certificate.operation_id, state="signed")
    return rows.exclude(convention__state="cancelled")


def _market(operation: Operation) -> str:
    route = RouteDecision._base_manager.filter(operation=operation, superseded_on=None).select_related("lot").first()
    if route is None or route.lot is None:
        return ""
    return _("%(market)s, lot %(lot)s") % {"market": route.lot.market_number, "lot": route.lot.number}
