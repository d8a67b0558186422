"""Crowding: levels by first choices, and prices that lead the same people to more seats."""

from gongqiao.engines.matching import Crowding, Market, Recommendations
from tests.engines.matching.markets import market_of, shift_row, town_rows, worker_row


def fillable(market: Market, found: Recommendations) -> int:
    """Most seats that can be filled inside the suggestions, one shift each (augmenting paths)."""
    seats = dict(zip(market.shifts.id.tolist(), market.shifts.seats.tolist(), strict=True))
    held: dict[int, list[int]] = {shift: [] for shift in seats}

    def seated(worker: int, seen: set[int]) -> bool:
        for shift in (s.shift_id for s in found.for_workers[worker]):
            if shift in seen:
                continue
            seen.add(shift)
            if len(held[shift]) < seats[shift]:
                held[shift].append(worker)
                return True
            for at, other in enumerate(held[shift]):
                if seated(other, seen):
                    held[shift][at] = worker
                    return True
        return False

    return sum(seated(worker, set()) for worker in found.for_workers)


def test_eased_first_suggestions_fill_more_seats() -> None:
    market = market_of(*town_rows(4, 300, 40))
    plain, eased = market.recommend(1, 1, ease_crowding=False), market.recommend(1, 1)
    assert fillable(market, eased) >= 1.2 * fillable(market, plain)


def test_levels_follow_first_choices_per_seat() -> None:
    crowd = [worker_row(n) for n in range(6)]
    shifts = [shift_row(1, pay=3000, seats=2), shift_row(2, pay=3000, seats=3), shift_row(3, pay=2500)]
    for people, level in ((2, "calm"), (3, "busy"), (4, "busy"), (5, "crowded")):
        found = market_of(crowd[:people], shifts).crowding()
        assert (found[1].first_choices, found[1].seats, found[1].level) == (people, 2, level)
        assert found[3] == Crowding(price=0, first_choices=0, seats=1, level="calm")


def test_price_is_paid_in_rank_only_and_no_feasible_pair_is_hidden() -> None:
    market = market_of([worker_row(n) for n in range(4)], [shift_row(1, pay=3000), shift_row(2, pay=2500)])
    eased = market.shifts_for(0, 5, ease_crowding=True)
    plain = market.shifts_for(0, 5)
    assert {s.shift_id: s.score for s in eased} == {s.shift_id: s.score for s in plain}
    assert [s.price for s in plain] == [0, 0]
    assert [s.rank_value for s in eased] == sorted((s.score - s.price for s in eased), reverse=True)
    assert market.crowding()[1].price > 0


def test_seats_for_all_cost_nothing() -> None:
    market = market_of([worker_row(n) for n in range(4)], [shift_row(1, seats=5), shift_row(2, seats=5)])
    assert [state.price for state in market.crowding().values()] == [0, 0]


def test_explanation_carries_the_crowding_of_its_shift() -> None:
    market = market_of([worker_row(n) for n in range(4)], [shift_row(1), shift_row(2)])
    assert market.explain(0, 2).crowding == market.crowding_of(2) == market.crowding()[2]
