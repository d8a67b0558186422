"""Search keys of a name: pinyin and initials, with every reading a surname may have (覃 is found under q and t)."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

MOST_COMBINATIONS = 16
MOST_READINGS = 2  # of a given name: the third and later ones are archaic
INITIALS_ROOM = 200  # characters of all keys joined with spaces, as Person keeps them
PINYIN_ROOM = 400

_SURNAMES = Path(__file__).parent / "data" / "surnames.json"
_SEPARATORS = re.compile(r"[\s·•・‧∙.．,，'’\-_()（）]+")
_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class NameKeys:
    """Lower-case ASCII keys without spaces, the commonest reading first; a sign without a reading stands for itself."""

    initials: tuple[str, ...]
    pinyin: tuple[str, ...]


Readings = Sequence[str]  # of one sign or word, the commonest first


def name_keys(name: str) -> NameKeys:
    """Keys of a Chinese, dotted (阿依古丽·买买提) or Latin name; at most 16 combinations."""
    parts = [part for part in _SEPARATORS.split(_folded(name)) if part]
    units: list[Readings] = []
    for part in parts:
        units += _units(part, with_surname=len(parts) == 1)
    combos = list(_combinations(units, MOST_COMBINATIONS))
    return NameKeys(
        initials=_fitting(("".join(word[:1] for word in _syllables(combo)) for combo in combos), INITIALS_ROOM),
        pinyin=_fitting(("".join(_syllables(combo)) for combo in combos), PINYIN_ROOM),
    )


def given_name(name: str) -> str:
    """What follows the surname (建国 of 韦建国, 建国 of 欧阳建国); the first part of a dotted or Latin name."""
    first = next((part for part in _SEPARATORS.split(name) if part), "")
    if first.isascii() or first != name.strip():
        return first
    size = next((size for size in (2, 1) if len(first) > size and first[:size] in surname_readings()), 1)
    return first[size:] or first


@cache
def surname_readings() -> dict[str, list[str]]:
    """Surname → readings with a space between syllables (data/surnames.json, made by us from common dictionaries)."""
    table: dict[str, list[str]] = json.loads(_SURNAMES.read_text(encoding="utf-8"))["readings"]
    return table


def _folded(name: str) -> str:
    """Narrow, lower case, Latin letters without accents; Chinese signs stay."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).lower()
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if unicodedata.category(sign) != "Mn"))


def _units(part: str, *, with_surname: bool) -> list[Readings]:
    """Readings of the surname, then of each further sign or Latin word."""
    table = surname_readings()
    surname = next((part[:size] for size in (2, 1) if with_surname and part[:size] in table), "")
    units: list[Readings] = [table[surname]] if surname else []
    rest = part[len(surname) :]
    if not surname and with_surname and rest and not rest[0].isascii():
        units, rest = [_readings(rest[0])[:1]], rest[1:]  # a surname outside the table has its common reading only
    most = MOST_READINGS if with_surname else 1  # dotted names are transliterated with the common readings
    return units + [(run,) if run.isascii() else _readings(run)[:most] for run in _RUNS.findall(rest)]


@lru_cache(maxsize=8192)
def _readings(sign: str) -> Readings:
    """Readings of one sign, the commonest first; a sign that no dictionary knows reads as itself."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 -- 0.2 s of dictionaries that most commands never need

    return tuple(pinyin(sign, style=Style.NORMAL, heteronym=True)[0])


def _combinations(units: Sequence[Readings], most: int) -> Iterator[tuple[str, ...]]:
    """The commonest combinations first: ordered by how far they are from the first readings."""
    kept = _within(units, most)
    ranked = sorted(product(*(range(len(unit)) for unit in kept)), key=lambda picks: (sum(picks), picks))
    for picks in ranked:
        yield tuple(unit[pick] for unit, pick in zip(kept, picks, strict=True))


def _within(units: Sequence[Readings], most: int) -> list[Readings]:
    """Drop the rarest readings, from the end of the name, until the combinations are few enough."""
    kept, total = [list(unit) for unit in units], 1
    for unit in kept:
        while total * len(unit) > most:
            unit.pop()
        total *= len(unit)
    return list(kept)


def _syllables(combo: tuple[str, ...]) -> list[str]:
    return [syllable for reading in combo for syllable in reading.split()]


def _fitting(keys: Iterator[str], room: int) -> tuple[str, ...]:
    """Distinct keys, as many as fit into `room` characters; the first one always, cut to the room."""
    found: list[str] = []
    for key in dict.fromkeys(keys):
        if key and (not found or len(" ".join([*found, key])) <= room):
            found.append(key[:room])
    return tuple(found)
