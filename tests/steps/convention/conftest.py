"""The day of the tests of the signing, and what is ready that day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from convention.amendment_stage import signed_by_all
from convention.signing_stage import NOW, Stage, a_stage
from defi.kernel import clock


@pytest.fixture(autouse=True)
def _october() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def stage() -> Stage:
    return a_stage()


@pytest.fixture
def signed(stage: Stage) -> Stage:
    return signed_by_all(stage)
