"""Lists for everybody as one mapping over arrays: a million people do not need ten million objects at once."""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Int64
from gongqiao.engines.matching.results import Suggestion


class Lists(Mapping[int, tuple[Suggestion, ...]]):
    """Id -> its suggestions, best first. For many at once read the columns.

    `ids` (n,) ascending, whose lists they are; `others` (n, k) ids of the other side, -1 where there are fewer;
    `scores` and `prices` (n, k) points. `of_workers` says which side `ids` is.
    """

    def __init__(self, ids: Int64, others: Int64, scores: Int64, prices: Int64, *, of_workers: bool) -> None:
        self.ids, self.others, self.scores, self.prices = ids, others, scores, prices
        self.of_workers = of_workers
        for column in (others, scores, prices):
            column.flags.writeable = False

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids.tolist())

    def __getitem__(self, row_id: int) -> tuple[Suggestion, ...]:
        at = int(np.searchsorted(self.ids, row_id))
        if at == len(self.ids) or int(self.ids[at]) != row_id:
            raise KeyError(row_id)
        line = zip(self.others[at].tolist(), self.scores[at].tolist(), self.prices[at].tolist(), strict=True)
        if self.of_workers:
            return tuple(Suggestion(row_id, other, score, price) for other, score, price in line if other >= 0)
        return tuple(Suggestion(other, row_id, score, price) for other, score, price in line if other >= 0)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Lists):
            mine, theirs = self._columns(), other._columns()
            return self.of_workers == other.of_workers and all(map(np.array_equal, mine, theirs))
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def _columns(self) -> tuple[NDArray[np.int64], ...]:
        """Columns cut to the longest list, blanks zeroed, so that k itself does not count."""
        longest = int((self.others >= 0).sum(axis=1).max(initial=0))
        blank = self.others < 0
        cut = [np.where(blank, 0, column)[:, :longest] for column in (self.scores, self.prices)]
        return self.ids, self.others[:, :longest], *cut
