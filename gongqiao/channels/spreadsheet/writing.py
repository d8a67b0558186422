"""Sheets that go out: text stays text whatever it begins with, no cell is ever a formula, ready to print on A4."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

OutCell = str | int | Decimal | date | None
NEVER_FORMULAS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
WIDEST, NARROWEST = 60, 6
ROOM_FOR_HEADER = 2


@dataclass(frozen=True)
class Column:
    """`width` in characters; `choices` become a drop-down list below the header; `text` holds for empty cells too."""

    name: str
    width: int = 14
    choices: tuple[str, ...] = ()
    text: bool = False


@dataclass(frozen=True)
class OutSheet:
    """`note` stands under the title line, above the header; `closing` below the table: who made it, who checked it.

    The header, `title` and page numbers are printed on every page.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[OutCell]]
    title: str = ""
    note: str = ""
    closing: str = ""


def workbook(sheets: Sequence[OutSheet], *, at: datetime) -> bytes:
    """The .xlsx bytes; `at` is written as the time of making, so that the same sheets give the same bytes."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, NEVER_FORMULAS)
    book.set_properties({"created": at.replace(tzinfo=None, microsecond=0), "author": "工桥"})
    looks = _Looks(book)
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name), sheet, looks)
    book.close()
    return written.getvalue()


class _Looks:
    def __init__(self, book: Any) -> None:
        body = {
            "font_name": "Microsoft YaHei",
            "font_size": 10,
            "valign": "top",
            "border": 1,
            "border_color": "#C9CDD2",
        }
        self.text = book.add_format({**body, "text_wrap": True, "num_format": "@"})
        self.blank_text = book.add_format({"num_format": "@"})
        self.number = book.add_format(body)
        self.money = book.add_format({**body, "num_format": "0.00"})
        self.day = book.add_format({**body, "num_format": "yyyy-mm-dd", "align": "left"})
        self.head = book.add_format({**body, "bold": True, "text_wrap": True, "bg_color": "#E8EEF8"})
        self.title = book.add_format({"font_name": "Microsoft YaHei", "font_size": 14, "bold": True})
        self.closing = book.add_format({"font_name": "Microsoft YaHei", "font_size": 11})
        self.note = book.add_format({"font_name": "Microsoft YaHei", "font_size": 9, "font_color": "#4D5B6A"})


def _write(page: Worksheet, sheet: OutSheet, looks: _Looks) -> None:
    header = 0
    if sheet.title:
        page.write_string(0, 0, sheet.title, looks.title)
        header = 1
    if sheet.note:
        page.write_string(header, 0, sheet.note, looks.note)
        header += 1
    for at, column in enumerate(sheet.columns):
        page.write_string(header, at, column.name, looks.head)
        width = min(WIDEST, max(NARROWEST, column.width, 2 * len(column.name) + ROOM_FOR_HEADER))
        page.set_column(at, at, width, looks.blank_text if column.text else None)
        if column.choices:
            last = max(header + 1, header + len(sheet.rows), header + 1000)
            page.data_validation(header + 1, at, last, at, {"validate": "list", "source": list(column.choices)})
    for line, row in enumerate(sheet.rows, header + 1):
        for at, value in enumerate(row):
            _cell(page, line, at, value, looks)
    if sheet.closing:
        page.write_string(header + len(sheet.rows) + 2, 0, sheet.closing, looks.closing)
    page.freeze_panes(header + 1, 0)
    page.repeat_rows(header)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_footer("&L{}&R&P/&N".format((sheet.title or sheet.name).replace("&", "&&")[:200]))


def _cell(page: Worksheet, line: int, at: int, value: OutCell, looks: _Looks) -> None:
    match value:
        case None | "":
            page.write_blank(line, at, None, looks.text)
        case str():
            page.write_string(line, at, value, looks.text)
        case Decimal():
            page.write_number(line, at, float(value), looks.money)
        case int():
            page.write_number(line, at, value, looks.number)
        case date():
            page.write_datetime(line, at, value, looks.day)
