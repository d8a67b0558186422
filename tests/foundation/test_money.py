from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation.money import MOST_FEN, MoneyError, PayUnit, due_for, fen_per_hour, half_up, parse_yuan, yuan

FEN = st.integers(0, MOST_FEN)
SHIFT = st.integers(1, 24 * 60)
MINUTES = st.integers(0, 48 * 60)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("180", 18000), ("180.5", 18050), ("1,200.00", 120000), ("180元", 18000), ("¥180", 18000), ("￥ 180", 18000),
        ("１８０．５", 18050), (" 25.50 元 ", 2550), ("150块", 15000), ("150块钱", 15000), ("0", 0), ("0.01", 1),
        ("100000000", MOST_FEN),
    ],
)  # fmt: skip
def test_parse_yuan_reads_what_people_write(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "金额空着。"),
        (" ", "金额空着。"),
        ("-5", "金额不能是负数。"),
        ("¥-5", "金额不能是负数。"),
        ("1.234", "金额最多到分，小数点后两位。"),
        ("100000000.01", "金额超过一亿元，请看看是不是多写了零。"),
        ("面议", "“面议”不是金额，请写成 180 或 25.50 这样。"),
        ("12,00", "“12,00”不是金额，请写成 180 或 25.50 这样。"),
        ("1e3", "“1e3”不是金额，请写成 180 或 25.50 这样。"),
        ("180.", "“180.”不是金额，请写成 180 或 25.50 这样。"),
        ("150-200", "“150-200”不是金额，请写成 180 或 25.50 这样。"),
        ("٣", "“٣”不是金额，请写成 180 或 25.50 这样。"),
    ],
)
def test_parse_yuan_refuses_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(MoneyError) as refusal:
        parse_yuan(text)
    assert str(refusal.value) == why


@pytest.mark.parametrize(
    ("fen", "text"), [(18000, "180 元"), (2550, "25.50 元"), (5, "0.05 元"), (0, "0 元"), (-150, "-1.50 元")]
)
def test_yuan_writes_decimals_only_when_there_are_fen(fen: int, text: str) -> None:
    assert yuan(fen) == text


@given(FEN)
def test_yuan_is_read_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "unit", "shift_minutes", "hourly"),
    [
        (2000, PayUnit.HOUR, 480, 2000),
        (18000, PayUnit.DAY, 480, 2250),
        (20000, PayUnit.TRIP, 180, 6667),
        (348000, PayUnit.MONTH, 480, 2000),
        (50, PayUnit.PIECE, 480, None),
        (1, PayUnit.DAY, 120, 1),
    ],
)
def test_fen_per_hour(fen: int, unit: PayUnit, shift_minutes: int, hourly: int | None) -> None:
    assert fen_per_hour(fen, unit, shift_minutes) == hourly


@pytest.mark.parametrize(
    ("unit", "worked", "due"),
    [
        (PayUnit.HOUR, 90, 27000),
        (PayUnit.HOUR, 600, 180000),
        (PayUnit.DAY, 480, 18000),
        (PayUnit.DAY, 600, 18000),
        (PayUnit.DAY, 240, 9000),
        (PayUnit.DAY, 1, 38),
        (PayUnit.TRIP, 1, 18000),
        (PayUnit.TRIP, 0, 0),
        (PayUnit.PIECE, 480, None),
        (PayUnit.MONTH, 480, 828),
    ],
)
def test_due_for_a_pay_of_180_yuan_and_a_shift_of_eight_hours(unit: PayUnit, worked: int, due: int | None) -> None:
    assert due_for(18000, unit, worked, 480) == due


@pytest.mark.parametrize(("pay", "worked", "shift"), [(-1, 0, 480), (100, -1, 480), (100, 60, 0)])
def test_due_for_refuses_what_cannot_be(pay: int, worked: int, shift: int) -> None:
    with pytest.raises(ValueError, match="cannot"):
        due_for(pay, PayUnit.DAY, worked, shift)


@given(FEN, st.sampled_from(PayUnit), MINUTES, MINUTES, SHIFT)
def test_due_for_never_falls_when_more_is_worked(pay: int, unit: PayUnit, a: int, b: int, shift: int) -> None:
    less, more = (due_for(pay, unit, worked, shift) for worked in sorted((a, b)))
    assert (less is None) == (more is None) == (unit == PayUnit.PIECE)
    assert less is None or more is None or 0 <= less <= more


@given(FEN, MINUTES, SHIFT)
def test_due_for_a_day_is_never_more_than_the_day_and_full_when_worked(pay: int, worked: int, shift: int) -> None:
    due = due_for(pay, PayUnit.DAY, worked, shift)
    assert due is not None
    assert (due <= pay, worked < shift or due == pay) == (True, True)


@given(st.fractions(0, 10**6))
def test_half_up_is_within_half_a_fen_and_never_below_it(amount: Fraction) -> None:
    assert -Fraction(1, 2) < half_up(amount) - amount <= Fraction(1, 2)
