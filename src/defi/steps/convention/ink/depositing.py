"""Signed pages come in: read by a process of their own, then each put at its place, or told why not.

Source: features.md 49 (mixed signing); the states are those of `ink.states`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from defi.kernel.access import TASK, Actor, scope
from defi.kernel.codes import PageCode
from defi.kernel.files import antivirus, keeping
from defi.kernel.journal import Action, acting
from defi.kernel.pages import load
from defi.kernel.refusals import Invalid, Refused, WrongState
from defi.kernel.scans.limits import LARGEST
from defi.kernel.scans.reading import Page, read
from defi.kernel.transitions import VERBS
from defi.kernel.uploads import Upload, tidy_name
from defi.operations.access import must_take_part
from defi.operations.models import Operation
from defi.steps.convention.file_kinds import SIGNED_PAGES
from defi.steps.convention.ink.finding import AMENDMENT_TYPE, CONVENTION_TYPE, Target, targets
from defi.steps.convention.ink.rules import (
    KEPT,
    MOST_FILES,
    MOST_TOGETHER,
    Fate,
    done_sentence,
    fate,
    sentence,
    where_words,
)
from defi.steps.convention.ink.states import SCAN
from defi.steps.convention.ink_models import ScannedPage
from defi.steps.convention.issuing import Text
from defi.steps.convention.locks import lock_amendment, lock_convention
from defi.steps.convention.models import Amendment

_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it was read. `where` says which one it is; `source` is the fingerprint of its file."""

    page: Page
    where: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page; `page` is its number when its code told it."""

    fate: Fate
    said: str
    scan: ScannedPage | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class Deposit:
    """What became of what was sent: how many pages by fate, and the sentences to tell, worst first."""

    fates: tuple[Fate, ...]
    sentences: tuple[str, ...]

    @property
    def done(self) -> str:
        return done_sentence(self.fates.count(Fate.PLACED), self.fates.count(Fate.ELSEWHERE))


def deposit_scans(
    actor: Actor, operation_id: int, files: Sequence[tuple[str, bytes]], *, amendment_id: int | None = None
) -> Deposit:
    """Pages of texts signed in ink, in any order, in several files `(name, bytes)`; each goes to its own place.

    Those whose code is not read are taken for pages of the convention, or of the amendment when one is given.

    A file that cannot be read is told and does not hold the others back. Raises `Invalid` when nothing at all can be
    kept, `NotAllowed`, `Unknown`, `WrongState` (no text was sent yet)."""
    VERBS["scan.deposit"].check(actor)
    with scope(actor):
        must_take_part(actor, load(Operation, actor, operation_id))
    must_be_bearable(files)
    sent, refused = read_all(files)
    with acting(actor, "scan.deposit") as act:
        told = targets(actor, {code for one in sent for code in one.page.codes}, operation_id, amendment_id)
        locked = _lock_all(act, operation_id, told.values())
        own = locked[CONVENTION_TYPE, operation_id] if amendment_id is None else lock_amendment(act, amendment_id)
        if own.document_id is None or own.is_prepared:
            raise WrongState(
                _("Le texte (%(text)s) est en préparation : ses pages se signent une fois qu'il est transmis.")
                % {"text": own.said}
            )
        outcomes = [_settle(act, one, told, locked, own) for one in sent]
        _find([out for out in outcomes if out.page])
    sentences = [*refused, *(out.said for out in outcomes if out.said)]
    fates = tuple(out.fate for out in outcomes)
    if not KEPT & set(fates):
        raise Invalid.field("scans", " ".join(sentences) or _("Toutes les pages de ces fichiers sont blanches."))
    return Deposit(fates, tuple(sentences))


def must_be_bearable(files: Sequence[tuple[str, bytes]]) -> None:
    """Raise `Invalid` for no file, too many of them, or more than can be read at once."""
    if not files:
        raise Invalid.field("scans", _("Choisissez au moins un fichier : PDF, ou photos JPEG ou PNG."))
    if len(files) > MOST_FILES:
        raise Invalid.field("scans", _("Envoyez %(most)d fichiers au plus à la fois.") % {"most": MOST_FILES})
    if sum(min(len(content), LARGEST) for _name, content in files) > MOST_TOGETHER:
        raise Invalid.field(
            "scans",
            _("Ces fichiers pèsent plus de %(most)d Mo ensemble : envoyez-les en plusieurs fois.")
            % {"most": MOST_TOGETHER // 1024 // 1024},
        )


def read_all(files: Sequence[tuple[str, bytes]]) -> tuple[list[Sent], list[str]]:
    """The pages of all the files, and the sentence of each file that cannot be read."""
    sent: list[Sent] = []
    refused: list[str] = []
    for given, content in files:
        name = tidy_name(given) or _("fichier")
        try:
            antivirus.search(name, content, field="scans")
            pages = read(name, content)
        except Refused as refusal:
            refused.append(refusal.sentence)
            continue
        source = hashlib.sha256(content).hexdigest()
        for place, page in enumerate(pages, start=1):
            sent.append(Sent(page, where_words(name, place, len(pages)), _page_name(name, page, place), source))
    return sent, refused


def _page_name(name: str, page: Page, place: int) -> str:
    stem = PurePosixPath(name).stem[:120] or "page"
    return tidy_name(f"{stem}-{place}.{_ENDINGS[page.media_type]}")


Locked = dict[tuple[str, int], Text]
"""Texts that are locked: the convention by the id of its operation, an amendment by its own."""


def _lock_all(act: Action, operation_id: int, told: Iterable[Target]) -> Locked:
    """The texts that receive a page: operations are locked in the order of their ids, then their amendments."""
    kept = [t.text for t in told if t.text is not None and fate(1, t.named, blank=False) in KEPT]
    locked: Locked = {}
    for pk in sorted({operation_id, *(text.operation_id for text in kept)}):
        locked[CONVENTION_TYPE, pk] = lock_convention(act, pk)
    for pk in sorted({text.pk for text in kept if isinstance(text, Amendment)}):
        locked[AMENDMENT_TYPE, pk] = lock_amendment(act, pk)
    return locked


def _settle(act: Action, one: Sent, told: Mapping[PageCode, Target], locked: Locked, own: Text) -> Outcome:
    codes = one.page.codes
    target = told.get(codes[0]) if codes else None
    named = target.named if target else None
    what = fate(len(codes), named, blank=one.page.blank)
    if what not in KEPT:
        return Outcome(what, sentence(what, named, one.where))
    text, page = own, 0
    if target is not None and target.text is not None:
        known = target.text
        amends = isinstance(known, Amendment)
        key = (AMENDMENT_TYPE, known.pk) if amends else (CONVENTION_TYPE, known.operation_id)
        text, page = locked[key], codes[0].page
        # Corrected by somebody else while it was read.
        if text.document_id != target.document.pk:
            return Outcome(Fate.STRANGER, sentence(Fate.STRANGER, named, one.where))
    scan = _keep(act, one, text, page)
    if scan is None:
        return Outcome(Fate.KNOWN, sentence(Fate.KNOWN, named, one.where))
    return Outcome(what, sentence(what, named, one.where), scan, page)


def _keep(act: Action, one: Sent, text: Text, page: int) -> ScannedPage | None:
    """The page, kept; None when the same bytes are there already. `page` is 0 when its code was not read."""
    content = one.page.content
    upload = Upload(one.name, one.page.media_type, content, hashlib.sha256(content).hexdigest())
    if keeping.known_as(SIGNED_PAGES, text.operation_id, upload.sha256):
        return None
    stored = keeping.keep(
        act,
        SIGNED_PAGES,
        text.operation_id,
        upload,
        label=page_label(text, page) if page else _("Page à reconnaître"),
        about=text,
        preview=one.page.preview,
    )
    return act.create(
        ScannedPage,
        operation_id=text.operation_id,
        convention=text.convention if isinstance(text, Amendment) else text,
        amendment=text if isinstance(text, Amendment) else None,
        stored=stored,
        state=SCAN.take("scan.deposit", act.actor, "").target,
        source_sha256=one.source,
        deposited_on=act.today,
    )


def _find(outcomes: Sequence[Outcome]) -> None:
    """The pages whose code was read go to their place."""
    with acting(TASK, "scan.find") as act:
        for out in outcomes:
            if out.scan is not None:
                document = out.scan.text.document
                act.move(SCAN, out.scan, document=document, page=out.page, found=ScannedPage.Found.CODE)


def page_label(text: Text, page: int) -> str:
    """« Page 3 de CONV-2025-0007 »: how a sheet is called among the files of the operation."""
    number = text.document.number if text.document else ""
    return _("Page %(page)d de %(number)s") % {"page": page, "number": number}
