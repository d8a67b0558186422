"""The matcher process answers as this process does, comes back after a blow, and lets no stranger in."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from gongqiao.foundation.backup import places
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import matcher
from gongqiao.services.placement.matcher import client
from tests import factories
from tests.kill import market as file_market

STARTS_WITHIN = 30.0


@pytest.fixture(scope="module")
def market_on_file(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> places.Place:
    with django_db_blocker.unblock():
        return file_market.build(tmp_path_factory.mktemp("matcher") / "home")


@pytest.fixture
def place(
    market_on_file: places.Place, settings: Any, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[places.Place]:
    """A market on file, open to both processes; the socket's path is short, as the system wants it. On a busy machine a
    matcher takes longer to begin again than anybody at a desk should wait."""
    monkeypatch.setattr(client, "PATIENCE", STARTS_WITHIN)
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory(prefix="gq") as short:
        settings.MATCHER_SOCKET = Path(short) / "m.sock"
        yield market_on_file
        client._line.hang_up()


@contextmanager
def running(place: places.Place, settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "GONGQIAO_HOME": str(place.home), "DATABASE_URL": "", "GONGQIAO_KEYRING": ""}
    env |= {"GONGQIAO_MATCHER_SOCKET": str(settings.MATCHER_SOCKET), "GONGQIAO_SECRET_KEY": settings.SECRET_KEY}
    log = (place.home / "matcher.log").open("ab")
    command = [sys.executable, "-m", "gongqiao.config.manage", "matcher"]
    process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        until = time.monotonic() + STARTS_WITHIN
        while not settings.MATCHER_SOCKET.exists() and time.monotonic() < until:
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cast(house: Market) -> factories.House:
    """The people of the market on file."""
    known = {
        name: Membership.objects.get(person__user__username=name) for name in ("mo", "luo", "zhou", "liang", "shen")
    }
    return factories.House(house, system_of(house), **known)


def here() -> tuple[Market, date, list[int]]:
    house = Market.objects.get()
    shifts = list(Shift.objects.order_by("pk").values_list("pk", flat=True))
    return house, timezone.localdate() + timedelta(days=1), shifts


def test_answers_are_the_same_in_either_process_and_after_a_blow(place: places.Place, settings: Any) -> None:
    with places.standing_at(place), scopes_disabled():
        house, day, shifts = here()
        with scope(market=house):
            wei = factories.dossier(cast(house), "韦师傅")
            questions = [
                lambda: matcher.about_shift(house, day, shifts[0], 5),
                lambda: matcher.for_worker(house, day, wei.pk, 5),
                lambda: matcher.about_pair(house, day, wei.pk, shifts[1]),
                lambda: matcher.what_if(house, day, shifts[0], 100),
                lambda: matcher.about_shift(house, day, 10**9, 5),
            ]
            inside = [ask() for ask in questions]
            assert inside[0] is not None
            assert wei.pk in [pair.suggestion.worker_id for pair in inside[0].candidates]
            settings.MATCHER = "process"
            with running(place, settings) as process:
                assert [ask() for ask in questions] == inside
                [server] = children(process.pid)
                os.kill(server, signal.SIGKILL)
                assert [ask() for ask in questions] == inside
                assert children(process.pid) != [server]


def test_what_was_done_a_moment_ago_is_in_the_answer(place: places.Place, settings: Any) -> None:
    settings.MATCHER = "process"
    with places.standing_at(place), scopes_disabled(), running(place, settings):
        house, day, shifts = here()
        with scope(market=house):
            before = matcher.about_shift(house, day, shifts[0], 5)
            wei = factories.dossier(cast(house), "韦二")
            after = matcher.about_shift(house, day, shifts[0], 5)
    assert before is not None
    assert after is not None
    was, now = ({pair.suggestion.worker_id for pair in advice.candidates} for advice in (before, after))
    assert now - was == {wei.pk}


def test_a_stranger_is_turned_away_and_the_next_caller_answered(place: places.Place, settings: Any) -> None:
    settings.MATCHER = "process"
    with places.standing_at(place), scopes_disabled(), running(place, settings):
        house, day, shifts = here()
        assert stat.S_IMODE(settings.MATCHER_SOCKET.stat().st_mode) == 0o600
        with pytest.raises((AuthenticationError, EOFError, ConnectionResetError)):
            Client(str(settings.MATCHER_SOCKET), family="AF_UNIX", authkey=b"not the key")
        with scope(market=house):
            assert matcher.about_shift(house, day, shifts[0], 5) is not None


def test_a_second_matcher_is_refused(place: places.Place, settings: Any) -> None:
    with running(place, settings), running(place, settings) as second:
        assert second.wait(timeout=STARTS_WITHIN) == 1
    assert "a matcher is running already" in (place.home / "matcher.log").read_text()


def test_without_a_matcher_the_asker_is_told(place: places.Place, settings: Any, monkeypatch: Any) -> None:
    settings.MATCHER = "process"
    monkeypatch.setattr(client, "PATIENCE", 0.1)
    with places.standing_at(place), scopes_disabled():
        house, day, shifts = here()
        with scope(market=house), pytest.raises(matcher.MatcherDown, match="匹配进程没有回应"):
            matcher.about_shift(house, day, shifts[0], 5)
