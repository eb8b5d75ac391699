"""The page of frozen signatures says what the source says: to change one is a decision, with every room in mind."""

import pytest

from house.signatures import frozen, signature

FROZEN = list(frozen())


def test_the_page_holds_the_five_tools_every_room_leans_on():
    modules = [module for module, _name, _said in FROZEN]
    assert list(dict.fromkeys(modules)) == [
        "defi.kernel.access",
        "defi.kernel.transitions",
        "defi.kernel.journal",
        "defi.kernel.outbox",
        "defi.kernel.documents",
    ]
    assert len(set(FROZEN)) == len(FROZEN) >= 30


@pytest.mark.parametrize(("module", "name", "said"), FROZEN, ids=[f"{module}.{name}" for module, name, _ in FROZEN])
def test_a_signature_is_the_one_of_the_source(module, name, said):
    assert said == signature(module, name)
