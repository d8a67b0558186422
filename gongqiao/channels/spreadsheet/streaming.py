"""Long sheets written row by row: a row is on the disk before the next one comes. No cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any

import xlsxwriter

from gongqiao.channels.spreadsheet.writing import NEVER_FORMULAS, OutCell

MOST_COLUMNS = 16_384  # of a sheet, by its format
LONGEST_NAME = 31
LONGEST_TEXT = 32_767
FIRST_YEAR = 1900  # the format knows no earlier day
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Book:
    """A workbook of several sheets, filled side by side."""

    def __init__(self, at: datetime) -> None:
        self._written = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._written, {**NEVER_FORMULAS, "in_memory": False, "constant_memory": True})
        self._book.set_properties({"created": at.replace(tzinfo=None, microsecond=0), "author": "工桥"})
        self._head = self._book.add_format({"bold": True, "bg_color": "#E8EEF8"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._pages: dict[str, Any] = {}
        self._lines: dict[str, int] = {}

    def __enter__(self) -> "Book":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closed also when a row was refused: its files on the disk go."""
        self._book.close()

    def sheet(self, key: str, columns: Sequence[str]) -> None:
        """`key` names it, shortened and made unlike the others as the format wants."""
        page = self._book.add_worksheet(self._free_name(key))
        page.freeze_panes(1, 0)
        page.write_row(0, 0, columns, self._head)
        self._pages[key], self._lines[key] = page, 1

    def row(self, key: str, cells: Iterable[OutCell]) -> None:
        page, line = self._pages[key], self._lines[key]
        for at, value in enumerate(cells):
            match value:
                case None | "":
                    continue
                case str():
                    page.write_string(line, at, value[:LONGEST_TEXT])
                case Decimal() | int():
                    page.write_number(line, at, float(value))
                case datetime():
                    page.write_datetime(line, at, value.replace(tzinfo=None, microsecond=0), self._moment)
                case date():
                    page.write_datetime(line, at, value, self._day)
        self._lines[key] = line + 1

    def content(self) -> bytes:
        """After the `with`."""
        return self._written.getvalue()

    def _free_name(self, key: str) -> str:
        clean = key.translate(NOT_IN_NAMES)[-LONGEST_NAME:] or "_"
        taken, name, number = {page.get_name().lower() for page in self._pages.values()}, clean, 2
        while name.lower() in taken:
            name, number = f"{clean[: LONGEST_NAME - 4]}~{number}", number + 1
        return name


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[int, OutCell]]) -> bytes:
    """UTF-8 with its mark, for Excel and WPS; rows are sparse (column → value). What a spreadsheet would take for a
    formula stands behind an apostrophe."""
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(columns)
    for row in rows:
        lines.writerow([_shown(row.get(at)) for at in range(len(columns))])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _shown(value: OutCell) -> str:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(BEGINS_FORMULA) else value
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return str(value)
