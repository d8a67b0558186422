"""What a plan of the day must keep to, and what it is paid points for beside the scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongqiao.engines.matching.horizon import MINUTES_PER_DAY


@dataclass(frozen=True)
class PlanRules:
    """Limits of one plan. `fill_points` is what a filled seat is worth beside its score.

    `min_rest_minutes` lies between any two shifts of one worker, those he already holds included; shifts he already
    holds do not count towards `max_shifts_per_worker` and `max_minutes_per_worker`; to whom fewer minutes are left,
    his id stands in `minutes_left`. Of each shift's seats `reserved_percent`, rounded down, are kept for people with
    priority points: one of them there is worth `reserved_points` more, and where none comes anybody may sit there (a
    reserve with release, never a quota against others). The `first_seats` of a shift are worth `first_points` more,
    so that no shift is left all but empty.
    `bound_steps` limits the work on the bound of a small market, `pricing_rounds` and `polish_steps` that of a large,
    `exact_nodes` that on settling what both leave open in a small one: counts, not seconds, so that every machine makes
    the same plan.
    """

    max_shifts_per_worker: int = 1
    min_rest_minutes: int = 0
    fill_points: int = 1000
    bound_steps: int = 150
    max_minutes_per_worker: int | None = None
    reserved_percent: int = 0
    reserved_points: int = 0
    first_seats: int = 0
    first_points: int = 0
    pricing_rounds: int = 3
    polish_steps: int = 200_000
    exact_nodes: int = 2000
    minutes_left: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, low, high in (
            ("max_shifts_per_worker", 1, 1000),
            ("min_rest_minutes", 0, 7 * MINUTES_PER_DAY),
            ("fill_points", 1, 1_000_000),
            ("bound_steps", 0, 100_000),
            ("reserved_percent", 0, 100),
            ("reserved_points", 0, 1_000_000),
            ("first_seats", 0, 100_000),
            ("first_points", 0, 1_000_000),
            ("pricing_rounds", 1, 20),
            ("polish_steps", 0, 100_000_000),
            ("exact_nodes", 0, 1_000_000),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)!r}")
        if self.max_minutes_per_worker is not None and self.max_minutes_per_worker < 1:
            raise ValueError(f"max_minutes_per_worker must be 1 or more, got {self.max_minutes_per_worker!r}")
        for worker, left in self.minutes_left.items():
            if left < 0:
                raise ValueError(f"minutes_left of worker {worker} must be 0 or more, got {left!r}")

    @property
    def is_plain(self) -> bool:
        """Only limits that the solver of small markets knows."""
        return not self.limits_hours and not self.reserved_percent and not self.first_seats

    @property
    def limits_hours(self) -> bool:
        return self.max_minutes_per_worker is not None or bool(self.minutes_left)

    def minutes_for(self, worker: int) -> int | None:
        """How long this worker may work in all, None = as long as he likes."""
        limits = [self.max_minutes_per_worker, self.minutes_left.get(worker)]
        return min((limit for limit in limits if limit is not None), default=None)
