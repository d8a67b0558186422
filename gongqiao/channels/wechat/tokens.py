"""The access token: fetched once for however many ask at once, kept in memory until it nears its end.

By the stable_token call: in its normal mode WeChat gives every process the same token until five minutes before its
end, so that web processes and the task worker need not agree on one, and none of them makes another's useless. It is
written down nowhere.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongqiao.foundation import clock

EARLY = timedelta(minutes=5)
FORCED_APART = timedelta(seconds=30)  # WeChat refuses to renew by force more often, and more than 20 times a day

Fetch = Callable[[bool], tuple[str, int]]  # by force? -> the token and how many seconds it lives


@dataclass(frozen=True)
class Kept:
    token: str
    until: datetime


class Purse:
    """The token of one mini program."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._kept: Kept | None = None
        self._forced_at: datetime | None = None

    def take(self, fetch: Fetch, *, refused: str = "") -> str:
        """A token that lives. `refused`: one that WeChat has just turned away; if another thread has renewed it since,
        the new one is given, else it is fetched, by force when WeChat keeps giving the one it refuses."""
        with self._door:
            kept = self._kept
            if kept is not None and kept.token != refused and clock.now() < kept.until:
                return kept.token
            token, lives = fetch(False)
            if token == refused and self._may_force():
                self._forced_at = clock.now()
                token, lives = fetch(True)
            self._kept = Kept(token, clock.now() + max(timedelta(seconds=lives) - EARLY, timedelta(seconds=30)))
            return token

    def _may_force(self) -> bool:
        return self._forced_at is None or clock.now() - self._forced_at >= FORCED_APART


_purses: dict[tuple[str, str], Purse] = {}
_door = threading.Lock()


def purse(api: str, appid: str) -> Purse:
    with _door:
        return _purses.setdefault((api, appid), Purse())


def forget() -> None:
    """As a new process begins."""
    with _door:
        _purses.clear()
