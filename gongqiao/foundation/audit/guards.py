"""The database refuses to change or delete an event.

Installed after every migrate: SQLite drops triggers when it rebuilds a table.
"""

from typing import Any

from django.db import connections

_TABLE = "audit_auditevent"
_SQLITE = [f"DROP TRIGGER IF EXISTS audit_no_{verb.lower()}" for verb in ("UPDATE", "DELETE")] + [
    f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON {_TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRES = [
    "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION 'audit events are append-only'; END $$ LANGUAGE plpgsql",
    f"DROP TRIGGER IF EXISTS audit_append_only ON {_TABLE}",
    f"CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON {_TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    f"DROP TRIGGER IF EXISTS audit_no_truncate ON {_TABLE}",
    f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {_TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
]


def install(using: str = "default", **signal: Any) -> None:
    connection = connections[using]
    if _TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement)
