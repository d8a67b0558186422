"""Readers that share no code with axe: Lighthouse in its mobile profile, and pa11y with HTML_CodeSniffer.

Both come from npm at pinned versions into benchmarks/out, which git ignores; where they cannot be had, the row says so
and fails.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Row, at_least, at_most, exactly
from tests.stories.browser import CHROMIUM, QUIET

TOOLS = {"lighthouse": "12.8.2", "pa11y": "9.1.1"}
KEPT = Path(__file__).resolve().parents[1] / "out" / "npm"
FIRST_PAINT_MS = 1500.0
# Its phone's screen but as long as a page: else what the tabs at the foot happen to cover counts as too small a target.
LONG_SCREEN = ["mobile", "width=412", "height=6000", "deviceScaleFactor=1.75"]


@dataclass(frozen=True)
class Read:
    """One page to be read: the name of its route, its whole address, and the cookies of who reads it."""

    name: str
    address: str
    cookies: str


def judged(pages: list[Read]) -> Iterator[Row]:
    missing = _installed()
    if missing:
        for what in TOOLS:
            yield Row(what, "measured", f"NOT MEASURED: {missing}", False)
        return
    yield from _lighthouse(pages)
    yield from _pa11y(pages)


def _installed() -> str:
    """Empty when both tools stand here at their versions; else why not."""
    npm = shutil.which("npm")
    if npm is None:
        return "no npm on this machine"
    wanted = [f"{name}@{version}" for name, version in TOOLS.items()]
    if all(_version(name) == version for name, version in TOOLS.items()):
        return ""
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "package.json").write_text('{"private": true}\n')
    env = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
    command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error", "--save-exact", *wanted]
    done = subprocess.run(command, cwd=KEPT, env=env, capture_output=True, text=True, check=False, timeout=300)
    return "" if done.returncode == 0 else f"npm install failed: {done.stderr.strip().splitlines()[-1:]}"


def _version(name: str) -> str:
    package = KEPT / "node_modules" / name / "package.json"
    return str(json.loads(package.read_text())["version"]) if package.exists() else ""


def _lighthouse(pages: list[Read]) -> Iterator[Row]:
    """Its own mobile profile, a slow phone on a slow line, simulated; on a long screen."""
    scores, paints = dict[str, float](), dict[str, float]()
    for page in pages:
        told = _report(page)
        if told is not None:
            scores[page.name] = float(told["categories"]["accessibility"]["score"] or 0)
            paints[page.name] = _paint(told) if _paint(told) <= FIRST_PAINT_MS else _median_paint(page, told)
    yield exactly("Lighthouse: pages that it read", len(scores), len(pages))
    if scores:
        least, slowest = min(scores, key=lambda name: scores[name]), max(paints, key=lambda name: paints[name])
        yield at_least(f"Lighthouse: accessibility, the least ({least})", scores[least], 1.0)
        yield at_most(
            f"Lighthouse: first contentful paint, the slowest ({slowest})", paints[slowest], FIRST_PAINT_MS, " ms"
        )


def _paint(told: dict[str, Any]) -> float:
    """Milliseconds."""
    return float(told["audits"]["first-contentful-paint"]["numericValue"])


def _median_paint(page: Read, first: dict[str, Any]) -> float:
    """A page that was too slow is read four times more, and the median of five counts, as Lighthouse itself advises
    (docs/variability.md there): what else the machine did meanwhile only ever adds time."""
    paints = [_paint(first), *(_paint(told) for told in (_report(page) for _turn in range(4)) if told is not None)]
    return statistics.median(paints)


def _report(page: Read) -> dict[str, Any] | None:
    """Its browser does not always come up: it is begun three times at the most, and each failure is said. None when it
    read nothing all the same."""
    for _turn in range(3):
        told = _begun(page)
        if told is not None:
            return told
        print(f"Lighthouse read nothing of {page.name}", file=sys.stderr, flush=True)
    return None


def _begun(page: Read) -> dict[str, Any] | None:
    report, headers = KEPT / "lighthouse.json", KEPT / "headers.json"
    report.unlink(missing_ok=True)
    headers.write_text(json.dumps({"Cookie": page.cookies} if page.cookies else {}))
    command = [str(KEPT / "node_modules" / ".bin" / "lighthouse"), page.address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", "--only-categories=accessibility,performance"]
    command += [f"--screenEmulation.{part}" for part in LONG_SCREEN]
    command += [f"--extra-headers={headers}", f"--chrome-flags=--headless=new {' '.join(QUIET)}"]
    env = {**os.environ, "CHROME_PATH": CHROMIUM or ""}
    subprocess.run(command, env=env, capture_output=True, check=False, timeout=180)
    told: dict[str, Any] | None = json.loads(report.read_text()) if report.exists() else None
    return told if told is not None and not told.get("runtimeError") else None


def _pa11y(pages: list[Read]) -> Iterator[Row]:
    """HTML_CodeSniffer, WCAG 2 AA."""
    errors, read = list[str](), 0
    for page in pages:
        config = {
            "chromeLaunchConfig": {"executablePath": CHROMIUM, "args": QUIET},
            "headers": {"Cookie": page.cookies} if page.cookies else {},
            "standard": "WCAG2AA",
            "runners": ["htmlcs"],
            "timeout": 60000,
        }
        (KEPT / "pa11y.json").write_text(json.dumps(config))
        command = [str(KEPT / "node_modules" / ".bin" / "pa11y"), "--config", str(KEPT / "pa11y.json")]
        command += ["--reporter", "json", page.address]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode in (0, 2):
            read += 1
            errors += [f"{page.name}: {each['code']} {each['selector']}" for each in json.loads(done.stdout)]
    yield exactly("pa11y (HTML_CodeSniffer): pages that it read", read, len(pages))
    first = f" ({errors[0][-110:]})" if errors else ""
    yield at_most(f"pa11y: errors{first}", len(errors), 0)
