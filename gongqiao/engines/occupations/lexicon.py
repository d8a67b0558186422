"""Grams by number with their weight: rare ones say more, single signs say little."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gongqiao.engines.occupations.csr import Floats, Ints, Rows
from gongqiao.engines.occupations.text import END, START, grams

SINGLE_SHARE = 0.35  # of a single sign's weight, beside longer grams


@dataclass(frozen=True)
class Lexicon:
    """Every gram of the texts learnt from, in order of code points."""

    at: dict[str, int]
    weight: Floats

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Lexicon":
        listed = [grams(text) for text in texts]
        spread = Counter(gram for bag in listed for gram in bag)
        known = sorted(spread)
        weight = [np.log(1 + len(listed) / spread[gram]) * (SINGLE_SHARE if len(gram) == 1 else 1.0) for gram in known]
        return cls({gram: number for number, gram in enumerate(known)}, np.array(weight))

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
