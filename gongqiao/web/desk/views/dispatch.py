"""The dispatch board and the call list."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify import queries as telling
from gongqiao.foundation.notify.models import CallTask, Message
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.words import label
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import matcher, notes, queries, rules, words
from gongqiao.services.placement.actions import dispatch as dispatching
from gongqiao.services.placement.actions import endings, offers
from gongqiao.services.placement.enums import Decline, State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending import actions as recommending
from gongqiao.services.recommending import queries as recommended
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.numbers import day_of

CANDIDATES = 8
ASKED_AGAIN = ("week_hours", "pay_floor", "max_distance_m", "home", "phone")  # limits: they hold, but may have moved
MOST_MORE = 1000  # fen an hour
REPLACEABLE = (State.OFFERED, State.ACCEPTED, State.CONFIRMED)
LEVELS = {"calm": ("info", _lazy("低")), "busy": ("wait", _lazy("中")), "crowded": ("no", _lazy("高"))}


def _day(request: Request) -> date:
    asked = day_of(request.GET.get("day") or request.POST.get("day"))
    return asked or timezone.localdate(request.now) + timedelta(days=1)


@needs(Right.PLACEMENT_READ)
@require_safe
def board(request: Request) -> HttpResponse:
    """Every shift of the day, what is still short first; the chosen one beside it with whom to call and why."""
    by, day = actor(request), _day(request)
    shown = queries.board(by, day)
    only = request.GET.get("only", "")
    lines = [line for line in shown.lines if only != "open" or line.open]
    wanted = request.GET.get("shift", "")
    chosen = next((line for line in lines if str(line.shift.pk) == wanted), next(iter(lines), None))
    answer: dict[str, Any] = {"board": shown, "lines": lines, "day": day, "only": only, "run": queries.last_run(day)}
    answer |= {"before": day - timedelta(days=1), "after": day + timedelta(days=1), "may_offer": by.may(Right.DISPATCH)}
    if chosen is not None:
        answer |= _panel(request, chosen, day)
    return render(request, "desk/board.html", answer)


@needs(Right.PLACEMENT_READ)
@require_safe
def shift(request: Request, pk: int) -> HttpResponse:
    """The panel of one shift alone, for htmx; a plain GET goes to the board with it chosen."""
    row = get_object_or_404(Shift.objects.select_related("posting__employer", "posting__region", "market"), pk=pk)
    day = timezone.localdate(row.starts_at)
    if not request.htmx:
        return redirect(f"{reverse('desk:board')}?day={day.isoformat()}&shift={pk}")
    line = queries.lines([row])[0]
    return render(
        request,
        "desk/board.html#panel",
        {"day": day, "may_offer": actor(request).may(Right.DISPATCH), **_panel(request, line, day)},
    )


@dataclass(frozen=True)
class Candidate:
    dossier: Dossier
    share: int
    reasons: list[str]
    warnings: list[str]
    crowd: tuple[str, Any]


def _panel(request: Request, line: queries.ShiftLine, day: date) -> dict[str, Any]:
    by = actor(request)
    known = catalogue()
    people = queries.visible_to(by).filter(shift=line.shift).exclude(state__in=[State.DECLINED, State.EXPIRED])
    replacing = people.filter(pk=whole_number(request.GET.get("replace")), state__in=REPLACEABLE).first()
    shown = list(people.order_by("seat", "created_at"))
    answer: dict[str, Any] = {
        "line": line,
        "certificates": [known.certificates[kind].name for kind in line.shift.posting.certificates],
        "people": shown,
        "told": _told(by, shown),
        "replaceable": REPLACEABLE,
        "replacing": replacing,
    }
    if (line.open <= 0 and replacing is None) or line.shift.ends_at <= request.now:
        return answer
    try:
        advice = matcher.about_shift(by.market, day, line.shift.pk, CANDIDATES)
    except matcher.MatcherDown as down:  # the rest of the board does not need it
        return answer | {"down": down}
    if advice is None:
        return answer | {"unlisted": True}
    answer |= {"why": words.why_open(advice.why), "cheapest": words.cheapest(advice.why, line.open)}
    answer["candidates"] = _candidates(by, advice, line.shift)
    return answer | _what_if(request, line.shift, day)


def _told(by: Membership, people: list[Assignment]) -> dict[int, list[Message]]:
    """By assignment: what he was told of it, each message with every attempt."""
    about = {f"{kind}{row.pk}": row.pk for row in people for kind in queries.ABOUT}
    found: dict[int, list[Message]] = defaultdict(list)
    for message in telling.told_about(by, about):
        found[about[message.about]].append(message)
    return found


def _what_if(request: Request, shift: Shift, day: date) -> dict[str, Any]:
    """How many could come if it paid more an hour; the answer is for the asker's eyes and changes nothing."""
    more = min(whole_number(request.GET.get("more")), MOST_MORE)
    answer: dict[str, Any] = {"more": more, "most_more": MOST_MORE, "yuan": f"{more / 100:g}"}
    if not more:
        return answer
    try:
        return answer | {"what_if": matcher.what_if(actor(request).market, day, shift.pk, more)}
    except matcher.MatcherDown as down:
        return answer | {"down": down}


