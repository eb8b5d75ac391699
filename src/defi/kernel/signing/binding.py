"""Binds the annex, the proof file and an empty field of signature to a signed text, as one update at its end.

The text is not touched: the file begins with the very bytes that were signed, and what is bound follows. Both parts
are tagged, so their structure trees, parent trees and identifiers are made one (ISO 32000-1, 14.7; PDF/UA-1, 7.18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NumberObject, Reference, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

FIELD = "Sceau"
_PRINTED_AND_LOCKED = 4 | 128
_PREFIX = b"annexe-"
_PAGES = re.compile(rb"(<xmpTPg:NPages>)(\d+)(</xmpTPg:NPages>)")
_CHANGED = re.compile(rb"(<xmp:ModifyDate>)([^<]*)(</xmp:ModifyDate>)")


class SealError(Exception):
    """A document that could not be sealed: not one of ours, or no place for the seal."""


@dataclass(frozen=True)
class Attachment:
    """The file bound to the document."""

    name: str
    content: bytes
    description: str
    media_type: str = "application/json"


class Update(IncrementalPdfFileWriter):
    """An update whose metadata are ours: pyHanko would write its own clock in them, and drop what PDF/A asks."""

    def _update_meta(self) -> None:
        return

    def changed(self) -> None:
        """The catalog was changed."""
        self.update_container(self.root)


def bind(
    text: bytes, annex: bytes, attachment: Attachment, *, seal_place: str, field_words: str, now: datetime
) -> Update:
    """What is to be signed: `text`, then `annex`, then the attachment, with a field over the link to `seal_place`.

    `field_words` is what a screen reader says of the field. Raises `SealError`."""
    try:
        update = Update(BytesIO(text))
    except PdfError as problem:
        raise SealError(f"The text is not a PDF that can be read: {problem}") from problem
    if "/StructTreeRoot" not in update.root or "/AcroForm" in update.root:
        raise SealError("The text is not one of our tagged documents.")
    graft = _Graft(update, PdfFileReader(BytesIO(annex)))
    pages = graft.pages()
    graft.structure()
    _outline(update, pages[0])
    _field(update, pages, seal_place, field_words)
    _attach(update, attachment, now)
    _metadata(update, len(pages), now)
    return update


class _Graft:
    """Copies the pages and the tags of one document at the end of another."""

    def __init__(self, update: Update, source: PdfFileReader) -> None:
        self.update, self.source = update, source
        self.tree = update.root["/StructTreeRoot"]
        self.source_tree = source.root["/StructTreeRoot"]
        self.offset = int(self.tree["/ParentTreeNextKey"])
        self.copies: dict[Reference, generic.IndirectObject] = {}
        self.waiting: list[tuple[Reference, Reference]] = []
        self.copies[source.root.raw_get("/StructTreeRoot").reference] = update.root.raw_get("/StructTreeRoot")

    def pages(self) -> list[generic.IndirectObject]:
        """The pages, added after those of the text."""
        root, home = self.update.root["/Pages"], self.update.root.raw_get("/Pages")
        leaves = list(_leaves(self.source.root.raw_get("/Pages")))
        for node in _nodes(self.source.root.raw_get("/Pages")):
            self.copies[node.reference] = home
        made = [self._reference(leaf.reference) for leaf in leaves]
        self._finish()
        root["/Kids"].extend(made)
        root["/Count"] = NumberObject(int(root["/Count"]) + len(made))
        self.update.update_container(root["/Kids"])
        self.update.update_container(root)
        return made

    def structure(self) -> None:
        """The tags: a part at the end of the text's own, its numbers moved past them, its names made its own."""
        document, part = _only(self.tree["/K"]), self._copy(_only(self.source_tree["/K"]))
        numbers = [self._copy(item) for item in self.source_tree["/ParentTree"]["/Nums"]]
        names = [self._copy(item) for item in _known(_known(self.source_tree, "/IDTree", {}), "/Names", ())]
        self._finish()
        element = part.get_object()
        element["/S"], element["/P"] = pdf_name("/Part"), document
        document.get_object()["/K"].append(part)
        self.update.update_container(document.get_object()["/K"])
        self.update.update_container(document.get_object())
        self._number(numbers)
        self._name(names)
        for role, known in _known(self.source_tree, "/RoleMap", {}).items():
            self.tree["/RoleMap"].setdefault(role, known)
        self.update.update_container(self.tree["/RoleMap"])
        self.tree["/ParentTreeNextKey"] = NumberObject(self.offset + int(self.source_tree["/ParentTreeNextKey"]))
        self.update.update_container(self.tree)

    def _number(self, numbers: list[generic.PdfObject]) -> None:
        own = self.tree["/ParentTree"]
        if "/Kids" in own or "/Kids" in self.source_tree["/ParentTree"]:
            raise SealError("A parent tree in several parts is not one of ours.")
        for key, value in zip(numbers[::2], numbers[1::2], strict=True):
            own["/Nums"].extend((NumberObject(_whole(key) + self.offset), value))
        self.update.update_container(own["/Nums"])
        self.update.update_container(own)

    def _name(self, names: list[generic.PdfObject]) -> None:
        if not names:
            return
        if "/IDTree" not in self.tree:
            self.tree[pdf_name("/IDTree")] = DictionaryObject({pdf_name("/Names"): ArrayObject()})
        own = self.tree["/IDTree"]
        if "/Kids" in own:
            raise SealError("An identifier tree in several parts is not one of ours.")
        renamed = [(generic.ByteStringObject(_PREFIX + _raw(key)), row) for key, row in _pairs(names)]
        pairs = sorted([*_pairs(own["/Names"]), *renamed], key=lambda pair: _raw(pair[0]))
        own[pdf_name("/Names")] = ArrayObject(item for pair in pairs for item in pair)
        if "/Limits" in own:
            own[pdf_name("/Limits")] = ArrayObject([pairs[0][0], pairs[-1][0]])
        self.update.update_container(own)

    def _copy(self, item: generic.PdfObject, key: str = "") -> generic.PdfObject:
        match item:
            case generic.IndirectObject():
                return self._reference(item.reference)
            case DictionaryObject():
                entries = {name: self._copy(item.raw_get(name), name) for name in item}
                if isinstance(item, generic.StreamObject):
                    return generic.StreamObject(entries, encoded_data=item.encoded_data)
                return DictionaryObject(entries)
            case ArrayObject():
                return ArrayObject(self._copy(item.raw_get(at), key) for at in range(len(item)))
            case NumberObject() if key in {"/StructParents", "/StructParent"}:
                return NumberObject(int(item) + self.offset)
            case generic.TextStringObject() | generic.ByteStringObject() if key in {"/ID", "/Headers"}:
                return generic.ByteStringObject(_PREFIX + _raw(item))
        return item

    def _reference(self, known: Reference) -> generic.IndirectObject:
        if known not in self.copies:
            self.copies[known] = place = self.update.allocate_placeholder()
            self.waiting.append((known, place.reference))
        return self.copies[known]

    def _finish(self) -> None:
        while self.waiting:
            known, place = self.waiting.pop()
            self.update.add_object(self._copy(self.source.get_object(known)), idnum=place.idnum)


