"""SQLite: one consistent copy while others write, and whether anybody has the file open."""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.places import sync

PAGES = 2048  # a step of the copy: 8 MiB at 4 KiB a page
SHARED_FIRST, SHARED_SIZE = 0x40000002, 510  # where every open connection holds a lock (SQLite, os_unix.c)

Progress = Callable[[int, int], None]  # pages done, pages in all


def copy(source: Path, target: Path, progress: Progress) -> None:
    """`source` as it was at one moment, as a new file of mode 600; writers go on meanwhile.

    The copy reads inside one transaction: SQLite neither waits for writers nor begins again when they write.
    """
    if not source.exists():
        raise BackupError(_("%(path)s 还没有，没有东西可备份。"), path=source)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(source, timeout=20, isolation_level=None)) as reading:
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with closing(sqlite3.connect(target, isolation_level=None)) as writing:
                reading.backup(
                    writing, pages=PAGES, progress=lambda _status, left, whole: progress(whole - left, whole)
                )
                writing.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as why:
        raise BackupError(_("数据库 %(path)s 抄不出来：%(why)s"), path=source, why=why) from None
    sync(target)


def check_unused(database: Path) -> None:
    """Nobody else has this database open, however damaged it is; else BackupError.

    Who writes on into a file that was moved aside loses what he writes. A connection holds its lock as long as it
    stands (WAL), so asking for the lock tells; it is given back at once.
    """
    handle = os.open(database, os.O_RDWR)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, SHARED_SIZE, SHARED_FIRST)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise
        raise BackupError(_("%(path)s 正在用，请先停下网页和后台进程再恢复。"), path=database) from None
    finally:
        os.close(handle)
