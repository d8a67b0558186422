"""Visitors over HTTP: signed in once, then as many requests as there are workers, each on a connection of its own."""

import http.client
import http.cookies
import itertools
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

AT_ONCE = 2  # as many as there are workers: more would measure the queue, not the page


@dataclass
class Visitor:
    """One browser."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"  # that it comes from: what is limited by address is limited for each
    sent_to: str = ""  # where the last answer sends it on to

    def get(self, path: str, *, part: bool = False) -> str:
        """`part`: as htmx asks for a piece of a page."""
        status, page = self._ask("GET", path, {}, {"HX-Request": "true"} if part else {})
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {page[:200]}")
        return page

    def sign_in(self, path: str, **fields: str) -> None:
        self.get("/sign-in/")  # gives the token
        self.post(path, **fields)

    def post(self, path: str, **fields: str) -> None:
        status, page, _to = self.send(path, **fields)
        if status != 302:
            raise RuntimeError(f"{path} answered {status}: {page[:200]}")

    def send(self, path: str, **fields: str) -> tuple[int, str, str]:
        """A form: the status, the page, and where it sends one on to."""
        told = {**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        status, page = self._ask("POST", path, told)
        return status, page, self.sent_to

    def _ask(
        self, method: str, path: str, fields: dict[str, str], more: dict[str, str] | None = None
    ) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= more or {}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, urlencode(fields) if method == "POST" else None, headers)
            answer = line.getresponse()
            page = answer.read().decode()
            self.sent_to = answer.headers.get("Location", "")
        finally:
            line.close()
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return answer.status, page


@dataclass(frozen=True)
class Load:
    """Seconds of each answer, and of all of them by the clock."""

    answers: list[float]
    wall: float

    @property
    def per_second(self) -> float:
        return len(self.answers) / self.wall


def load(visitor: Visitor, paths: Iterable[str], requests: int) -> Load:
    """The paths in turn, `requests` in all, AT_ONCE at a time; a first round warms the workers and is not counted."""
    wanted = list(itertools.islice(itertools.cycle(paths), requests))
    for path in wanted[: 4 * AT_ONCE]:
        visitor.get(path)
    answers: list[float] = []
    faults: list[Exception] = []
    left = iter(wanted)
    lock = threading.Lock()

    def run() -> None:
        while True:
            with lock:
                path = next(left, None)
            if path is None or faults:
                return
            begun = time.perf_counter()
            try:
                visitor.get(path)
            except Exception as fault:
                faults.append(fault)
                return
            answers.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=run) for _visitor in range(AT_ONCE)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begun
    if faults:
        raise faults[0]
    return Load(answers, wall)
