"""The empty sheets that people download, with drop-down lists, one example and an explanation of each column."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet import postings, workers
from gongqiao.channels.spreadsheet.columns import EXAMPLE, Column
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.channels.spreadsheet.writing import Column as OutColumn
from gongqiao.channels.spreadsheet.writing import OutSheet, workbook
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.regions.queries import communities

EXAMPLE_TIMES = {"开始": "17:00", "结束": "22:00"}


def template(kind: Kind, market: Market) -> bytes:
    """An .xlsx that the import of that kind reads; its example names a place of the market and is never imported."""
    known = workers.COLUMNS if kind == Kind.WORKERS else postings.COLUMNS
    at = clock.now()
    place = communities(market.region).first()
    example = [_example(column, at.astimezone(market.tz).date(), place) for column in known]
    heads = [OutColumn(column.name, column.width, column.choices, column.text) for column in known]
    sheets = [OutSheet(_("填这里"), heads, [example]), _explained(known), _trades(), _certificates()]
    return workbook(sheets, at=at)


def _example(column: Column, today: date, place: Region | None) -> str:
    match column.name:
        case "日期":
            return (today + timedelta(days=1)).isoformat()
        case "姓名" | "用工方":
            return column.example + EXAMPLE
        case "地点(社区)" | "家在社区":
            return f"{place.parent.name if place.parent else ''}{place.name}" if place else ""
    return column.example or EXAMPLE_TIMES.get(column.name, "")


def _explained(known: Sequence[Column]) -> OutSheet:
    heads = [
        OutColumn(_("栏目"), 16),
        OutColumn(_("必填"), 6),
        OutColumn(_("怎么填"), 60),
        OutColumn(_("也可以叫"), 40),
    ]
    rows = [
        [column.name, _("是") if column.required else "", str(column.says), _("、").join(column.also)]
        for column in known
    ]
    note = _("第一张表里有一行例子，名字后面写着“（例子）”的行不会读。身份证号、电话这些列已经设成文本，不要改。")
    return OutSheet(_("说明"), heads, rows, note=note)


def _trades() -> OutSheet:
    heads = [OutColumn(_("工种"), 16), OutColumn(_("也可以叫"), 60)]
    rows = [[trade.name, _("、").join(trade.aliases)] for trade in catalogue().trades.values()]
    return OutSheet(_("工种"), heads, rows)


def _certificates() -> OutSheet:
    heads = [OutColumn(_("证书"), 30), OutColumn(_("依据"), 40)]
    rows = [[row.name, row.law] for row in catalogue().certificates.values()]
    return OutSheet(_("证书"), heads, rows)
