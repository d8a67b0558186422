"""What is left of an advertisement's title, and the grams it is read by."""

import pytest

from gongqiao.engines.occupations.text import LONGEST, grams, placed_grams, plain, stretches


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("急聘 洗碗工 包吃住", ["洗碗工"]),
        ("柳州搬运工（日结200元/天）", ["搬运工"]),
        ("仓库理货员/五险一金/双休", ["仓库理货员"]),
        ("底薪6000-8000 叉车司机", ["叉车司机"]),
        ("ＣＮＣ操作员＋夜班", ["cnc操作员+"]),
        ("C++开发", ["c++开发"]),
        ("高中数学老师", ["高中数学老师"]),
        ("社保专员", ["社保专员"]),
        ("包吃住", ["包吃住"]),
        ("🎉🎉", []),
        ("保安\x00员", ["保安", "员"]),
    ],
)
def test_stretches_then_only_what_names_the_work(title: str, left: list[str]) -> None:
    assert list(stretches(title)) == left


def test_plain_when_only_marks_and_width_differ_then_the_same() -> None:
    assert plain("ＱＣ（质检）") == plain("qc 质检") == "qc质检"


def test_grams_then_signs_runs_with_ends_and_the_whole() -> None:
    assert grams("搬运工") == dict.fromkeys(
        ["搬", "运", "工", "^搬", "搬运", "运工", "工$", "^搬运", "搬运工", "运工$", "^搬运工", "搬运工$", "^搬运工$"],
        1.0,
    )


def test_grams_when_latin_then_by_the_word() -> None:
    assert [gram for gram in grams("smt操作") if "s" in gram] == [
        "smt", "^smt", "smt操", "^smt操", "smt操作", "^smt操作", "smt操作$", "^smt操作$",
    ]  # fmt: skip


def test_placed_grams_then_where_they_stand() -> None:
    ((signs, placed),) = placed_grams("月嫂")
    assert signs == ["月", "嫂"]
    assert ("^月嫂", 0, 2) in placed
    assert {signs[start:end][0] for gram, start, end in placed if gram == "嫂$"} == {"嫂"}


def test_a_text_beyond_the_longest_is_read_to_there() -> None:
    assert plain("工" * (LONGEST + 50)) == "工" * LONGEST
