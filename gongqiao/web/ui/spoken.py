"""A job in one breath: its facts as somebody would say them aloud, for a browser's voice to read."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.utils.translation import pgettext_lazy as _p

from gongqiao.foundation.money import PayUnit, yuan
from gongqiao.services.placement.queries import ShiftLine

_PARTS = (  # of the day, by the hour it begins with
    (0, _p("spoken", "凌晨")),
    (5, _p("spoken", "早上")),
    (8, _p("spoken", "上午")),
    (12, _p("spoken", "中午")),
    (13, _p("spoken", "下午")),
    (18, _p("spoken", "晚上")),
)
_PAY = {
    PayUnit.HOUR: gettext_lazy("一个小时 %(pay)s"),
    PayUnit.DAY: gettext_lazy("一天 %(pay)s"),
    PayUnit.TRIP: gettext_lazy("一趟 %(pay)s"),
    PayUnit.PIECE: gettext_lazy("一件 %(pay)s"),
    PayUnit.MONTH: gettext_lazy("一个月 %(pay)s"),
}


def clock_words(at: datetime) -> str:
    """下午 3 点半: the hour as people say it."""
    part = next(words for hour, words in reversed(_PARTS) if at.hour >= hour)
    told = {"part": part, "hour": at.hour % 12 or 12, "minute": at.minute}
    if at.minute == 0:
        return pgettext("spoken", "%(part)s%(hour)d点") % told
    if at.minute == 30:
        return pgettext("spoken", "%(part)s%(hour)d点半") % told
    return pgettext("spoken", "%(part)s%(hour)d点%(minute)02d分") % told


def job_words(line: ShiftLine, day: Any) -> str:
    """Everything that decides whether one goes, a missing fact too; `day` puts a date into words."""
    shift, posting = line.shift, line.shift.posting
    begins, ends = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    said: dict[str, Any] = {
        "title": posting.title,
        "employer": posting.employer.short_name,
        "day": day(begins.date()),
        "from": clock_words(begins),
        "to": clock_words(ends) if ends.date() == begins.date() else _("第二天%(at)s") % {"at": clock_words(ends)},
        "pay": _pay(posting.pay_fen, posting.pay_unit),
        "when": posting.get_pay_when_display() or _("什么时候给没说"),
        "meet": posting.meeting_point or posting.place or _("没说"),
        "meals": posting.meals or _("没说"),
        "travel": posting.travel or _("没说"),
    }
    words = [
        _("%(title)s，%(employer)s要人。") % said,
        _("%(day)s，%(from)s到%(to)s。") % said,
        _("工钱%(pay)s，%(when)s。") % said,
        _("在%(meet)s集合。管饭：%(meals)s。路费：%(travel)s。") % said,
        _("还要 %(open)d 人。") % {"open": line.open} if line.open else _("人满了，可以候补。"),
    ]
    if line.verification is not None:
        words.append(_("%(who)s跟用工方核实过。") % {"who": line.verification.by.title})
    return "\n".join(words)


def _pay(fen: int | None, unit: str) -> str:
    return _("没说") if fen is None else _PAY[PayUnit(unit)] % {"pay": yuan(fen)}
