from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongqiao.foundation import clock
from gongqiao.foundation.people.identity import (
    IdentityError,
    IdentityFacts,
    age_on,
    check_character,
    check_identity_number,
    check_phone,
    identity_birth,
    mask_identity,
    turns,
)

GOOD = "11010519491231002X"
FACTS = IdentityFacts(GOOD, date(1949, 12, 31), "110105", sex_is_male=False)
BIRTHS = st.dates(date(1900, 1, 1), date(2024, 12, 31))


def number(first: str) -> str:
    return first + check_character(first)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "'110105-19491231-002×",
    ],
)
def test_identity_number_is_normalised(text: str) -> None:
    assert check_identity_number(text) == FACTS


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000", "450202", "944156"])
def test_identity_number_of_residence_cards_and_provinces_passes(prefix: str) -> None:
    good = number(f"{prefix}19900101001")
    assert check_identity_number(good) == IdentityFacts(good, date(1990, 1, 1), prefix, sex_is_male=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "身份证号空着。"),
        ("110105194912310021", "身份证号对不上校验码，请对照证件再看一遍，多半有一位写错了。"),
        ("110105194912310000", "身份证号最后几位是 000，多半是表格丢了位数，请按证件重新填。"),
        ("11010519491231002", "身份证号要 18 位，这里有 17 位。"),
        ("1101051949123100ZX", "身份证号前 17 位只能是数字，最后一位是数字或 X。"),
        ("110105491231002", "这是 15 位的老身份证号，2013 年起已停用，请填 18 位的号码。"),
        ("USA110090010112", "这是旧版外国人永久居留证的号码，请填新版五星卡上 9 开头的 18 位号码。"),
        ("4.5e17", "身份证号被表格存成了数字，后面几位已经丢了。请把这一列设成文本，按证件重新填。"),
        ("4.50202199001E+17", "身份证号被表格存成了数字，后面几位已经丢了。请把这一列设成文本，按证件重新填。"),
        ("450202199001011000.0", "身份证号被表格存成了数字，后面几位已经丢了。请把这一列设成文本，按证件重新填。"),
        (number("16010519491231002"), "身份证号开头 160 不是任何一个省份的代码。"),
        (number("98115619900101001"), "身份证号开头 981 不是任何一个省份的代码。"),
        (number("11010519490230002"), "身份证号里的出生日期 19490230 不存在。"),
        (number("11010518991231002"), "身份证号里的出生日期 18991231 不存在。"),
        (number("11010529991231002"), "身份证号里的出生日期 29991231 还没有到。"),
    ],
)
def test_identity_number_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(IdentityError) as refusal:
        check_identity_number(text)
    assert str(refusal.value) == why


@pytest.mark.parametrize("value", [4.50202199001011e17, 450202199001011000])
def test_identity_number_that_is_a_number_is_refused(value: float) -> None:
    with pytest.raises(IdentityError, match="被表格存成了数字"):
        check_identity_number(value)


def test_identity_number_of_a_child_born_today_passes_from_midnight_in_china() -> None:
    born = number("45020220250301001")
    with clock.held_at(datetime(2025, 2, 28, 16, 0, tzinfo=UTC)):
        assert check_identity_number(born).birth == date(2025, 3, 1)
    with clock.held_at(datetime(2025, 2, 28, 15, 59, tzinfo=UTC)), pytest.raises(IdentityError, match="还没有到"):
        check_identity_number(born)


@given(st.sampled_from(["450202", "110105", "810000"]), BIRTHS, st.integers(0, 999))
def test_identity_number_says_what_was_put_in(region: str, birth: date, order: int) -> None:
    good = number(f"{region}{birth:%Y%m%d}{order:03d}")
    assert check_identity_number(good) == IdentityFacts(good, birth, region, sex_is_male=order % 2 == 1)
    assert identity_birth(good) == birth


@given(BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_identity_number_with_one_wrong_digit_is_refused(birth: date, order: int, place: int, shift: int) -> None:
    good = number(f"450202{birth:%Y%m%d}{order:03d}")
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    with pytest.raises(IdentityError):
        check_identity_number(wrong)


@given(BIRTHS, st.integers(0, 999), st.integers(0, 15))
def test_identity_number_with_two_digits_swapped_is_refused(birth: date, order: int, place: int) -> None:
    good = number(f"450202{birth:%Y%m%d}{order:03d}")
    assume(good[place] != good[place + 1])
    with pytest.raises(IdentityError):
        check_identity_number(good[:place] + good[place + 1] + good[place] + good[place + 2 :])


def test_mask_identity_shows_three_and_four() -> None:
    assert (mask_identity(GOOD), mask_identity("1234567"), mask_identity("")) == ("110***********002X", "*******", "")


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("１３８-００１３-８０００", "13800138000"),
        ("+86 13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("(0772) 281-2345", "07722812345"),
        ("0771-28123456", "077128123456"),
        ("010-12345678", "01012345678"),
    ],
)
def test_phone_is_normalised(text: str, phone: str) -> None:
    assert check_phone(text) == phone


def test_phone_as_whole_number_of_a_sheet_passes() -> None:
    assert check_phone(13800138000) == "13800138000"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "电话空着。"),
        ("1380013800", "手机号要 11 位，这里有 10 位。"),
        ("12800138000", "没有 12 开头的手机号。"),
        ("2812345", "座机要带区号，例如 0772 开头。"),
        ("0772281", "座机号位数不对：区号 3 到 4 位，号码 7 到 8 位，不带分机。"),
        ("0772-2812345转8", "电话只能是数字：手机 11 位，座机要带区号，不带分机。"),
        (1.38e10, "电话被表格存成了小数，请把这一列设成文本再填。"),
    ],
)
def test_phone_is_refused_with_a_reason(text: str | float, why: str) -> None:
    with pytest.raises(IdentityError) as refusal:
        check_phone(text)
    assert str(refusal.value) == why


@pytest.mark.parametrize(
    ("birth", "years", "day"),
    [
        (date(2009, 5, 6), 16, date(2025, 5, 6)),
        (date(2008, 2, 29), 16, date(2024, 2, 29)),
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
    ],
)
def test_turns_on_the_birthday(birth: date, years: int, day: date) -> None:
    assert turns(birth, years) == day
    assert (age_on(birth, day), age_on(birth, day - timedelta(days=1))) == (years, years - 1)


def test_age_before_birth_is_refused() -> None:
    assert age_on(date(2025, 1, 2), date(2025, 1, 2)) == 0
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2025, 1, 2), date(2025, 1, 1))


@given(BIRTHS, st.integers(0, 40000))
def test_age_and_turns_agree(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    age = age_on(birth, day)
    assert turns(birth, age) <= day < turns(birth, age + 1)
