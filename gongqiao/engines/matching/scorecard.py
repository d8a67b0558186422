"""The score card: what counts for a good match, in whole points, readable and versioned.

Every factor gives zero or more points, none takes any away, so no fact about a person can count against him; what is
not known gives the stated neutral points. The sum of whole numbers is the same on every machine and in SQL. The default
points are set by hand, not learnt: they are a published starting point.
"""

from dataclasses import dataclass, fields

from gongqiao.engines.matching.errors import TableError
from gongqiao.engines.matching.vocabulary import HIGHEST_LEVEL

FACTORS = ("skill_level", "preferred_trade", "distance", "pay", "waiting", "reliability", "worked_before", "tier")
HIDDEN_FROM_EMPLOYERS = frozenset({"tier", "waiting", "pay", "distance", "preferred_trade"})
MOST_CARD_POINTS = 1_000_000
FEN_PER_YUAN = 100


@dataclass(frozen=True)
class FactorRule:
    """One line of the card: its name, least and most points, and the numbers it is computed with."""

    name: str
    least: int
    most: int
    method: str
    parameters: dict[str, int]


@dataclass(frozen=True)
class ScoreCard:
    """Whole points of each factor. Distances in metres, pay in fen per hour."""

    version: str
    level_points: tuple[int, ...]  # for a stated "does it, level unknown", then levels 1, 2, 3
    preferred_trade_points: int
    nearest_points: int
    metres_per_point: int
    pay_points_per_yuan: int
    pay_cap_points: int
    pay_reference: int  # measured from here where a person states no floor
    waiting_points_per_day: int
    waiting_cap_days: int
    reliability_points: int  # per point of reliability, 0..100
    reliability_assumed: int  # where nothing is known yet
    worked_before_cap_points: int
    tier_cap_points: int

    def __post_init__(self) -> None:
        if not self.version:
            raise TableError("score card: version must not be empty")
        if len(self.level_points) != HIGHEST_LEVEL + 1:
            raise TableError(f"score card: level_points needs {HIGHEST_LEVEL + 1} numbers, got {self.level_points!r}")
        for name, value in self._numbers():
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_CARD_POINTS:
                raise TableError(f"score card: {name} must be 0 to {MOST_CARD_POINTS}, got {value!r}")
        if self.metres_per_point < 1:
            raise TableError("score card: metres_per_point must be 1 or more")
        if self.reliability_assumed > 100:
            raise TableError(f"score card: reliability_assumed must be 0 to 100, got {self.reliability_assumed}")
        if self.most > 2**30:
            raise TableError(f"score card: the most points together, {self.most}, are beyond {2**30}")

    def _numbers(self) -> list[tuple[str, object]]:
        plain = [(f.name, getattr(self, f.name)) for f in fields(self) if f.name not in ("version", "level_points")]
        return [*plain, *(("level_points", points) for points in self.level_points)]

    @classmethod
    def default(cls) -> "ScoreCard":
        """Nearness up to 15 km leads; a wish, experience, better pay, a long wait and reliability follow."""
        return cls(
            version="default-2",
            level_points=(50, 100, 200, 300),
            preferred_trade_points=300,
            nearest_points=1500,
            metres_per_point=10,
            pay_points_per_yuan=20,
            pay_cap_points=300,
            pay_reference=2000,
            waiting_points_per_day=5,
            waiting_cap_days=60,
            reliability_points=3,
            reliability_assumed=60,
            worked_before_cap_points=300,
            tier_cap_points=1000,
        )

    @property
    def most(self) -> int:
        """No score is higher than this."""
        return sum(rule.most for rule in self.describe())

    def describe(self) -> tuple[FactorRule, ...]:
        """The card as lines a person can read, in the fixed order of FACTORS."""
        levels = {f"level_{level or 'unknown'}": points for level, points in enumerate(self.level_points)}
        distance = {"nearest_points": self.nearest_points, "metres_per_point": self.metres_per_point}
        pay = {"points_per_yuan": self.pay_points_per_yuan, "reference": self.pay_reference}
        waiting = {"points_per_day": self.waiting_points_per_day, "cap_days": self.waiting_cap_days}
        trust = {"points": self.reliability_points, "assumed": self.reliability_assumed}
        return (
            _line("skill_level", max(self.level_points), "points of the stated level in the asked trade", levels),
            _line("preferred_trade", self.preferred_trade_points, "the trade or one above it is wished for", {}),
            _line("distance", self.nearest_points, "max(0, nearest - floor(metres) // metres_per_point)", distance),
            _line("pay", self.pay_cap_points, "min(cap, max(0, pay - floor) * points_per_yuan // 100)", pay),
            _line("waiting", self.waiting_points_per_day * self.waiting_cap_days, "min(days, cap) * points", waiting),
            _line("reliability", 100 * self.reliability_points, "reliability * points", trust),
            _line("worked_before", self.worked_before_cap_points, "min(cap, points with this employer)", {}),
            _line("tier", self.tier_cap_points, "min(cap, published priority points)", {}),
        )


def _line(name: str, most: int, method: str, parameters: dict[str, int]) -> FactorRule:
    return FactorRule(name, 0, most, method, parameters)
