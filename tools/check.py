"""`./run test`: the whole check, in order; goes on after a failure and says at the end what failed.

Options it does not know go to pytest: `./run test --only pytest -k lottery`.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools import miniprogram, postgres
from tools.browser import NoBrowser, chromium

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "-m", "gongqiao.config.manage")
MOST_LINES = 800
NO_TEST_FOUND = 5  # pytest's exit code
QUICK = ("format", "lint", "types", "contracts", "migrations", "strings", "lengths")
TESTS = ("pytest", "postgres", "miniprogram", "stories")
CLOSING = re.compile(r"=*\s*\d+ [a-z]+.* in \d+(\.\d+)?s\b")
OUTCOME = re.compile(r"(\d+) (passed|failed|errors?|skipped)\b")


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    seconds: float
    ok: bool


@dataclass
class Check:
    """Runs steps; keeps their results, the counts of all pytest runs, and what has to be said aloud at the end."""

    env: Mapping[str, str] = field(default_factory=dict)
    pytest_args: tuple[str, ...] = ()
    steps: list[Step] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    aloud: list[str] = field(default_factory=list)

    def run(self, name: str, work: Callable[[], bool]) -> None:
        """One step under a header; whatever goes wrong in it is this step's failure, and the next one still runs."""
        print(f"\n=== {name}", flush=True)
        begun = time.perf_counter()
        try:
            ok = work()
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
            ok = False
        self.steps.append(Step(name, time.perf_counter() - begun, ok))
        print(f"--- {name}: {'ok' if ok else 'FAILED'}, {self.steps[-1].seconds:.1f} s", flush=True)

    def command(self, *args: str) -> bool:
        return subprocess.run(args, cwd=ROOT, env={**os.environ, **self.env}, check=False).returncode == 0

    def pytest(self, *args: str, **env: str) -> bool:
        """One pytest run; its counts are added up. No test found is a failure, unless some were asked for by name."""
        command = [sys.executable, "-m", "pytest", "-q", *args, *self.pytest_args]
        given = {**os.environ, **self.env, **env}
        with subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                self.read(process.stdout)
            except BaseException:
                process.terminate()
                raise
        return process.returncode == 0 or (process.returncode == NO_TEST_FOUND and bool(self.pytest_args))

    def read(self, lines: Iterable[str]) -> None:
        """Shows pytest's words as they come; keeps the counts of its closing line, and each skip with its reason."""
        closing = ""
        for line in lines:
            print(line, end="", flush=True)
            if line.startswith("SKIPPED "):
                self.skipped.append(line.strip())
            elif CLOSING.match(line):
                closing = line
        for number, word in OUTCOME.findall(closing):
            self.counts["failed" if word.startswith("error") else word] += int(number)

    def report(self) -> int:
        """The table of steps; last of all, when tests ran, the line that counts them. The exit code."""
        print("\n=== summary")
        for line in self.skipped:
            print(line)
        for step in self.steps:
            print(f"{'ok  ' if step.ok else 'FAIL'} {step.seconds:7.1f} s  {step.name}")
        print(f"     {sum(step.seconds for step in self.steps):7.1f} s  in all")
        for line in self.aloud:
            print(f"NOTE: {line}")
        if self.counts:
            print(f"{self.counts['passed']} passed, {self.counts['failed']} failed, {self.counts['skipped']} skipped")
        return 0 if self.steps and all(step.ok for step in self.steps) else 1


def long_files(root: Path) -> list[str]:
    """Python files of the repository that are longer than a file may be (migrations are written by Django)."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.run(listed, cwd=root, capture_output=True, text=True, check=True).stdout.split()
    own = [name for name in names if "/migrations/" not in name and (root / name).exists()]
    counts = {name: len((root / name).read_text(encoding="utf-8").splitlines()) for name in own}
    return [f"{name}: {count} lines, at most {MOST_LINES}" for name, count in counts.items() if count > MOST_LINES]


def lengths() -> bool:
    found = long_files(ROOT)
    print("\n".join(found) if found else f"no file is longer than {MOST_LINES} lines")
    return not found


def on_postgres(check: Check) -> bool:
    """The data-layer tests once more, on the other database; where there is none, that is said and is no failure."""
    try:
        with postgres.running() as url:
            return check.pytest("-n", "2", "-m", "data", DATABASE_URL=url)
    except postgres.NotHere as absence:
        check.aloud.append(f"the data layer was NOT tested on PostgreSQL: {absence}")
        print(check.aloud[-1])
        return True


def mini_program(check: Check) -> bool:
    """The mini program's own tests; where there is no node, that is said and is no failure."""
    try:
        ran = miniprogram.run()
    except miniprogram.NotHere as absence:
        check.aloud.append(f"the mini program was NOT tested: {absence}")
        print(check.aloud[-1])
        return True
    check.counts.update(passed=ran.passed, failed=ran.failed)
    print(ran.words if ran.failed else f"{ran.passed} tests of the mini program passed")
    return ran.passed > 0 and not ran.failed


def stories(check: Check) -> bool:
    """The browser stories; without a browser they are skipped one by one, each with the reason."""
    try:
        return check.pytest("-n", "2", "--dist", "loadfile", "-m", "story", CHROMIUM=chromium())
    except NoBrowser as absence:
        check.aloud.append(f"browser stories were NOT run: {absence}")
        print(check.aloud[-1])
        return check.pytest("-m", "story", "-p", "tools.no_browser", GONGQIAO_NO_BROWSER=str(absence))


def works(check: Check) -> dict[str, tuple[str, Callable[[], bool]]]:
    """Every step in its order: its name for --only, its header, its work."""
    ruff, mypy, contracts = (str(BIN / name) for name in ("ruff", "mypy", "lint-imports"))
    return {
        "format": ("format", lambda: check.command(ruff, "format", "--check", ".")),
        "lint": ("lint", lambda: check.command(ruff, "check", ".")),
        "types": ("types", lambda: check.command(mypy)),
        "contracts": ("import contracts", lambda: check.command(contracts)),
        "migrations": ("missing migrations", lambda: check.command(*MANAGE, "makemigrations", "--check", "--dry-run")),
        "strings": ("untranslated strings", lambda: check.command(sys.executable, "-m", "tools.messages", "--check")),
        "lengths": ("file lengths", lengths),
        "pytest": ("tests on SQLite", lambda: check.pytest("-n", "2", "-m", "not story")),
        "postgres": ("data layer on PostgreSQL", lambda: on_postgres(check)),
        "miniprogram": ("the mini program", lambda: mini_program(check)),
        "stories": ("browser stories", lambda: stories(check)),
    }


def chosen(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in QUICK + TESTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no step {', '.join(unknown)}; there are {', '.join(QUICK + TESTS)}")
    return names


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run test", description=__doc__, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true", help=f"no tests: {', '.join(QUICK)}")
    parser.add_argument("--only", type=chosen, metavar="STEP,…", help=f"some of {', '.join(QUICK + TESTS)}")
    options, rest = parser.parse_known_args(argv)
    names = options.only or (QUICK if options.quick else QUICK + TESTS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped and removed
    with tempfile.TemporaryDirectory(prefix="gongqiao-check-") as home:
        # a home of its own, so that no run touches a market's data; stories run an event loop beside the ORM
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": "", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
        check = Check(env=env, pytest_args=tuple(rest))
        for name, (header, work) in works(check).items():
            if name in names:
                check.run(header, work)
    return check.report()


if __name__ == "__main__":
    sys.exit(main())
