"""Once the three have signed the agreement of a period: the sealed PDF with its proof, made by a task, kept for ever.

As the convention is sealed (docs/sealing.md); found again by its number (`kernel.signing.keeping.sealed_of`)."""

from __future__ import annotations

import logging

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Who, scope
from defi.kernel.files.models import FileVersion
from defi.kernel.journal import acting, type_of
from defi.kernel.models import Document, JournalEntry, Link
from defi.kernel.signing.binding import SealError
from defi.kernel.signing.certificates import NoSeal
from defi.kernel.signing.keeping import keep_sealed, sealed_number, sealed_of
from defi.kernel.signing.proof import Edition, Evidence, Given, Proof
from defi.operations.access import lock_to_seal
from defi.steps.training.documents import PLACEMENT_AGREEMENT
from defi.steps.training.models import Placement, PlacementCode, PlacementSignature
from defi.steps.training.periods import PARTIES, missing_parties

Party = PlacementSignature.Party
log = logging.getLogger(__name__)


def seal_agreement(placement_id: int) -> Document | None:
    """Seal the agreement that the three have signed; the same call again gives back what was sealed.

    None while somebody has not signed, or once the period is cancelled. Raises `SealError` or `NoSeal`, nothing being
    written: it is tried again."""
    with acting(TASK, "placement.seal") as act:
        placement = lock_to_seal(act, Placement, placement_id)
        document = placement.agreement
        if document is None:
            return None
        given = list(PlacementSignature.objects.filter(placement=placement, voided_on=None).order_by("pk"))
        known = sealed_of(document)
        if known is not None or placement.state == "cancelled" or missing_parties({row.party for row in given}):
            return known
        sealed = keep_sealed(document, proof_of(placement, document, given), act.now)
        act.note(placement, sealed=sealed.number)
        return sealed


def seal_what_waits() -> int:
    """Seal the agreements that are signed by the three and not sealed yet; how many were. One does not hold back the
    others."""
    sealed = Document.objects.filter(number=Concat(OuterRef("agreement__number"), Value(sealed_number(""))))
    with scope(TASK):
        signed = Placement.objects.exclude(state="cancelled").annotate(
            given=Count("signatures", filter=Q(signatures__voided_on=None))
        )
        waiting = signed.filter(~Exists(sealed), agreement__isnull=False, given=len(PARTIES))
        ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    done = 0
    for pk in ids:
        try:
            done += seal_agreement(pk) is not None
        except (SealError, NoSeal) as problem:
            log.warning("agreement of period %s is not sealed: %s", pk, problem)
    return done


def proof_of(placement: Placement, document: Document, given: list[PlacementSignature]) -> Proof:
    """Who signed what, when and how. Must run inside an open scope."""
    papers = Document.objects.filter(
        kind=PLACEMENT_AGREEMENT.kind, object_type=type_of(placement), object_id=placement.pk
    )
    return Proof(
        title=document.title,
        number=document.number,
        editions=tuple(
            Edition(row.number, row.made_at, row.pages, row.sha256, in_force=row.pk == document.pk)
            for row in papers.defer("content").order_by("pk")
        ),
        signatures=tuple(_given(placement, row) for row in given),
    )


def _given(placement: Placement, row: PlacementSignature) -> Given:
    entry = JournalEntry.objects.filter(object_type=type_of(row), object_id=row.pk).order_by("id").first()
    name, quality, organisation = _who(placement, row)
    if row.in_ink:
        way, evidence = "ink", _of_paper(row)
    else:
        by_link = entry is not None and entry.actor_who == Who.LINK
        way, evidence = ("click", _of_link(row)) if by_link else ("account", ())
    return Given(
        name=name,
        quality=quality,
        organisation=organisation,
        way=way,
        on=row.signed_on,
        sha256=row.fingerprint,
        at=entry.at if entry else None,
        evidence=evidence,
    )


def _who(placement: Placement, row: PlacementSignature) -> tuple[str, str, str]:
    """The name, in what quality, for which house. Of ink, the firm's is the tutor's only if nobody else is noted."""
    if row.party == Party.TRAINEE:
        return row.name or str(placement.candidacy.person), _("stagiaire"), ""
    if row.party == Party.EMPLOYER:
        return row.name or placement.tutor_name, _("pour l'entreprise"), placement.employer.name
    provider = placement.operation.provider
    return row.name, _("pour l'organisme de formation"), provider.name if provider else ""


def _of_paper(row: PlacementSignature) -> tuple[Evidence, ...]:
    """The scan of what was signed in ink, by its fingerprint."""
    version = FileVersion.objects.filter(stored=row.paper_id or 0).order_by("-number").first()
    return (Evidence("scan", version.sha256),) if version else ()


def _of_link(row: PlacementSignature) -> tuple[Evidence, ...]:
    """The link and the code by which this side signed: of each only the fingerprint is known here."""
    used = PlacementCode.objects.filter(placement=row.placement_id, fingerprint=row.fingerprint).exclude(used_at=None)
    codes = {code.link_id: code for code in used.order_by("pk") if code.link_id}
    of_person = row.party == Party.TRAINEE
    links = [link for link in Link.objects.filter(pk__in=codes) if (link.organisation_id is None) is of_person]
    return tuple(
        one
        for link in links[:1]
        for one in (Evidence("link", link.secret_hash), Evidence("code", codes[link.pk].secret))
    )
