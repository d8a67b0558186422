"""`./run demo`: the demo market in a home of its own, web and worker started, addresses and accounts printed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django_scopes import scopes_disabled

from gongqiao.config.demo import build
from gongqiao.config.demo.visit import visit_all
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.dossiers.models import Dossier

HOST = "127.0.0.1"
STARTS_WITHIN = 60.0
STOPS_WITHIN = 10.0
MANAGE = (sys.executable, "-m", "gongqiao.config.manage")
SERVED = ("-c", "python:gongqiao.config.serving", "-w", "2", "--log-level", "warning")
GUNICORN = (*SERVED, "--graceful-timeout", "3", "--timeout", "300")  # long: big imports
WEB = (sys.executable, "-m", "gunicorn", *GUNICORN)
APPLICATION = "gongqiao.config.wsgi:application"
Process = subprocess.Popen[bytes]


class Command(BaseCommand):
    help = "Build (once) and run the demo market."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="build it anew")
        parser.add_argument("--check", action="store_true", help="fetch every screen as every role, then stop")
        parser.add_argument("--build-only", action="store_true", help="build and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, lambda *_: sys.exit(0))  # one way out, on which all that was started is stopped
        port = 0 if options["build_only"] else _free(options["port"])
        self._prepare(fresh=options["fresh"])
        if not options["build_only"]:
            self._serve(port, check=options["check"])

    def _prepare(self, *, fresh: bool) -> None:
        """Migrate and build, unless a whole demo stands here already; a broken build is begun again."""
        mark: Path = settings.HOME / "demo"
        if not mark.exists() and (settings.HOME / "gongqiao.sqlite3").exists():
            raise CommandError(f"{settings.HOME} 里有别的市场，没有动它 holds a market that is not the demo's")
        built, today = mark.read_text() if mark.exists() else "", self._today()
        if built.startswith("whole") and not fresh:
            call_command("migrate", verbosity=0)  # it may have been built by an earlier version
            if built.split() != ["whole", today.isoformat()]:
                self.stdout.write(_old(built.removeprefix("whole").strip()))
            return
        mark.write_text("being built\n")
        for path in settings.HOME.glob("gongqiao.sqlite3*"):
            path.unlink()
        begun = time.perf_counter()
        self.stdout.write("建演示市场 building the demo market …")
        call_command("migrate", verbosity=0)
        build.build(today, lambda line: self.stdout.write(f"  {line}"))
        mark.write_text(f"whole {today.isoformat()}\n")
        self.stdout.write(f"  {time.perf_counter() - begun:.0f} s")

    def _today(self) -> date:
        return clock.now().astimezone(Market().tz).date()

    def _serve(self, port: int, *, check: bool) -> None:
        if check:  # every address is tried, those that only take POST too: their "not allowed" is no news
            os.environ.setdefault("GONGQIAO_LOG", "ERROR")
        os.environ["GONGQIAO_MATCHER"] = "process"
        web_command = [*WEB, "-b", f"{HOST}:{port}", APPLICATION]
        with _running([*MANAGE, "matcher"]), _running([*MANAGE, "work"]), _running(web_command) as web:
            _await(web, port)
            if check:
                self.stdout.write(f"demo ok: {visit_all(f'http://{HOST}:{port}')} screens")
                return
            self._greet(port)
            if web.wait() != 0:
                raise CommandError("网页进程停了，原因在上面 the web server stopped, see above")

    def _greet(self, port: int) -> None:
        lines = [f"http://{HOST}:{port}/", f"密码 password: {build.PASSWORD}"]
        names = {name: title for name, (title, _role) in build.ACCOUNTS.items()}
        lines += [
            f"  {name:6} {title}"
            for name, title in {**names, build.EMPLOYER_LOGIN: "覃老板", "huang": "黄专员"}.items()
        ]
        with scopes_disabled():
            worker = Dossier.objects.exclude(person__phone_index="").select_related("person").order_by("pk")[0]
        lines.append(
            f"零工用手机号登录，比如 {worker.person.phone}，验证码印在这里 "
            "workers sign in by phone; the code is printed here. Ctrl-C stops."
        )
        self.stdout.write("\n".join(lines))


def _old(day: str) -> str:
    """What was played in it is kept; but its tomorrow is over."""
    told = f"这个演示是 {day or '以前'} 建的，它的“明天”过了；加 --fresh 重建"
    return f"{told} built {day or 'earlier'}; its tomorrow is over: --fresh builds it anew"


def _free(port: int) -> int:
    """The port, when nobody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            raise CommandError(
                f"端口 {port} 用不了，多半有程序在用 port {port} cannot be used, most likely it is taken: "
                f"./run demo --port {port + 1}"
            ) from None
    return port


@contextmanager
def _running(command: list[str]) -> Iterator[Process]:
    """Stopped at the end, whatever happens; in a group of its own, so that Ctrl-C reaches it through us alone."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(web: Process, port: int) -> None:
    """The address is told when a page comes back: gunicorn listens before its workers can answer."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and web.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/sign-in/", timeout=STARTS_WITHIN):
                return
        except urllib.error.HTTPError:
            return  # an answer all the same; the person will see it
        except OSError:
            time.sleep(0.05)
    raise CommandError("网页没有起来，原因在上面 the web server did not come up, see above")
