"""Columns a kind of sheet may have, and finding them in what somebody brings: any order, usual other names."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.channels.spreadsheet.grid import Grid, Value, address

HEADER_WITHIN = 10  # a title, a unit and a date often stand above the header
LEAST_MATCHES = 2
EXAMPLE = "（例子）"  # stands behind the name in the template's example row, which is never read


@dataclass(frozen=True)
class Column:
    """`says` explains it in the template; `choices` become a drop-down list there; `width` in characters.

    `text` columns are set to text in the template, so that long numbers keep all their digits.
    """

    name: str
    says: str | Promise
    also: tuple[str, ...] = ()
    required: bool = False
    example: str = ""
    choices: tuple[str, ...] = ()
    width: int = 14
    text: bool = False


class Severity(StrEnum):
    """error: the row is left out; warning: a fact is left out; note: good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    cell: str
    severity: Severity
    message: str


@dataclass(frozen=True)
class Cell:
    address: str
    value: Value
    formula: bool = False


@dataclass(frozen=True)
class Row:
    """One line of data; `cells` by column name, columns that the sheet lacks are missing."""

    number: int
    cells: dict[str, Cell]


@dataclass
class Sheet:
    name: str
    header_row: int
    rows: list[Row]
    findings: list[Finding] = field(default_factory=list)
    typed: bool = True


def find(grids: Sequence[Grid], columns: Sequence[Column]) -> Sheet:
    """The grid and row whose headers fit best; SheetError names what is missing, doubled or merged."""
    known = {_plain(word): column.name for column in columns for word in (column.name, *column.also)}
    best = max(
        ((_matches(row, known), -at, grid) for grid in grids for at, row in enumerate(grid.rows[:HEADER_WITHIN])),
        key=lambda found: found[:2],
        default=(0, 0, None),
    )
    matches, at, grid = best[0], -best[1], best[2]
    wanted = [column.name for column in columns if column.required]
    if grid is None or matches < LEAST_MATCHES:
        names = _("、").join(wanted)
        said = _("前 %(rows)s 行里没有找到表头。表头要有：%(names)s。可以下载模板对照。")
        raise SheetError(said % {"rows": HEADER_WITHIN, "names": names})
    return _sheet(grid, at, known, wanted)


def _matches(row: Sequence[Value], known: dict[str, str]) -> int:
    return len({known[word] for word in map(_plain, row) if word in known})


def _plain(value: Value) -> str:
    """A header without spaces, stars and what stands in brackets at its end: “最低时薪（元）*” is 最低时薪(元)."""
    text = unicodedata.normalize("NFKC", str(value if value is not None else ""))
    text = re.sub(r"[\s*＊:：]", "", text).lower()
    return re.sub(r"\((必填|选填|可空|可不填)\)$", "", text)


def _sheet(grid: Grid, at: int, known: dict[str, str], wanted: list[str]) -> Sheet:
    header, number = grid.rows[at], at + 1
    data_from = _below_header(grid, number)
    places: dict[str, int] = {}
    notes: list[Finding] = []
    for column, value in enumerate(header, 1):
        name = known.get(_plain(value))
        if name is None:
            if str(value or "").strip():
                said = _("不认识“%(name)s”这一列，没有读。") % {"name": str(value).strip()}
                notes.append(Finding(address(number, column), Severity.NOTE, said))
        elif name in places:
            twice = {"name": name, "one": address(number, places[name]), "two": address(number, column)}
            raise SheetError(_("%(one)s 和 %(two)s 都是“%(name)s”，只能有一列。") % twice)
        else:
            places[name] = column
    if missing := [name for name in wanted if name not in places]:
        names = _("、").join(missing)
        said = _("“%(sheet)s”第 %(row)s 行的表头缺：%(names)s。")
        raise SheetError(said % {"sheet": grid.name, "row": number, "names": names})
    left: list[Row] = []
    for row in _rows(grid, data_from, places):
        if _is_example(row, wanted):
            notes.append(Finding(str(row.number), Severity.NOTE, _("这一行是模板里的例子，没有读。")))
        else:
            left.append(row)
    sheet = Sheet(grid.name, number, left, notes, grid.typed)
    sheet.findings += _merged(grid, data_from, set(places.values()))
    return sheet


def _below_header(grid: Grid, number: int) -> int:
    """The first row of data, 1-based; a header cell merged over several columns cannot be read."""
    last = number
    for merge in grid.merges:
        if merge.top <= number <= merge.bottom:
            if merge.right > merge.left:
                raise SheetError(_("表头 %(range)s 合并了单元格，请拆开，每列写自己的名称。") % {"range": merge})
            last = max(last, merge.bottom)
    return last + 1


def _rows(grid: Grid, first: int, places: dict[str, int]) -> list[Row]:
    found = []
    for number, values in enumerate(grid.rows[first - 1 :], first):
        cells = {
            name: Cell(where, values[column - 1], where in grid.formulas)
            for name, column in places.items()
            if column <= len(values)
            for where in (address(number, column),)
        }
        if any(cell.formula or str(cell.value if cell.value is not None else "").strip() for cell in cells.values()):
            found.append(Row(number, cells))
    return found


def _is_example(row: Row, wanted: Sequence[str]) -> bool:
    return any(str(row.cells[name].value).strip().endswith(EXAMPLE) for name in wanted[:1] if name in row.cells)


def _merged(grid: Grid, first: int, read: set[int]) -> list[Finding]:
    return [
        Finding(
            address(merge.top, merge.left),
            Severity.ERROR,
            _("%(range)s 合并了单元格，只有左上角有字。请拆开，每格都填上。") % {"range": merge},
        )
        for merge in grid.merges
        if merge.top >= first and read & set(range(merge.left, merge.right + 1))
    ]
