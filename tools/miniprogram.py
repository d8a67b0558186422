"""The mini program's own tests (jest, miniprogram-simulate); packages come once, by the lock, into .venv/miniprogram.

Needs node 20 and npm on the PATH; nothing of what is uploaded does.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "miniprogram"
APP = SOURCE / "app"
HOME = ROOT / ".venv" / "miniprogram"
LISTS = ("package.json", "package-lock.json")
FETCHED_WITHIN, RUN_WITHIN = 300.0, 300.0  # seconds


class NotHere(Exception):
    """They cannot run on this machine; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of the tests; `words` as jest says it."""

    passed: int
    failed: int
    words: str


def node() -> str:
    found = shutil.which("node")
    if found is None:
        raise NotHere("no node on the PATH (Debian: apt-get install nodejs npm)")
    return found


def run() -> Ran:
    """All of them, once; a file that cannot even be loaded counts as a failure."""
    program = node()
    fetch()
    told = HOME / "told.json"
    told.unlink(missing_ok=True)
    jest = HOME / "node_modules/jest/bin/jest.js"
    command = [program, str(jest), "-c", "jest.config.js", "--ci", "--json", f"--outputFile={told}"]
    env = {**os.environ, "GONGQIAO_NPM": str(HOME), "TZ": "UTC"}
    done = subprocess.run(command, cwd=SOURCE, env=env, capture_output=True, text=True, check=False, timeout=RUN_WITHIN)
    if not told.exists():
        return Ran(0, 1, done.stderr[-4000:])
    found = json.loads(told.read_text(encoding="utf-8"))
    broken = int(found["numFailedTests"]) + int(found["numRuntimeErrorTestSuites"])
    return Ran(int(found["numPassedTests"]), broken, done.stderr)


def fetch() -> None:
    """Nothing, when what the lock wants is there."""
    wanted = b"".join((SOURCE / name).read_bytes() for name in LISTS)
    told = HOME / "fetched"
    if told.exists() and told.read_bytes() == wanted:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise NotHere("no npm on the PATH (Debian: apt-get install npm)")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for name in LISTS:
        shutil.copy(SOURCE / name, HOME / name)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        ended = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False, timeout=FETCHED_WITHIN)
    except subprocess.TimeoutExpired:
        raise NotHere(f"npm brought nothing within {FETCHED_WITHIN:.0f} s") from None
    if ended.returncode:
        raise NotHere(f"npm could not bring the packages: {ended.stderr.strip()[-300:]}")
    told.write_bytes(wanted)
