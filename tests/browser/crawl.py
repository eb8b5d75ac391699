"""Follows every link a role is shown, and tells which pages are built like none before them."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import APIRequestContext

from browser.visitor import RAW

ELSEWHERE = ("/static/", "/galerie/", "/demonstration/", "/entrer/sortir/")
"""Tested on their own, or left by signing out."""

PAGES_PER_ROLE = 120
PAGES_PER_ROUTE = 6

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


@dataclass
class Crawl:
    """What was seen by one role. `known` is shared by roles: the shapes that axe has already looked at."""

    client: APIRequestContext
    address: str
    known: set[tuple[str, str]]
    faults: list[str] = field(default_factory=list)
    pages: int = 0

    def new_shapes(self) -> Iterator[str]:
        """Read the pages breadth first from the home page; the paths of those that look like no page before them."""
        queue, seen, routes = deque([("/", "")]), {"/"}, Counter[str]()
        while queue and self.pages < PAGES_PER_ROLE:
            path, source = queue.popleft()
            routes[route_of(path)] += 1
            if routes[route_of(path)] > PAGES_PER_ROUTE:
                continue
            found = self._read(path, source)
            if found is None:
                continue
            here, reader = found
            if not reader.shape <= self.known:
                self.known |= reader.shape
                yield path
            for link in reader.links:
                target = urldefrag(urljoin(here, link))[0]
                inside = target.startswith("/") and not target.startswith(("//", *ELSEWHERE))
                if inside and target not in seen:
                    seen.add(target)
                    queue.append((target, path))

    def _read(self, path: str, source: str) -> tuple[str, Reader] | None:
        self.pages += 1
        answer = self.client.get(self.address + path)
        parts = urlsplit(answer.url)
        if answer.status != 200:
            self.faults.append(f"{path} answered {answer.status}, from {source or 'the address bar'}")
            return None
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return None
        reader = Reader(answer.text())
        if reader.raw:
            self.faults.append(f"{path} shows: {reader.raw}")
        return f"{parts.path}?{parts.query}" if parts.query else parts.path, reader


def route_of(path: str) -> str:
    """The address without its numbers and codes, nor its query: pages of one view."""
    return re.sub(r"/(?:\d+|[0-9A-Z]{10,}|(?:RNCP|RS)\d+)(?=/)", "/…", urlsplit(path).path)
