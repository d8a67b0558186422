"""诉求台账: the register of tickets as a sheet, to be handed in or put up. What was said and by whom stays in."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet.exports import bounds, closing_line
from gongqiao.channels.spreadsheet.writing import Column, OutCell, OutSheet, workbook
from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.feedback import queries
from gongqiao.needs.feedback.models import Ticket


@transaction.atomic
def tickets(first: date, last: date, *, by: Membership) -> Paper:
    """Said on these days, of those this post may see; each line is a reading of its ticket."""
    check_may(by, Right.EXPORT)
    check_may(by, Right.FEEDBACK_HANDLE)
    bounds(first, last, by)
    rows = list(queries.between(by, first, last))
    period = {"market": by.market.name, "first": first.isoformat(), "last": last.isoformat()}
    sheet = OutSheet(
        _("诉求台账"),
        _columns(),
        [_line(row, by.market.tz) for row in rows],
        title=_("%(market)s 诉求台账 %(first)s 至 %(last)s") % period,
        closing=closing_line(by),
    )
    paper = Paper(_("诉求台账 %(first)s 至 %(last)s.xlsx") % period, workbook([sheet], at=clock.now()), len(rows))
    reading = {"export": paper.sha256[:16]}
    audit.record_all([audit.Act("ticket.read", row, detail=reading) for row in rows], by=by, channel="sheet")
    return taken(paper, "tickets", by.market, by=by, first=first, last=last)


def _columns() -> list[Column]:
    return [
        Column(_("编号"), 8),
        Column(_("哪天说的"), 12),
        Column(_("从哪里来"), 14),
        Column(_("什么事"), 22),
        Column(_("用工方"), 22),
        Column(_("谁在办"), 12),
        Column(_("状态"), 22),
        Column(_("最晚答复"), 18),
        Column(_("办完"), 18),
        Column(_("结果"), 18),
        Column(_("本人说好不好"), 14),
        Column(_("重新办过几次"), 12),
    ]


def _line(row: Ticket, zone: ZoneInfo) -> Sequence[OutCell]:
    def moment(at: object) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""  # type: ignore[attr-defined]

    return [
        row.name,
        row.said_on,
        str(row.get_channel_display()),
        str(row.get_category_display()),
        row.about_employer.short_name if row.about_employer else "",
        row.handler.title if row.handler else "",
        str(row.get_state_display()),
        moment(row.answer_by),
        moment(row.resolved_at),
        str(row.get_outcome_display()) if row.outcome else "",
        str(row.get_satisfaction_display()) if row.satisfaction else "",
        row.reopened,
    ]
