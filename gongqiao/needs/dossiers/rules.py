"""Rules of dossiers: freshness, the statutory ages."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import yuan
from gongqiao.foundation.people.identity import turns

MINIMUM_AGE = 16  # 劳动法 第十五条; 禁止使用童工规定 第二条: no override, for no role
ADULT = 18  # 劳动法 第六十四条: hazardous work is closed to 16-17 year olds
MOST_FLOOR_FEN = 100_000  # a thousand yuan an hour
FRESH_DAYS = {
    "pay_floor": 90,
    "week_hours": 60,
    "preferred": 180,
    "training_wishes": 180,
    "concerns": 180,
    "home": 365,
    "phone": 180,
    "channel": 180,
    "max_distance_m": 180,
    "travel": 180,
}


def fresh_until(field: str, as_of: date) -> date | None:
    days = FRESH_DAYS.get(field)
    return as_of + timedelta(days=days) if days else None


def check_floor(fen: int | None) -> None:
    """The least pay of an hour somebody works for; more than anybody pays is a slip of the hand."""
    if fen is not None and not 0 <= fen <= MOST_FLOOR_FEN:
        raise Refused(_("每小时的最低工钱最多写 %(most)s，请看看是不是多写了零。") % {"most": yuan(MOST_FLOOR_FEN)})


def too_young(birth: date | None, day: date) -> bool:
    """Known to be under sixteen."""
    return birth is not None and day < turns(birth, MINIMUM_AGE)


def check_age(birth: date | None, day: date) -> None:
    """Nobody under sixteen is registered for work or introduced, whoever asks."""
    if too_young(birth, day):
        raise Refused(_("未满 16 周岁，不能登记找活（劳动法第十五条）。请社工跟进。"))
