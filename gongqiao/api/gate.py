"""Before any operation: whose token, how large, how often; after it: problems, ETag, HEAD, OPTIONS, who may cache."""

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django_scopes import scope

from gongqiao.api.buckets import requests
from gongqiao.api.problems import MEDIA, later, of_status, problem
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.tokens import actions, queries
from gongqiao.foundation.tokens.models import Token

ROOT = "/api/v1/"
MOST_JSON = 100_000
MOST_FORM = 18_000_000  # a message of 8 MB, three pictures of 3 MB, and what is written beside them
WRITES = limits.Limit("api write", 60, 2)
BODIES = ("POST", "PUT", "PATCH")
Answer = Callable[[HttpRequest], HttpResponseBase]


class Gate:
    """Only for the API. No cookie is read: no browser's session ever acts here, so no other site can borrow one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        language = _language(request)
        request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: language}
        with translation.override(language):
            return _dressed(request, self._answer(request))

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        refused = _too_large(request) or _wrong_kind(request)
        if refused is not None:
            return refused
        token, said = None, request.headers.get("Authorization", "")
        wait = requests.take(f"a {request.META.get('REMOTE_ADDR', '')}", settings.API_PER_MINUTE)
        if wait:
            return later(request, wait)
        if said:
            token = _bearer(said)
            if token is None:
                return problem(request, "token")
        request.token = token  # type: ignore[attr-defined]
        return _limited(request, token) or self._inside(request, token)

    def _inside(self, request: HttpRequest, token: Token | None) -> HttpResponseBase:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        with scope(market=token.market) if token is not None else nullcontext():
            response = self.get_response(request)
        request.method = asked
        return response


def _language(request: HttpRequest) -> str:
    """The first of ours that is asked for; Chinese when none is."""
    said = request.headers.get("Accept-Language", "")[:200].lower()
    found = [(said.find(short), code) for short, code in (("zh", "zh-hans"), ("en", "en")) if short in said]
    return min(found)[1] if found else str(settings.LANGUAGE_CODE)


def _form(request: HttpRequest) -> bool:
    return request.path_info.endswith("/tickets")


def _too_large(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = MOST_FORM if _form(request) else MOST_JSON
    if length.isascii() and length.isdigit() and int(length[:20]) > most:
        return problem(request, "too_large", _("最多 %(most)s 字节。") % {"most": most})
    return None


def _wrong_kind(request: HttpRequest) -> HttpResponse | None:
    """A body is JSON; what is said with a voice is a form."""
    if request.method not in BODIES or (request.META.get("CONTENT_LENGTH") or "0") == "0":
        return None
    wanted = ("multipart/form-data", "application/x-www-form-urlencoded") if _form(request) else ("application/json",)
    if request.content_type in wanted:
        return None
    return problem(request, "media_type", _("这里收 %(kinds)s。") % {"kinds": wanted[0]})


def _bearer(said: str) -> Token | None:
    kind, _space, secret = said.partition(" ")
    return queries.bearer(secret.strip()) if kind.lower() == "bearer" else None


def _limited(request: HttpRequest, token: Token | None) -> HttpResponse | None:
    """A token has its own count beside that of its address; what changes something is counted in the database too."""
    if token is not None:
        wait = requests.take(f"t {token.pk}", settings.API_PER_MINUTE)
        if wait:
            return later(request, wait)
        actions.touch(token)
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    subject = f"token {token.pk}" if token is not None else str(request.META.get("REMOTE_ADDR", ""))
    limit = limits.Limit(WRITES.name, settings.API_WRITES_BURST, WRITES.seconds_each)
    return None if limits.take(limit, subject) else later(request, round(limit.seconds_each))


def _dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The same for whatever came back."""
    if request.method == "OPTIONS" and response.status_code == 405:
        return _options(response)
    if response.status_code >= 400 and response.get("Content-Type") != MEDIA:
        response = _retold(request, response)
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Gongqiao"'
    response = _cached(request, response)
    if request.method == "HEAD" and isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _options(response: HttpResponseBase) -> HttpResponse:
    """What the address takes. Nothing is allowed to pages of other sites beyond what they may read without asking."""
    allowed = [method.strip() for method in response.get("Allow", "").split(",") if method.strip()]
    told = HttpResponse(status=204)
    told["Allow"] = ", ".join(sorted({*allowed, *(["HEAD"] if "GET" in allowed else []), "OPTIONS"}))
    return told


def _retold(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    told = of_status(request, response.status_code)
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            told[name] = response[name]
    return told


def _cached(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Public reading may be kept and asked about by its tag; what a token reads stays with whoever holds it."""
    patch_vary_headers(response, ("Accept-Language", "Authorization"))
    public = getattr(request, "token", None) is None and "Authorization" not in request.headers
    if request.method not in ("GET", "HEAD") or not public:
        response["Cache-Control"] = "no-store"
        return response
    response["Access-Control-Allow-Origin"] = "*"
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    if "Cache-Control" not in response.headers:
        response["Cache-Control"] = "public, no-cache"
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = tag
    found: Any = get_conditional_response(request, etag=tag, response=response)
    return found  # type: ignore[no-any-return]
