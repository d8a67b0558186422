"""The employer's pages, phone first: post, who comes, confirm hours and pay."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import MoneyError, parse_yuan
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions as posting_actions
from gongqiao.needs.postings import queries as postings
from gongqiao.needs.postings.actions import ShiftFacts
from gongqiao.services.placement import queries
from gongqiao.services.placement.actions import attendance, offers, ratings
from gongqiao.services.placement.actions import wages as paying
from gongqiao.services.placement.enums import ENDED, Side, State
from gongqiao.web.access import needs
from gongqiao.web.employer.forms import FastPostForm
from gongqiao.web.http import Request, actor


def _own(request: Request) -> Employer:
    employer = employers.own(actor(request))
    if employer is None:
        raise Http404
    return employer


@needs(Right.OWN_POSTINGS)
@require_safe
def home(request: Request) -> HttpResponse:
    """谁来: each wish with its people, needed facts only; phones after both agree, identity numbers never."""
    by = actor(request)
    _own(request)
    listed = list(postings.listed(by)[:30])
    people = queries.visible_to(by).exclude(state__in=[*ENDED, State.APPLIED, State.WAITLISTED])
    coming: dict[int, list[object]] = {}
    for row in people.filter(shift__posting__in=[posting.pk for posting in listed]).order_by("starts_at", "seat"):
        coming.setdefault(row.shift.posting_id, []).append(row)
    rows = [(posting, coming.get(posting.pk, [])) for posting in listed]
    return render(request, "employer/home.html", {"rows": rows, "tab": "home", "agreed": State.OFFERED})


@needs(Right.OWN_POSTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: Request) -> HttpResponse:
    """要人: six answers, then a specialist calls to verify."""
    by, employer = actor(request), _own(request)
    form = FastPostForm(request.POST or None, employer=employer)
    if request.method == "POST" and form.is_valid():
        try:
            posting = posting_actions.draft(employer, form.facts(), form.shifts(), by=by, channel="self")
            posting_actions.submit(posting, by=by, channel="self")
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("收到了。专员会打电话核实，核实了就开始叫人。"))
            return redirect("employer:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "employer/post.html", {"form": form, "tab": "post"}, status=status)


@needs(Right.OWN_POSTINGS)
@require_POST
def repeat(request: Request, pk: int) -> HttpResponse:
    """The same again, a day later than its last shift."""
    by = actor(request)
    posting = get_object_or_404(postings.listed(by).select_related("market"), pk=pk)
    last = list(posting.shifts.all())[-1:]
    if not last:
        raise Refused(_("这条没有班次，不能照着再发。"))
    day = timedelta(days=max(1, (request.now - last[0].starts_at).days + 1))
    shifts = [ShiftFacts(s.starts_at + day, s.ends_at + day, s.headcount, s.break_minutes) for s in last]
    again = posting_actions.repeat(posting, shifts, by=by, channel="self")
    posting_actions.submit(again, by=by, channel="self")
    messages.success(request, _("照上次的发了，专员会核实。"))
    return redirect("employer:home")


@needs(Right.OWN_POSTINGS)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Confirmed, arrived, did not come, hours, how he worked."""
    by = actor(request)
    row = get_object_or_404(queries.visible_to(by), pk=pk)
    if act == "confirm":
        offers.confirm(row, by=by)
    elif act == "arrive":
        attendance.arrive(row, by=by, channel="self")
    elif act == "no-show":
        attendance.no_show(row, by=by)
    elif act == "hours":
        attendance.record_hours(row, _minutes(request.POST.get("hours", "")), Side.EMPLOYER, by=by)
    elif act == "rate":
        given = {name: request.POST.get(name, "") for name in ratings.ASPECTS}
        scores = {name: int(score) if score.isdigit() else 0 for name, score in given.items()}
        ratings.rate(row, Side.EMPLOYER, scores, by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("employer:home")


def _minutes(text: str) -> int:
    try:
        return round(float(text) * 60)
    except ValueError:
        raise Refused(_("工时写成小时，比如 8 或 7.5。")) from None


@needs(Right.OWN_POSTINGS)
@require_safe
def wages(request: Request) -> HttpResponse:
    _own(request)
    return render(request, "employer/wages.html", {"rows": list(queries.wages(actor(request))[:100]), "tab": "wages"})


@needs(Right.OWN_POSTINGS)
@require_POST
def pay(request: Request, pk: int) -> HttpResponse:
    by = actor(request)
    wage = get_object_or_404(queries.wages(by), pk=pk)
    try:
        fen = parse_yuan(request.POST.get("yuan", ""))
    except MoneyError as error:
        raise Refused(str(error)) from None
    paying.pay(wage, fen, by=by, note=request.POST.get("note", ""))
    messages.success(request, _("记下了。"))
    return redirect("employer:wages")
