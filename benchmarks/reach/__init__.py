"""Reaching people: the pages, the hall at dawn, the messages, the mini program, the public API.

Each part is a module of this folder that says `rows(quick) -> rows`; they run in the order of their names.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.report import Row

TITLE = "pages, dawn in the hall, delivery under faults, the mini program, the public API"


def run(quick: bool) -> Iterator[Row]:
    """The rows of every part, each as soon as it is measured."""
    for name in sorted(info.name for info in pkgutil.iter_modules([str(Path(__file__).parent)])):
        part = importlib.import_module(f"benchmarks.reach.{name}")
        if hasattr(part, "rows"):
            yield from part.rows(quick)
