"""The processes as an operator starts them (docs/operations.md), each in a group that can be killed at one blow."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

GUNICORN = ("-m", "gunicorn", "-c", "python:gongqiao.config.serving", "-w", "2", "--log-level", "warning")
APPLICATION = "gongqiao.config.wsgi:application"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Killable:
    """A process of ours in a group of its own; `log` keeps what it says over all its lives."""

    def __init__(self, home: Path, name: str, command: list[str], env: dict[str, str] | None = None) -> None:
        self.home, self.log, self.command = home, home / f"{name}.log", [sys.executable, *command]
        own = {"GONGQIAO_HOME": str(home), "DATABASE_URL": "", "GONGQIAO_KEYRING": ""}
        self.env = {**os.environ, **own, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, env=self.env, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL to all of them at once; returns when the first is gone."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


class TaskWorker(Killable):
    """`manage work`, with hardly a pause between its rounds."""

    def __init__(self, home: Path, number: int, env: dict[str, str]) -> None:
        super().__init__(home, f"work{number}", ["-m", "gongqiao.config.manage", "work", "--every", "0.05"], env)


class WebServer(Killable):
    """gunicorn with its two workers."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        super().__init__(home, "web", [*GUNICORN, "-b", f"127.0.0.1:{self.port}", APPLICATION])

    def kill(self) -> None:
        """Returns when none of them holds the port or the database."""
        super().kill()
        until = time.monotonic() + 10
        while self._answers() and time.monotonic() < until:
            time.sleep(0.005)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
