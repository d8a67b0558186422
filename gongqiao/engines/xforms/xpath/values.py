"""Values of expressions and how one kind becomes another, as JavaRosa (the engine of ODK Collect) does it.

A value is a float, a str, a bool, a datetime (always with a zone), or a list of nodes. Dates count as whole days since
1970-01-01 in the zone of the session; text as a number only when it is made of digits, "-" and ".".
"""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.nodes import Node

Value = Any  # float | str | bool | datetime | list[Node]
NAN = float("nan")
NEARLY = 1e-12
EPOCH = date(1970, 1, 1)
START = datetime(1970, 1, 1, tzinfo=UTC)
MOST_DAYS = 700_000.0  # either way of 1970: the years a datetime can hold
FIRST_YEAR, LAST_YEAR = 2, 9998  # in any zone still a year that a datetime can hold
_NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*")
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?")


def text_number(text: str) -> float:
    """NaN for what is no plain decimal number: no exponent, no Infinity, no blanks inside. A comma may be the point."""
    text = text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else NAN


def days_since_epoch(moment: datetime) -> float:
    return float((moment.date() - EPOCH).days)


def fraction_of_days(moment: datetime) -> float:
    """Days since 1970-01-01T00:00Z, wherever one is, the time as a fraction (so JavaRosa and the specification)."""
    return (moment - START) / timedelta(days=1)


def fraction_of_day(moment: datetime, zone: tzinfo) -> float:
    """The time of the day in the zone, as a fraction."""
    local = moment.astimezone(zone)
    clock = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return clock / timedelta(days=1)


def single(value: Value) -> Value:
    """The value of a node-set: "" of none, its node's value of one; several are refused."""
    if not isinstance(value, list):
        return value
    if not value:
        return ""
    if len(value) > 1:
        raise XPathError(f"{value[0].path} stands {len(value)} times here: which one is meant?")
    return node_value(value[0])


def node_value(node: Node) -> Value:
    """Typed by its bind; "" when it is empty or not relevant."""
    if not node.relevant or not node.text:
        return ""
    return node.bind.read(node.text) if node.bind is not None else node.text


def to_number(value: Value) -> float:
    value = single(value)
    match value:
        case bool():
            return 1.0 if value else 0.0
        case float():
            return value
        case datetime():
            return days_since_epoch(value)
        case _:
            return text_number(value)


def to_text(value: Value) -> str:
    value = single(value)
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value)
        case datetime():
            return value.date().isoformat()
        case _:
            return str(value)


def number_text(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    whole = round(number)
    if abs(number - whole) < NEARLY and abs(number) < 1e18:
        return str(whole)
    return java_double(number)


def java_double(number: float) -> str:
    """As Double.toString writes it: plain from 0.001 up to ten million, else d.dddEn."""
    if 1e-3 <= abs(number) < 1e7:
        return repr(number)
    mantissa, _, exponent = f"{number:e}".partition("e")
    digits = repr(number)
    if "e" in digits:
        mantissa = digits.partition("e")[0]
    else:
        mantissa = repr(number / 10 ** int(exponent))
    if "." not in mantissa:
        mantissa += ".0"
    return f"{mantissa}E{int(exponent)}"


def to_bool(value: Value) -> bool:
    value = single(value)
    match value:
        case bool():
            return value
        case float():
            return abs(value) > NEARLY and not math.isnan(value)
        case datetime():
            return True
        case _:
            return bool(value)


def to_integer(value: Value) -> float:
    """Towards nought, as `int()`."""
    number = to_number(value)
    return number if math.isnan(number) or math.isinf(number) else float(math.trunc(number))


def to_date(value: Value, zone: tzinfo, *, keep_time: bool) -> Value:
    """A date from a date, a number of days, or ISO text; "" stays ""; anything else is refused."""
    value = single(value)
    match value:
        case bool():
            raise XPathError(f"{to_text(value)} is no date")
        case float():
            return from_days(value, zone, keep_time=keep_time)
        case datetime():
            return value if keep_time else midnight(value.date(), zone)
        case "":
            return ""
    parsed = read_datetime(value, zone)
    if parsed is None:
        raise XPathError(f"{value!r} is no date")
    return parsed if keep_time else midnight(parsed.date(), zone)


def from_days(days: float, zone: tzinfo, *, keep_time: bool) -> Value:
    if math.isnan(days):
        return days
    if not -MOST_DAYS < days < MOST_DAYS:
        raise XPathError(f"{number_text(days)} days are out of range")
    if keep_time:
        return (START + timedelta(days=days)).astimezone(zone)
    return midnight(EPOCH + timedelta(days=math.trunc(days)), zone)


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone)


def read_date(text: str, zone: tzinfo) -> datetime | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=zone)
    except ValueError:
        return None


def read_time(text: str, zone: tzinfo, day: date = EPOCH) -> datetime | None:
    """A time of day, on a day; with an offset it is turned to the zone, the day kept."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    micro = int((match[4] or "0")[:6].ljust(6, "0"))
    try:
        clock = time(int(match[1]), int(match[2]), int(match[3] or 0), micro)
    except ValueError:
        return None
    if match[5] is None:
        return datetime.combine(day, clock, zone)
    try:
        return datetime.combine(day, clock, zone_of(match[5])).astimezone(zone)
    except (OverflowError, ValueError):
        return None


def read_datetime(text: str, zone: tzinfo) -> datetime | None:
    """`2026-11-25` or `2026-11-25T06:30:00.000+08:00`."""
    day, separator, clock = text.strip().partition("T")
    found = read_date(day, zone)
    if found is None or not separator:
        return found
    return read_time(clock, zone, found.date())


def zone_of(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def date_text(moment: datetime) -> str:
    return moment.date().isoformat()


def time_text(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S.") + f"{moment.microsecond // 1000:03d}{_offset(moment)}"


def datetime_text(moment: datetime) -> str:
    return f"{moment.date().isoformat()}T{time_text(moment)}"


def _offset(moment: datetime) -> str:
    seconds = int((moment.utcoffset() or timedelta(0)).total_seconds())
    if not seconds:
        return "Z"
    sign, minutes = ("-" if seconds < 0 else "+"), abs(seconds) // 60
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
