"""Whose voice a line of a transcript is in, and how it is quoted or taken out. Text in, text out.

Each turn begins with a label — P1…P99 a participant, 问 whoever asks, 记 a remark of the note taker — and a colon;
lines without one go on in the same voice. So a voice can be taken out to the line when its owner withdraws.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LABEL = re.compile(r"^[ \t]*(P\d{1,2}|问|记)[ \t]*[：:][ \t]*")
NUMBER = re.compile(r"[0-9０-９](?:[-  ]?[0-9０-９Xx]){6,}")  # telephones, identity cards, accounts
TITLES = "师傅|大哥|大姐|阿姨|大叔|老板|哥|姐|叔|姨|嫂|伯|总|工"
GONE, SOMEBODY, DIGITS = "（本人撤回）", "某某", "〔号码〕"


@dataclass(frozen=True)
class Line:
    """`number` from 1; `voice` "" where nobody has been named yet; `words` without the label."""

    number: int
    voice: str
    words: str
    named: bool  # the label stands on this very line


def lines(text: str) -> list[Line]:
    """Every line of a transcript, the empty ones too, with the voice that it is in."""
    found, voice = [], ""
    for number, raw in enumerate(text.split("\n"), 1):
        mark = LABEL.match(raw)
        voice = mark[1] if mark else voice
        found.append(Line(number, voice, raw[mark.end() :] if mark else raw, named=mark is not None))
    return found


def unknown(text: str, labels: Iterable[str]) -> list[Line]:
    """Lines with words in the voice of nobody, or of a participant who is not there; a tombstone may stay."""
    known = {"问", "记", *labels}
    return [line for line in lines(text) if line.words.strip() not in ("", GONE) and line.voice not in known]


def without(text: str, label: str) -> str:
    """The same number of lines, those in this voice replaced by a tombstone."""
    return "\n".join(
        raw if line.voice != label else f"{label}：{GONE}" if line.named else ""
        for raw, line in zip(text.split("\n"), lines(text), strict=True)
    )


def located(text: str, pasted: str) -> list[tuple[int, int]]:
    """(first, last) line of each place where the pasted words stand, however the spaces fell."""
    wanted = _tight(pasted)
    tight, owner = "", []
    for line in lines(text):
        words = _tight(line.words)
        tight += words
        owner += [line.number] * len(words)
    if not wanted:
        return []
    return [(owner[at], owner[at + len(wanted) - 1]) for at in _places(tight, wanted)]


def _tight(text: str) -> str:
    """Without spaces and without the labels that were copied along."""
    return re.sub(r"\s+", "", "\n".join(LABEL.sub("", raw) for raw in text.split("\n")))


def _places(text: str, wanted: str) -> list[int]:
    return [at for at in range(len(text) - len(wanted) + 1) if text.startswith(wanted, at)]


def pseudonymised(text: str, people: Mapping[str, str], hide: Sequence[str] = ()) -> str:
    """As it may be quoted: names → labels, what is to be hidden → 某某, long numbers → 〔号码〕.

    `people`: name → label. It hides rather too much than too little.
    """
    for word in sorted({word.strip() for word in hide if word.strip()}, key=len, reverse=True):
        text = text.replace(word, SOMEBODY)
    return NUMBER.sub(DIGITS, renamed(text, people))


def renamed(text: str, people: Mapping[str, str]) -> str:
    """Each name by its label; 韦建国, 老韦 and 韦师傅 are each also known as the others, and 韦建国 as 建国."""
    for name, label in sorted(people.items(), key=lambda each: -len(each[0])):
        if name:
            text = _name(name).sub(label, text)
    return text


def _name(name: str) -> re.Pattern[str]:
    forms = [re.escape(name)]
    called = re.fullmatch(rf"[老小阿]([一-鿿])|([一-鿿])(?:{TITLES})", name)
    whole = re.fullmatch(r"([一-鿿])[一-鿿]{1,3}", name)
    if called or whole:
        family = (called[1] or called[2]) if called else whole[1] if whole else ""
        forms += [re.escape(name[1:])] if not called and len(name) > 2 else []
        forms += [f"{family}(?:{TITLES})", f"[老小阿]{family}"]
    return re.compile("|".join(forms))
