"""Compiled: rows laid out by group and by cell of the group's grid, so that a disc is a handful of contiguous runs.

Cells are powers of two metres wide, as many as give about `per_cell` rows each: a rare trade has few and large ones.
"""

from typing import NamedTuple

import numpy as np

from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.fast.compiled import compiled, inlined

G_X0, G_Y0, G_SHIFT, G_COLUMNS, G_ROWS, G_CELLS = range(6)
GRID_FACTS = 6
LEAST_SHIFT, MOST_SHIFT = 10, 26  # cells of one kilometre to those wider than any market
MOST_CELLS_A_SIDE = 2048
ROWS_PER_BLOCK, MOST_BLOCKS = 8, 1024
MOST_EMPTY = 16  # times as many cells, at most, as without empty land
STRIP_METRES = 1 << 14
FAR_METRES = 1 << 26  # more than any two places lie apart


class Grids(NamedTuple):
    """One grid per group. Places [first[c], first[c + 1]) lie in cell c = G_CELLS + row * columns + column.

    Behind its last cell each group has one more, of the places that are not known.
    """

    first: Int64
    facts: Int64  # (groups, 6), columns G_*; a cell is 2 ** G_SHIFT metres wide
    rows: int  # most rows of any grid


def grids_of(x: Int64, y: Int64, placed: Bool, group: Int64, groups: int, per_cell: int) -> tuple[Grids, Int64]:
    """The grids, and the rows in the order of their places: by group, then cell, then row."""
    facts, cell = np.zeros((groups, GRID_FACTS), dtype=np.int64), np.empty(len(x), dtype=np.int64)
    cells = survey(x, y, placed, group, per_cell, facts, np.zeros((groups, MOST_BLOCKS), dtype=np.uint8))
    first = np.zeros(cells + 2, dtype=np.int64)
    locate(x, y, placed, group, facts, cell, first)
    np.cumsum(first, out=first)
    order = np.empty(len(x), dtype=np.int64)
    lay_out(cell, first[1:], order)
    return Grids(first[1:], facts, int(facts[:, G_ROWS].max(initial=1))), order


