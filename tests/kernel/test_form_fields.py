"""What people type in a form is taken the way they type it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from defi.kernel.fields import FrenchDecimalField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 234,50", "1234.50"),
        ("1\u202f234,50 €", "1234.50"),
        ("1\u00a0234", "1234"),
        ("1234.5", "1234.5"),
        ("35", "35"),
        ("12,5 %", "12.5"),
    ],
)
def test_a_number_is_read_as_one_writes_it_in_french(typed, read):
    assert FrenchDecimalField(max_digits=9, decimal_places=2).clean(typed) == Decimal(read)


@pytest.mark.parametrize("typed", ["douze", "1,2,3", "12 h", "1 234,567"])
def test_what_is_no_number_is_refused_and_not_guessed(typed):
    with pytest.raises(ValidationError):
        FrenchDecimalField(max_digits=9, decimal_places=2).clean(typed)


def test_nothing_typed_is_nothing_known():
    assert FrenchDecimalField(required=False).clean("") is None
