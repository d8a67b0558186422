"""The one clock of the actions: real time, unless a replay (demo history, a test) holds it at a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """Aware, UTC."""
    return _held.get() or timezone.now()


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Inside, `now()` is `moment`: history is built through the real actions (config.demo)."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
