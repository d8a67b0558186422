"""Reaching people: the pages, the hall at dawn, the messages, the mini program, the public API, new work.

Each part is a module of this folder that says `rows(quick) -> rows`.
"""

import sys
import time
from collections.abc import Iterator

from benchmarks.reach import dawn, delivery, mini, pages, papi, suggest
from benchmarks.report import Row

TITLE = "pages, dawn in the hall, delivery under faults, the mini program, the public API"
PARTS = (dawn, delivery, mini, pages, papi, suggest)


def run(quick: bool) -> Iterator[Row]:
    """The rows of every part, each as soon as it is measured."""
    for part in PARTS:
        begun = time.perf_counter()
        yield from part.rows(quick)
        print(f"{part.__name__.rpartition('.')[2]}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
