"""Typst templates to tagged, archivable PDF: PDF/UA-1 and PDF/A-3a together, the same bytes for the same facts.

A template sees four things and nothing else: the shared library `/defi.typ`, `/meta.json` (number, code, title, date),
`/data.json` (the facts) and, when the Region writes its text, `/text.json` (the text filled with the facts: data, never
source). Its root is the folder of the library, where there is nothing else; no package is fetched.

The library stays on disk, unchanged, so that Typst reads and evaluates it once; the rest is given for each document."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import NamedTuple, Protocol

import typst

from defi.kernel.codes import PageCode
from defi.kernel.documents.fingerprint import fingerprint
from defi.kernel.documents.fonts import fonts
from defi.kernel.documents.payload import payload
from defi.kernel.documents.qr import page_qr, qr_code
from defi.kernel.documents.template import (
    LETTERHEAD,
    LOOK,
    D,
    DocumentError,
    Letterhead,
    Rendered,
    Template,
)
from defi.kernel.documents.text.filling import fill

STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-3a"]

_ATTEMPTS = 8
_USUAL_PAGES = 6
"""Codes of pages made beforehand; a longer document is typeset a second time."""
_LAST_LATIN = "\u024f"
_PAGES = re.compile(rb"<xmpTPg:NPages>(\d+)</xmpTPg:NPages>")
_NO_FONT = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")

_one_at_a_time = threading.Lock()
_home: int | None = None


class Typeset(Protocol):
    """How files become a PDF: here, or in a child (`sandbox.Trial`)."""

    def __call__(self, files: dict[str, bytes], *, standards: list[typst.PDFStandard], timestamp: int) -> bytes: ...


@dataclass(frozen=True)
class Meta:
    """What every document prints around its facts."""

    title: str
    number: str
    code: str
    verify_url: str
    verify_words: str
    made_at: datetime
    letterhead: Letterhead
    qr_side: int
    qr_modules: int
    page_codes: tuple[str, ...] = ()


def render(
    template: Template[D],
    data: D,
    *,
    number: str,
    code: str,
    verify_url: str,
    now: datetime,
    letterhead: Letterhead = LETTERHEAD,
    text: str | None = None,
    typeset: Typeset | None = None,
) -> Rendered:
    """The document of `template` filled with `data`, made at the aware instant `now`.

    `text` is what the Region wrote for it, when the template has words of its own; the text shipped with the product by
    default. `typeset` makes it elsewhere than here (`sandbox.Trial`).

    `verify_url` is the short public address of the document; it is printed, as words and as a QR code, only when the
    template is `verified`. The same arguments give the same bytes. Raises DocumentError when the data is not the
    template's dataclass, when the number is missing, or when Typst refuses the template; TextRefused for a text that
    cannot be read or filled."""
    _check(template, data, number=number, code=code, verify_url=verify_url, now=now)
    title = template.french_title
    files: dict[str, bytes] = {"main.typ": template.source.read_bytes()}
    side = modules = 0
    if template.verified:
        picture = qr_code(verify_url)
        side, modules = picture.side, picture.modules
        files["qr.svg"] = picture.svg
    meta = Meta(
        title=title,
        number=number,
        code=grouped(code),
        verify_url=verify_url,
        verify_words=verify_url.partition("://")[2] or verify_url,
        made_at=now,
        letterhead=letterhead,
        qr_side=side,
        qr_modules=modules,
    )
    facts: dict[str, object] = {"data.json": data}
    if template.words is not None:
        written = fill(template.shipped_text if text is None else text, template.words, data)
        facts["text.json"] = [block.content for block in written]
    by = partial(typeset or _typeset, standards=STANDARDS, timestamp=int(now.timestamp()))
    coded = _USUAL_PAGES if template.paged else 0
    made = _compile(template.kind, facts, *_with_pages(meta, files, code, coded), by)
    if template.paged and made.pages > coded:
        made = _compile(template.kind, facts, *_with_pages(meta, files, code, made.pages), by)
    return Rendered(made.pdf, fingerprint(made.pdf), made.pages, title, made.unprintable)


def read_as(template: Template[D], data: D, *, text: str | None = None) -> str:
    """The fingerprint of what is read in a document: its facts and its words, whatever its number, code and day.

    Two documents that read the same have the same one, though their bytes differ. Raises TextRefused."""
    words = fill(template.shipped_text if text is None else text, template.words, data) if template.words else None
    return fingerprint(payload({"kind": template.kind, "facts": data, "words": words}))


def _with_pages(meta: Meta, files: dict[str, bytes], code: str, pages: int) -> tuple[Meta, dict[str, bytes]]:
    """The same, with the codes of the first `pages` pages and their pictures."""
    codes = [PageCode(code, page) for page in range(1, pages + 1)]
    pictures = {f"page-{of.page}.svg": page_qr(of.text).svg for of in codes}
    return replace(meta, page_codes=tuple(of.printed for of in codes)), files | pictures


def grouped(code: str) -> str:
    """A code in two halves, `ABCDE-FGHJK`, as it is printed and read over the phone."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}" if len(code) >= 8 else code


