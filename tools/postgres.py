"""A throw-away PostgreSQL for the data-layer tests: own folder, own socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotHere(Exception):
    """There is no PostgreSQL server on this machine; the text says what was looked for."""


def _program(name: str) -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(path / name) for path in folders if (path / name).exists()), shutil.which(name))


def _as_ordinary_user() -> list[str]:
    """The server refuses root: run it as postgres or nobody then."""
    if os.geteuid() != 0:
        return []
    name = next((name for name in ("postgres", "nobody") if _has_user(name)), None)
    if name is None or not shutil.which("setpriv"):
        raise NotHere("run as root without a user to hand the server to")
    return ["setpriv", f"--reuid={name}", f"--regid={pwd.getpwnam(name).pw_gid}", "--clear-groups"]


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextmanager
def running() -> Iterator[str]:
    """The address of a fresh server, as DATABASE_URL wants it; stopped and removed at the end."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if not initdb or not control:
        raise NotHere("no initdb and pg_ctl on this machine")
    prefix = _as_ordinary_user()
    with tempfile.TemporaryDirectory(prefix="gongqiao-pg-") as folder:
        os.chmod(folder, 0o777)
        data = f"{folder}/data"
        quiet = {"check": True, "cwd": folder, "stdout": subprocess.DEVNULL}
        make = [*prefix, initdb, "-D", data, "-U", "gongqiao", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(make, **quiet)  # type: ignore[call-overload]
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=120"
        start = [*prefix, control, "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"]
        subprocess.run(start, **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgres://gongqiao@/postgres?host={folder}"
        finally:
            stop = [*prefix, control, "-D", data, "-m", "immediate", "stop"]
            subprocess.run(stop, **{**quiet, "check": False})  # type: ignore[call-overload]
