"""The rules and the points once more, straight from the input rows, with nothing of the engine but the score card.

Written to be read, not to be fast: every list of the engine must equal what comes out here.
"""

from math import isqrt
from typing import Any

from gongqiao.engines.matching import ScoreCard

Row = dict[str, Any]
PARENTS = {"mason": ("building",), "plasterer": ("mason", "building")}


def held_levels(worker: Row) -> dict[str, int]:
    """Trade -> 0 (does it, level unknown) to 3; doing a trade is doing the broader ones, level unknown."""
    levels: dict[str, int] = {}
    for trade, level in worker["skills"].items():
        levels[trade] = max(levels.get(trade, 0), level or 0)
        for broader in PARENTS.get(trade, ()):
            levels.setdefault(broader, 0)
    return levels


def squared_metres(worker: Row, shift: Row) -> int | None:
    if None in (worker["x"], worker["y"], shift["x"], shift["y"]):
        return None
    return int((worker["x"] - shift["x"]) ** 2 + (worker["y"] - shift["y"]) ** 2)


def unmet(worker: Row, shift: Row) -> list[str]:
    """Names of the rules that fail, in order."""
    start, end = shift["start"], shift["end"]
    levels, squared, limit = held_levels(worker), squared_metres(worker, shift), worker["max_distance_m"]
    until = [worker["certificates"].get(code, -(10**9)) for code in shift["certificates"]]
    known = worker["birth_known"]
    fails = {
        "age_unknown": not known,
        "under_16": known and start < worker["age16_from"],
        "minor_hazard": known and shift["hazardous"] and start < worker["age18_from"],
        "certificate": any(minute is not None and minute < end for minute in until),
        "skill": shift["trade"] is not None and levels.get(shift["trade"], -1) < (shift["min_level"] or 0),
        "hours": any(m // 60 not in worker["available"] for m in range(start, end)),
        "busy": any(a < end and start < b for a, b in worker["busy"]),
        "distance": squared is not None and limit is not None and squared > limit**2,
        "pay": shift["pay"] < worker["pay_floor"],
        "blocked": shift["employer"] in worker["blocked_employers"],
    }
    return [rule for rule, failed in fails.items() if failed]


def points(worker: Row, shift: Row, card: ScoreCard) -> dict[str, int]:
    """Points of every factor."""
    trade, squared = shift["trade"], squared_metres(worker, shift)
    level = held_levels(worker).get(trade, -1)
    wished = trade is not None and bool({trade, *PARENTS.get(trade, ())} & set(worker["preferred_trades"]))
    near = 0 if squared is None else max(0, card.nearest_points - isqrt(squared) // card.metres_per_point)
    margin = max(0, shift["pay"] - (worker["pay_floor"] or card.pay_reference))
    trust = card.reliability_assumed if worker["reliability"] is None else worker["reliability"]
    return {
        "skill_level": 0 if level < 0 else card.level_points[level],
        "preferred_trade": card.preferred_trade_points if wished else 0,
        "distance": near,
        "pay": min(card.pay_cap_points, margin * card.pay_points_per_yuan // 100),
        "waiting": min(worker["days_waiting"], card.waiting_cap_days) * card.waiting_points_per_day,
        "reliability": trust * card.reliability_points,
        "worked_before": min(card.worked_before_cap_points, worker.get("worked_well", {}).get(shift["employer"], 0)),
        "tier": min(card.tier_cap_points, worker["tier_points"]),
    }


def score(worker: Row, shift: Row, card: ScoreCard) -> int:
    return sum(points(worker, shift, card).values())


def shifts_for(worker: Row, shifts: list[Row], card: ScoreCard, k: int, price: dict[int, int]) -> list[tuple[int, int]]:
    """(shift id, score) of the k best, by score - price, then smaller id."""
    fits = [(score(worker, shift, card), shift["id"]) for shift in shifts if not unmet(worker, shift)]
    return [(s, n) for n, s in sorted(fits, key=lambda f: (price[f[1]] - f[0], f[1]))[:k]]


def workers_for(shift: Row, workers: list[Row], card: ScoreCard, k: int) -> list[tuple[int, int]]:
    """(worker id, score) of the k best, by score, then smaller id."""
    fits = [(score(worker, shift, card), worker["id"]) for worker in workers if not unmet(worker, shift)]
    return [(w, n) for n, w in sorted(fits, key=lambda f: (-f[0], f[1]))[:k]]
