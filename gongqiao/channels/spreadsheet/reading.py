"""Reading a file that somebody brings: xlsx, xls, ods or CSV, made by Excel or WPS. Values only, nothing executed."""

import csv
import io
from pathlib import PurePath

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from gongqiao.channels.spreadsheet import safety
from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.channels.spreadsheet.grid import Grid, Merge, Value

DELIMITERS = ",\t;，"
MOST_LINES = safety.MOST_ROWS


def read(content: bytes, filename: str) -> list[Grid]:
    """Every sheet of the file, in its order. SheetError for a file that is not to be opened, or is none."""
    safety.check_size(content)
    kind = PurePath(filename).suffix.lower()
    if content.startswith(safety.ZIP):
        return _workbook(content, filename, ods=kind == ".ods")
    if content.startswith(safety.OLE):
        if kind in (".xlsx", ".xlsm"):
            raise SheetError(_("文件加了密码，请去掉密码再上传。"))
        return _old_workbook(content)
    if kind in (".xlsx", ".xls", ".ods", ".xlsm"):
        raise SheetError(_("这不是 Excel 或 WPS 的表，请另存为 .xlsx 再上传。"))
    return [_csv(content, filename)]


def _workbook(content: bytes, filename: str, *, ods: bool) -> list[Grid]:
    safety.check_package(content)
    formulas = {} if ods else safety.survey(content)
    return _grids(content, formulas)


def _old_workbook(content: bytes) -> list[Grid]:
    """xls: its format tells formulas only by their result, which is what is read."""
    return _grids(content, {})


def _grids(content: bytes, formulas: dict[str, list[str]]) -> list[Grid]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > safety.MOST_ROWS * safety.MOST_COLUMNS:
                raise SheetError(_("“%(sheet)s”太大了，请删掉多余的行列再上传。") % {"sheet": name})
            merges = tuple(
                Merge(top + 1, left + 1, bottom + 1, right + 1)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            )
            rows: list[list[Value]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            found.append(Grid(name, rows, frozenset(formulas.get(name, ())), merges))
        return found
    except PasswordError:
        raise SheetError(_("文件加了密码，请去掉密码再上传。")) from None
    except CalamineError as error:
        raise SheetError(
            _("打不开这个文件，请用 Excel 或 WPS 另存为 .xlsx 再上传（%(why)s）。") % {"why": error}
        ) from None


def _csv(content: bytes, filename: str) -> Grid:
    text = _decoded(content)
    if "\0" in text:
        raise SheetError(_("这不是文字表格，请另存为 .xlsx 或 CSV 再上传。"))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    rows: list[list[Value]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append([_plain(cell) for cell in line])
            if len(rows) > MOST_LINES or len(line) > safety.MOST_COLUMNS:
                facts = {"rows": MOST_LINES, "columns": safety.MOST_COLUMNS}
                raise SheetError(_("表太大，最多 %(rows)s 行 %(columns)s 列，请分成几个表。") % facts)
    except csv.Error as error:
        facts_ = {"line": len(rows) + 1, "why": error}
        raise SheetError(_("CSV 第 %(line)s 行读不下去（%(why)s），多半是引号没有成对。") % facts_) from None
    return Grid(PurePath(filename).stem or "CSV", rows, typed=False)


def _decoded(content: bytes) -> str:
    """UTF-8 as WPS and our own export write it, UTF-16 with its mark, GB 18030 as old Excel writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(_("认不出这个文件的文字编码，请另存为 .xlsx 再上传。"))


def _plain(cell: str) -> str:
    """Text that was kept text by writing ="..." ."""
    kept = cell.strip()
    return kept[2:-1] if kept.startswith('="') and kept.endswith('"') and len(kept) >= 3 else kept
