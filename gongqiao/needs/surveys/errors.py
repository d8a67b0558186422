"""Why a delivery is not taken, each with its place in the field protocol."""

from gongqiao.foundation.errors import Refused


class NotKnown(Refused):
    """No such form or version here."""


class Differs(Refused):
    """The same instance with other bytes, or an edit of something that is not the newest."""


class Unreadable(Refused):
    """Not a submission."""