def _leaves(node: generic.IndirectObject) -> Iterator[generic.IndirectObject]:
    kids = _known(node.get_object(), "/Kids")
    if kids is None:
        yield node
        return
    for at in range(len(kids)):
        yield from _leaves(kids.raw_get(at))


def _nodes(node: generic.IndirectObject) -> Iterator[generic.IndirectObject]:
    kids = _known(node.get_object(), "/Kids")
    if kids is not None:
        yield node
        for at in range(len(kids)):
            yield from _nodes(kids.raw_get(at))


def _known(row: Any, key: str, otherwise: Any = None) -> Any:
    """The entry, followed where it leads; `get` alone gives a bare reference."""
    return row[key] if key in row else otherwise  # noqa: SIM401


def _pairs(items: list[generic.PdfObject] | ArrayObject) -> list[tuple[generic.PdfObject, generic.PdfObject]]:
    raw = [items.raw_get(at) for at in range(len(items))] if isinstance(items, ArrayObject) else items
    return list(zip(raw[::2], raw[1::2], strict=True))


def _whole(number: Any) -> int:
    return int(number)


def _raw(text: generic.PdfObject) -> bytes:
    return bytes(text) if isinstance(text, bytes) else str(text).encode("latin-1")


def _only(kids: generic.PdfObject) -> generic.IndirectObject:
    if isinstance(kids, ArrayObject) and len(kids) == 1:
        found = kids.raw_get(0)
        if isinstance(found, generic.IndirectObject):
            return found
    raise SealError("The structure tree of the document does not hang on one element.")


def _outline(update: Update, page: generic.IndirectObject) -> None:
    """A bookmark to the annex, after those of the text."""
    outlines = _known(update.root, "/Outlines")
    if outlines is None or "/Last" not in outlines:
        return
    last = outlines.raw_get("/Last")
    box = page.get_object()["/MediaBox"]
    made = update.add_object(
        DictionaryObject(
            {
                pdf_name("/Title"): pdf_string("État des signatures"),
                pdf_name("/Parent"): update.root.raw_get("/Outlines"),
                pdf_name("/Prev"): last,
                pdf_name("/Dest"): ArrayObject([page, pdf_name("/XYZ"), NumberObject(0), box[3], NumberObject(0)]),
            }
        )
    )
    last.get_object()[pdf_name("/Next")] = made
    update.update_container(last.get_object())
    outlines[pdf_name("/Last")] = made
    outlines[pdf_name("/Count")] = NumberObject(int(_known(outlines, "/Count", 0)) + 1)
    update.update_container(outlines)


