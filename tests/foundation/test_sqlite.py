"""SQLite as it must be run: a power cut loses no acknowledged write, and writers queue up instead of failing."""

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
