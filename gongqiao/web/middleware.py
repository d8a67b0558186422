"""From the request to who asks, in which market, and whether he may."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import current_of
from gongqiao.foundation.organisations.roles import STAFF
from gongqiao.web.access import Access, Door
from gongqiao.web.http import Request
from gongqiao.web.readonly import read_only

Answer = Callable[[Request], HttpResponseBase]
SIGN_IN = "door:sign-in"
SIGN_OUT = "door:sign-out"
SECOND_FACTOR = "door:second-factor"
OWN_PASSWORD = "door:password"
SET_SECOND_FACTOR = "door:set-second-factor"
BY_CODE = "by_code"  # in the session: came in by phone and code


def _signed_in(request: Request) -> bool:
    return bool(request.user.is_authenticated)


def _half_in(request: Request) -> bool:
    """The password was right, the second factor is still owed: nothing of the account is open yet."""
    if not request.user.second_factor_on or request.session.get(BY_CODE):
        return False
    return not request.user.is_verified()  # type: ignore[attr-defined]  # set by OTPMiddleware


class Language:
    """Chinese first, whatever the browser prefers; English by one tap, remembered in a cookie."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return self.get_response(request)


class Bounded:
    """A body larger than any page of ours sends is turned away before a byte of it is read. One whose length is not
    said has none: what comes in pieces, Django does not read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        said = request.META.get("CONTENT_LENGTH") or ""
        if said.isascii() and said.isdigit() and int(said[:20]) > settings.MOST_BODY:
            return HttpResponse(render_to_string("413.html", {"most": settings.MOST_BODY // 1_000_000}), status=413)
        return self.get_response(request)


class Readable:
    """A NUL is no text: nobody types one, PostgreSQL cannot keep one, and no view need think of it. The API's schema
    answers for itself, in JSON."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            self._check([request.path_info, *_values(request.GET)])
        return self.get_response(request)

    def process_view(self, request: Request, view: Any, args: Any, kwargs: Any) -> None:
        if not request.path_info.startswith("/api/"):  # a form read here is no body any more
            self._check(_values(request.POST))

    def _check(self, said: list[str]) -> None:
        if any("\x00" in text for text in said):
            raise BadRequest("a NUL in the address or the form")


def _values(said: QueryDict) -> list[str]:
    return [text for name, texts in said.lists() for text in (name, *texts)]


class CurrentMembership:
    """Which post the person acts in; its market is in scope for the whole request."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.now = clock.now()
        request.memberships = self._posts(request)
        request.membership = self._chosen(request)
        request.market = request.membership.market if request.membership else None
        named = _named_market(request.path_info)
        if named is not None and (request.market is None or request.market.pk != named.pk):
            request.market = named
            request.membership = _post_in(request.memberships, named)
        if request.market is None:
            return self.get_response(request)
        with scope(market=request.market), timezone.override(request.market.tz):
            response = self.get_response(request)
            if hasattr(response, "render") and callable(response.render):
                response.render()
            return response

    def _posts(self, request: Request) -> list[Membership]:
        """A code on a phone opens a worker's or an employer's posts; those of staff want the password."""
        if not _signed_in(request) or _half_in(request):
            return []
        held = current_of(request.user.person, timezone.localdate(request.now))
        return [post for post in held if post.role not in STAFF] if request.session.get(BY_CODE) else held

    def _chosen(self, request: Request) -> Membership | None:
        wanted = request.session.get("membership") if request.memberships else None
        return next((post for post in request.memberships if post.pk == wanted), next(iter(request.memberships), None))


def _named_market(path: str) -> Market | None:
    parts = path.split("/")
    if len(parts) < 3 or parts[1] != "m":
        return None
    return Market.objects.select_related("region", "city").filter(code=parts[2]).first()


def _post_in(posts: list[Membership], market: Market) -> Membership | None:
    return next((post for post in posts if post.market_id == market.pk), None)


class NotKept:
    """What staff are shown stays out of the browser's cache on the disk, which outlives every session."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        response = self.get_response(request)
        if any(post.role in STAFF for post in request.memberships):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class DefaultDeny:
    """A view is answered only through the door it declares."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Request, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        declared: Access | None = getattr(view, "access", None)
        if declared is None:
            return denied(request)
        if declared.door is Door.PUBLIC:
            return None
        if not _signed_in(request):
            return redirect_to_login(request.get_full_path(), SIGN_IN)
        owed = _owed(request)
        if owed and request.resolver_match.view_name not in (owed, SIGN_OUT):  # type: ignore[union-attr]
            return redirect(owed)
        if declared.door is Door.SIGNED_IN:
            return None
        if request.membership is None or not any(request.membership.may(right) for right in declared.rights):
            return denied(request)
        return None


def _owed(request: Request) -> str:
    """The one page that is open until it is done: the second factor, a password of one's own, setting up the first."""
    if _half_in(request):
        return SECOND_FACTOR
    if request.user.password_temporary and not request.session.get(BY_CODE):
        return OWN_PASSWORD
    staff = any(post.role in STAFF for post in request.memberships)
    if settings.GONGQIAO_REQUIRE_TOTP and staff and not request.user.second_factor_on:
        return SET_SECOND_FACTOR
    return ""


def denied(request: Request) -> HttpResponse:
    return render(request, "403.html", status=403)


class PlainAnswers:
    """Refused and Stale are answers to a person, not faults: shown as words, with the right status."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return render(request, "ui/refused.html", {"why": str(exception)}, status=409)
        if isinstance(exception, Stale):
            return render(request, "ui/refused.html", {"stale": True}, status=409)
        return None


class ReadOnlyGet:
    """GET and HEAD run under the guard of web.readonly."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with read_only():
            return self.get_response(request)
