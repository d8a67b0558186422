"""Asking: in this process, or over the matcher's socket. A matcher that is down is said so, never guessed around."""

import os
import threading
import time
from datetime import date
from multiprocessing.connection import Client, Connection
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gongqiao.engines.matching import Explanation
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.services.placement import live
from gongqiao.services.placement.matcher.questions import (
    FAILED,
    QUESTIONS,
    REFUSED,
    PairAdvice,
    ShiftAdvice,
    WhatIf,
)

PATIENCE = 5.0  # seconds for a matcher that is starting again after a crash
PAUSE = 0.05


class MatcherDown(Refused):
    """The matcher process does not answer."""


class _Line:
    """One connection a process; a forked child opens its own. One question at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: Connection | None = None
        self.owner = 0

    def ask(self, question: tuple[Any, ...]) -> Any:
        """Asked again when the line breaks before the answer: questions change nothing."""
        until = time.monotonic() + PATIENCE
        with self.lock:
            while True:
                try:
                    return self._once(question)
                except (OSError, EOFError):
                    self.hang_up()
                    if time.monotonic() > until:
                        raise MatcherDown(_("推荐暂时算不出来：匹配进程没有回应。别的都照常能用。")) from None
                    time.sleep(PAUSE)

    def _once(self, question: tuple[Any, ...]) -> Any:
        if self.open is None or self.owner != os.getpid():
            self.open = Client(str(settings.MATCHER_SOCKET), family="AF_UNIX", authkey=settings.SECRET_KEY.encode())
            self.owner = os.getpid()
        self.open.send(question)
        how, answer = self.open.recv()
        if how == REFUSED:
            raise Refused(answer)
        if how == FAILED:
            raise RuntimeError(f"the matcher failed at {question[0]}: {answer}")
        return answer

    def hang_up(self) -> None:
        if self.open is not None and self.owner == os.getpid():
            self.open.close()
        self.open = None


_line = _Line()


def _ask(question: str, market: Market, day: date, *about: int | str | tuple[int, ...]) -> Any:
    if settings.MATCHER == "process":
        return _line.ask((question, market.pk, day, about))
    return QUESTIONS[question](live.of(market, day).market, *about)


def about_shift(market: Market, day: date, shift: int, k: int) -> ShiftAdvice | None:
    return cast(ShiftAdvice | None, _ask("about_shift", market, day, shift, k))


def people_for(market: Market, day: date, shift: int, k: int, without: tuple[int, ...]) -> tuple[PairAdvice, ...]:
    return cast(tuple[PairAdvice, ...], _ask("people_for", market, day, shift, k, without))


def for_worker(market: Market, day: date, worker: int, k: int) -> tuple[PairAdvice, ...]:
    return cast(tuple[PairAdvice, ...], _ask("for_worker", market, day, worker, k, day.isoformat()))


def about_pair(market: Market, day: date, worker: int, shift: int) -> Explanation | None:
    return cast(Explanation | None, _ask("about_pair", market, day, worker, shift))


def what_if(market: Market, day: date, shift: int, more: int) -> WhatIf | None:
    return cast(WhatIf | None, _ask("what_if", market, day, shift, more))
