"""Weekly hours as people write them: 周一至周五 07:00-19:00；周六 全天；周日 上午、下午."""

import re

from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.cells import folded
from gongqiao.channels.spreadsheet.errors import CellError
from gongqiao.needs.dossiers.hours import FULL_DAY, PARTS, mask

DAYS = "一二三四五六日"
EVERY = ("天天", "每天", "都行", "随时", "都有空", "天天都有空", "全周", "周一至周日")
PART_WORDS = {
    "全天": (0, 24),
    "白天": (7, 19),
    "上午": PARTS["morning"],
    "早上": PARTS["morning"],
    "下午": PARTS["afternoon"],
    "晚上": PARTS["evening"],
    "夜里": PARTS["evening"],
    "半夜": PARTS["night"],
    "凌晨": PARTS["night"],
}
_DAY = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天])")
_RUN = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天])(?:至|到|-|~|—)(?:周|星期|礼拜)?([一二三四五六日天])")
_SPAN = re.compile(r"(\d{1,2})(?:[:点](\d{2})?)?(?:-|~|—|–|至|到)(\d{1,2})(?:[:点](\d{2})?)?点?")
_HEAD = re.compile(
    r"^((?:工作日|周末|双休|天天|每天|(?:周|星期|礼拜)?[一二三四五六日天](?![点]))(?:[、,和至到~—-]|(?:周|星期|礼拜)|[一二三四五六日天])*)"
)


def week(text: str) -> tuple[int, ...] | None:
    """Seven masks of 24 bits, Monday first; None for an empty text: not said is not always. CellError names the part.

    Only whole hours count: 07:30-18:30 is free from 8 to 18, since a shift must lie wholly inside.
    """
    plain = folded(text).replace(" ", " ")
    if not plain:
        return None
    masks = [0] * 7
    for part in filter(None, (piece.strip() for piece in re.split(r"[;；\n]", plain))):
        days, rest = _days(part)
        hours = _hours(rest, part)
        for day in days:
            masks[day] |= hours
    return tuple(masks)


def _days(part: str) -> tuple[set[int], str]:
    compact = part.replace(" ", "")
    for word in EVERY:
        if compact.startswith(word):
            return set(range(7)), compact.removeprefix(word)
    head = _HEAD.match(compact)
    if head is None:
        if _SPAN.match(compact) or compact.startswith(tuple(PART_WORDS)):
            return set(range(7)), compact
        raise CellError(_unread(part))
    names, rest = head[1], compact[len(head[1]) :]
    days: set[int] = set()
    if "工作日" in names:
        days |= set(range(5))
    if "周末" in names or "双休" in names:
        days |= {5, 6}
    names = re.sub("工作日|周末|双休", "", names)
    for run in _RUN.finditer(names):
        first, last = _index(run[1]), _index(run[2])
        days |= {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
    for single in _DAY.finditer(_RUN.sub("", names)):
        days.add(_index(single[1]))
    return days, rest


def _index(sign: str) -> int:
    return 6 if sign in "日天" else DAYS.index(sign)


def _hours(rest: str, part: str) -> int:
    rest = rest.strip("：:，, 都有空可以")
    if not rest:
        return FULL_DAY
    hours = 0
    for piece in re.split(r"[、,，和]", rest):
        if piece in PART_WORDS:
            hours |= mask(*PART_WORDS[piece])
            continue
        span = _SPAN.fullmatch(piece)
        if span is None:
            raise CellError(_unread(part))
        hours |= _span(int(span[1]), int(span[2] or 0), int(span[3]), int(span[4] or 0), part)
    return hours


def _span(start: int, start_minute: int, end: int, end_minute: int, part: str) -> int:
    """Over midnight (20-6) the hours of both ends of the day are free."""
    if start > 24 or end > 24 or start_minute > 59 or end_minute > 59:
        raise CellError(_unread(part))
    first = start + (start_minute > 0)
    if (end, end_minute) > (start, start_minute):
        return mask(first, max(first, end))
    return mask(first, 24) | mask(0, end)


def _unread(part: str) -> str:
    return _("看不懂“%(part)s”，请写成“周一至周五 07:00-19:00；周六 全天”这样。") % {"part": part}
