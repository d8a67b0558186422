"""A title as people write it -> the stretches that name the work -> character grams.

"抚州8k 续保专员/五险双休" -> ["续保专员"]: pay, benefits, hours and punctuation say nothing about the work itself.
"""

import re
import unicodedata
from functools import lru_cache

from gongqiao.engines.occupations.noise import CUTS, PLACES

LONGEST = 200  # letters looked at: a title is short, and what comes after is the advertisement
LONGEST_GRAM = 4
REMEMBERED = 16  # texts: one question reads its text several times
START, END = "^", "$"

Placed = tuple[str, int, int]

_MARKS = re.compile(r"[^0-9a-z+#\u3400-\u4dbf\u4e00-\u9fff]+")
_MONEY = re.compile(
    r"(?:月薪|年薪|日薪|时薪|底薪|薪资|薪|月入|年入|工资|保底|提成|无责)?[0-9一二三四五六七八九十两]*[0-9][0-9]*"
    r"(?:k|w|万|千|元|块)?(?:[~\-—到至]?[0-9]+)?(?:k|w|万|千|元|块|薪|%|/)(?:\+|起|以上|左右|一天|/?天|/?月|/?时|/?小时|/?日|/?件)*"
)
_NUMBERS = re.compile(r"(?<![a-z])[0-9]+(?:[年月日号岁人名天]|小时|个月|以上)*(?![a-z])")
_CUTS = re.compile("|".join(sorted(map(re.escape, CUTS), key=lambda word: (-len(word), word))))
_PLACES = re.compile("^(?:" + "|".join(sorted(map(re.escape, PLACES), key=lambda word: (-len(word), word))) + ")市?")
_WORDS = re.compile(r"[a-z][a-z0-9+#]*|[0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")


def folded(text: str) -> str:
    """One width, one case: full-width letters, circled numbers and capitals are written one way."""
    return unicodedata.normalize("NFKC", text[:LONGEST]).lower()


def plain(text: str) -> str:
    """All letters and digits and nothing else: two titles that differ only in marks are the same title."""
    return _MARKS.sub("", folded(text))


@lru_cache(maxsize=REMEMBERED)
def stretches(text: str) -> tuple[str, ...]:
    """The parts of a title that may name work, in order; all of it when nothing would be left."""
    whole = folded(text)
    kept = _split(_CUTS.sub(" ", _NUMBERS.sub(" ", _MONEY.sub(" ", whole))))
    return tuple(kept or _split(whole))


def grams(text: str) -> dict[str, float]:
    """Each gram of the title with its count: single signs, runs of 2 to 4 with ends marked, the whole stretch."""
    found: dict[str, float] = {}
    for _, placed in placed_grams(text):
        for gram, _, _ in placed:
            found[gram] = found.get(gram, 0.0) + 1.0
    return found


@lru_cache(maxsize=REMEMBERED)
def placed_grams(text: str) -> tuple[tuple[list[str], list[Placed]], ...]:
    """For each stretch its signs and its grams, each gram with the signs it covers (start, end)."""
    return tuple((signs, _placed(signs)) for stretch in stretches(text) if (signs := _signs(stretch)))


def _split(text: str) -> list[str]:
    parts = [part for part in _MARKS.split(text) if part]
    if parts and len(shorter := _PLACES.sub("", parts[0])) > 1:
        parts[0] = shorter
    return [part for part in parts if not part.isdigit()]


def _placed(signs: list[str]) -> list[Placed]:
    count, marked = len(signs), [START, *signs, END]
    found = [(sign, at, at + 1) for at, sign in enumerate(signs)]
    for size in range(2, LONGEST_GRAM + 1):
        for at in range(len(marked) - size + 1):
            found.append(("".join(marked[at : at + size]), max(at - 1, 0), min(at + size - 1, count)))
    if count > LONGEST_GRAM - 2:
        found.append(("".join(marked), 0, count))
    return found


def _signs(stretch: str) -> list[str]:
    """Chinese by the sign, anything else by the word: c++ and ui mean nothing in pieces."""
    signs: list[str] = []
    for run in _WORDS.findall(stretch):
        signs += [run] if run[0] < "\u3400" else list(run)
    return signs
