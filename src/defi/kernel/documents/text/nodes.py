"""What a text is made of: as it is read (nodes, with their lines), as it is printed (blocks, nothing left to fill)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from defi.kernel.documents.template import DocumentError


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a text. `line` counts from 1; 0 when no line is at fault but the whole."""

    line: int
    sentence: str

    def __str__(self) -> str:
        if not self.line:
            return self.sentence
        return _("Ligne %(line)d : %(sentence)s") % {"line": self.line, "sentence": self.sentence}


class TextRefused(DocumentError):  # noqa: N818  (an answer to who writes, as `Refused` is)
    """A text that cannot be read, or cannot be filled. `faults` are in the order of their lines, at least one."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 10**9))
        super().__init__(" ".join(str(fault) for fault in self.faults))


# As it is read


@dataclass(frozen=True, slots=True)
class Words:
    """Words as typed."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A field by its name, to be filled."""

    name: str
    line: int
    bold: bool = False


Line = tuple[Words | Blank, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (`level` 2 or 3), a paragraph (one line or more), an item (bullet or numbered), a remark."""

    kind: str
    lines: tuple[Line, ...]
    line: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table that the product draws."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Each:
    """What is repeated for each row of a list."""

    name: str
    line: int
    body: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class When:
    """What is printed when a field is filled (or, `negated`, when it is not), and otherwise."""

    name: str
    line: int
    negated: bool
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A passage that has a name, so that it can be shown alone."""

    name: str
    line: int
    body: tuple[Node, ...]


Node = Part | Drawn | Each | When | Section


# As it is printed


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look. `quiet`: said in place of what is not known yet."""

    text: str
    bold: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a text (its lines), bullets or numbers (`lines` are their items), a note, a table drawn."""

    kind: str
    lines: tuple[tuple[Run, ...], ...] = ()
    level: int = 0
    name: str = ""

    @property
    def content(self) -> dict[str, object]:
        """What the layout is given: a run without a look of its own is a string."""
        lines = [[run if run.bold or run.quiet else run.text for run in line] for line in self.lines]
        return {"kind": self.kind, "lines": lines, "level": self.level, "name": self.name}