@needs(Right.PLACEMENT_READ)
@require_safe
def what_if(request: Request, pk: int) -> HttpResponse:
    """The answer alone, for htmx; a plain GET goes to the board with the question in its address."""
    row = get_object_or_404(Shift.objects.select_related("market"), pk=pk)
    day = timezone.localdate(row.starts_at)
    answer = _what_if(request, row, day)
    if not request.htmx:
        return redirect(f"{reverse('desk:board')}?day={day.isoformat()}&shift={pk}&more={answer['more']}")
    return render(request, "desk/what_if_says.html", answer)


def _long_ago(fields: set[str]) -> list[str]:
    """What to ask him about before he is sent."""
    said = [label(name) for name in ASKED_AGAIN if name in fields]
    return [_("好久没问过：%(what)s") % {"what": _("、").join(said)}] if said else []


def _candidates(by: Membership, advice: matcher.ShiftAdvice, shift: Shift) -> list[Candidate]:
    """Whom to call, best first, with what speaks for each and which rules of rest and hours he would touch."""
    rows = dossiers.visible_to(by).in_bulk([pair.suggestion.worker_id for pair in advice.candidates])
    most = max((pair.suggestion.score for pair in advice.candidates), default=1) or 1
    held = queries.others_of_all(
        [row.person_id for row in rows.values()], by.market, timezone.localdate(shift.starts_at)
    )
    crowd, old = LEVELS[advice.crowding.level], dossiers.stale_among(timezone.localdate(), ASKED_AGAIN, list(rows))
    return [
        Candidate(
            rows[pair.suggestion.worker_id],
            round(100 * pair.suggestion.score / most),
            words.reasons(pair.explanation, to_worker=False),
            [
                *map(rules.warning_words, rules.warnings(shift, held[rows[pair.suggestion.worker_id].person_id])),
                *_long_ago(old[pair.suggestion.worker_id]),
            ],
            crowd,
        )
        for pair in advice.candidates
        if pair.suggestion.worker_id in rows
    ]


@needs(Right.DISPATCH)
@require_POST
def run(request: Request) -> HttpResponse:
    """Dispatch the day by the published policy; every offer lands on the call list."""
    day = _day(request)
    done = dispatching.run_day(day, by=actor(request))
    notify.hand_out(limit=2000)
    facts = {"pairs": len(done.outcome), "day": day.isoformat()}
    messages.success(request, _("%(day)s 派了 %(pairs)s 个位置，都在电话单上。") % facts)
    return redirect(f"{reverse('desk:board')}?day={day.isoformat()}")


def _asked(request: Request, pk: int) -> tuple[Shift, Dossier]:
    """The shift and the person that a form of the board names."""
    shift = get_object_or_404(Shift.objects.select_related("posting__employer", "market"), pk=pk)
    mine = dossiers.visible_to(actor(request))
    if "dossier" in request.POST:
        return shift, get_object_or_404(mine, pk=whole_number(request.POST["dossier"]))
    number = request.POST.get("number", "").strip().upper().removeprefix("Y-")
    person = mine.filter(file_no=whole_number(number)).first()
    if person is None:
        raise Refused(_("没有这个档案号。"))
    return shift, person


def _back(shift: Shift) -> HttpResponse:
    day = timezone.localdate(shift.starts_at)
    return redirect(f"{reverse('desk:board')}?day={day.isoformat()}&shift={shift.pk}")


