"""What the engine answers with: ids, points and facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongqiao.engines.matching.crowding import Crowding
from gongqiao.engines.matching.pairs import Factor, Unmet
from gongqiao.engines.matching.rules import SHOWN_TO_EMPLOYERS
from gongqiao.engines.matching.scorecard import HIDDEN_FROM_EMPLOYERS


@dataclass(frozen=True)
class Suggestion:
    """A feasible pair in a list: its score, the shift's price where crowding is eased (else 0), and score - price."""

    worker_id: int
    shift_id: int
    score: int
    price: int

    @property
    def rank_value(self) -> int:
        return self.score - self.price


@dataclass(frozen=True)
class Recommendations:
    """Both sides at once (`lists.Lists`: mappings that also hold plain columns). `crowding` holds every shift."""

    for_workers: Mapping[int, tuple[Suggestion, ...]]
    for_shifts: Mapping[int, tuple[Suggestion, ...]]
    crowding: Mapping[int, Crowding]


@dataclass(frozen=True)
class Explanation:
    """Why a pair is (not) suggested: facts for the worker and the staff who serve him."""

    worker_id: int
    shift_id: int
    feasible: bool
    score: int
    factors: tuple[Factor, ...]
    unmet: tuple[Unmet, ...]
    crowding: Crowding

    def for_employer(self) -> "EmployerExplanation":
        """What an employer may see: no priority, wait, home, wish, age, other work, nor a sum that gives them away."""
        factors = tuple(factor for factor in self.factors if factor.name not in HIDDEN_FROM_EMPLOYERS)
        unmet = tuple(rule for rule in self.unmet if rule.rule in SHOWN_TO_EMPLOYERS)
        return EmployerExplanation(self.worker_id, self.shift_id, self.feasible, factors, unmet)


@dataclass(frozen=True)
class EmployerExplanation:
    """The part of an explanation that may leave the house; `unmet` may be empty though `feasible` is False."""

    worker_id: int
    shift_id: int
    feasible: bool
    factors: tuple[Factor, ...]
    unmet: tuple[Unmet, ...]


@dataclass(frozen=True)
class Violation:
    """A pair of a plan that breaks a rule, found by the independent check."""

    rule: str
    worker_id: int
    shift_id: int
    detail: dict[str, Any]
