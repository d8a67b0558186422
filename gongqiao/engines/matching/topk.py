"""Exact best-k per row: highest value first, ties to the smaller position (= smaller id), no approximation."""

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.columns import Bool, Int64

NOTHING = np.iinfo(np.int64).min


def best_positions(value: NDArray[np.integer], allowed: Bool, k: int) -> Int64:
    """Positions of the k best allowed cells of every row, shape (rows, min(k, columns)), -1 where there are fewer.

    value (rows, columns) within 32 bits; value and position are packed into one int64 key, so one partition and one
    sort of unique keys give the order without any tie left open.
    """
    columns = value.shape[1]
    k = min(k, columns)
    if k < 1 or not len(value):
        return np.full((len(value), max(k, 0)), -1, dtype=np.int64)
    shift = np.int64(max(1, columns.bit_length()))
    key = value.astype(np.int64) << shift
    key += np.arange(columns - 1, -1, -1, dtype=np.int64)[None, :]
    key[~allowed] = NOTHING
    best = np.partition(key, columns - k, axis=1)[:, columns - k :] if k < columns else key
    best = np.sort(best, axis=1)[:, ::-1]
    positions = columns - 1 - (best & ((np.int64(1) << shift) - 1))
    return np.where(best == NOTHING, -1, positions)
