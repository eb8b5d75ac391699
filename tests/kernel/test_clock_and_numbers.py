"""One clock that can be set; public numbers without holes, and codes that cannot be guessed."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from defi.kernel import clock
from defi.kernel.numbers import ALPHABET, CODE_LENGTH, clean_code, new_code, next_number


def test_a_date_means_nine_in_the_morning_in_paris():
    with clock.at(date(2025, 7, 14)):
        assert clock.now() == datetime(2025, 7, 14, 7, tzinfo=UTC)
        assert clock.today() == date(2025, 7, 14)
    with clock.at(date(2025, 12, 25)):
        assert clock.now() == datetime(2025, 12, 25, 8, tzinfo=UTC)


def test_today_is_the_day_people_in_paris_say():
    with clock.at(datetime(2025, 7, 13, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2025, 7, 14)


def test_the_clock_goes_on_after_the_block_and_blocks_nest():
    with clock.at(date(2020, 1, 1)):
        with clock.at(date(2021, 1, 1)):
            assert clock.today().year == 2021
        assert clock.today().year == 2020
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(seconds=5)  # noqa: TID251


def test_the_clock_goes_on_after_a_failure():
    with pytest.raises(ZeroDivisionError), clock.at(date(2020, 1, 1)):
        _ = 1 / 0
    assert clock.today().year > 2020


def test_another_thread_keeps_the_true_time():
    seen: list[int] = []
    with clock.at(date(2020, 1, 1)):
        other = Thread(target=lambda: seen.append(clock.today().year))
        other.start()
        other.join()
    assert seen[0] > 2020


def test_numbers_follow_one_another_by_prefix_and_year(db):
    with clock.at(date(2025, 12, 31)):
        assert [next_number("CONV"), next_number("CONV"), next_number("ATT")] == [
            "CONV-2025-0001",
            "CONV-2025-0002",
            "ATT-2025-0001",
        ]
    with clock.at(date(2026, 1, 1)):
        assert next_number("CONV") == "CONV-2026-0001"


def test_a_number_given_in_an_undone_action_is_given_again(db):
    def give_then_fail() -> None:
        with transaction.atomic():
            next_number("CONV")
            raise ZeroDivisionError

    with clock.at(date(2025, 6, 1)):
        with pytest.raises(ZeroDivisionError):
            give_then_fail()
        assert next_number("CONV") == "CONV-2025-0001"


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_have_neither_hole_nor_double():
    hands, each = 2, 6
    given_numbers: list[str] = []
    ready = Barrier(hands)

    def give() -> None:
        ready.wait(60)
        for _ in range(each):
            with clock.at(date(2025, 6, 1)), transaction.atomic():
                given_numbers.append(next_number("CONV"))
        connection.close()

    threads = [Thread(target=give) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given_numbers) == [f"CONV-2025-{n:04d}" for n in range(1, hands * each + 1)]


def test_a_code_is_written_with_signs_that_cannot_be_confused():
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert not set("01ILOU") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET))
    assert len(ALPHABET) ** CODE_LENGTH > 2**48


@pytest.mark.parametrize("typed", ["abcde-fghjk", " ABCDE FGHJK ", "abcde.fghjk\n", "A-B-C-D-E-F-G-H-J-K"])
def test_a_code_is_read_however_it_is_typed_back(typed):
    assert clean_code(typed) == "ABCDEFGHJK"


@given(st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.data())
def test_spaces_dashes_and_case_never_change_a_code(code, data):
    between = [data.draw(st.sampled_from(["", " ", "-", "\u00a0", " - "])) for _ in code]
    typed = "".join(sign + gap for sign, gap in zip(code.lower(), between, strict=True))
    assert clean_code(typed) == code