def _check(template: Template[D], data: D, *, number: str, code: str, verify_url: str, now: datetime) -> None:
    if not isinstance(data, template.data) or not is_dataclass(data):
        raise DocumentError(f"{template.kind} is filled with {template.data.__name__}, not {type(data).__name__}.")
    if not number:
        raise DocumentError(f"{template.kind} has no number.")
    if template.verified and not (code and verify_url):
        raise DocumentError(f"{template.kind} is verifiable: it needs a code and a verification address.")
    if template.paged and not code:
        raise DocumentError(f"The pages of {template.kind} bear codes: it needs one of its own.")
    if now.tzinfo is None:
        raise DocumentError("A document is made at an aware instant (defi.kernel.clock.now).")


@cache
def _compiler() -> typst.Compiler:
    """One compiler per process: fonts stay read and compiled templates stay warm."""
    global _home
    _home = os.getpid()
    return typst.Compiler(font_paths=fonts(), ignore_system_fonts=True, root=LOOK)


class _Made(NamedTuple):
    pdf: bytes
    pages: int
    unprintable: str


def _compile(
    kind: str,
    facts: dict[str, object],
    meta: Meta,
    files: dict[str, bytes],
    typeset: Callable[[dict[str, bytes]], bytes],
) -> _Made:
    """The PDF, its pages, and the characters of these facts that no font could draw.

    Typst names what it cannot draw only by refusing, so a document with such characters is made twice."""
    unprintable: set[str] = set()
    for _attempt in range(_ATTEMPTS):
        hidden = "".join(sorted(unprintable))
        inputs = files | {name: payload(content, hidden) for name, content in facts.items()}
        inputs["meta.json"] = payload(meta, hidden)
        try:
            pdf = typeset(inputs)
        except typst.TypstError as error:
            unknown = _undrawn(error) - unprintable
            if not unknown:
                raise DocumentError(f"Typst refuses {kind}: {error.diagnostic or error.message}") from error
            unprintable |= unknown
            continue
        found = _PAGES.search(pdf)
        if found is None:
            raise DocumentError(f"The PDF of {kind} does not tell its number of pages.")
        return _Made(pdf, int(found[1]), hidden)
    raise DocumentError(f"{kind} holds too many characters that no font can draw.")


def _typeset(files: dict[str, bytes], *, standards: list[typst.PDFStandard], timestamp: int) -> bytes:
    # Typst's own threads do not survive a fork: a child that came after them would wait for ever.
    if _home not in {None, os.getpid()}:
        raise DocumentError("This process was forked from one that had made documents: it must be started afresh.")
    # A Typst compiler cannot be entered twice; pages come out in milliseconds, so threads wait for each other.
    with _one_at_a_time:
        pdf = _compiler().compile(  # type: ignore[type-var]  # in-memory files: documented, absent from the stubs
            input=files,
            root=LOOK,
            format="pdf",
            pdf_standards=standards,
            timestamp=timestamp,
        )
    if not isinstance(pdf, bytes):
        raise DocumentError("Typst gave no PDF.")
    return pdf


def _undrawn(error: typst.TypstError) -> set[str]:
    quoted = "".join(_NO_FONT.findall(error.diagnostic))
    signs = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), quoted)
    # A refused cluster may begin with a plain letter, which is not at fault.
    return {sign for sign in signs if sign > _LAST_LATIN}
