"""The worker's pages: jobs without signing in; my work and my pay after it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.audit.actions import FAMILY
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.regions import queries as regions
from gongqiao.foundation.regions.models import Level, Region
from gongqiao.needs.dossiers import actions as dossier_actions
from gongqiao.needs.dossiers import words as file_words
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family import queries as family
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys import queries as surveys
from gongqiao.services.placement import jobposting, listing, matcher, queries, words
from gongqiao.services.placement.actions import attendance, offers, ratings, wages
from gongqiao.services.placement.enums import Decline, Face, Side, State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.placement.queries import ShiftLine
from gongqiao.web.access import needs, public
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.numbers import minutes_of, score_of

SHOWN = 12  # beside what is suggested: some eight screens of a phone
SUGGESTED = 5
MOST_FOUND = 40


@dataclass
class Card:
    """A job as a worker sees it; `why` only where it is offered to him by his file."""

    line: ShiftLine
    why: list[str]


WEIGHED = ("preferred", "week_hours", "home", "max_distance_m", "pay_floor")  # what engines.matching reads of a file


@dataclass(frozen=True)
class Fact:
    """One fact of his file in words; `name`: the field, or the trade of a skill."""

    name: str
    label: str
    words: str
    skill: bool = False


def _own(request: Request) -> Dossier | None:
    """The file of the worker who looks, or for whom somebody looks whom he named."""
    return family.file_of(request.membership) if request.membership is not None else None


def _by_family(request: Request) -> bool:
    """Somebody acts for him, and learns nothing of what his file says: no reason, no fact."""
    return request.membership is not None and request.membership.role == Role.FAMILY


def _market(request: Request) -> Market:
    if request.market is None:
        raise Http404
    return request.market


def _community(request: Request, own: Dossier | None) -> str:
    """The community asked for, else that of his file."""
    asked = request.GET.get("community", "")
    return asked or (own.home_id or "" if own is not None else "")


@public
@require_safe
def jobs(request: Request, market: str) -> HttpResponse:
    """找活: what is verified and still open, near the chosen community; nobody need sign in to look."""
    place, own = _market(request), _own(request)
    community, page, full = _community(request, own), _page(request), "full" in request.GET
    why = _best_for(request, own) if own is not None and own.personalised and page == 0 else {}
    listed = listing.page_of(place, request.now, community, SHOWN, start=page * SHOWN, full=full, beside=why)
    best = [Card(line, [] if _by_family(request) else why[line.shift.pk]) for line in listed.beside if line.open][
        :SUGGESTED
    ]
    first = {card.line.shift.pk for card in best}
    cards = best + [Card(line, []) for line in listed.lines if line.shift.pk not in first]
    answer = {
        "cards": cards,
        "community": community,
        "near": Region.objects.filter(code=community).first() if community else None,
        "page": page,
        "more": page + 1 if listed.more else None,
        "full": full,
        "own": own,
        "tab": "jobs",
    }
    return render(request, "worker/jobs.html", answer)


def _page(request: Request) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0


@public
@require_safe
def communities(request: Request, market: str) -> HttpResponse:
    """选社区: by name or initials, or the street and then the community, for a city has a thousand of them; the choice
    stands in the address, nothing is kept. `for=file`: whoever has a file here writes it there by a button."""
    place, text, code = _market(request), request.GET.get("q", "").strip(), request.GET.get("street", "")
    streets = regions.streets(place.city)
    rows: list[Region] = []
    if text:
        found = regions.search(text, inside=place.city)
        rows = [row for row in found if row.level == Level.COMMUNITY][:MOST_FOUND]
    elif code:
        rows = list(regions.communities(get_object_or_404(streets, code=code)))
    own = _own(request)
    for_file = own is not None and not _by_family(request) and request.GET.get("for") == "file"
    answer = {"rows": rows, "streets": [] if text or code else streets, "q": text, "own": own, "for_file": for_file}
    return render(request, "worker/communities.html", {**answer, "tab": "work" if for_file else "jobs"})


def _best_for(request: Request, own: Dossier) -> dict[int, list[str]]:
    """The best for him today and tomorrow, each with why; ranked so that not all are sent to the same few shifts."""
    place, today = _market(request), timezone.localdate(request.now)
    why: dict[int, list[str]] = {}
    try:
        for day in (today, today + timedelta(days=1)):
            for pair in matcher.for_worker(place, day, own.pk, SUGGESTED):
                why[pair.suggestion.shift_id] = words.reasons(pair.explanation, to_worker=True)
    except matcher.MatcherDown as down:  # he is told, and gets the plain list
        messages.warning(request, str(down))
    return why


def _line(request: Request, pk: int, community: str = "") -> ShiftLine:
    _market(request)
    line = listing.line_of(request.now, pk, community)
    if line is None:
        raise Http404
    return line


@public
@require_safe
def job(request: Request, market: str, pk: int) -> HttpResponse:
    """One job, whole: what is not said prints 没说."""
    own = _own(request)
    line = _line(request, pk, _community(request, own))
    posting, known = line.shift.posting, catalogue()
    fits, why = _why(request, own, line)
    answer = {
        "line": line,
        "trade": known.trades[posting.trade],
        "certificates": [known.certificates[kind].name for kind in posting.certificates],
        "why": why if fits and not _by_family(request) else [],
        "misses": [] if fits or _by_family(request) else why,
        "facts": _facts(own, posting) if own is not None and own.personalised and not _by_family(request) else [],
        "own": own,
        "mine": _mine(own, line),
        "marked": jobposting.block(line),
        "tab": "jobs",
    }
    return render(request, "worker/job.html", answer)


def _why(request: Request, own: Dossier | None, line: ShiftLine) -> tuple[bool, list[str]]:
    """Whether this job fits his file, and what speaks for it or against; nothing when he does not want that."""
    if own is None or not own.personalised:
        return True, []
    day = timezone.localdate(line.shift.starts_at)
    try:
        said = matcher.about_pair(_market(request), day, own.pk, line.shift.pk)
    except matcher.MatcherDown as down:
        return True, [str(down)]
    if said is None:
        return True, []
    return said.feasible, words.reasons(said, to_worker=True) if said.feasible else list(map(words.unmet, said.unmet))


def _facts(own: Dossier, posting: Posting) -> list[Fact]:
    """What of his file this job was weighed by; each may be taken back on the spot (算法推荐管理规定 17)."""
    homes = {own.home.code: own.home.short_name} if own.home is not None else {}
    names = [name for name in WEIGHED if getattr(own, "home_id" if name == "home" else name)]
    said = {name: own.home_id if name == "home" else getattr(own, name) for name in names}
    found = [Fact(name, file_words.label(name), file_words.of_value(name, said[name], homes)) for name in names]
    if own.skills.filter(trade=posting.trade).exists():
        found.insert(0, Fact(posting.trade, _("会什么"), catalogue().trades[posting.trade].name, skill=True))
    return found


def _mine(own: Dossier | None, line: ShiftLine) -> Assignment | None:
    """What stands between him and this shift already."""
    return None if own is None else queries.live_between(own, line.shift)


@needs(Right.OWN_WORK, Right.FAMILY_WORK)
@require_POST
def apply(request: Request, market: str, pk: int) -> HttpResponse:
    """我要去. Pressed twice, still once; with no seat left he waits in turn."""
    own, line = _own(request), _line(request, pk)
    if own is None:
        raise Http404
    made = offers.apply(line.shift, own, by=actor(request), channel=_channel(request))
    if made.state == State.WAITLISTED:
        messages.success(request, _("人满了，您在候补。有人不去，驿站会按先后叫您。"))
    else:
        messages.success(request, _("报上名了。排到您，驿站会打电话。"))
    return redirect("worker:work", market)


@needs(Right.OWN_WORK, Right.FAMILY_WORK)
@require_safe
def work(request: Request, market: str) -> HttpResponse:
    rows = list(queries.visible_to(actor(request)).order_by("-starts_at")[:40])
    day = timezone.localdate(request.now)
    answer = {
        "rows": rows,
        "asked": [task for task in surveys.asked_of(actor(request), day) if task.state in task.TO_ANSWER],
        "ratings": queries.ratings_of(rows, request.now),
        "given": queries.rated_by(rows, Side.WORKER),
        "own": _own(request),
        "declines": Decline.choices,
        "faces": Face.choices,
        "tab": "work",
    }
    return render(request, "worker/work.html", answer)


@needs(Right.OWN_WORK, Right.FAMILY_WORK)
@require_POST
def answer(request: Request, market: str, pk: int, act: str) -> HttpResponse:
    """去, 不去 (and why), my hours, how it was."""
    assignment = get_object_or_404(queries.visible_to(actor(request)), pk=pk)
    steps: dict[str, Callable[[Request, Assignment], None]] = {
        "accept": _accept,
        "decline": _decline,
        "hours": _hours,
        "rate": _rate,
    }
    if act not in steps:
        raise Http404
    steps[act](request, assignment)
    messages.success(request, _("记下了。"))
    return redirect("worker:work", market)


def _channel(request: Request) -> str:
    return FAMILY if _by_family(request) else "self"


def _accept(request: Request, assignment: Assignment) -> None:
    offers.accept(assignment, by=actor(request), channel=_channel(request))


def _decline(request: Request, assignment: Assignment) -> None:
    reason = request.POST.get("reason", "")
    if reason not in Decline.values:
        raise Refused(_("请选一个不去的原因。"))
    offers.decline(
        assignment, Decline(reason), by=actor(request), channel=_channel(request), note=request.POST.get("note", "")
    )


def _hours(request: Request, assignment: Assignment) -> None:
    attendance.record_hours(assignment, minutes_of(request.POST.get("hours", "")), Side.WORKER, by=actor(request))


def _rate(request: Request, assignment: Assignment) -> None:
    ratings.rate(assignment, Side.WORKER, {"face": score_of(request.POST.get("face", ""))}, by=actor(request))


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
