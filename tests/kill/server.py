"""The web process as an operator starts it (docs/operations.md), in a process group that can be killed at one blow."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

GUNICORN = ("-m", "gunicorn", "-w", "2", "--log-level", "warning")
APPLICATION = "gongqiao.config.wsgi:application"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class WebServer:
    """gunicorn with its two workers; `log` keeps what it says over all its lives."""

    def __init__(self, home: Path) -> None:
        self.home, self.port, self.log = home, free_port(), home / "web.log"
        self.env = {**os.environ, "GONGQIAO_HOME": str(home), "DATABASE_URL": "", "GONGQIAO_KEYRING": ""}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, *GUNICORN, "-b", f"127.0.0.1:{self.port}", APPLICATION]
            self.process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log, start_new_session=True)

    def kill(self) -> None:
        """SIGKILL to the master and its workers at once; returns when none of them holds the port or the database."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        until = time.monotonic() + 10
        while self._answers() and time.monotonic() < until:
            time.sleep(0.005)
        self.process = None

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
