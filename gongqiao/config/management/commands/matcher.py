"""`./run manage matcher`: the matcher process, started again whenever it dies."""

import fcntl
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gongqiao.services.placement.matcher.server import Matcher

FIRST_PAUSE, LONGEST_PAUSE, GOOD_LIFE = 0.1, 5.0, 30.0  # seconds


class Command(BaseCommand):
    help = "Answer the screens' questions about matching on a local socket (GONGQIAO_MATCHER=process)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bare", action="store_true", help="serve in this process, with nobody to restart it")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["bare"]:
            Matcher().serve()
        with open(settings.MATCHER_SOCKET.with_suffix(".lock"), "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CommandError("已经有一个匹配进程在运行 / a matcher is running already") from None
            self._watch()

    def _watch(self) -> None:
        """Never gives up; waits longer between starts while it dies young."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        pause = FIRST_PAUSE
        while True:
            begun = time.monotonic()
            child = subprocess.Popen([sys.executable, "-m", "gongqiao.config.manage", "matcher", "--bare"])
            try:
                code = child.wait()
            finally:
                child.terminate()
                child.wait()
            pause = FIRST_PAUSE if time.monotonic() - begun > GOOD_LIFE else min(2 * pause, LONGEST_PAUSE)
            self.stderr.write(f"匹配进程停了（{code}），重新开始 / the matcher ended ({code}), starting again")
            time.sleep(pause)
