"""The known minimum wage of a place on a day: data/minimum_wage.json, by province; nothing is guessed.

Which county belongs to which class (档) is not in the data, so the lowest class of the province is what is certain.
"""

import json
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from gongqiao.needs.postings.lint import MinimumPay

_PROVINCE_DIGITS = 2


@cache
def _data() -> Any:
    return json.loads(resources.files(__package__).joinpath("data/minimum_wage.json").read_text("utf-8"))


def known_minimum(region_code: str | None, day: date) -> MinimumPay | None:
    """The standard of the region's province on the day; None where the place or its standard then is not known.

    A step without a date was in force on the day its table is of, so before that day it is not known.
    """
    if not region_code:
        return None
    province = _data()["provinces"].get(region_code[:_PROVINCE_DIGITS].ljust(12, "0"))
    if province is None:
        return None
    seen = date.fromisoformat(_data()["about"]["in_force_on"])
    begun = [(date.fromisoformat(step["since"]) if step["since"] else seen, step) for step in province["steps"]]
    begun = [(begin, step) for begin, step in begun if begin <= day]
    if not begun:
        return None
    _begin, step = max(begun, key=lambda pair: pair[0])
    hours = step["hour_fen"] if _hours_known(step, day) else None
    return MinimumPay(
        place=province["name"],
        place_en=province["name_en"],
        since=date.fromisoformat(step["since"]) if step["since"] else None,
        seen=seen,
        month_fen=min(step["month_fen"]),
        month_top_fen=max(step["month_fen"]),
        hour_fen=min(hours) if hours else None,
        hour_top_fen=max(hours) if hours else None,
        source=step["source"],
    )


def _hours_known(step: dict[str, Any], day: date) -> bool:
    """Known for every class: where the lowest was not seen (安徽), what is lowest among the others is no floor."""
    hours, since = step["hour_fen"], step["hour_since"]
    if hours is None or len(hours) < len(step["month_fen"]):
        return False
    return since is None or date.fromisoformat(since) <= day
