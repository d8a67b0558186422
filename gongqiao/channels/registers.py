"""台账 of a period: who was registered, what was asked for, who was introduced; one table for the paper and the sheet.

人力资源市场暂行条例 第三十三条: kept for two years at least. Reading one is a reading of many people at once: each is
an event, and telephones are masked.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Model, Prefetch, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet.exports import closing_line
from gongqiao.channels.spreadsheet.writing import Column, OutCell, OutSheet, workbook
from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import pay_words
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import queries as files
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings import queries as demand
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.enums import HOLDING, State
from gongqiao.services.placement.models import Assignment

MOST_DAYS, MOST_ROWS = 366, 5000


class Register(TextChoices):
    PEOPLE = "people", gettext_lazy("零工登记台账")
    DEMAND = "demand", gettext_lazy("用工需求台账")
    INTRODUCTIONS = "introductions", gettext_lazy("介绍台账")


@transaction.atomic
def opened(kind: Register, first: date, last: date, *, by: Membership) -> OutSheet:
    """The table as it is printed; that it was looked at is written down."""
    table = _table(kind, first, last, by)
    period = f"{first.isoformat()}–{last.isoformat()}"
    audit.record("register.opened", by.market, by=by, kind=kind.value, period=period, rows=len(table.rows))
    return table


@transaction.atomic
def sheet(kind: Register, first: date, last: date, *, by: Membership) -> Paper:
    """The same table as a file."""
    table = _table(kind, first, last, by)
    name = f"{kind.label} {first.isoformat()}–{last.isoformat()}.xlsx"
    paper = Paper(name, workbook([table], at=clock.now()), len(table.rows))
    return taken(paper, f"register.{kind.value}", by.market, by=by, first=first, last=last)


def _table(kind: Register, first: date, last: date, by: Membership) -> OutSheet:
    check_may(by, Right.EXPORT)
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        raise Refused(_("一份台账最多一年，先写早的那天。"))
    start = datetime.combine(first, time(0), by.market.tz)
    end = datetime.combine(last + timedelta(days=1), time(0), by.market.tz)
    columns, rows = _MADE[kind](start, end, by)
    told = {"market": by.market.name, "what": kind.label, "first": first.isoformat(), "last": last.isoformat()}
    return OutSheet(
        str(kind.label),
        columns,
        [[number, *row] for number, row in enumerate(rows, 1)],
        title=_("%(market)s %(what)s %(first)s 至 %(last)s") % told,
        note=_("含个人信息，只作台账，不要外传。"),
        closing=closing_line(by),
    )


Rows = tuple[list[Column], list[Sequence[OutCell]]]


def _all(rows: QuerySet[Model]) -> list[Model]:
    found = list(rows[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise Refused(_("超过 %(most)d 行了，请把日子选短一点。") % {"most": MOST_ROWS})
    return found


def _people(start: datetime, end: datetime, by: Membership) -> Rows:
    columns = [
        Column(_("序号"), 6),
        Column(_("登记日期"), 12),
        Column(_("姓名"), 10),
        Column(_("档案号"), 10),
        Column(_("手机"), 14),
        Column(_("住哪个社区"), 18),
        Column(_("会什么"), 26),
        Column(_("状态"), 10),
    ]
    known, zone = catalogue().trades, by.market.tz
    here = files.visible_to(by).filter(registered_at__gte=start, registered_at__lt=end)
    rows: list[Sequence[OutCell]] = []
    for row in _all(here.prefetch_related("skills").order_by("file_no")):
        assert isinstance(row, Dossier)
        trades = _("、").join(known[skill.trade].name for skill in row.skills.all() if skill.trade in known)
        day = row.registered_at.astimezone(zone).date()
        home = row.home.short_name if row.home is not None else ""
        rows.append(
            [day, row.person.name, row.number, row.person.masked_phone, home, trades, str(row.get_state_display())]
        )
    return columns, rows


def _demand(start: datetime, end: datetime, by: Membership) -> Rows:
    columns = [
        Column(_("序号"), 6),
        Column(_("登记日期"), 12),
        Column(_("用工方"), 26),
        Column(_("标题"), 18),
        Column(_("工种"), 12),
        Column(_("要几个"), 8),
        Column(_("工钱"), 14),
        Column(_("谁核实的"), 20),
        Column(_("状态"), 10),
    ]
    known, zone = catalogue().trades, by.market.tz
    here = demand.visible_to(by).filter(entered_at__gte=start, entered_at__lt=end)
    found = [row for row in _all(_with_shifts(here)) if isinstance(row, Posting)]
    verified = demand.last_verifications([row.pk for row in found])
    rows: list[Sequence[OutCell]] = []
    for row in found:
        seen = verified.get(row.pk)
        told = f"{seen.by.title} {seen.at.astimezone(zone):%Y-%m-%d}" if seen is not None else _("没有")
        rows.append(
            [
                row.entered_at.astimezone(zone).date(),
                row.employer.organisation.name,
                row.title,
                known[row.trade].name,
                sum(shift.headcount for shift in row.shifts.all()),
                pay_words(row.pay_fen, row.pay_unit),
                told,
                str(row.get_state_display()),
            ]
        )
    return columns, rows


def _with_shifts(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    return rows.prefetch_related(Prefetch("shifts", Shift.objects.order_by("starts_at"))).order_by("entered_at", "pk")


def _introductions(start: datetime, end: datetime, by: Membership) -> Rows:
    columns = [
        Column(_("序号"), 6),
        Column(_("哪天"), 12),
        Column(_("时间"), 14),
        Column(_("用工方"), 26),
        Column(_("标题"), 18),
        Column(_("姓名"), 10),
        Column(_("档案号"), 10),
        Column(_("工钱"), 14),
        Column(_("结果"), 10),
        Column(_("工时"), 8),
        Column(_("实付（元）"), 10),
    ]
    introduced = [*HOLDING, State.NO_SHOW, State.DECLINED, State.CANCELLED, State.REPLACED, State.EXPIRED]
    here = placement.visible_to(by).filter(starts_at__gte=start, starts_at__lt=end, state__in=introduced)
    rows: list[Sequence[OutCell]] = []
    for row in _all(here.select_related("wage").order_by("starts_at", "pk")):
        assert isinstance(row, Assignment)
        rows.append(_introduction(row, by))
    return columns, rows


def _introduction(row: Assignment, by: Membership) -> Sequence[OutCell]:
    zone, posting = by.market.tz, row.shift.posting
    begins, ends = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    wage = getattr(row, "wage", None)
    return [
        begins.date(),
        span(begins, ends),
        posting.employer.organisation.name,
        posting.title,
        row.person.name,
        row.dossier.number,
        pay_words(posting.pay_fen, posting.pay_unit),
        str(row.get_state_display()),
        Decimal(wage.minutes) / 60 if wage is not None else None,
        Decimal(wage.paid_fen) / 100 if wage is not None and wage.paid_fen is not None else None,
    ]


_MADE: dict[Register, Callable[[datetime, datetime, Membership], Rows]] = {
    Register.PEOPLE: _people,
    Register.DEMAND: _demand,
    Register.INTRODUCTIONS: _introductions,
}
