"""Shares and their intervals: what a count of answers says, and what it does not."""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Change:
    """A share's difference between two waves; `told` only when its interval leaves nought outside."""

    difference: float
    interval: Interval

    @property
    def told(self) -> bool:
        return self.interval.low > 0 or self.interval.high < 0


def wilson(count: int, total: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a share (J. Am. Stat. Assoc. 22, 1927); the whole span when nobody answered."""
    if not 0 <= count <= total:
        raise ValueError(f"{count} of {total} is no share")
    if total == 0:
        return Interval(0.0, 1.0)
    share, square = count / total, z * z
    middle = (share + square / (2 * total)) / (1 + square / total)
    half = z / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total * total))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def change(before: tuple[int, int], after: tuple[int, int], z: float = Z95) -> Change:
    """Newcombe's hybrid score interval of a difference of two independent shares (Statistics in Medicine 17, 1998,
    method 10). Waves of a panel ask partly the same people: then it is wider than need be, never narrower."""
    (few, less), (many, more) = before, after
    if not less or not more:
        return Change(0.0, Interval(-1.0, 1.0))
    old, new = few / less, many / more
    first, second = wilson(few, less, z), wilson(many, more, z)
    difference = new - old
    down = sqrt((new - second.low) ** 2 + (first.high - old) ** 2)
    up = sqrt((second.high - new) ** 2 + (old - first.low) ** 2)
    return Change(difference, Interval(difference - down, difference + up))
