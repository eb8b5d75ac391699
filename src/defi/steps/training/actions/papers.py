"""Signed papers come back: each finds its sheet by its code, or is asked about when stained; a person says who signed.

Source: process.md, « Documents the system produces » (attendance sheets) and principle 7 (« and on paper »)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.codes import PageCode
from defi.kernel.files import keeping
from defi.kernel.files.models import StoredFile
from defi.kernel.journal import Action, acting
from defi.kernel.models import Document
from defi.kernel.pages import load
from defi.kernel.refusals import Invalid, WrongState
from defi.kernel.transitions import VERBS
from defi.kernel.uploads import Upload
from defi.operations.access import lock_operation, must_take_part, operation_of
from defi.operations.models import Operation
from defi.steps.convention.ink.depositing import Sent, must_be_bearable, read_all
from defi.steps.sourcing.locks import refuse_private
from defi.steps.training.actions.attendance import State, record_attendance, sign_as_trainer
from defi.steps.training.file_kinds import PAPERS
from defi.steps.training.hours import begins
from defi.steps.training.models import Attendance, AttendanceSheet, PrintedSheet, SheetScan, Way
from defi.steps.training.queries.papers import bears_trainer, on_page
from defi.steps.training.recognising import whose_period
from defi.steps.training.states import PAPER


@dataclass(frozen=True, slots=True)
class PaperDeposit:
    """What became of what was sent: pages put at their place, pages to recognise, and what is said of the others."""

    placed: int
    unread: int
    sentences: tuple[str, ...]

    @property
    def done(self) -> str:
        """How many pages found their sheet."""
        said = ngettext("%(n)d page est à sa place.", "%(n)d pages sont à leur place.", self.placed)
        return said % {"n": self.placed} if self.placed else ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a person reads on a paper: who signed (sheet id → candidacy ids), on which sheets the trainer signed too,
    and whether an empty box means absent."""

    present: Mapping[int, Collection[int]]
    trainer: Collection[int] = ()
    empty_is_absent: bool = False


def deposit_papers(actor: Actor, operation_id: int, files: Sequence[tuple[str, bytes]]) -> PaperDeposit:
    """Attendance papers signed in ink, in any order, in several files `(name, bytes)`; each goes to its own sheet.

    Raises `Invalid` when nothing at all can be kept, `NotAllowed`, `Unknown`, `WrongState`."""
    VERBS["paper.deposit"].check(actor)
    with scope(actor):
        must_take_part(actor, load(Operation, actor, operation_id))
    must_be_bearable(files)
    sent, refused = read_all(files)
    with acting(actor, "paper.deposit") as act:
        operation = lock_operation(act, operation_id)
        documents = _documents(operation, sent)
        elsewhere = whose_period({code.code for one in sent for code in one.page.codes}, operation.pk)
        kept: list[tuple[SheetScan, PageCode | None]] = []
        sentences = list(refused)
        for one in sent:
            said = _in_company(one, elsewhere) or _keep(act, operation, one, documents, kept)
            sentences += [said] if said else []
        placed = _find(kept, documents)
    if not kept:
        raise Invalid.field("scans", " ".join(sentences) or _("Toutes les pages de ces fichiers sont blanches."))
    return PaperDeposit(placed, len(kept) - placed, tuple(sentences))


def _documents(operation: Operation, sent: Sequence[Sent]) -> dict[str, Document]:
    """The papers of this operation whose codes were read, by their code."""
    codes = {code.code for one in sent for code in one.page.codes}
    printed = PrintedSheet._base_manager.filter(operation=operation).values("document")
    return {row.code: row for row in Document.objects.filter(code__in=codes, pk__in=printed).defer("content")}


def _in_company(one: Sent, elsewhere: Mapping[str, str]) -> str:
    """Where a page goes that is of a period in company; nothing for the others."""
    found = [elsewhere[code.code] for code in one.page.codes if code.code in elsewhere]
    if not found:
        return ""
    return _("%(where)s : %(whose)s Elle n'est pas gardée ici.") % {"where": one.where, "whose": found[0]}


