"""替我办事的人: whom the worker named to act for him, what others did for him, and the end of it by one press."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.family import actions, queries
from gongqiao.services.mydata import queries as mydata
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.helpers import HelperForm

SHOWN = 40


@needs(Right.OWN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request, market: str) -> HttpResponse:
    """Who acts for him, naming one more, and the list of what was done for him by others."""
    by = actor(request)
    own = mydata.own(by)
    form = HelperForm(request.POST or None, initial={"until": timezone.localdate(request.now) + timedelta(days=90)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_helper(own, form.named(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("记下了。等他用自己的手机答应，他才能替您办。"))
            return redirect("worker:family", market)
    answer: dict[str, Any] = {
        "form": form,
        "helpers": queries.of(own, by),
        "today": timezone.localdate(request.now),
        "done": mydata.done_for_me(by, SHOWN),
        "tab": "work",
    }
    response = render(request, "worker/family.html", answer, status=422 if request.method == "POST" else 200)
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.OWN_WORK)
@require_POST
def end(request: Request, market: str, pk: int) -> HttpResponse:
    by = actor(request)
    actions.end(get_object_or_404(queries.visible_to(by), pk=pk), by=by)
    messages.success(request, _("停了，从现在起他不能再替您办。"))
    return redirect("worker:family", market)


@needs(Right.FAMILY_WORK)
@require_POST
def leave(request: Request, market: str) -> HttpResponse:
    """The helper wants no more of it."""
    by = actor(request)
    held = queries.held(by)
    if held is None:
        raise Refused(_("这件事已经停了。"))
    actions.end(held, by=by)
    messages.success(request, _("停了，您不再替他办。"))
    return redirect("door:home")
