"""The market picture as a workbook: what a training order is argued from."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet.writing import Column, OutCell, OutSheet, workbook
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.services.demand import picture as pictures
from gongqiao.services.demand.picture import WEEKS, Hour, Line


@transaction.atomic
def picture(*, by: Membership) -> Paper:
    """Trades, communities and the hours of the week, the widest gap first; counts only, no names."""
    check_may(by, Right.EXPORT)
    moment = clock.now()
    found = pictures.picture(by, moment)
    span = {"market": by.market.name, "first": found.first.isoformat(), "last": found.last.isoformat()}
    title = _("%(market)s 供需图 %(first)s 至 %(last)s") % span
    note = _("过去四周和往后一周；要人是核实过的需求，空着是没人到岗的位子，闲着是四周里没上过工的人。")
    sheets = [
        OutSheet(_("按工种"), _columns(_("工种")), [_row(line) for line in found.trades], title, note),
        OutSheet(_("按社区"), _columns(_("社区")), [_row(line) for line in found.communities], title, note),
        OutSheet(_("按钟点"), _hours_columns(), list(_hours(found.week)), title, note),
    ]
    name = _("供需图 %(day)s.xlsx") % {"day": found.day.isoformat()}
    paper = Paper(name, workbook(sheets, at=moment), sum(len(sheet.rows) for sheet in sheets))
    return taken(paper, "picture", by.market, by=by, first=found.first, last=found.last)


def _columns(first: str) -> list[Column]:
    return [
        Column(first, 20),
        Column(_("缺口"), 8),
        Column(_("过去四周要人"), 12),
        Column(_("其中空着"), 10),
        Column(_("往后一周要人"), 12),
        Column(_("其中还没人"), 10),
        Column(_("会的、住的人"), 12),
        Column(_("其中闲着"), 10),
        Column(_("有空时间过时的"), 14),
    ]


def _row(line: Line) -> Sequence[OutCell]:
    return [
        line.name,
        line.gap,
        line.wanted,
        line.short,
        line.ahead,
        line.open,
        line.people,
        line.idle,
        line.stale,
    ]


def _hours_columns() -> list[Column]:
    return [Column(_("周几"), 8), Column(_("几点"), 8), Column(_("平均每周要人"), 14), Column(_("有空的人"), 10)]


def _hours(week: Iterable[Iterable[Hour]]) -> Iterable[Sequence[OutCell]]:
    names = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    for name, day in zip(names, week, strict=True):
        for hour, each in enumerate(day):
            yield [name, hour, Decimal(each.seats) / WEEKS, each.free]
