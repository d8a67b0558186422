"""The pages in a hand: barriers, width, targets, weight, requests, first paint, and what other readers find.

A demo market of its own is served by gunicorn, and every route that shows a page is looked at in Chromium (`named`
walks the table of routes, so a new page cannot be forgotten); the core tasks are walked without JavaScript and with the
keyboard alone by the story that the gate runs too.
"""

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Browser, sync_playwright

from benchmarks.reach import readers
from benchmarks.reach.named import Named
from benchmarks.reach.readers import Read
from benchmarks.report import Row, at_most, exactly
from benchmarks.web import desk_of, worker_of
from benchmarks.web.market import Facts
from benchmarks.web.server import OURS, ROOT, serving
from tests.stories.browser import CHROMIUM, FIRST_VISIT_BYTES, OUTSIDE, QUIET, Person

EDITIONS = {"plain": (18.0, 44), "elder": (24.0, 60)}  # least text and target in px
WALLS = re.compile("hall:(screen|caller|kiosk.*)")  # on a wall or a machine: one edition, one size
WALL_SIZE = (1280, 800)
QUICKLY = ("worker:jobs", "worker:job", "worker:work", "employer:home")
STORY = "tests/stories/test_core_tasks.py"
# What takes only a POST, and what is a file, is no page; these are pages that now send one on, and why.
ONWARD = {
    "door:who": "only between a code that several people share and the choice",
    "worker:thread": "only with the code of something said",
}
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


@dataclass
class Seen:
    """A served market, who looks at it, and what was found where."""

    base: str
    cookies: dict[str, dict[str, str]]
    pages: dict[str, dict[str, str]]  # of each visitor: route -> address
    shown: dict[str, tuple[str, str]] = field(default_factory=dict)  # route -> whose it is, address
    onward: list[str] = field(default_factory=list)
    looked: set[tuple[str, str]] = field(default_factory=set)  # route, edition
    found: dict[str, list[str]] = field(default_factory=dict)

    def said(self, kind: str, what: str) -> None:
        self.found.setdefault(kind, []).append(what)


def rows(quick: bool) -> Iterator[Row]:
    """Quick: a smaller market, four pages in both editions; Lighthouse, pa11y and the walks are for the whole run."""
    if CHROMIUM is None:
        yield Row("pages in a browser", "measured", "NOT MEASURED: no chromium on this machine", False)
        return
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-pages-") as home:
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": "", "GONGQIAO_KEYRING": ""}
        named = _built(env, 100 if quick else 300)
        with serving(OURS, env) as port:
            seen = _market(port, named)
            yield from _weight(seen)
            yield from _in_browser(seen, only=QUICKLY if quick else None)
            if not quick:
                yield from readers.judged([_read(seen, name) for name in sorted(seen.shown)])
                yield from _core_tasks()


def _built(env: dict[str, str], people: int) -> Named:
    command = [sys.executable, "-m", "benchmarks.reach.named", str(people)]
    told = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True, check=True)
    return Named(**json.loads(told.stdout))


def _market(port: int, named: Named) -> Seen:
    facts = Facts("yufeng", "mo", named.password, named.employer, named.worker, named.phone, [], {})
    worker = worker_of(port, desk_of(port, facts), facts)
    boss = desk_of(port, facts, named.employer)
    pages = {"nobody": named.nobody, "worker": named.by_worker, "employer": named.by_employer}
    cookies = {"nobody": {}, "worker": worker.cookies, "employer": boss.cookies}
    return Seen(f"http://127.0.0.1:{port}", cookies, pages)


def _read(seen: Seen, name: str) -> Read:
    who, path = seen.shown[name]
    cookies = "; ".join(f"{key}={value}" for key, value in seen.cookies[who].items())
    return Read(name, seen.base + path, cookies)


def _weight(seen: Seen) -> Iterator[Row]:
    """What a phone fetches for the first job page: the page, its sheets, its scripts, its pictures, each gzipped."""
    total, outside = 0, 0
    page = _fetched(seen.base + seen.pages["nobody"]["worker:job"])
    total += len(gzip.compress(page, 6))
    for address in sorted(set(re.findall(r'(?:src|href)="([^"#?]+\.(?:css|js|svg|png|woff2?)[^"]*)"', page.decode()))):
        if address.startswith(("http:", "https:", "//")):
            outside += 1
            continue
        part = _fetched(seen.base + address)
        total += len(gzip.compress(part, 6))
        outside += len(re.findall(rb"""url\(["']?(?:https?:)?//""", part)) if address.endswith(".css") else 0
    yield at_most("job page with all it fetches, gzipped", total / 1024, FIRST_VISIT_BYTES / 1024, " KiB")
    yield at_most("job page: requests that leave the machine, by its text", outside, 0)


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bytes(answer.read())


