"""The mini program: its tests, its size, its pages, and that nothing of it comes from anywhere else."""

import json
from collections.abc import Iterator

from benchmarks.report import Row, at_least, at_most, exactly
from tools import miniprogram

MOST_BYTES = 200 * 1024
MOST_PAGES = 6


def rows(quick: bool) -> Iterator[Row]:
    """The same with and without `quick`: the tests take seconds."""
    try:
        ran = miniprogram.run()
    except miniprogram.NotHere as absence:
        yield Row("mini program: tests", "all pass", f"NOT RUN: {absence}", False)
    else:
        yield at_least("mini program: tests passed", ran.passed, 90)
        yield exactly("mini program: tests failed", ran.failed, 0)
    size = sum(path.stat().st_size for path in miniprogram.APP.rglob("*") if path.is_file())
    yield at_most("mini program: what is uploaded", size, MOST_BYTES, " B")
    pages = json.loads((miniprogram.APP / "app.json").read_text(encoding="utf-8"))["pages"]
    yield at_most("mini program: pages", len(pages), MOST_PAGES)
    package = json.loads((miniprogram.SOURCE / "package.json").read_text(encoding="utf-8"))
    yield exactly("mini program: packages at run time", len(package.get("dependencies", {})), 0)
