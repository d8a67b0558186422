"""A sheet as read: values at addresses, nothing interpreted."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

Value = str | int | float | bool | date | datetime | time | timedelta | None


def letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """(7, 2) -> B7."""
    return f"{letters(column)}{row}"


@dataclass(frozen=True)
class Merge:
    """A merged range, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"


@dataclass(frozen=True)
class Grid:
    """`rows[i][j]` is the value at row i+1, column j+1."""

    name: str
    rows: list[list[Value]]
    formulas: frozenset[str] = frozenset()
    merges: tuple[Merge, ...] = ()
    typed: bool = True  # False for CSV, where everything is text
