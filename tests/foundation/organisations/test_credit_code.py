import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation.organisations.credit_code import (
    ALPHABET,
    CreditCodeError,
    check_character,
    check_credit_code,
)

GOOD = "91350100M000100Y43"  # the example of GB 32100-2015


@pytest.mark.parametrize(
    "text", [GOOD, " 91350100 m000100y43 ", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100-M000100Y-43"]
)
def test_credit_code_is_normalised(text: str) -> None:
    assert check_credit_code(text) == GOOD


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "信用代码空着。"),
        ("91350100M000100Y44", "信用代码对不上校验码，请对照执照再看一遍，多半有一位写错了。"),
        ("91350100M000100Y4", "信用代码要 18 位，这里有 17 位。"),
        ("350100400012345", "这是 15 位的老注册号，2018 年起已停用，请填执照上 18 位的统一社会信用代码。"),
        ("9135O100M000100Y43", "信用代码里不会有 O（不用字母 I、O、S、V、Z，多半是数字 1、0、5、2）。"),
        ("81350100M0001O0Z43", "信用代码里不会有 O、Z（不用字母 I、O、S、V、Z，多半是数字 1、0、5、2）。"),
        ("B1350100M000100Y43", "信用代码第一位 B 不是任何登记机关的代码。"),
        ("9135A100M000100Y43", "信用代码第 3 到 8 位是地区，只能是数字。"),
    ],
)
def test_credit_code_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(CreditCodeError) as refusal:
        check_credit_code(text)
    assert str(refusal.value) == why


@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(8, 16), st.integers(1, 30))
def test_credit_code_with_one_wrong_character_is_refused(body: str, place: int, shift: int) -> None:
    first = f"91450200{body}"
    good = first + check_character(first)
    assert check_credit_code(good) == good
    wrong = ALPHABET[(ALPHABET.index(good[place]) + shift) % 31]
    with pytest.raises(CreditCodeError):
        check_credit_code(good[:place] + wrong + good[place + 1 :])
