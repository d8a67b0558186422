"""`./run bench day`: the day of the example sheets, and of a whole city; what a step costs as the market grows.

The peer of the same run: the same sheets and papers merely read and written again by the same libraries. Every
assignment is held against the sheets by the checker of the tests, which shares no code with the product.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.day.runs import DayRun, preview, run_day, sheets_again
from benchmarks.report import Row, at_least, at_most, exactly, growth, side_by_side
from tests.config.day.checker import Papers
from tools.make_examples import make

TITLE = "two sheets in, a day's papers out: cost per step, growth, memory, and whether every line is true"
EXAMPLE, CITY = (2000, 150), (20_000, 1500)
SMALL, QUICK = (600, 45), (2000, 150)
IMPORT_ROWS, QUICK_ROWS = 10_000, 3000
MOST_SHIFTS = 8000  # the fictional register of employers ends there
JUDGED = 150  # people whose reason is held against the sheets, spread over all who were left out
LEAST_SECONDS = 0.5  # a step that takes less on the larger sheets has no growth worth a line


def run(quick: bool) -> Iterable[Row]:
    """The smaller day twice (the same bytes), the larger once; then the preview of a large sheet."""
    less, more = (SMALL, QUICK) if quick else (EXAMPLE, CITY)
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-day-") as folder:
        root = Path(folder)
        for name, (people, shifts) in (("less", less), ("more", more)):
            make(root / name, people_count=people, shifts=shifts)
        first, again = (run_day(root / "less", root / name) for name in ("one", "two"))
        yield from _papers(f"{less[0]:,} × {less[1]:,}", first, root / "less")
        yield exactly("files that differ between two runs of the same order", _differing(first.out, again.out), 0)
        large = run_day(root / "more", root / "large")
        yield _beside_the_sheets(large, root / "more")
        yield from _papers(f"{more[0]:,} × {more[1]:,}", large, root / "more")
        yield at_most(f"peak memory, {more[0]:,} × {more[1]:,}", large.peak_mb, 300 if quick else 1500, " MB")
        yield from _growth(first, large, more[0] / less[0])
        yield from _preview(root / "sheet", QUICK_ROWS if quick else IMPORT_ROWS)


def _papers(size: str, day: DayRun, sheets: Path) -> Iterator[Row]:
    papers = Papers(sheets / "workers.xlsx", sheets / "postings.xlsx", day.out)
    placed = {worker for worker, _shift in papers.pairs}
    idle = sorted(set(papers.workers) - placed)
    reasons = [str(line["为什么没派上"]) for line in papers.left_out.values()]
    said = dict(zip(idle, reasons, strict=True))
    judged = idle[:: max(1, len(idle) // JUDGED)]
    wrong = sum(bool(papers.false_reason(row, said[row])) for row in judged)
    yield exactly(f"hard constraints broken by {len(papers.pairs):,} assignments, {size}", len(papers.broken()), 0)
    yield exactly(f"untrue reasons among {len(judged)} people left out, {size}", wrong, 0)
    seats = papers.facts["counts"]["seats"]
    yield at_least(f"seats filled of those wanted, {size}", 100 * len(papers.pairs) / seats, 80, " %")


def _differing(one: Path, two: Path) -> int:
    names = {path.name for folder in (one, two) for path in folder.iterdir()}
    return sum((one / name).read_bytes() != (two / name).read_bytes() for name in names)


def _beside_the_sheets(day: DayRun, sheets: Path) -> Row:
    peer = side_by_side({"sheets": lambda: sheets_again(sheets, day.out)})["sheets"]
    what = f"whole day in CPU time ({day.cpu:.1f} s) / its sheets merely read and written ({peer.cpu:.1f} s)"
    return at_most(what, day.cpu / peer.cpu, 50, " ×")


def _growth(less: DayRun, more: DayRun, factor: float) -> Iterator[Row]:
    """Processor time as a power of the number of people, where pairs grow with its square."""
    what = f"whole day ({less.wall:.1f} → {more.wall:.1f} s by the clock), {factor:.0f} × the people and shifts"
    yield growth(what, less.cpu, more.cpu, factor, 1.15)
    for step, seconds in more.seconds.items():
        if seconds >= LEAST_SECONDS:
            yield growth(f"  step {step}", less.seconds[step], seconds, factor, 1.5)


def _preview(folder: Path, rows: int) -> Iterator[Row]:
    """Of people, and of demand, whose texts are held against the lint rules."""
    make(folder, people_count=rows, shifts=min(rows, MOST_SHIFTS))
    for name, wanted in (("workers", rows), ("postings", min(rows, MOST_SHIFTS))):
        seen = preview(folder / f"{name}.xlsx")
        times = f"({seen.seconds:.1f} s) / the sheet merely read ({seen.reading:.2f} s)"
        yield exactly(f"rows of the previewed sheet of {name}", seen.rows, wanted)
        yield at_most(f"preview of {seen.rows:,} {name} {times}", seen.seconds / seen.reading, 40, " ×")
        yield at_most(f"peak memory of the preview of {seen.rows:,} {name}", seen.peak_mb, 300, " MB")
