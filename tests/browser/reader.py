"""Reads a page as it was sent: its links, its words, how it is built."""

from __future__ import annotations

import re
from html.parser import HTMLParser

RAW = re.compile(
    r"\{[{%#]|[%#}]\}|<c-|\bNone\b|\bTrue\b|\bFalse\b|&lt;(?:time|span|strong)\b|%\(\w+\)[sd]|\bdatetime\."
)
"""What a template leaves on the page when a name is wrong or a value is missing."""

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"script", "style", "head", "template"}


class Reader(HTMLParser):
    """The links of a page, its words, and its shape: which element stands in which."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.shape: set[tuple[str, str]] = set()
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        traits = " ".join(sorted((given.get("class") or "").split()))
        drawn = f"{tag}.{traits}[{given.get('type') or ''}{given.get('role') or ''}]"
        self.shape.add((self._open[-1][1], drawn))
        if tag not in VOID:
            self._open.append((tag, drawn))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(tag in SILENT for tag, _drawn in self._open):
            self.words.append(data)

    @property
    def raw(self) -> str:
        """What a template left on the page, with what stands around it."""
        said = " ".join(" ".join(self.words).split())
        found = RAW.search(said)
        return said[max(0, found.start() - 60) : found.end() + 60] if found else ""
