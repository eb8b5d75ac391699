"""Limits small enough to be met in a test, and what a page that was tried too often says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client

from defi.kernel import clock, limits
from defi.kernel.limits import LIMITS, Limit

NOON = datetime(2025, 11, 3, 11, 58, 30, tzinfo=UTC)


@contextmanager
def few_tries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three tries of anything from one network, two of them on one thing."""
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(LIMITS, Limit(3, 2)))
    with clock.at(NOON):
        yield


def said(answer: HttpResponse) -> str:
    return " ".join(unescape(answer.content.decode()).replace("\u00a0", " ").split())


def refused(answer: HttpResponse) -> str:
    """What a page of too many tries says; it bears the status and the delay for programs."""
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    page = said(answer)
    assert "réessayez dans 10 minutes, à 13 h 09" in page
    return page


def from_(address: str) -> Client:
    """A browser of this network."""
    return Client(REMOTE_ADDR=address)