def _keep(
    act: Action,
    operation: Operation,
    one: Sent,
    documents: Mapping[str, Document],
    kept: list[tuple[SheetScan, PageCode | None]],
) -> str:
    """Keep the page, or the sentence that says why not."""
    codes = one.page.codes
    if one.page.blank:
        return ""
    if len(codes) > 1:
        return _("%(where)s : l'image montre plusieurs pages ; reprenez-les une par une.") % {"where": one.where}
    if codes and (codes[0].code not in documents or codes[0].page > documents[codes[0].code].pages):
        return _("%(where)s : ce n'est pas une feuille d'émargement de cette opération ; elle n'est pas gardée.") % {
            "where": one.where
        }
    content = one.page.content
    upload = Upload(one.name, one.page.media_type, content, hashlib.sha256(content).hexdigest())
    if keeping.known_as(PAPERS, operation.pk, upload.sha256):
        return _("%(where)s : cette page est déjà déposée.") % {"where": one.where}
    document = documents[codes[0].code] if codes else None
    label = paper_label(document, codes[0].page) if document else _("Feuille à reconnaître")
    stored = keeping.keep(act, PAPERS, operation.pk, upload, label=label, preview=one.page.preview)
    scan = act.create(
        SheetScan,
        operation=operation,
        stored=stored,
        state=PAPER.take("paper.deposit", act.actor, "").target,
        source_sha256=one.source,
        deposited_on=act.today,
    )
    kept.append((scan, codes[0] if codes else None))
    if document is None:
        return _("%(where)s : son code n'a pas pu être lu ; dites ci-dessous quelle feuille c'est.") % {
            "where": one.where
        }
    return ""


def _find(kept: Sequence[tuple[SheetScan, PageCode | None]], documents: Mapping[str, Document]) -> int:
    """The pages whose code was read go to their place; how many."""
    found = [(scan, code) for scan, code in kept if code is not None]
    with acting(TASK, "paper.find") as act:
        for scan, code in found:
            act.move(PAPER, scan, document=documents[code.code], page=code.page, found=SheetScan.Found.CODE)
    return len(found)


def paper_label(document: Document, page: int) -> str:
    """« Page 1 de EMARG-2025-0007 »."""
    return _("Page %(page)d de %(number)s") % {"page": page, "number": document.number}


def place_paper(
    actor: Actor, scan_id: int, document_id: int, *, page: int = 1, version: int | None = None
) -> SheetScan:
    """Say which printed paper a page is, when its code was not read. Raises `Invalid`, `WrongState` (its code told)."""
    with acting(actor, "paper.place") as act:
        scan = _lock(act, scan_id, version)
        if scan.found == SheetScan.Found.CODE:
            raise WrongState(_("Le code imprimé dit quelle feuille c'est : elle n'est pas à reconnaître."))
        printed = PrintedSheet.objects.visible_to(actor).filter(operation=scan.operation_id, document=document_id)
        row = printed.select_related("document").first()
        if row is None or not 1 <= page <= row.document.pages:
            raise Invalid.field("document", _("Choisissez une feuille imprimée de cette session, et sa page."))
        stored = StoredFile.objects.select_for_update(of=("self",)).get(pk=scan.stored_id)
        act.change(stored, label=paper_label(row.document, page))
        return act.move(PAPER, scan, document=row.document, page=page, found=SheetScan.Found.PERSON)


def reject_paper(actor: Actor, scan_id: int, *, version: int | None = None) -> SheetScan:
    """It is no attendance sheet: its bytes are erased, since nobody knows what it is."""
    with acting(actor, "paper.reject") as act:
        scan = _lock(act, scan_id, version)
        act.move(PAPER, scan)
        keeping.take_off(act, StoredFile.objects.select_for_update(of=("self",)).get(pk=scan.stored_id))
        return scan


def take_off_paper(actor: Actor, scan_id: int, *, reason: str, version: int | None = None) -> SheetScan:
    """A page put on the wrong sheet, or read wrong, goes, with a reason: its bytes are erased and it may be deposited
    again. What was read on it is to be noted again: signatures in ink, and absences that nobody gave a reason for.

    Raises `WrongState` once a sheet of its paper is locked."""
    with acting(actor, "paper.take_off", reason=reason) as act:
        scan = _lock(act, scan_id, version)
        PAPER.take("paper.take_off", actor, scan.state, reason)
        refuse_private(reason=reason)
        sheets = [sheet for sheet in sheets_of(actor, scan) if sheet.state != "cancelled"]
        if any(sheet.state == "locked" for sheet in sheets):
            raise WrongState(
                _("Une feuille de ce papier est verrouillée : il reste avec elle, et ses lignes se corrigent.")
            )
        fallen = _fall(act, scan, sheets) if scan.state == "read" else 0
        act.move(PAPER, scan)
        keeping.take_off(act, StoredFile.objects.select_for_update(of=("self",)).get(pk=scan.stored_id))
        act.note(scan, lines=fallen)
        return scan


