"""The day-labour trades of a market: spoken words, occupation code, levels, hazards for 16-17, certificates, usual pay.

Data: data/trades.json (source, licence and date inside). Pure Python; a fault in the data names the row.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, TypeVar

LEVELS = {1: "会一点", 2: "熟手", 3: "师傅"}
PAY_UNITS = {"hour": "时", "day": "天", "trip": "趟", "piece": "件", "month": "月"}
FULL_AGE = 18
WORKING_AGE = 16

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CERTIFICATE = re.compile(r"[a-z]+:[a-z0-9]+(-[a-z0-9]+)*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


Row = TypeVar("Row")


class TradeDataError(ValueError):
    """trades.json breaks one of its own rules; the text names the row and the rule."""


@dataclass(frozen=True, slots=True)
class Group:
    """A room of the market (工地, 车间 …) and what levels 1-3 mean there."""

    code: str
    name: str
    name_en: str
    levels: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Hazard:
    """Why 16-17 year olds may not do it: the short word, the law, the rule's own wording."""

    code: str
    name: str
    law: str
    why: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A paper a person holds; `implies` names the lesser papers it stands for (B2 stands for C1)."""

    code: str
    name: str
    issuer: str
    law: str
    valid_months: int | None
    review_months: int | None
    implies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsualShift:
    """Minutes from midnight; an end after 1440 is on the next day."""

    start: int
    end: int
    break_minutes: int

    @property
    def paid_minutes(self) -> int:
        return self.end - self.start - self.break_minutes


@dataclass(frozen=True, slots=True)
class UsualPay:
    """Fen for one `unit` (a key of PAY_UNITS); illustrative, not a statistic."""

    low_fen: int
    high_fen: int
    unit: str


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade; a parent is what whoever can do this one can do as well (二保焊工 -> 焊工)."""

    code: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    occupation: str
    group: str
    parent: str | None
    hazards: tuple[str, ...]
    required: tuple[str, ...]
    helpful: tuple[str, ...]
    pay: UsualPay
    shifts: tuple[UsualShift, ...]

    @property
    def hazardous(self) -> bool:
        """Closed to 16-17 year olds (劳动法 64, 未成年工特殊保护规定 3)."""
        return bool(self.hazards)

    @property
    def minimum_age(self) -> int:
        return FULL_AGE if self.hazardous else WORKING_AGE


