"""What goes wrong, told as RFC 9457 problem details in Chinese or English, with a code that programs read."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from gongqiao.api.access import NotForThis
from gongqiao.channels.wechat.errors import WechatError
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.tokens.actions import KeyReused

MEDIA = "application/problem+json"
PAGE = "/api/v1/docs#problem-"
MOST_WRONG = 20  # parts of a request that are named at a time

TITLES: dict[str, tuple[int, str | Promise]] = {
    "bad_request": (400, gettext_lazy("请求看不懂")),
    "token": (401, gettext_lazy("令牌不对、过期或收回了")),
    "scope": (403, gettext_lazy("这个令牌不能做这件事")),
    "not_found": (404, gettext_lazy("没有这个，或者不由您看")),
    "method": (405, gettext_lazy("这个地址不接受这种方法")),
    "refused": (409, gettext_lazy("办不了")),
    "stale": (409, gettext_lazy("别人先改了，请重新读一遍再试")),
    "too_large": (413, gettext_lazy("请求太大")),
    "media_type": (415, gettext_lazy("内容的格式不对")),
    "invalid": (422, gettext_lazy("有的地方填得不对")),
    "key_reused": (409, gettext_lazy("Idempotency-Key 用过了")),
    "too_many": (429, gettext_lazy("请求太多，请过一会儿再试")),
    "no_mini_program": (404, gettext_lazy("这里还没有接上微信小程序")),
    "not_registered": (409, gettext_lazy("驿站还没有登记过这个人")),
    "wechat_again": (400, gettext_lazy("微信的登录码要重新取")),
    "wechat_never": (409, gettext_lazy("微信不办这件事")),
    "wechat_consent": (409, gettext_lazy("本人没有同意，或者次数用完了")),
    "wechat_wait": (503, gettext_lazy("微信那边忙，请过一会儿再试")),
    "wechat_setting": (503, gettext_lazy("微信小程序没有设好，请告诉驿站")),
    "fault": (500, gettext_lazy("系统出错了")),
}
OF_STATUS = {status: code for code, (status, _title) in reversed(TITLES.items())}


class No(HttpError):
    """A no of the table, said by an operation in words for this case; `wait`: in how many seconds it may be tried."""

    def __init__(self, code: str, words: str, *, wait: int = 0) -> None:
        super().__init__(TITLES[code][0], words)
        self.code, self.words, self.wait = code, words, wait


class Wrong(Schema):
    """One part of the request that is not as the schema says."""

    where: Annotated[str, Field(max_length=200, examples=["query.limit"])]
    what: Annotated[str, Field(max_length=300, examples=["Input should be less than or equal to 100"])]


class Problem(Schema):
    """RFC 9457. `code` is for programs, `title` and `detail` are for people, in the language asked for."""

    type: Annotated[str, Field(examples=[PAGE + "not_found"])]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: str
    code: Annotated[str, Field(json_schema_extra={"enum": list(TITLES)})]
    errors: list[Wrong] = []


def problem(
    request: HttpRequest, code: str, detail: str = "", *, errors: Sequence[dict[str, str]] = (), status: int = 0
) -> HttpResponse:
    """The answer for a code of the table; `detail`: the words for this case, else those of the title."""
    usual, title = TITLES[code]
    body: dict[str, Any] = {
        "type": PAGE + code,
        "title": str(title),
        "status": status or usual,
        "detail": detail or str(title),
        "instance": request.path,
        "code": code,
        "errors": list(errors),
    }
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(content, status=body["status"], content_type=MEDIA)


def of_status(request: HttpRequest, status: int) -> HttpResponse:
    """For an answer that Django gave in its own words."""
    return problem(request, OF_STATUS.get(status, "bad_request" if status < 500 else "fault"), status=status)


def later(request: HttpRequest, wait: int) -> HttpResponse:
    """Too many; in so many seconds it may be tried again."""
    response = problem(request, "too_many", _("请过 %(seconds)s 秒再试。") % {"seconds": wait})
    response["Retry-After"] = str(wait)
    return response


def install(api: NinjaAPI) -> None:
    """Every error that an operation may end with; anything else is a fault and goes on to Django."""
    handlers: dict[type[Exception], Any] = {
        KeyReused: lambda request, error: problem(request, "key_reused", str(error)),
        Refused: lambda request, error: problem(request, "refused", str(error)),
        Stale: lambda request, error: problem(request, "stale"),
        Http404: lambda request, error: problem(request, "not_found"),
        AuthenticationError: lambda request, error: problem(request, "token", _("请带上令牌：Authorization: Bearer …")),
        NotForThis: lambda request, error: problem(request, "scope", str(error)),
        No: _said,
        WechatError: lambda request, error: problem(request, f"wechat_{error.cure.value}", error.words),
        HttpError: lambda request, error: of_status(request, error.status_code),
        ValidationError: lambda request, error: problem(request, "invalid", errors=_named(error)),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _said(request: HttpRequest, error: No) -> HttpResponse:
    response = problem(request, error.code, error.words)
    if error.wait:
        response["Retry-After"] = str(error.wait)
    return response


def _named(error: ValidationError) -> list[dict[str, str]]:
    """Where and what; never the value, which may be somebody's phone."""
    return [
        {"where": ".".join(str(part) for part in each["loc"])[:200], "what": str(each["msg"])[:300]}
        for each in error.errors[:MOST_WRONG]
    ]
