"""Employers share the people: what a worker is shown first is spread over work that is about as good for him.

The engine's crowding price moves people away from shifts that too many want, in steps; the last step alone would send
everybody from the one of two like employers to the other. So each worker's list adds a draw of his own, anew each day,
of less than one such step: it settles what is nearly equal, and nothing else.
"""

import hashlib

from gongqiao.engines.matching import Market, Suggestion

SPREAD = 16  # points: one step of the price, about a hundredth of a good score
LOOKED_AT = 64


def shifts_for(market: Market, worker: int, most: int, *, salt: str) -> list[Suggestion]:
    """The `most` best shifts for one worker; same market, worker and salt, same list."""

    def worth(suggestion: Suggestion) -> tuple[int, int]:
        drawn = hashlib.sha256(f"{salt}:{worker}:{suggestion.shift_id}".encode()).digest()
        return suggestion.rank_value + drawn[0] * SPREAD // 256, -suggestion.shift_id

    found = market.shifts_for(worker, LOOKED_AT, ease_crowding=True)
    return sorted(found, key=worth, reverse=True)[:most]
