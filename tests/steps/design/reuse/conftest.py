import pytest

from design.reuse.stage import Stage, a_stage


@pytest.fixture
def stage() -> Stage:
    return a_stage()
