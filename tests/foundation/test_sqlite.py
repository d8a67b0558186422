"""SQLite as it must be run: a power cut loses no acknowledged write, and writers queue up instead of failing."""

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="this run is on PostgreSQL")


@pytest.mark.parametrize(("pragma", "wanted"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
def test_pragma(db: None, pragma: str, wanted: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == wanted


def test_a_transaction_takes_the_write_lock_when_it_begins() -> None:
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


STARTED = """
import sys, time, sqlite3
from django.conf import settings
settings.configure(DATABASES={"default": __import__("gongqiao.config.env", fromlist=["sqlite"]).sqlite(sys.argv[1])})
import django
django.setup()
from django.db import connection
from django.db.backends.signals import connection_created
from gongqiao.foundation.wal import write_ahead
connection_created.connect(write_ahead)
time.sleep(max(0, float(sys.argv[2]) - time.time()))
with connection.cursor() as cursor:
    cursor.execute("PRAGMA journal_mode")
    print(cursor.fetchone()[0])
"""


def test_processes_that_open_a_file_at_the_same_moment_all_get_in(tmp_path: Path) -> None:
    """The first workers after a start: one makes the log, the others wait for it."""
    for turn in range(3):
        file, at = tmp_path / f"{turn}.sqlite3", str(time.time() + 2)
        sqlite3.connect(file).executescript("CREATE TABLE t (x); INSERT INTO t VALUES (1);")
        command = [sys.executable, "-c", STARTED, str(file), at]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(8)]
        assert [process.communicate()[0] for process in started] == [b"wal\n"] * 8