@compiled
def survey(x, y, placed, group, per_cell, facts, blocks):
    """Fill facts (G, 6); returns how many cells there are.

    Cells are as narrow as rows are dense where there are any: land where nobody is, between two towns, counts for
    nothing. It is seen in blocks (G, n), zeros at first, wide enough for some rows each. Meanwhile G_SHIFT and G_CELLS
    serve as upper corner, then width and height; G_COLUMNS as width of a block.
    """
    groups = len(facts)
    for g in range(groups):
        facts[g, G_X0], facts[g, G_Y0] = FAR_METRES, FAR_METRES
        facts[g, G_SHIFT], facts[g, G_CELLS], facts[g, G_ROWS] = -FAR_METRES, -FAR_METRES, 0
    for row in range(len(x)):
        if placed[row]:
            g = group[row]
            facts[g, G_X0], facts[g, G_Y0] = min(facts[g, G_X0], x[row]), min(facts[g, G_Y0], y[row])
            facts[g, G_SHIFT], facts[g, G_CELLS] = max(facts[g, G_SHIFT], x[row]), max(facts[g, G_CELLS], y[row])
            facts[g, G_ROWS] += 1
    for g in range(groups):
        if facts[g, G_ROWS] == 0:
            for column in range(GRID_FACTS):
                facts[g, column] = 0
        facts[g, G_SHIFT] -= facts[g, G_X0]
        facts[g, G_CELLS] -= facts[g, G_Y0]
        most = max(1, min(facts[g, G_ROWS] // ROWS_PER_BLOCK, blocks.shape[1]))
        facts[g, G_COLUMNS] = shift_for(facts[g, G_SHIFT], facts[g, G_CELLS], most)
    for row in range(len(x)):
        if placed[row]:
            grid, shift = facts[group[row]], facts[group[row], G_COLUMNS]
            line, column = (y[row] - grid[G_Y0]) >> shift, (x[row] - grid[G_X0]) >> shift
            blocks[group[row], line * ((grid[G_SHIFT] >> shift) + 1) + column] = 1
    cells = np.int64(0)
    for g in range(groups):
        wide, high, shift = facts[g, G_SHIFT], facts[g, G_CELLS], facts[g, G_COLUMNS]
        lived_in = np.int64(0)
        for block in range(blocks.shape[1]):
            lived_in += blocks[g, block]
        most, all_blocks = facts[g, G_ROWS] // per_cell + 4, ((wide >> shift) + 1) * ((high >> shift) + 1)
        shift = shift_for(wide, high, min(most * all_blocks // max(lived_in, 1), most * MOST_EMPTY))
        facts[g, G_SHIFT], facts[g, G_CELLS] = shift, cells
        facts[g, G_COLUMNS], facts[g, G_ROWS] = (wide >> shift) + 1, (high >> shift) + 1
        cells += facts[g, G_COLUMNS] * facts[g, G_ROWS] + 1
    return cells


@inlined
def shift_for(wide, high, most):
    """The narrowest cells of which there are at most `most`."""
    shift = np.int64(LEAST_SHIFT)
    while (
        ((wide >> shift) + 1) * ((high >> shift) + 1) > min(most, MOST_CELLS_A_SIDE**2)
        or max(wide, high) >> shift >= MOST_CELLS_A_SIDE
    ) and shift < MOST_SHIFT:
        shift += 1
    return shift


@compiled
def locate(x, y, placed, group, facts, cell, first):
    """Fill cell (n,), and count into first[cell + 1]."""
    for row in range(len(x)):
        grid = facts[group[row]]
        at = grid[G_CELLS] + grid[G_COLUMNS] * grid[G_ROWS]
        if placed[row]:
            line = (y[row] - grid[G_Y0]) >> grid[G_SHIFT]
            at = grid[G_CELLS] + line * grid[G_COLUMNS] + ((x[row] - grid[G_X0]) >> grid[G_SHIFT])
        cell[row] = at
        first[at + 1] += 1


@compiled
def lay_out(cell, following, order):
    """Fill order (n,); following[c], where cell c ends, becomes where it begins on the way."""
    for back in range(len(cell)):
        row = len(cell) - 1 - back
        following[cell[row]] -= 1
        order[following[cell[row]]] = row


@inlined
def runs_of(x, y, limit, grids, g, runs):
    """Fill runs (n, 2) with the places of group g in cells within `limit` metres; the nearest row first."""
    grid, count = grids.facts[g], 0
    if limit < 0:
        limit = FAR_METRES
    shift, columns, rows = grid[G_SHIFT], grid[G_COLUMNS], grid[G_ROWS]
    home = min(max((y - grid[G_Y0]) >> shift, 0), rows - 1)
    for step in range(max(home, rows - 1 - home) + 1):
        within = False
        for side in range(2 if step else 1):
            line = home + step if side == 0 else home - step
            if not 0 <= line < rows:
                continue
            low_y = grid[G_Y0] + (line << shift)
            dy = max(0, low_y - y, y - (low_y + (1 << shift) - 1))
            if dy > limit:
                continue
            within = True
            half = np.int64(np.sqrt(np.float64(limit * limit - dy * dy))) + 1
            left = max((x - half - grid[G_X0]) >> shift, 0)
            right = min((x + half - grid[G_X0]) >> shift, columns - 1)
            if left <= right:
                cell = grid[G_CELLS] + line * columns
                a, b = grids.first[cell + left], grids.first[cell + right + 1]
                if a < b:
                    runs[count, 0], runs[count, 1] = a, b
                    count += 1
        if not within:
            break
    return count


@inlined
def whole_of(grids, g):
    """(first place, first unknown place, end) of group g."""
    grid = grids.facts[g]
    last = grid[G_CELLS] + grid[G_COLUMNS] * grid[G_ROWS]
    return grids.first[grid[G_CELLS]], grids.first[last], grids.first[last + 1]


def strips_of(grids: Grids) -> Int64:
    """All places once, (n, 2) from place to place: strip by strip of each grid, so that the next are always near.

    In the order of the places themselves a row runs from one end of the land to the other, and what is near has been
    forgotten by the time the next row comes.
    """
    found = []
    for _x0, _y0, shift, columns, rows, cells in grids.facts.tolist():
        cuts = np.append(np.arange(0, columns, max(1, STRIP_METRES >> shift)), columns)
        edges = grids.first[cells + np.arange(rows)[:, None] * columns + cuts]
        found += [np.column_stack([edges[:, at], edges[:, at + 1]]) for at in range(len(cuts) - 1)]
        last = cells + rows * columns
        found.append(grids.first[last : last + 2][None, :])
    spans = np.concatenate(found)
    return np.ascontiguousarray(spans[spans[:, 0] < spans[:, 1]])
