"""PostgreSQL by its own programs: pg_dump of one snapshot, pg_restore into a database beside, two names changed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql
from psycopg.conninfo import make_conninfo

from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.places import Place, with_name
from gongqiao.foundation.backup.swap import Rename

MAINTENANCE = "postgres"  # the database from which others are made and renamed
NOT_LIBPQ = {"isolation_level", "pool", "server_side_binding", "assume_role"}


@contextmanager
def snapshot() -> Iterator[str]:
    """One view of the database, for this thread's queries and, by the name given, for pg_dump."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def dump(place: Place, target: Path, name: str) -> None:
    """The database as the snapshot `name` sees it, custom format (squeezed later with the rest), mode 600."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    options = ["--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={name}"]
    _run("pg_dump", place, *options, f"--file={target}", f"--dbname={_conninfo(place)}")


def read(place: Place, dumped: Path) -> None:
    """The whole dump can be read; nothing is restored."""
    _run("pg_restore", place, f"--file={os.devnull}", str(dumped))


def load(place: Place, dumped: Path) -> None:
    """A new database from the dump; one that an interrupted restore left there is dropped first."""
    name = sql.Identifier(place.database["NAME"])
    with _server(place) as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    _run("pg_restore", place, *options, f"--dbname={_conninfo(place)}", str(dumped))


def drop(place: Place) -> None:
    with _server(place) as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(place.database["NAME"])))


def holds_tables(place: Place) -> bool:
    """The database is there and not empty."""
    with _server(place) as cursor:
        if not _exists(cursor, place.database["NAME"]):
            return False
    with psycopg.connect(_conninfo(place), password=_password(place)) as there:
        row = there.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()
    return row is not None and row[0] > 0


def check_unused(place: Place) -> None:
    """Nobody is connected to this database; else BackupError."""
    with _server(place) as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [place.database["NAME"]])
        row = cursor.fetchone()
    if row is not None and row[0] > 0:
        raise BackupError(_("%(path)s 正在用，请先停下网页和后台进程再恢复。"), path=place.database["NAME"])


def rename(place: Place) -> Rename:
    """The step of a swap: from one name to another, if the one is there and the other is free."""

    def change(source: str, target: str) -> None:
        with _server(place) as cursor:
            if _exists(cursor, source) and not _exists(cursor, target):
                names = sql.Identifier(source), sql.Identifier(target)
                cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    return change


def _exists(cursor: psycopg.Cursor[Any], name: str) -> bool:
    return cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


@contextmanager
def _server(place: Place) -> Iterator[psycopg.Cursor[Any]]:
    try:
        conninfo = _conninfo(with_name(place, MAINTENANCE))
        with psycopg.connect(conninfo, password=_password(place), autocommit=True) as server, server.cursor() as cursor:
            yield cursor
    except psycopg.Error as why:
        raise BackupError(_("PostgreSQL 不肯：%(why)s"), why=str(why).strip()) from None


def _conninfo(place: Place) -> str:
    """As libpq reads it, without the password."""
    given = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    facts = {word: place.database.get(key) for word, key in given.items()}
    facts |= {word: value for word, value in place.database.get("OPTIONS", {}).items() if word not in NOT_LIBPQ}
    return make_conninfo(**{word: value for word, value in facts.items() if value})


def _password(place: Place) -> str | None:
    return place.database.get("PASSWORD") or None


def _run(program: str, place: Place, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            _("找不到 %(program)s，PostgreSQL 的备份和恢复要用它：请先装 PostgreSQL 的客户端程序。"), program=program
        )
    password = _password(place)
    env = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run([path, *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        facts = {"program": program, "why": " ".join(done.stderr.split())[-400:]}
        raise BackupError(_("%(program)s 没做成：%(why)s"), **facts)
