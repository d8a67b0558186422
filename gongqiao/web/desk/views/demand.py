"""Demand kept alive: the rounds of the specialists, the market picture."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.channels.spreadsheet import picture as picture_sheet
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import actions
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.employers.models import VisitMethod
from gongqiao.services.demand import picture as pictures
from gongqiao.services.demand import queries
from gongqiao.services.demand import rounds as due
from gongqiao.web.access import needs
from gongqiao.web.desk.demandforms import VisitForm
from gongqiao.web.desk.views.exports import download
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door

MOST_ROWS = 200
MOST_COMMUNITIES = 30


@needs(Right.POSTING_VERIFY)
@require_safe
def rounds(request: Request) -> HttpResponse:
    """Whom to ask today: my round, everybody's, or nobody's."""
    by, whose = actor(request), request.GET.get("whose", "")
    listed = due.due(by, request.now, keeper=by if whose == "mine" else None, nobodys=whose == "nobody")
    page = Paginator(listed, 30).get_page(request.GET.get("page"))
    answers = queries.waiting(by).count()
    tabs = [("", _("全部")), ("mine", _("归我的")), ("nobody", _("没人跟的"))]
    return render(request, "desk/rounds.html", {"page": page, "whose": whose, "tabs": tabs, "answers": answers})


@needs(Right.POSTING_VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: Request, pk: int) -> HttpResponse:
    """What the employer said, and when to ask again."""
    by = actor(request)
    employer = get_object_or_404(employers.visible_to(by).prefetch_related("contacts"), pk=pk)
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.record_visit(
                employer, method=VisitMethod(data["method"]), note=data["note"], next_on=data["next_on"], by=by
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("记下了。"))
            return redirect("desk:employer", pk)
    answer = {
        "form": form,
        "employer": employer,
        "visits": due.visits(by, employer)[:10],
        "today": timezone.localdate(request.now),
    }
    return render(request, "desk/visit.html", answer, status=200 if request.method != "POST" else 422)


@needs(Right.POSTING_VERIFY)
@require_POST
def keeper(request: Request, pk: int) -> HttpResponse:
    """Whose round he is on: mine, or nobody's."""
    by = actor(request)
    employer = get_object_or_404(employers.visible_to(by), pk=pk)
    actions.give_keeper(employer, by if request.POST.get("mine") else None, by=by)
    messages.success(request, _("记下了。"))
    return redirect("desk:employer", pk)


@needs(Right.PLACEMENT_READ)
@require_safe
def picture(request: Request) -> HttpResponse:
    """Where hands and work miss each other."""
    by, trade = actor(request), request.GET.get("trade", "")
    if trade and trade not in catalogue().trades:
        raise Http404
    found = pictures.picture(by, request.now, trade)
    named = catalogue().trades[trade].name if trade else ""
    every = bool(request.GET.get("all"))
    answer = {
        "picture": found,
        "trade_name": named,
        "communities": found.communities if every else found.communities[:MOST_COMMUNITIES],
        "more": 0 if every else max(0, len(found.communities) - MOST_COMMUNITIES),
    }
    return render(request, "desk/picture.html", answer)


@needs(Right.PLACEMENT_READ)
@require_safe
def picture_trade(request: Request, trade: str) -> HttpResponse:
    """The rows behind one trade's figures."""
    by = actor(request)
    if trade not in catalogue().trades:
        raise Http404
    answer = {
        "trade": catalogue().trades[trade],
        "shifts": pictures.shifts_of(by, request.now, trade)[:MOST_ROWS],
        "people": pictures.idle_people(by, request.now, trade)[:MOST_ROWS],
        "most": MOST_ROWS,
        "now": request.now,
    }
    return render(request, "desk/picture_trade.html", answer)


@needs(Right.EXPORT)
@require_safe
def picture_export(request: Request) -> HttpResponse:
    """The same figures as a workbook: trades, communities, hours."""
    with audit_door():
        return download(picture_sheet.picture(by=actor(request)))
