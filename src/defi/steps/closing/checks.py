"""The lines of the certificate: what makes a training a DEFI, the eight commitments, and what a balance asks. Pure.

Each line is shown by facts of the file; a line without fact is a question asked to the provider early, not a surprise
at the end. Which lines block is the rulebook's choice.

Source: process.md, « What makes a training a DEFI » (seed 000)."""

from __future__ import annotations

from dataclasses import dataclass

from defi.schemes.rulebook import Rulebook
from defi.steps.closing.evidence import Facts, Group, Lack
from defi.steps.closing.lines import LINES


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what is expected, whether the file shows it, by which facts, whence it comes, what it blocks.

    `blocks` is "certificate", "balance" or "" (asked, not required); `later`: to come rather than missing;
    `lack`: why it is not found, "" when it is; `where`: the part of the operation's page where it is mended;
    `explained`: what the provider says of it, who decides reads it beside the line."""

    key: str
    label: str
    found: bool
    facts: str
    source: str
    blocks: str = ""
    group: Group = Group.TRAINING
    later: bool = False
    lack: Lack | str = ""
    where: str = ""
    explained: str = ""

    def stored(self) -> dict[str, str | bool]:
        """The line as a decision keeps it."""
        return {
            "key": self.key,
            "label": self.label,
            "found": self.found,
            "facts": self.facts,
            "blocks": self.blocks,
            "later": self.later,
            "lack": str(self.lack),
        }


def checks(book: Rulebook, facts: Facts) -> list[Check]:
    """Every line of the certificate, in the order of the sources, as `facts` show it under `book`."""
    return [
        Check(
            key=line.key,
            label=str(line.label),
            found=shown.found,
            facts=shown.facts,
            source=str(line.source),
            blocks=_blocks(book, line.key),
            group=line.group,
            later=shown.later and not shown.found,
            lack="" if shown.found else shown.lack,
            where=line.where,
        )
        for line in LINES
        for shown in [line.show(book, facts)]
    ]


def _blocks(book: Rulebook, key: str) -> str:
    if key in book.certificate_blocks:
        return "certificate"
    return "balance" if key in book.balance_blocks else ""
