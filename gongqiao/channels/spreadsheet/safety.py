"""Looking at a workbook's package before anything opens it: size, bombs, macros, entities, formulas, far-away cells."""

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.channels.spreadsheet.grid import address, column_number

MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_UNPACKED_BYTES = 160 * 1024 * 1024
MOST_PARTS = 2000
MOST_RATIO = 250  # unpacked to packed; real sheets stay below 30
RATIO_MATTERS_FROM = 8 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 60_000, 256
CHUNK = 1 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?(/?)>\s*(<(?:\w+:)?f\b)?')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_size(content: bytes) -> None:
    if not content:
        raise SheetError(_("这个文件是空的。"))
    if len(content) > MOST_FILE_BYTES:
        raise too_large(len(content))


def too_large(size: int) -> SheetError:
    facts = {"size": size // 1024 // 1024, "most": MOST_FILE_BYTES // 1024 // 1024}
    return SheetError(_("文件有 %(size)s MB，最多 %(most)s MB。请分成几个表。") % facts)


def check_package(content: bytes) -> None:
    """Refuse what no honest sheet is: SheetError says what was found and what to do."""
    try:
        with ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_parts(parts, len(content))
            for part in parts:
                _check_part(package, part)
    except BadZipFile:
        raise SheetError(_("文件不完整或坏了，请重新另存一份再上传。")) from None


def _check_parts(parts: list[ZipInfo], packed: int) -> None:
    names = [part.filename.lower() for part in parts]
    if any(name.endswith("vbaproject.bin") for name in names):
        raise SheetError(_("文件里有宏。请另存为“Excel 工作簿 .xlsx”（不带宏）再上传。"))
    if "encryptioninfo" in names or any(part.flag_bits & 1 for part in parts):
        raise SheetError(_("文件加了密码，请去掉密码再上传。"))
    unpacked = sum(part.file_size for part in parts)
    bomb = unpacked > RATIO_MATTERS_FROM and unpacked > MOST_RATIO * packed
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES or bomb:
        facts = {"packed": packed // 1024, "unpacked": unpacked // 1024 // 1024}
        raise SheetError(_("这个文件只有 %(packed)s KB，展开却有 %(unpacked)s MB，不像正常的表，没有打开。") % facts)


def _check_part(package: ZipFile, part: ZipInfo) -> None:
    """Unpack to nowhere, so that a part that lies about its size or is cut off is found before it is used."""
    text = part.filename.lower().endswith((".xml", ".rels"))
    with package.open(part) as stream:
        first = True
        while chunk := stream.read(CHUNK):
            if first and text and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
                raise SheetError(_("文件里夹带了不该有的定义（DTD），没有打开。请用 Excel 或 WPS 重新另存一份。"))
            first = False


def survey(content: bytes) -> dict[str, list[str]]:
    """By sheet name, the addresses of formula cells; refuses a sheet whose last cell lies absurdly far out."""
    found: dict[str, list[str]] = {}
    with ZipFile(io.BytesIO(content)) as package:
        for name, path in _sheet_parts(package):
            found[name] = _formulas(name, package.read(path))
    return found


def _formulas(name: str, xml: bytes) -> list[str]:
    formulas, last_row, last_column = [], 0, b""
    for match in _CELL.finditer(xml):
        column, row, empty, formula = match.groups()
        if formula:
            formulas.append(f"{column.decode()}{int(row)}")
        if not empty:
            last_row = max(last_row, int(row))
            last_column = max(last_column, column, key=lambda letters: (len(letters), letters))
    columns = column_number(last_column.decode()) if last_column else 0
    if last_row > MOST_ROWS or columns > MOST_COLUMNS:
        facts = {"sheet": name, "cell": address(last_row, columns), "rows": MOST_ROWS, "columns": MOST_COLUMNS}
        raise SheetError(
            _("“%(sheet)s”最后一格在 %(cell)s，最多 %(rows)s 行 %(columns)s 列。请删掉多余的行列再上传。") % facts
        )
    return formulas


def _sheet_parts(package: ZipFile) -> Iterator[tuple[str, str]]:
    names = set(package.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        raise SheetError(_("这不是 Excel 或 WPS 的表，请另存为 .xlsx 再上传。"))
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    target = {row.get("Id"): row.get("Target", "") for row in relations}
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            path = target.get(sheet.get(_RELATION), "")
            full = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
            if full in names:
                yield sheet.get("name", ""), full
