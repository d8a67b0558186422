"""The manager's pages: the market's settings, its own days, its staff and their posts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongqiao.foundation.calendar import DayInfo, DayKind, day_info
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets import actions as markets
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations import queries
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.web.access import needs
from gongqiao.web.desk.house_forms import AppointForm, OwnDayForm, SettingsForm
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.numbers import day_of

AHEAD = 180  # days of the calendar page


@needs(Right.MARKET_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    by = actor(request)
    market = Market.objects.get(pk=by.market_id)  # the form fills this copy, not the one the page is headed with
    form = SettingsForm(request.POST or None, instance=market)
    if request.method == "POST" and form.is_valid():
        try:
            changed = markets.change_settings(by.market, form.cleaned_data, by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("改好了。") if changed else _("没有什么要改的。"))
            return redirect("desk:settings")
    answer = {"form": form, "heading": _("市场设置")}
    return render(request, "desk/form.html", answer, status=200 if request.method != "POST" else 422)


@dataclass(frozen=True)
class MarkedDay:
    day: date
    info: DayInfo
    own: bool


def _marked_days(market: Market, first: date) -> list[MarkedDay]:
    """The days ahead that are not as their weekday says, and the market's own."""
    found = []
    for offset in range(AHEAD):
        day = first + timedelta(days=offset)
        info, own = day_info(day, market.holidays), day.isoformat() in market.holidays
        if own or info.kind in {DayKind.HOLIDAY, DayKind.MAKE_UP}:
            found.append(MarkedDay(day, info, own))
    return found


@needs(Right.MARKET_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: Request) -> HttpResponse:
    """Holidays and make-up days ahead, as announced, and what this market decides otherwise."""
    by = actor(request)
    form = OwnDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        markets.set_day(by.market, data["day"], DayKind(data["kind"]), data["name"], by=by)
        messages.success(request, _("记下了。"))
        return redirect("desk:calendar")
    days = _marked_days(by.market, timezone.localdate(request.now))
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/calendar.html", {"form": form, "days": days}, status=status)


@needs(Right.MARKET_SETTINGS)
@require_POST
def clear_day(request: Request) -> HttpResponse:
    by, day = actor(request), day_of(request.POST.get("day"))
    if day is None:
        raise Refused(_("请写日期。"))
    markets.clear_day(by.market, day, by=by)
    messages.success(request, _("这天照全国的日历算。"))
    return redirect("desk:calendar")


@needs(Right.STAFF_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def staff(request: Request) -> HttpResponse:
    """Who holds which post; a new one."""
    by = actor(request)
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = organisations.appoint(by=by, **{**data, "role": Role(data["role"])})
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _hand_over(request, done.post, done.username, done.first_password)
    answer = {"form": form, "lines": queries.staff(by), "day": timezone.localdate(request.now)}
    return render(request, "desk/staff.html", answer, status=200 if request.method != "POST" else 422)


def _hand_over(request: Request, post: Membership, username: str, password: str) -> HttpResponse:
    """The password stands on this one answer and nowhere else."""
    answer = {"post": post, "username": username, "password": password}
    response = render(request, "desk/staff_password.html", answer)
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.STAFF_MANAGE)
@require_POST
def staff_act(request: Request, pk: int, act: str) -> HttpResponse:
    """One step for one post: end it, a new password, the second factor off."""
    by = actor(request)
    post: Membership = get_object_or_404(Membership.objects.select_related("person", "market"), pk=pk)
    steps: dict[str, Callable[[], None]] = {
        "withdraw": lambda: organisations.withdraw(post, by=by),
        "second-factor": lambda: organisations.turn_off_second_factor(post, by=by),
    }
    if act == "password":
        password = organisations.reset_password(post, by=by)
        return _hand_over(request, post, "", password)
    if act not in steps:
        raise Http404
    steps[act]()
    messages.success(request, _("办好了。"))
    return redirect("desk:staff")
