"""The text of a document as the Region writes it: a closed language of plain French, filled with declared fields.

Reading (`read`) finds every fault with its line; filling (`fill`) gives blocks that a Typst layout prints. No part of a
text is ever Typst source (decision 0012)."""

from __future__ import annotations

from defi.kernel.documents.text.comparing import Change, Piece, compare
from defi.kernel.documents.text.filling import as_lines, fill, passage
from defi.kernel.documents.text.nodes import Block, Fault, Run, TextRefused
from defi.kernel.documents.text.offering import Group, Offer, offers
from defi.kernel.documents.text.reading import read
from defi.kernel.documents.text.vocabulary import (
    KIND_WORDS,
    Field,
    Kind,
    Listing,
    Passage,
    Table,
    Vocabulary,
    key,
    printed,
)

__all__ = [
    "KIND_WORDS",
    "Block",
    "Change",
    "Fault",
    "Field",
    "Group",
    "Kind",
    "Listing",
    "Offer",
    "Passage",
    "Piece",
    "Run",
    "Table",
    "TextRefused",
    "Vocabulary",
    "as_lines",
    "compare",
    "fill",
    "key",
    "offers",
    "passage",
    "printed",
    "read",
]
