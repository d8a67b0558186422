"""The hall at dawn, through gunicorn with two workers: 300 people, three windows, a kiosk and the wall.

A real hall sees them between four and seven o'clock; here they come within minutes, so the machine has many times a
dawn's work. Everybody thinks between two pages. Four ways in, as people have it: the phone that scanned the wall, the
card before a scanner, the last figures said over the desk, the kiosk. Whoever has a phone looks at work too.
"""

import html
import itertools
import json
import os
import queue
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.report import Row, at_least, at_most, exactly, percentile
from benchmarks.web import built_in, desk_of
from benchmarks.web.market import Facts
from benchmarks.web.server import OURS, ROOT, serving
from benchmarks.web.visitors import Visitor

PAGE_SECONDS, WINDOW_SECONDS = 0.3, 10.0
STAFF = ("mo", "luo", "zhou")  # one at each window
BY_PHONE, BY_KIOSK = 0.4, 0.15  # the others stand before a window
WALL_EVERY = 5.0


@dataclass(frozen=True)
class Size:
    people: int
    files: int
    shifts: int
    seconds: float  # within which all of them come


WHOLE = Size(people=300, files=2000, shifts=150, seconds=150)
QUICK = Size(people=24, files=300, shifts=24, seconds=12)


@dataclass
class Seen:
    """What everybody saw: seconds of each page by its name, seconds a window took for one person, what went wrong."""

    pages: dict[str, list[float]] = field(default_factory=dict)
    windows: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, name: str, visitor: Visitor, path: str, **fields: str) -> str:
        """One page, timed; with fields a form. Sent on, the page it is sent on to is one more."""
        begun = time.perf_counter()
        status, page, onward = visitor.send(path, **fields) if fields else (200, visitor.get(path), "")
        with self.lock:
            self.pages.setdefault(name, []).append(time.perf_counter() - begun)
        if status not in (200, 302):
            raise RuntimeError(f"{name} answered {status}: {page[:300]}")
        return self.page(f"{name}, sent on", visitor, onward) if status == 302 else page


