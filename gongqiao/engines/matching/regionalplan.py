"""A day plan over regions that see only their own people: an auction between neighbours, and one proof for the whole.

In each round every region sells all the seats its people can reach, against the bids that other regions named for the
seats they share (asynchronous auction: Bertsekas and Castanon, "Parallel synchronous and asynchronous implementations
of the auction algorithm", Parallel Computing 17, 1991). Only prices, bids and numbers of shared seats travel, never a
person. Prices of one seat agreed upon prove a bound: what each person could at best have at them, summed by region,
and what the seats would bring (Lagrangian relaxation). No plan is worth more, however the regions were drawn.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gongqiao.engines.matching import planning
from gongqiao.engines.matching.columns import Bool, Int64
from gongqiao.engines.matching.hosts import Staff
from gongqiao.engines.matching.shifts import ShiftTable
from gongqiao.engines.matching.workers import WorkerTable

if TYPE_CHECKING:
    from gongqiao.engines.matching.fast.regional import Answer, Bids, Opening, Proof, Turn

METHOD = "auction between regions"
MOST_GROUPS = 4  # of seats of one shift: reserved, first, others
SWEEPS = 2  # of offering free seats around


AT_ONCE, IN_TURN = 8, 3  # rounds: everybody at once until prices agree, then neighbours one after the other


@dataclass
class Traffic:
    """What travelled between the regions while a plan was made; the regions' own tables are not counted."""

    rounds: int = 0
    bytes_told: int = 0  # to the regions
    bytes_heard: int = 0  # from them
    shared: int = 0  # groups of seats that more than one region sells
    sharings: int = 0  # the same, counted once for each region

    @property
    def bytes_a_sharing(self) -> float:
        return (self.bytes_told + self.bytes_heard) / max(1, self.sharings)


class RegionalPlan(NamedTuple):
    """The plan of all regions with the proof for the whole market, and what it took to agree on it."""

    plan: planning.DayPlan
    traffic: Traffic


def plan_regions(staff: Staff, regions: int, workers: WorkerTable, shifts: ShiftTable, parts: int) -> RegionalPlan:
    """All rounds, then the best plan and the lowest bound seen; the bound is over all feasible pairs."""
    if not regions:
        nobody = np.zeros((0, 2), dtype=np.int64)
        price = np.zeros(len(shifts), dtype=np.int64)
        return RegionalPlan(planning.answer(workers, shifts, nobody, 0, 0, price, METHOD), Traffic())
    assembly = Assembly(staff, regions, workers, shifts, parts)
    alone = not assembly.traffic.sharings
    for _ in range(1 if alone else AT_ONCE):
        assembly.round(in_turn=False)
    assembly.weigh()
    assembly.widen()
    for _ in range(1 if alone else IN_TURN):
        assembly.round(in_turn=True)
        assembly.weigh()
        assembly.settle()
    assembly.widen()
    return RegionalPlan(assembly.plan(), assembly.traffic)


class _Sight(NamedTuple):
    """One region's view: all its groups as positions in the whole; which are shared, and people for those."""

    groups: Int64
    own: Int64  # positions among its groups of the shared ones (S,)
    shared: Int64  # the same in the whole (S,)
    people: Int64  # (S,)


class _Agreement(NamedTuple):
    """price (G,) parts of a point of the shared groups; the bound it proves over the candidates, in points."""

    price: Int64
    bound: int


