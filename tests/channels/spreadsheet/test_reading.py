"""Every file that somebody may bring gets a clear answer: read, or refused with what to do."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from gongqiao.channels.spreadsheet import cells, columns, reading, workers
from gongqiao.channels.spreadsheet.columns import Cell
from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.channels.spreadsheet.grid import address, column_number
from tests.channels.spreadsheet import sheets

HEAD = list(sheets.WORKER)
LINE = list(sheets.WORKER.values())


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def found(content: bytes, filename: str = "本周.xlsx") -> columns.Sheet:
    return columns.find(reading.read(content, filename), workers.COLUMNS)


@pytest.mark.parametrize(("row", "column", "name"), [(1, 1, "A1"), (7, 27, "AA7"), (10, 702, "ZZ10"), (2, 703, "AAA2")])
def test_addresses_go_both_ways(row: int, column: int, name: str) -> None:
    assert address(row, column) == name
    assert column_number(name.rstrip("0123456789")) == column


def test_a_plain_workbook_is_read_cell_by_cell() -> None:
    (row,) = found(sheets.workers()).rows
    assert row.number == 2
    assert row.cells["姓名"] == Cell("A2", "韦建国")
    assert row.cells["最远公里"] == Cell("I2", 8.0)


def bomb() -> bytes:
    """3 MB or less that would unpack to gigabytes."""
    parts = unpacked(sheets.workers())
    return packed({**parts, "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (300 * 1024 * 1024)})


def far_away() -> bytes:
    made = sheets.book([HEAD, LINE])
    made.active["XFD1048576"] = "x"
    return sheets.saved(made)


def entity() -> bytes:
    parts = unpacked(sheets.workers())
    lol = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    return packed({**parts, "xl/worksheets/sheet1.xml": lol})


@pytest.mark.parametrize(
    ("content", "filename", "says"),
    [
        (b"", "a.xlsx", "空的"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.csv", "最多 20 MB"),
        (bomb(), "a.xlsx", "不像正常的表"),
        (far_away(), "a.xlsx", "XFD1048576"),
        (entity(), "a.xlsx", "DTD"),
        (packed({**unpacked(sheets.workers()), "xl/vbaProject.bin": b"x"}), "a.xlsm", "有宏"),
        (packed({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "a.xlsx", "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xlsx", "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "打不开"),
        (packed({"hello.txt": b"x"}), "a.xlsx", "不是 Excel 或 WPS"),
        (sheets.workers()[:-400], "a.xlsx", "不完整或坏了"),
        (b"%PDF-1.7 ...", "a.xlsx", "不是 Excel 或 WPS"),
        (b"\x89PNG\x00\x00", "a.csv", "编码|不是文字表格"),
        ('姓名,工种\n韦,"焊工\n'.encode(), "a.csv", "第 .* 行读不下去"),
        (sheets.saved(sheets.book([["一", "二"], ["x", "y"]])), "a.xlsx", "没有找到表头"),
        (sheets.saved(sheets.book([["手机", "工种", "备注"], ["x", "y"]])), "a.xlsx", "表头缺：姓名"),
        (sheets.saved(sheets.book([["姓名", "手机", "电话"], ["x", "y"]])), "a.xlsx", "B1 和 C1 都是“手机”"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_refused_with_what_to_do(content: bytes, filename: str, says: str) -> None:
    with pytest.raises(SheetError, match=says):
        found(content, filename)


def test_a_bomb_is_small_and_never_unpacked_whole() -> None:
    content = bomb()
    assert len(content) < 3 * 1024 * 1024
    with pytest.raises(SheetError):
        reading.read(content, "a.xlsx")


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(sheets.workers())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (50).to_bytes(4, "little")  # uncompressed size in the directory
    with pytest.raises(SheetError):
        reading.read(bytes(content), "a.xlsx")


def test_a_title_above_and_any_order_of_columns() -> None:
    names = ["备注", "联系电话", "姓 名*", "会什么（必填）", "爱好"]
    sheet = found(
        sheets.saved(sheets.book([["鱼峰区零工登记表"], [], names, ["", "15400001234", "韦", "焊工", "唱歌"]]))
    )
    (row,) = sheet.rows
    assert (sheet.header_row, row.number) == (3, 4)
    assert {name: cell.value for name, cell in row.cells.items()} == {
        "备注": "",
        "手机": "15400001234",
        "姓名": "韦",
        "工种": "焊工",
    }
    assert [(finding.cell, finding.message) for finding in sheet.findings] == [("E3", "不认识“爱好”这一列，没有读。")]


def test_the_sheet_with_the_fitting_header_is_taken() -> None:
    made = sheets.book([["说明"], ["先看这里"]], "说明")
    made.create_sheet("三月")
    for line in (HEAD, LINE):
        made["三月"].append(line)
    assert found(sheets.saved(made)).name == "三月"


def test_merged_cells_in_header_and_data() -> None:
    made = sheets.book([HEAD, LINE, LINE])
    made.active.merge_cells("B1:C1")
    with pytest.raises(SheetError, match="表头 B1:C1 合并了单元格"):
        found(sheets.saved(made))
    made = sheets.book([HEAD, LINE, LINE])
    made.active.merge_cells("F2:F3")
    (finding,) = found(sheets.saved(made)).findings
    assert (finding.cell, finding.message[:5]) == ("F2", "F2:F3")


def test_a_header_of_two_merged_rows_has_its_data_below() -> None:
    made = sheets.book([HEAD, [None] * len(HEAD), LINE])
    for at in range(1, len(HEAD) + 1):
        made.active.merge_cells(start_row=1, end_row=2, start_column=at, end_column=at)
    assert [row.number for row in found(sheets.saved(made)).rows] == [3]


def test_formula_cells_are_known_by_their_address() -> None:
    made = sheets.book([HEAD, LINE, LINE])
    made.active["D3"] = "=A2&B2"
    rows = found(sheets.saved(made)).rows
    assert [row.cells["联系办法"].formula for row in rows] == [False, True]


@pytest.mark.parametrize("epoch_1904", [False, True])
def test_dates_are_the_same_in_both_calendars(*, epoch_1904: bool) -> None:
    made = sheets.book([["姓名", "工种", "备注"], ["韦", date(2026, 11, 24), time(7, 30)]])
    if epoch_1904:
        made.epoch = CALENDAR_MAC_1904
    (row,) = found(sheets.saved(made)).rows
    value: Any = row.cells["工种"].value
    assert (value.date() if isinstance(value, datetime) else value) == date(2026, 11, 24)
    assert row.cells["备注"].value in (time(7, 30), timedelta(hours=7, minutes=30))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_of_any_make(encoding: str, delimiter: str) -> None:
    lines = [["姓名", "身份证号", "工种"], ["覃海明", '="450299197503020011"', "焊工"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (row,) = found(text.encode(encoding), "零工.csv").rows
    assert [cell.value for cell in row.cells.values()] == ["覃海明", "450299197503020011", "焊工"]
    assert row.cells["身份证号"].address == "B2"


def test_empty_lines_are_no_people() -> None:
    blank = [None] * len(HEAD)
    sheet = found(sheets.saved(sheets.book([HEAD, LINE, blank, [" "] + blank[1:], LINE])))
    assert [row.number for row in sheet.rows] == [2, 5]


def wps_made() -> bytes:
    """As WPS writes: absolute targets, a used range over the whole page, a properties part of its own."""
    parts = unpacked(sheets.workers())
    relations = parts["xl/_rels/workbook.xml.rels"].decode().replace('Target="worksheets/', 'Target="/xl/worksheets/')
    sheet = re.sub(
        r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', parts["xl/worksheets/sheet1.xml"].decode()
    )
    own = {
        "xl/_rels/workbook.xml.rels": relations.encode(),
        "xl/worksheets/sheet1.xml": sheet.encode(),
        "docProps/custom.xml": b'<?xml version="1.0"?><Properties><KSOProductBuildVer/></Properties>',
    }
    return packed({**parts, **own})


def test_a_workbook_made_by_wps_is_read() -> None:
    (row,) = found(wps_made()).rows
    assert (row.cells["姓名"].value, row.cells["最远公里"].value) == ("韦建国", 8.0)


def test_an_apostrophe_a_full_width_digit_and_a_hard_space_are_what_people_type() -> None:
    typed = {"姓名": "\u3000韦建国\xa0", "手机": "'１５４\xa00000 1234", "最远公里": "８公里"}
    (row,) = found(sheets.workers(typed)).rows
    assert cells.short_text(row.cells["姓名"], 40) == "韦建国"
    assert cells.phone(row.cells["手机"]) == "15400001234"
    assert cells.number(row.cells["最远公里"]) == 8.0


def test_a_sheet_of_many_empty_formatted_rows_is_as_long_as_its_people() -> None:
    """WPS keeps thousands of bordered rows below the last person."""
    made = sheets.book([HEAD, LINE])
    for at in range(3, 4000):
        made.active.cell(row=at, column=1).font = Font(bold=True)
    assert len(found(sheets.saved(made)).rows) == 1


def test_too_many_rows_are_refused_with_the_number() -> None:
    made = sheets.book([HEAD, LINE])
    made.active["A60002"] = "韦"
    with pytest.raises(SheetError, match="最多 60000 行 256 列。请删掉多余的行列再上传。"):
        found(sheets.saved(made))
