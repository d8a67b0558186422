"""Which machine is a kiosk: staff mark it once, in its own browser. Drawing and checking in want a person in the hall:
the same page opened at home does neither."""

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from gongqiao.foundation.markets.models import Market

COOKIE, VISIT = "kiosk", "visit"
YEAR = 366 * 24 * 3600
_SALT = "gongqiao.kiosk"


def mark(response: HttpResponseBase, market: Market, *, secure: bool) -> None:
    value = signing.dumps(market.code, salt=_SALT)
    response.set_cookie(
        COOKIE, value, max_age=YEAR, path=_path(market), secure=secure, httponly=True, samesite="Strict"
    )


def unmark(response: HttpResponseBase, market: Market) -> None:
    response.delete_cookie(COOKIE, path=_path(market), samesite="Strict")


def is_kiosk(request: HttpRequest, market: Market) -> bool:
    try:
        return bool(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=YEAR) == market.code)
    except signing.BadSignature:
        return False


def _path(market: Market) -> str:
    return f"/m/{market.code}/kiosk/"
