"""The employer's pages, phone first: post, who comes, confirm hours and pay."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import AttendanceWording
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions as posting_actions
from gongqiao.needs.postings import queries as postings
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.postings.patterns import Pattern
from gongqiao.needs.postings.templates_data import PostingTemplate, templates
from gongqiao.services.demand import licences
from gongqiao.services.placement import queries
from gongqiao.services.placement.actions import attendance, endings, offers, ratings
from gongqiao.services.placement.actions import wages as paying
from gongqiao.services.placement.enums import ENDED, Side, State
from gongqiao.services.placement.models import Assignment
from gongqiao.web.access import needs
from gongqiao.web.employer.forms import FastPostForm, RepeatForm
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.fields import trade_choices
from gongqiao.web.ui.numbers import fen_of, minutes_of, score_of, whole

SHOWN = 30
SCORES = (5, 4, 3, 2, 1)


def _own(request: Request) -> Employer:
    employer = employers.own(actor(request))
    if employer is None:
        raise Http404
    return employer


@dataclass
class Wish:
    """One posting with its people, and the day on which the same would be wanted again."""

    posting: Posting
    people: list[Assignment]
    again: date


@needs(Right.OWN_POSTINGS)
@require_safe
def home(request: Request) -> HttpResponse:
    """谁来: each wish with its people, needed facts only; phones after both agree, identity numbers never."""
    by = actor(request)
    firm = _own(request)
    listed = list(postings.listed(by)[:SHOWN])
    unseen = [State.APPLIED, State.WAITLISTED, *(state for state in ENDED if state != State.NO_SHOW)]
    people = list(
        queries.visible_to(by)
        .filter(shift__posting__in=[posting.pk for posting in listed])
        .exclude(state__in=unseen)
        .order_by("starts_at", "seat")
    )
    coming: dict[int, list[Assignment]] = {}
    for row in people:
        coming.setdefault(row.shift.posting_id, []).append(row)
    today = timezone.localdate(request.now)
    answer = {
        "rows": [Wish(posting, coming.get(posting.pk, []), _again(posting, today)) for posting in listed],
        "given": queries.rated_by(people, Side.EMPLOYER),
        "ratings": queries.ratings_of(people, request.now),
        "wording": AttendanceWording(by.market.attendance_wording).label,
        "aspects": [(name, ratings.ASPECT_LABELS[name]) for name in ratings.ASPECTS],
        "scores": SCORES,
        "licence": firm.licence_until if licences.ends_soon(firm, today) else None,
        "today": today,
        "tab": "home",
    }
    return render(request, "employer/home.html", answer)


def _again(posting: Posting, today: date) -> date:
    """The day after its last shift, tomorrow at the earliest."""
    last = max((timezone.localdate(shift.starts_at) for shift in posting.shifts.all()), default=today)
    return max(last, today) + timedelta(days=1)


def _template(request: Request) -> PostingTemplate | None:
    return templates().get(request.POST.get("trade") or request.GET.get("trade", ""))


@needs(Right.OWN_POSTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: Request) -> HttpResponse:
    """要人: the trade, then its six answers; a specialist calls to verify."""
    employer, template = _own(request), _template(request)
    if template is None:
        recent = postings.recent_trades(employer)
        answer = {"groups": trade_choices()[1:], "recent": recent, "templates": templates(), "tab": "post"}
        return render(request, "employer/trades.html", answer)
    form = FastPostForm(request.POST or None, employer=employer, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            _post(request, employer, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("employer:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "employer/post.html", {"form": form, "template": template, "tab": "post"}, status=status)


def _post(request: Request, employer: Employer, form: FastPostForm) -> None:
    """Keep it as a draft, or send it to be verified; what the law forbids is kept and said."""
    by = actor(request)
    posting = posting_actions.draft(employer, form.facts(), form.shifts(), by=by, channel="self")
    if "draft" in request.POST:
        messages.success(request, _("存好了，还没发。"))
        return
    try:
        posting_actions.submit(posting, by=by, channel="self")
    except Refused as refusal:
        messages.error(request, _("存成草稿了，还不能发：%(why)s") % {"why": refusal})
    else:
        messages.success(request, _("收到了。专员会打电话核实，核实了就开始叫人。"))


def _posting(request: Request, pk: int) -> Posting:
    found: Posting = get_object_or_404(postings.listed(actor(request)).select_related("market"), pk=pk)
    return found


@needs(Right.OWN_POSTINGS)
@require_POST
def repeat(request: Request, pk: int) -> HttpResponse:
    """The same again, from one day to another: the hours and hands of its last day."""
    by, posting, form = actor(request), _posting(request, pk), RepeatForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写哪天要人。"))
    first, until = form.cleaned_data["day"], form.cleaned_data["until"]
    again = posting_actions.repeat_on(posting, Pattern(first, until or first).days(), by=by, channel="self")
    posting_actions.submit(again, by=by, channel="self")
    messages.success(request, _("照上次的发了，专员会核实。"))
    return redirect("employer:home")


@needs(Right.OWN_POSTINGS)
@require_POST
def posting_act(request: Request, pk: int, act: str) -> HttpResponse:
    """Send a draft, or want nobody any more."""
    by, posting = actor(request), _posting(request, pk)
    if act == "submit":
        posting_actions.submit(posting, by=by, channel="self")
        messages.success(request, _("收到了。专员会打电话核实，核实了就开始叫人。"))
    elif act == "close":
        told = endings.close_posting(posting, by=by, reason=request.POST.get("reason", ""), channel="self")
        messages.success(request, _("不再要人了。驿站会告诉 %(count)s 个人。") % {"count": told})
    else:
        raise Http404
    return redirect("employer:home")


@needs(Right.OWN_POSTINGS)
@require_POST
def shift_act(request: Request, pk: int, act: str) -> HttpResponse:
    """More or fewer hands on one day, or none."""
    by = actor(request)
    shifts = Shift.objects.select_related("posting__employer", "posting__market", "market")
    shift = get_object_or_404(shifts.filter(posting__in=postings.visible_to(by)), pk=pk)
    if act == "cancel":
        told = endings.cancel_shift(shift, by=by, reason=request.POST.get("reason", ""), channel="self")
        messages.success(request, _("取消了。驿站会告诉 %(count)s 个人。") % {"count": told})
    elif act == "headcount":
        again = posting_actions.set_headcount(shift, whole(request.POST.get("headcount", "")), by=by)
        messages.success(request, _("改好了，加人要重新核实。") if again else _("改好了。"))
    elif act == "at-least":
        again = posting_actions.set_at_least(shift, whole(request.POST.get("at_least", "")), by=by)
        messages.success(request, _("改好了，要重新核实。") if again else _("改好了。"))
    else:
        raise Http404
    return redirect("employer:home")


@needs(Right.OWN_POSTINGS)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Confirmed, arrived, did not come, not needed, hours, how he worked."""
    by = actor(request)
    row = get_object_or_404(queries.visible_to(by), pk=pk)
    steps: dict[str, Callable[[], object]] = {
        "confirm": lambda: offers.confirm(row, by=by),
        "arrive": lambda: attendance.arrive(row, by=by, channel="self"),
        "no-show": lambda: attendance.no_show(row, by=by),
        "cancel": lambda: endings.cancel(row, by=by, note=request.POST.get("note", ""), channel="self"),
        "hours": lambda: attendance.record_hours(row, minutes_of(request.POST.get("hours", "")), Side.EMPLOYER, by=by),
        "rate": lambda: ratings.rate(row, Side.EMPLOYER, _scores(request), by=by),
    }
    if act not in steps:
        raise Http404
    steps[act]()
    messages.success(request, _("记下了。"))
    return redirect("employer:home")


def _scores(request: Request) -> dict[str, int]:
    return {name: score_of(request.POST.get(name, "")) for name in ratings.ASPECTS}


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
    paying.pay(wage, fen_of(request.POST.get("yuan", "")), by=by, note=request.POST.get("note", ""))
    messages.success(request, _("记下了。"))
    return redirect("employer:wages")


@needs(Right.OWN_POSTINGS)
@require_POST
def count(request: Request, pk: int) -> HttpResponse:
    """按件: what the pieces come to."""
    by = actor(request)
    wage = get_object_or_404(queries.wages(by), pk=pk)
    paying.count_pieces(wage, fen_of(request.POST.get("yuan", "")), by=by, note=request.POST.get("note", ""))
    messages.success(request, _("记下了。"))
    return redirect("employer:wages")
