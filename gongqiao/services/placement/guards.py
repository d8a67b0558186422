"""One person is in one place at a time: the database refuses overlapping assignments, half-open, on both engines.

PostgreSQL has an exclusion constraint for it; SQLite gets triggers, put back after every migrate because a table
rebuild drops them silently.
"""

from typing import Any

from django.db import connections

from gongqiao.services.placement.enums import HOLDING

TABLE = "placement_assignment"
MESSAGE = "assignment_no_overlap"
_STATES = ", ".join(f"'{state.value}'" for state in HOLDING)
_CLASH = f"""
    NEW.state IN ({_STATES}) AND EXISTS (
        SELECT 1 FROM {TABLE} other
        WHERE other.person_id = NEW.person_id AND other.id <> NEW.id AND other.state IN ({_STATES})
          AND other.starts_at < NEW.ends_at AND NEW.starts_at < other.ends_at)
"""
_SQLITE = [
    f"DROP TRIGGER IF EXISTS {MESSAGE}_insert",
    f"DROP TRIGGER IF EXISTS {MESSAGE}_update",
    f"CREATE TRIGGER {MESSAGE}_insert AFTER INSERT ON {TABLE} WHEN {_CLASH} "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER {MESSAGE}_update AFTER UPDATE OF state, starts_at, ends_at, person_id ON {TABLE} WHEN {_CLASH} "
    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
]
_POSTGRES = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {MESSAGE}",
    f"ALTER TABLE {TABLE} ADD CONSTRAINT {MESSAGE} EXCLUDE USING gist "
    f"(person_id WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (state IN ({_STATES}))",
]


def install(using: str = "default", **signal: Any) -> None:
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            statements = _SQLITE
        else:
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [MESSAGE])
            statements = [] if cursor.fetchone() else _POSTGRES
        for statement in statements:
            cursor.execute(statement)
