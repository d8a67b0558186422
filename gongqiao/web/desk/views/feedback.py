"""Around the tickets: who handles what, what comes up again and again, what was changed for it."""

import re

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.feedback import actions, queries, themes
from gongqiao.needs.feedback.categories import CATEGORIES, rule_of
from gongqiao.needs.feedback.enums import Category
from gongqiao.needs.feedback.models import Handler, Ticket
from gongqiao.web.access import needs
from gongqiao.web.desk.ticket_forms import ChangeForm
from gongqiao.web.http import Request, actor, whole_number

MONTHS = 6


@needs(Right.FEEDBACK_MANAGE, Right.AUDIT_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def handlers(request: Request) -> HttpResponse:
    """谁办哪类诉求: for the sensitive categories, who sees them at all."""
    by = actor(request)
    if request.method == "POST":
        _change_handlers(request, by)
        messages.success(request, _("改好了。"))
        return redirect("desk:ticket-handlers")
    named = queries.handlers(by)
    today = timezone.localdate(request.now)
    rows = [
        (
            category,
            CATEGORIES[category],
            rule_of(category, today).days,
            [row for row in named if row.category == category],
        )
        for category in Category
    ]
    posts = [post for post in queries.staff_posts(by.market) if post.may(Right.FEEDBACK_HANDLE)]
    return render(request, "desk/ticket_handlers.html", {"rows": rows, "posts": posts})


def _change_handlers(request: Request, by: Membership) -> None:
    agreed, dropped = request.POST.get("agree", ""), request.POST.get("drop", "")
    if agreed:
        waiting = Handler.objects.select_related("post")
        actions.agree_handler(get_object_or_404(waiting, pk=whole_number(agreed), until=None), by=by)
        return
    if dropped:
        actions.drop_handler(get_object_or_404(Handler, pk=whole_number(dropped), until=None), by=by)
        return
    post = get_object_or_404(Membership, pk=whole_number(request.POST.get("post", "")))
    category = request.POST.get("category", "")
    if category not in Category.values:
        raise Refused(_("请选类别。"))
    actions.name_handler(post, Category(category), by=by)


@needs(Right.FEEDBACK_HANDLE)
@require_safe
def recurring(request: Request) -> HttpResponse:
    """反复出现的事: category, employer and community by month."""
    by = actor(request)
    months = themes.months_back(timezone.localdate(request.now), MONTHS)
    answer = {
        "months": months,
        "categories": themes.by_category(by, months),
        "employers": themes.by_subject(by, months, "about_employer__short_name"),
        "communities": themes.by_subject(by, months, "region__name"),
        "least": themes.LEAST_CELL,
    }
    return render(request, "desk/ticket_themes.html", answer)


@needs(Right.FEEDBACK_HANDLE)
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: Request) -> HttpResponse:
    """您说，我们做: written by staff, published by the manager."""
    by = actor(request)
    form = ChangeForm(request.POST or None, initial={"changed_on": timezone.localdate(request.now)})
    if request.method == "POST" and form.is_valid():
        try:
            _write(form, by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("记下了。"))
            return redirect("desk:changes")
    rows = list(queries.changes(by)[:100])
    answer = {"form": form, "rows": rows, "may_publish": by.may(Right.FEEDBACK_MANAGE)}
    return render(request, "desk/ticket_changes.html", answer, status=422 if request.method == "POST" else 200)


def _write(form: ChangeForm, by: Membership) -> None:
    data = form.cleaned_data
    numbers = {int(number) for number in re.findall(r"\d{1,9}", data["tickets"])}
    tickets: list[Ticket] = list(queries.listed(by, "ended").filter(number__in=numbers))
    if len(tickets) != len(numbers):
        raise Refused(_("有的诉求还没结，或者不由您办。"))
    actions.write_change(
        category=Category(data["category"]),
        said=data["said"],
        did=data["did"],
        changed_on=data["changed_on"],
        tickets=tickets,
        by=by,
    )


@needs(Right.FEEDBACK_MANAGE)
@require_POST
def change_act(request: Request, pk: int, act: str) -> HttpResponse:
    by = actor(request)
    row = get_object_or_404(queries.changes(by), pk=pk)
    if act == "publish":
        actions.publish(row, by=by)
    elif act == "withdraw":
        actions.withdraw(row, by=by)
    else:
        raise Http404
    messages.success(request, _("办好了。"))
    return redirect("desk:changes")
