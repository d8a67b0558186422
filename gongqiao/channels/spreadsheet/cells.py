"""From a cell to a fact: text, number, money, day, time, identity and phone number. CellError says what to write."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.columns import Cell
from gongqiao.channels.spreadsheet.errors import CellError
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import MoneyError, parse_yuan
from gongqiao.foundation.people.identity import IdentityError, check_identity_number, check_phone

DAY_MINUTES = 24 * 60
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000  # 1954 to 2119: a day that was typed into a cell formatted as a number
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)  # of work
SERIAL_START = date(1899, 12, 30)

_DAY = re.compile(r"(?:(\d{4}|\d{2})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(次日|第二天|凌晨|早上|上午|中午|下午|晚上|夜里)?(\d{1,2})(?:[:点时](\d{1,2}|半)?分?)?(?::00)?")
_AFTERNOON = {"下午", "晚上"}


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def text(cell: Cell | None) -> str:
    """What stands there as one line of text; whole numbers without .0; a formula is refused."""
    if cell is None or cell.value is None:
        return ""
    if cell.formula:
        raise CellError(_("这一格是公式，请复制后“选择性粘贴 → 数值”。"))
    value = cell.value
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return " ".join(str(value).split())


def narrow(cell: Cell | None) -> str:
    """As `text`, full-width signs narrowed: for numbers, days, times and words of a list."""
    return folded(text(cell))


def words(cell: Cell | None, separators: str) -> list[str]:
    return [part.strip() for part in re.split(f"[{separators}]", text(cell)) if part.strip()]


def short_text(cell: Cell | None, most: int) -> str:
    found = text(cell)
    if len(found) > most:
        raise CellError(_("写了 %(length)s 个字，最多 %(most)s 个。") % {"length": len(found), "most": most})
    return found


def identity(cell: Cell | None) -> str:
    """18 characters, checked (GB 11643); one kept as a number has lost its last digits and is refused."""
    found = text(cell)
    if not found:
        return ""
    try:
        return check_identity_number(found).number
    except IdentityError as error:
        raise CellError(str(error)) from None


def phone(cell: Cell | None) -> str:
    found = text(cell).replace(" ", "").replace("-", "") if cell else ""
    if not found:
        return ""
    try:
        return check_phone(found)
    except IdentityError as error:
        raise CellError(str(error)) from None


def whole(cell: Cell | None, low: int, high: int) -> int | None:
    """A whole number within bounds; None when nothing stands there."""
    found = number(cell)
    if found is None:
        return None
    if found != int(found) or not low <= found <= high:
        facts = {"text": narrow(cell), "low": low, "high": high}
        raise CellError(_("“%(text)s”要是 %(low)s 到 %(high)s 之间的整数。") % facts)
    return int(found)


def number(cell: Cell | None) -> float | None:
    found = re.sub(r"(公里|千米|km|人|名|个|分钟|分|元|级)$", "", narrow(cell), flags=re.IGNORECASE).strip()
    if not found:
        return None
    try:
        value = float(found)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):  # nan, inf and 1e400 are numbers for Python only
        raise CellError(_("“%(text)s”不是数字。") % {"text": narrow(cell)[:40]})
    return value


def fen(cell: Cell | None, check: Callable[[int | None], None] = lambda fen: None) -> int | None:
    """Money; `check` is the rule of the field that refuses too much."""
    found = narrow(cell)
    if not found:
        return None
    if cell and isinstance(cell.value, float):
        found = f"{cell.value:.6f}".rstrip("0").rstrip(".")
    try:
        amount = parse_yuan(found)
        check(amount)
    except (MoneyError, Refused) as error:
        raise CellError(str(error)) from None
    return amount


def day(cell: Cell | None, *, today: date, ever: bool = False) -> date | None:
    """A date cell, a serial number, or text; without a year the next such day from `today` on.

    `ever`: the end of a paper may be 9999-12-31.
    """
    written = _day(cell, today)
    if written is not None and not ever and not FIRST_DAY <= written <= LAST_DAY:
        raise CellError(_("%(day)s 年份不对，请再看一眼。") % {"day": written.isoformat()})
    return written


def _day(cell: Cell | None, today: date) -> date | None:
    found = narrow(cell)
    if cell is None or not found:
        return None
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and FIRST_SERIAL <= value <= LAST_SERIAL:
        return SERIAL_START + timedelta(days=int(value))
    match = _DAY.fullmatch(found.replace(" ", "")) or _COMPACT_DAY.fullmatch(found)
    try:
        if match:
            return _dated(match[1], int(match[2]), int(match[3]), today)
    except ValueError:
        pass
    raise CellError(_("“%(text)s”不是日期，请写成 2026-11-24 这样。") % {"text": found})


def _dated(year: str | None, month: int, number_: int, today: date) -> date:
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, number_)
    this_year = date(today.year, month, number_)
    return this_year if this_year >= today else date(today.year + 1, month, number_)


def clock(cell: Cell | None) -> int | None:
    """Minutes from midnight, 0 to 1440: a time cell, a fraction of a day, 7:00, 7点半, 下午2点."""
    found = narrow(cell)
    if cell is None or not found:
        return None
    value = cell.value
    if isinstance(value, datetime | time):
        return value.hour * 60 + value.minute
    if isinstance(value, timedelta):
        return _within(round(value.total_seconds() / 60), found)
    if isinstance(value, int | float) and 0 <= value < 1:
        return _within(round(value * DAY_MINUTES), found)
    match = _CLOCK.fullmatch(found.replace(" ", ""))
    if match is None:
        raise CellError(_("“%(text)s”不是时间，请写成 07:30 这样。") % {"text": found})
    part, hour, minutes = match[1], int(match[2]), 30 if match[3] == "半" else int(match[3] or 0)
    if part in _AFTERNOON and hour < 12:
        hour += 12
    if minutes > 59:
        raise CellError(_("“%(text)s”不是时间，请写成 07:30 这样。") % {"text": found})
    return _within(hour * 60 + minutes, found)


def _within(minutes: int, found: str) -> int:
    if not 0 <= minutes <= DAY_MINUTES:
        raise CellError(_("“%(text)s”不是一天里的时间，要在 00:00 到 24:00 之间。") % {"text": found})
    return minutes


def choice(cell: Cell | None, known: Mapping[str, str]) -> str:
    """The code of a word; "" when nothing stands there."""
    found = narrow(cell)
    if not found:
        return ""
    if found not in known:
        facts = {"text": found, "known": _("、").join(dict.fromkeys(known))}
        raise CellError(_("“%(text)s”不在这几样里：%(known)s。") % facts)
    return known[found]
