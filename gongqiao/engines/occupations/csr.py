"""Rows of (column, value) pairs laid end to end: the one sparse shape of this engine, in plain NumPy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Table = NDArray[np.float64] | NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Row i is columns[start[i]:start[i + 1]] with the values beside them."""

    start: Ints
    columns: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.start) - 1

    @classmethod
    def build(cls, rows: Iterable[Mapping[int, float]]) -> "Rows":
        listed = list(rows)
        start = np.cumsum([0, *(len(row) for row in listed)], dtype=np.int64)
        columns = np.fromiter((column for row in listed for column in row), np.int64, int(start[-1]))
        values = np.fromiter((value for row in listed for value in row.values()), np.float64, int(start[-1]))
        return cls(start, columns, values)

    def row_of_each(self) -> Ints:
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def take(self, chosen: Ints) -> "Rows":
        """The chosen rows, in that order."""
        lengths = np.diff(self.start)[chosen]
        at = spans(self.start[chosen], lengths)
        return Rows(np.concatenate([[0], np.cumsum(lengths)]), self.columns[at], self.values[at])

    def turned(self, width: int) -> "Rows":
        """Columns as rows: for each column the rows it stands in, ascending."""
        order = np.argsort(self.columns, kind="stable")
        start = np.concatenate([[0], np.cumsum(np.bincount(self.columns, minlength=width))])
        return Rows(start, self.row_of_each()[order], self.values[order])

    def scaled(self, factor: Floats) -> "Rows":
        """Values times the factor of their column, then each row brought to length 1."""
        values = self.values * factor[self.columns]
        squares = np.bincount(self.row_of_each(), values * values, minlength=len(self))
        lengths = np.sqrt(np.maximum(squares, 1e-12))
        return Rows(self.start, self.columns, values / lengths[self.row_of_each()])


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where the grams of one title meet rows of (occupation or text, value): one entry a pair."""

    gram: Ints  # place in the title's row
    other: Ints
    product: Floats

    @classmethod
    def of(cls, rows: Rows, columns: Ints, values: Floats) -> "Meeting":
        lengths = rows.start[columns + 1] - rows.start[columns]
        at = spans(rows.start[columns], lengths)
        gram = np.repeat(np.arange(len(columns)), lengths)
        return cls(gram, rows.columns[at], rows.values[at] * values[gram])

    def totals(self, width: int) -> Floats:
        """The products of each occupation or text, added up."""
        return np.bincount(self.other, self.product, minlength=width).astype(np.float64, copy=False)

    def shares(self, other: int, grams: int) -> Floats:
        """What each gram of the title gives to one occupation or text."""
        mine = self.other == other
        return np.bincount(self.gram[mine], self.product[mine], minlength=grams).astype(np.float64, copy=False)


def spans(starts: Ints, lengths: Ints) -> Ints:
    """All positions of several spans, laid end to end: (3, 2), (10, 1) -> 3, 4, 10."""
    ends = np.cumsum(lengths)
    within = np.arange(int(ends[-1]) if len(ends) else 0)
    return np.asarray(within + np.repeat(starts - (ends - lengths), lengths), np.int64)
