"""Grams by number with their weight: what matters is not how rare a gram is but how few occupations share it.

Weight is (1 + entropy of the gram's occupations) ** -EVENNESS, times a share for its size. Beside the usual inverse
document frequency, which favours misspellings and place names, this found the code 3 titles in 100 more often.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Rows
from gongqiao.engines.occupations.text import END, START, grams

EVENNESS = 0.6
SINGLE, PAIR, LONGER = 1.5, 1.0, 0.6  # share by signs, ends not counted: one, two, three and more


@dataclass(frozen=True)
class Lexicon:
    """Every gram of the texts learnt from, in order of code points."""

    at: dict[str, int]
    weight: Floats

    @classmethod
    def of(cls, texts: Sequence[str], owner: Sequence[int]) -> "Lexicon":
        """From texts and the occupation of each; -1 for a text of several, which tells nothing of evenness."""
        bags = [grams(text) for text in texts]
        at = {gram: number for number, gram in enumerate(sorted({gram for bag in bags for gram in bag}))}
        grams_of = np.array([at[gram] for bag in bags for gram in bag], dtype=np.int64)
        owners = np.repeat(np.array(owner, dtype=np.int64), [len(bag) for bag in bags])
        evenness = _entropy(grams_of[owners >= 0], owners[owners >= 0], len(at))
        size = np.array([len(gram.strip(START + END)) for gram in at])
        share = np.select([size <= 1, size == 2], [SINGLE, PAIR], LONGER)
        return cls(at, np.asarray(share * (1 + evenness) ** -EVENNESS, np.float64))

    @cached_property
    def length(self) -> Ints:
        """Signs of each gram, ends not counted: what a title must reach to have said something."""
        return np.array([len(gram.strip(START + END)) for gram in self.at], dtype=np.int64)

    def row(self, text: str) -> tuple[Ints, Floats]:
        """Known grams of one text with their values, of length 1 together (empty when none is known)."""
        found = {self.at[gram]: count for gram, count in grams(text).items() if gram in self.at}
        columns = np.fromiter(found.keys(), np.int64, len(found))
        values = (1 + np.log(np.fromiter(found.values(), np.float64, len(found)))) * self.weight[columns]
        return columns, values / max(float(np.sqrt(values @ values)), 1e-12)

    def rows(self, texts: Iterable[str]) -> Rows:
        listed = [self.row(text) for text in texts]
        start = np.cumsum([0, *(len(columns) for columns, _ in listed)], dtype=np.int64)
        if not listed:
            return Rows(start, np.zeros(0, np.int64), np.zeros(0))
        return Rows(start, np.concatenate([row[0] for row in listed]), np.concatenate([row[1] for row in listed]))


def _entropy(gram: Ints, owner: Ints, grams: int) -> Floats:
    """Of the occupations each gram stands with, in nats; 0 for a gram of one occupation."""
    if not len(gram):
        return np.zeros(grams)
    width = int(owner.max()) + 1
    keys, counts = np.unique(gram * width + owner, return_counts=True)
    own = keys // width
    share = counts / np.bincount(own, counts, minlength=grams)[own]
    return np.bincount(own, -share * np.log(share), minlength=grams).astype(np.float64, copy=False)
