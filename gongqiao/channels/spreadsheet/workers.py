"""零工表: one person a row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from gongqiao.channels.spreadsheet import cells, weeks
from gongqiao.channels.spreadsheet.columns import Cell, Column, Sheet
from gongqiao.channels.spreadsheet.errors import CellError
from gongqiao.channels.spreadsheet.parsed import Parsed, Reader
from gongqiao.channels.spreadsheet.places import Places
from gongqiao.channels.spreadsheet.words import certificate, unknown, unknown_trade
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import Trade, catalogue
from gongqiao.foundation.people.identity import identity_birth
from gongqiao.needs.dossiers import hours, rules
from gongqiao.needs.dossiers.actions import Certified, Entry, Facts, Identity
from gongqiao.needs.dossiers.enums import Channel, Travel
from gongqiao.needs.dossiers.rules import check_floor

FARTHEST_KM = 200
CHANNELS = {
    **{str(channel.label): channel.value for channel in Channel},
    "电话": Channel.PHONE,
    "短信": Channel.SMS,
    "家人带话": Channel.FAMILY,
    "家里人": Channel.FAMILY,
    "带班": Channel.FAMILY,
    "大厅叫": Channel.NONE,
    "没手机": Channel.NONE,
}
TRAVELS = {
    **{str(way.label): way.value for way in Travel},
    "公交": Travel.BUS,
    "公交车": Travel.BUS,
    "电车": Travel.EBIKE,
    "单车": Travel.BIKE,
    "步行": Travel.WALK,
    "开车": Travel.CAR,
}
LEVELS = {"会一点": 1, "初级": 1, "初": 1, "熟手": 2, "中级": 2, "中": 2, "师傅": 3, "高级": 3, "高": 3}

COLUMNS = (
    Column(
        "姓名", _lazy("身份证上的姓名。"), ("名字", "零工姓名", "工人姓名"), required=True, example="韦建国", width=10
    ),
    Column(
        "身份证号",
        _lazy("18 位，单元格要设成文本。没有可以先空着。"),
        ("身份证", "身份证号码", "证件号码"),
        width=22,
        text=True,
    ),
    Column(
        "手机",
        _lazy("11 位。没有手机就空着。"),
        ("手机号", "手机号码", "电话", "联系电话", "联系方式"),
        width=14,
        text=True,
    ),
    Column(
        "联系办法",
        _lazy("怎么找他；家人带话写成“家人带话：谁 电话”。"),
        ("怎么找他", "联系渠道"),
        example="大厅叫",
        choices=("电话", "短信", "微信", "家人带话", "大厅叫"),
        width=16,
    ),
    Column(
        "家在社区",
        _lazy("12 位社区代码，或街道和社区的名称。"),
        ("社区", "住址", "家庭住址", "现住址", "居住社区"),
        width=24,
        text=True,
    ),
    Column(
        "工种",
        _lazy("会的工种，用顿号隔开，后面可写程度 1、2、3。"),
        ("会什么", "技能", "工种技能"),
        example="搬运工2、洗碗工",
        width=22,
    ),
    Column("证书", _lazy("名称|证号|有效到，几个证用分号隔开。"), ("持证", "持证情况", "证件"), width=30),
    Column(
        "什么时候有空",
        _lazy("例如：周一至周五 07:00-19:00；周六 全天。空着就是没说，不当作天天有空。"),
        ("有空时间", "空闲时间", "可上工时间"),
        example="周一至周六 07:00-19:00",
        width=30,
    ),
    Column("最远公里", _lazy("愿意走多远。"), ("最远", "最远距离", "最远(公里)"), example="5", width=10),
    Column(
        "怎么去",
        _lazy("平常怎么出门。"),
        ("交通工具", "出行方式"),
        example="电动车",
        choices=("走路", "自行车", "电动车", "公交", "开车"),
        width=10,
    ),
    Column(
        "最低时薪(元)",
        _lazy("低于这个数不叫他。"),
        ("最低时薪", "最低工钱", "期望时薪", "期望时薪(元)"),
        example="20",
        width=12,
    ),
    Column("备注", _lazy("没有身份证号时，可以写“1967-09-29生（本人说的）”。"), ("说明", "附注"), width=24),
)
_BIRTH = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?生?(?:[（(]本人说的[）)])?[；;]?\s*")
_LEVEL = re.compile(r"^(.*?)[（(]?([123]|会一点|初级|中级|高级|熟手|师傅)?[）)]?级?$")


@dataclass(frozen=True)
class WorkerRow:
    """A person as the sheet tells of him."""

    rows: tuple[int, ...]
    identity: Identity
    facts: Facts

    @property
    def entry(self) -> Entry:
        return Entry(self.identity, self.facts)


def parse(sheet: Sheet, *, today: date, places: Places) -> Parsed[WorkerRow]:
    """Rows of people; one written twice in the sheet is taken once, and the second is named."""
    parsed: Parsed[WorkerRow] = Parsed(sheet, findings=list(sheet.findings))
    seen: dict[tuple[str, ...], str] = {}
    for row in sheet.rows:
        reader = Reader(row)
        item = _Person(reader, today, places).read()
        _check_twice(reader, item, seen)
        parsed.findings += reader.findings
        if not reader.failed:
            parsed.items[row.number] = item
    return parsed


def _check_twice(reader: Reader, item: WorkerRow, seen: dict[tuple[str, ...], str]) -> None:
    who = item.identity
    keys: list[tuple[str, ...]] = [("number", who.number)] if who.number else []
    if who.phone and not who.number:
        keys.append(("phone", who.name, who.phone))
    for key in keys:
        if key in seen:
            column = "身份证号" if key[0] == "number" else "手机"
            reader.error(column, _("和第 %(row)s 行是同一个人，只登记一次。") % {"row": seen[key]})
        seen.setdefault(key, str(item.rows[0]))


class _Person:
    """One row being read."""

    def __init__(self, reader: Reader, today: date, places: Places) -> None:
        self.reader, self.today, self.places = reader, today, places

    def read(self) -> WorkerRow:
        get = self.reader.get
        name = get("姓名", lambda cell: cells.short_text(cell, 40), "")
        if not name and not self.reader.failed:
            self.reader.error("姓名", _("姓名不能空着。"))
        number = get("身份证号", cells.identity, "")
        note = get("备注", lambda cell: cells.short_text(cell, 200), "")
        birth, note = self._birth(note)
        self._check_age(identity_birth(number) if number else birth)
        identity = Identity(name, get("手机", cells.phone, ""), number, None if number else birth)
        channel, via = get("联系办法", _channel, (Channel.PHONE.value, ""))
        if not identity.phone and channel == Channel.PHONE:
            channel = Channel.NONE.value
        distance = get("最远公里", cells.number, None)
        values = {
            "channel": channel,
            "channel_note": via,
            "home_id": self._home(),
            "travel": get("怎么去", lambda cell: cells.choice(cell, TRAVELS), ""),
            "max_distance_m": self._metres(distance),
            "pay_floor": get("最低时薪(元)", lambda cell: cells.fen(cell, check_floor), None),
            "week_hours": get("什么时候有空", _week, ""),
            "note": note,
        }
        skills = self._skills()
        return WorkerRow((self.reader.row.number,), identity, Facts(values, skills, tuple(self._certificates())))

    def _birth(self, note: str) -> tuple[date | None, str]:
        """A birth date told at the start of the remark."""
        told = _BIRTH.match(note)
        if told is None:
            return None, note
        try:
            return date(int(told[1]), int(told[2]), int(told[3])), note[told.end() :]
        except ValueError:
            self.reader.error("备注", _("“%(text)s”不是日期，请写成 2026-11-24 这样。") % {"text": told[0].strip()})
            return None, note

    def _check_age(self, birth: date | None) -> None:
        try:
            rules.check_age(birth, self.today)
        except Refused as refusal:
            self.reader.error("身份证号" if self.reader.cell("身份证号") else "备注", str(refusal))

    def _home(self) -> str | None:
        """An unknown place is said and left out: the person is registered all the same."""
        try:
            return self.places.code(cells.text(self.reader.cell("家在社区")))
        except CellError as error:
            self.reader.warn("家在社区", _("%(why)s这个人先登记，住处暂缺。") % {"why": error})
            return None

    def _metres(self, kilometres: float | None) -> int | None:
        if kilometres is None:
            return None
        if not 0 < kilometres <= FARTHEST_KM:
            self.reader.error("最远公里", _("最远公里要在 0 到 %(most)s 之间。") % {"most": FARTHEST_KM})
            return None
        return round(kilometres * 1000)

    def _skills(self) -> dict[str, int | None]:
        skills: dict[str, int | None] = {}
        for word in self.reader.get("工种", lambda cell: cells.words(cell, "、,，;；/\n"), list[str]()):
            trade, level, name = _skill(word)
            if trade is None:
                self.reader.warn("工种", _("%(why)s没有记。") % {"why": unknown_trade(name)})
                continue
            skills[trade.code] = level
        return skills

    def _certificates(self) -> Iterable[Certified]:
        known = {row.name: row.code for row in catalogue().certificates.values()}
        taken: set[str] = set()
        for written in self.reader.get("证书", lambda cell: cells.words(cell, "；;\n"), list[str]()):
            name, number, until = ([part.strip() for part in written.split("|")] + ["", ""])[:3]
            kind = certificate(name)
            if kind is None:
                self.reader.warn("证书", _("%(why)s没有记。") % {"why": unknown(_("证书"), name, known)})
                continue
            if kind.code in taken:
                self.reader.warn("证书", _("“%(name)s”写了两次，取第一次的。") % {"name": name})
                continue
            taken.add(kind.code)
            yield Certified(kind.code, number[:40], self._until(until))

    def _until(self, text: str) -> date | None:
        try:
            return cells.day(Cell("", text), today=self.today, ever=True)
        except CellError as error:
            self.reader.error("证书", str(error))
            return None


def _skill(word: str) -> tuple[Trade | None, int | None, str]:
    """焊工2 or 搬运工（熟手）: trade, level, the trade's word. Whole names first: 煮粉师傅 is no master of 煮粉."""
    trade = catalogue().by_word(word)
    match = None if trade else _LEVEL.match(word)
    if match is None:
        return trade, None, word
    name, level = match[1], match[2] or ""
    return catalogue().by_word(name), LEVELS.get(level, int(level) if level.isdecimal() else None), name


def _channel(cell: Cell | None) -> tuple[str, str]:
    """家人带话：同村组长 廖秋敏 154… -> (family, who)."""
    written = cells.text(cell)
    way, _colon, who = written.replace(":", "：").partition("：")
    return cells.choice(Cell("", way), CHANNELS) or Channel.PHONE.value, who.strip()[:60]


def _week(cell: Cell | None) -> str:
    found = weeks.week(cells.text(cell))
    return "" if found is None else hours.to_hex(found)
