"""Streams a file of offers training by training, in small memory, each with its exact lines.

The parser reads the whole file, so that what is not well-formed to its end is known before anything is kept. It is fed
in pieces that end where a training may end: when the parser says one did, the bytes since the one before are this
training's, and reading them again gives true lines (libxml2 forgets those past 65,535).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.utils.translation import gettext as _
from lxml import etree

from defi.kernel.refusals import Invalid
from defi.steps.offer.lheo.faults import Fault, frame_faults, local_name
from defi.steps.offer.lheo.opening import (
    HEAD,
    Opened,
    closed,
    cut,
    document_type,
    fed,
    not_well_formed,
    parser_options,
    recognise,
)

BLOCK = 1 << 20
LARGEST_TRAINING = 32 << 20
LONGEST_END_TAG = 200
WHERE = ("offres", "lheo")


@dataclass
class Slice:
    """The bytes between the end of one training and that of the next, and what must stand around them to be read alone.

    `first_line` is that of its first byte in the file; `above` the names of what a training stands in, as written."""

    first_line: int = 1
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    opening: bytes = b""
    above: tuple[str, ...] = ()

    def add(self, piece: bytes) -> None:
        self.parts.append(piece)
        self.size += len(piece)

    def next(self, opening: bytes) -> Slice:
        return Slice(self.first_line + sum(part.count(b"\n") for part in self.parts), opening=opening, above=self.above)

    def tree(self, *, closed: bool = False) -> tuple[etree._Element, int]:
        """The frame with this slice in it, and what to add to its lines; `closed` when the slice ends the frame."""
        closing = b"" if closed else "".join(f"</{name}>" for name in reversed(self.above)).encode()
        parser = etree.XMLParser(**parser_options())
        return etree.fromstring(self.opening + b"".join(self.parts) + closing, parser), self.first_line - 1


@dataclass(frozen=True, slots=True)
class Read:
    """A training of the file. `element` can be read until the next one is asked for."""

    element: etree._Element
    slice: Slice

    def located(self) -> tuple[etree._Element, int]:
        """The training read again: its lines are exact once the second answer is added to them."""
        root, shift = self.slice.tree()
        for _level in self.slice.above:
            root = root[-1]
        return root, shift

    def mentions(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the bytes of this training match a pattern."""
        return any(pattern.search(part) for part in self.slice.parts)


class LheoFile:
    """A file of offers. Iterate `trainings()` to the end, then read `frame_faults`, `fingerprint` and `size`."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Raises Invalid when the file is not one of offers in LHÉO."""
        self.name = name
        self._stream = stream
        self._head = stream.read(HEAD)
        self.opened: Opened = recognise(self._head, name)
        self.frame_faults: list[Fault] = []
        self.size = 0
        self._hash = hashlib.sha256()
        self._slice = Slice()
        self._opening = b""
        self._offers: etree._Element | None = None

    @property
    def namespace(self) -> str:
        return self.opened.namespace

    @property
    def fingerprint(self) -> str:
        return self._hash.hexdigest()

    def trainings(self) -> Iterator[Read]:
        """Each training in turn. Raises Invalid, at the latest at the end, when the file is not well-formed."""
        tag = f"{{{self.namespace}}}formation"
        parser = etree.XMLPullParser(events=("end",), tag=tag, **parser_options())
        for piece in self._pieces():
            if problem := fed(parser, piece):
                raise not_well_formed(problem, self.name)
            self._keep(piece)
            for _event, element in parser.read_events():
                if not self._is_offered(element):
                    continue
                self._look_around(element)
                yield Read(element, self._slice)
                _forget(element)
                self._slice = self._slice.next(self._opening)
        if missing := closed(parser):
            raise cut(missing, self.name)
        if self._offers is None:
            raise Invalid(
                _("« {name} » ne contient aucune formation : choisissez un fichier qui en contient.").format(
                    name=self.name
                )
            )
        self._check_frame(closed=True)

    def _pieces(self) -> Iterator[bytes]:
        """The bytes of the file, cut after each end tag of a training."""
        prefix = re.escape(f"{self.opened.prefix}:" if self.opened.prefix else "").encode()
        end = re.compile(rb"</" + prefix + rb"formation\s*>")
        rest = b""
        for block in self._blocks():
            self.size += len(block)
            self._hash.update(block)
            held, start = rest + block, 0
            for found in end.finditer(held, max(0, len(rest) - LONGEST_END_TAG)):
                yield held[start : found.end()]
                start = found.end()
            rest = held[start:]
            if len(rest) > LARGEST_TRAINING:
                raise self._too_large()
        yield rest

    def _blocks(self) -> Iterator[bytes]:
        yield self._head
        while block := self._stream.read(BLOCK):
            yield block

    def _keep(self, piece: bytes) -> None:
        self._slice.add(piece)
        if self._slice.size > LARGEST_TRAINING:
            raise self._too_large()

    def _too_large(self) -> Invalid:
        return Invalid(
            _("« {name} » : plus de 32 Mo sans fin de formation ; ce n'est pas de l'offre en LHÉO.").format(
                name=self.name
            )
        )

    def _is_offered(self, element: etree._Element) -> bool:
        """A training stands in <offres>, itself in <lheo>; one quoted in an <extra> is not offered."""
        above = [local_name(one, self.namespace) for one in element.iterancestors()]
        return tuple(above[:2]) == WHERE and len(above) <= len(WHERE) + 1

    def _look_around(self, element: etree._Element) -> None:
        """Check the frame where it begins, and wherever something stands between two trainings."""
        offers = element.getparent()
        previous = element.getprevious()
        if self._offers is None:
            self._enter(element)
        elif offers is self._offers and (previous is None or previous.tag == element.tag):
            return
        self._offers = offers
        self._check_frame()

    def _enter(self, element: etree._Element) -> None:
        """Remember what the trainings stand in, to read any of them alone."""
        tree = element.getroottree()
        if tree.docinfo.internalDTD is not None:
            raise document_type(self.name)
        above = list(reversed(list(element.iterancestors())))
        names = tuple(_written(one) for one in above)
        spaces = {prefix: uri for one in above for prefix, uri in one.nsmap.items()}
        declared = "".join(f' xmlns{f":{prefix}" if prefix else ""}="{uri}"' for prefix, uri in spaces.items())
        start = f'<?xml version="1.0" encoding="{tree.docinfo.encoding or "UTF-8"}"?><{names[0]}{declared}>'
        self._opening = (start + "".join(f"<{name}>" for name in names[1:])).encode()
        self._slice.above = names

    def _check_frame(self, *, closed: bool = False) -> None:
        root, shift = self._slice.tree(closed=closed)
        self.frame_faults += [fault.moved(shift) for fault in frame_faults(root, self.namespace)]


def _written(element: etree._Element) -> str:
    """The name of an element as its tags write it."""
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name


def _forget(element: etree._Element) -> None:
    """Free the training that was read, and those before it; the last stays in its place for the parser."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
