"""The day of the tests of the signing, and what is ready that day."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from pytest_django.plugin import DjangoDbBlocker

import endings
from convention.amendment_stage import signed_by_all
from convention.signing_stage import NOW, Stage, a_stage
from defi.kernel import clock


@pytest.fixture(autouse=True)
def _october() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """What the tests of a module stand on: the eve of the convention."""
    with endings.built_once(django_db_blocker, a_stage, on=NOW) as built:
        yield built


@pytest.fixture
def stage(built: Stage, db: None) -> Stage:
    return deepcopy(built)


@pytest.fixture
def signed(stage: Stage) -> Stage:
    return signed_by_all(stage)
