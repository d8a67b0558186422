"""How many are told, who of them, and in which order: pure, so that it can be read and tried without a market.

- A shift looks for `PER_SEAT` people for each seat still open, less those who were told of it and have not said no.
- The pairs of all that was verified since the last round stand in one order, the best first. Pairs less than `SPREAD`
  points apart count as equally good: then whoever was told longest ago comes first, then a draw of the day.
- Nobody is told more often than the market's number a day. Where that stops somebody, he has been told the best that
  there was for him, and the next best person of the shift takes his place.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from gongqiao.services.placement.exposure import SPREAD
from gongqiao.services.placement.matcher import PairAdvice

PER_SEAT = 3  # most who are told have other plans; more would raise hopes that there are no seats for
MOST_DAYS = 7  # days of a posting that people are looked for; on the others they are free or not just the same
SLACK = 8  # looked at beyond twice the number wanted, so that near ties are seen


@dataclass(frozen=True)
class Wanted:
    """A shift of one posting that looks for `people`; never for those in `barred` (files)."""

    posting: int
    shift: int
    people: int
    barred: frozenset[int]


@dataclass(frozen=True)
class Pick:
    posting: int
    shift: int
    dossier: int
    place: int
    advice: PairAdvice


@dataclass
class Picked:
    """`capped`: by shift, the people who would have been told and had their number for the day."""

    picks: list[Pick] = field(default_factory=list)
    capped: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))


Ask = Callable[[int, int, frozenset[int]], Sequence[PairAdvice]]  # shift, how many, without whom: the best first


def pick(
    wanted: Iterable[Wanted], ask: Ask, *, room: Callable[[int], int], last_told: dict[int, datetime], salt: str
) -> Picked:
    """Who is told of what. `room`: how often a person may still be told on his day."""
    shifts = {one.shift: one for one in wanted if one.people > 0}
    left = {shift: one.people for shift, one in shifts.items()}
    reach = {shift: 2 * one.people + SLACK for shift, one in shifts.items()}
    told: dict[int, set[int]] = defaultdict(set)
    spent: Counter[int] = Counter()
    found, full, asking = Picked(), set[int](), set(shifts)

    def order(advice: PairAdvice) -> tuple[int, float, bytes, int]:
        one = advice.suggestion
        before = last_told.get(one.worker_id)
        drawn = sha256(f"{salt}:{one.worker_id}:{one.shift_id}".encode()).digest()
        return -(one.rank_value // SPREAD), before.timestamp() if before else 0.0, drawn, one.shift_id

    while asking:
        pool: list[PairAdvice] = []
        for shift in sorted(asking):
            one = shifts[shift]
            best = ask(shift, reach[shift], one.barred | full | told[one.posting])
            pool += best
            if len(best) < reach[shift]:
                asking.discard(shift)  # there is nobody beyond these
            reach[shift] *= 2
        for advice in sorted(pool, key=order):
            dossier, shift = advice.suggestion.worker_id, advice.suggestion.shift_id
            posting = shifts[shift].posting
            if not left[shift] or dossier in told[posting]:
                continue
            if spent[dossier] >= room(dossier):
                full.add(dossier)
                found.capped[shift].add(dossier)
                continue
            found.picks.append(Pick(posting, shift, dossier, shifts[shift].people - left[shift] + 1, advice))
            told[posting].add(dossier)
            spent[dossier] += 1
            left[shift] -= 1
        asking = {shift for shift in asking if left[shift]}
    return found
