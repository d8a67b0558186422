"""SQLite's write-ahead log, switched on once per file and never silently missing.

Setting the journal mode on every connection fails at once, without waiting, when another process opens the same file:
the first two workers after a start, or a recovery after a kill. Asking which mode it is waits its turn.
"""

import sqlite3
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 20.0  # seconds, as the timeout of the connection
PAUSE = 0.02


def write_ahead(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of connection_created. A database in memory has no log and needs none."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():  # type: ignore[attr-defined]  # SQLite's own
        return
    until = time.monotonic() + PATIENCE
    while not _is_on(connection, last=time.monotonic() > until):
        time.sleep(PAUSE)


def _is_on(connection: BaseDatabaseWrapper, *, last: bool) -> bool:
    """Past Django's cursor, whose guards let a page that only reads do nothing but SELECT."""
    try:
        for ask in ("PRAGMA journal_mode", "PRAGMA journal_mode=WAL"):
            if connection.connection.execute(ask).fetchone()[0] == "wal":
                return True
    except sqlite3.OperationalError as busy:
        if last or "locked" not in str(busy):
            raise
        return False
    raise OperationalError("SQLite cannot keep a write-ahead log for this file: is it on a network drive?")
