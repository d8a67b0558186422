"""Numbers that people type, as the actions want them."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import MoneyError, parse_yuan


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


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
