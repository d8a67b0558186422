"""Arrival, hours and pay at the desk."""

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import AttendanceWording
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.placement import queries
from gongqiao.services.placement.actions import attendance as attending
from gongqiao.services.placement.actions import endings, offers, ratings
from gongqiao.services.placement.actions import wages as paying
from gongqiao.services.placement.enums import Decline, Face, Side, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.numbers import day_of, fen_of, minutes_of, score_of


def _day(request: Request) -> date:
    return day_of(request.GET.get("day")) or timezone.localdate(request.now)


@needs(Right.PLACEMENT_READ)
@require_safe
def attendance(request: Request) -> HttpResponse:
    by, day = actor(request), _day(request)
    rows = list(queries.attendance(by, day))
    answer = {
        "rows": rows,
        "unsettled": queries.unsettled(by, request.now),
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "wording": AttendanceWording(by.market.attendance_wording).label,
        "given": queries.rated_by(rows, Side.WORKER),
        "declines": Decline.choices,
        "faces": Face.choices,
        "may_record": by.may(Right.WAGE_RECORD),
        "may_dispatch": by.may(Right.DISPATCH),
    }
    return render(request, "desk/attendance.html", answer)


@needs(Right.WAGE_RECORD)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """One step of an assignment for anybody who has no phone or no time: arrived, gave up, hours, how it was."""
    by = actor(request)
    assignment = get_object_or_404(queries.visible_to(by), pk=pk)
    steps: dict[str, Callable[[], object]] = {
        "confirm": lambda: offers.confirm(assignment, by=by),
        "arrive": lambda: attending.arrive(assignment, by=by),
        "no-show": lambda: attending.no_show(assignment, by=by, note=request.POST.get("note", "")),
        "hours": lambda: _hours(request, assignment),
        "decline": lambda: _decline(request, assignment),
        "cancel": lambda: endings.cancel(assignment, by=by, note=request.POST.get("note", "")),
        "rate": lambda: _rate(request, assignment),
    }
    if act not in steps:
        raise Http404
    steps[act]()
    notify.hand_out()
    messages.success(request, _("记下了。"))
    day = timezone.localdate(assignment.starts_at)
    return redirect(f"{reverse('desk:attendance')}?day={day.isoformat()}")


def _decline(request: Request, assignment: Assignment) -> None:
    """He gives the seat up by word of mouth; the reason is his."""
    reason = request.POST.get("reason", "")
    if reason not in Decline.values:
        raise Refused(_("请选一个不去的原因。"))
    offers.decline(assignment, Decline(reason), by=actor(request), channel="desk", note=request.POST.get("note", ""))


def _rate(request: Request, assignment: Assignment) -> None:
    """What the worker says of the employer, for him who does not use the page."""
    ratings.rate(assignment, Side.WORKER, {"face": score_of(request.POST.get("face", ""))}, by=actor(request))


@transaction.atomic
def _hours(request: Request, assignment: Assignment) -> None:
    by, minutes = actor(request), minutes_of(request.POST.get("hours", ""))
    side = request.POST.get("side", "both")
    if side != "both" and side not in Side.values:
        raise Refused(_("请选是谁说的。"))
    sides = [Side.WORKER, Side.EMPLOYER] if side == "both" else [Side(side)]
    for one in sides:
        attending.record_hours(assignment, minutes, one, by=by)


@needs(Right.PLACEMENT_READ)
@require_safe
def wages(request: Request) -> HttpResponse:
    by, state = actor(request), request.GET.get("state", "")
    rows = list(queries.wages(by, state)[:200])
    answer = {"rows": rows, "state": state, "states": WageState.choices, "may_record": by.may(Right.WAGE_RECORD)}
    return render(request, "desk/wages.html", answer)


@needs(Right.WAGE_RECORD)
@require_POST
def wage_act(request: Request, pk: int, act: str) -> HttpResponse:
    by = actor(request)
    wage: WageRecord = get_object_or_404(queries.wages(by), pk=pk)
    note = request.POST.get("note", "")
    if act == "pay":
        paying.pay(wage, fen_of(request.POST.get("yuan", "")), by=by, note=note)
    elif act == "count":
        paying.count_pieces(wage, fen_of(request.POST.get("yuan", "")), by=by, note=note)
    elif act == "dispute":
        paying.dispute(wage, by=by, note=note)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:wages")
