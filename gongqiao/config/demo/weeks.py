"""Weekly hours as seven 24-bit masks (Monday first, bit h = the hour h:00-h:59 is free), and how they are written."""

from collections.abc import Iterable, Sequence
from itertools import groupby

HOURS = 24
FULL_DAY = (1 << HOURS) - 1
DAY_NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def hours_mask(ranges: Iterable[Sequence[int]]) -> int:
    """[[6, 12], [14, 24]] -> bits 6-11 and 14-23; half-open, within one day."""
    mask = 0
    for start, end in ranges:
        if not 0 <= start < end <= HOURS:
            raise ValueError(f"hours {start}-{end} are not within one day")
        mask |= ((1 << (end - start)) - 1) << start
    return mask


def mask_ranges(mask: int) -> list[tuple[int, int]]:
    """The other way round: half-open runs of free hours."""
    runs: list[tuple[int, int]] = []
    for free, hours in groupby(range(HOURS), key=lambda hour: bool(mask >> hour & 1)):
        if free:
            run = list(hours)
            runs.append((run[0], run[-1] + 1))
    return runs


def week_text(week: Sequence[int]) -> str:
    """周一至周五 07:00-19:00；周六 全天 — days with equal hours side by side share one part; a day off is left out."""
    parts: list[str] = []
    for mask, days in groupby(range(7), key=lambda day: week[day]):
        run = list(days)
        if not mask:
            continue
        name = DAY_NAMES[run[0]] if len(run) == 1 else f"{DAY_NAMES[run[0]]}至{DAY_NAMES[run[-1]]}"
        parts.append(f"{name} {_day_text(mask)}")
    return "；".join(parts)


def _day_text(mask: int) -> str:
    if mask == FULL_DAY:
        return "全天"
    return "、".join(f"{start:02d}:00-{end:02d}:00" for start, end in mask_ranges(mask))
