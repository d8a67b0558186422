"""Saying what is being done, for how long already; and keeping what each step took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

BAR = 20
EVERY = 0.5


class Steps:
    """A line per step; on a terminal it moves while the step runs. Keeps what each took, clock and processor."""

    def __init__(self, total: int, out: TextIO = sys.stderr) -> None:
        self.total, self.out = total, out
        self.seconds: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun, used, done = time.perf_counter(), time.process_time(), threading.Event()
        mover = threading.Thread(target=self._move, args=(name, begun, done), daemon=True)
        if self.out.isatty():
            mover.start()
        try:
            yield
        finally:
            done.set()
            if mover.is_alive():
                mover.join()
        self.seconds[name], self.cpu[name] = time.perf_counter() - begun, time.process_time() - used
        self._say(name, self.seconds[name], end="\n")

    def _move(self, name: str, begun: float, done: threading.Event) -> None:
        while not done.wait(EVERY):
            self._say(name, time.perf_counter() - begun, end="\r")

    def _say(self, name: str, seconds: float, *, end: str) -> None:
        filled = BAR * len(self.seconds) // self.total
        self.out.write(f"[{'#' * filled}{'.' * (BAR - filled)}] {name} {seconds:.1f} s{end}")
        self.out.flush()
