"""The simulator is fair: same town for every way, same seed same figures, no way can cheat."""

import json
from html import escape
from pathlib import Path

import numpy as np
import pytest

from benchmarks.market_sim import page, seasons, words
from benchmarks.market_sim.taste import Taste
from benchmarks.market_sim.town import town, what_is_wanted, who_comes
from benchmarks.market_sim.ways import WAYS, Result

CROWD = 1.25
KEPT = Path(__file__).parents[2] / "benchmarks/kept/market_sim.json"


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


def test_the_report_is_drawn_from_kept_figures_with_every_way_and_measure_in_both_languages() -> None:
    figures = json.loads(KEPT.read_text("utf-8"))
    drawn = page.page(figures)
    usual = figures["found"]["usual"]
    assert list(usual) == list(WAYS) == list(words.WAYS_IN_WORDS) == list(words.HOW_IT_GOES)
    assert {"fill", *words.IN_WORDS} == set(seasons.MEASURES)
    assert (len(usual["lottery"]["fill"]), figures["days"], figures["people"]) == (24, 60, 400)
    told = [*words.WAYS_IN_WORDS.values(), *words.HOW_IT_GOES.values(), *words.ASSUMPTIONS, *words.NOTES.values()]
    assert [text for text in told if escape(text.zh) not in drawn or escape(text.en) not in drawn] == []
    assert drawn.count("<svg") == len(WAYS) + len(words.IN_WORDS)
    assert f">{100 * np.mean(usual['ours: plan of the day']['fill']):.1f}</b>" in drawn


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [(41.2, 92.3, [40, 60, 80, 100]), (0.0, 0.0, [0.0, 1e-9]), (0.21, 0.58, [0.2, 0.3, 0.4, 0.5, 0.6])],
)
def test_ticks_are_round_and_hold_all(low: float, high: float, wanted: list[float]) -> None:
    assert page.ticks(low, high) == wanted
