"""问卷: asked in steps, kept at every step, handed in once; no script is needed."""

from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongqiao.engines.xforms import Session
from gongqiao.foundation.errors import Stale
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.surveys import queries, reading
from gongqiao.needs.surveys.actions import filling
from gongqiao.needs.surveys.actions.concerns import ticket_of
from gongqiao.needs.surveys.actions.sheets import Said
from gongqiao.needs.surveys.enums import FieldTaskState
from gongqiao.needs.surveys.models import FieldTask
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.sheets import Step, as_typed, brought, came_up, steps, told, turn_of
from gongqiao.web.worker.tickets import open_here

LAST = "end"  # the last look before it goes


@needs(Right.OWN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: Request, market: str, pk: int) -> HttpResponse:
    """The step that is asked for, the first one, or the last look; a POST keeps it and goes on."""
    day = timezone.localdate(request.now)
    task = next((task for task in queries.asked_of(actor(request), day) if task.pk == pk), None)
    if task is None:
        raise Http404
    if task.state == FieldTaskState.DONE:
        return _page(request, task, {"done": True})
    if request.method == "POST":
        return _post(request, task)
    session = filling.session_of(task, _language(task))
    made, at = _steps(request, session), request.GET.get("at", "")
    if at == LAST:
        return _last_look(request, task, session, made)
    return _show(request, task, made, _number(made, at))


def _steps(request: Request, session: Session, wrong: dict[str, str] | None = None) -> list[Step]:
    elder = request.COOKIES.get("edition") == "elder"
    return steps(session, one_by_one=elder, wrong=wrong, known=(reading.FILE_NO,))  # he is signed in: it is his


def _language(task: FieldTask) -> str:
    return reading.language_for(task.wave.version, get_language() or "")


def _number(made: list[Step], key: str) -> int:
    """The first step for one that is not there (any more)."""
    return next((number for number, step in enumerate(made) if step.key == key), 0)


def _post(request: Request, task: FieldTask) -> HttpResponse:
    language, do = _language(task), request.POST.get("do", "next")
    if do == "send":
        return _send(request, task)
    made = _steps(request, filling.session_of(task, language))
    at = _number(made, request.POST.get("at", ""))
    if not made or made[at].key != request.POST.get("at"):
        raise Stale  # another edition since, or another tab: what is not ticked here was not asked
    here = made[at].asked
    found, turn = brought(here, request.POST, request.FILES), turn_of(do)
    said = Said(found.answers, found.files, turn.add, turn.remove)
    problems = filling.keep(task, said, by=actor(request), language=language)
    session = filling.session_of(task, language)
    wrong = {**told(session, problems), **found.wrong}
    if wrong and do != "back":
        made = as_typed(_steps(request, session, wrong), request.POST, wrong)
        return _show(request, task, made, _number(made, request.POST.get("at", "")), status=422)
    return redirect(_after(request, task, session, do, made[at], at))


def _after(request: Request, task: FieldTask, session: Session, do: str, before: Step, was: int) -> str:
    """After the last step comes the last look. An answer may bring up more questions in the same step: they are shown
    first. A turn that was added stands where the question for it `was`."""
    made = _steps(request, session)
    number = _number(made, before.key)
    if do == "back":
        number = max(0, number - 1)
    elif do.startswith(("add ", "remove ")):
        number = min(was, len(made) - 1)
    elif new := came_up([before], [step for step in made if step.key == before.key]):
        return f"{_address(task, before.key)}#{quote(new)}"
    else:
        number += 1
    return _address(task, made[number].key if number < len(made) else LAST)


def _address(task: FieldTask, at: str) -> str:
    return f"{reverse('worker:survey', args=[task.market.code, task.pk])}?{urlencode({'at': at})}"


def _send(request: Request, task: FieldTask) -> HttpResponse:
    made, problems = filling.hand_in(task, by=actor(request))
    if made is None:
        session = filling.session_of(task, _language(task))
        wrong = told(session, problems)
        pages = _steps(request, session, wrong)
        first = next((number for number, step in enumerate(pages) if any(each.path in wrong for each in step.asked)), 0)
        return _show(request, task, pages, first, status=422)
    messages.success(request, _("交上了，谢谢您。"))
    ticket = ticket_of(made)
    if ticket is None:
        return redirect("worker:work", task.market.code)
    open_here(request, ticket)  # with its code, and the day by which it is answered
    return redirect("worker:thread", task.market.code)


def _show(request: Request, task: FieldTask, made: list[Step], number: int, status: int = 200) -> HttpResponse:
    step = made[number] if made else Step("")
    answer = {
        "step": step,
        "number": number + 1,
        "many": len(made),
        "first": number == 0,
        "uploads": any(each.kind == "upload" for each in step.asked),
    }
    return _page(request, task, answer, status)


def _last_look(request: Request, task: FieldTask, session: Session, made: list[Step]) -> HttpResponse:
    answered = [(step.key, each) for step in made for each in step.asked if each.kind != "note"]
    return _page(request, task, {"look": answered, "last": made[-1].key if made else ""})


def _page(request: Request, task: FieldTask, answer: dict[str, object], status: int = 200) -> HttpResponse:
    told_first = {"task": task, "campaign": task.wave.campaign, "title": task.wave.version.form.title, "tab": "work"}
    response = render(request, "worker/survey.html", {**told_first, **answer}, status=status)
    response["Cache-Control"] = "no-store"
    return response
