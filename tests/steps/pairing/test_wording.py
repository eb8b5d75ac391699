"""A contract is said the same everywhere, its extra day and its dates included."""

from datetime import date

import pytest

from defi.steps.pairing.models import Promise
from defi.steps.pairing.wording import contract_words, not_counted_words, terms_words

SHORT = "Ce contrat est trop court : le règlement demande plus de 6 mois."


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"contract": "cdi"}, "CDI"),
        ({"contract": "cdd", "months": 6}, "CDD de 6 mois"),
        ({"contract": "cdd", "months": 6, "days": 1}, "CDD de 6 mois et 1 jour"),
        ({"contract": "cdd", "months": 8, "days": 15}, "CDD de 8 mois et 15 jours"),
        (
            {"contract": "cdd", "starts_on": date(2026, 5, 1), "ends_on": date(2026, 11, 30)},
            "CDD du 1er mai 2026 au 30 novembre 2026",
        ),
        ({"contract": "professionalisation", "months": 12}, "contrat pro de 12 mois"),
    ],
)
def test_a_contract_in_words(facts, words):
    assert plain(contract_words(Promise(conforms=True, **facts))) == words


def test_a_promise_that_does_not_count_says_so_and_why():
    promise = Promise(contract="cdd", months=6, conforms=False, conformity_note=SHORT)
    assert terms_words(promise) == "CDD de 6 mois, ne compte pas"
    assert not_counted_words(promise).startswith("ce contrat est trop court")
    assert not_counted_words(Promise(contract="cdi", conforms=True)) == ""
