"""What stands in the tables, how much memory was taken, how long a thing took."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.db import connection, models

GIVEN_UP = 30.0  # seconds of the processor; what takes longer might take for ever
STUCK = 600.0  # seconds by the clock: it waits for something that does not come
TIMERS = ((signal.SIGPROF, signal.ITIMER_PROF, GIVEN_UP), (signal.SIGALRM, signal.ITIMER_REAL, STUCK))
WATCHED = ("surveys", "files", "audit", "dossiers")


def seeds(variable: str, gate: int) -> range:
    """So many, or from one up to before another."""
    begin, mark, end = os.environ.get(variable, str(gate)).partition(":")
    return range(int(begin), int(end)) if mark else range(int(begin))


def tables() -> dict[str, int]:
    """How many rows each table of surveys, and each that a submission writes to, holds now."""
    found = [model for app in WATCHED for model in apps.get_app_config(app).get_models()]
    asked = " UNION ALL ".join(f"SELECT '{_name(model)}', COUNT(*) FROM {_name(model)}" for model in found)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return dict(cursor.fetchall())


def _name(model: type[models.Model]) -> str:
    return str(model._meta.db_table)


def memory() -> float:
    """Megabytes that this process holds now."""
    return _status("VmRSS:")


def _status(name: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def held() -> float:
    """Megabytes of a database that lives in this process's memory, as SQLite's does in tests; a server's does not."""
    if connection.vendor != "sqlite":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return float(cursor.fetchone()[0]) / 1e6


def _too_long(number: int, frame: object) -> None:
    raise TimeoutError(f"longer than {GIVEN_UP if number == signal.SIGPROF else STUCK:.0f} s")


@dataclass
class Watch:
    """Of many tries: the slowest with its name, by processor time (other work on the machine is not theirs), and what
    memory the highest moment took beyond the beginning and beyond what the database came to hold."""

    begun: float = field(default_factory=memory)
    database: float = field(default_factory=held)
    slowest: tuple[float, str] = (0.0, "")
    hungriest: tuple[float, str] = (0.0, "")
    took: float = 0.0

    def __post_init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from now on (Linux, proc(5))

    @contextmanager
    def one(self, what: str) -> Iterator[None]:
        begun, highest = time.process_time(), _status("VmHWM:")
        before = [(name, signal.signal(name, _too_long)) for name, _timer, _seconds in TIMERS]
        for _name, timer, seconds in TIMERS:
            signal.setitimer(timer, seconds)
        try:
            yield
        finally:
            for _name, timer, _seconds in TIMERS:
                signal.setitimer(timer, 0)
            for name, handler in before:
                signal.signal(name, handler)
        took = time.process_time() - begun
        self.took += took
        self.hungriest = max(self.hungriest, (_status("VmHWM:") - highest, what))
        self.slowest = max(self.slowest, (took, what))

    def said(self, what: str, told: Mapping[int, int]) -> str:
        return (
            f"\n{sum(told.values())} {what}: {dict(told)}; slowest {self.slowest[0]:.2f} s ({self.slowest[1]}); "
            f"in all {self.took:.0f} s of the processor; memory +{self.grown:.0f} MB, peak {self.peak:.0f} MB "
            f"({self.hungriest[1]})\n"
        )

    @property
    def grown(self) -> float:
        return _status("VmHWM:") - self.begun - (held() - self.database)

    @property
    def peak(self) -> float:
        return _status("VmHWM:")
