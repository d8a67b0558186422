"""The worker's own tokens: which program acts for him, and the end of it."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.http import Request
from gongqiao.web.ui import tokens as screen


@needs(Right.OWN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request, market: str) -> HttpResponse:
    return screen.page(request, "worker/tokens.html", tab="work")


@needs(Right.OWN_WORK)
@require_POST
def revoke(request: Request, market: str, pk: int) -> HttpResponse:
    return screen.take_back(request, pk, "worker:tokens", market)
