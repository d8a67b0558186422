"""An empty database built from the models is the one that every migration, one after the other, would have made."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.commands import migrate as stepwise
from django.db import DatabaseError, connection

from gongqiao.config import env, fresh
from gongqiao.foundation.backup import places
from gongqiao.foundation.backup.places import Place
from tools import postgres as servers

Make = Callable[[str], Place]
Facts = dict[str, set[tuple[Any, ...]]]
POSTGRES = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, "
    "is_identity FROM information_schema.columns WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture(params=["sqlite", "postgres"])
def make(request: pytest.FixtureRequest, tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Make]:
    """An empty database of the name."""

    def on_file(name: str) -> Place:
        return _home(name)

    def _home(name: str) -> Place:
        (tmp_path / name).mkdir()
        place = places.under(tmp_path / name)
        settings.GONGQIAO_KEYRING = place.keyring
        return place

    with django_db_blocker.unblock():
        if request.param == "sqlite":
            yield on_file
            return
        try:
            with servers.running() as url, psycopg.connect(url, autocommit=True) as maintenance:

                def on_server(name: str) -> Place:
                    maintenance.execute(f'CREATE DATABASE "{name}"')
                    database = {**env.database(url, tmp_path / "unused"), "NAME": name, "CONN_MAX_AGE": 0}
                    return replace(_home(name), database=database)

                yield on_server
        except servers.NotHere as absence:
            pytest.skip(str(absence))


def test_built_at_once_and_migrated_step_by_step_are_the_same_database(make: Make) -> None:
    with places.standing_at(make("at_once")):
        call_command("migrate", verbosity=0, interactive=False)
        at_once = facts()
        call_command("migrate", "--check")
    with places.standing_at(make("step_by_step")):
        call_command(stepwise.Command(), verbosity=0, interactive=False)
        step_by_step = facts()
    assert {name: at_once[name] ^ step_by_step[name] for name in at_once} == {name: set() for name in step_by_step}
    assert len(at_once["tables"]) > 90


def test_a_database_that_has_a_table_is_migrated_step_by_step(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: object) -> None:
        raise AssertionError("built over what stands")

    with places.standing_at(make("begun")):
        call_command("migrate", "regions", verbosity=0, interactive=False)
        assert 1 < len(connection.introspection.table_names()) < 10
        monkeypatch.setattr(fresh, "build", never)
        monkeypatch.setattr(stepwise.Command, "handle", lambda *given, **options: None)
        call_command("migrate", verbosity=0, interactive=False)


def test_broken_off_nothing_stands(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last table is there already by the time it is made."""
    models = fresh._models
    monkeypatch.setattr(fresh, "_models", lambda labels: [*models(labels), models(labels)[0]])
    with places.standing_at(make("broken")):
        with pytest.raises(DatabaseError):
            call_command("migrate", verbosity=0, interactive=False)
        assert connection.introspection.table_names() == []


# Django's own tables between two models: a migration takes our settings' key, the models of django.contrib.auth say
# another; none of them is used here, and a database of either kind may be either.
BETWEEN = ("auth_group_permissions",)


def facts() -> Facts:
    found = _of_sqlite() if connection.vendor == "sqlite" else {name: set(_rows(sql)) for name, sql in POSTGRES.items()}
    names = connection.introspection.table_names()
    found["columns"] = {row for row in found.get("columns", ()) if (row[0] not in BETWEEN or row[1] != "id")}
    # a row that a migration writes would be one more here
    found["tables"] = {(name, _rows(f'SELECT count(*) FROM "{name}"')[0][0]) for name in names}
    if "django_migrations" in names:
        found["applied"] = set(_rows("SELECT app, name FROM django_migrations"))
    return found


def _of_sqlite() -> Facts:
    """Every column and constraint as it is written in its table, and the other things whole."""
    rows = _rows(
        "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
    )
    found: Facts = {"tables": set(), "written": set()}
    for kind, table, name, sql in rows:
        found["written"] |= {(table, part) for part in _parts(sql)} if kind == "table" else {(table, name, sql)}
    return found


def _parts(sql: str) -> Iterator[str]:
    """What stands between the commas of CREATE TABLE (…), outside any inner bracket and quotation."""
    depth, quoted, part = 0, "", ""
    for letter in sql[sql.index("(") + 1 : sql.rindex(")")]:
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        depth += 0 if quoted else {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth and not quoted:
            yield " ".join(part.split())
            part = ""
        else:
            part += letter
    yield " ".join(part.split())


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
