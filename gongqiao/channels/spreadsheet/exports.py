"""Lists that go out as sheets: files of workers, demand, the pay sheet of a period. Each taking is an event."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet.writing import Column, OutCell, OutSheet, workbook
from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import PayUnit
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people.identity import mask_identity
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers import queries as files
from gongqiao.needs.dossiers.enums import Channel, Travel
from gongqiao.needs.dossiers.models import Certificate, Dossier
from gongqiao.needs.postings import queries as demand
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.models import WageRecord
from gongqiao.services.placement.queries import ShiftLine

MOST_DAYS = 366
LEAST_PURPOSE = 4


@transaction.atomic
def dossiers(*, by: Membership, purpose: str, whole_numbers: bool = False, text: str = "") -> Paper:
    """Files this post may see; rights concerns, remarks and certificate numbers stay in (个人信息保护法 第六条).

    Identity numbers are masked unless asked for by somebody who holds the right. Each file taken is a reading of it.
    """
    check_may(by, Right.EXPORT)
    check_may(by, Right.DOSSIER_READ)
    if whole_numbers:
        check_may(by, Right.IDENTITY_READ)
    if len(purpose.strip()) < LEAST_PURPOSE:
        raise Refused(_("请写明拿这张表去做什么，至少 %(least)s 个字，会记在操作记录里。") % {"least": LEAST_PURPOSE})
    held = Prefetch("certificates", Certificate.objects.order_by("kind"))
    rows = list(files.search(by, text).prefetch_related(held).order_by("file_no"))
    moment = clock.now()
    day = moment.astimezone(by.market.tz).date()
    sheet = OutSheet(
        _("零工档案"),
        _dossier_columns(),
        [_dossier(row, by.market.tz, whole=whole_numbers) for row in rows],
        title=_("%(market)s 零工档案 %(day)s") % {"market": by.market.name, "day": day.isoformat()},
        note=_("用途：%(purpose)s。只作这个用途，用完销毁；含个人信息，不要外传。") % {"purpose": purpose.strip()},
        closing=closing_line(by),
    )
    name = _("零工档案 %(day)s.xlsx") % {"day": day.isoformat()}
    paper = Paper(name, workbook([sheet], at=moment), len(rows))
    reading = {"export": paper.sha256[:16]}
    audit.record_all([audit.Act("dossier.read", row, row.person, reading) for row in rows], by=by, channel="sheet")
    facts = {"purpose": purpose.strip()[:120], "whole_numbers": whole_numbers, "searched": bool(text.strip())}
    return taken(paper, "dossiers", by.market, by=by, **facts)


def _dossier_columns() -> list[Column]:
    return [
        Column(_("档案号"), 10),
        Column(_("姓名"), 10),
        Column(_("身份证号"), 22),
        Column(_("手机"), 14),
        Column(_("怎么找他"), 16),
        Column(_("找谁"), 20),
        Column(_("家在社区"), 20),
        Column(_("工种"), 26),
        Column(_("证书"), 30),
        Column(_("什么时候有空"), 32),
        Column(_("最远公里"), 8),
        Column(_("怎么去"), 10),
        Column(_("最低时薪(元)"), 10),
        Column(_("状态"), 10),
        Column(_("登记日期"), 12),
        Column(_("最近上工"), 12),
    ]


def _dossier(row: Dossier, zone: ZoneInfo, *, whole: bool) -> Sequence[OutCell]:
    person, known = row.person, catalogue()
    skills = [
        known.trades[skill.trade].name + (str(skill.level) if skill.level else "")
        for skill in row.skills.all()
        if skill.trade in known.trades
    ]
    papers = [
        known.certificates[held.kind].name + (f"（{held.expires_on.isoformat()}）" if held.expires_on else "")
        for held in row.certificates.all()
        if held.kind in known.certificates
    ]
    number = person.identity if whole or not person.identity else mask_identity(person.identity)
    return [
        row.number,
        person.name,
        number,
        person.phone,
        str(Channel(row.channel).label),
        row.channel_note,
        row.home.short_name if row.home else "",
        _("、").join(skills),
        _("；").join(papers),
        hours.words(row.week_hours),
        _km(row.max_distance_m),
        str(Travel(row.travel).label) if row.travel else "",
        _yuan(row.pay_floor),
        str(row.get_state_display()),
        row.registered_at.astimezone(zone).date(),
        row.last_worked_on,
    ]


@transaction.atomic
def postings(first: date, last: date, *, by: Membership) -> Paper:
    """Demand whose shifts begin on these days, one shift a row, whatever its state."""
    check_may(by, Right.EXPORT)
    check_may(by, Right.POSTING_READ)
    start, end = bounds(first, last, by)
    shifts = (
        Shift.objects.filter(posting__in=demand.visible_to(by), starts_at__gte=start, starts_at__lt=end)
        .select_related("posting__employer__organisation", "posting__region")
        .order_by("starts_at", "pk")
    )
    rows = [_shift(line, by) for line in placement.lines(list(shifts))]
    period = {"market": by.market.name, "first": first.isoformat(), "last": last.isoformat()}
    title = _("%(market)s 用工需求 %(first)s 至 %(last)s") % period
    sheet = OutSheet(_("用工需求"), _posting_columns(), rows, title=title, closing=closing_line(by))
    name = _("用工需求 %(first)s 至 %(last)s.xlsx") % period
    paper = Paper(name, workbook([sheet], at=clock.now()), len(rows))
    return taken(paper, "postings", by.market, by=by, first=first, last=last)


def _posting_columns() -> list[Column]:
    return [
        Column(_("用工方"), 24),
        Column(_("信用代码"), 22),
        Column(_("工种"), 12),
        Column(_("标题"), 16),
        Column(_("工作内容"), 30),
        Column(_("条件"), 20),
        Column(_("地点"), 16),
        Column(_("集合点"), 18),
        Column(_("日期"), 12),
        Column(_("时间"), 16),
        Column(_("休息分钟"), 8),
        Column(_("人数"), 6),
        Column(_("已有人"), 8),
        Column(_("工钱(元)"), 10),
        Column(_("单位"), 6),
        Column(_("什么时候给钱"), 14),
        Column(_("管饭"), 12),
        Column(_("路费"), 12),
        Column(_("保险"), 16),
        Column(_("需要证书"), 20),
        Column(_("有效期至"), 12),
        Column(_("状态"), 12),
        Column(_("谁核实的"), 12),
        Column(_("核实到"), 16),
    ]


def _shift(line: ShiftLine, by: Membership) -> Sequence[OutCell]:
    shift, posting, known, zone = line.shift, line.shift.posting, catalogue(), by.market.tz
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    until = posting.verified_until.astimezone(zone).strftime("%Y-%m-%d %H:%M") if posting.verified_until else ""
    return [
        posting.employer.organisation.name,
        posting.employer.organisation.credit_code,
        known.trades[posting.trade].name if posting.trade in known.trades else posting.trade,
        posting.title,
        posting.content,
        posting.conditions,
        posting.region.short_name if posting.region else "",
        posting.meeting_point or posting.place or _("没说"),
        begins.date(),
        span(begins, ends),
        shift.break_minutes,
        shift.headcount,
        line.filled,
        _yuan(posting.pay_fen),
        str(PayUnit(posting.pay_unit).label),
        str(PayWhen(posting.pay_when).label) if posting.pay_when else _("没说"),
        posting.meals or _("没说"),
        posting.travel or _("没说"),
        posting.insurance or _("没说"),
        _("；").join(known.certificates[kind].name for kind in posting.certificates if kind in known.certificates),
        posting.valid_until,
        str(posting.get_state_display()),
        line.verification.by.title if line.verification else "",
        until,
    ]


@transaction.atomic
def wages(first: date, last: date, *, by: Membership) -> Paper:
    """领款表 of work on these days, by employer: to be signed by whoever is paid (保障农民工工资支付条例 第十五条)."""
    check_may(by, Right.WAGE_RECORD)
    start, end = bounds(first, last, by)
    found = placement.wages(by).filter(assignment__starts_at__gte=start, assignment__starts_at__lt=end)
    records = list(
        found.select_related("assignment__shift__posting__employer__organisation").order_by(
            "assignment__shift__posting__employer__organisation__name", "assignment__starts_at", "pk"
        )
    )
    rows: list[Sequence[OutCell]] = [_wage(number, record, by) for number, record in enumerate(records, 1)]
    period = {"market": by.market.name, "first": first.isoformat(), "last": last.isoformat()}
    sheet = OutSheet(
        _("领款表"),
        _wage_columns(),
        [*rows, _total(records)] if records else rows,
        title=_("%(market)s 领款表 %(first)s 至 %(last)s") % period,
        note=_("单位：元。按上工日期；领款人核对无误后签字。"),
        closing=closing_line(by),
    )
    name = _("领款表 %(first)s 至 %(last)s.xlsx") % period
    paper = Paper(name, workbook([sheet], at=clock.now()), len(records))
    return taken(paper, "wages", by.market, by=by, first=first, last=last)


def _wage_columns() -> list[Column]:
    return [
        Column(_("序号"), 6),
        Column(_("用工方"), 24),
        Column(_("姓名"), 10),
        Column(_("档案号"), 10),
        Column(_("什么活"), 18),
        Column(_("上工日期"), 12),
        Column(_("工时(小时)"), 10),
        Column(_("该给"), 12),
        Column(_("给了"), 12),
        Column(_("状态"), 10),
        Column(_("领款人签字"), 16),
        Column(_("备注"), 16),
    ]


def _wage(number: int, record: WageRecord, by: Membership) -> Sequence[OutCell]:
    work = record.assignment
    posting = work.shift.posting
    return [
        number,
        posting.employer.organisation.name,
        work.person.name,
        work.dossier.number,
        posting.title,
        work.starts_at.astimezone(by.market.tz).date(),
        (Decimal(record.minutes) / 60).quantize(Decimal("0.01")),
        _yuan(record.due_fen),
        _yuan(record.paid_fen),
        str(record.get_state_display()),
        "",
        "",
    ]


def _total(records: Iterable[WageRecord]) -> Sequence[OutCell]:
    """Added up here: a sheet that goes out holds no formula."""
    listed = list(records)
    due, paid = sum(record.due_fen for record in listed), sum(record.paid_fen or 0 for record in listed)
    return [_("合计"), "", "", "", "", "", "", _yuan(due), _yuan(paid), "", "", ""]


def bounds(first: date, last: date, by: Membership) -> tuple[datetime, datetime]:
    """Both days included, in the market's zone."""
    if first > last:
        raise Refused(_("开始的日期要早于结束的日期。"))
    if (last - first).days >= MOST_DAYS:
        raise Refused(_("一次最多导出 %(most)s 天，请分几次。") % {"most": MOST_DAYS})
    zone = by.market.tz
    return datetime.combine(first, time(0), zone), datetime.combine(last + timedelta(days=1), time(0), zone)


def closing_line(by: Membership) -> str:
    return _("制表：%(by)s　　　　　　审核：　　　　　　　　　　日期：") % {"by": by.title}


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100


def _km(metres: int | None) -> Decimal | None:
    return None if metres is None else (Decimal(metres) / 1000).quantize(Decimal("0.1"))
