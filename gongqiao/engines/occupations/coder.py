"""职业编码: a title or a sentence about work -> ranked codes and trades, with the words that decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from gongqiao.engines.occupations.csr import Floats
from gongqiao.engines.occupations.errors import TextError
from gongqiao.engines.occupations.evidence import Findings
from gongqiao.engines.occupations.mixture import best
from gongqiao.engines.occupations.model import Model
from gongqiao.engines.occupations.text import placed_grams, plain
from gongqiao.engines.occupations.trades import TradeGuess, TradeIndex, TradeWords

MOST_LETTERS = 2000
MOST_GUESSES = 20
SURE = 0.5
LEAST_KNOWN = 2  # letters of the longest stretch that has been seen before; less says nothing about the work


@dataclass(frozen=True, slots=True)
class Guess:
    """One occupation; `probability` is the share of such guesses that were right; `words` decided it, loudest first."""

    code: str
    name: str
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coding:
    """The likeliest occupations first; `group` is where they agree (4-01-02) when the single code is not sure."""

    text: str
    ranked: tuple[Guess, ...]
    sure: bool
    group: str
    group_probability: float
    trades: tuple[TradeGuess, ...]


@dataclass(frozen=True, slots=True)
class Coder:
    """Holds a model and, if given, the trades of a market; asking changes nothing, so that threads may share it."""

    model: Model
    trades: TradeIndex = field(default_factory=lambda: TradeIndex.of(()))

    @classmethod
    def load(cls, trades: Iterable[TradeWords] = ()) -> "Coder":
        """The model shipped with the program; `trades` are the words by which a market names its own."""
        content = resources.files(__package__).joinpath("data/model.npz").read_bytes()
        return cls(Model.from_bytes(content), TradeIndex.of(trades))

    def code(self, text: str, k: int = 5) -> Coding:
        """The k likeliest occupations. Raises TextError for what cannot name work, ValueError for k outside 1–20."""
        if not 1 <= k <= MOST_GUESSES:
            raise ValueError(f"k must be between 1 and {MOST_GUESSES}, not {k}")
        _check(text)
        findings = self.model.evidence.find(text)
        trades = self.trades.guess(text)
        if not self._says_something(findings):
            return Coding(text, (), False, "", 0.0, trades)
        chance = self.model.mixture.chances(findings.table)
        listed = best(chance, k)
        worth = self.model.mixture.worth(chance[listed])
        ranked = tuple(
            Guess(
                self.model.codes[at],
                self.model.names[at],
                round(float(worth[place]), 4),
                self._words(text, findings, at),
            )
            for place, at in enumerate(listed.tolist())
        )
        group, share = self._group(chance)
        return Coding(text, ranked, ranked[0].probability >= SURE, group, round(share, 4), trades)

    def _says_something(self, findings: Findings) -> bool:
        lengths = self.model.evidence.lexicon.length[findings.columns]
        return bool(len(lengths)) and int(lengths.max()) >= LEAST_KNOWN

    def _group(self, chance: Floats) -> tuple[str, float]:
        """The group of leaves with most of the chance."""
        groups = self.model.groups
        totals = np.bincount(groups.of_leaf, chance, minlength=len(groups.codes))
        top = int(totals.argmax())
        return groups.codes[top], float(totals[top])

    def _words(self, text: str, findings: Findings, occupation: int) -> tuple[str, ...]:
        """Stretches of the text whose signs carried this occupation."""
        given = self._shares(findings, occupation)
        lexicon = self.model.evidence.lexicon
        share_of = dict(zip(findings.columns.tolist(), given.tolist(), strict=True))
        found: list[tuple[float, str]] = []
        for signs, placed in placed_grams(text):
            loud = np.zeros(len(signs))
            for gram, start, end in placed:
                if end > start and (number := lexicon.at.get(gram)) is not None:
                    loud[start:end] += share_of[number] / (end - start)
            found += _runs(signs, loud)
        loudest = max((loud for loud, _ in found), default=0.0)
        kept = sorted((item for item in found if item[0] >= loudest / 4 > 0), key=lambda item: -item[0])
        return tuple(dict.fromkeys(word for _, word in kept))[:3]

    def _shares(self, findings: Findings, occupation: int) -> Floats:
        """What each gram of the text gave this occupation: by the classifier and by the most alike name and title."""
        evidence, weights, count = self.model.evidence, self.model.mixture.weights, len(findings.columns)
        shares = max(weights[0], 0.0) * findings.learned.shares(occupation, count)
        for nearest, meeting, alike, weight in (
            (evidence.names, findings.names, findings.like_names, weights[4]),
            (evidence.titles, findings.titles, findings.like_titles, weights[1] + weights[4]),
        ):
            at = nearest.best_text(alike, occupation)
            if at is not None:
                shares = shares + max(weight, 0.0) * meeting.shares(at, count)
        return np.asarray(shares)


def _check(text: str) -> None:
    if not isinstance(text, str):
        raise TextError(f"a title is text, not {type(text).__name__}")
    if len(text) > MOST_LETTERS:
        raise TextError(
            f"a title or short description has at most {MOST_LETTERS:,} letters, this one has {len(text):,}"
        )
    if not plain(text):
        raise TextError("there is no letter in the text that could name work")


def _runs(signs: list[str], loud: Floats) -> list[tuple[float, str]]:
    """Neighbouring signs that carry at least a third of the loudest one."""
    floor = float(loud.max(initial=0.0)) / 3
    found, word, total = [], "", 0.0
    for sign, value in zip([*signs, ""], [*loud.tolist(), -1.0], strict=True):
        if floor > 0 and value >= floor:
            word, total = word + sign, total + value
        elif word:
            found.append((total, word))
            word, total = "", 0.0
    return found
