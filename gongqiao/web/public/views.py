"""How dispatch works here, for anybody to read and check."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongqiao.engines.matching import RULES, ScoreCard
from gongqiao.services.placement import words
from gongqiao.services.placement.models import DispatchRun
from gongqiao.web.access import public
from gongqiao.web.http import Request


@public
@require_safe
def policy(request: Request, market: str) -> HttpResponse:
    """The order, the hard rules, what counts and how much, and the last runs with seed and digest."""
    if request.market is None:
        raise Http404
    answer = {
        "rules": [words.rule(name) for name in RULES],
        "card": [(words.factor(line.name), line.most) for line in ScoreCard.default().describe()],
        "runs": DispatchRun.objects.defer("inputs", "outcome").order_by("-at")[:14],
    }
    return render(request, "public/policy.html", answer)
