import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.foundation.people.names import (
    INITIALS_ROOM,
    MOST_COMBINATIONS,
    PINYIN_ROOM,
    NameKeys,
    name_keys,
    surname_readings,
)


@pytest.mark.parametrize(
    ("name", "initials", "pinyin"),
    [
        ("覃小明", ("qxm", "txm"), ("qinxiaoming", "qinxiaomeng", "tanxiaoming", "tanxiaomeng")),
        ("曾国", ("zg",), ("zengguo",)),
        ("尉迟恭", ("ycg", "wcg"), ("yuchigong", "weichigong")),
        ("万俟英", ("mqy", "wqy"), ("moqiying", "moqiyang", "wanqiying", "wanqiyang")),
        ("欧阳锋", ("oyf",), ("ouyangfeng",)),
        ("区", ("o", "q"), ("ou", "qu")),
        ("阿依古丽·买买提", ("ayglmmt",), ("ayigulimaimaiti",)),
        ("Mary-Ann Müller", ("mam",), ("maryannmuller",)),
        ("李 A 宝", ("lab",), ("liabao",)),
        ("ＬＩ　Ｍｉｎｇ", ("lm",), ("liming",)),
        ("", (), ()),
        ("··", (), ()),
    ],
)
def test_name_keys(name: str, initials: tuple[str, ...], pinyin: tuple[str, ...]) -> None:
    assert name_keys(name) == NameKeys(initials, pinyin)


@pytest.mark.parametrize(
    ("surname", "letters"),
    [
        ("覃", "qt"), ("单", "sd"), ("仇", "qc"), ("解", "xj"), ("区", "oq"), ("查", "zc"), ("朴", "p"), ("盖", "g"),
        ("乐", "yl"), ("缪", "m"), ("种", "cz"), ("员", "y"), ("翟", "zd"), ("卜", "b"), ("都", "d"),
    ],
)  # fmt: skip
def test_a_surname_is_found_under_each_reading(surname: str, letters: str) -> None:
    found = dict.fromkeys(key[0] for key in name_keys(f"{surname}大").initials)
    assert "".join(found) == letters


def test_a_sign_without_reading_stands_for_itself() -> None:
    private = chr(0xE000)
    assert name_keys(f"韦{private}") == NameKeys((f"w{private}",), (f"wei{private}",))


def test_every_surname_of_the_table_has_a_syllable_for_each_sign() -> None:
    odd = {
        name: readings
        for name, readings in surname_readings().items()
        if any(len(reading.split()) != len(name) or not reading.replace(" ", "").isascii() for reading in readings)
        or len(set(readings)) != len(readings)
    }
    assert odd == {}


@given(st.text(st.sampled_from("覃单乐长重行曾欧阳·a 买提某"), max_size=40))
def test_keys_are_few_distinct_and_fit_their_columns(name: str) -> None:
    keys = name_keys(name)
    assert name_keys(name) == keys
    for found, room in ((keys.initials, INITIALS_ROOM), (keys.pinyin, PINYIN_ROOM)):
        assert len(found) == len(set(found)) <= MOST_COMBINATIONS
        assert len(" ".join(found)) <= room
