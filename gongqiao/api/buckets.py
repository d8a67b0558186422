"""So many requests, refilled over time; counted in this process alone, so that reading writes nothing."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from time import monotonic

MOST_SUBJECTS = 10_000  # counted at a time; the longest unseen is forgotten first


@dataclass
class Bucket:
    left: float
    at: float


class Buckets:
    """`burst` at once, then `each_minute`. With several processes each counts its own share."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Bucket] = OrderedDict()
        self._door = Lock()

    def take(self, subject: str, each_minute: int) -> int:
        """0 when it may; else in how many seconds it may."""
        now, each_second = monotonic(), each_minute / 60
        with self._door:
            bucket = self._held.pop(subject, None) or Bucket(float(each_minute), now)
            self._held[subject] = bucket
            while len(self._held) > MOST_SUBJECTS:
                self._held.popitem(last=False)
            bucket.left = min(float(each_minute), bucket.left + (now - bucket.at) * each_second)
            bucket.at = now
            if bucket.left < 1:
                return max(1, math.ceil((1 - bucket.left) / each_second))
            bucket.left -= 1
            return 0

    def forget(self) -> None:
        """As a new process begins."""
        with self._door:
            self._held.clear()


requests = Buckets()
