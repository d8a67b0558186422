"""The matcher process: holds the markets of the days asked for, answers on a socket only this user can open.

It keeps nothing that is not in the database: killed at any moment, the next one answers the same.
"""

import logging
import threading
import time
from contextlib import suppress
from datetime import date
from multiprocessing.connection import Connection, Listener
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections
from django_scopes import scope

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.services.placement import live
from gongqiao.services.placement.matcher.questions import DONE, FAILED, QUESTIONS, REFUSED

BACKLOG = 64
REFRESH_SECONDS = 10.0
REST = 5.0  # seconds between two times that a large market is made anew, however much is being done

log = logging.getLogger(__name__)


class Matcher:
    """One at a time builds a market; what is kept is refreshed in the background, so that nobody waits for it."""

    def __init__(self) -> None:
        self.building = threading.Lock()
        self.due = threading.Event()  # somebody was given one that is no longer good
        self.asked: set[tuple[int, date]] = set()

    def serve(self) -> None:
        """Answers until the process ends."""
        path = settings.MATCHER_SOCKET
        with suppress(FileNotFoundError):
            path.unlink()  # left by one that was killed; a live one is kept out by the lock of the command
        with Listener(str(path), family="AF_UNIX", backlog=BACKLOG, authkey=settings.SECRET_KEY.encode()) as listener:
            path.chmod(0o600)
            threading.Thread(target=self._refresh_for_ever, daemon=True).start()
            while True:
                try:
                    line = listener.accept()
                except Exception as error:  # a stranger without the key, or one who hung up at once
                    log.warning("matcher: a caller was turned away: %s", type(error).__name__)
                    continue
                threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: Connection) -> None:
        """One caller until he hangs up."""
        try:
            while True:
                line.send(self._answer(line.recv()))
        except (EOFError, OSError):
            pass
        finally:
            line.close()
            connections.close_all()

    def _answer(self, question: tuple[str, int, date, tuple[Any, ...]]) -> tuple[str, Any]:
        """How it went, and the answer or why there is none."""
        try:
            name, market, day, about = question
            close_old_connections()
            return DONE, QUESTIONS[name](self._market(market, day).market, *about)
        except Refused as no:
            return REFUSED, str(no)
        except Exception as error:  # told to the caller, who fails loudly with it
            log.exception("matcher: %s", question)
            return FAILED, f"{type(error).__name__}: {error}"

    def _market(self, pk: int, day: date) -> live.Live:
        """As `live.of`; of a market that takes long to make, one under a minute old while a newer is being made."""
        self.asked.add((pk, day))
        row = Market.objects.get(pk=pk)
        with scope(market=row):
            known = live.good(row, day)
            if known is None:
                known = live.bearable(row, day)
                if known is not None:
                    self.due.set()
            if known is not None:
                return known
            with self.building:
                return live.of(row, day)

    def _refresh(self, pk: int, day: date) -> None:
        """Made anew ahead of time, so that nobody meets one grown too old."""
        row = Market.objects.get(pk=pk)
        with self.building, scope(market=row):
            if live.good(row, day, younger_than=live.FRESH / 2) is None:
                live.taken(row, day)

    def _refresh_for_ever(self) -> None:
        while True:
            self.due.wait(REFRESH_SECONDS)
            self.due.clear()
            kept = {key for key in self.asked.copy() if live.keeps(*key)}
            self.asked &= kept
            for key in kept:
                try:
                    self._refresh(*key)
                except Exception:  # the next question meets it again and tells its caller
                    log.exception("matcher: could not refresh %s", key)
            connections.close_all()
            time.sleep(REST)
