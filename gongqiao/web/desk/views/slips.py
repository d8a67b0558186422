"""介绍信、用工单、当天的名单: printed for an employer's day; what comes back is typed in by its number."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.placement.models import Assignment
from gongqiao.services.slips import actions, queries
from gongqiao.services.slips.actions import Answer
from gongqiao.services.slips.enums import SlipState
from gongqiao.services.slips.models import Slip
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.codes import square
from gongqiao.web.ui.fields import YuanField
from gongqiao.web.ui.numbers import day_of, minutes_of

LETTERS, SHEET, ORDER = "letters", "sheet", "order"
PAPERS = (LETTERS, SHEET, ORDER)


class AnswerForm(forms.Form):
    """The part that came back, in the order in which it stands on the paper."""

    came = forms.ChoiceField(
        label=gettext_lazy("来了吗"),
        choices=[("1", gettext_lazy("来了")), ("0", gettext_lazy("没来"))],
        widget=forms.RadioSelect,
    )
    hours = forms.CharField(label=gettext_lazy("干了几小时"), max_length=6, required=False)
    agreed = forms.BooleanField(label=gettext_lazy("零工也签了字，工时两边一样"), required=False)
    paid = YuanField(label=gettext_lazy("已经给了多少工钱"), required=False)
    note = forms.CharField(label=gettext_lazy("用工方写的话"), max_length=120, required=False)

    def clean_hours(self) -> int | None:
        text = self.cleaned_data["hours"].strip()
        try:
            return minutes_of(text) if text else None
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def answer(self) -> Answer:
        data = self.cleaned_data
        return Answer(data["came"] == "1", data["hours"], data["agreed"], data["paid"], data["note"])


def _day(request: Request) -> date:
    return day_of(request.GET.get("day") or request.POST.get("day")) or timezone.localdate(request.now)


@needs(Right.WAGE_RECORD)
@require_safe
def index(request: Request) -> HttpResponse:
    """One day's employers with their people; what has not come back; a returned slip by its number."""
    by, day = actor(request), _day(request)
    if number := request.GET.get("number"):
        return redirect("desk:slip", queries.numbered(by, number).pk)
    answer = {"day": day, "firms": queries.firms(by, day), "outstanding": queries.outstanding(by, request.now)[:60]}
    return render(request, "desk/slips.html", answer)


@needs(Right.WAGE_RECORD)
@require_POST
def print_(request: Request) -> HttpResponse:
    """Written down first, then shown to be printed."""
    by, day, kind = actor(request), _day(request), request.POST.get("paper", LETTERS)
    if kind not in PAPERS:
        raise Http404
    employer = whole_number(request.POST.get("employer"))
    rows = queries.going(by, day, employer)
    if kind == LETTERS:
        actions.print_slips(rows, by=by)
    else:
        actions.print_sheet(kind, rows, by=by)
    asked = {"day": day.isoformat(), "employer": str(employer), "print": "1"}
    return redirect(f"{reverse('desk:slip-paper', args=[kind])}?{urlencode(asked)}")


@needs(Right.WAGE_RECORD)
@require_safe
def paper(request: Request, sheet: str) -> HttpResponse:
    """Slips, the day's sheet or the order sheet of one employer, as they will lie on his table."""
    if sheet not in PAPERS:
        raise Http404
    by, day = actor(request), _day(request)
    rows = queries.going(by, day, whole_number(request.GET.get("employer")))
    verified, trades = queries.verified(rows), catalogue().trades
    found = [
        {
            "row": row,
            "slip": slip,
            "picture": square(slip.code, _("介绍信的码")) if slip is not None else "",
            "verification": verified.get(row.shift.posting_id),
            "trade": trades[row.shift.posting.trade].name,
        }
        for row in rows
        if (slip := queries.slip_of(row)) is not None or sheet != LETTERS
    ]
    answer = {
        "papers": found,
        "shifts": _by_shift(found),
        "day": day,
        "employer": rows[0].shift.posting.employer if rows else None,
        "unprinted": len(rows) - len(found),
        "print_now": "print" in request.GET,
    }
    response = render(request, f"desk/slip_{sheet}.html", answer)
    response["Cache-Control"] = "no-store"
    return response


def _by_shift(found: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    shifts: dict[int, list[dict[str, Any]]] = {}
    for each in found:
        row: Assignment = each["row"]
        shifts.setdefault(row.shift_id, []).append(each)
    return list(shifts.values())


@needs(Right.WAGE_RECORD)
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: Request, pk: int) -> HttpResponse:
    """One slip: what was sent, and its returned part to be typed in."""
    by = actor(request)
    found: Slip = get_object_or_404(queries.visible_to(by), pk=pk)
    if request.method == "POST" and "void" in request.POST:
        actions.void(found, request.POST.get("why", ""), by=by)
        messages.success(request, _("作废了。"))
        return redirect("desk:slips")
    form = AnswerForm(request.POST or None, initial={"came": "1", "agreed": True})
    if request.method == "POST" and form.is_valid():
        try:
            wage = actions.take_back(found, form.answer(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = _("记下了，工钱也记上了。") if wage is not None else _("记下了。")
            messages.success(request, told)
            return redirect("desk:slips")
    answer = {"slip": found, "row": found.assignment, "form": form, "open": found.state == SlipState.OUT}
    return render(request, "desk/slip.html", answer, status=422 if request.method == "POST" else 200)
