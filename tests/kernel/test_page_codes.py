"""The code of a printed page: what it names, what it survives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel.codes import ALPHABET, CODE_LENGTH, PageCode, read_page_code

CODES = st.builds(PageCode, st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.integers(1, 99))


@given(CODES)
def test_a_page_code_is_read_back_as_it_was_written(of: PageCode):
    assert len(of.text) == 15
    assert read_page_code(of.text) == read_page_code(f" {of.text.lower()[:7]}-{of.text[7:]}") == of
    assert of.printed.replace("-", "") == of.text[1:]


@given(CODES, st.integers(1, 14), st.sampled_from(ALPHABET + "01"))
def test_one_wrong_sign_names_no_page(of: PageCode, place: int, sign: str):
    wrong = of.text[:place] + sign + of.text[place + 1 :]
    assert wrong == of.text or read_page_code(wrong) is None


@given(CODES, st.integers(1, 11))
def test_two_signs_exchanged_name_no_page(of: PageCode, place: int):
    text = of.text
    wrong = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert wrong == text or read_page_code(wrong) is None


@pytest.mark.parametrize("text", ["", "D", "https://defi.example.fr/v/ABCDE23456", "DABCDE2345600", "ABCDEFGHJK"])
def test_another_text_names_no_page(text: str):
    assert read_page_code(text) is None


@pytest.mark.parametrize("page", [0, 100])
def test_a_page_out_of_two_figures_has_no_code(page: int):
    with pytest.raises(ValueError, match="from 1 to 99"):
        assert PageCode("ABCDE23456", page).text
