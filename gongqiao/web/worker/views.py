"""The worker's pages: jobs without signing in; my work and my pay after it."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.regions.queries import communities_by_street
from gongqiao.needs.dossiers import actions as dossier_actions
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import visible_to as dossiers_of
from gongqiao.services.placement import matcher, queries, words
from gongqiao.services.placement.actions import attendance, offers, ratings, wages
from gongqiao.services.placement.enums import Decline, Face, Side
from gongqiao.services.placement.queries import ShiftLine
from gongqiao.web.access import needs, public
from gongqiao.web.http import Request, actor
from gongqiao.web.http import market as market_of

SHOWN = 20
SUGGESTED = 5


@dataclass
class Card:
    """A job as a worker sees it; `why` only where it is offered to him by his file."""

    line: ShiftLine
    why: list[str]


def _own(request: Request) -> Dossier | None:
    if request.membership is None or request.membership.role != Role.WORKER:
        return None
    found: Dossier | None = dossiers_of(request.membership).first()
    return found


@public
@require_safe
def jobs(request: Request, market: str) -> HttpResponse:
    """找活: what is verified and still open, near the chosen community; nobody need sign in to look."""
    place = _market(request)
    community = request.GET.get("community", "")
    own = _own(request)
    if own is not None and not community:
        community = own.home_id or ""
    cards = [Card(line, []) for line in queries.public_lines(place, request.now, community, SHOWN)]
    if own is not None and own.personalised and "plain" not in request.GET:
        cards = _suggested(request, own) + cards
    seen: set[int] = set()
    cards = [card for card in cards if not (card.line.shift.pk in seen or seen.add(card.line.shift.pk))]  # type: ignore[func-returns-value]
    return render(
        request,
        "worker/jobs.html",
        {
            "cards": cards,
            "community": community,
            "streets": communities_by_street(place.city),
            "own": own,
            "tab": "jobs",
        },
    )


def _suggested(request: Request, own: Dossier) -> list[Card]:
    """The best for him tomorrow, each with why, in his own words' order."""
    place = market_of(request)
    best = matcher.for_worker(place, timezone.localdate(request.now) + timedelta(days=1), own.pk, SUGGESTED)
    lines = queries.public_among(request.now, [pair.suggestion.shift_id for pair in best])
    return [
        Card(lines[pair.suggestion.shift_id], words.reasons(pair.explanation, to_worker=True))
        for pair in best
        if pair.suggestion.shift_id in lines
    ]


def _market(request: Request) -> Market:
    if request.market is None:
        raise Http404
    return request.market


@public
@require_safe
def job(request: Request, market: str, pk: int) -> HttpResponse:
    """One job, whole: what is not said prints 没说."""
    _market(request)
    line = queries.public_among(request.now, [pk]).get(pk)
    if line is None:
        raise Http404
    posting, known, own = line.shift.posting, catalogue(), _own(request)
    why: list[str] = []
    if own is not None and own.personalised:
        day = timezone.localdate(line.shift.starts_at)
        explained = matcher.about_pair(market_of(request), day, own.pk, pk)
        if explained is not None:
            said = words.reasons(explained, to_worker=True)
            why = said if explained.feasible else [words.unmet(miss) for miss in explained.unmet]
    answer = {
        "line": line,
        "trade": known.trades[posting.trade],
        "certificates": [known.certificates[kind].name for kind in posting.certificates],
        "why": why,
        "own": own,
        "tab": "jobs",
    }
    return render(request, "worker/job.html", answer)


@needs(Right.OWN_WORK)
@require_POST
def apply(request: Request, market: str, pk: int) -> HttpResponse:
    """我要去. Pressed twice, still once."""
    own = _own(request)
    line = queries.public_among(request.now, [pk]).get(pk)
    if own is None or line is None:
        raise Http404
    offers.apply(line.shift, own, by=actor(request))
    messages.success(request, _("报上名了。排到您，驿站会打电话。"))
    return redirect("worker:work", market)


@needs(Right.OWN_WORK)
@require_safe
def work(request: Request, market: str) -> HttpResponse:
    rows = list(queries.visible_to(actor(request)).order_by("-starts_at")[:40])
    answer = {"rows": rows, "own": _own(request), "declines": Decline.choices, "faces": Face.choices, "tab": "work"}
    return render(request, "worker/work.html", answer)


@needs(Right.OWN_WORK)
@require_POST
def answer(request: Request, market: str, pk: int, act: str) -> HttpResponse:
    """去, 不去 (and why), my hours, how it was."""
    by = actor(request)
    assignment = get_object_or_404(queries.visible_to(by), pk=pk)
    if act == "accept":
        offers.accept(assignment, by=by, channel="self")
    elif act == "decline":
        reason = request.POST.get("reason", "")
        if reason not in Decline.values:
            raise Refused(_("请选一个不去的原因。"))
        offers.decline(assignment, Decline(reason), by=by, channel="self")
    elif act == "hours":
        attendance.record_hours(assignment, _minutes(request.POST.get("hours", "")), Side.WORKER, by=by)
    elif act == "rate":
        face = request.POST.get("face", "")
        ratings.rate(assignment, Side.WORKER, {"face": int(face) if face.isdigit() else 0}, by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("worker:work", market)


def _minutes(text: str) -> int:
    try:
        return round(float(text) * 60)
    except ValueError:
        raise Refused(_("工时写成小时，比如 8 或 7.5。")) from None


@needs(Right.OWN_WORK)
@require_safe
def pay(request: Request, market: str) -> HttpResponse:
    rows = list(queries.wages(actor(request)).order_by("-due_at")[:60])
    return render(request, "worker/pay.html", {"rows": rows, "tab": "pay"})


@needs(Right.OWN_WORK)
@require_POST
def dispute(request: Request, market: str, pk: int) -> HttpResponse:
    by = actor(request)
    wages.dispute(get_object_or_404(queries.wages(by), pk=pk), by=by, note=request.POST.get("note", ""))
    messages.success(request, _("记下了，驿站会有人找您。"))
    return redirect("worker:pay", market)


@needs(Right.OWN_WORK)
@require_POST
def personal(request: Request, market: str) -> HttpResponse:
    """Recommending by file on or off; the very next page obeys."""
    own = _own(request)
    if own is None:
        raise Http404
    dossier_actions.set_personalised(own, request.POST.get("on") == "1", by=actor(request))
    return redirect("worker:jobs", market)
