"""kill -9 of the web process under load: no acknowledged write is lost, nothing is half written, the chain holds.

GONGQIAO_KILLS says how often (5 in the gate; 200 is the measure of the issue).
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django_scopes import scopes_disabled

from gongqiao.foundation.backup import facts, places
from gongqiao.needs.postings.models import Shift
from tests.kill import market, reckoning
from tests.kill.clerks import Clerk, Person
from tests.kill.hearing import Answers
from tests.kill.market import CLERKS
from tests.kill.server import WebServer

KILLS = int(os.environ.get("GONGQIAO_KILLS", "5"))
MOST_ANSWERS = 60  # of one life before the blow; counted, not timed, so that a slow machine proves as much
LONGEST = 0.1  # seconds that the blow then waits, to fall anywhere in a request
STARTS_WITHIN = 60.0
WRITES = {"signed in", "registered", "checked in", "offered", "answered"}


@pytest.fixture
def place(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[places.Place]:
    """A market on file that both the web process and this one can open."""
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
    with django_db_blocker.unblock():
        yield market.build(tmp_path / "home")


@contextmanager
def at_work(port: int, shifts: list[int], heard: Answers) -> Iterator[list[Clerk]]:
    clerks = [Clerk(index, name, port, shifts, heard) for index, name in enumerate(CLERKS)]
    for clerk in clerks:
        clerk.start()
    try:
        yield clerks
    finally:
        for clerk in clerks:
            clerk.ended.set()
        for clerk in clerks:
            clerk.join(timeout=60)


@dataclass(frozen=True)
class Day:
    """What the clerks remember of a day of blows."""

    seconds: float
    people: list[Person]
    acknowledged: Counter[str]
    unknown: Counter[str]
    refused: Counter[str]
    surprises: list[str]


def day_of_blows(server: WebServer, shifts: list[int], kills: int) -> Day:
    """Start, let the clerks write, kill at a random moment; `kills` times, the clerks never stopping."""
    dice, heard, begun = random.Random(20261124), Answers(), time.perf_counter()
    with at_work(server.port, shifts, heard) as clerks:
        for _blow in range(kills):
            server.start()
            try:
                assert heard.wait_for(1, STARTS_WITHIN), server.log.read_text()
                assert all(clerk.signed_in.wait(STARTS_WITHIN) for clerk in clerks), server.log.read_text()
                assert heard.wait_for(dice.randint(0, MOST_ANSWERS), STARTS_WITHIN), server.log.read_text()
                time.sleep(dice.uniform(0, LONGEST))
            finally:
                server.kill()
    memories = [clerk.memory for clerk in clerks]
    return Day(
        seconds=round(time.perf_counter() - begun, 1),
        people=[person for memory in memories for person in memory.people],
        acknowledged=sum((memory.acknowledged for memory in memories), Counter[str]()),
        unknown=sum((memory.unknown for memory in memories), Counter[str]()),
        refused=sum((memory.refused for memory in memories), Counter[str]()),
        surprises=[surprise for memory in memories for surprise in memory.surprises],
    )


def test_web_process_when_killed_under_load_then_nothing_acknowledged_is_lost(place: places.Place) -> None:
    with places.standing_at(place), scopes_disabled():
        shifts = list(Shift.objects.values_list("pk", flat=True))
    day = day_of_blows(WebServer(place.home), shifts, KILLS)
    with places.standing_at(place), scopes_disabled():
        lost, half = reckoning.lost(day.people), reckoning.half_written()
        checked = facts.check()
        call_command("verify_audit")
    sys.stdout.write(
        f"{KILLS} kills in {day.seconds} s: {day.acknowledged.total()} writes acknowledged, {len(lost)} lost, "
        f"{day.unknown.total()} without an answer, {len(half)} half written; {checked.events} events\n"
        f"{dict(day.acknowledged)}, no answer: {dict(day.unknown)}, refused: {dict(day.refused)}\n"
    )

    assert day.surprises == []
    assert (lost, half) == ([], [])
    assert {what for what, count in day.acknowledged.items() if count >= len(CLERKS)} == WRITES
    assert day.unknown.total() > 0, "no request was under way at any blow: the test proves nothing"
