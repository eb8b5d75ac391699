"""Once everybody has signed: the sealed PDF, made by a task, kept for ever.

The seal covers the very bytes that were signed, an annex that says who signed, and the proof file (docs/sealing.md)."""

from __future__ import annotations

import logging
from datetime import timedelta

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import Document, Link
from defi.kernel.signing.binding import SealError
from defi.kernel.signing.certificates import NoSeal
from defi.kernel.signing.keeping import keep_sealed
from defi.kernel.signing.proof import Edition, Given, Proof
from defi.steps.convention import mails
from defi.steps.convention.drafting import living_signatories
from defi.steps.convention.models import SIGNATORY_TYPE, Convention, Signatory
from defi.steps.convention.ways import way_of

READABLE = timedelta(days=3653)
"""How long a personal link shows the signed convention; when it ends, its owner asks for another from its page."""

log = logging.getLogger(__name__)


def seal_convention(convention_id: int) -> Document | None:
    """Seal the convention and tell its signatories; the same call again gives back what was sealed.

    None when there is nothing to seal. Raises `SealError` or `NoSeal`, nothing being written: it is tried again."""
    with acting(TASK, "convention.seal") as act:
        convention = act.lock(Convention, convention_id)
        if convention.sealed is not None or convention.state != "signed" or convention.document is None:
            return convention.sealed
        signatories = living_signatories(convention)
        sealed = keep_sealed(convention.document, proof_of(convention, signatories), act.now)
        act.change(convention, sealed=sealed)
        for signatory in signatories:
            _keep_readable(act, signatory)
            mails.convention_sealed(act, signatory, days=READABLE.days)
        return sealed


def seal_what_waits() -> int:
    """Seal the conventions that are signed by all and not sealed yet; how many were.

    One that cannot be sealed does not hold back the others."""
    with scope(TASK):
        waiting = Convention.objects.filter(state="signed", sealed=None).exclude(document=None).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
    done = 0
    for pk in ids:
        try:
            done += seal_convention(pk) is not None
        except (SealError, NoSeal) as problem:
            log.warning("Convention %s is not sealed: %s", pk, problem)
    return done


def proof_of(convention: Convention, signatories: list[Signatory]) -> Proof:
    """Who signed what, when and how. Must run inside an open scope."""
    document = convention.document
    if document is None:
        raise SealError(f"Convention {convention.pk} has no text.")
    return Proof(
        title=convention.title,
        number=document.number,
        editions=tuple(_edition(row, document) for row in _editions(convention, document)),
        signatures=tuple(_given(signatory) for signatory in signatories),
    )


def _editions(convention: Convention, document: Document) -> list[Document]:
    rows = Document.objects.filter(kind=document.kind, object_type=type_of(convention), object_id=convention.pk)
    return list(rows.defer("content").order_by("pk"))


def _edition(row: Document, signed: Document) -> Edition:
    return Edition(row.number, row.made_at, row.pages, row.sha256, in_force=row.pk == signed.pk)


def _given(signatory: Signatory) -> Given:
    read = way_of(signatory).read(str(signatory.pk))
    if read.on is None:
        raise SealError(f"Signatory {signatory.pk} has not signed.")
    return Given(
        name=str(signatory.person) if signatory.person else "",
        quality=signatory.quality,
        organisation=signatory.organisation.name,
        way=read.way,
        on=read.on,
        sha256=read.sha256,
        at=read.at,
        evidence=tuple(read.evidence),
    )


def _keep_readable(act: Action, signatory: Signatory) -> None:
    """The link by which somebody signed goes on showing what was signed."""
    living = Link.objects.filter(
        object_type=SIGNATORY_TYPE, object_id=signatory.pk, verb=mails.SIGN, revoked_at=None, used_at=None
    )
    living.update(expires_at=act.now + READABLE)


def send_copy(signatory: Signatory) -> int:
    """A new link to the signed convention, for the owner of a dead one; how many mailboxes were written to."""
    with acting(TASK, "signatory.read") as act:
        act.note(signatory, told=True)
        return mails.convention_sealed(act, signatory, days=READABLE.days)
