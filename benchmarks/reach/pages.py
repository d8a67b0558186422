"""The pages in a hand: barriers, width, targets, weight, first paint, and what a second reader finds.

A demo market of its own is served by gunicorn; Chromium, Lighthouse and pa11y look at it. The npm tools are installed
at pinned versions into benchmarks/out, which git ignores; where they cannot be had, the row says so and fails.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.report import Row, at_least, at_most
from benchmarks.web import built, desk_of, worker_of
from benchmarks.web.market import Facts
from benchmarks.web.server import OURS, serving
from tests.stories.browser import CHROMIUM, QUIET, Person

TOOLS = {"lighthouse": "12.8.2", "pa11y": "9.1.1"}
KEPT = Path(__file__).resolve().parents[1] / "out" / "npm"
MOST_BYTES = 60 * 1024
FIRST_PAINT_MS = 1500.0
EDITIONS = {"plain": (18.0, 44), "elder": (24.0, 60)}  # least text and target in px
LARGER = "document.documentElement.style.setProperty('--fs', {} * 1.75 + 'px')"
SMALL_TEXT = """least => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = new Set()
  for (let node; (node = walk.nextNode());) {
    const e = node.parentElement, hidden = e.closest('.sr, .skip, script') || !e.checkVisibility()
    if (node.textContent.trim() && !hidden && parseFloat(getComputedStyle(e).fontSize) < least - 0.05)
      found.add(node.textContent.trim().slice(0, 30))
  }
  return [...found]
}"""
LOW_TARGETS = """least => [...document.querySelectorAll('button, summary, select, input, .btn, .tabs a, a.tall')]
  .filter(e => e.offsetParent && e.type !== 'hidden' && !e.matches('[type=radio], [type=checkbox], .skip'))
  .filter(e => Math.round(e.getBoundingClientRect().height) < least).map(e => e.outerHTML.slice(0, 60))"""


@dataclass(frozen=True)
class Seen:
    """A served market, and the addresses of each visitor's named pages."""

    base: str
    facts: Facts
    pages: dict[str, list[str]]  # nobody, worker, employer -> paths
    cookies: dict[str, dict[str, str]]

    @property
    def job(self) -> str:
        return next(path for path in self.pages["nobody"] if re.search(r"/jobs/\d+/$", path))


def rows(quick: bool) -> Iterator[Row]:
    """Quick: a smaller market, and the slow readers (Lighthouse, pa11y) see the job page alone."""
    if CHROMIUM is None:
        yield Row("pages in a browser", "measured", "NOT MEASURED: no chromium on this machine", False)
        return
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-pages-") as home:
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": "", "GONGQIAO_KEYRING": ""}
        facts = built(env, 60 if quick else 300, 12, 2)
        with serving(OURS, env) as port:
            seen = _market(port, facts)
            yield from _weight(seen)
            yield from _in_browser(seen)
            yield from _other_readers(seen, quick=quick)


def _market(port: int, facts: Facts) -> Seen:
    base, home = f"http://127.0.0.1:{port}", f"/m/{facts.market}/"
    with urllib.request.urlopen(base + home, timeout=30) as answer:
        job = re.search(rf"{home}jobs/\d+/", answer.read().decode())
    if job is None:
        raise RuntimeError("the market shows no job")
    worker = worker_of(port, desk_of(port, facts), facts)
    mine = ["work/", "pay/", "file/", "file/paper/"]
    pages = {
        "nobody": [home, job[0], f"{home}communities/", f"{home}say/", "/sign-in/"],
        "worker": [home, job[0], *(home + path for path in mine)],
        "employer": ["/employer/", "/employer/post/", "/employer/post/?trade=loader", "/employer/wages/"]
        + ["/employer/complaints/"],
    }
    return Seen(base, facts, pages, {"worker": worker.cookies})


def _weight(seen: Seen) -> Iterator[Row]:
    """What a phone fetches for the first job page: the page, its sheets, its scripts, its pictures, each gzipped."""
    total, outside = 0, 0
    page = _fetched(seen.base + seen.job)
    total += len(gzip.compress(page, 6))
    for address in sorted(set(re.findall(r'(?:src|href)="([^"#?]+\.(?:css|js|svg|png|woff2?)[^"]*)"', page.decode()))):
        if address.startswith(("http:", "https:", "//")):
            outside += 1
            continue
        part = _fetched(seen.base + address)
        total += len(gzip.compress(part, 6))
        outside += len(re.findall(rb"""url\(["']?(?:https?:)?//""", part)) if address.endswith(".css") else 0
    yield at_most("job page with all it fetches, gzipped", total / 1024, MOST_BYTES / 1024, " KiB")
    yield at_most("job page: requests that leave the machine, by its text", outside, 0)


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


def _in_browser(seen: Seen) -> Iterator[Row]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        found: dict[str, list[str]] = {name: [] for name in ("axe", "wide", "low", "small", "outside", "errors")}
        looked = 0
        for who, pages in seen.pages.items():
            person = _visitor(browser, seen, who, found)
            for path in pages:
                for edition, (text, target) in EDITIONS.items():
                    looked += 1
                    _look(person.reads(edition=edition), path, edition, text, target, found)
            found["errors"] += person.errors
        browser.close()
    yield at_least(
        "named pages × editions looked at in Chromium, 320 px", looked, 2 * sum(map(len, seen.pages.values()))
    )
    for name, what in {
        "axe": "axe violations on them",
        "wide": "pages wider than 320 px, text 1.75 times as large",
        "low": "targets lower than 44 px, 60 in 长辈版",
        "small": "texts smaller than 24 px in 长辈版",
        "outside": "requests to another host",
        "errors": "console errors",
    }.items():
        first = f" ({found[name][0][:90]})" if found[name] else ""
        yield at_most(f"{what}{first}", len(found[name]), 0)


