"""Seeing through disguise: 押·金, 押 金, ｙａ金, 押💰, 壓金 all read 押金, and every character knows where it stood.

The pinyin and homophones that are seen through are data, data/folding.json; so are the traditional characters.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_PUNCTUATION = frozenset(",。;!?、%\n")
_BETWEEN_DIGITS = {".": ".", ":": ":", "/": "/", "-": "-", "~": "-", "—": "-", "–": "-", "−": "-", "〜": "-"}
_STANDS_ALONE = {"💰": "💰", "💵": "💵", "♂": "男", "♀": "女", "🚹": "男", "🚺": "女", "\r": "\n"}
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")

Kept = tuple[str, int, int]


@dataclass(frozen=True)
class Folded:
    """`text` as read; `at[i]` is where its i-th character began in the original, `ends[i]` where it ended."""

    text: str
    at: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that the stretch [start, end) of the folded text stands for."""
        return min(self.at[start:end]), max(self.ends[start:end])


@dataclass(frozen=True)
class Disguises:
    """`plain`: one traditional character -> its simplified form; `spelled`: one pattern of all stand-ins."""

    plain: dict[str, str]
    spelled: re.Pattern[str]
    means: tuple[str, ...]


@cache
def disguises() -> Disguises:
    """The stand-ins shipped; a pattern that does not compile is named."""
    raw = _data("folding.json")
    for pattern, _means in raw["stand_ins"]:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"folding.json, stand-in {pattern}: {error}") from None
    spelled = re.compile("|".join(f"({pattern})" for pattern, _means in raw["stand_ins"]))
    if spelled.groups != len(raw["stand_ins"]):
        raise ValueError("folding.json: a stand-in has a group of its own, write (?:…)")
    return Disguises(_simplified(), spelled, tuple(means for _pattern, means in raw["stand_ins"]))


def _simplified() -> dict[str, str]:
    raw = _data("traditional.json")
    return dict(zip(raw["from"], raw["to"], strict=True))


def _data(name: str) -> Any:
    return json.loads(resources.files(__package__).joinpath("data", name).read_text("utf-8"))


def fold(text: str) -> Folded:
    """Full width to half, lower case, simplified; all that is no letter, digit or end of a clause dropped.

    A dot, colon, slash or dash stays between two digits; a line end stays unless the text is written downwards.
    """
    kept = [(plain, index, index + 1) for index, raw in enumerate(text) for plain in _plain(raw)]
    return _spell_out(_without_marks(kept))


@cache
def _plain(raw: str) -> str:
    """One character as the rules read it: usually one character, none for what is only noise."""
    if raw in _STANDS_ALONE:
        return _STANDS_ALONE[raw]
    simplified = disguises().plain
    folded = unicodedata.normalize("NFKD", raw).lower()
    return "".join(simplified.get(one, one) for one in folded if _stays(one))


def _stays(one: str) -> bool:
    if one in _PUNCTUATION or one in _BETWEEN_DIGITS:
        return True
    return unicodedata.category(one)[0] in "LN" and one not in _BLANK_LETTERS


def _without_marks(kept: list[Kept]) -> list[Kept]:
    """Drop marks that do not stand between digits, and line ends of a text written one character a line."""
    out: list[Kept] = []
    for index, (one, start, end) in enumerate(kept):
        if one in _BETWEEN_DIGITS:
            following = kept[index + 1][0] if index + 1 < len(kept) else ""
            if out and out[-1][0].isdigit() and following.isdigit():
                out.append((_BETWEEN_DIGITS[one], start, end))
        elif one != "\n" or not _downwards(kept, index):
            out.append((one, start, end))
    return out


def _downwards(kept: list[Kept], index: int) -> bool:
    """Whether the line before or after this line end is a single character."""
    before = [one for one, _start, _end in kept[max(0, index - 2) : index]]
    after = [one for one, _start, _end in kept[index + 1 : index + 3]]
    alone_before = bool(before) and before[-1] != "\n" and (len(before) == 1 or before[0] == "\n")
    alone_after = bool(after) and after[0] != "\n" and (len(after) == 1 or after[1] == "\n")
    return alone_before or alone_after


def _spell_out(kept: list[Kept]) -> Folded:
    """Replace stand-ins by what they mean; each character of the meaning stands for the whole stand-in."""
    known = disguises()
    text = "".join(one for one, _start, _end in kept)
    out: list[Kept] = []
    done = 0
    for match in known.spelled.finditer(text):
        out += kept[done : match.start()]
        start, end = kept[match.start()][1], kept[match.end() - 1][2]
        out += [(one, start, end) for one in known.means[(match.lastindex or 1) - 1]]
        done = match.end()
    out += kept[done:]
    return Folded("".join(o[0] for o in out), tuple(o[1] for o in out), tuple(o[2] for o in out))
