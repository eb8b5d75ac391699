"""Follows every link a role is shown, and tells which pages are built like none before them."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import APIRequestContext

from browser.reader import Reader

ELSEWHERE = ("/static/", "/galerie/", "/demonstration/", "/entrer/sortir/")
"""Tested on their own, or left by signing out."""

PAGES_PER_ROLE = 80
PAGES_PER_ROUTE = 3


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
    """The address without its numbers, codes and names of figures, nor its query: pages of one view."""
    return re.sub(r"/(?:\d+|[0-9A-Z]{10,}|(?:RNCP|RS)\d+|(?<=/listes/)\w+)(?=/)", "/…", urlsplit(path).path)
