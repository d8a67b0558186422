"""What kinds of answers there are: how each reads from text, and how a value is written as one (XForms data types)."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from gongqiao.engines.xforms.errors import AnswerError
from gongqiao.engines.xforms.xpath.values import (
    NEARLY,
    Value,
    date_text,
    datetime_text,
    java_double,
    read_date,
    read_datetime,
    read_time,
    text_number,
    time_text,
    to_date,
    to_text,
)

ALIASES = {
    "": "string",
    "xsd:string": "string",
    "xsd:int": "int",
    "integer": "int",
    "long": "int",
    "xsd:long": "int",
    "xsd:decimal": "decimal",
    "double": "decimal",
    "xsd:double": "decimal",
    "xsd:date": "date",
    "xsd:dateTime": "dateTime",
    "datetime": "dateTime",
    "xsd:time": "time",
    "xsd:boolean": "boolean",
    "select1": "string",
    "select": "string",
    "odk:rank": "string",
    "rank": "string",
    "xsd:binary": "binary",
    "xsd:base64Binary": "binary",
    "hiddenanswer": "string",
}
MOST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` gives a typed value, None for a text that is none of this kind."""

    name: str
    read: Callable[[str, tzinfo], Value]
    says: str


def _integer(text: str, zone: tzinfo) -> Value:
    number = text_number(text)
    return number if number.is_integer() and abs(number) <= MOST_INTEGER else None


def _decimal(text: str, zone: tzinfo) -> Value:
    number = text_number(text)
    return None if math.isnan(number) else number


def _boolean(text: str, zone: tzinfo) -> Value:
    return {"1": True, "true": True, "0": False, "false": False}.get(text)


def _point(text: str) -> bool:
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return False
    numbers = [text_number(part) for part in parts]
    return not any(map(math.isnan, numbers)) and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180


def _line(text: str, zone: tzinfo) -> Value:
    return text if all(_point(part) for part in text.strip("; ").split(";")) else None


KINDS = {
    kind.name: kind
    for kind in (
        Kind("string", lambda text, zone: text, "text"),
        Kind("int", _integer, "a whole number"),
        Kind("decimal", _decimal, "a number"),
        Kind("boolean", _boolean, "true or false"),
        Kind("date", read_date, "a date"),
        Kind("dateTime", read_datetime, "a date and time"),
        Kind("time", read_time, "a time"),
        Kind("geopoint", lambda text, zone: text if _point(text) else None, "a point"),
        Kind("geotrace", _line, "a line of points"),
        Kind("geoshape", _line, "points round an area"),
        Kind("binary", lambda text, zone: text, "a file"),
        Kind("barcode", lambda text, zone: text, "a barcode"),
    )
}


def kind_of(written: str) -> Kind | None:
    """By the `type` of a bind; None for one nobody knows."""
    local = written.strip()
    return KINDS.get(ALIASES.get(local, local)) or KINDS.get(local.rpartition(":")[2])


def written(value: Value, kind: Kind, zone: tzinfo) -> str:
    """A worked-out value as the text of a node of this kind (JavaRosa's Recalculate.wrapData): "" for NaN and nothing,
    1 and 0 for yes and no."""
    if value == "" or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or kind.name == "boolean":
        return "1" if _is_yes(value) else "0"
    if isinstance(value, float):
        return _number(value, kind)
    if isinstance(value, datetime):
        return _moment(value, kind)
    text = to_text(value)
    if kind.name in ("date", "dateTime", "time"):
        found = kind.read(text, zone) or to_date(text, zone, keep_time=kind.name != "date")
        return _moment(found, kind) if isinstance(found, datetime) else text
    return text


def _is_yes(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    return abs(value) > NEARLY if isinstance(value, float) else bool(value)


def _number(value: float, kind: Kind) -> str:
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if kind.name == "int" or (kind.name != "decimal" and abs(value - int(value)) < 1e-9):
        return str(int(value))
    if value == int(value) and abs(value) < 1e7:
        return f"{int(value)}" if kind.name == "decimal" else str(int(value))
    return java_double(value)


def _moment(value: datetime, kind: Kind) -> str:
    if kind.name == "dateTime":
        return datetime_text(value)
    return time_text(value) if kind.name == "time" else date_text(value)


def checked(text: str, kind: Kind, zone: tzinfo) -> str:
    """The text as it is stored; AnswerError for one that is none of this kind."""
    stripped = text.strip() if kind.name not in ("string", "barcode", "binary") else text
    if not stripped:
        return ""
    if kind.read(stripped, zone) is None:
        raise AnswerError(f"{text!r} is not {kind.says}")
    return stripped


def defaulted(text: str, kind: Kind, zone: tzinfo) -> str:
    """What a form gives a question from the start, as it is stored; "" for what is none of its kind (JavaRosa)."""
    value = kind.read(text, zone)
    if value is None:
        return ""
    return _moment(value, kind) if isinstance(value, datetime) else text
