"""What a kind of document is, and what comes out when one is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from django.utils.translation import override

if TYPE_CHECKING:
    from dataclasses import Field
    from typing import Any

    from django.utils.functional import _StrOrPromise

    from defi.kernel.documents.text.vocabulary import Vocabulary


LOOK = Path(__file__).with_name("look")
"""The folder of what every template imports, `/defi.typ`: the root of Typst, with nothing else in it."""


class DocumentData(Protocol):
    """Any frozen dataclass: the facts of one document, already chosen and named."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


D = TypeVar("D", bound=DocumentData)


class DocumentError(Exception):
    """A document that could not be made: wrong data for its template, or a template that does not compile."""


@dataclass(frozen=True)
class Template(Generic[D]):
    """A kind of document: its Typst source `<kind>.typ` in `folder`, and the dataclass that fills it.

    `prefix` begins its numbers (`CONV-2025-0007`). A `verified` document carries on each page a QR code to its public
    verification page; one that is not carries its number only. With `words`, its text is written by the Region in these
    words, and the source is its layout only; `layout` names a source shared by several kinds. The pages of a `paged`
    one, which people sign in ink and scan, each bear a code of their own (`defi.kernel.codes`)."""

    kind: str
    title: _StrOrPromise
    folder: Path
    data: type[D]
    prefix: str
    verified: bool = False
    words: Vocabulary | None = None
    layout: str = ""
    paged: bool = False

    @property
    def source(self) -> Path:
        """The Typst file of the template."""
        return self.folder / f"{(self.layout or self.kind).replace('-', '_')}.typ"

    @property
    def shipped_text(self) -> str:
        """The text that the product brings: the first version of a template whose words are the Region's."""
        return _shipped(self.folder / f"{self.kind.replace('-', '_')}.txt")

    @property
    def french_title(self) -> str:
        """The title as it is printed: documents are in French whatever the language of the screen."""
        with override("fr"):
            return str(self.title)


@cache
def _shipped(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Letterhead:
    """Who issues the document: printed at the top of each page and kept as its author."""

    region: str
    scheme: str
    motto: str


@dataclass(frozen=True)
class Rendered:
    """A finished document. `unprintable` holds the characters no font could draw, printed as a hollow square."""

    pdf: bytes
    sha256: str
    pages: int
    title: str
    unprintable: str = ""


LETTERHEAD = Letterhead(
    region="Région Centre-Val de Loire",
    scheme="DEFI",
    motto="Développement de l'emploi par des formations inclusives",
)
