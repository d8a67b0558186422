"""`./run demo` as a person meets it: address and accounts once it answers, nothing left after Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_scopes import scope

from gongqiao.config.demo import build
from gongqiao.foundation.backup import places
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from tests import factories
from tests.kill import market
from tests.kill.server import free_port

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def home(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Path:
    """A small market that stands where the demo would, marked as the demo's own."""
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]
    with django_db_blocker.unblock():
        place = market.build(tmp_path / "home")
        with places.standing_at(place), scope(market=Market.objects.get()):
            factories.dossier(factories.House(Market.objects.get(), *_cast()), phone="15400001234")
    (place.home / "demo").write_text(f"whole {timezone.localdate().isoformat()}\n")
    return place.home


def _cast() -> list[Membership]:
    posts = {post.role if post.role == Role.SYSTEM else post.title: post for post in Membership.objects.all()}
    return [posts[key] for key in (Role.SYSTEM, "莫专员", "罗专员", "周社工", "梁经理", "沈审计")]


@contextmanager
def demo(home: Path, *more: str) -> Iterator["subprocess.Popen[str]"]:
    env = {**os.environ, "GONGQIAO_DEMO_HOME": str(home), "DATABASE_URL": "postgres://nobody@/a-real-market"}
    command = [sys.executable, "-m", "gongqiao.config.manage", "demo", *more]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **pipes)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def read_until(process: "subprocess.Popen[str]", last: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if last in line:
            return lines
    raise AssertionError("\n".join(lines))


def children(pid: int) -> list[int]:
    """Processes whose parent is `pid`, and theirs."""
    found = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [below for each in found for below in children(each)]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_when_told_to_stop_then_nothing_is_left(home: Path, name: str) -> None:
    port = free_port()
    with demo(home, "--port", str(port)) as process:
        said = read_until(process, "Ctrl-C")
        assert said[:2] == [f"http://127.0.0.1:{port}/", f"密码 password: {build.PASSWORD}"]
        assert {line.split()[0] for line in said[2:-1]} == {*build.ACCOUNTS, build.EMPLOYER_LOGIN, "huang"}
        assert "15400001234" in said[-1]
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            running = children(process.pid)
        assert len(running) >= 4  # gunicorn and its two workers, the task worker
        process.send_signal(getattr(signal, name))
        rest = process.communicate(timeout=120)[0]
    assert (process.returncode, "Traceback" in rest) == (0, False), rest
    assert [pid for pid in running if Path(f"/proc/{pid}").exists()] == []
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("whole today", []),
        ("whole 2020-05-01", ["这个演示是 2020-05-01 建的，它的“明天”过了；加 --fresh 重建 "]),
        ("whole", ["这个演示是 以前 建的，它的“明天”过了；加 --fresh 重建 "]),
    ],
)
def test_a_demo_of_another_day_is_kept_and_says_so(home: Path, mark: str, said: list[str]) -> None:
    mark = mark.replace("today", timezone.localdate().isoformat())
    (home / "demo").write_text(f"{mark}\n")
    with demo(home, "--build-only") as process:
        lines = process.communicate(timeout=120)[0].splitlines()
    assert [line.partition("built")[0] for line in lines] == said
    assert (home / "demo").read_text() == f"{mark}\n"


def test_when_the_port_is_taken_then_one_sentence(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo(home, "--port", str(port)) as process:
            said = process.communicate(timeout=120)[0]
    assert process.returncode == 1
    assert said.strip().splitlines() == [
        f"CommandError: 端口 {port} 用不了，多半有程序在用 port {port} cannot be used, most likely it is taken: "
        f"./run demo --port {port + 1}"
    ]


@pytest.mark.parametrize("more", [[], ["--fresh"]])
def test_when_another_market_stands_there_then_it_is_not_touched(home: Path, more: list[str]) -> None:
    (home / "demo").unlink()
    before = (home / "gongqiao.sqlite3").read_bytes()
    with demo(home, "--build-only", *more) as process:
        said = process.communicate(timeout=120)[0]
    assert process.returncode == 1
    assert "holds a market that is not the demo's" in said
    assert (home / "gongqiao.sqlite3").read_bytes() == before
