"""Numbers and days that people type or that stand in an address, as the actions want them."""

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import Http404
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import MoneyError, parse_yuan

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # beyond, a day is a slip of the hand


def day_of(text: str | None) -> date | None:
    """A day as 2026-11-25; None when nothing is written, Refused when there is none such or it is out of all reach."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:  # well written, but no such day: 2026-02-30
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise Refused(_("“%(text)s”不是能用的日期，请写成 2026-11-25 这样。") % {"text": text[:20]})
    return day


def minutes_of(text: str) -> int:
    """Hours typed at the counter or on a phone (8 or 7.5) as minutes."""
    try:
        hours = Decimal(text.strip())
    except InvalidOperation:
        raise Refused(_("工时写成小时，比如 8 或 7.5。")) from None
    if not hours.is_finite() or abs(hours) > 1000:
        raise Refused(_("工时写成小时，比如 8 或 7.5。"))
    return int((hours * 60).to_integral_value())


def fen_of(text: str) -> int:
    """Yuan typed as money."""
    try:
        return parse_yuan(text)
    except MoneyError as error:
        raise Refused(str(error)) from None


def whole(text: str) -> int:
    """A count of people or the like."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Refused(_("这里要写成一个整数。"))
    return int(text)


def score_of(text: str) -> int:
    """One of the five faces or points; 0, which no rating takes, for anything else."""
    return int(text) if text in ("1", "2", "3", "4", "5") else 0


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
