"""One worker and one shift, in plain Python integers: which rules fail and how the points come about, as facts.

This is the readable twin of `scan.py` and shares no code with it: explanations and the independent check of a plan use
it, and tests hold the two equal. Facts are numbers and codes; the words for people are made elsewhere.
"""

from dataclasses import dataclass
from math import isqrt
from typing import Any

from gongqiao.engines.matching.horizon import MINUTES_PER_HOUR
from gongqiao.engines.matching.scorecard import FEN_PER_YUAN, ScoreCard
from gongqiao.engines.matching.shifts import ANY_TRADE, ShiftTable
from gongqiao.engines.matching.vocabulary import BITS_PER_TRADE, UNKNOWN_LEVEL, CapabilityVocabulary, set_of
from gongqiao.engines.matching.workers import NO_EXPIRY, NO_LIMIT, NOT_HELD, UNKNOWN_RELIABILITY, WorkerTable

Facts = dict[str, Any]


@dataclass(frozen=True)
class Unmet:
    """A hard rule that fails, by its machine name, and the facts of it."""

    rule: str
    detail: Facts


@dataclass(frozen=True)
class Factor:
    """Points of one line of the score card, and the facts they come from."""

    name: str
    points: int
    detail: Facts


@dataclass(frozen=True)
class Pair:
    """Row i of the workers against row j of the shifts."""

    workers: WorkerTable
    i: int
    shifts: ShiftTable
    j: int
    vocabulary: CapabilityVocabulary

    def unmet(self) -> tuple[Unmet, ...]:
        """All failing rules in the fixed order; empty = he may do it."""
        found = (
            *self._age(),
            *self._certificate(),
            *self._skill(),
            *self._hours(),
            *self._busy(),
            *self._distance(),
            *self._pay(),
            *self._blocked(),
        )
        return tuple(found)

    def factors(self, card: ScoreCard) -> tuple[Factor, ...]:
        """All lines of the card in the fixed order."""
        return (
            self._skill_factor(card),
            self._preferred_factor(card),
            self._distance_factor(card),
            self._pay_factor(card),
            self._waiting_factor(card),
            self._reliability_factor(card),
            self._worked_before_factor(card),
            self._tier_factor(card),
        )

    def _worker(self, column: str) -> int:
        return int(getattr(self.workers, column)[self.i])

    def _shift(self, column: str) -> int:
        return int(getattr(self.shifts, column)[self.j])

    def _age(self) -> list[Unmet]:
        if not self._worker("birth_known"):
            return [Unmet("age_unknown", {})]
        start, found = self._shift("start"), []
        if start < self._worker("age16_from"):
            found.append(Unmet("under_16", {"start": start, "from": self._worker("age16_from")}))
        if self._shift("hazardous") and start < self._worker("age18_from"):
            found.append(Unmet("minor_hazard", {"start": start, "from": self._worker("age18_from")}))
        return found

    def _certificate(self) -> list[Unmet]:
        missing, expired = [], {}
        for at, code in enumerate(self.vocabulary.certificates):
            if not self.shifts.required_certificates[self.j, at]:
                continue
            until = int(self.workers.certificate_until[self.i, at])
            if until == NOT_HELD:
                missing.append(code)
            elif until != NO_EXPIRY and until < self._shift("end"):
                expired[code] = until
        if not missing and not expired:
            return []
        return [Unmet("certificate", {"missing": tuple(missing), "expired": expired, "end": self._shift("end")})]

    def held_level(self) -> int | None:
        """Level in the asked trade: 1 to 3, 0 = does it, level unknown, None = not at all (or no trade is asked)."""
        if self._shift("trade") == ANY_TRADE:
            return None
        held = set_of(self.workers.skill_bits[self.i]) >> (self._shift("trade") * BITS_PER_TRADE)
        return next((level for level in reversed(range(BITS_PER_TRADE)) if held >> level & 1), None)

    def _trade(self) -> str | None:
        trade = self._shift("trade")
        return None if trade == ANY_TRADE else self.vocabulary.trades[trade].code

    def _skill(self) -> list[Unmet]:
        if self._shift("trade") == ANY_TRADE:
            return []
        level, asked = self.held_level(), self._shift("min_level")
        if level is not None and level >= asked:
            return []
        return [Unmet("skill", {"trade": self._trade(), "min_level": asked or None, "held": level})]

    def missing_hours(self) -> tuple[int, ...]:
        """Hours of the horizon the shift touches and the worker has not offered."""
        first, last = self._shift("start") // MINUTES_PER_HOUR, (self._shift("end") - 1) // MINUTES_PER_HOUR
        free = set_of(self.workers.available[self.i])
        return tuple(hour for hour in range(first, last + 1) if not free >> hour & 1)

    @property
    def hours_touched(self) -> int:
        """How many hours of the horizon the shift touches."""
        return (self._shift("end") - 1) // MINUTES_PER_HOUR - self._shift("start") // MINUTES_PER_HOUR + 1

    def _hours(self) -> list[Unmet]:
        missing = self.missing_hours()
        return [Unmet("hours", {"missing": missing})] if missing else []

    def clashes(self, rest: int = 0) -> tuple[tuple[int, ...], ...]:
        """Held shifts that overlap this one, or leave less than `rest` minutes beside it."""
        start, end = self._shift("start") - rest, self._shift("end") + rest
        return tuple(span for span in self.workers.busy.row(self.i) if span[0] < end and start < span[1])

    def _busy(self) -> list[Unmet]:
        clashes = self.clashes()
        return [Unmet("busy", {"clashes": clashes})] if clashes else []

    def squared_metres(self) -> int | None:
        """None where either place is unknown."""
        if not (self._worker("place_known") and self._shift("place_known")):
            return None
        dx, dy = self._worker("x") - self._shift("x"), self._worker("y") - self._shift("y")
        return dx * dx + dy * dy

    def _distance(self) -> list[Unmet]:
        squared, limit = self.squared_metres(), self._worker("max_distance_m")
        if squared is None or limit == NO_LIMIT or squared <= limit * limit:
            return []
        return [Unmet("distance", {"metres": ceil_root(squared), "limit": limit})]

    def _pay(self) -> list[Unmet]:
        pay, floor = self._shift("pay"), self._worker("pay_floor")
        return [Unmet("pay", {"pay": pay, "floor": floor, "gap": floor - pay})] if pay < floor else []

    def _blocked(self) -> list[Unmet]:
        employer = self._shift("employer")
        blocked = (employer,) in self.workers.blocked_employers.row(self.i)
        return [Unmet("blocked", {"employer": employer})] if blocked else []

    def _skill_factor(self, card: ScoreCard) -> Factor:
        level = self.held_level()
        points = 0 if level is None else card.level_points[level]
        asked = self._shift("min_level")
        known = None if level == UNKNOWN_LEVEL else level
        detail = {"trade": self._trade(), "does_it": level is not None, "level": known, "min_level": asked or None}
        return Factor("skill_level", points, detail)

    def _preferred_factor(self, card: ScoreCard) -> Factor:
        trade = self._shift("trade")
        wishes = set_of(self.workers.preferred_bits[self.i])
        wished = trade != ANY_TRADE and bool(wishes >> (trade * BITS_PER_TRADE) & 1)
        detail = {"trade": self._trade(), "preferred": wished}
        return Factor("preferred_trade", card.preferred_trade_points if wished else 0, detail)

    def _distance_factor(self, card: ScoreCard) -> Factor:
        squared = self.squared_metres()
        if squared is None:
            return Factor("distance", 0, {"metres": None, "unknown": True})
        metres = isqrt(squared)
        points = max(0, card.nearest_points - metres // card.metres_per_point)
        return Factor("distance", points, {"metres": metres, "unknown": False})

    def _pay_factor(self, card: ScoreCard) -> Factor:
        pay, floor = self._shift("pay"), self._worker("pay_floor")
        measured_from = floor or card.pay_reference
        points = min(card.pay_cap_points, max(0, pay - measured_from) * card.pay_points_per_yuan // FEN_PER_YUAN)
        return Factor("pay", points, {"pay": pay, "floor": floor or None, "measured_from": measured_from})

    def _waiting_factor(self, card: ScoreCard) -> Factor:
        days = self._worker("days_waiting")
        return Factor("waiting", min(days, card.waiting_cap_days) * card.waiting_points_per_day, {"days": days})

    def _reliability_factor(self, card: ScoreCard) -> Factor:
        value = self._worker("reliability")
        unknown = value == UNKNOWN_RELIABILITY
        used = card.reliability_assumed if unknown else value
        detail = {"reliability": None if unknown else value, "assumed": used if unknown else None}
        return Factor("reliability", used * card.reliability_points, detail)

    def _worked_before_factor(self, card: ScoreCard) -> Factor:
        employer = self._shift("employer")
        earned = next((points for known, points in self.workers.worked_well.row(self.i) if known == employer), 0)
        points = min(card.worked_before_cap_points, earned)
        return Factor("worked_before", points, {"employer": employer, "earned": earned})

    def _tier_factor(self, card: ScoreCard) -> Factor:
        given = self._worker("tier_points")
        return Factor("tier", min(card.tier_cap_points, given), {"tier_points": given})


def ceil_root(squared: int) -> int:
    """Smallest whole number of metres that reaches this squared distance."""
    root = isqrt(squared)
    return root if root * root == squared else root + 1
