"""Somebody in front of the product: goes from page to page by what they read, and every page crossed is examined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, Response

from browser.reader import RAW, Reader
from browser.stage import MOMENT

PHONES = (360, 320)
WIDE = 1280

_LOOKED_AT: dict[str, set[tuple[str, str]]] = {"wide": set(), "phone": set()}
"""What axe has looked at in this run: it looks at the pages built like none before them, whoever crosses them."""


class Visitor:
    """A tab of the browser on one stage, with the day it lives in."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address.rstrip("/")
        self.crossed: list[str] = []
        self.faults: list[str] = []
        self._status = 200
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"{self.here} : {error}"))
        page.on("response", self._note)

    @property
    def here(self) -> str:
        """The path of the page, with its query."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def text(self) -> str:
        """What the page says, spaces made one and ordinary."""
        return " ".join(self.page.locator("body").inner_text().split())

    # where and when

    def on(self, day: date | datetime) -> None:
        """Live this day from now on, from nine in the morning."""
        moment = day if isinstance(day, datetime) else datetime.combine(day, time(9))
        said = moment.astimezone().isoformat()
        self.page.context.set_extra_http_headers({MOMENT: said})
        # A request that began without network and goes once it is back bears the cookies, and no such header.
        self.page.context.add_cookies([{"name": MOMENT, "value": said, "url": self.address}])

    def become(self, name: str) -> None:
        """Sign in as somebody of the demonstration, with one click."""
        self.page.goto(f"{self.address}/demonstration/")
        with self._a_page():
            self.page.get_by_role("button", name=re.compile(rf"^{re.escape(name)},")).first.click()

    def leave(self) -> None:
        """Be nobody again."""
        self.page.context.clear_cookies()

    def open(self, path: str, *, status: int = 200) -> None:
        """Type an address."""
        with self._a_page(status):
            self.page.goto(self.address + path if path.startswith("/") else path)

    def take_up(self, title: str, operation: str) -> None:
        """Open « À faire », and the page where this is done."""
        self.open("/a-faire/")
        self.follow(title, self.line(title).filter(has_text=operation))

    # hands

    def follow(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Click the first link that reads so."""
        with self._a_page():
            self._in_sight((within or self.page).get_by_role("link", name=name)).click()

    def press(self, name: str | re.Pattern[str], within: Locator | None = None, *, status: int = 200) -> None:
        """Click the first button that reads so."""
        with self._a_page(status):
            self._in_sight((within or self.page).get_by_role("button", name=name)).click()

    def fill(self, **fields: str) -> None:
        """Type in fields, by their label: `fill(**{"Motif": "…"})`."""
        for label, value in fields.items():
            self._in_sight(self.page.get_by_label(label)).fill(value)

    def line(self, text: str, kind: str = "tr") -> Locator:
        """The line of a table, or another element, that holds this text."""
        return self.page.locator(kind).filter(has_text=text).first

    def _in_sight(self, found: Locator) -> Locator:
        """The first of them, once the folds are open when it is not to be seen without."""
        if not found.first.is_visible():
            self.unfold()
        return found.first

    def unfold(self) -> None:
        """Open every fold of the page, and wait for the cards that are asked for on unfolding."""
        self.page.evaluate("document.querySelectorAll('details:not([data-menu])').forEach(f => { f.open = true })")
        self.page.wait_for_function("!document.querySelector('details[open] > [data-awaited]')")

    # eyes

    def reads(self, *sentences: str) -> None:
        """The page says each of these, folded parts included: they are opened when something is not in sight."""
        if any(_plain(sentence) not in _plain(self.text) for sentence in sentences):
            self.unfold()
        said = _plain(self.text)
        missing = [sentence for sentence in sentences if _plain(sentence) not in said]
        assert missing == [], f"{self.here} does not say {missing}. It says: {said}"

    def reads_not(self, *sentences: str) -> None:
        """The page says none of these."""
        self.unfold()
        said = _plain(self.text)
        assert [sentence for sentence in sentences if _plain(sentence) in said] == [], self.here

    def examine(self) -> None:
        """Look for what is wrong on the page; the faults are kept and told together at the end."""
        found = faults_of(self.page) if self._is_new("wide") else plain_faults(self.page)
        self.faults += [f"{self.here} : {fault}" for fault in found]

    def examine_on_phones(self) -> None:
        """The same on the widths of phones."""
        found = faults_on_phones(self.page, axe=self._is_new("phone"))
        self.faults += [f"{self.here} : {fault}" for fault in found]

    def _is_new(self, width: str) -> bool:
        """Whether the page is built like none before; it is then unfolded, to be looked at whole."""
        known = _LOOKED_AT[width]
        shape = Reader(self.page.content()).shape
        if shape <= known:
            return False
        self.unfold()
        known |= shape | Reader(self.page.content()).shape
        return True

    @contextmanager
    def _a_page(self, status: int = 200) -> Iterator[None]:
        """The block leads to a page, which is examined."""
        with self.page.expect_navigation():
            yield
        self.page.wait_for_load_state()
        self.crossed.append(self.here)
        assert self._status == status, f"{self.here} answered {self._status}: {self.text[:600]}"
        self.examine()

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium says it of every page that refuses a form, and of a link that died.
        if message.type == "error" and not re.search(r"status of 4(10|22)\b", message.text):
            self.faults.append(f"{self.here} : console: {message.text}")

    def _note(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.redirected_to is None and not 300 <= response.status < 400:
            self._status = response.status


def faults_of(page: Page) -> list[str]:
    """What axe finds, what a template left raw, what overflows; on the page as it stands."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    told = [f"axe {v['id']}: {[node['html'][:200] for node in v['nodes'][:3]]}" for v in found]
    return told + plain_faults(page)


def plain_faults(page: Page) -> list[str]:
    """What a template left raw, what overflows."""
    told = []
    raw = RAW.search(page.locator("body").inner_text())
    if raw:
        told.append(f"raw: {page.locator('body').inner_text()[max(0, raw.start() - 60) : raw.end() + 60]!r}")
    return told + overflow(page)


def faults_on_phones(page: Page, *, axe: bool = True) -> list[str]:
    """The same on the widths of phones; the page is given back at its width."""
    told = []
    before = page.viewport_size
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 740})
        told += [
            f"at {width} px, {fault}" for fault in (faults_of(page) if axe and width == PHONES[0] else overflow(page))
        ]
    if before:
        page.set_viewport_size(before)
    return told


def overflow(page: Page) -> list[str]:
    """The elements that stick out at the right of the window, when the page can be pushed sideways."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth
            if (document.documentElement.scrollWidth <= width) return []
            return [...document.querySelectorAll('body *')]
                .filter(e => e.getBoundingClientRect().right > width + 1 && e.checkVisibility())
                .slice(0, 3).map(e => 'overflow: ' + e.outerHTML.slice(0, 160))
        }"""
    )


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()).lower()
