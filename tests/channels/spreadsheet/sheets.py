"""Sheets as people bring them: written by openpyxl or xlsxwriter, well and badly."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import openpyxl

WORKER = {
    "姓名": "韦建国",
    "身份证号": "",
    "手机": "15400001234",
    "联系办法": "电话",
    "家在社区": "450203001001",
    "工种": "搬运工2、洗碗工",
    "证书": "",
    "什么时候有空": "周一至周日 06:00-20:00",
    "最远公里": 8,
    "怎么去": "电动车",
    "最低时薪(元)": 18,
    "备注": "1975-03-02生（本人说的）",
}
POSTING = {
    "用工方": "覃记大排档",
    "信用代码": "",
    "联系人": "覃老板",
    "电话": "15400009999",
    "工种": "洗碗工",
    "标题": "晚市洗碗",
    "工作内容": "洗碗、收台，一个人一条线。",
    "条件": "",
    "地点(社区)": "五里亭街道五里亭社区",
    "集合点": "店门口",
    "日期": "2026-11-25",
    "开始": "17:00",
    "结束": "22:00",
    "休息分钟": 0,
    "人数": 2,
    "工钱": 22,
    "单位": "时",
    "什么时候给钱": "当天给钱",
    "管饭": "管一餐",
    "路费": "",
    "保险": "",
    "需要证书": "",
    "最低级别": "",
    "有效期至": "",
}


def book(rows: Iterable[Sequence[Any]], name: str = "表") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    page = made.active
    page.title = name
    for row in rows:
        page.append(list(row))
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def table(start: Mapping[str, Any], *changes: Mapping[str, Any]) -> list[list[Any]]:
    """A header and one row for each change to `start`."""
    rows = [{**start, **change} for change in changes]
    return [list(start), *([row[name] for name in start] for row in rows)]


def workers(*changes: Mapping[str, Any]) -> bytes:
    return saved(book(table(WORKER, *(changes or ({},)))))


def postings(*changes: Mapping[str, Any]) -> bytes:
    return saved(book(table(POSTING, *(changes or ({},)))))