@needs(Right.DISPATCH)
@require_POST
def offer(request: Request, pk: int) -> HttpResponse:
    """叫来: one person for one seat, or in the place of another."""
    by, (row, person) = actor(request), _asked(request, pk)
    replaced = request.POST.get("replaces", "")
    if replaced:
        old = get_object_or_404(queries.visible_to(by), shift=row, pk=whole_number(replaced))
        made = endings.replace(old, person, by=by, note=request.POST.get("note", ""))
    else:
        made = offers.offer(row, person, by=by)
    for warning in made.reasons.get("warnings", []):
        messages.warning(request, rules.warning_words(warning))
    notify.hand_out()
    messages.success(request, _("%(name)s 已经在电话单上。") % {"name": person.person.name})
    return _back(row)


@needs(Right.DISPATCH)
@require_POST
def apply(request: Request, pk: int) -> HttpResponse:
    """替他报名: the name of somebody at the counter is put down, or he waits in turn."""
    by, (row, person) = actor(request), _asked(request, pk)
    made = offers.apply(row, person, by=by, channel="desk")
    if made.state == State.WAITLISTED:
        messages.success(request, _("%(name)s 在候补。") % {"name": person.person.name})
    else:
        messages.success(request, _("%(name)s 报上名了。") % {"name": person.person.name})
    return _back(row)


@needs(Right.DISPATCH)
@require_safe
def calls(request: Request) -> HttpResponse:
    """Whom to call or shout out, soonest due first; below, whom to tell of new work when there is time. Printable."""
    by = actor(request)
    tasks = list(queries.call_list(by)[:200])
    about = queries.called(tasks)
    rows = [(task, about.get(task.about), task.about.startswith(notes.NEWS)) for task in tasks]
    answer = {"rows": rows, "declines": Decline.choices, "recommended": recommended.call_list(by)}
    return render(request, "desk/calls.html", answer)


@needs(Right.DISPATCH)
@require_POST
def call(request: Request, pk: int) -> HttpResponse:
    """What came of a call: goes, does not go (why), or was not reached."""
    by = actor(request)
    task = get_object_or_404(queries.calls(by) | recommended.calls(by), pk=pk)
    assignment = queries.called([task]).get(task.about)
    answer, note = request.POST.get("answer", ""), request.POST.get("note", "")
    if answer == "missed":
        notify.record_call(task, by=by, reached=False, note=note)
        messages.warning(request, _("记下了：没打通。"))
    elif task.about.startswith(notes.NEWS) and answer == "told":
        notify.record_call(task, by=by, reached=True, note=note)
        messages.success(request, _("记下了：告诉他了。"))
    elif task.about.startswith(recommended.ABOUT):
        _recommended(request, task, answer, note)
    elif assignment is None or task.about.startswith(notes.NEWS):
        raise Http404
    else:
        _answered(request, task, assignment, answer, note)
    notify.hand_out()
    return redirect("desk:calls")


@transaction.atomic
def _answered(request: Request, task: CallTask, assignment: Assignment, answer: str, note: str) -> None:
    """The call and his answer, or neither."""
    by = actor(request)
    if answer != "yes" and answer not in Decline.values:
        raise Refused(_("请选去、不去（为什么）或没打通。"))
    notify.record_call(task, by=by, reached=True, note=note)
    if answer == "yes":
        offers.accept(assignment, by=by, channel=task.how)
        messages.success(request, _("记下了：去。"))
        return
    following = offers.decline(assignment, Decline(answer), by=by, channel=task.how, note=note)
    messages.success(request, _("记下了：不去。"))
    if following is not None:
        messages.success(request, _("候补的下一个人已经在电话单上。"))


@transaction.atomic
def _recommended(request: Request, task: CallTask, answer: str, note: str) -> None:
    """He was told of new work: his name is put down, or he does not want it."""
    by, row = actor(request), recommended.called([task]).get(task.about)
    if row is None:
        raise Http404
    if answer not in ("apply", "no"):
        raise Refused(_("请选替他报名、不想去或没打通。"))
    notify.record_call(task, by=by, reached=True, note=note)
    if answer == "no":
        recommending.say_no(row, by=by)
        messages.success(request, _("记下了：不想去。"))
        return
    offers.apply(row.shift, row.dossier, by=by, channel=task.how)
    messages.success(request, _("%(name)s 报上名了。") % {"name": row.dossier.person.name})
