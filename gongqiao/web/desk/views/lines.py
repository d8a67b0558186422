"""By which lines people are told: the manager's choices and what they cost; and whom nothing reached."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions, channels, queries, wishes
from gongqiao.foundation.notify.planning import settings_of
from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.desk.line_forms import LinesForm
from gongqiao.web.http import Request, actor

DAYS = timedelta(days=30)
MOST = 100


@needs(Right.MARKET_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: Request) -> HttpResponse:
    by = actor(request)
    form = LinesForm(request.POST or None, row=settings_of(by.market))
    if request.method == "POST" and "try" in request.POST:
        try:
            wishes.try_line(request.POST["try"], by=by)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已经交给发消息的程序，结果在下面的记录里。"))
        return redirect("desk:lines")
    if request.method == "POST" and form.is_valid():
        try:
            changed = wishes.set_lines(form.wanted(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("改好了。") if changed else _("没有什么要改的。"))
            return redirect("desk:lines")
    facts = {
        "form": form,
        "machines": channels.machines(),
        "spending": queries.spending(by, request.now),
        "days": queries.by_day(by, request.now - DAYS),
        "attempts": [(row, channels.label_of(row.line)) for row in queries.attempts(by)[:MOST]],
    }
    return render(request, "desk/lines.html", facts, status=422 if request.method == "POST" else 200)


@needs(Right.DISPATCH)
@require_http_methods(["GET", "HEAD", "POST"])
def not_told(request: Request) -> HttpResponse:
    """没告诉到的人: every message about work that reached nobody, with what was tried, until somebody sees to it."""
    by = actor(request)
    if request.method == "POST":
        found = queries.not_told(by).filter(key=request.POST.get("message", ""))
        actions.seen_to(get_object_or_404(found), by=by, note=request.POST.get("note", "").strip())
        messages.success(request, _("记下了。"))
        return redirect("desk:not-told")
    rows = [
        (row, [(each, channels.label_of(each.line)) for each in row.attempts.all()])
        for row in queries.not_told(by)[:MOST]
    ]
    return render(request, "desk/not_told.html", {"rows": rows})
