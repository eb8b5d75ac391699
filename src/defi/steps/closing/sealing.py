"""The certificate with the seal of the Region: made by a task once it is issued, kept for ever (docs/sealing.md)."""

from __future__ import annotations

import logging

from defi.kernel.access import TASK, scope
from defi.kernel.journal import acting
from defi.kernel.models import Document
from defi.kernel.signing.binding import SealError
from defi.kernel.signing.certificates import NoSeal
from defi.kernel.signing.keeping import keep_sealed
from defi.kernel.signing.proof import Edition, Given, Proof
from defi.people.models import Person
from defi.steps.closing.models import ComplianceCertificate
from defi.steps.closing.printing import function_held

log = logging.getLogger(__name__)


def seal_certificate(certificate_id: int) -> Document | None:
    """Seal the bytes of an issued certificate; the same call again gives back what was sealed.

    None when it is not issued, or was withdrawn meanwhile. Raises `SealError` or `NoSeal`, nothing being written."""
    with acting(TASK, "certificate.seal") as act:
        certificate = act.lock(ComplianceCertificate, certificate_id)
        if certificate.sealed is not None or certificate.state != "issued" or certificate.document is None:
            return certificate.sealed
        sealed = keep_sealed(certificate.document, proof_of(certificate, certificate.document), act.now)
        act.change(certificate, sealed=sealed)
        return sealed


def seal_what_waits() -> int:
    """Seal the certificates that are issued and not sealed yet; how many were. One does not hold back the others."""
    with scope(TASK):
        waiting = ComplianceCertificate.objects.filter(state="issued", sealed=None).exclude(document=None)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    done = 0
    for pk in ids:
        try:
            done += seal_certificate(pk) is not None
        except (SealError, NoSeal) as problem:
            log.warning("certificate %s is not sealed: %s", pk, problem)
    return done


def proof_of(certificate: ComplianceCertificate, document: Document) -> Proof:
    """Who decided it, when, on which text. Must run inside an open scope."""
    region = certificate.operation.region
    signers = [(certificate.signed_by, certificate.signed_on), (certificate.issued_by, certificate.issued_on)]
    return Proof(
        title=document.title,
        number=document.number,
        editions=(Edition(document.number, document.made_at, document.pages, document.sha256, in_force=True),),
        signatures=tuple(
            Given(
                name=str(person),
                quality=_quality(person, region.pk),
                organisation=region.name,
                way="account",
                on=day,
                sha256=document.sha256,
            )
            for person, day in signers
            if person is not None and day is not None
        ),
    )


def _quality(person: Person, region_id: int) -> str:
    return function_held(person.pk, region_id)
