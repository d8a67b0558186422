"""What the two tables share: checked cells, checked arrays, lists of unequal length, take and merge."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gongqiao.engines.matching.errors import TableError

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Words = NDArray[np.uint64]

LARGEST_METRES = 20_000_000
LARGEST_MINUTE = 2**40
LARGEST_ID = 2**62
LARGEST_PAY = 10_000_000  # fen; a 32-bit float holds every whole number up to 16,777,216


@dataclass(frozen=True, eq=False)
class Ragged:
    """One list per row: row r owns values[offsets[r]:offsets[r + 1]]; offsets (n + 1,), values (items, width)."""

    offsets: Int64
    values: Int64

    @classmethod
    def of(cls, lists: Iterable[Iterable[tuple[int, ...]]], width: int) -> Self:
        """From one list of `width`-tuples per row."""
        rows = [list(items) for items in lists]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(items) for items in rows], out=offsets[1:])
        flat = [item for items in rows for item in items]
        return cls(offsets, np.array(flat, dtype=np.int64).reshape(len(flat), width))

    @property
    def lengths(self) -> Int64:
        return np.diff(self.offsets)

    @property
    def row_of(self) -> Int64:
        """Row number of every value, shape (items,)."""
        return np.repeat(np.arange(len(self.offsets) - 1), self.lengths)

    def row(self, at: int) -> list[tuple[int, ...]]:
        """The list of one row, as Python integers."""
        return [tuple(item) for item in self.values[self.offsets[at] : self.offsets[at + 1]].tolist()]

    def take(self, rows: Int64) -> "Ragged":
        """The lists of the given rows, in that order."""
        lengths = self.lengths[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        source = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths) + np.repeat(self.offsets[rows], lengths)
        return Ragged(offsets, self.values[source])

    def followed_by(self, other: "Ragged") -> "Ragged":
        offsets = np.concatenate([self.offsets, other.offsets[1:] + self.offsets[-1]])
        return Ragged(offsets, np.concatenate([self.values, other.values]))


@dataclass(frozen=True, eq=False, kw_only=True)
class Table:
    """Columns of equal length, ids ascending. `vocabulary_version` says which bits the words speak of."""

    NOUN: ClassVar[str] = "row"

    vocabulary_version: str
    id: Int64

    def __len__(self) -> int:
        return len(self.id)

    @classmethod
    def column_names(cls) -> tuple[str, ...]:
        """Everything the engine can know about a row; protected traits have no column."""
        return tuple(f.name for f in fields(cls) if f.name != "vocabulary_version")

    def take(self, positions: Int64) -> Self:
        """The rows at ascending positions."""
        columns: dict[str, Any] = {}
        for name in self.column_names():
            column = getattr(self, name)
            columns[name] = column.take(positions) if isinstance(column, Ragged) else column[positions]
        return replace(self, **columns)

    def position(self, row_id: int) -> int:
        """Where an id stands; KeyError when it is not there."""
        if not self.holds(row_id):
            raise KeyError(f"no {self.NOUN} {row_id} in this market")
        return int(np.searchsorted(self.id, row_id))

    def holds(self, row_id: int) -> bool:
        """Whether an id is there."""
        at = int(np.searchsorted(self.id, row_id))
        return at < len(self.id) and int(self.id[at]) == row_id

    def without(self, ids: Iterable[int]) -> Self:
        """The table less the given ids; an id that is not there is a KeyError."""
        gone = np.array([self.position(row_id) for row_id in ids], dtype=np.int64)
        return self.take(np.setdiff1d(np.arange(len(self)), gone))

    def upsert(self, other: Self) -> Self:
        """Rows of `other` replace those with the same id, the rest are added."""
        if other.vocabulary_version != self.vocabulary_version:
            raise TableError(f"vocabulary {other.vocabulary_version!r} does not fit {self.vocabulary_version!r}")
        kept = self.take(np.flatnonzero(~np.isin(self.id, other.id)))
        order = np.argsort(np.concatenate([kept.id, other.id]), kind="stable")
        columns: dict[str, Any] = {}
        for name in self.column_names():
            ours, theirs = getattr(kept, name), getattr(other, name)
            if isinstance(ours, Ragged):
                columns[name] = ours.followed_by(theirs).take(order)
            else:
                columns[name] = np.concatenate([ours, theirs])[order]
        return replace(self, **columns)


@dataclass(frozen=True)
class Row:
    """One input row being read: every complaint names the table, the row number (from 0) and the column."""

    table: str
    number: int
    cells: Mapping[str, Any]

    def fail(self, column: str, problem: str) -> TableError:
        return TableError(f"{self.table}, row {self.number}, column {column!r}: {problem}")

    def check_names(self, required: frozenset[str], optional: frozenset[str]) -> None:
        """Refuses a missing column and a column the engine does not know."""
        for name in self.cells:
            if name not in required and name not in optional:
                raise self.fail(name, "no such column")
        for name in sorted(required):
            if name not in self.cells:
                raise self.fail(name, "is missing")

    def integer(self, column: str, low: int, high: int) -> int:
        value = self.cells[column]
        return self._whole(column, value, low, high)

    def integer_or(self, column: str, absent: int, low: int, high: int) -> int:
        """The integer, or `absent` where the cell is None."""
        value = self.cells[column]
        return absent if value is None else self._whole(column, value, low, high)

    def boolean(self, column: str) -> bool:
        value = self.cells[column]
        if not isinstance(value, bool):
            raise self.fail(column, f"must be True or False, got {value!r}")
        return value

    def integers(self, column: str, width: int) -> list[tuple[int, ...]]:
        """A list of `width`-tuples of whole numbers."""
        items: list[tuple[int, ...]] = []
        for item in self.parsed(column, list):
            parts = tuple(item) if isinstance(item, (tuple, list)) else (item,)
            if len(parts) != width:
                raise self.fail(column, f"must hold {width} numbers each, got {item!r}")
            items.append(tuple(self._whole(column, part, -LARGEST_ID, LARGEST_ID) for part in parts))
        return items

    def place(self) -> tuple[int, int, bool]:
        """(x, y, known): both metres or neither."""
        x, y = self.cells["x"], self.cells["y"]
        if x is None and y is None:
            return 0, 0, False
        low, high = -LARGEST_METRES, LARGEST_METRES
        return self._whole("x", x, low, high), self._whole("y", y, low, high), True

    def parsed(self, column: str, parse: Callable[[Any], Any]) -> Any:
        """The cell through `parse`, whose complaint (unknown code, bad hour) is given this row and column."""
        try:
            return parse(self.cells[column])
        except (ValueError, TypeError, AttributeError) as problem:
            raise self.fail(column, str(problem)) from problem

    def _whole(self, column: str, value: object, low: int, high: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(column, f"must be a whole number, got {value!r}")
        if not low <= value <= high:
            raise self.fail(column, f"must lie between {low} and {high}, got {value}")
        return value


def numbered(table: str, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows with their numbers, sorted by id; two rows with one id are refused."""
    found = [Row(table, number, cells) for number, cells in enumerate(rows)]
    seen: dict[int, int] = {}
    for row in found:
        row_id = row.integer("id", 0, LARGEST_ID) if "id" in row.cells else None
        if row_id is None:
            raise row.fail("id", "is missing")
        if seen.setdefault(row_id, row.number) != row.number:
            raise row.fail("id", f"{row_id} was given in row {seen[row_id]} already")
    return sorted(found, key=lambda row: int(row.cells["id"]))


