"""用工需求表: one shift a row; rows that differ only in day, hours and headcount are one posting."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gongqiao.channels.spreadsheet import cells
from gongqiao.channels.spreadsheet.columns import Cell, Column, Sheet
from gongqiao.channels.spreadsheet.errors import CellError
from gongqiao.channels.spreadsheet.parsed import Parsed, Reader
from gongqiao.channels.spreadsheet.places import Places
from gongqiao.channels.spreadsheet.words import certificate, unknown, unknown_trade
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import PayUnit
from gongqiao.foundation.occupations.trades import Trade, catalogue
from gongqiao.foundation.organisations.credit_code import check_credit_code
from gongqiao.needs.employers.actions import EmployerFacts
from gongqiao.needs.employers.models import Size
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.needs.postings.lint import PostingDraft
from gongqiao.needs.postings.rules import check_pay

MOST_HEADCOUNT, MOST_BREAK = 500, 480
SOLE_TRADER = "92"  # first two of a credit code: 个体工商户 (GB 32100)
UNITS = {
    **{str(unit.label): unit.value for unit in PayUnit},
    "小时": PayUnit.HOUR,
    "元/时": PayUnit.HOUR,
    "元/小时": PayUnit.HOUR,
    "日": PayUnit.DAY,
    "元/天": PayUnit.DAY,
    "单": PayUnit.TRIP,
    "次": PayUnit.TRIP,
    "个": PayUnit.PIECE,
    "月薪": PayUnit.MONTH,
    "元/月": PayUnit.MONTH,
}
PAID = {
    **{str(when.label): when.value for when in PayWhen},
    "日结": PayWhen.SAME_DAY,
    "当天": PayWhen.SAME_DAY,
    "周结": PayWhen.WEEKLY,
    "月结": PayWhen.MONTHLY,
}

COLUMNS = (
    Column(
        "用工方",
        _lazy("营业执照上的名称；家庭写“某女士家”。"),
        ("用工单位", "单位名称", "企业名称", "雇主"),
        required=True,
        example="覃记大排档",
        width=22,
    ),
    Column("信用代码", _lazy("18 位；公司必填。"), ("统一社会信用代码", "社会信用代码"), width=22, text=True),
    Column("联系人", _lazy("打电话找谁。"), ("联系人姓名",), example="覃老板", width=10),
    Column("电话", _lazy("核实时打这个电话。"), ("联系电话", "手机", "手机号", "联系方式"), width=14, text=True),
    Column("工种", _lazy("一行一个工种。"), ("招工工种", "岗位类型"), required=True, example="洗碗工", width=14),
    Column(
        "标题",
        _lazy("给零工看的一句话；空着就用工种的名称。"),
        ("岗位", "岗位名称", "职位"),
        example="晚市洗碗",
        width=16,
    ),
    Column("工作内容", _lazy("干什么。"), ("内容", "岗位职责", "干什么"), example="洗碗、收台", width=30),
    Column("条件", _lazy("真正要的条件；不能写性别、民族、户口、婚育。"), ("要求", "任职要求", "岗位要求"), width=24),
    Column(
        "地点(社区)",
        _lazy("12 位社区代码，或街道和社区的名称。"),
        ("地点", "社区", "工作地点", "上班地点"),
        required=True,
        width=24,
        text=True,
    ),
    Column("集合点", _lazy("在哪里碰头。"), ("集合地点", "详细地点", "详细地址"), example="店门口", width=18),
    Column("日期", _lazy("哪一天上工。"), ("上工日期", "用工日期", "工作日期"), required=True, width=12),
    Column("开始", _lazy("几点开始，如 07:30。"), ("开始时间", "上班时间", "几点开始"), required=True, width=8),
    Column(
        "结束", _lazy("几点结束；早于开始就是第二天。"), ("结束时间", "下班时间", "几点结束"), required=True, width=8
    ),
    Column("休息分钟", _lazy("中间休息，不算工时。"), ("休息", "休息(分钟)"), example="30", width=8),
    Column("人数", _lazy("要几个人。"), ("招聘人数", "需求人数", "要几人"), required=True, example="2", width=8),
    Column("最少人数", _lazy("少于几个人不开工；空着就是来几个都行。"), ("最低人数", "至少几人", "开工人数"), width=8),
    Column("工钱", _lazy("多少元。空着就是没说。"), ("工资", "薪资", "报酬", "工钱(元)"), example="22", width=8),
    Column(
        "单位",
        _lazy("时、天、趟、件、月。"),
        ("计价单位", "工钱单位"),
        example="时",
        choices=("时", "天", "趟", "件", "月"),
        width=8,
    ),
    Column(
        "什么时候给钱",
        _lazy("当天、第二天、一周、一月，或干完就结。"),
        ("结算方式", "发放时间", "怎么结"),
        example="当天给钱",
        choices=tuple(str(when.label) for when in PayWhen),
        width=14,
    ),
    Column("管饭", _lazy("管不管饭。"), ("伙食", "用餐"), width=12),
    Column("路费", _lazy("接送或路费。"), ("交通", "接送"), width=12),
    Column("保险", _lazy("有没有工伤或意外保险。"), ("工伤保险", "意外险"), width=18),
    Column("需要证书", _lazy("法律要求的证，用分号隔开。"), ("证书", "证件要求"), width=20),
    Column("最低级别", _lazy("1 会一点、2 熟手、3 师傅。"), ("级别", "技能等级"), choices=("1", "2", "3"), width=8),
    Column("有效期至", _lazy("招到哪一天为止；空着就是上工那天。"), ("有效期", "截止日期"), width=12),
)


@dataclass(frozen=True)
class PostingItem:
    """One posting of the sheet with its shifts; `rows` are the lines it stands in, `cell` where its words stand."""

    rows: tuple[int, ...]
    employer: EmployerFacts
    facts: PostingFacts
    shifts: tuple[ShiftFacts, ...]
    cell: str

    def draft(self, place: str) -> PostingDraft:
        """For the rules that look at words and hours; `place` is the name of its community."""
        facts, trade = self.facts, catalogue().trades[self.facts.trade]
        minutes = max(
            int((shift.ends_at - shift.starts_at).total_seconds() // 60) - shift.break_minutes for shift in self.shifts
        )
        names = ("title", "content", "conditions", "place", "meals", "travel", "insurance")
        return PostingDraft(
            texts={name: getattr(facts, name) for name in names},
            employer=self.employer.name,
            place=facts.place or place,
            valid_until=facts.valid_until,
            headcount=max(shift.headcount for shift in self.shifts),
            at_least=max(shift.at_least for shift in self.shifts),
            pay_fen=facts.pay_fen,
            pay_unit=facts.pay_unit,
            pay_when=facts.pay_when,
            hours_per_day=minutes / 60,
            trade_code=facts.trade,
            hazardous=trade.hazardous,
            shifts=tuple((shift.starts_at, shift.ends_at) for shift in self.shifts),
            breaks=tuple(shift.break_minutes for shift in self.shifts),
        )


def parse(sheet: Sheet, *, today: date, places: Places, zone: ZoneInfo) -> Parsed[PostingItem]:
    """Postings with their shifts, in the order of their first row."""
    parsed: Parsed[PostingItem] = Parsed(sheet, findings=list(sheet.findings))
    merged: dict[tuple[Any, ...], PostingItem] = {}
    for row in sheet.rows:
        reader = Reader(row)
        item = _Demand(reader, today, places, zone).read()
        key = (item.employer, item.facts) if item else ()
        known = merged.get(key)
        if item and known:
            _check_twice(reader, item, known)
        parsed.findings += reader.findings
        if item is None or reader.failed:
            continue
        merged[key] = replace(known, rows=known.rows + item.rows, shifts=known.shifts + item.shifts) if known else item
    parsed.items = {item.rows[0]: item for item in merged.values()}
    return parsed


def _check_twice(reader: Reader, item: PostingItem, known: PostingItem) -> None:
    """The same hours a second time are no second shift: whoever wants more hands writes a larger number."""
    (new,) = item.shifts
    for row, shift in zip(known.rows, known.shifts, strict=True):
        if (shift.starts_at, shift.ends_at) == (new.starts_at, new.ends_at):
            reader.error("日期", _("和第 %(row)s 行是同一个班。要更多人，请改那一行的人数。") % {"row": row})
            return


class _Demand:
    """One row being read."""

    def __init__(self, reader: Reader, today: date, places: Places, zone: ZoneInfo) -> None:
        self.reader, self.today, self.places, self.zone = reader, today, places, zone

    def read(self) -> PostingItem | None:
        trade, shift, employer = self._trade(), self._shift(), self._employer()
        facts = self._facts(trade, shift)
        if trade is None or shift is None:
            return None
        cell = self.reader.cell("工作内容") or self.reader.cell("用工方")
        number = self.reader.row.number
        return PostingItem((number,), employer, facts, (shift,), cell.address if cell else str(number))

    def _employer(self) -> EmployerFacts:
        get = self.reader.get
        name = get("用工方", lambda cell: cells.short_text(cell, 60), "")
        if not name and not self.reader.failed:
            self.reader.error("用工方", _("用工方的名称不能空着。"))
        code = get("信用代码", _credit_code, "")
        company = any(word in name for word in ("公司", "集团")) or bool(code and not code.startswith(SOLE_TRADER))
        if company and not code and not self.reader.failed:
            self.reader.error("信用代码", _("公司要有统一社会信用代码。"))
        size = Size.COMPANY if company else Size.HOUSEHOLD if name.endswith("家") and not code else Size.INDIVIDUAL
        return EmployerFacts(
            name=name,
            size=size,
            credit_code=code,
            contact_name=get("联系人", lambda cell: cells.short_text(cell, 40), ""),
            contact_phone=get("电话", cells.phone, ""),
        )

    def _trade(self) -> Trade | None:
        word = self.reader.get("工种", cells.text, "")
        trade = catalogue().by_word(word) if word else None
        if trade is None and not word:
            self.reader.error("工种", _("工种不能空着。"))
        elif trade is None:
            self.reader.error("工种", unknown_trade(word))
        return trade

    def _shift(self) -> ShiftFacts | None:
        get = self.reader.get
        day = get("日期", lambda cell: cells.day(cell, today=self.today), None)
        start, end = get("开始", cells.clock, None), get("结束", cells.clock, None)
        headcount = get("人数", lambda cell: cells.whole(cell, 1, MOST_HEADCOUNT), None)
        pause = get("休息分钟", lambda cell: cells.whole(cell, 0, MOST_BREAK), None) or 0
        at_least = get("最少人数", lambda cell: cells.whole(cell, 1, MOST_HEADCOUNT), None) or 1
        for name, value in (("日期", day), ("开始", start), ("结束", end), ("人数", headcount)):
            if value is None and not self.reader.said(name):
                self.reader.error(name, _("“%(name)s”不能空着。") % {"name": name})
        if day is None or start is None or end is None or headcount is None:
            return None
        midnight = datetime.combine(day, time(0), self.zone)
        begins, ends = midnight + timedelta(minutes=start), midnight + timedelta(minutes=end)
        if end <= start:
            ends += timedelta(days=1)
        if (ends - begins).total_seconds() // 60 <= pause:
            self.reader.error("休息分钟", _("休息比整个班还长。"))
            return None
        if at_least > headcount:
            self.reader.error("最少人数", _("不能比要的人数还多。"))
            return None
        return ShiftFacts(begins, ends, headcount, pause, at_least)

    def _facts(self, trade: Trade | None, shift: ShiftFacts | None) -> PostingFacts:
        get = self.reader.get

        def said(name: str, most: int) -> str:
            return get(name, lambda cell: cells.short_text(cell, most), "")

        level = get("最低级别", lambda cell: cells.whole(cell, 1, 3), None)
        meeting = said("集合点", 120)
        last_day = shift.starts_at.date() if shift else None
        return PostingFacts(
            trade=trade.code if trade else "",
            title=said("标题", 60) or (trade.name if trade else ""),
            content=said("工作内容", 1000),
            pay_unit=self._unit(),
            pay_fen=get("工钱", lambda cell: cells.fen(cell, check_pay), None),
            pay_when=get("什么时候给钱", lambda cell: cells.choice(cell, PAID), ""),
            conditions=said("条件", 500),
            min_level=level if level and level > 1 else None,
            certificates=self._certificates(),
            region_id=self._place(),
            place=meeting,
            meeting_point=meeting,
            meals=said("管饭", 60),
            travel=said("路费", 60),
            insurance=said("保险", 120),
            valid_until=get("有效期至", lambda cell: cells.day(cell, today=self.today), None) or last_day,
        )

    def _unit(self) -> str:
        unit = self.reader.get("单位", lambda cell: cells.choice(cell, UNITS), "")
        if not unit and self.reader.said("工钱") and not self.reader.said("单位"):
            self.reader.error("工钱", _("工钱没有单位，请写时、天、趟、件或月。"))
        return unit or PayUnit.HOUR.value

    def _place(self) -> str | None:
        written = self.reader.get("地点(社区)", cells.text, "")
        try:
            if written:
                return self.places.code(written)
            self.reader.error("地点(社区)", _("“%(name)s”不能空着。") % {"name": "地点(社区)"})
        except CellError as error:
            self.reader.error("地点(社区)", str(error))
        return None

    def _certificates(self) -> tuple[str, ...]:
        found = []
        known = {row.name for row in catalogue().certificates.values()}
        for name in self.reader.get("需要证书", lambda cell: cells.words(cell, "；;\n"), list[str]()):
            kind = certificate(name)
            if kind is None:
                self.reader.error("需要证书", unknown(_("证书"), name, known))
            else:
                found.append(kind.code)
        return tuple(sorted(set(found)))


def _credit_code(cell: Cell | None) -> str:
    written = cells.text(cell)
    if not written:
        return ""
    try:
        return check_credit_code(written)
    except (Refused, ValueError) as error:
        raise CellError(str(error)) from None
