"""`./run test`: the whole check, in order; goes on after a failure and says at the end what failed."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.postgres import NotHere, running

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(sys.executable).parent
MOST_LINES = 800


@dataclass
class Step:
    name: str
    seconds: float
    ok: bool
    said: str = ""


class Check:
    """Runs steps, keeps their results and the counts of all pytest runs."""

    def __init__(self, pytest_args: list[str]) -> None:
        self.steps: list[Step] = []
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.pytest_args = pytest_args
        self.aloud: list[str] = []

    def run(self, name: str, work: Callable[[], bool]) -> None:
        print(f"\n=== {name}", flush=True)
        begun = time.perf_counter()
        try:
            ok = work()
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
            ok = False
        self.steps.append(Step(name, time.perf_counter() - begun, ok))

    def pytest(self, *args: str, env: dict[str, str] | None = None) -> bool:
        """One pytest run; its counts are added up. No test found is a failure."""
        command = [PYTHON, "-m", "pytest", "-q", *args, *self.pytest_args]
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        last = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line if re.search(r"\d+ (passed|failed|error|skipped)", line) else last
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", last):
            self.counts["failed" if word.startswith("error") else word] += int(number)
        return process.wait() == 0


def command(*args: str, env: dict[str, str] | None = None) -> Callable[[], bool]:
    return lambda: subprocess.run(args, cwd=ROOT, env={**os.environ, **(env or {})}, check=False).returncode == 0


def file_lengths() -> bool:
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    long = [
        (name, count)
        for name in listed.stdout.split()
        if "/migrations/" not in name and (ROOT / name).exists()
        for count in [len((ROOT / name).read_text().splitlines())]
        if count > MOST_LINES
    ]
    for name, count in long:
        print(f"{name}: {count} lines, at most {MOST_LINES}")
    return not long


def chromium(check: Check) -> str | None:
    """The browser for the stories: Debian's, installed when we may."""
    found = shutil.which("chromium")
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing chromium and fonts-noto-cjk with apt-get", flush=True)
        quiet = {"stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
        subprocess.run(install, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet)  # type: ignore[call-overload]
        found = shutil.which("chromium")
    if not found:
        check.aloud.append("browser stories were NOT run: no chromium here and it could not be installed")
    return found


@contextmanager
def scratch_home() -> Iterator[dict[str, str]]:
    """Settings for the check: its own home, so that no run touches a market's data."""
    with tempfile.TemporaryDirectory(prefix="gongqiao-check-") as home:
        yield {"GONGQIAO_HOME": home, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


def static_steps(check: Check, env: dict[str, str]) -> None:
    check.run("format", command(str(BIN / "ruff"), "format", "--check", "."))
    check.run("lint", command(str(BIN / "ruff"), "check", "."))
    check.run("types", command(str(BIN / "mypy"), env=env))
    check.run("import contracts", command(str(BIN / "lint-imports"), env=env))
    manage = [PYTHON, "-m", "gongqiao.config.manage"]
    check.run("missing migrations", command(*manage, "makemigrations", "--check", "--dry-run", env=env))
    check.run("untranslated strings", command(PYTHON, "-m", "tools.messages", "--check"))
    check.run("file lengths", file_lengths)


def test_steps(check: Check, env: dict[str, str]) -> None:
    check.run("tests on SQLite", lambda: check.pytest("-n", "2", "-m", "not story", env=env))
    try:
        with running() as url:
            check.run(
                "data layer on PostgreSQL",
                lambda: check.pytest("-n", "2", "-m", "data", env={**env, "DATABASE_URL": url}),
            )
    except NotHere as absence:
        check.aloud.append(f"the data layer was NOT tested on PostgreSQL: {absence}")
    browser = chromium(check)
    if browser:
        check.run("browser stories", lambda: check.pytest("-m", "story", env={**env, "CHROMIUM": browser}))


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run test")
    parser.add_argument(
        "--quick", action="store_true", help="no tests: format, lint, types, contracts, migrations, strings"
    )
    options, rest = parser.parse_known_args()
    check = Check(rest)
    with scratch_home() as env:
        static_steps(check, env)
        if not options.quick:
            test_steps(check, env)
    print("\n=== summary")
    for step in check.steps:
        print(f"{'ok  ' if step.ok else 'FAIL'} {step.seconds:7.1f} s  {step.name}")
    for line in check.aloud:
        print(f"NOTE: {line}")
    failed = sum(not step.ok for step in check.steps)
    if not options.quick:
        counts = check.counts
        print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
