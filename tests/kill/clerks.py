"""Clerks at their counters, over HTTP: each remembers what he was told was done, and what he got no answer to."""

import http.client
import http.cookies
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from gongqiao.foundation.people.identity import check_character
from tests import factories
from tests.kill.hearing import Answers
from tests.kill.market import DISPATCHERS

FIRST_BIRTH = date(1960, 1, 1)
ANSWERS = ("yes", "busy", "missed")
PATIENCE = 30.0  # seconds a clerk waits for one answer


Fields = dict[str, str | list[str]]


class NoAnswer(Exception):
    """The line broke before an answer came: nobody knows whether it was done."""


class Ended(Exception):
    """The day is over: no further request."""


@dataclass
class Person:
    """One walk-in and how far he got; every field is what the server acknowledged."""

    name: str
    dossier: int = 0
    ticket: bool = False
    offered: bool = False
    answer: str = ""


@dataclass
class Memory:
    """Of one clerk."""

    people: list[Person] = field(default_factory=list)
    acknowledged: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)


class Clerk(threading.Thread):
    """Registers people, gives them numbers, calls them for a shift, writes their answers; until the day is over."""

    def __init__(self, index: int, username: str, port: int, shifts: list[int], heard: Answers) -> None:
        super().__init__(name=username, daemon=True)
        self.index, self.username, self.port, self.shifts = index, username, port, shifts
        self.heard, self.ended, self.signed_in = heard, threading.Event(), threading.Event()
        self.memory = Memory()
        self.cookies: dict[str, str] = {}

    def run(self) -> None:
        try:
            self._look("/sign-in/")
            self._write("signed in", "/sign-in/", {"username": self.username, "password": factories.PASSWORD})
            self.signed_in.set()
            number = 0
            while not self.ended.is_set():
                self._serve(Person(f"韦{self.username}{number}"), number)
                number += 1
        except Ended:
            return
        except Exception as error:
            self.memory.surprises.append(f"{self.username}: {type(error).__name__}: {error}")

    def _serve(self, person: Person, number: int) -> None:
        """One person from the door to his answer. Where no answer came, the next step is tried all the same."""
        self.memory.people.append(person)
        found = re.fullmatch(r"/desk/dossiers/(\d+)/", self._write("registered", "/desk/register/", self._form(person)))
        if found is None:
            return
        person.dossier = int(found[1])
        self._look(found[0])
        person.ticket = self._write("checked in", f"{found[0]}check-in/", {}) != ""
        if self.username not in DISPATCHERS:
            return
        shift = self.shifts[number % len(self.shifts)]
        fields: Fields = {"dossier": str(person.dossier), "reason": ["住得近", "干过这个"]}
        person.offered = self._write("offered", f"/desk/board/shifts/{shift}/offer/", fields) != ""
        row = re.search(rf"<b>{person.name}</b>.*?/desk/calls/(\d+)/", self._look("/desk/calls/"), re.S)
        answer = ANSWERS[number % len(ANSWERS)]
        if row is not None and self._write("answered", f"/desk/calls/{row[1]}/", {"answer": answer}):
            person.answer = answer

    def _form(self, person: Person) -> Fields:
        """The register form, filled in; a number of GB 11643 that nobody else has."""
        count = len(self.memory.people)
        birth = FIRST_BIRTH + timedelta(days=count)
        first = f"450299{birth:%Y%m%d}{self.index:02d}1"
        return {
            "name": person.name,
            "number": first + check_character(first),
            "seen": "on",
            "channel": "none",
            "home_id": factories.WULITING,
            "trade": "loader",
            "level": "2",
            "free_days": ["0", "1", "2", "3", "4", "5", "6"],
            "free_parts": ["morning", "afternoon", "evening", "night"],
            "agreed": "on",
        }

    def _look(self, path: str) -> str:
        """The page, asked for until it comes."""
        while True:
            try:
                status, page, target = self._ask("GET", path)
            except NoAnswer:
                continue
            if status != 200:
                raise AssertionError(f"{path} answered {status} {target}")
            return page

    def _write(self, what: str, path: str, fields: Fields) -> str:
        """POST once; where the answer sent us when it was acknowledged, "" when it was refused or none came."""
        try:
            status, page, target = self._ask("POST", path, fields)
        except NoAnswer:
            self.memory.unknown[what] += 1
            return ""
        if status == 302 and not target.startswith("/sign-in"):
            self.memory.acknowledged[what] += 1
            return target
        if status in (409, 422):
            self.memory.refused[what] += 1
            return ""
        raise AssertionError(f"{path} answered {status} {target} {page[:200]}")

    def _ask(self, method: str, path: str, fields: Fields | None = None) -> tuple[int, str, str]:
        """Status, page and Location of one request on a connection of its own; waits for a server that is down."""
        if self.ended.is_set():
            raise Ended
        body = urlencode({**(fields or {}), "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}, doseq=True)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        line = self._line()
        try:
            line.request(method, path, body if method == "POST" else None, headers)
            answer = line.getresponse()
            self._keep(answer)
            page = answer.read().decode()
        except (OSError, http.client.HTTPException) as broken:
            raise NoAnswer(str(broken)) from None
        finally:
            line.close()
        self.heard.add()
        return answer.status, page, answer.headers.get("Location", "")

    def _line(self) -> http.client.HTTPConnection:
        until = time.monotonic() + PATIENCE
        while True:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                line.connect()
                return line
            except OSError:
                line.close()
                if self.ended.is_set():
                    raise Ended from None
                if time.monotonic() > until:
                    raise AssertionError(f"no server for {PATIENCE:.0f} s") from None
                time.sleep(0.01)

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(header).items():
                if morsel["max-age"] == 0:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
