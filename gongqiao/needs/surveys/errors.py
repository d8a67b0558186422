"""Why a delivery is not taken, each with its place in the field protocol."""

from gongqiao.foundation.errors import Refused


class NotKnown(Refused):
    """No such form or version here."""


class Differs(Refused):
    """The same instance with other bytes, or an edit of something that is not the newest."""


class HeadRefused(Refused):
    """The head of a paper says what cannot be; `field` is which part of it: who, asked_on, collector, scanned."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Unreadable(Refused):
    """Not a submission."""