def _fall(act: Action, scan: SheetScan, sheets: Sequence[AttendanceSheet]) -> int:
    """What this page said is no longer said, unless another copy of it stays read; how many lines."""
    others = SheetScan.objects.visible_to(act.actor).filter(document=scan.document_id, state="read").exclude(pk=scan.pk)
    pages = set(others.values_list("page", flat=True))
    if scan.page in pages:
        return 0
    lines = _lines(act.actor, [sheet.pk for sheet in sheets])
    here = on_page(scan, lines)
    in_ink = Q(state=State.PRESENT, way=Way.PAPER)
    unexplained = Q(state=State.ABSENT, absence=None)
    rows = Attendance.objects.visible_to(act.actor).filter(in_ink | unexplained, pk__in=[line.pk for line in lines])
    fallen = list(rows.filter(candidacy__in=list(here)).select_for_update(of=("self",)))
    for line in fallen:
        act.change(line, state=State.EXPECTED, way="", signed_at=None)
    # The trainer's box is on the last page.
    if not pages or (scan.document and scan.page == scan.document.pages):
        for sheet in (sheet for sheet in sheets if sheet.trainer_way == Way.PAPER):
            locked = AttendanceSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
            act.change(locked, trainer_way="", trainer_signed_at=None)
    return len(fallen)


def read_paper(actor: Actor, scan_id: int, ticked: Ticked, *, version: int | None = None) -> SheetScan:
    """Note on the open sheets of this paper who signed this page in ink; it stays with them as their proof. An empty
    box says nothing of those of the other pages.

    Raises `Invalid` for somebody or a sheet that is not on it, `WrongState` for a sheet that is locked (it is corrected
    from its page) or to come."""
    with acting(actor, "paper.read") as act:
        scan = _lock(act, scan_id, version)
        PAPER.take("paper.read", actor, scan.state)
        sheets = {sheet.pk: sheet for sheet in sheets_of(actor, scan)}
        if not {*ticked.present, *ticked.trainer} <= set(sheets):
            raise Invalid(_("Une de ces demi-journées n'est pas sur ce papier."))
        here = on_page(scan, _lines(actor, list(sheets)))
        if not {pk for signed in ticked.present.values() for pk in signed} <= set(here):
            raise Invalid(_("Une des personnes cochées n'est pas sur cette page du papier."))
        if ticked.trainer and not bears_trainer(scan):
            raise Invalid(_("La case du formateur est sur la dernière page de ce papier : cochez-la là."))
        noted = 0
        for sheet_id, sheet in sheets.items():
            if sheet.state == "open" and begins(sheet) <= act.now:
                noted += _note(actor, sheet, ticked, {pk for pk, borne in here.items() if borne})
            elif ticked.present.get(sheet_id) or sheet_id in ticked.trainer:
                raise WrongState(_("Une de ces feuilles est verrouillée ou à venir : corrigez-la depuis sa page."))
        act.move(PAPER, scan)
        act.note(scan, lines=noted)
        return scan


def sheets_of(actor: Actor, scan: SheetScan) -> list[AttendanceSheet]:
    """The half-days of the paper a page belongs to, in the order of the days."""
    printed = PrintedSheet.objects.visible_to(actor).filter(document=scan.document_id).values("sheet")
    rows = AttendanceSheet.objects.visible_to(actor).filter(pk__in=printed)
    return list(rows.select_related("session").order_by("on", "starts_at"))


def _lines(actor: Actor, sheet_ids: Sequence[int]) -> list[Attendance]:
    rows = Attendance.objects.visible_to(actor).filter(sheet__in=sheet_ids)
    return list(rows.select_related("candidacy__person"))


def _note(actor: Actor, sheet: AttendanceSheet, ticked: Ticked, borne: set[int]) -> int:
    lines = _lines(actor, [sheet.pk])
    signed = set(ticked.present.get(sheet.pk, ()))
    if not signed <= {line.candidacy_id for line in lines}:
        raise Invalid(_("Une des personnes cochées n'est pas sur cette feuille."))
    states = {
        line.candidacy_id: State.PRESENT.value
        for line in lines
        if line.candidacy_id in signed and line.state != State.PRESENT
    }
    if ticked.empty_is_absent:
        boxes = (line for line in lines if line.candidacy_id in borne - signed)
        empty = (line for line in boxes if line.state == State.EXPECTED)
        states |= {line.candidacy_id: State.ABSENT.value for line in empty}
    if states:
        record_attendance(actor, sheet.pk, states)
    if sheet.pk in ticked.trainer and not sheet.trainer_way:
        sign_as_trainer(actor, sheet.pk, in_ink=True)
    return len(states)


def _lock(act: Action, scan_id: int, version: int | None) -> SheetScan:
    lock_operation(act, operation_of(act.actor, SheetScan, scan_id))
    return act.lock(SheetScan, scan_id, version)
