"""Arrival, hours and pay at the desk."""

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import AttendanceWording
from gongqiao.foundation.money import MoneyError, parse_yuan
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.placement import queries
from gongqiao.services.placement.actions import attendance as attending
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.actions import wages as paying
from gongqiao.services.placement.enums import Side, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor


def _day(request: Request) -> date:
    return parse_date(request.GET.get("day") or "") or timezone.localdate(request.now)


@needs(Right.PLACEMENT_READ)
@require_safe
def attendance(request: Request) -> HttpResponse:
    by, day = actor(request), _day(request)
    rows = list(queries.attendance(by, day))
    answer = {
        "rows": rows,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "wording": AttendanceWording(by.market.attendance_wording).label,
        "may_record": by.may(Right.WAGE_RECORD),
    }
    return render(request, "desk/attendance.html", answer)


def hours_of(text: str) -> int:
    """Hours typed at the counter (8 or 7.5) as minutes."""
    try:
        minutes = round(float(text) * 60)
    except ValueError:
        raise Refused(_("工时写成小时，比如 8 或 7.5。")) from None
    return minutes


@needs(Right.WAGE_RECORD)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """One step of an assignment: confirmed, arrived, did not come, hours of one side."""
    by = actor(request)
    assignment = get_object_or_404(queries.visible_to(by), pk=pk)
    steps: dict[str, Callable[[], object]] = {
        "confirm": lambda: offers.confirm(assignment, by=by),
        "arrive": lambda: attending.arrive(assignment, by=by),
        "no-show": lambda: attending.no_show(assignment, by=by, note=request.POST.get("note", "")),
        "hours": lambda: _hours(request, assignment),
    }
    if act not in steps:
        raise Http404
    steps[act]()
    messages.success(request, _("记下了。"))
    day = timezone.localdate(assignment.starts_at)
    return redirect(f"{reverse('desk:attendance')}?day={day.isoformat()}")


@transaction.atomic
def _hours(request: Request, assignment: Assignment) -> None:
    by, minutes = actor(request), hours_of(request.POST.get("hours", ""))
    side = request.POST.get("side", "both")
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
        try:
            fen = parse_yuan(request.POST.get("yuan", ""))
        except MoneyError as error:
            raise Refused(str(error)) from None
        paying.pay(wage, fen, by=by, note=note)
    elif act == "dispute":
        paying.dispute(wage, by=by, note=note)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:wages")