def _in_browser(seen: Seen, only: tuple[str, ...] | None) -> Iterator[Row]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for who in seen.pages:
            _visits(_visitor(browser, seen, who), who, seen, only)
        browser.close()
    wanted = set(only) if only is not None else set(seen.shown)
    editions = {
        (name, edition) for name in wanted for edition in EDITIONS if edition == "plain" or not WALLS.match(name)
    }
    missed = sorted(f"{name} {edition}" for name, edition in editions - seen.looked)
    told = f"{len(wanted)} named pages" if only is None else f"{len(wanted)} pages chosen for --quick"
    yield exactly(f"{told}, each in its editions: not looked at", ", ".join(missed) or "none", "none")
    if only is None:
        yield exactly("routes that send one on instead", sorted(seen.onward), sorted(ONWARD))
    for kind, what in {
        "axe": "axe violations on them",
        "wide": "pages wider than 320 px, text 1.75 times as large",
        "low": "targets lower than 44 px, 60 in 长辈版",
        "small": "texts smaller than 24 px in 长辈版",
        "outside": "requests to another host",
        "errors": "console errors",
    }.items():
        faults = seen.found.get(kind, [])
        first = f" ({faults[0][:110]})" if faults else ""
        yield at_most(f"{what}{first}", len(faults), 0)


def _visitor(browser: Browser, seen: Seen, who: str) -> Person:
    person = Person(browser, seen.base, 320)
    for name, value in seen.cookies[who].items():
        person.context.add_cookies([{"name": name, "value": value, "url": seen.base}])
    return person


def _visits(person: Person, who: str, seen: Seen, only: tuple[str, ...] | None) -> None:
    for name, path in seen.pages[who].items():
        if only is not None and name not in only:
            continue
        answer = person.context.request.get(seen.base + path, max_redirects=0)
        if answer.status in (301, 302):
            seen.onward.append(name)
        elif answer.status != 405 and answer.headers.get("content-type", "").startswith("text/html"):
            seen.shown[name] = (who, path)
            _looks(person, name, path, seen)
    for error in person.errors:
        seen.said("outside" if error.startswith(OUTSIDE) else "errors", f"{who}: {error}")


def _looks(person: Person, name: str, path: str, seen: Seen) -> None:
    if WALLS.match(name):
        person.page.set_viewport_size({"width": WALL_SIZE[0], "height": WALL_SIZE[1]})
        if _opened(person.reads(edition="plain"), name, path, seen):
            _judged(person, name, "plain", seen)
        return
    for edition, (text, target) in EDITIONS.items():
        person.page.set_viewport_size({"width": 320, "height": 800})
        if not _opened(person.reads(edition=edition), name, path, seen):
            continue
        person.page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
        _judged(person, name, edition, seen)
        for low in person.page.evaluate(LOW_TARGETS, target):
            seen.said("low", f"{name} {edition}: {low}")
        for small in person.page.evaluate(SMALL_TEXT, text) if edition == "elder" else []:
            seen.said("small", f"{name}: {small}")
        person.page.evaluate(LARGER.format(text))
        if (much := person.sticks_out()) > 0:
            seen.said("wide", f"{name} {edition}: {much} px")


def _opened(person: Person, name: str, path: str, seen: Seen) -> bool:
    status = person.go(path)
    if status != 200:
        seen.said("errors", f"{name} answered {status}")
    return status == 200


def _judged(person: Person, name: str, edition: str, seen: Seen) -> None:
    seen.looked.add((name, edition))
    for barrier in person.barriers():
        seen.said("axe", f"{name} {edition}: {barrier}")


def _core_tasks() -> Iterator[Row]:
    """Look, apply, answer, say hours, dispute, say something, fill a questionnaire: the story of the gate."""
    env = {name: value for name, value in os.environ.items() if name != "GONGQIAO_HOME"}
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-walk-") as home:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", STORY]
        env["GONGQIAO_HOME"] = home
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600)
    told = re.search(r"(?m)^(\d+ passed.*|\d+ failed.*) in ", done.stdout)
    yield exactly("core tasks without JavaScript, and by keyboard alone", told[1] if told else "no result", "2 passed")
