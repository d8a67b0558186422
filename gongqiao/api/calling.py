"""Who calls, in which language, and how a no is said: what the addresses for people share."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scope
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer

from gongqiao.channels.wechat.errors import Cure, WechatError
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens import actions as tokens
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.foundation.tokens.models import Token
from gongqiao.foundation.tokens.queries import allows, bearer

MEDIA = "application/problem+json"


class Said(Schema):
    """Why not (RFC 9457): `detail` for a person, in his language; `code` for a program."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str


NOES: dict[int, Any] = {code: Said for code in (400, 401, 403, 404, 409, 413, 429, 503)}


class Bearer(HttpBearer):
    """`Authorization: Bearer …`, open and with the scope that the address wants."""

    def __init__(self, wanted: Scope) -> None:
        super().__init__()
        self.wanted = wanted

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        held = bearer(token)
        if held is not None and not allows(held, self.wanted):
            raise no(403, "scope", _in(request, lambda: _("这把钥匙不管这件事。")))
        return held


class No(HttpError):
    """A no with a code that a program can go by."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(status, words)
        self.code, self.words = code, words


def no(status: int, code: str, words: str) -> No:
    return No(status, code, words)


@contextmanager
def calling(request: HttpRequest) -> Iterator[Membership]:
    """The caller's post, its market in scope, his language on."""
    held: Token = request.auth  # type: ignore[attr-defined]  # set by ninja
    with spoken(request), scope(market=held.post.market):
        if request.method not in ("GET", "HEAD"):  # which write nothing
            tokens.touch(held)
        yield held.post


@contextmanager
def spoken(request: HttpRequest) -> Iterator[None]:
    with translation.override(language_of(request)):
        yield


def language_of(request: HttpRequest) -> str:
    """Chinese, unless English is what the program asks for first."""
    wanted = request.headers.get("Accept-Language", "").strip().lower()
    return "en" if wanted.startswith("en") else settings.LANGUAGE_CODE


def limited(request: HttpRequest, limit: limits.Limit) -> None:
    if not limits.take(limit, str(request.META.get("REMOTE_ADDR", ""))):
        raise no(429, "too_often", _("试得太多了，等几分钟再来，或打驿站电话。"))


def answers(api: NinjaAPI) -> None:
    """How each kind of no leaves the API."""

    def say(request: HttpRequest, status: int, code: str, words: str) -> HttpResponse:
        said = {"type": "about:blank", "title": words, "status": status, "detail": words}
        content = json.dumps({**said, "instance": request.path, "code": code}, ensure_ascii=False)
        answer = HttpResponse(content, status=status, content_type=MEDIA)
        if status == 401:
            answer["WWW-Authenticate"] = "Bearer"
        if status == 429:
            answer["Retry-After"] = "60"
        return answer

    @api.exception_handler(No)
    def refused_by_us(request: HttpRequest, error: No) -> HttpResponse:
        return say(request, error.status_code, error.code, error.words)

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return say(request, 401, "token", _in(request, lambda: _("请再登录一次。")))

    @api.exception_handler(Http404)
    def not_there(request: HttpRequest, _error: Http404) -> HttpResponse:
        return say(request, 404, "not_found", _in(request, lambda: _("没有这个，或者不归您看。")))

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        return say(request, 409, "refused", str(error))

    @api.exception_handler(Stale)
    def stale(request: HttpRequest, _error: Stale) -> HttpResponse:
        return say(request, 409, "stale", _in(request, lambda: _("刚才有人先动了，请再看一眼再试。")))

    @api.exception_handler(WechatError)
    def wechat(request: HttpRequest, error: WechatError) -> HttpResponse:
        status = {Cure.AGAIN: 400, Cure.WAIT: 503, Cure.NEVER: 409, Cure.CONSENT: 409}.get(error.cure, 503)
        return say(request, status, f"wechat_{error.cure.value}", error.words)


def _in(request: HttpRequest, words: Any) -> str:
    with spoken(request):
        return str(words())
