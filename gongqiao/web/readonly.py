"""A page that is only read writes nothing: every statement but SELECT and SAVEPOINT raises while a GET is answered.

Raw SQL goes the same way: a second statement behind a semicolon, SELECT … INTO and a locking SELECT raise too.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

_allowed: ContextVar[bool] = ContextVar("audit_door", default=False)
_HARMLESS = re.compile(r"[\s(]*(SELECT|SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\b", re.IGNORECASE)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_HARMFUL = re.compile(r";\s*\S|\bINTO\b|\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE)\b", re.IGNORECASE)


class WriteInGet(RuntimeError):
    """A reading page tried to write."""


def _guard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if not _allowed.get() and not _reads(sql):
        raise WriteInGet(f"a GET must not write: {sql[:120]}")
    return execute(sql, params, many, context)


def _reads(sql: str) -> bool:
    return bool(_HARMLESS.match(sql)) and not _HARMFUL.search(_QUOTED.sub("", sql))


@contextmanager
def read_only() -> Iterator[None]:
    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(_guard))
        yield


@contextmanager
def audit_door() -> Iterator[None]:
    """The one exception: writing down that a personal file was opened."""
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)