def _field(update: Update, pages: list[generic.IndirectObject], place: str, words: str) -> None:
    """The link of the annex becomes the widget of the field, and its tag a form (PDF/UA-1, 7.18.4)."""
    page, link = _link(pages, place)
    widget = link.get_object()
    nums = update.root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    tag = dict(_pairs(nums))[widget["/StructParent"]].get_object()
    box = [float(side) for side in widget["/Rect"]]
    for entry in ("/A", "/Border", "/Contents"):
        widget.pop(entry, None)
    blank = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): ArrayObject(generic.FloatObject(n) for n in (0, 0, box[2] - box[0], box[3] - box[1])),
            pdf_name("/Resources"): DictionaryObject(),
        },
        stream_data=b"",
    )
    widget.update(
        {
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): pdf_string(FIELD),
            pdf_name("/TU"): pdf_string(words),
            pdf_name("/F"): NumberObject(_PRINTED_AND_LOCKED),
            pdf_name("/P"): page,
            pdf_name("/AP"): DictionaryObject({pdf_name("/N"): update.add_object(blank)}),
        }
    )
    tag[pdf_name("/S")] = pdf_name("/Form")
    # A form has one child, its widget.
    if len(tag["/K"]) != 1:
        raise SealError("The place of the seal holds something else.")
    update.root[pdf_name("/AcroForm")] = update.add_object(
        DictionaryObject({pdf_name("/Fields"): ArrayObject([link]), pdf_name("/SigFlags"): NumberObject(3)})
    )
    update.changed()


def _link(pages: list[generic.IndirectObject], place: str) -> tuple[generic.IndirectObject, generic.IndirectObject]:
    for page in pages:
        notes = _known(page.get_object(), "/Annots", ArrayObject())
        for at in range(len(notes)):
            if str(_known(_known(notes[at], "/A", {}), "/URI", "")) == place:
                return page, notes.raw_get(at)
    raise SealError("The annex has no place for the seal.")


def _attach(update: Update, attachment: Attachment, now: datetime) -> None:
    """The file, tied to the whole document (PDF/A-3, 6.8)."""
    # The format asks for this digest by name; nothing leans on it.
    digest = md5(attachment.content, usedforsecurity=False).digest()
    content = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/EmbeddedFile"),
            pdf_name("/Subtype"): pdf_name("/" + attachment.media_type),
            pdf_name("/Params"): DictionaryObject(
                {
                    pdf_name("/Size"): NumberObject(len(attachment.content)),
                    pdf_name("/ModDate"): pdf_string(_pdf_moment(now)),
                    pdf_name("/CheckSum"): generic.ByteStringObject(digest),
                }
            ),
        },
        stream_data=attachment.content,
    )
    content.compress()
    held = update.add_object(content)
    entry = update.add_object(
        DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Filespec"),
                pdf_name("/F"): pdf_string(attachment.name),
                pdf_name("/UF"): pdf_string(attachment.name),
                pdf_name("/Desc"): pdf_string(attachment.description),
                pdf_name("/AFRelationship"): pdf_name("/Supplement"),
                pdf_name("/EF"): DictionaryObject({pdf_name("/F"): held, pdf_name("/UF"): held}),
            }
        )
    )
    names = _known(update.root, "/Names", DictionaryObject())
    if "/EmbeddedFiles" in names or "/AF" in update.root:
        raise SealError("The text already carries a file.")
    names[pdf_name("/EmbeddedFiles")] = DictionaryObject(
        {pdf_name("/Names"): ArrayObject([pdf_string(attachment.name), entry])}
    )
    update.root[pdf_name("/Names")] = names
    update.root[pdf_name("/AF")] = ArrayObject([entry])
    update.changed()


def _metadata(update: Update, more: int, now: datetime) -> None:
    """The number of pages and the moment of the change; what says PDF/A and PDF/UA stays as Typst wrote it."""
    before = update.root["/Metadata"]
    said = _PAGES.sub(lambda m: m[1] + str(int(m[2]) + more).encode() + m[3], before.data)
    said = _CHANGED.sub(lambda m: m[1] + f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}".encode() + m[3], said)
    update.root[pdf_name("/Metadata")] = update.add_object(
        generic.StreamObject(
            {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}, stream_data=said
        )
    )
    info = update.trailer["/Info"]
    info[pdf_name("/ModDate")] = pdf_string(_pdf_moment(now))
    update.update_container(info)
    update.changed()


def _pdf_moment(now: datetime) -> str:
    return f"D:{now.astimezone(UTC):%Y%m%d%H%M%S}Z"
