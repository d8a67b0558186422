"""What anybody may read and check: how dispatch works here, what people said and what was done."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongqiao.engines.matching import RULES, ScoreCard
from gongqiao.needs.feedback import queries as feedback
from gongqiao.needs.feedback import themes
from gongqiao.services.lending import queries as lending
from gongqiao.services.placement import queries, words
from gongqiao.services.placement.models import DispatchRun
from gongqiao.web.access import public
from gongqiao.web.http import Request

TURNS = 200
MONTHS = 12


@public
@require_safe
def policy(request: Request, market: str) -> HttpResponse:
    """The order, the hard rules, what counts and how much, and the last runs with seed and digest."""
    if request.market is None:
        raise Http404
    runs = queries.recent_runs()
    answer = {
        "rules": [words.rule(name) for name in RULES],
        "card": [(words.factor(line.name), line.most) for line in ScoreCard.default().describe()],
        "runs": runs,
        "last": runs[0] if runs else None,
    }
    return render(request, "public/policy.html", answer)


@public
@require_safe
def run(request: Request, market: str, pk: int) -> HttpResponse:
    """One dispatch: its facts, and whose turn came when, by file number; nobody is named."""
    if request.market is None:
        raise Http404
    found = get_object_or_404(DispatchRun, pk=pk)
    page = Paginator(queries.turns(found), TURNS).get_page(request.GET.get("page"))
    return render(request, "public/run.html", {"run": found, "page": page})


@public
@require_safe
def station(request: Request, market: str) -> HttpResponse:
    """驿站里有什么: where, when, what anybody may use, which tools are here to be lent; nobody who has one is named."""
    if request.market is None:
        raise Http404
    answer = {"facilities": lending.facilities(), "kinds": lending.kinds()}
    return render(request, "public/station.html", answer)


@public
@require_safe
def said(request: Request, market: str) -> HttpResponse:
    """您说，我们做: one month's tickets in figures that give nobody away, and what was changed for them."""
    if request.market is None:
        raise Http404
    months = themes.months_back(timezone.localdate(request.now), MONTHS)
    wanted = request.GET.get("month", "")
    month = next((each for each in months if f"{each:%Y-%m}" == wanted), months[-1])
    changes = [row for row in feedback.published() if row.changed_on.replace(day=1) == month]
    answer = {
        "facts": themes.month_facts(month),
        "changes": [(row, themes.hidden(row.led)) for row in changes],  # type: ignore[attr-defined]
        "months": list(reversed(months)),
        "month": month,
        "least": themes.LEAST_CELL,
    }
    return render(request, "public/said.html", answer)
