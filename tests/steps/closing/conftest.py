"""What the tests of the closing stand on: a session at its target, and its convention signed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

import endings
from endings import Ending


@pytest.fixture(scope="module")
def full(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ending]:
    """Six seats, six entered, six paired: the target, and a convention signed. A file may have one of its own."""

    def build() -> Ending:
        ending = endings.begun(seats=6, people=6, paired=6)
        ending.sign_convention()
        return ending

    with endings.built_once(django_db_blocker, build) as built:
        yield built


@pytest.fixture
def ending(full: Ending) -> Ending:
    full.refresh()
    return full
