"""What a word the catalogue does not know may have meant."""

import pytest

from gongqiao.channels.spreadsheet.words import unknown, unknown_trade


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("扛大米", "不认识的工种“扛大米”。是不是：搬运工？"),  # a word of the window
        ("般运工", "不认识的工种“般运工”。是不是：搬运工？"),  # a slip of the pen
        ("会刮大白的师傅", "不认识的工种“会刮大白的师傅”。是不是：油漆工？"),  # what the work is likely to be
        ("空中飞人", "不认识的工种“空中飞人”。"),
    ],
)
def test_an_unknown_trade_then_what_it_may_be(word: str, asked: str) -> None:
    assert unknown_trade(word) == asked


def test_an_unknown_certificate_then_what_is_spelt_like_it() -> None:
    assert unknown("证书", "低压电工正", ["低压电工作业", "低压电工证"]).startswith(
        "不认识的证书“低压电工正”。是不是：低压电工证"
    )
    assert unknown("证书", "飞行执照", ["低压电工作业"]) == "不认识的证书“飞行执照”。"
