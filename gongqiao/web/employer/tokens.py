"""The tokens of the employer's own systems."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.http import Request
from gongqiao.web.ui import tokens as screen


@needs(Right.OWN_POSTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request) -> HttpResponse:
    return screen.page(request, "employer/tokens.html", tab="home")


@needs(Right.OWN_POSTINGS)
@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    return screen.take_back(request, pk, "employer:tokens")
