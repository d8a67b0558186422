"""What a benchmark says: rows of what, goal, seen, ok; and how to time without being fooled by a busy machine."""

import json
import math
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing beside the figure it must meet."""

    what: str
    goal: str
    seen: str
    ok: bool


@dataclass(frozen=True, slots=True)
class Timing:
    """The best of several runs, in seconds: other work on the machine only ever adds time."""

    wall: float
    cpu: float


def at_most(what: str, seen: float, limit: float, unit: str = "") -> Row:
    return Row(what, f"≤ {_number(limit)}{unit}", f"{_number(seen)}{unit}", seen <= limit)


def at_least(what: str, seen: float, limit: float, unit: str = "") -> Row:
    return Row(what, f"≥ {_number(limit)}{unit}", f"{_number(seen)}{unit}", seen >= limit)


def exactly(what: str, seen: object, wanted: object) -> Row:
    return Row(what, f"= {wanted}", str(seen), seen == wanted)


def times_of(what: str, ours: Timing, theirs: Timing, limit: float, *, cpu: bool = False) -> Row:
    """Our time as a multiple of the peer's, at most `limit`; CPU time when the work waits for nothing."""
    mine, peer = (ours.cpu, theirs.cpu) if cpu else (ours.wall, theirs.wall)
    return at_most(what, mine / peer, limit, " ×")


def growth(what: str, less: float, more: float, factor: float, limit: float) -> Row:
    """The exponent of the growth from `less` to `more` when the input grew `factor` times: 1 is in proportion."""
    exponent = math.log(more / less) / math.log(factor)
    seen = f"{_number(exponent)} ({_number(less)} → {_number(more)} s)"
    return Row(what, f"exponent ≤ {_number(limit)}", seen, exponent <= limit)


def timed(work: Callable[[], object], repeats: int = 3) -> Timing:
    """The best wall and the best CPU time of `repeats` runs, each on its own."""
    return side_by_side({"": work}, repeats)[""]


def side_by_side(works: Mapping[str, Callable[[], object]], repeats: int = 3) -> dict[str, Timing]:
    """Each work once, then each again: a slow spell of the machine falls on all of them alike."""
    if repeats < 1:
        raise ValueError(f"repeats must be 1 or more, not {repeats}")
    seen: dict[str, list[Timing]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            seen[name].append(_once(work))
    return {name: Timing(min(t.wall for t in runs), min(t.cpu for t in runs)) for name, runs in seen.items()}


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of them do not exceed: 0.95 for p95."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values to take a percentile of")
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share}")
    return ordered[-int(-share * len(ordered) // 1) - 1]


def table(rows: Iterable[Row]) -> str:
    """`what | goal | seen | ok`, columns in line where Chinese takes two cells."""
    lines = [("what", "goal", "seen", "ok")]
    lines += [(row.what, row.goal, row.seen, "yes" if row.ok else "NO") for row in rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(4)]
    drawn = [" | ".join(_padded(cell, width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    drawn.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in drawn)


def save(path: Path, rows: Mapping[str, Iterable[Row]]) -> None:
    """The same rows as JSON, each with the name of its benchmark."""
    flat = [{"bench": name, **asdict(row)} for name, found in rows.items() for row in found]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(flat, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _once(work: Callable[[], object]) -> Timing:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Timing(time.perf_counter() - wall, time.process_time() - cpu)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
