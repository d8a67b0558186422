"""Waiting for what is counted, not for a time: a slow machine proves as much."""

import threading


class Answers:
    """How many there have been in all, of all threads; somebody may wait for more."""

    def __init__(self) -> None:
        self.count, self._changed = 0, threading.Condition()

    def add(self) -> None:
        with self._changed:
            self.count += 1
            self._changed.notify_all()

    def wait_for(self, more: int, timeout: float) -> bool:
        """Whether so many more came in time."""
        with self._changed:
            wanted = self.count + more
            return self._changed.wait_for(lambda: self.count >= wanted, timeout)
