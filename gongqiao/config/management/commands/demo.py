"""`./run demo`: the demo market in a home of its own, web and worker started, addresses and accounts printed."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from gongqiao.config.demo import build
from gongqiao.config.demo.visit import visit_all
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market


class Command(BaseCommand):
    help = "Build (once) and run the demo market."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--fresh", action="store_true", help="build it anew")
        parser.add_argument("--check", action="store_true", help="fetch every screen as every role, then stop")
        parser.add_argument("--build-only", action="store_true", help="build and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        home = settings.ROOT / "var" / "demo"
        if "GONGQIAO_HOME" not in os.environ:
            os.environ["GONGQIAO_HOME"] = str(home)
            os.execv(sys.executable, [sys.executable, "-m", "gongqiao.config.manage", *sys.argv[1:]])
        if options["fresh"]:
            self._forget()
        self._prepare()
        if options["build_only"]:
            return
        self._serve(options["port"], check=options["check"])

    def _forget(self) -> None:
        for path in settings.HOME.glob("gongqiao.sqlite3*"):
            path.unlink()
        (settings.HOME / "built").unlink(missing_ok=True)

    def _prepare(self) -> None:
        """Migrate and build, unless a whole demo stands here already; a broken build is begun again."""
        mark: Path = settings.HOME / "built"
        if mark.exists():
            return
        self._forget()
        begun = time.perf_counter()
        self.stdout.write("建演示市场 building the demo market …")
        call_command("migrate", verbosity=0)
        build.build(self._today(), lambda line: self.stdout.write(f"  {line}"))
        mark.write_text("whole\n")
        self.stdout.write(f"  {time.perf_counter() - begun:.0f} s")

    def _today(self) -> date:
        return clock.now().astimezone(Market().tz).date()

    def _serve(self, port: int, *, check: bool) -> None:
        manage = [sys.executable, "-m", "gongqiao.config.manage"]
        web = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-w",
                "2",
                "-b",
                f"127.0.0.1:{port}",
                "--log-level",
                "warning",
                "--timeout",
                "300",
            ]
            + ["gongqiao.config.wsgi:application"]
        )
        worker = subprocess.Popen([*manage, "work"])
        try:
            if check:
                count = visit_all(f"http://127.0.0.1:{port}")
                self.stdout.write(f"demo ok: {count} screens")
                return
            self._greet(port)
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            if web.wait() != 0:
                raise CommandError(f"the web server stopped; is port {port} taken? try --port")
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            for process in (web, worker):
                process.terminate()
            for process in (web, worker):
                process.wait(timeout=20)

    def _greet(self, port: int) -> None:
        lines = [f"http://127.0.0.1:{port}/", f"密码 password: {build.PASSWORD}"]
        names = {name: title for name, (title, _role) in build.ACCOUNTS.items()}
        lines += [
            f"  {name:6} {title}"
            for name, title in {**names, build.EMPLOYER_LOGIN: "覃老板", "huang": "黄专员"}.items()
        ]
        lines.append(
            "零工用手机号登录，验证码印在这里 workers sign in by phone; the code is printed here. Ctrl-C stops."
        )
        self.stdout.write("\n".join(lines))
