"""职业编码: a title or a sentence about work -> ranked codes and trades, with the words that decided."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints
from gongqiao.engines.occupations.errors import TextError
from gongqiao.engines.occupations.evidence import Findings
from gongqiao.engines.occupations.mixture import best
from gongqiao.engines.occupations.model import Model
from gongqiao.engines.occupations.text import placed_grams, plain
from gongqiao.engines.occupations.trades import TradeGuess, TradeIndex, TradeWords

MOST_LETTERS = 2000
MOST_GUESSES = 20
SURE = 0.5
MOST_WORDS = 3
LEAST_PLAUSIBLE = 0.01
LEAST_KNOWN = 2  # letters of the longest stretch that has been seen before; less says nothing about the work


@dataclass(frozen=True, slots=True)
class Guess:
    """One occupation; `probability` is the share of such guesses that were right; `words` decided it, loudest first."""

    code: str
    name: str
    probability: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One stretch of the text: its signs, and for each gram its number in the findings, first sign and end."""

    signs: list[str]
    grams: Ints


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
        places = self._places(text, findings)
        ranked = tuple(
            Guess(
                self.model.codes[at],
                self.model.names[at],
                round(float(worth[place]), 4),
                _loudest(places, self._shares(findings, at)),
            )
            for place, at in enumerate(listed.tolist())
        )
        group, share = self._group(chance)
        likely = self._plausible(trades, chance)
        return Coding(text, ranked, ranked[0].probability >= SURE, group, round(share, 4), likely)

    def _says_something(self, findings: Findings) -> bool:
        lengths = self.model.evidence.lexicon.length[findings.columns]
        return bool(len(lengths)) and int(lengths.max()) >= LEAST_KNOWN

    def _places(self, text: str, findings: Findings) -> list[Place]:
        """Where the known grams of the text stand, those that are nothing but an end left out."""
        at, row_of = self.model.evidence.lexicon.at, {int(c): row for row, c in enumerate(findings.columns)}
        found = []
        for signs, placed in placed_grams(text):
            known = [(row_of[at[gram]], start, end) for gram, start, end in placed if end > start and gram in at]
            found.append(Place(signs, np.array(known, dtype=np.int64).reshape(-1, 3)))
        return found

    def _plausible(self, trades: tuple[TradeGuess, ...], chance: Floats) -> tuple[TradeGuess, ...]:
        """Without trades found inside another word (车工 in 洗车工): their group has no chance to speak of."""
        groups = self.model.groups
        totals = dict(zip(groups.codes, np.bincount(groups.of_leaf, chance, minlength=len(groups.codes)), strict=True))
        return tuple(
            guess
            for guess in trades
            if guess.share == 1 or totals.get(self.trades.group_of(guess.code), 1.0) >= LEAST_PLAUSIBLE
        )

    def _group(self, chance: Floats) -> tuple[str, float]:
        """The group of leaves with most of the chance."""
        groups = self.model.groups
        totals = np.bincount(groups.of_leaf, chance, minlength=len(groups.codes))
        top = int(totals.argmax())
        return groups.codes[top], float(totals[top])

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


def _loudest(places: list[Place], shares: Floats) -> tuple[str, ...]:
    """Stretches of the text whose signs carried an occupation: each gram's share spread over its signs."""
    found: list[tuple[float, str]] = []
    for place in places:
        row, start, end = place.grams.T
        part = shares[row] / (end - start)
        steps = np.bincount(start, part, len(place.signs) + 1) - np.bincount(end, part, len(place.signs) + 1)
        found += _runs(place.signs, np.cumsum(steps)[:-1])
    loudest = max((loud for loud, _ in found), default=0.0)
    kept = sorted((item for item in found if item[0] >= loudest / 4 > 0), key=lambda item: -item[0])
    return tuple(dict.fromkeys(word for _, word in kept))[:MOST_WORDS]


def _runs(signs: list[str], loud: Floats) -> list[tuple[float, str]]:
    """Neighbouring signs that carry at least a quarter of the loudest one."""
    floor = float(loud.max(initial=0.0)) / 4
    found, word, total = [], "", 0.0
    for sign, value in zip([*signs, ""], [*loud.tolist(), -1.0], strict=True):
        if floor > 0 and value >= floor:
            word, total = word + sign, total + value
        elif word:
            found.append((total, word))
            word, total = "", 0.0
    return found
