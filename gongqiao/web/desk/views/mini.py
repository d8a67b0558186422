"""微信小程序: what is set, what WeChat says to it, and the station's code to print. For the manager."""

import base64

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from gongqiao.channels.wechat import client, line, readiness
from gongqiao.channels.wechat.errors import WechatError
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor


@needs(Right.MARKET_SETTINGS)
@require_safe
def index(request: Request) -> HttpResponse:
    return _page(request, asked=False)


@needs(Right.MARKET_SETTINGS)
@require_POST
def ask(request: Request) -> HttpResponse:
    """WeChat is asked now; nothing is sent to anybody."""
    return _page(request, asked=True)


def _page(request: Request, *, asked: bool) -> HttpResponse:
    # a proxy's word for it is good enough for a hint
    secure = request.is_secure() or request.headers.get("X-Forwarded-Proto") == "https"
    answer = {
        "points": readiness.here(secure=secure),
        "there": readiness.there() if asked else [],
        "set": line.known() is not None,
    }
    return render(request, "desk/mini.html", answer)


@needs(Right.MARKET_SETTINGS)
@require_POST
def poster(request: Request) -> HttpResponse:
    """The mini-program code of this station, large, on a sheet for the wall."""
    market = actor(request).market
    try:
        picture = client.picture(line.line(), f"m={market.code}", readiness.START)
    except WechatError as error:
        raise Refused(error.words) from None
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    address = f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
    return render(request, "desk/mini_poster.html", {"picture": address})
