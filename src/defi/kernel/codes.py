"""Codes for paper and phone; the one that a printed page bears, so that its scan finds its place by itself.

`D` + code of the document (ten signs nobody can guess, one document per edition) + page in two figures + two signs of
check: fifteen signs, which a QR code of 21 modules holds with a quarter of it hidden. Nothing else is on it, no
address, no name.

Free of Django: the process that reads scans starts in a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
MARK = "D"
MOST_PAGES = 99

_SHAPE = re.compile(rf"{MARK}([{ALPHABET}]{{{CODE_LENGTH}}})([0-9]{{2}})([{ALPHABET}]{{2}})")
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PRIME = 887
"""Below 30 × 30, so that two signs write any rest; above every weight and value, so that one wrong sign, or two signs
exchanged, always change it."""


@dataclass(frozen=True, slots=True)
class PageCode:
    """Which document (its code) and which of its pages (from 1)."""

    code: str
    page: int

    @property
    def text(self) -> str:
        """What the QR code holds. Raises ValueError beyond 99 pages."""
        if not 1 <= self.page <= MOST_PAGES:
            raise ValueError(f"A page code goes from 1 to {MOST_PAGES}, not {self.page}.")
        body = f"{self.code}{self.page:02d}"
        return f"{MARK}{body}{_check(body)}"

    @property
    def printed(self) -> str:
        """The same for people, under the picture: `ABCDE-FGHJK-03-XY`."""
        text = self.text
        return "-".join((text[1:6], text[6:11], text[11:13], text[13:]))


def read_page_code(text: str) -> PageCode | None:
    """The page that a QR code names, or None when it is not one of ours or was read wrong."""
    found = _SHAPE.fullmatch("".join(sign for sign in text.upper() if sign.isalnum()))
    if found is None:
        return None
    code, page, check = found.groups()
    return PageCode(code, int(page)) if int(page) and check == _check(code + page) else None


def typed_page_code(text: str) -> PageCode | None:
    """The page whose code was typed as it is printed, `ABCDE-FGHJK-03-XY`, without the mark of its picture."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    return read_page_code(signs) or read_page_code(MARK + signs)


def _check(body: str) -> str:
    rest = sum(weight * _SIGNS.index(sign) for weight, sign in enumerate(body, start=1)) % _PRIME
    return ALPHABET[rest // len(ALPHABET)] + ALPHABET[rest % len(ALPHABET)]
