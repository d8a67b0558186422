"""The square on the screen that changes every half minute: whoever reads it stands in the hall.

Nothing is kept of a token: it is the period and a keyed digest of market and period, so any process can check it and a
picture sent home is worth nothing a minute later. What a page that was opened in time sends back carries a mark of its
own, good for as long as an old hand needs to type a number.
"""

from datetime import datetime

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from gongqiao.foundation.markets.models import Market

PERIOD = 30  # seconds a square stands on the screen
ACCEPTED = 2  # this one and the one before
TYPING = 300  # seconds a page opened in time may take
_SALT = "gongqiao.hall"


def token(market: Market, moment: datetime) -> str:
    return _token(market, _period(moment))


def is_fresh(market: Market, text: str, moment: datetime) -> bool:
    """Whether it stands on this market's screen now, or stood there a moment ago."""
    now = _period(moment)
    return any(constant_time_compare(text, _token(market, now - back)) for back in range(ACCEPTED))


def seconds_left(moment: datetime) -> int:
    """Until the next square."""
    return PERIOD - int(moment.timestamp()) % PERIOD


def opened(market: Market, moment: datetime) -> str:
    """The mark of a page that was opened with a fresh square."""
    return signing.dumps([market.code, int(moment.timestamp())], salt=_SALT)


def still_open(market: Market, text: str, moment: datetime) -> bool:
    try:
        code, since = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(code == market.code) and 0 <= moment.timestamp() - since < TYPING


def _period(moment: datetime) -> int:
    return int(moment.timestamp()) // PERIOD


def _token(market: Market, period: int) -> str:
    digest = salted_hmac(_SALT, f"{market.code}\0{period}", algorithm="sha256").hexdigest()
    return f"{period:x}-{digest[:20]}"
