"""Verbs, tables and handlers that live as long as one test, so that the house's own stay what they are."""

from collections.abc import Iterator

import pytest

from defi.kernel import journal, transitions
from defi.kernel.access import TASK, Who, scope


@pytest.fixture
def own_verbs() -> Iterator[None]:
    """What a test declares is forgotten after it."""
    registries: list[dict] = [transitions.VERBS, transitions.TABLES, journal._HANDLERS]
    before = [dict(registry) for registry in registries]
    handlers = {verb: list(known) for verb, known in journal._HANDLERS.items()}
    yield
    for registry, kept in zip(registries, before, strict=True):
        registry.clear()
        registry.update(kept)
    journal._HANDLERS.clear()
    journal._HANDLERS.update(handlers)


@pytest.fixture
def tried(db: None, own_verbs: None) -> Iterator[None]:
    """The verbs `try.plain` (anybody) and `try.explain` (anybody, with a reason), and the right to read everything."""
    transitions.verb("try.plain", "Essayer", set(Who))
    transitions.verb("try.explain", "Essayer et dire pourquoi", set(Who), reason=True)
    with scope(TASK):
        yield


@pytest.fixture
def plain_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every template gives the same two lines."""
    monkeypatch.setattr("defi.kernel.mail.outbox.render_to_string", lambda *_: "  Le sujet \nBonjour,\nle corps.\n")
