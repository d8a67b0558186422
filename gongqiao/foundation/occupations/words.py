"""Day-labour words beyond those of trades.json: what people at the window say, each for one trade, with its ground.

Data: day_words.txt (format and licence in its head). A fault in it names the line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from gongqiao.foundation.occupations.trades import TradeCatalogue, TradeDataError, catalogue

_HEAD = re.compile(r"\[([a-z0-9-]+)\] ([0-9-]+)")


@dataclass(frozen=True, slots=True)
class DayWords:
    """The words of one trade; `because` stands so in the official text of the occupation (empty for a whole group)."""

    trade: str
    occupation: str
    because: str
    words: tuple[str, ...]


@cache
def day_words() -> tuple[DayWords, ...]:
    """The vocabulary shipped with the product, read and checked once."""
    return parse(resources.files(__package__).joinpath("day_words.txt").read_text("utf-8"), catalogue())


def parse(text: str, known: TradeCatalogue) -> tuple[DayWords, ...]:
    """Read and check; raises TradeDataError naming the line."""
    groups: list[DayWords] = []
    owner: dict[str, str] = dict(known.words)
    for number, line in enumerate(text.splitlines(), 1):
        where = f"day_words.txt, line {number}"
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            groups.append(_head(line, where, known))
            continue
        if not groups:
            raise TradeDataError(f"{where}: words before the first [trade]")
        last = groups[-1]
        if line.startswith("because: "):
            groups[-1] = DayWords(last.trade, last.occupation, line.removeprefix("because: "), last.words)
            continue
        added = tuple(line.lower().split())
        _take(owner, added, last.trade, where)
        groups[-1] = DayWords(last.trade, last.occupation, last.because, last.words + added)
    return tuple(groups)


def _head(line: str, where: str, known: TradeCatalogue) -> DayWords:
    match = _HEAD.fullmatch(line.strip())
    if not match:
        raise TradeDataError(f"{where}: a group begins with [trade] and an occupation code")
    if match[1] not in known.trades:
        raise TradeDataError(f"{where}: trade {match[1]!r} is not in trades.json")
    return DayWords(match[1], match[2], "", ())


def _take(owner: dict[str, str], words: tuple[str, ...], trade: str, where: str) -> None:
    for word in words:
        other = owner.setdefault(word, trade)
        if other != trade:
            raise TradeDataError(f"{where}: the word {word!r} already stands for {other}")


def all_words() -> Mapping[str, str]:
    """Every word with its trade: names and words of trades.json and the day-labour vocabulary."""
    found = dict(catalogue().words)
    for group in day_words():
        found.update(dict.fromkeys(group.words, group.trade))
    return found