class Assembly:
    """Asks the desks, brings their answers together. `parts` to a point in everything the desks say."""

    def __init__(self, staff: Staff, regions: int, workers: WorkerTable, shifts: ShiftTable, parts: int) -> None:
        self.staff, self.workers, self.shifts, self.parts = staff, workers, shifts, parts
        self.traffic = Traffic()
        openings: dict[int, Opening] = self.staff.ask("opening", {n: () for n in range(regions)})
        places = {n: _places(shifts.id, opening.shift) for n, opening in openings.items()}
        known = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *places.values()]))
        groups = {n: np.searchsorted(known, place) for n, place in places.items()}
        self.seats = np.zeros(len(known), dtype=np.int64)
        sellers = np.zeros(len(known), dtype=np.int64)
        for n, opening in openings.items():
            self.seats[groups[n]] = opening.seats
            sellers[groups[n]] += 1
        self.sights = {n: _sight(groups[n], openings[n].people, sellers > 1) for n in range(regions)}
        self.traffic.shared = int((sellers > 1).sum())
        self.traffic.sharings = sum(len(sight.shared) for sight in self.sights.values())
        self.staff.ask("share", {n: (sight.own,) for n, sight in self.sights.items()})
        self.shift_of = known // MOST_GROUPS
        self.is_shared = sellers > 1
        self.best, self.value = self._nobody_bid(), -1
        self.bound: int | None = None
        self.told = {n: _nothing() for n in range(regions)}
        self.prices = {n: np.zeros(len(sight.own), dtype=np.int64) for n, sight in self.sights.items()}

    def round(self, *, in_turn: bool) -> None:
        """All regions sell at once, knowing what the others named in the round before; or neighbours in turn, so that
        nobody counts on a seat that has just gone."""
        for at_once in self.waves if in_turn else [list(self.sights)]:
            given = {n: (*self._elsewhere(n), in_turn) for n in at_once}
            turns: dict[int, Turn] = self.staff.ask("sell", given)
            self._count(given, turns)
            for n, turn in turns.items():
                self.prices[n] = turn.price
                self.told[n] = _within(turn.bids, self.sights[n].shared)
        self.traffic.rounds += 1

    def _elsewhere(self, region: int) -> tuple[Int64, Int64, Int64]:
        """(seats (S,) that nobody else is sure of; group (n,) among the shared and bid (n,) of the others in doubt).

        Whoever bids more than all that this region's people could possibly take is sure of his seat.
        """
        sight = self.sights[region]
        place = np.full(len(self.seats), -1, dtype=np.int64)
        place[sight.shared] = np.arange(len(sight.shared))
        others = [self.told[n] for n in self.neighbours[region]]
        group = place[np.concatenate([told[0] for told in others] or [place[:0]])]
        bid = np.concatenate([told[1] for told in others] or [place[:0]])
        group, bid = group[group >= 0], bid[group >= 0]
        order = np.lexsort((-bid, group))
        group, bid = group[order], bid[order]
        seats = self.seats[sight.shared]
        rank = np.arange(len(group)) - np.searchsorted(group, group, side="left")
        within = rank <= seats[group]  # the first to go without makes the price
        group, bid, rank = group[within], bid[within], rank[within]
        in_doubt = np.minimum(seats, sight.people)
        sure = rank < (seats - in_doubt)[group]
        left = seats - np.bincount(group[sure], minlength=len(seats))
        asked = ~sure & (sight.people > 0)[group]
        return left, group[asked], bid[asked]

    def settle(self) -> int:
        """One plan out of all: a seat claimed twice goes to the higher bid, then free seats are offered around.

        The value in points; the best so far is kept at the desks.
        """
        claims: dict[int, Bids] = self.staff.ask("claims", {n: () for n in self.sights})
        kept = self._kept({n: _within(claim, self.sights[n].shared) for n, claim in claims.items()})
        keeping = {n: (kept[n],) for n in self.sights}
        self.staff.ask("keep", keeping)
        self._count(keeping, claims)
        free = self.seats.copy()
        for n, sight in self.sights.items():
            np.subtract.at(free, sight.shared, kept[n])
        held = kept
        for _ in range(SWEEPS):
            if not self._offered_around(free, held):
                break
        value: int = sum(self.staff.ask("value", {n: () for n in self.sights}).values())
        if value > self.value:
            self.value = value
            self.staff.ask("remember", {n: () for n in self.sights})
        return value

    def _kept(self, claims: dict[int, tuple[Int64, Int64]]) -> dict[int, Int64]:
        """How many seats of each shared group every region keeps."""
        region = np.concatenate([np.full(len(claim[0]), n) for n, claim in claims.items()])
        group = np.concatenate([claim[0] for claim in claims.values()])
        bid = np.concatenate([claim[1] for claim in claims.values()])
        order = np.lexsort((region, -bid, group))
        region, group = region[order], group[order]
        rank = np.arange(len(group)) - np.searchsorted(group, group, side="left")
        good = rank < self.seats[group]
        region, group = region[good], group[good]
        size = len(self.seats)
        return {n: np.bincount(group[region == n], minlength=size)[sight.shared] for n, sight in self.sights.items()}

    def _offered_around(self, free: Int64, held: dict[int, Int64]) -> bool:
        """Regions that share nothing take at the same time; whether anybody took or gave back anything."""
        changed = False
        for at_once in self.waves:
            given = {n: (free[self.sights[n].shared],) for n in at_once}
            taken: dict[int, Int64] = self.staff.ask("fill", given)
            self._count(given, taken)
            for n, many in taken.items():
                changed |= not np.array_equal(many, held[n])
                free[self.sights[n].shared] += held[n] - many
                held[n] = many
        return changed

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Of each region the others that sell a seat it sells."""
        region = np.concatenate([np.full(len(sight.shared), n) for n, sight in self.sights.items()])
        group = np.concatenate([sight.shared for sight in self.sights.values()])
        order = np.lexsort((region, group))
        region, group = region[order], group[order]
        near: list[set[int]] = [set() for _ in self.sights]
        for step in range(1, int(np.bincount(group).max(initial=0))):
            both = group[step:] == group[:-step]
            pairs = np.unique(np.column_stack([region[:-step][both], region[step:][both]]), axis=0)
            for one, other in pairs.tolist():
                near[one].add(other)
                near[other].add(one)
        return [sorted(others) for others in near]

    @cached_property
    def waves(self) -> list[list[int]]:
        """Regions coloured greedily, neighbours in different waves."""
        waves: list[list[int]] = []
        for n, near in enumerate(self.neighbours):
            wave = next((wave for wave in waves if not set(wave) & set(near)), None)
            if wave is None:
                waves.append([n])
            else:
                wave.append(n)
        return waves

    def weigh(self) -> None:
        """Which agreement on prices proves most, over the candidates: the dearest that any region says, or the middle;
        and whether it proves more than the best so far."""
        for price in self._agreed():
            bound = self._proved(price, widen=False)[0]
            if bound < self.best.bound:
                self.best = _Agreement(price, bound)
                self.staff.ask("mark", {n: () for n in self.sights})

    def widen(self) -> None:
        """The best prices over all feasible pairs: that bounds the market. Pairs found join the candidates."""
        bound, found = self._proved(self.best.price, widen=True)
        if found:
            openings: dict[int, Opening] = self.staff.ask("opening", {n: () for n in self.sights})
            for n, sight in self.sights.items():
                self.sights[n] = sight._replace(people=openings[n].people[sight.own])
        self.bound = bound if self.bound is None else min(bound, self.bound)
        self.best = self.best._replace(bound=self._proved(self.best.price, widen=False, marked=True)[0])

    def _proved(self, price: Int64, *, widen: bool, marked: bool = False) -> tuple[int, int]:
        """(bound in points at these prices (G,), pairs found beyond the candidates)."""
        given = {n: (price[sight.shared], widen, widen or marked) for n, sight in self.sights.items()}
        proofs: dict[int, Proof] = self.staff.ask("prove", given)
        self._count(given, proofs)
        best = sum(proof.best for proof in proofs.values()) + int((price * self.seats)[self.is_shared].sum())
        return best // self.parts, sum(proof.found for proof in proofs.values())

    def _agreed(self) -> list[Int64]:
        highest, total, many = (np.zeros(len(self.seats), dtype=np.int64) for _ in range(3))
        for n, sight in self.sights.items():
            asked = sight.people > 0  # who has nobody for a seat says nothing about its price
            np.maximum.at(highest, sight.shared[asked], self.prices[n][asked])
            np.add.at(total, sight.shared[asked], self.prices[n][asked])
            np.add.at(many, sight.shared[asked], 1)
        return [highest, total // np.maximum(many, 1)]

    def _nobody_bid(self) -> "_Agreement":
        return _Agreement(np.zeros(len(self.seats), dtype=np.int64), np.iinfo(np.int64).max)

    def plan(self) -> planning.DayPlan:
        """The best plan seen and the lowest bound proved, as one plan of the whole market."""
        answers: dict[int, Answer] = self.staff.ask("answer", {n: () for n in self.sights})
        price = self.best.price.copy()
        for n, answer in answers.items():
            own = ~self.is_shared[self.sights[n].groups]
            price[self.sights[n].groups[own]] = answer.price[own]
        worker, shift = (
            np.concatenate([np.zeros(0, dtype=np.int64), *(answer[at] for answer in answers.values())]) for at in (0, 1)
        )
        rows = np.column_stack([np.searchsorted(self.workers.id, worker), np.searchsorted(self.shifts.id, shift)])
        seat = np.zeros(len(self.shifts), dtype=np.int64)
        seat[self.shift_of] = -(-price // self.parts)  # of a shift's groups the last, which asks least, stays
        value = max(self.value, 0)
        bound = max(self.bound or 0, value)
        return planning.answer(self.workers, self.shifts, rows, value, bound, seat, METHOD)

    def _count(self, told: object, heard: object) -> None:
        self.traffic.bytes_told += _bytes(told)
        self.traffic.bytes_heard += _bytes(heard)


def _places(ids: Int64, shift: Int64) -> Int64:
    """Which group of which shift, as one number; a region has all groups of a shift or none."""
    nth = np.arange(len(shift)) - np.searchsorted(shift, shift, side="left")
    return np.searchsorted(ids, shift) * MOST_GROUPS + nth


def _sight(groups: Int64, people: Int64, shared: Bool) -> _Sight:
    own = np.flatnonzero(shared[groups])
    return _Sight(groups, own, groups[own], people[own])


def _within(bids: "Bids", shared: Int64) -> tuple[Int64, Int64]:
    return shared[bids.group], bids.bid


def _nothing() -> tuple[Int64, Int64]:
    return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)


def _bytes(said: object) -> int:
    """Of all columns in a message."""
    if isinstance(said, np.ndarray):
        return said.nbytes
    if isinstance(said, dict):
        return sum(_bytes(part) for part in said.values())
    return sum(_bytes(part) for part in said) if isinstance(said, (tuple, list)) else 8
