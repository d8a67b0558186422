"""gunicorn with two workers, as docs/operations.md starts it, on a free port of 127.0.0.1; stopped at the end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = "gongqiao.config.wsgi:application"
BARE = "benchmarks.web.bare:application"
STARTS_WITHIN = 60.0


@contextmanager
def serving(application: str, env: Mapping[str, str]) -> Iterator[int]:
    """The port it answers on."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:gongqiao.config.serving", "-w", "2"]
    where = ["-b", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen([*command, *where, application], cwd=ROOT, env={**os.environ, **env})
    try:
        _await(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def answering(env: Mapping[str, str]) -> Iterator[None]:
    """The matcher process of the same market; who asks before it is up waits for it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gongqiao.config.manage", "matcher"], cwd=ROOT, env={**os.environ, **env}
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"gunicorn did not come up on port {port}")
