"""The same acts on PostgreSQL, on a server of the test's own."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django_scopes import scope

from gongqiao.config import env
from gongqiao.foundation.backup import actions, facts, places, postgres
from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.places import Place
from gongqiao.foundation.people.models import Person
from tests import factories
from tests.foundation.backup.conftest import PASSPHRASE, contents, quiet
from tools import postgres as servers


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        with servers.running() as url:
            yield url
    except servers.NotHere as absence:
        pytest.skip(str(absence))


@pytest.fixture
def market(server: str, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Place]:
    """A market on PostgreSQL with one person and one uploaded file."""
    home = tmp_path / "home"
    database = {**env.database(server, home / "unused"), "NAME": f"market_{tmp_path.name[-20:]}", "CONN_MAX_AGE": 0}
    place = replace(places.under(home), database=database)
    (home / "files").mkdir(parents=True)
    (home / "files" / "note.txt").write_text("note")
    settings.GONGQIAO_KEYRING = place.keyring
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(f'CREATE DATABASE "{database["NAME"]}"')
    with django_db_blocker.unblock():
        with places.standing_at(place):
            call_command("migrate", verbosity=0, interactive=False)
            house = factories.house()
            with scope(market=house.market):
                factories.dossier(house, "韦一", phone="13800000000")
        yield place


def phone(place: Place) -> list[str]:
    with places.standing_at(place):
        return [person.phone for person in Person.objects.filter(name__in=["韦一", "后来的"])]


def test_postgres_when_backed_up_and_restored_then_it_is_there_again_and_the_old_one_kept(
    market: Place, server: str, tmp_path: Path
) -> None:
    made = actions.make(market, tmp_path / "pg.backup", passphrase=PASSPHRASE, say=quiet)
    assert sorted(made.manifest.members) == ["database.pgdump", "files/note.txt", "keyring.json"]
    with pytest.raises(BackupError, match="已经有了，没有动它"):
        actions.restore(made.path, market, passphrase=PASSPHRASE, force=False, say=quiet)
    with places.standing_at(market):
        Person.objects.filter(name="韦一").update(name="后来的")
    done = actions.restore(made.path, market, passphrase=PASSPHRASE, force=True, say=quiet)
    with places.standing_at(market):
        assert Person.objects.filter(name="韦一").count() == 1
        assert facts.check() == replace(done.checked, events=done.checked.events + 1)  # the restore itself
    assert phone(market) == ["13800000000"]
    old = places.with_name(market, done.kept[0])
    with places.standing_at(old):
        assert Person.objects.filter(name="后来的").count() == 1
    assert not (market.home / ".restoring.database.pgdump").exists()


def test_postgres_when_restored_on_an_empty_database_then_no_force_is_needed(
    market: Place, server: str, tmp_path: Path
) -> None:
    made = actions.make(market, tmp_path / "pg.backup", passphrase=PASSPHRASE, say=quiet)
    name = f"{market.database['NAME']}_new"
    new = places.with_name(replace(places.under(tmp_path / "new"), database=market.database), name)
    actions.restore(made.path, new, passphrase=PASSPHRASE, force=False, say=quiet)
    assert phone(new) == ["13800000000"]


def test_postgres_when_somebody_is_connected_then_refused(market: Place, server: str, tmp_path: Path) -> None:
    made = actions.make(market, tmp_path / "pg.backup", passphrase=PASSPHRASE, say=quiet)
    before = contents(market.home)
    with psycopg.connect(server, dbname=market.database["NAME"]), pytest.raises(BackupError, match="正在用"):
        actions.restore(made.path, market, passphrase=PASSPHRASE, force=True, say=quiet)
    assert contents(market.home) == before
    assert phone(market) == ["13800000000"]


def test_postgres_when_pg_dump_is_missing_then_one_sentence_and_no_file(
    market: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(BackupError, match="找不到 pg_dump"):
        actions.make(market, tmp_path / "pg.backup", passphrase=PASSPHRASE, say=quiet)
    assert not (tmp_path / "pg.backup").exists()


def test_postgres_when_the_server_is_away_then_one_sentence(market: Place, tmp_path: Path) -> None:
    away = replace(market, database={**market.database, "HOST": str(tmp_path / "nowhere")})
    with pytest.raises(BackupError, match="PostgreSQL 不肯"):
        postgres.check_unused(away)
