"""Where a market's data stands: its database, key ring, secret and files; the live ones, or a copy under check."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler

SQLITE = "django.db.backends.sqlite3"
DATABASE_NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
KEYRING, SECRET, FILES = "keyring.json", "secret_key", "files"
STAGED = ".restoring."


@dataclass(frozen=True)
class Place:
    """`database` is an entry of settings.DATABASES; `files` may not exist; `home` holds what is under way."""

    home: Path
    database: Mapping[str, Any]
    keyring: Path
    secret: Path
    files: Path

    @property
    def engine(self) -> str:
        """Django's vendor word."""
        return "sqlite" if self.database["ENGINE"] == SQLITE else "postgresql"

    @property
    def database_file(self) -> Path:
        """Of SQLite."""
        return Path(self.database["NAME"])

    def path_of(self, member: str) -> Path | None:
        """Where a member of the archive belongs; None for a name that none of ours has."""
        if member == DATABASE_NAMES[self.engine]:
            return self.database_file if self.engine == "sqlite" else self.dump_file
        single = {KEYRING: self.keyring, SECRET: self.secret}.get(member)
        if single is not None:
            return single
        first, _slash, rest = member.partition("/")
        parts = rest.split("/")
        if first != FILES or any(part in ("", ".", "..") or "\0" in part for part in parts):
            return None
        return self.files.joinpath(*parts)

    @property
    def dump_file(self) -> Path:
        """Of PostgreSQL, on its way in or out."""
        return self.home / f"{STAGED}{DATABASE_NAMES['postgresql']}"

    @property
    def plan(self) -> Path:
        """There while a restore changes places (swap)."""
        return self.home / "restore.plan"

    def staged(self) -> "Place":
        """Beside each part, on the same disk: there a restore is put together and checked."""
        return Place(
            home=self.home,
            database=self._staged_database(),
            keyring=_beside(self.keyring),
            secret=_beside(self.secret),
            files=_beside(self.files),
        )

    def _staged_database(self) -> dict[str, Any]:
        if self.engine == "sqlite":
            return sqlite_database(_beside(self.database_file))
        return {**self.database, "NAME": f"{self.database['NAME']}_restoring"}

    def forget(self) -> None:
        """Remove the files of a staged or temporary place."""
        paths = [self.keyring, self.secret, self.dump_file]
        if self.engine == "sqlite":
            paths += family(self.database_file)
        for path in paths:
            path.unlink(missing_ok=True)
        shutil.rmtree(self.files, ignore_errors=True)


def live() -> Place:
    """The place the settings name."""
    return Place(
        home=settings.HOME,
        database=dict(settings.DATABASES[DEFAULT_DB_ALIAS]),
        keyring=Path(settings.GONGQIAO_KEYRING),
        secret=settings.HOME / SECRET,
        files=Path(default_storage.path("")),
    )


def under(home: Path) -> Place:
    """A home of its own, as GONGQIAO_HOME would name it, on SQLite."""
    database = sqlite_database(home / "gongqiao.sqlite3")
    return Place(home, database, home / KEYRING, home / SECRET, home / FILES)


def with_name(place: Place, name: str) -> Place:
    """The same server, another database (PostgreSQL)."""
    return replace(place, database={**place.database, "NAME": name})


def sqlite_database(path: Path) -> dict[str, Any]:
    """One file and nothing beside it: no WAL."""
    return {"ENGINE": SQLITE, "NAME": path, "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"}}


def family(database: Path) -> list[Path]:
    """A SQLite database and what may stand beside it."""
    return [database, *(database.with_name(f"{database.name}-{tail}") for tail in ("wal", "shm", "journal"))]


def _beside(path: Path) -> Path:
    return path.with_name(f"{STAGED}{path.name}")


def from_here(path: Path) -> Path:
    """As the operator meant it: the launcher changes the folder and leaves word where it was called."""
    return Path(os.environ.get("GONGQIAO_CWD", ".")).resolve() / path.expanduser()


@contextmanager
def standing_at(place: Place) -> Iterator[None]:
    """In this thread, models and queries speak with the database of `place`, and the key ring is its ring."""
    handler = ConnectionHandler({DEFAULT_DB_ALIAS: dict(place.database)})
    here, there = connections[DEFAULT_DB_ALIAS], handler[DEFAULT_DB_ALIAS]
    ring = settings.GONGQIAO_KEYRING
    connections[DEFAULT_DB_ALIAS] = there
    settings.GONGQIAO_KEYRING = place.keyring
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = here
        settings.GONGQIAO_KEYRING = ring
        ContentType.objects.clear_cache()
        there.close()


def sync(path: Path) -> None:
    """To the disk: the content of a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
