"""How dispatch works here, for anybody to read and check."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from gongqiao.engines.matching import RULES, ScoreCard
from gongqiao.services.placement import queries, words
from gongqiao.services.placement.models import DispatchRun
from gongqiao.web.access import public
from gongqiao.web.http import Request

TURNS = 200


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
