"""One day, or one preview, in a process of its own: what it took and how much memory at the most."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import python_calamine
import xlsxwriter

from tools.make_examples import DAY

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DayRun:
    """Seconds by the clock and of the processor, megabytes at the most; the processor's by step; papers in `out`."""

    out: Path
    wall: float
    cpu: float
    peak_mb: float
    seconds: dict[str, float]


@dataclass(frozen=True)
class Previewed:
    """Rows of the sheet, seconds for the preview and for reading the sheet alone, megabytes at the most."""

    rows: int
    seconds: float
    reading: float
    peak_mb: float


def run_day(sheets: Path, out: Path) -> DayRun:
    """`./run day` as an operator types it."""
    timings = out.with_suffix(".json")
    order = ["--workers", sheets / "workers.xlsx", "--postings", sheets / "postings.xlsx", "--date", DAY.isoformat()]
    more = ["--out", out, "--verified-by", "莫专员", "--timings", timings]
    begun = time.perf_counter()
    cpu, peak, _said = _process("-m", "gongqiao.config.manage", "day", *order, *more)
    wall = time.perf_counter() - begun
    return DayRun(out, wall, cpu, peak, json.loads(timings.read_text(encoding="utf-8"))["processor"])


def preview(sheet: Path) -> Previewed:
    """The preview of a workers' sheet, as the import page makes it, in a market without anybody."""
    _cpu, peak, said = _process("-m", "benchmarks.day.preview", sheet)
    facts = json.loads(said.splitlines()[-1])
    return Previewed(facts["rows"], facts["seconds"], facts["reading"], peak)


def sheets_again(*folders: Path) -> None:
    """The peer: every sheet of the folders read by the library that we read with, written by the one we write with."""
    for path in (path for folder in folders for path in sorted(folder.glob("*.xlsx"))):
        page = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        with xlsxwriter.Workbook(BytesIO(), {"in_memory": True}) as book:
            written = book.add_worksheet()
            for number, row in enumerate(page.to_python()):
                written.write_row(number, 0, [str(cell) for cell in row])


def _process(*command: object) -> tuple[float, float, str]:
    """CPU seconds, peak megabytes, and what it wrote; RuntimeError with its last words when it failed."""
    line = [sys.executable, *map(str, command)]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(line)} ended with {process.returncode}: {said[-400:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said
