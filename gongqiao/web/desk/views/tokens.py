"""The market's integrations: which program holds a token for what, a new one, the end of one."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.http import Request
from gongqiao.web.ui import tokens as screen


@needs(Right.STAFF_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request) -> HttpResponse:
    return screen.page(request, "desk/tokens.html")


@needs(Right.STAFF_MANAGE)
@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    return screen.take_back(request, pk, "desk:tokens")
