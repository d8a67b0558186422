"""`./run bench NAME … [--quick] [--json FILE]`: run, print the table, exit 1 when a row falls short."""

import argparse
import importlib
import os
import pkgutil
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from benchmarks import report

HARNESS = {"__main__", "report"}


def found() -> dict[str, ModuleType]:
    """Every benchmark by name: the modules and packages of this folder that say `TITLE` and `run`."""
    here = Path(__file__).parent
    names = sorted(info.name for info in pkgutil.iter_modules([str(here)]) if info.name not in HARNESS)
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "TITLE") and hasattr(module, "run")}


def measure(name: str, module: ModuleType, *, quick: bool) -> list[report.Row]:
    """The rows of one benchmark, printed as a table; a benchmark without rows has measured nothing and fails."""
    print(f"\n{name}: {module.TITLE}{' (quick)' if quick else ''}", flush=True)
    begun = time.perf_counter()
    rows = list(module.run(quick))
    rows = rows or [report.Row("rows measured", "≥ 1", "0", False)]
    print(f"{report.table(rows)}\n{time.perf_counter() - begun:.1f} s", flush=True)
    return rows


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--quick", action="store_true", help="smaller inputs, the same rows")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-") as home:
        os.environ["GONGQIAO_HOME"] = home  # never a market's own data
        benchmarks = found()
        if options.list:
            print(
                "\n".join(f"{name}: {module.TITLE}" for name, module in benchmarks.items()) or "no benchmark here yet"
            )
            return 0
        unknown = [name for name in options.names if name not in benchmarks]
        if unknown or not options.names:
            wrong = f"no benchmark named {', '.join(unknown)}; " if unknown else ""
            parser.error(f"{wrong}name one or more of: {', '.join(benchmarks) or '(none here yet)'}")
        rows = {name: measure(name, benchmarks[name], quick=options.quick) for name in dict.fromkeys(options.names)}
    if options.json:
        report.save(Path(os.environ.get("GONGQIAO_CWD", ".")) / options.json, rows)
    return 0 if all(row.ok for found_rows in rows.values() for row in found_rows) else 1


if __name__ == "__main__":
    sys.exit(main())
