"""怎么告诉我: by which lines, at which hours, of what; and what he was told and recommended, with why."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongqiao.foundation.notify import queries as notify
from gongqiao.foundation.notify import wishes
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.mydata.queries import own
from gongqiao.services.recommending import actions, queries
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.telling import WishForm


@needs(Right.OWN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: Request, market: str) -> HttpResponse:
    by = actor(request)
    mine = own(by)
    if request.method == "POST" and "no" in request.POST:
        asked = whole_number(request.POST["no"])
        actions.say_no(get_object_or_404(queries.visible_to(by), pk=asked), by=by)
        messages.success(request, _("记下了：这个不想去。"))
        return redirect("worker:told", market)
    form = WishForm(request.POST or None, market=by.market, person=mine.person)
    if request.method == "POST" and form.is_valid():
        wishes.set_preference(mine.person, form.wish(channel="self"), by=by)
        messages.success(request, _("记下了，从下一条起照这样告诉您。"))
        return redirect("worker:told", market)
    answer = {
        "own": mine,
        "form": form,
        "recommended": queries.lately(by, request.now),
        "told": notify.own(by),
        "tab": "work",
    }
    return render(request, "worker/told.html", answer, status=422 if request.method == "POST" else 200)