def check_array(table: str, column: str, value: object, dtype: type, shape: tuple[int, ...]) -> None:
    """A column must be an array of this type and shape."""
    if not isinstance(value, np.ndarray) or value.dtype != np.dtype(dtype) or value.shape != shape:
        found = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else repr(type(value))
        raise TableError(f"{table}, column {column!r}: must be {np.dtype(dtype)} {shape}, got {found}")


def check_all(table: str, column: str, good: Bool, problem: str) -> None:
    """Every row must be good; the first that is not is named by its position."""
    if not bool(good.all()):
        raise TableError(f"{table}, row {int(np.argmin(good))}, column {column!r}: {problem}")


def check_ids(table: str, ids: Int64) -> None:
    """Ids are int64, from 0, strictly ascending (ties are broken by position, so position must be id order)."""
    check_array(table, "id", ids, np.int64, (len(ids),))
    check_all(table, "id", ids >= 0, "must not be negative")
    check_all(table, "id", np.concatenate([np.ones(min(1, len(ids)), bool), ids[1:] > ids[:-1]]), "must ascend")


def check_ragged(table: str, column: str, value: Ragged, rows: int, width: int) -> None:
    """Offsets must run from 0 to the number of values without going back."""
    check_array(table, column, value.offsets, np.int64, (rows + 1,))
    check_array(table, column, value.values, np.int64, (len(value.values), width))
    if int(value.offsets[0]) != 0 or int(value.offsets[-1]) != len(value.values) or bool((value.lengths < 0).any()):
        raise TableError(f"{table}, column {column!r}: offsets do not fit the values")