@dataclass(frozen=True, slots=True)
class TradeCatalogue:
    """All rows, by code and in file order."""

    about: Mapping[str, str]
    groups: Mapping[str, Group]
    hazards: Mapping[str, Hazard]
    certificates: Mapping[str, Certificate]
    trades: Mapping[str, Trade]
    words: Mapping[str, str] = field(repr=False)

    def by_word(self, word: str) -> Trade | None:
        """The trade a spoken word, name or code stands for; None when nobody says so."""
        code = self.words.get(word.strip().lower())
        return self.trades[code] if code else None

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Trades that whoever can do `code` can do as well, nearest first."""
        found: list[str] = []
        parent = self.trades[code].parent
        while parent:
            found.append(parent)
            parent = self.trades[parent].parent
        return tuple(found)

    def stands_for(self, certificate: str) -> frozenset[str]:
        """The certificate itself and all it implies."""
        found = {certificate}
        for lesser in self.certificates[certificate].implies:
            found |= self.stands_for(lesser)
        return frozenset(found)

    def certificate_named(self, name: str) -> Certificate | None:
        """By official Chinese name or by code."""
        wanted = name.strip()
        return next((c for c in self.certificates.values() if wanted in (c.name, c.code)), None)

    def why_adult(self, code: str) -> str:
        """In words for the person who is refused; empty for a trade open from 16."""
        rows = [self.hazards[h] for h in self.trades[code].hazards]
        return "；".join(f"{h.name}：{h.why}（{h.law}）" for h in rows)


@cache
def catalogue() -> TradeCatalogue:
    """The catalogue shipped with the product, read and checked once."""
    return parse(resources.files(__package__).joinpath("data/trades.json").read_text("utf-8"))


def parse(text: str) -> TradeCatalogue:
    """Read and check; raises TradeDataError naming the row."""
    raw = json.loads(text)
    groups = _table("groups", raw, _group)
    hazards = _table("hazards", raw, _hazard)
    certificates = _table("certificates", raw, _certificate)
    trades = _table("trades", raw, _trade)
    for certificate in certificates.values():
        _known("certificate", certificate.code, "implies", certificate.implies, certificates)
    for trade in trades.values():
        _check_trade(trade, groups, hazards, certificates, trades)
    _check_no_circle("trade", {t.code: (t.parent,) if t.parent else () for t in trades.values()})
    _check_no_circle("certificate", {c.code: c.implies for c in certificates.values()})
    return TradeCatalogue(
        about=MappingProxyType(dict(raw["about"])),
        groups=MappingProxyType(groups),
        hazards=MappingProxyType(hazards),
        certificates=MappingProxyType(certificates),
        trades=MappingProxyType(trades),
        words=MappingProxyType(_words(trades)),
    )


def minutes(clock: str) -> int:
    """ "07:30" -> 450."""
    if not _CLOCK.fullmatch(clock):
        raise TradeDataError(f"{clock!r} is not a time of day HH:MM")
    return int(clock[:2]) * 60 + int(clock[3:])


def _table(name: str, raw: Mapping[str, Any], make: Callable[[Mapping[str, Any]], Row]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    pattern = _CERTIFICATE if name == "certificates" else _SLUG
    for number, entry in enumerate(raw[name], start=1):
        code = entry.get("code", "")
        where = f"{name}, row {number} ({code or 'no code'})"
        if not pattern.fullmatch(code):
            raise TradeDataError(f"{where}: the code is not a plain ascii word")
        if code in rows:
            raise TradeDataError(f"{where}: the code is used twice")
        try:
            rows[code] = make(entry)
        except (KeyError, TypeError, ValueError) as error:
            raise TradeDataError(f"{where}: {error}") from error
    return rows


def _group(row: Mapping[str, Any]) -> Group:
    low, middle, high = row["levels"]
    return Group(row["code"], row["name"], row["name_en"], (low, middle, high))


def _hazard(row: Mapping[str, Any]) -> Hazard:
    return Hazard(row["code"], row["name"], row["law"], row["why"])


def _certificate(row: Mapping[str, Any]) -> Certificate:
    return Certificate(
        code=row["code"],
        name=row["name"],
        issuer=row["issuer"],
        law=row["law"],
        valid_months=row["valid_months"],
        review_months=row["review_months"],
        implies=tuple(row["implies"]),
    )


def _trade(row: Mapping[str, Any]) -> Trade:
    return Trade(
        code=row["code"],
        name=row["name"],
        name_en=row["name_en"],
        aliases=tuple(row["aliases"]),
        occupation=row["occupation"],
        group=row["group"],
        parent=row["parent"],
        hazards=tuple(row["hazards"]),
        required=tuple(row["certificates"]["required"]),
        helpful=tuple(row["certificates"]["helpful"]),
        pay=UsualPay(**row["pay"]),
        shifts=tuple(usual_shift(s["start"], s["end"], s["break_minutes"]) for s in row["shifts"]),
    )


def usual_shift(start: str, end: str, break_minutes: int) -> UsualShift:
    """An end at or before the start is on the next day."""
    begins, ends = minutes(start), minutes(end)
    shift = UsualShift(begins, ends if ends > begins else ends + 24 * 60, break_minutes)
    if break_minutes < 0 or shift.paid_minutes <= 0:
        raise TradeDataError(f"the break of {break_minutes} minutes leaves no work between {start} and {end}")
    return shift


def _check_trade(
    trade: Trade,
    groups: Mapping[str, Group],
    hazards: Mapping[str, Hazard],
    certificates: Mapping[str, Certificate],
    trades: Mapping[str, Trade],
) -> None:
    _known("trade", trade.code, "group", (trade.group,), groups)
    _known("trade", trade.code, "parent", (trade.parent,) if trade.parent else (), trades)
    _known("trade", trade.code, "hazards", trade.hazards, hazards)
    _known("trade", trade.code, "certificates", trade.required + trade.helpful, certificates)
    _known("trade", trade.code, "pay unit", (trade.pay.unit,), PAY_UNITS)
    if not 0 < trade.pay.low_fen <= trade.pay.high_fen:
        raise TradeDataError(f"trade {trade.code}: pay must rise from low_fen to high_fen, above nothing")
    if not trade.shifts:
        raise TradeDataError(f"trade {trade.code}: no usual shift")


def _known(kind: str, code: str, what: str, values: Iterable[str], table: Mapping[str, object]) -> None:
    for value in values:
        if value not in table:
            raise TradeDataError(f"{kind} {code}: {what} {value!r} is not in the data")


def _check_no_circle(kind: str, edges: Mapping[str, tuple[str, ...]]) -> None:
    done: set[str] = set()

    def walk(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise TradeDataError(f"{kind} {code}: stands above itself ({' -> '.join((*path, code))})")
        if code not in done:
            for above in edges[code]:
                walk(above, (*path, code))
            done.add(code)

    for start in edges:
        walk(start, ())


def _words(trades: Mapping[str, Trade]) -> dict[str, str]:
    """Every word leads to one trade only, so that an import never has to guess."""
    words: dict[str, str] = {}
    for trade in trades.values():
        for word in (trade.code, trade.name, *trade.aliases):
            other = words.setdefault(word.lower(), trade.code)
            if other != trade.code:
                raise TradeDataError(f"trade {trade.code}: the word {word!r} already stands for {other}")
    return words
