"""What a person says of a page that came back: which one it is, that it is none, who signed on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor
from defi.kernel.files import keeping
from defi.kernel.files.models import StoredFile
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document
from defi.kernel.refusals import Invalid, WrongState
from defi.operations.access import operation_of
from defi.steps.convention.ink.boxes import signing_pages
from defi.steps.convention.ink.depositing import page_label
from defi.steps.convention.ink.states import SCAN
from defi.steps.convention.ink_models import InkMark, ScannedPage
from defi.steps.convention.issuing import UNSIGNED, Text, living_signatories, must_be_confirmed
from defi.steps.convention.locks import lock_amendment, lock_convention
from defi.steps.convention.models import Signatory
from defi.steps.convention.signatories import record_ink
from defi.steps.convention.states import SIGNATORY
from defi.steps.sourcing.locks import refuse_nir


def place_scan(actor: Actor, scan_id: int, *, page: int, version: int | None = None) -> ScannedPage:
    """Say which page of the text in force a sheet is, when its code was not read. Raises `Invalid` beyond its end."""
    with acting(actor, "scan.place") as act:
        scan, text = _lock(act, scan_id, version)
        return _put(act, scan, text, page)


def correct_scan(actor: Actor, scan_id: int, *, page: int, reason: str, version: int | None = None) -> ScannedPage:
    """Another page than was said. Raises `WrongState` for a page that its printed code placed: it is taken off."""
    with acting(actor, "scan.correct", reason=reason) as act:
        scan, text = _lock(act, scan_id, version)
        refuse_nir(reason=reason)
        if scan.found == ScannedPage.Found.CODE:
            raise WrongState(
                _("Le code imprimé dit que c'est la page %(page)d : retirez-la si elle ne convient pas.")
                % {"page": scan.page}
            )
        return _put(act, scan, text, page)


def _put(act: Action, scan: ScannedPage, text: Text, page: int) -> ScannedPage:
    document = _text_in_force(text)
    if not 1 <= page <= document.pages:
        raise Invalid.field("page", _("Le texte en vigueur a %(n)d pages : choisissez-en une.") % {"n": document.pages})
    act.change(scan.stored, label=page_label(text, page))
    return act.move(SCAN, scan, document=document, page=page, found=ScannedPage.Found.PERSON)


def reject_scan(actor: Actor, scan_id: int, *, version: int | None = None) -> ScannedPage:
    """It is not a page of this convention: its bytes are erased, since nobody knows what it is."""
    with acting(actor, "scan.reject") as act:
        scan, _text = _lock(act, scan_id, version)
        act.move(SCAN, scan)
        keeping.take_off(act, scan.stored)
        return scan


def withdraw_scan(actor: Actor, scan_id: int, *, reason: str, version: int | None = None) -> list[Signatory]:
    """Take a wrong page off, with a reason; the signatures that were read on it only fall, and are returned.

    Raises `WrongState` once the convention is signed by all and this page bears one of the signatures."""
    with acting(actor, "scan.withdraw", reason=reason) as act:
        scan, text = _lock(act, scan_id, version)
        refuse_nir(reason=reason)
        fallen = falling_with(scan)
        if fallen and text.state == "signed":
            raise WrongState(_("Tous ont signé ce texte, et cette page porte une signature : elle reste."))
        act.move(SCAN, scan)
        keeping.take_off(act, scan.stored)
        for signatory in fallen:
            _void(signatory, reason)
        return fallen


def falling_with(scan: ScannedPage) -> list[Signatory]:
    """The signatures that taking this page off would void: read on it, and on no other. Must run inside a scope."""
    marks = InkMark.objects.filter(scan=scan, recorded=True, taken_back_on=None)
    marks = marks.select_related("signatory__organisation").order_by("pk")
    elsewhere = set(
        InkMark.objects.filter(scan__document=scan.document_id, taken_back_on=None)
        .filter(scan__state="placed")
        .exclude(scan=scan)
        .values_list("signatory_id", flat=True)
    )
    read = scan.document.sha256 if scan.document else ""
    return [
        mark.signatory
        for mark in marks
        if mark.signatory_id not in elsewhere
        and mark.signatory.state == "signed_ink"
        and mark.signatory.signed_fingerprint == read
    ]


def _void(signatory: Signatory, reason: str) -> None:
    # Not the provider's own act, as a correction of the text is: it follows from the page that was taken off.
    with acting(TASK, "signatory.void", reason=reason) as act:
        row = act.lock(Signatory, signatory.pk)
        act.move(SIGNATORY, row, **UNSIGNED)


def sign_on_page(
    actor: Actor,
    scan_id: int,
    signatory_ids: Collection[int],
    *,
    on: date | None = None,
    version: int | None = None,
    confirmed: bool | None = None,
) -> list[InkMark]:
    """Say who signed in ink on this page, that day: each is then « signé à l'encre », bound to the text of the page.

    `confirmed`: as for `record_ink`. Raises `WrongState` for a page of a former edition, without a box to sign, or
    whose place is not known, `Invalid` for nobody or for who is not on the list, and what `record_ink` raises."""
    with acting(actor, "scan.sign") as act:
        scan, text = _lock(act, scan_id, version)
        document = _text_in_force(text)
        if scan.state != "placed":
            raise WrongState(_("Dites d'abord quelle page c'est."))
        if scan.document_id != document.pk:
            raise WrongState(_("Cette page est d'une édition précédente : le texte a changé depuis, il est à signer."))
        if scan.page not in signing_pages(document):
            raise WrongState(_("Cette page ne porte pas de case à signer : la signature se lit sur une autre."))
        chosen = [one for one in living_signatories(text) if one.pk in set(signatory_ids)]
        if not chosen or len(chosen) != len(set(signatory_ids)):
            raise Invalid.field("signatories", _("Cochez les signataires dont vous lisez la signature sur cette page."))
        must_be_confirmed(text, {one.pk for one in chosen}, confirmed)
        day = on or act.today
        marks = [_mark(act, scan, signatory, day) for signatory in chosen]
        # A page that nothing changes is written in the journal all the same: who read what on it.
        act.note(scan, signatures=len(marks))
        return marks


def _mark(act: Action, scan: ScannedPage, signatory: Signatory, day: date) -> InkMark:
    if InkMark.objects.filter(scan=scan, signatory=signatory, taken_back_on=None).exists():
        raise Invalid.field(
            "signatories", _("%(name)s : c'est déjà noté sur cette page.") % {"name": signatory.organisation}
        )
    if signatory.state == "signed_click":
        raise WrongState(_("%(name)s a déjà signé en ligne.") % {"name": signatory.organisation})
    recorded = signatory.state != "signed_ink"
    if recorded:
        record_ink(act.actor, signatory.pk, on=day)
    signed_on = day if recorded else signatory.signed_on or day
    return act.create(
        InkMark,
        operation_id=scan.operation_id,
        scan=scan,
        signatory=signatory,
        signed_on=signed_on,
        recorded=recorded,
    )


def _text_in_force(text: Text) -> Document:
    if text.document is None or text.is_prepared:
        raise WrongState(
            _("Le texte (%(text)s) est en préparation : attendez qu'il soit transmis.") % {"text": text.said}
        )
    return text.document


def _lock(act: Action, scan_id: int, version: int | None) -> tuple[ScannedPage, Text]:
    operation_id = operation_of(act.actor, ScannedPage, scan_id)
    convention = lock_convention(act, operation_id)
    scan = act.lock(ScannedPage, scan_id, version)
    if scan.convention_id != convention.pk:
        raise WrongState(_("Cette page est d'une convention annulée : elle reste comme elle est."))
    scan.stored = StoredFile.objects.select_for_update(of=("self",)).get(pk=scan.stored_id)
    if scan.amendment_id is not None:
        return scan, lock_amendment(act, scan.amendment_id)
    return scan, convention
