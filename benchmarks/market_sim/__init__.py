"""What a market's way of dispatch does to fill rate, pay, ways and waiting, over 60 days of a drawn town.

A simulation under the assumptions of town.py and taste.py: it compares ways under equal chances, it predicts no market.
The whole run writes its figures and a report page, benchmarks/out/market_sim.json and .html in the folder it was called
from; benchmarks/kept/ holds those of the run that the README quotes.
"""

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.market_sim import page
from benchmarks.market_sim.seasons import MEASURES, Outcome, interval, season
from benchmarks.market_sim.town import town
from benchmarks.market_sim.ways import WAYS
from benchmarks.report import Row

TITLE = "seven ways of dispatch in a drawn town over 60 days"
OURS = "ours: plan of the day"
CROWD = 1.25  # people who come on a day, per seat asked for
FEW, MANY = 0.8, 2.0  # the same when people, or seats, are scarce
PEOPLE, DAYS, SEEDS, OTHER_SEEDS = 400, 60, 24, 8
QUICK_PEOPLE, QUICK_DAYS, QUICK_SEEDS, QUICK_OTHER_SEEDS = 200, 8, 6, 4

# measure, compared with, our figure less theirs must lie above (+) or below (-) this
GOALS = (
    ("fill", "notice board", +0.05),
    ("fill", "first come", +0.0),
    ("fill", "lottery", +0.0),
    ("fill", "greedy score", +0.0),
    ("fill", "plain top-5", +0.0),
    ("income", "notice board", +0.0),
    ("income", "greedy score", +0.0),
    ("way_km", "notice board", -0.0),
    ("vain_km", "notice board", -0.0),
    ("idle_priority", "first come", -0.0),
    ("idle_over_50", "notice board", -0.0),
)
EASED = ("ours: eased top-5", "plain top-5")


def run(quick: bool) -> Iterable[Row]:
    whole, short = (PEOPLE, DAYS, SEEDS, OTHER_SEEDS), (QUICK_PEOPLE, QUICK_DAYS, QUICK_SEEDS, QUICK_OTHER_SEEDS)
    people, days, seeds, other_seeds = short if quick else whole
    found = {"usual": simulate(people, days, seeds, CROWD)}
    yield from rows(found["usual"])
    for crowd, name in ((FEW, "people scarce"), (MANY, "seats scarce")):
        found[name] = simulate(people, days, other_seeds, crowd, (OURS, "lottery", "first come"))
        for against in ("lottery", "first come"):
            yield _versus(found[name], "fill", OURS, against, +0.0, f", {name}")
    if not quick:
        keep(found, people, days)


def keep(found: dict[str, "Found"], people: int, days: int) -> None:
    """Every figure of every town, and the page drawn from them."""
    folder = Path(os.environ.get("GONGQIAO_CWD", ".")) / "benchmarks/out"
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        "people": people,
        "days": days,
        "people_per_seat": {"usual": CROWD, "people scarce": FEW, "seats scarce": MANY},
        "found": {
            name: {
                way: {measure: values.round(6).tolist() for measure, values in by.items()} for way, by in ways.items()
            }
            for name, ways in found.items()
        },
    }
    (folder / "market_sim.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "market_sim.html").write_text(page.page(figures), encoding="utf-8")
    print(f"report: {folder / 'market_sim.html'}")


Found = dict[str, dict[str, np.ndarray]]  # way -> measure -> one figure per seed


def simulate(people: int, days: int, seeds: int, crowd: float, ways: Iterable[str] = tuple(WAYS)) -> Found:
    """Every way over the same drawn towns, in as many processes as there are cores."""
    jobs = [(seed, people, crowd, way, days) for seed in range(1, seeds + 1) for way in ways]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        outcomes = pool.starmap(_one, jobs, chunksize=1)
    by_way: dict[str, list[Outcome]] = {way: [] for way in ways}
    for (_seed, _people, _crowd, way, _days), outcome in zip(jobs, outcomes, strict=True):
        by_way[way].append(outcome)
    return {
        way: {name: np.array([getattr(o, name) for o in rows]) for name in MEASURES} for way, rows in by_way.items()
    }


def _one(seed: int, people: int, crowd: float, way: str, days: int) -> Outcome:
    return season(town(seed, people, crowd), way, days)


def rows(found: Found) -> Iterator[Row]:
    """Our figure less the other's on the same towns, with its 95 % interval: the whole interval must be on our side."""
    for name, other, limit in GOALS:
        yield _versus(found, name, OURS, other, limit)
    yield _versus(found, "fill", *EASED, +0.0)
    yield _versus(found, "exposure_gini", *EASED, -0.0)


def _versus(found: Found, name: str, ours: str, other: str, limit: float, when: str = "") -> Row:
    words, unit, scale = MEASURES[name]
    low, middle, high = interval(found[ours][name] - found[other][name])
    more = np.copysign(1, limit) > 0
    goal = f"{'>' if more else '<'} {limit * scale:+.1f} {unit}".strip() if limit else f"{'more' if more else 'less'}"
    seen = f"{middle * scale:+.2f} [{low * scale:+.2f}, {high * scale:+.2f}] {unit}".strip()
    return Row(f"{words}: {ours} less {other}{when}", goal, seen, bool(low > limit if more else high < limit))
