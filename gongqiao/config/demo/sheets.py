"""The demo as the sheets an operator would bring: one dict a row, Chinese headers, cells as a person types them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from gongqiao.config.demo.needs import DAY_MINUTES, DemoPosting, DemoShift
from gongqiao.config.demo.people import CHANNEL_WORDS, TRAVEL_WORDS, DemoPerson
from gongqiao.config.demo.source import places
from gongqiao.config.demo.weeks import week_text
from gongqiao.foundation.occupations.trades import PAY_UNITS, catalogue
from gongqiao.needs.postings.templates_data import PAY_WHEN_WORDS

Cell = str | int | Decimal | date
"""Text is text (identity and phone numbers never are numbers), money is yuan, a missing fact is an empty text."""

WORKER_HEADERS = (
    "姓名",
    "身份证号",
    "手机",
    "联系办法",
    "家在社区",
    "工种",
    "证书",
    "什么时候有空",
    "最远公里",
    "怎么去",
    "最低时薪(元)",
    "备注",
)
POSTING_HEADERS = (
    "用工方",
    "信用代码",
    "联系人",
    "电话",
    "工种",
    "标题",
    "工作内容",
    "条件",
    "地点(社区)",
    "集合点",
    "日期",
    "开始",
    "结束",
    "休息分钟",
    "人数",
    "工钱",
    "单位",
    "什么时候给钱",
    "管饭",
    "路费",
    "保险",
    "需要证书",
    "最低级别",
    "有效期至",
)


def worker_sheet_rows(people: Iterable[DemoPerson]) -> list[dict[str, Cell]]:
    """One row a worker. 工种: 焊工3、搬运工 (no digit: level 1). 证书: name|number|expiry, joined by ；."""
    return [dict(zip(WORKER_HEADERS, _worker_cells(person), strict=True)) for person in people]


def posting_sheet_rows(needs: Iterable[DemoPosting]) -> list[dict[str, Cell]]:
    """One row a shift. 结束 not after 开始: the next day. 需要证书: joined by ；(names contain 、). Empty: 没说."""
    return [
        dict(zip(POSTING_HEADERS, _posting_cells(posting, shift), strict=True))
        for posting in needs
        for shift in posting.shifts
    ]


def _worker_cells(person: DemoPerson) -> tuple[Cell, ...]:
    names = catalogue()
    skills = [names.trades[s.trade].name + (str(s.level) if s.level > 1 else "") for s in person.skills]
    papers = [
        "|".join((names.certificates[c.code].name, c.number, c.expires.isoformat() if c.expires else ""))
        for c in person.certificates
    ]
    channel = CHANNEL_WORDS[person.channel]
    return (
        person.name,
        person.identity or "",
        person.phone or "",
        f"{channel}：{person.via}" if person.via else channel,
        _home(person),
        "、".join(skills),
        "；".join(papers),
        week_text(person.week) if person.week else "",
        person.max_metres // 1000 if person.max_metres is not None else "",
        TRAVEL_WORDS[person.travel],
        _yuan(person.pay_floor_fen_per_hour) if person.pay_floor_fen_per_hour is not None else "",
        _remark(person),
    )


def _posting_cells(posting: DemoPosting, shift: DemoShift) -> tuple[Cell, ...]:
    names = catalogue()
    return (
        posting.employer.name,
        posting.employer.credit_code or "",
        posting.employer.contact,
        posting.employer.phone,
        names.trades[posting.trade].name,
        posting.title,
        posting.content or "",
        posting.conditions,
        posting.community,
        posting.meeting_point or "",
        shift.day,
        _clock(shift.start),
        _clock(shift.end),
        shift.break_minutes,
        shift.headcount,
        _yuan(posting.pay_fen),
        PAY_UNITS[posting.pay_unit],
        PAY_WHEN_WORDS[posting.pay_when] if posting.pay_when else "",
        posting.meals or "",
        posting.travel or "",
        posting.insurance or "",
        "；".join(names.certificates[code].name for code in posting.certificates),
        posting.min_level,
        posting.valid_until,
    )


def _home(person: DemoPerson) -> str:
    """Half of the desks write the code, half the name with its street, as people do."""
    if person.home is None:
        return ""
    place = places()[person.home]
    return place.code if person.index % 2 else f"{place.street}{place.name}"


def _remark(person: DemoPerson) -> str:
    told = f"{person.birth:%Y-%m-%d}生（本人说的）" if person.birth_told else ""
    return "；".join(part for part in (told, person.note) if part)


def _yuan(fen: int) -> int | Decimal:
    return fen // 100 if fen % 100 == 0 else Decimal(fen) / 100


def _clock(minutes: int) -> str:
    hours, rest = divmod(minutes % DAY_MINUTES, 60)
    return f"{hours:02d}:{rest:02d}"
