"""The trades of a market that a text speaks of: first by the words themselves, then by words nearly so."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gongqiao.engines.occupations.csr import Ints, Rows
from gongqiao.engines.occupations.errors import ModelError
from gongqiao.engines.occupations.lexicon import Lexicon
from gongqiao.engines.occupations.nearest import Nearest
from gongqiao.engines.occupations.text import plain, stretches

LISTED = 3
GROUP_PARTS = 3
NEAR = 0.45  # cosine from which a word is near enough to be offered
SHORTEST_INSIDE = 2  # letters a word needs to be taken from inside a longer one


@dataclass(frozen=True, slots=True)
class TradeWords:
    """One trade, the words that stand for it, and the occupation (or wider code) it belongs to, if that is known."""

    code: str
    words: tuple[str, ...]
    occupation: str = ""


@dataclass(frozen=True, slots=True)
class TradeGuess:
    """A trade, the word of the vocabulary that led to it, and how much of the text it explains (1: the whole)."""

    code: str
    word: str
    share: float


@dataclass(frozen=True, slots=True)
class TradeIndex:
    """Words folded as titles are, each leading to one trade."""

    owner: dict[str, str]
    occupations: dict[str, str]
    words: tuple[str, ...]
    longest: int
    lexicon: Lexicon
    near: Nearest

    @classmethod
    def of(cls, trades: Iterable[TradeWords]) -> "TradeIndex":
        owner: dict[str, str] = {}
        occupations: dict[str, str] = {}
        for trade in trades:
            occupations[trade.code] = trade.occupation
            for word in trade.words:
                other = owner.setdefault(plain(word), trade.code)
                if other != trade.code:
                    raise ModelError(f"the word {word!r} stands for {other} and for {trade.code}")
        owner.pop("", None)
        words = tuple(sorted(owner))
        lexicon = Lexicon.of(words, range(len(words)))
        rows = lexicon.rows(words) if words else Rows.build([])
        near = Nearest.build(rows, np.arange(len(words), dtype=np.int64), grams=len(lexicon.at), classes=len(words))
        return cls(owner, occupations, words, max(map(len, words), default=0), lexicon, near)

    def guess(self, text: str) -> tuple[TradeGuess, ...]:
        """At most LISTED trades, the one that explains most of the text first; earlier words first when equal."""
        parts = [plain(part) for part in stretches(text)]
        whole = max(sum(map(len, parts)), 1)
        found: dict[str, TradeGuess] = {}
        for part in parts:
            for word in self._inside(part):
                _keep(found, TradeGuess(self.owner[word], word, round(len(word) / whole, 4)))
        if not found:
            for word, alike in self._alike(text):
                _keep(found, TradeGuess(self.owner[word], word, round(alike, 4)))
        return tuple(sorted(found.values(), key=lambda one: -one.share)[:LISTED])

    def group_of(self, trade: str) -> str:
        """The group (4-01-02) of a trade's occupation; empty when it is wider than one group or not known."""
        parts = self.occupations[trade].split("-")
        return "-".join(parts[:GROUP_PARTS]) if len(parts) >= GROUP_PARTS else ""

    def _inside(self, part: str) -> list[str]:
        """Longest words first from the left, none inside another."""
        if part in self.owner:
            return [part]
        found, at = [], 0
        while at < len(part):
            for size in range(min(self.longest, len(part) - at), SHORTEST_INSIDE - 1, -1):
                if part[at : at + size] in self.owner:
                    found.append(part[at : at + size])
                    at += size - 1
                    break
            at += 1
        return found

    def _alike(self, text: str) -> list[tuple[str, float]]:
        columns, values = self.lexicon.row(text)
        alike = self.near.meet(columns, values).totals(len(self.words))
        near: Ints = np.flatnonzero(alike >= NEAR)
        order = near[np.argsort(-alike[near], kind="stable")][:LISTED]
        return [(self.words[at], float(alike[at])) for at in order.tolist()]


def _keep(found: dict[str, TradeGuess], guess: TradeGuess) -> None:
    if guess.code not in found or found[guess.code].share < guess.share:
        found[guess.code] = guess
