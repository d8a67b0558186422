"""Reaching people: the pages, the hall at dawn, the messages, the mini program, the public API, new work.

Each part is a module of this folder that says `rows(quick) -> rows`; it is loaded when it runs, since other
modules here are programs of their own and must not wait for a browser's library.
"""

import sys
import time
from collections.abc import Iterator
from importlib import import_module

from benchmarks.report import Row

TITLE = "pages, dawn in the hall, delivery under faults, the mini program, the public API, new work"
PARTS = ("pages", "dawn", "papi", "suggest", "delivery", "mini")


def run(quick: bool) -> Iterator[Row]:
    """The rows of every part, each as soon as it is measured."""
    for name in PARTS:
        begun = time.perf_counter()
        for row in import_module(f"benchmarks.reach.{name}").rows(quick):
            print(f"  {'ok' if row.ok else 'NO'}  {row.what}: {row.seen}", file=sys.stderr, flush=True)
            yield row
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
