"""The tables of a published year by basin, job and provider."""

from __future__ import annotations

from typing import Any

from defi.steering.printing import place_lines
from defi.steering.yearly import OPEN_COUNTS, Year

ATELIER = 7


def operation(number: int, provider: int, seats: int) -> dict[str, Any]:
    counts = dict.fromkeys(OPEN_COUNTS, 0) | {"operations": 1, "seats": seats}
    return {"id": number, "place": (1, 2, provider), "firms": [], **counts}


def test_operations_without_a_provider_have_a_line_of_their_own_and_not_the_totals():
    year = Year(
        {
            "operations": [operation(1, ATELIER, 12), operation(2, ATELIER, 10), operation(3, 0, 8)],
            "names": {
                "provider": {str(ATELIER): "Atelier Exemple", "0": ""},
                "basin": {"1": "Dreux"},
                "job": {"2": "ASVF"},
            },
            "blocks": {},
        }
    )
    lines = {line.name: line.values for line in place_lines(year, "provider", {})}
    assert lines["Atelier Exemple"][:2] != lines["sans organisme"][:2]
    whole = {line.name: line.values for line in place_lines(year, "basin", {})}
    assert lines["sans organisme"] != whole["Dreux"]


def test_the_names_are_in_the_order_of_the_alphabet_accents_or_not():
    names = {"1": "Zénith", "2": "École des métiers", "3": "atelier Exemple", "4": "Formation Plus"}
    year = Year(
        {
            "operations": [operation(int(key), int(key), 8) for key in names],
            "names": {"provider": names, "basin": {"1": "Dreux"}, "job": {"2": "ASVF"}},
            "blocks": {},
        }
    )
    told = [line.name for line in place_lines(year, "provider", {})]
    assert told == ["atelier Exemple", "École des métiers", "Formation Plus", "Zénith"]
