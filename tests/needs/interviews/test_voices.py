"""Whose line it is, how it is quoted, how a voice is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.needs.interviews import voices
from tests.needs.interviews.given import ROUND, SAID


def test_a_line_without_a_label_goes_on_in_the_same_voice() -> None:
    assert [(line.voice, line.words) for line in voices.lines(SAID)][1:3] == [
        ("P1", "四点半。"),
        ("P1", "晚了就没活了。"),
    ]


def test_a_line_of_nobody_or_of_somebody_who_is_not_there_is_found() -> None:
    assert [line.number for line in voices.unknown("随便说\nP1：好\nP4：不", ["P1"])] == [1, 3]
    assert voices.unknown(ROUND, ["P1", "P2", "P3"]) == []


def test_a_voice_is_taken_out_to_the_line() -> None:
    assert voices.without(SAID, "P1") == "问：早上几点来？\nP1：（本人撤回）\n\n问：最难的呢？\nP1：（本人撤回）"
    assert voices.without(ROUND, "P9") == ROUND


@given(st.lists(st.sampled_from(["P1：甲", "P2：乙", "问：丙", "丁", ""]), max_size=12), st.sampled_from(["P1", "P2"]))
def test_taking_a_voice_out_leaves_the_lines_and_every_other_voice(parts: list[str], label: str) -> None:
    text = "\n".join(parts)
    left = voices.without(text, label)
    kept = [line for line in voices.lines(text) if line.voice != label]
    assert len(voices.lines(left)) == len(voices.lines(text))
    assert [line for line in voices.lines(left) if line.voice != label] == kept
    assert {line.words for line in voices.lines(left) if line.voice == label} <= {voices.GONE, ""}


@pytest.mark.parametrize(
    ("pasted", "places"),
    [
        ("四点半。晚了就没活了", [(2, 3)]),
        ("P1：四点半。\n晚了", [(2, 3)]),
        ("没说过", []),
        ("问", []),
        ("？", [(1, 1), (4, 4)]),
    ],
)
def test_pasted_words_are_found_wherever_they_stand(pasted: str, places: list[tuple[int, int]]) -> None:
    assert voices.located(SAID, pasted) == places


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("韦建国跟我去的", "P1跟我去的"),
        ("韦师傅腰不行", "P1腰不行"),
        ("老韦、小韦、阿韦", "P1、P1、P1"),
        ("建国说的", "P1说的"),
        ("打 154 0000 1234", "打 〔号码〕"),
        ("身份证 45029919750302001X", "身份证 〔号码〕"),
        ("干了 10 个钟头，180 块", "干了 10 个钟头，180 块"),
        ("在覃记干的", "在某某干的"),
    ],
)
def test_quoted_nobody_can_be_told(said: str, quoted: str) -> None:
    assert voices.pseudonymised(said, {"韦建国": "P1"}, ["覃记", " "]) == quoted


@pytest.mark.parametrize("name", ["老陆", "陆师傅", "小陆", "陆姐"])
def test_somebody_known_by_half_a_name_is_hidden_under_the_other_half_too(name: str) -> None:
    assert voices.pseudonymised("陆师傅打了电话，老陆说的，陆地上", {name: "P1"}) == "P1打了电话，P1说的，陆地上"


def test_a_tombstone_may_stay_in_a_further_version() -> None:
    assert voices.unknown(voices.without(ROUND, "P3"), ["P1", "P2"]) == []
