"""Weekly hours: seven masks of 24 bits (bit h = hour h is free), Monday first; kept as 42 hex digits."""

from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

FULL_DAY = (1 << 24) - 1
ALWAYS: tuple[int, ...] = (FULL_DAY,) * 7
ALWAYS_HEX = "ffffff" * 7
PARTS = {"morning": (5, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (0, 5)}


def mask(start: int, end: int) -> int:
    """Bits for the hours [start, end) of one day."""
    return ((1 << (end - start)) - 1) << start


def to_hex(week: tuple[int, ...]) -> str:
    if len(week) != 7 or any(not 0 <= day <= FULL_DAY for day in week):
        raise ValueError("weekly hours are seven masks of 24 bits")
    return "".join(f"{day:06x}" for day in week)


def from_hex(text: str) -> tuple[int, ...]:
    """Seven masks; what was not said is no hour at all, never every hour."""
    if not text:
        return (0,) * 7
    if len(text) != 42:
        raise ValueError("weekly hours are 42 hex digits")
    return tuple(int(text[at : at + 6], 16) for at in range(0, 42, 6))


def on(week: tuple[int, ...], day: date) -> int:
    return week[day.weekday()]


def words(text: str) -> str:
    """周一到周五 上午、下午; each run of equal days is one phrase."""
    if not text:
        return _("没说")
    week = from_hex(text)
    if week == ALWAYS:
        return _("天天都有空")
    names = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    phrases = []
    for day_mask, run in groupby(enumerate(week), key=lambda item: item[1]):
        days = [index for index, _mask in run]
        if day_mask:
            first, last = names[days[0]], names[days[-1]]
            span = first if len(days) == 1 else _("%(first)s到%(last)s") % {"first": first, "last": last}
            phrases.append(f"{span} {day_words(day_mask)}")
    return _("；").join(phrases) or _("都没空")


def day_words(day_mask: int) -> str:
    """One day: 全天, 上午、下午, 8–11 点, 没空."""
    if not day_mask:
        return _("没空")
    if day_mask == FULL_DAY:
        return _("全天")
    labels = {"morning": _("上午"), "afternoon": _("下午"), "evening": _("晚上"), "night": _("半夜")}
    whole = [name for name, (start, end) in PARTS.items() if day_mask & mask(start, end) == mask(start, end)]
    if sum(mask(*PARTS[name]) for name in whole) == day_mask:
        return _("、").join(labels[name] for name in whole)
    spans, hour = [], 0
    while hour < 24:
        if day_mask >> hour & 1:
            end = hour
            while end < 24 and day_mask >> end & 1:
                end += 1
            spans.append(f"{hour}–{end}")
            hour = end
        hour += 1
    return _("%(spans)s 点") % {"spans": _("、").join(spans)}
