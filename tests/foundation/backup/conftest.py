"""A home with everything a market must keep, on file as in service; each test has a copy of its own."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django_scopes import scope

from gongqiao.foundation.backup import actions, places
from gongqiao.foundation.backup.actions import Made
from gongqiao.foundation.backup.places import Place
from tests import factories

PASSPHRASE = "柳州零工市场的备份口令一二三"
PEOPLE = ("韦一", "韦二", "韦三")


def quiet(_words: object) -> None:
    return None


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """Built once: three people with phones, a secret, two uploaded files; WAL as in service."""
    home = tmp_path_factory.mktemp("model") / "home"
    home.mkdir()
    place = places.under(home)
    with django_db_blocker.unblock(), places.standing_at(place):
        call_command("migrate", verbosity=0, interactive=False)
        house = factories.house()
        with scope(market=house.market):
            for index, name in enumerate(PEOPLE):
                factories.dossier(house, name, phone=f"1380000000{index}")
    with closing(sqlite3.connect(place.database_file)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    place.secret.write_text("a secret that is long enough for the server\n")
    place.secret.chmod(0o600)
    for name in ("licence/2026/执照.pdf", "note.txt"):
        path = place.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 1000)
    return home


@pytest.fixture
def place(model_home: Path, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Place]:
    shutil.copytree(model_home, tmp_path / "home")
    made = places.under(tmp_path / "home")
    settings.GONGQIAO_KEYRING = made.keyring
    with django_db_blocker.unblock():
        yield made


@pytest.fixture
def made(place: Place, tmp_path: Path) -> Made:
    """A backup of `place`, beside it."""
    return actions.make(place, tmp_path / "out" / "market.backup", passphrase=PASSPHRASE, say=quiet)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder but the lock, which says nothing."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".backup.lock"
    }
