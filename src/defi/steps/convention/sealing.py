"""Once everybody has signed: the sealed PDF, made by a task, kept for ever.

The seal covers the very bytes that were signed, an annex that says who signed, and the proof file (docs/sealing.md)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, scope
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import Document, Link
from defi.kernel.signing.binding import SealError
from defi.kernel.signing.certificates import NoSeal
from defi.kernel.signing.keeping import keep_sealed
from defi.kernel.signing.proof import Edition, Given, Proof
from defi.operations.access import lock_to_seal
from defi.steps.convention import mails
from defi.steps.convention.issuing import Text, living_signatories
from defi.steps.convention.models import SIGNATORY_TYPE, Amendment, Convention, Signatory
from defi.steps.convention.naming import quality_of, stead_of
from defi.steps.convention.ways import way_of

READABLE = timedelta(days=3653)
"""How long a personal link shows the signed convention; when it ends, its owner asks for another from its page."""

log = logging.getLogger(__name__)


def seal_convention(convention_id: int) -> Document | None:
    """Seal the convention and tell its signatories; the same call again gives back what was sealed.

    None when there is nothing to seal. Raises `SealError` or `NoSeal`, nothing being written: it is tried again."""
    with acting(TASK, "convention.seal") as act:
        return _seal(act, lock_to_seal(act, Convention, convention_id))


def seal_amendment(amendment_id: int) -> Document | None:
    """Seal the amendment that those it touches have signed, as `seal_convention` does."""
    with acting(TASK, "amendment.seal") as act:
        return _seal(act, lock_to_seal(act, Amendment, amendment_id))


def _seal(act: Action, text: Text) -> Document | None:
    if text.sealed is not None or text.state != "signed" or text.document is None:
        return text.sealed
    signatories = living_signatories(text)
    sealed = keep_sealed(text.document, proof_of(text, signatories), act.now)
    act.change(text, sealed=sealed)
    for signatory in signatories:
        _keep_readable(act, signatory)
        mails.text_sealed(act, signatory, days=READABLE.days)
    return sealed


def seal_what_waits() -> int:
    """Seal the texts that are signed by all and not sealed yet; how many were.

    One that cannot be sealed does not hold back the others."""
    return sum(
        _seal_waiting(model, seal) for model, seal in ((Convention, seal_convention), (Amendment, seal_amendment))
    )


def _seal_waiting(model: type[Convention] | type[Amendment], seal: Callable[[int], Document | None]) -> int:
    with scope(TASK):
        waiting = model.objects.filter(state="signed", sealed=None).exclude(document=None).order_by("pk")
        # An amendment noted before its signatures were kept one by one has none to show.
        kept = waiting if model is Convention else waiting.exclude(fingerprint="")
        ids = list(kept.values_list("pk", flat=True))
    done = 0
    for pk in ids:
        try:
            done += seal(pk) is not None
        except (SealError, NoSeal) as problem:
            log.warning("%s %s is not sealed: %s", model.__name__, pk, problem)
    return done


def proof_of(text: Text, signatories: list[Signatory]) -> Proof:
    """Who signed what, when and how. Must run inside an open scope."""
    document = text.document
    if document is None:
        raise SealError(f"Text {text.pk} has no document.")
    title = _("Avenant à la convention « %(title)s »") % {"title": text.title}
    return Proof(
        title=title if isinstance(text, Amendment) else text.title,
        number=document.number,
        editions=tuple(_edition(row, document) for row in _editions(text, document)),
        signatures=tuple(_given(signatory) for signatory in signatories),
    )


def _editions(text: Text, document: Document) -> list[Document]:
    rows = Document.objects.filter(kind=document.kind, object_type=type_of(text), object_id=text.pk)
    return list(rows.defer("content").order_by("pk"))


def _edition(row: Document, signed: Document) -> Edition:
    return Edition(row.number, row.made_at, row.pages, row.sha256, in_force=row.pk == signed.pk)


def _given(signatory: Signatory) -> Given:
    read = way_of(signatory).read(str(signatory.pk))
    if read.on is None:
        raise SealError(f"Signatory {signatory.pk} has not signed.")
    stead = stead_of(signatory)
    return Given(
        name=str(signatory.signer) if signatory.signer else "",
        quality=quality_of(signatory),
        organisation=signatory.organisation.name,
        way=read.way,
        on=read.on,
        sha256=read.sha256,
        at=read.at,
        evidence=tuple(read.evidence),
        in_text=stead.in_text,
        stead=stead.kind,
        stead_of=stead.name,
        stead_quality=stead.quality,
    )


def _keep_readable(act: Action, signatory: Signatory) -> None:
    """The link by which somebody signed goes on showing what was signed."""
    living = Link.objects.filter(
        object_type=SIGNATORY_TYPE, object_id=signatory.pk, verb=mails.SIGN, revoked_at=None, used_at=None
    )
    living.update(expires_at=act.now + READABLE)


def send_copy(signatory: Signatory) -> int:
    """A new link to the signed text, for the owner of a dead one; how many mailboxes were written to."""
    with acting(TASK, "signatory.read") as act:
        act.note(signatory, told=True)
        return mails.text_sealed(act, signatory, days=READABLE.days)
