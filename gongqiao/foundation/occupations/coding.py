"""The door to `engines.occupations`: the shipped coder with the words of this catalogue's trades."""

from collections import defaultdict
from functools import cache

from gongqiao.engines.occupations import Coder, TextError, TradeWords
from gongqiao.foundation.occupations.trades import Trade, catalogue
from gongqiao.foundation.occupations.words import all_words

MOST_MEANT = 3


@cache
def coder() -> Coder:
    """Loaded once in a process (about a third of a second)."""
    words: dict[str, list[str]] = defaultdict(list)
    for word, trade in all_words().items():
        words[trade].append(word)
    known = catalogue().trades
    return Coder.load(TradeWords(trade, tuple(said), known[trade].occupation) for trade, said in words.items())


def trades_meant(word: str) -> tuple[Trade, ...]:
    """Trades a word may stand for, likeliest first: by the vocabulary, else by the occupation when that is sure."""
    known = catalogue().trades
    try:
        found = coder().code(word, k=1)
    except TextError:
        return ()
    if found.trades:
        return tuple(known[guess.code] for guess in found.trades)
    if not found.sure:
        return ()
    return tuple(trade for trade in known.values() if trade.occupation == found.ranked[0].code)[:MOST_MEANT]
