"""A throw-away PostgreSQL for the data-layer tests: own folder, own socket, gone afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps the server's own programs, one folder a version
SETTINGS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=120"
)


class NotHere(Exception):
    """There is no PostgreSQL server on this machine; the text says what was looked for."""


@contextmanager
def running() -> Iterator[str]:
    """The address of a fresh server, as DATABASE_URL wants it; stopped and removed at the end, whatever happens."""
    programs, prefix = _programs(), _as_ordinary_user()
    # /tmp, where there is one: a socket's path may have 107 letters at most, and the server's user must reach it
    with tempfile.TemporaryDirectory(prefix="gongqiao-pg-", dir="/tmp" if os.access("/tmp", os.W_OK) else None) as home:
        os.chmod(home, 0o777 if prefix else 0o700)
        data, control = f"{home}/data", [*prefix, str(programs / "pg_ctl"), "-D", f"{home}/data"]
        make = [str(programs / "initdb"), "-D", data, "-U", "gongqiao", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _say([*prefix, *make, "--locale=C.UTF-8"], home)
        try:
            options = f"{SETTINGS} -c unix_socket_directories={home}"
            _say([*control, "-w", "-t", "60", "-l", f"{home}/log", "-o", options, "start"], home)
            yield f"postgres://gongqiao@/postgres?host={home}"
        finally:
            stop = [*control, "-w", "-m", "immediate", "stop"]
            subprocess.run(stop, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _say(command: list[str], home: str) -> None:
    """Run it; its words are shown only when it fails."""
    ended = subprocess.run(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if ended.returncode:
        log = Path(home, "log")
        raise RuntimeError(f"{' '.join(command)}: {ended.stdout}{log.read_text() if log.exists() else ''}")


def _programs() -> Path:
    """The folder with initdb and pg_ctl: the newest that Debian installed, else one on the PATH."""
    folders = sorted(INSTALLED.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).parent] if on_path else []
    for folder in folders:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise NotHere(f"no initdb, pg_ctl and postgres under {INSTALLED} or on the PATH")


def _as_ordinary_user() -> list[str]:
    """The server refuses root: run it as postgres or nobody then."""
    if os.geteuid() != 0:
        return []
    user = next((user for user in pwd.getpwall() if user.pw_name in ("postgres", "nobody") and user.pw_uid), None)
    if user is None or not shutil.which("setpriv"):
        raise NotHere("root may not run the server, and there is no setpriv with a user postgres or nobody")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
