"""Seeing through disguise: 押·金, 押 金, ｙａ金, 押💰 all read 押金, and every character knows where it stood."""

import unicodedata
from dataclasses import dataclass

# Written instead of a character in advertisements that hide a fee; longest first.
_STANDS_FOR = (
    ("yajin", "押金"),
    ("ya金", "押金"),
    ("押jin", "押金"),
    ("yj", "押金"),
    ("💰", "金"),
    ("保証", "保证"),
    ("壓金", "押金"),
    ("鈤", "日"),
    ("shen份证", "身份证"),
    ("sfz", "身份证"),
)
_DROPPED = frozenset("·•．.‧・*＊_＿~～|｜/／\\-—–+＋^`'\"“”‘’【】[]()（）<>《》")


@dataclass(frozen=True)
class Folded:
    """`text` as read; `at[i]` is where its i-th character began in the original, `ends[i]` where it ended."""

    text: str
    at: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Full width to half, lower case, zero-width and separators between characters dropped, stand-ins replaced."""
    kept: list[tuple[str, int, int]] = []
    for index, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).lower():
            if not (plain.isspace() or plain in _DROPPED or unicodedata.category(plain) in ("Cf", "Mn", "Cc")):
                kept.append((plain, index, index + 1))
    return _replace(kept)


def _replace(kept: list[tuple[str, int, int]]) -> Folded:
    text = "".join(character for character, _start, _end in kept)
    out: list[tuple[str, int, int]] = []
    index = 0
    while index < len(kept):
        stand_in = next(((old, new) for old, new in _STANDS_FOR if text.startswith(old, index)), None)
        if stand_in is None:
            out.append(kept[index])
            index += 1
            continue
        old, new = stand_in
        start, end = kept[index][1], kept[index + len(old) - 1][2]
        out.extend((character, start, end) for character in new)
        index += len(old)
    return Folded(
        "".join(character for character, _s, _e in out),
        tuple(start for _c, start, _e in out),
        tuple(end for _c, _s, end in out),
    )
