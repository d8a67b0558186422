"""The request as our views see it."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership


class Request(HttpRequest):
    """Set by web.middleware: the account, the current post, its market, the moment."""

    user: User
    membership: Membership | None
    memberships: list[Membership]
    market: Market | None
    now: datetime
    htmx: HtmxDetails


def actor(request: Request) -> Membership:
    """The current post; only views behind a RIGHT door ask for it."""
    assert request.membership is not None, "this view must stand behind a RIGHT door"
    return request.membership


def market(request: Request) -> Market:
    """The market of the current post or of the address."""
    assert request.market is not None, "this view must have a market"
    return request.market


def whole_number(text: str | None) -> int:
    """A key that a form sends back; 0, which no row has, for anything that is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
