"""The sheets of a dispatched day: call list, assignments, shifts still open, people left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.writing import Column, OutCell, OutSheet
from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.money import pay_words
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.enums import Channel
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import grounds
from gongqiao.services.placement.daybook import Daybook, Placed
from gongqiao.services.placement.models import Assignment


@dataclass(frozen=True)
class Sources:
    """The lines of the sheets that were brought in: by dossier, by shift."""

    workers: Mapping[int, int]
    shifts: Mapping[int, int]


def call_list(book: Placed) -> OutSheet:
    """In the order of the time by which an answer is due."""
    columns = [
        Column(_("序号"), 6),
        Column(_("几点前要回话"), 14),
        Column(_("叫谁"), 10),
        Column(_("档案号"), 10),
        Column(_("怎么叫"), 12),
        Column(_("电话或找谁"), 26),
        Column(_("什么活"), 16),
        Column(_("用工方"), 20),
        Column(_("时间"), 22),
        Column(_("集合点"), 20),
        Column(_("工钱"), 12),
        Column(_("为什么叫他"), 36),
        Column(_("回话"), 10),
    ]
    return OutSheet(
        _("电话单"),
        columns,
        [_call(number, row, book) for number, row in enumerate(book.calls, 1)],
        title=_("%(market)s 电话单 %(day)s") % {"market": book.market.name, "day": book.day.isoformat()},
        note=_("回话写：去、不去（为什么）、没打通。"),
    )


def _call(number: int, row: Assignment, book: Placed) -> Sequence[OutCell]:
    zone, posting = book.market.tz, row.shift.posting
    due = row.answer_by.astimezone(zone).strftime("%m-%d %H:%M") if row.answer_by else ""
    return [
        number,
        due,
        row.person.name,
        row.dossier.number,
        str(Channel(row.dossier.channel).label),
        _reach(row),
        posting.title,
        posting.employer.organisation.name,
        _when(row.shift, book),
        posting.meeting_point or posting.place or _("没说"),
        pay_words(posting.pay_fen, posting.pay_unit),
        _("；").join(grounds.spoken(row.reasons, "reasons")),
        "",
    ]


def _reach(row: Assignment) -> str:
    """Whom to call: himself, his family, or nobody by phone."""
    parts = [row.dossier.channel_note, row.person.phone]
    return "　".join(part for part in parts if part) or _("没留电话，在大厅叫")


def _when(shift: Shift, book: Placed) -> str:
    zone = book.market.tz
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    return f"{begins:%m-%d} {span(begins, ends)}"


def assignments(book: Placed, sources: Sources | None = None) -> OutSheet:
    """Who goes where; with `sources`, from which lines of the sheets."""
    columns = [
        Column(_("用工方"), 24),
        Column(_("信用代码"), 22),
        Column(_("标题"), 16),
        Column(_("时间"), 22),
        Column(_("集合点"), 22),
        Column(_("工钱"), 12),
        Column(_("位置"), 6),
        Column(_("姓名"), 10),
        Column(_("档案号"), 10),
        Column(_("状态"), 10),
        Column(_("为什么"), 36),
    ]
    if sources:
        columns += [Column(_("零工表第几行"), 10), Column(_("需求表第几行"), 10)]
    rows: list[Sequence[OutCell]] = []
    for row in book.assignments:
        posting = row.shift.posting
        firm = posting.employer.organisation
        rows.append(
            [
                firm.name,
                firm.credit_code or "",
                posting.title,
                _when(row.shift, book),
                posting.meeting_point or posting.place or _("没说"),
                pay_words(posting.pay_fen, posting.pay_unit),
                row.seat,
                row.person.name,
                row.dossier.number,
                str(row.get_state_display()),
                _("；").join(grounds.spoken(row.reasons, "reasons")),
                *([sources.workers[row.dossier_id], sources.shifts[row.shift_id]] if sources else []),
            ]
        )
    title = _("%(market)s 派工表 %(day)s") % {"market": book.market.name, "day": book.day.isoformat()}
    return OutSheet(_("派工表"), columns, rows, title=title)


def open_shifts(book: Daybook) -> OutSheet:
    columns = [
        Column(_("用工方"), 24),
        Column(_("标题"), 16),
        Column(_("时间"), 22),
        Column(_("要几个"), 8),
        Column(_("派了"), 8),
        Column(_("还缺"), 8),
        Column(_("为什么"), 50),
        Column(_("最省的办法"), 44),
    ]
    rows: list[Sequence[OutCell]] = [
        [
            entry.line.shift.posting.employer.organisation.name,
            entry.line.shift.posting.title,
            _when(entry.line.shift, book),
            entry.line.shift.headcount,
            entry.line.filled + entry.line.asked,
            entry.line.open,
            entry.why,
            _("；").join(entry.cheapest),
        ]
        for entry in book.open
    ]
    title = _("%(market)s 还缺的班次 %(day)s") % {"market": book.market.name, "day": book.day.isoformat()}
    return OutSheet(_("还缺的班次"), columns, rows, title=title)


def left_out(book: Daybook) -> OutSheet:
    columns = [
        Column(_("姓名"), 10),
        Column(_("档案号"), 10),
        Column(_("电话或找谁"), 26),
        Column(_("会什么"), 26),
        Column(_("什么时候有空"), 30),
        Column(_("为什么没派上"), 60),
    ]
    rows: list[Sequence[OutCell]] = [
        [
            line.dossier.person.name,
            line.dossier.number,
            "　".join(part for part in (line.dossier.channel_note, line.dossier.person.phone) if part),
            _skills(line.trades),
            hours.words(line.dossier.week_hours),
            line.why,
        ]
        for line in book.idle
    ]
    title = _("%(market)s 没派上的人 %(day)s") % {"market": book.market.name, "day": book.day.isoformat()}
    return OutSheet(_("没派上的人"), columns, rows, title=title)


def _skills(codes: Iterable[str]) -> str:
    trades = catalogue().trades
    return _("、").join(trades[code].name for code in codes if code in trades)