def _visitor(browser: Browser, seen: Seen, who: str, found: dict[str, list[str]]) -> Person:
    person = Person(browser, seen.base, 320)
    if who == "employer":
        person.sign_in(seen.facts.employer, seen.facts.password)
    if who in seen.cookies:
        for name, value in seen.cookies[who].items():
            person.context.add_cookies([{"name": name, "value": value, "url": seen.base}])
    person.page.on(
        "request", lambda request: None if request.url.startswith(seen.base) else found["outside"].append(request.url)
    )
    return person


def _look(person: Person, path: str, edition: str, text: float, target: int, found: dict[str, list[str]]) -> None:
    status = person.go(path)
    if status != 200:
        found["errors"].append(f"{path} answered {status}")
        return
    person.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    found["axe"] += [f"{path} {edition}: {each}" for each in person.barriers()]
    found["low"] += [f"{path} {edition}: {each}" for each in person.page.evaluate(LOW_TARGETS, target)]
    if edition == "elder":
        found["small"] += [f"{path}: {each}" for each in person.page.evaluate(SMALL_TEXT, text)]
    person.page.evaluate(LARGER.format(text))
    if (much := person.sticks_out()) > 0:
        found["wide"].append(f"{path} {edition}: {much} px")


def _other_readers(seen: Seen, *, quick: bool) -> Iterator[Row]:
    missing = _installed()
    paths = (
        [("nobody", seen.job)] if quick else [(who, path) for who in ("nobody", "worker") for path in seen.pages[who]]
    )
    if missing:
        for what in ("Lighthouse", "pa11y"):
            yield Row(what, "measured", f"NOT MEASURED: {missing}", False)
        return
    yield from _lighthouse(seen, [path for who, path in paths if who == "nobody"][: 1 if quick else 2])
    yield from _pa11y(seen, paths)


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


def _lighthouse(seen: Seen, paths: list[str]) -> Iterator[Row]:
    """Its own mobile profile: a slow phone on a slow line, simulated."""
    for path in paths:
        report = KEPT / "lighthouse.json"
        command = [str(KEPT / "node_modules" / ".bin" / "lighthouse"), seen.base + path, "--quiet", "--output=json"]
        command += [f"--output-path={report}", "--only-categories=accessibility,performance"]
        command += [f"--chrome-flags=--headless=new {' '.join(QUIET)}"]
        told = _run(command, report)
        if told is None:
            yield Row(f"Lighthouse on {_kind(path)}", "measured", "NOT MEASURED: it wrote no report", False)
            continue
        score = float(told["categories"]["accessibility"]["score"] or 0)
        paint = float(told["audits"]["first-contentful-paint"]["numericValue"])
        yield at_least(f"Lighthouse accessibility of {_kind(path)}", score, 1.0)
        yield at_most(f"Lighthouse first contentful paint of {_kind(path)}, mobile", paint, FIRST_PAINT_MS, " ms")


def _run(command: list[str], report: Path) -> dict[str, Any] | None:
    report.unlink(missing_ok=True)
    env = {**os.environ, "CHROME_PATH": CHROMIUM or ""}
    subprocess.run(command, env=env, capture_output=True, check=False, timeout=180)
    return json.loads(report.read_text()) if report.exists() else None


def _pa11y(seen: Seen, paths: list[tuple[str, str]]) -> Iterator[Row]:
    """HTML_CodeSniffer, WCAG 2 AA: a reader that shares no code with axe."""
    errors, read = list[str](), 0
    for who, path in paths:
        config = {
            "chromeLaunchConfig": {"executablePath": CHROMIUM, "args": QUIET},
            "headers": {"Cookie": "; ".join(f"{name}={value}" for name, value in seen.cookies.get(who, {}).items())},
            "standard": "WCAG2AA",
            "runners": ["htmlcs"],
            "timeout": 60000,
        }
        (KEPT / "pa11y.json").write_text(json.dumps(config))
        command = [str(KEPT / "node_modules" / ".bin" / "pa11y"), "--config", str(KEPT / "pa11y.json")]
        done = subprocess.run(
            [*command, "--reporter", "json", seen.base + path], capture_output=True, text=True, check=False, timeout=120
        )
        if done.returncode not in (0, 2):
            yield Row(f"pa11y on {_kind(path)}", "measured", f"NOT MEASURED: {done.stderr.strip()[-80:]}", False)
            continue
        read += 1
        errors += [f"{_kind(path)}: {each['code']}" for each in json.loads(done.stdout)]
    yield at_least("pages that pa11y (HTML_CodeSniffer) read", read, len(paths))
    yield at_most(f"its errors{f' ({errors[0][:90]})' if errors else ''}", len(errors), 0)


def _kind(path: str) -> str:
    return re.sub(r"\d+", "N", path)
