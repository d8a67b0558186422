"""我的信用: his own record, each number with what it is out of and its rows; complaints are answered beside it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.feedback import queries as feedback
from gongqiao.needs.feedback.enums import OPEN
from gongqiao.services.placement import reliability
from gongqiao.services.placement.reliability import Measure
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor


@needs(Right.OWN_POSTINGS)
@require_safe
def mine(request: Request) -> HttpResponse:
    by, shown = actor(request), request.GET.get("show", "")
    if shown and shown not in list(Measure):
        raise Http404
    complaints = feedback.put_to(by)
    answer: dict[str, Any] = {
        "lines": reliability.lines(by, request.now),
        "shown": reliability.LABELS[Measure(shown)] if shown else "",
        "show": shown,
        "people": [],
        "wages": [],
        "complaints": len(complaints),
        "unanswered": sum(row.state in OPEN and row.employer_answered_at is None for row in complaints),
        "few": reliability.FEW,
        "tab": "reliability",
    }
    if shown == Measure.CANCELLED:
        answer["people"] = list(reliability.cancelled(by, request.now)[: reliability.SHOWN])
    elif shown:
        answer["wages"] = list(reliability.wages_of(by, Measure(shown), request.now)[: reliability.SHOWN])
    return render(request, "employer/reliability.html", answer)