class Wall:
    """What stands on the wall, as a camera reads it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process, self.lock = process, threading.Lock()
        self.people: list[tuple[str, str]] = [(phone, card) for phone, card in json.loads(self._read())]

    def ask(self, what: str) -> str:
        with self.lock:
            assert self.process.stdin is not None
            self.process.stdin.write(f"{what}\n")
            self.process.stdin.flush()
            return self._read()

    def _read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def _wall(env: Mapping[str, str], market: str) -> Iterator[Wall]:
    command = [sys.executable, "-m", "benchmarks.reach.wall", market]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdin=pipe, stdout=pipe, text=True)
    try:
        yield Wall(process)
    finally:
        process.kill()
        process.wait()


def rows(quick: bool) -> Iterator[Row]:
    size = QUICK if quick else WHOLE
    with (
        built_in("", size.files, size.shifts, 1) as (env, facts),
        serving(OURS, env) as port,
        _wall(env, facts.market) as wall,
    ):
        hall = Hall(port, facts, wall, size)
        before = int(wall.ask("came"))
        hall.dawn()
        came = int(wall.ask("came")) - before
    told = f"dawn: {size.people} people within {size.seconds:.0f} s, {len(STAFF)} windows, a kiosk, the wall"
    seen = hall.seen
    every = [seconds for name in seen.pages for seconds in seen.pages[name]]
    for wrong in seen.wrong[:5]:
        print(wrong, file=sys.stderr)
    yield exactly(f"{told}: errors", len(seen.wrong), 0)
    yield exactly(f"{told}: checked in, once each", came, size.people)
    yield at_most(f"{told}: a page, p95", percentile(every, 0.95), PAGE_SECONDS, " s")
    yield Row(f"{told}: pages, p50, the slowest", "", _said(every), True)
    for name in sorted(seen.pages):
        yield Row(f"dawn: {name}", "", _said(seen.pages[name]), True)
    yield at_most(
        "dawn: a window's seconds for one person, hands and all, p95",
        percentile(seen.windows, 0.95),
        WINDOW_SECONDS,
        " s",
    )
    yield at_least("dawn: people that went through the windows", len(seen.windows), size.people // 3)


def _said(times: list[float]) -> str:
    ms = [1000 * percentile(times, share) for share in (0.5, 0.95, 1.0)]
    return f"{len(times)} pages, p50 {ms[0]:.0f}, p95 {ms[1]:.0f}, slowest {ms[2]:.0f} ms"


class Hall:
    """Everybody at once."""

    def __init__(self, port: int, facts: Facts, wall: Wall, size: Size) -> None:
        self.port, self.facts, self.wall, self.size = port, facts, wall, size
        self.seen, self.rng = Seen(), random.Random("dawn")
        self.at_windows: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self.at_kiosk: queue.Queue[tuple[str, str] | None] = queue.Queue()
        self.open = True
        self.home = f"/m/{facts.market}/"
        self.desks = [desk_of(port, facts, name) for name in STAFF]
        self.windows = self._set_up(desk_of(port, facts, "liang"))
        self.kiosk = self._machine(desk_of(port, facts, "mo"))

    def _set_up(self, manager: Visitor) -> list[str]:
        """Three windows for the letter A at whatever hour this runs; their addresses."""
        manager.get("/desk/windows/setup/")
        for number in range(1, len(STAFF) + 1):
            hours = {"opens_at": "00:00", "closes_at": "23:59", "on_holidays": "on", "in_use": "on"}
            manager.post("/desk/windows/setup/", form="window", number=str(number), letters="A", **hours)
        found = sorted(set(re.findall(r"/desk/windows/(\d+)/", manager.get("/desk/windows/"))), key=int)
        if len(found) < len(STAFF):
            raise RuntimeError(f"{len(found)} windows stand where {len(STAFF)} were set up")
        return [f"/desk/windows/{pk}/" for pk in found[: len(STAFF)]]

    def _machine(self, staff: Visitor) -> Visitor:
        staff.post("/desk/windows/machine/kiosk/")
        staff.address = "127.0.0.2"
        return staff

    def dawn(self) -> None:
        people = self.wall.people[: self.size.people]
        if len(people) < self.size.people:
            raise RuntimeError(f"only {len(people)} people of this market have a phone of their own")
        ways = [self.rng.random() for _person in people]
        comes = sorted(self.rng.triangular(0, self.size.seconds, 0.6 * self.size.seconds) for _person in people)
        staff = [self._begun(self._window, index) for index in range(len(STAFF))]
        others = [self._begun(self._at_the_kiosk), self._begun(self._on_the_wall)]
        begun, phones = time.monotonic(), []
        for index, (person, way, at) in enumerate(zip(people, ways, comes, strict=True)):
            time.sleep(max(0.0, begun + at - time.monotonic()))
            if way < BY_PHONE:
                phones.append(self._begun(self._with_a_phone, index, person))
            else:
                (self.at_kiosk if way < BY_PHONE + BY_KIOSK else self.at_windows).put(person)
        for thread in phones:
            thread.join()
        self.at_kiosk.put(None)
        for _window in staff:
            self.at_windows.put(None)
        for thread in (*staff, others[0]):
            thread.join()
        self.open = False
        others[1].join()

    def _begun(self, work: Callable[..., None], *given: object) -> threading.Thread:
        def run() -> None:
            try:
                work(*given)
            except Exception as fault:  # one visitor's trouble is one error; the others go on
                with self.seen.lock:
                    self.seen.wrong.append(f"{work.__name__}: {fault}")

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def _think(self, least: float, most: float) -> None:
        time.sleep(self.rng.uniform(least, most))

    def _with_a_phone(self, index: int, person: tuple[str, str]) -> None:
        """Scanned, typed, checked in; half of them draw a number; then they look at work."""
        phone, _card = person
        visitor = Visitor(self.port, address=f"127.1.{index // 250}.{index % 250 + 1}")
        page = self.seen.page("phone: scanned", visitor, f"{self.home}here/?t={self.wall.ask('square')}")
        mark = _value(page, "mark")
        self._think(2, 4)
        page = self.seen.page("phone: checks in", visitor, f"{self.home}here/", mark=mark, who=phone)
        if index % 2:
            self._think(1, 3)
            known = _value(page, "known")
            self.seen.page("phone: draws", visitor, f"{self.home}here/draw/", mark=mark, known=known, letter="A")
        self._think(1, 3)
        page = self.seen.page("phone: jobs", visitor, self.home)
        jobs = re.findall(rf'href="({self.home}jobs/\d+/)', page)
        if not jobs:
            raise RuntimeError("the list shows no work")
        self._think(2, 4)
        self.seen.page("phone: a job", visitor, self.rng.choice(jobs[:10]))

    def _window(self, index: int) -> None:
        """Scan or type, Enter, next; after every third person the next number is called."""
        desk, window = self.desks[index], self.windows[index]
        for count in itertools.count(1):
            person = self.at_windows.get()
            if person is None:
                return
            begun = time.perf_counter()
            self._check_in(desk, person, typed=count % 3 == 0)
            with self.seen.lock:
                self.seen.windows.append(time.perf_counter() - begun)
            if count % 3 == 0:
                self._call(desk, window)

    def _check_in(self, desk: Visitor, person: tuple[str, str], *, typed: bool) -> None:
        phone, card = person
        if not typed:
            self._think(1.0, 2.0)  # the card comes out of the pocket
            self.seen.page("window: card scanned", desk, "/desk/arrivals/", who=card)
            return
        self._think(2.0, 3.5)
        page = self.seen.page("window: last four typed", desk, "/desk/arrivals/", who=phone[-4:])
        several = re.findall(r'name="dossier" value="(\d+)".*?<span class="num">([^<]*)</span>', page, re.S)
        if several:
            file_no = card.split(":")[2]
            his = next(pk for pk, number in several if re.sub(r"\D", "", number) == file_no)
            self._think(0.5, 1.5)
            self.seen.page("window: which of them", desk, "/desk/arrivals/", dossier=his)

    def _call(self, desk: Visitor, window: str) -> None:
        page = self.seen.page("window: calls the next", desk, f"{window}next/", go="1")
        number = re.search(r'name="number" value="([0-9a-f-]{36})"', page)
        if number is not None:
            self.seen.page("window: served", desk, f"{window}served/", number=number[1])

    def _at_the_kiosk(self) -> None:
        while (person := self.at_kiosk.get()) is not None:
            self.seen.page("kiosk: start", self.kiosk, f"{self.home}kiosk/")
            self.seen.page("kiosk: here", self.kiosk, f"{self.home}kiosk/here/")
            self._think(1.5, 2.5)
            page = self.seen.page("kiosk: checks in", self.kiosk, f"{self.home}kiosk/here/", who=person[0])
            self.seen.page(
                "kiosk: draws", self.kiosk, f"{self.home}kiosk/draw/", known=_value(page, "known"), letter="A"
            )
            self.seen.page("kiosk: wiped", self.kiosk, f"{self.home}kiosk/wipe/", go="1")

    def _on_the_wall(self) -> None:
        screen = Visitor(self.port, address="127.0.0.3")
        while self.open:
            self.seen.page("wall", screen, f"{self.home}screen/")
            self.seen.page("caller", screen, f"{self.home}caller/")
            time.sleep(WALL_EVERY)


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError(f"the page has no {name}: {re.sub('<[^>]*>', ' ', page)[-400:]}")
    return html.unescape(found[1])
