"""A signature given on another platform: noted with the signed file, or asked from the provider configured."""

from __future__ import annotations

import logging
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from defi.kernel import clock, documents
from defi.kernel.access import TASK, Actor, scope
from defi.kernel.journal import Action, acting, type_of
from defi.kernel.models import Document
from defi.kernel.numbers import new_code
from defi.kernel.refusals import Invalid, Refused, Stale, WrongState
from defi.kernel.signing.providers import RECEIVED, Asked, SignatureProvider, SignedFile, State, external
from defi.kernel.uploads import checked
from defi.steps.convention.issuing import complete_if_all_signed, must_be_confirmed
from defi.steps.convention.locks import lock_signatory, session_of
from defi.steps.convention.models import Signatory
from defi.steps.convention.outside_files import adds_nothing, seen_in
from defi.steps.convention.signatories import must_be_open, refuse_to_sign
from defi.steps.convention.states import SIGNATORY, SIGNED

A_MONTH = timedelta(days=30)
"""How long an amendment is offered to be signed elsewhere: it has no term of its own."""

log = logging.getLogger(__name__)


def record_outside(
    actor: Actor,
    signatory_id: int,
    file: SignedFile,
    *,
    on: date | None = None,
    version: int | None = None,
    fingerprint: str | None = None,
    reference: str | None = None,
    confirmed: bool | None = None,
) -> Signatory:
    """Note a signature given that day on another platform, with the file that bears it, kept as received.

    `fingerprint`: of the text that the page showed; `reference`: of what was asked of the provider; `confirmed`: as for
    ink. Raises `Stale` when it was of another text, `Invalid` for a file that cannot bear it (`outside_files`)."""
    with acting(actor, "signatory.record_outside") as act:
        signatory = lock_signatory(act, signatory_id, version)
        if fingerprint is not None and fingerprint != signatory.text.fingerprint:
            raise Stale(_("Le texte a changé depuis : vérifiez que le fichier signé porte le numéro d'aujourd'hui."))
        if reference is not None and reference != signatory.outside_reference:
            raise Stale(_("Ce n'est plus ce texte qui est à signer."))
        must_be_open(act, signatory, on or act.today)
        must_be_confirmed(signatory.text, {signatory.pk}, confirmed)
        held = _keep(act, signatory, file)
        act.move(
            SIGNATORY,
            signatory,
            signed_on=on or act.today,
            signed_fingerprint=signatory.text.fingerprint,
            signed_by=signatory.person,
            outside_file=held,
        )
        complete_if_all_signed(act, signatory.text)
        return signatory


def _keep(act: Action, signatory: Signatory, file: SignedFile) -> Document:
    upload = checked(file.name, file.content)
    if upload.media_type != "application/pdf":
        raise Invalid.field("file", _("Joignez le PDF signé, tel que la plateforme l'a rendu."))
    document = signatory.text.document
    seen = seen_in(upload.content, document)
    if fault := seen.fault or adds_nothing(upload.content, document):
        raise Invalid.field("file", fault)
    act.note(signatory, seen=seen.kind)
    code = new_code()
    return Document.objects.create(
        kind=RECEIVED,
        number=f"{document.number if document else signatory.convention_id}-{code}",
        code=code,
        title=_("Texte signé sur une autre plateforme"),
        sha256=documents.fingerprint(upload.content),
        content=upload.content,
        file_id=signatory.operation_id,
        object_type=type_of(signatory),
        object_id=signatory.pk,
        made_at=act.now,
    )


def seen_of(signatory: Signatory) -> str:
    """What was found in the file kept (`outside_files.SEEN`). Must run inside an open scope."""
    document = signatory.text.document
    return seen_in(bytes(signatory.outside_file.content), document).kind if signatory.outside_file else ""


def ask_outside(actor: Actor, signatory_id: int, *, version: int | None = None) -> Signatory:
    """Ask the provider of the configuration for this signature. Raises `WrongState` without one, or already asked."""
    with acting(actor, "signatory.ask_outside") as act:
        signatory = lock_signatory(act, signatory_id, version)
        provider = _provider()
        must_be_open(act, signatory, act.today)
        if signatory.outside_reference:
            raise WrongState(_("La signature est déjà demandée à %(name)s.") % {"name": provider.name})
        # Of this text and this person: another of either, and it is forgotten (`issuing.ask_all`, `locks.kill_links`).
        # The provider is asked last: what it refuses leaves nothing written here.
        return act.change(signatory, outside_reference=provider.ask(_asked(signatory)))


def _provider() -> SignatureProvider:
    provider = external()
    if provider is None:
        raise WrongState(_("Aucun prestataire de signature n'est configuré : la signature se donne ici, ou à l'encre."))
    return provider


def _asked(signatory: Signatory) -> Asked:
    text, person = signatory.text, signatory.person
    document = text.document
    email = (person.email if person else "") or signatory.organisation.email
    if document is None or not email:
        raise WrongState(
            _("%(name)s n'a pas d'adresse électronique : ajoutez-la d'abord.") % {"name": signatory.organisation}
        )
    return Asked(
        number=document.number,
        title=text.title,
        content=bytes(document.content),
        sha256=text.fingerprint,
        name=str(person) if person else signatory.organisation.name,
        quality=signatory.quality,
        organisation=signatory.organisation.name,
        email=email,
        until=session_of(signatory.operation).ends_on if signatory.amendment is None else clock.today() + A_MONTH,
    )


def read_outside() -> int:
    """Note what the provider says of those it was asked for; how many signed or refused since.

    One that cannot be read, or is refused here, does not hold back the others."""
    provider = external()
    if provider is None:
        return 0
    with scope(TASK):
        rows = Signatory.objects.exclude(outside_reference="").filter(state="to_sign")
        rows = rows.filter(Q(amendment=None, convention__state="sent") | Q(amendment__state="sent"))
        waiting = list(rows.order_by("pk").values_list("pk", "outside_reference"))
    return sum(_read(provider, pk, reference) for pk, reference in waiting)


def _read(provider: SignatureProvider, signatory_id: int, reference: str) -> bool:
    try:
        read = provider.read(reference)
        if read.state is State.REFUSED:
            refuse_to_sign(TASK, signatory_id, reason=read.reason or _("refusé sur la plateforme de signature"))
            return True
        file = provider.fetch(reference) if read.state is State.SIGNED else None
        if file is None:
            return False
        record_outside(TASK, signatory_id, file, on=read.on, reference=reference)
    except (Refused, OSError) as problem:
        log.warning("Signatory %s at %s: %s", signatory_id, provider.name, problem)
        return False
    return True


def awaited_outside(signatory: Signatory) -> bool:
    """Whether the provider was asked, and has not answered yet."""
    return bool(signatory.outside_reference) and signatory.state not in SIGNED
