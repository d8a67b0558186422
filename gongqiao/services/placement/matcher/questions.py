"""The questions, as pure functions of an engine market: plain results that can travel to another process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gongqiao.engines.matching import Crowding, Explanation, Market, Suggestion, WhyUnfilled
from gongqiao.services.placement import exposure


@dataclass(frozen=True)
class PairAdvice:
    """One suggested pair with its reasons."""

    suggestion: Suggestion
    explanation: Explanation


@dataclass(frozen=True)
class ShiftAdvice:
    """Why a shift is still open, how many are drawn to it, and whom to call."""

    why: WhyUnfilled
    crowding: Crowding
    candidates: tuple[PairAdvice, ...]


@dataclass(frozen=True)
class WhatIf:
    """With `pay` (fen per hour) instead of `pay_now`, `people` instead of `people_now` could come."""

    pay_now: int
    people_now: int
    pay: int
    people: int


def about_shift(market: Market, shift: int, k: int) -> ShiftAdvice | None:
    """None when the shift is not in this market: begun, full, or its verification has run out."""
    if not market.shifts.holds(shift):
        return None
    candidates = tuple(PairAdvice(one, market.explain(one.worker_id, shift)) for one in market.workers_for(shift, k))
    return ShiftAdvice(market.why_unfilled(shift), market.crowding_of(shift), candidates)


def people_for(market: Market, shift: int, k: int, without: tuple[int, ...]) -> tuple[PairAdvice, ...]:
    """The k best for a shift who are none of `without`, the best first; empty when it is not in this market."""
    if not market.shifts.holds(shift):
        return ()
    barred = frozenset(without)
    found = [one for one in market.workers_for(shift, k + len(barred)) if one.worker_id not in barred]
    return tuple(PairAdvice(one, market.explain(one.worker_id, shift)) for one in found[:k])


def for_worker(market: Market, worker: int, k: int, salt: str) -> tuple[PairAdvice, ...]:
    """His k best, crowding eased and near ties drawn with `salt`; empty when he is not looking."""
    if not market.workers.holds(worker):
        return ()
    best = exposure.shifts_for(market, worker, k, salt=salt)
    return tuple(PairAdvice(one, market.explain(worker, one.shift_id)) for one in best)


def about_pair(market: Market, worker: int, shift: int) -> Explanation | None:
    """None when either is not in this market."""
    if not (market.workers.holds(worker) and market.shifts.holds(shift)):
        return None
    return market.explain(worker, shift)


def what_if(market: Market, shift: int, more: int) -> WhatIf | None:
    """How many could come if the shift paid `more` (fen per hour) above what it pays."""
    if not market.shifts.holds(shift):
        return None
    pay = int(market.shifts.pay[market.shifts.position(shift)])
    now, then = (market.could_come(shift, pay=paid) for paid in (pay, pay + more))
    return WhatIf(pay, now, pay + more, then)


QUESTIONS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (about_shift, people_for, for_worker, about_pair, what_if)
}
DONE, REFUSED, FAILED = "done", "refused", "failed"  # how a question went in the other process
