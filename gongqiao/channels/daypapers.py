"""The papers of one dispatched day, one file each: who may take them is who may see the same on the screen."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet import daysheets
from gongqiao.channels.spreadsheet.writing import OutSheet, workbook
from gongqiao.channels.word.dayreport import dayreport
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.services.placement import daybook
from gongqiao.services.placement.daybook import Placed


class DayPaper(TextChoices):
    CALLS = "calls", _("电话单")
    ASSIGNMENTS = "assignments", _("派工表")
    OPEN = "open", _("还缺的班次")
    LEFT_OUT = "left-out", _("没派上的人")
    REPORT = "report", _("日报")


# The call list and the people left out carry telephone numbers: for those who make the calls.
NEEDED = {
    DayPaper.CALLS: Right.DISPATCH,
    DayPaper.ASSIGNMENTS: Right.PLACEMENT_READ,
    DayPaper.OPEN: Right.PLACEMENT_READ,
    DayPaper.LEFT_OUT: Right.DISPATCH,
    DayPaper.REPORT: Right.PLACEMENT_READ,
}
# These two need no dispatch run: people may have been called one by one.
_PLACED: dict[DayPaper, Callable[[Placed], OutSheet]] = {
    DayPaper.CALLS: daysheets.call_list,
    DayPaper.ASSIGNMENTS: daysheets.assignments,
}
_BOOK = {DayPaper.OPEN: daysheets.open_shifts, DayPaper.LEFT_OUT: daysheets.left_out}


def open_to(actor: Membership) -> list[DayPaper]:
    """The papers this post may take, in their order."""
    return [paper for paper, right in NEEDED.items() if actor.may(right)]


@transaction.atomic
def take(kind: DayPaper, day: date, *, by: Membership) -> Paper:
    """The file, and the event. Refused when the paper tells of a dispatch and the day was never dispatched."""
    check_may(by, NEEDED[kind])
    name = f"{kind.label} {day.isoformat()}"
    if kind in _PLACED:
        placed = daybook.placed(day, by=by)
        paper = _sheet(name, _PLACED[kind](placed), placed)
        return taken(paper, f"day.{kind.value}", by.market, by=by, day=day)
    book = daybook.of_day(day, by=by)
    if kind == DayPaper.REPORT:
        paper = Paper(f"{name}.docx", dayreport(book), len(book.lines))
    else:
        paper = _sheet(name, _BOOK[kind](book), book)
    return taken(paper, f"day.{kind.value}", book.run, by=by, day=day)


def _sheet(name: str, sheet: OutSheet, placed: Placed) -> Paper:
    return Paper(f"{name}.xlsx", workbook([sheet], at=placed.at), len(sheet.rows))
