"""读给我听: the recordings that are in use, and the language of the ear."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.services.spoken import queries
from gongqiao.web.access import public
from gongqiao.web.http import Request
from gongqiao.web.ui.media import sound
from gongqiao.web.ui.templatetags.aloud import EAR

YEAR = 31_536_000  # seconds


@public
@require_safe
def clip(request: Request, market: str, digest: str) -> HttpResponse:
    """One recording by the digest of its bytes: it never changes, and one that was taken down has no address."""
    if request.market is None or (found := queries.public(digest)) is None:
        raise Http404
    return sound(request, found.file, f"public, max-age={7 * 86_400}")


@public
@require_POST
def ear(request: Request, market: str) -> HttpResponse:
    """The language to listen in: one tap, remembered as the edition is."""
    if request.market is None:
        raise Http404
    wanted, back = request.POST.get("ear", ""), request.POST.get("next", "")
    if wanted not in queries.tongues():
        raise Refused(_("没有这一种话的录音。"))
    home = f"/m/{request.market.code}/"
    response = redirect(back if back.startswith(home) else home)
    response.set_cookie(EAR, wanted, max_age=YEAR, samesite="Lax")
    return response
