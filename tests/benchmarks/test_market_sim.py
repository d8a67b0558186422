"""The simulator is fair: same town for every way, same seed same figures, no way can cheat."""

import numpy as np
import pytest

from benchmarks.market_sim import seasons
from benchmarks.market_sim.taste import Taste
from benchmarks.market_sim.town import town, what_is_wanted, who_comes
from benchmarks.market_sim.ways import WAYS, Result

CROWD = 1.25


def test_the_same_seed_gives_the_same_season() -> None:
    one, two = (seasons.season(town(3, 60, CROWD), "ours: plan of the day", 4) for _ in range(2))
    assert one == two
    assert seasons.season(town(4, 60, CROWD), "ours: plan of the day", 4) != one


def test_every_way_meets_the_same_day_whatever_happened_before() -> None:
    place = town(5, 60, CROWD)
    first = who_comes(place, 7)
    for way in WAYS:
        seasons.season(place, way, 3)
    assert who_comes(place, 7) == first
    assert what_is_wanted(place, 7, len(first)) == what_is_wanted(place, 7, len(first))
    wanted = what_is_wanted(place, 7, len(first))
    assert (Taste(place, 7, first, wanted).value == Taste(place, 7, first, wanted).value).all()


@pytest.mark.parametrize("way", list(WAYS))
def test_no_way_sends_a_person_beyond_what_he_takes(way: str) -> None:
    outcome = seasons.season(town(6, 80, CROWD), way, 5)  # season checks every day's pairs
    assert 0 < outcome.fill <= 1
    assert 0 <= outcome.idle < 1
    assert outcome.hourly > 10


@pytest.mark.parametrize(
    ("pairs", "says"), [([(0, 0), (0, 1)], "two shifts"), ([(0, 0), (1, 0), (2, 0)], "3 people for 2 seats")]
)
def test_a_way_that_cheats_is_found(pairs: list[tuple[int, int]], says: str) -> None:
    with pytest.raises(AssertionError, match=says):
        seasons.check(Result(pairs=pairs), [2, 1])


@pytest.mark.parametrize(("values", "wanted"), [([1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([0, 0], 0.0)])
def test_gini_is_that_of_the_textbook(values: list[float], wanted: float) -> None:
    assert seasons.gini(np.array(values, dtype=float)) == pytest.approx(wanted)


def test_the_interval_holds_the_mean() -> None:
    low, middle, high = seasons.interval(np.arange(24.0))
    assert (low < middle < high, middle) == (True, 11.5)
