"""Two that wait for one another: PostgreSQL breaks one of them off after a second, and that one simply came too late.

An act locks its rows, then the head of the audit chain; one that writes two events locks the head before its last rows.
Whoever is broken off has written nothing, and is told what everybody is told whom another one overtook.
"""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from gongqiao.foundation.errors import Stale

BROKEN_OFF = frozenset({"40P01", "40001"})  # deadlock detected; could not serialise (PostgreSQL, appendix A)


def watch(*, connection: BaseDatabaseWrapper, **facts: Any) -> None:
    """Receiver of connection_created. In the first place: whoever put a wrapper on before the connection was opened
    takes the last one off again, and that is his."""
    if connection.vendor == "postgresql" and too_late not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, too_late)


def too_late(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in BROKEN_OFF:
            raise Stale from error
        raise
