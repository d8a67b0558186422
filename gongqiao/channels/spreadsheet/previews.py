"""What a sheet would do, without doing it: rows, findings, who is registered already, how the first rows are read."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet import columns, known, postings, reading, workers
from gongqiao.channels.spreadsheet.columns import Finding, Severity
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.channels.spreadsheet.parsed import Parsed
from gongqiao.channels.spreadsheet.places import Places
from gongqiao.channels.spreadsheet.postings import PostingItem
from gongqiao.channels.spreadsheet.workers import WorkerRow
from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.money import pay_words
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import hours
from gongqiao.needs.postings import screening
from gongqiao.needs.postings.minimum_pay import known_minimum

MOST_FINDINGS = 2000
SAMPLE = 8


@dataclass
class Preview:
    """`known` of the rows taken stand here already, `differs` of those with other facts than the sheet's.

    `sample` holds the first rows as they were understood, one list of words a row, under `sample_head`.
    """

    sheet: str
    rows: int
    taken: int
    known: int
    findings: list[Finding]
    counts: dict[str, int]
    differs: int = 0
    sample_head: list[str] = field(default_factory=list)
    sample: list[list[str]] = field(default_factory=list)

    def pack(self) -> str:
        return json.dumps({**asdict(self), "findings": self.findings}, default=asdict, ensure_ascii=False)

    def without_sample(self) -> "Preview":
        """What is kept after the import: the findings, nobody's name."""
        return replace(self, sample=[], sample_head=[])

    @classmethod
    def unpack(cls, text: str) -> "Preview":
        raw = json.loads(text)
        raw["findings"] = [
            Finding(each["cell"], Severity(each["severity"]), each["message"]) for each in raw["findings"]
        ]
        return cls(**raw)


def read_workers(market: Market, filename: str, content: bytes, at: datetime) -> Parsed[WorkerRow]:
    sheet = columns.find(reading.read(content, filename), workers.COLUMNS)
    return workers.parse(sheet, today=at.astimezone(market.tz).date(), places=Places.of(market.city))


def read_postings(market: Market, filename: str, content: bytes, at: datetime) -> Parsed[PostingItem]:
    sheet = columns.find(reading.read(content, filename), postings.COLUMNS)
    today = at.astimezone(market.tz).date()
    return postings.parse(sheet, today=today, places=Places.of(market.city), zone=market.tz)


def preview(market: Market, kind: Kind, filename: str, content: bytes, at: datetime) -> Preview:
    """SheetError when the file or its header cannot be read; everything else is a finding at its cell."""
    if kind == Kind.WORKERS:
        people = read_workers(market, filename, content, at)
        return _of_workers(people)
    return _of_postings(read_postings(market, filename, content, at), market, at)


def _of_workers(parsed: Parsed[WorkerRow]) -> Preview:
    items = list(parsed.items.values())
    here = known.workers(items)
    for row, each in here.items():
        parsed.findings.append(Finding(str(row), Severity.NOTE, _known_words(each)))
    shown = _shown(parsed, len(here))
    shown.differs = sum(bool(each.differs) for each in here.values())
    shown.sample_head = [_("姓名"), _("身份证号"), _("会什么"), _("什么时候有空")]
    trades = catalogue().trades
    for item in items[:SAMPLE]:
        skills = [trades[code].name + (str(level) if level else "") for code, level in item.facts.skills.items()]
        number = item.identity.number
        masked = f"{number[:6]}****{number[-4:]}" if number else _("暂缺")
        week = hours.words(item.facts.values["week_hours"])
        shown.sample.append([item.identity.name, masked, _("、").join(skills) or _("没说"), week])
    return shown


def _known_words(each: known.KnownWorker) -> str:
    if not each.differs:
        return _("这个人已经登记过（%(number)s），不再登记；要改请到他的档案。") % {"number": each.number}
    facts = {"number": each.number, "what": _("、").join(each.differs)}
    return _("这个人已经登记过（%(number)s），不再登记。表里和档案不同：%(what)s；要改请到他的档案。") % facts


def _of_postings(parsed: Parsed[PostingItem], market: Market, at: datetime) -> Preview:
    here = known.shifts(parsed.items.values())
    for row in here:
        said = _("这个用工方已经登记过这一班（工种、标题、时间都一样），不再登记。")
        parsed.findings.append(Finding(str(row), Severity.NOTE, said))
    parsed.findings += _unlawful(known.without(parsed.items, here), market, at)
    shown = _shown(parsed, len(here))
    shown.sample_head = [_("用工方"), _("标题"), _("班次"), _("工钱")]
    for item in list(parsed.items.values())[:SAMPLE]:
        shift = item.shifts[0]
        when = f"{shift.starts_at:%m-%d} {span(shift.starts_at, shift.ends_at)} × {shift.headcount}"
        pay = pay_words(item.facts.pay_fen, item.facts.pay_unit)
        shown.sample.append([item.employer.name, item.facts.title, when, pay])
    return shown


def _place(cell: str) -> tuple[int, int, str]:
    """In the order of the sheet: B2, AA2, B10; a bare row before its cells."""
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), len(letters), letters


def _unlawful(items: list[PostingItem], market: Market, at: datetime) -> Iterator[Finding]:
    """Demand that will stay a draft, because the law forbids its words or a statutory element is missing."""
    names = dict(Region.objects.filter(code__in={item.facts.region_id for item in items}).values_list("code", "name"))
    today = at.astimezone(market.tz).date()
    for item in items:
        draft = item.draft(names.get(item.facts.region_id or "", ""))
        first = min(shift.starts_at for shift in item.shifts).astimezone(market.tz).date()
        try:
            screening.check_draft(draft, today=today, minimum_pay=known_minimum(item.facts.region_id, first))
        except Refused as refusal:
            yield Finding(item.cell, Severity.WARNING, _("会存成草稿，不交给专员：%(why)s") % {"why": refusal})


def _shown(parsed: "Parsed[WorkerRow] | Parsed[PostingItem]", known: int) -> Preview:
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    findings = sorted(parsed.findings, key=lambda finding: (order[finding.severity], _place(finding.cell)))
    return Preview(
        sheet=parsed.sheet.name,
        rows=len(parsed.sheet.rows),
        taken=len(parsed.sheet.rows) - parsed.left_out,
        known=known,
        findings=findings[:MOST_FINDINGS],
        counts=dict(Counter(finding.severity.value for finding in parsed.findings)),
    )
