"""regex(): the whole text matches, in time that does not explode."""

import time

import pytest

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.patterns import MOST_MATCHED, compiled_pattern


@pytest.mark.parametrize(
    ("pattern", "taken", "refused"),
    [
        ("1[3-9][0-9]{9}", ["13807720000"], ["1380772000", "138077200000", "1380772000a", ""]),
        ("^[A-Z]{2}(-[0-9]+)*$", ["AB", "AB-1-22"], ["AB-", "ab", "-1"]),
        ("a|bc|", ["a", "bc", ""], ["abc", "b"]),
        ("(ab?)+c{0,2}", ["ab", "aabcc", "a"], ["", "ccc", "abccc"]),
        (r"\d{6}(19|20)\d{2}[\dXx]", ["4502021990X", "45020220201"], ["4502021890X"]),
        (r"[^\d\s]+", ["柳州", "a_b"], ["a1", "a b"]),
        (r"[\p{L}·]{2,8}", ["韦建国", "阿依·古丽", "Öz"], ["韦", "韦1"]),
        (r"\p{IsHan}+", ["柳州"], ["柳a", "ー"]),
        ("(?i)abc[d-f]", ["ABCE", "abcD"], ["abcg"]),
        (r"\u97e6.\x41", ["韦bA"], ["韦A"]),
        (r"[\]\-^]+|[]a]", ["]-^", "]", "a"], ["b"]),
        ("a{2,}?b", ["aab", "aaab"], ["ab"]),
        ("^^a$$", ["a"], ["aa"]),
        ("a^b|c$d", [], ["ab", "cd"]),
        (r"(?=.*\d)[a-z\d]{3,}", ["ab1"], ["abc", "a1"]),
        (r"(a)\1", ["aa"], ["ab"]),
        (r"a\.b\+", ["a.b+"], ["axb+"]),
        ("", [""], ["a"]),
        ("(a*)*", ["", "aaa"], ["b"]),
    ],
)
def test_pattern_takes_whole_texts_only(pattern: str, taken: list[str], refused: list[str]) -> None:
    matches = compiled_pattern(pattern)
    assert [text for text in taken if not matches(text)] == []
    assert [text for text in refused if matches(text)] == []


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*b", "(a|aa)+$", "(.*a){20}", "(a*)*b", r"(\w+\s?)*!", "(x+x+)+y"])
def test_pattern_that_hangs_elsewhere_is_answered_at_once(pattern: str) -> None:
    begun = time.process_time()
    compiled_pattern(pattern)("a" * MOST_MATCHED)
    compiled_pattern(pattern)("a" * (MOST_MATCHED - 1) + "!")
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    "pattern",
    ["(", ")", "[", "[]", "*a", "a{2,1}", "a{x}", r"\p{Nobody}", r"\q", "[z-a]", "[[a]&&[b]]", "(" * 60 + ")" * 60,
     "((a{99}){99}){99}", "a" * 501, "\\", r"(a+)+(?=b)", r"\x4"],
)  # fmt: skip
def test_no_pattern_or_too_large_a_one_is_refused(pattern: str) -> None:
    with pytest.raises(XPathError, match=r"^regex\(\)"):
        compiled_pattern(pattern)


def test_text_without_end_is_refused() -> None:
    for pattern, size in (("a*", MOST_MATCHED), (r"(a)\1*", 200)):
        with pytest.raises(XPathError, match="a text of more than"):
            compiled_pattern(pattern)("a" * (size + 1))
