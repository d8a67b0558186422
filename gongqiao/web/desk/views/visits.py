"""Visits to employers: setting out with the form, filling it at the desk, and what the answers would change."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.engines.xforms import Session
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import filling
from gongqiao.needs.surveys.actions.firms import EMPLOYER_NO, whole
from gongqiao.needs.surveys.actions.sheets import Said
from gongqiao.needs.surveys.enums import Conflict
from gongqiao.needs.surveys.models import FieldTask
from gongqiao.services.demand import actions, queries
from gongqiao.services.demand.enums import Still
from gongqiao.services.demand.facts import FACTS
from gongqiao.services.demand.models import EmployerAnswer, PostingProposal
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.numbers import uuid_of
from gongqiao.web.ui.sheets import Step, as_typed, brought, steps, told

PAGE = 20


@dataclass(frozen=True)
class Proposed:
    """A proposal in words: what stood, what stands and who wrote it, what the employer says."""

    row: PostingProposal
    label: str
    before: str
    now: str
    after: str
    written: AuditEvent | None
    conflict: Conflict
    seen: str

    @property
    def hard(self) -> bool:
        return self.conflict == Conflict.HARD

    @property
    def writer(self) -> str:
        """The post that wrote it, as it was called then."""
        return self.written.actor.partition(" ")[2] if self.written is not None else ""


@dataclass
class Line:
    """One answer and what waits of it; `postings`: which work it may be about, where that is not known."""

    answer: EmployerAnswer
    proposed: list[Proposed] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)

    @property
    def nameless(self) -> bool:
        """It speaks of registered work and does not say which."""
        return self.answer.posting_id is None and self.answer.still != Still.NEW

    @property
    def new(self) -> list[tuple[str, str]]:
        """New work, as it was said: name and words of each fact."""
        if self.answer.still != Still.NEW or self.answer.posting_id is not None:
            return []
        return [(str(FACTS[name].label), FACTS[name].words(value)) for name, value in self.answer.facts.items()]

    @property
    def easy(self) -> bool:
        """More than one that nobody else wrote in meanwhile: they may be taken together."""
        return sum(not each.hard for each in self.proposed) > 1


@needs(Right.POSTING_VERIFY)
@require_safe
def index(request: Request) -> HttpResponse:
    """What employers said that is not decided yet."""
    by = actor(request)
    waiting = queries.waiting(by).prefetch_related("submission__flags")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/visit_answers.html", {"page": page, "lines": _lines(request, list(page))})


def _lines(request: Request, answers: Sequence[EmployerAnswer]) -> list[Line]:
    lines = {answer.submission_id: Line(answer) for answer in answers}
    rows = list(queries.pending(actor(request)).filter(submission__in=lines))
    writes = queries.writes(list({row.posting_id: row.posting for row in rows}.values()))
    for row in sorted(rows, key=lambda each: list(FACTS).index(each.field)):
        lines[row.submission_id].proposed.append(_proposed(row, writes[row.posting_id]))
    nameless = {line.answer.employer_id for line in lines.values() if line.nameless}
    known = list(queries.live_of(nameless)) if nameless else []
    for line in lines.values():
        if line.nameless:
            line.postings = [row for row in known if row.employer_id == line.answer.employer_id]
    return list(lines.values())


def _proposed(row: PostingProposal, events: Sequence[AuditEvent]) -> Proposed:
    fact = FACTS[row.field]
    now = fact.read(row.posting)
    return Proposed(
        row,
        str(fact.label),
        fact.words(row.base),
        fact.words(now),
        fact.words(row.value),
        queries.last_write(events, row.field),
        actions.again(row),
        actions.said_key(now),
    )


@needs(Right.POSTING_VERIFY)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Taken, left, or told which work it is about."""
    by = actor(request)
    answer = get_object_or_404(queries.answers(by), pk=pk)
    if act == "apply":
        actions.apply(_one(request, answer), by=by, seen=request.POST.get("seen"))
    elif act == "refuse":
        actions.refuse(_one(request, answer), request.POST.get("reason", ""), by=by)
    elif act == "all":
        seen = {name: request.POST.get(f"seen-{name}", "") for name in FACTS}
        actions.apply_all(answer, by=by, seen=seen)
    elif act == "draft":
        posting = actions.draft_new(answer, by=by)
        messages.success(request, _("立了一条草稿，把没说的补上，再交去核实。"))
        return redirect("desk:posting-edit", posting.pk)
    elif act == "leave":
        actions.leave_new(answer, request.POST.get("reason", ""), by=by)
    elif act == "posting":
        actions.name_posting(answer, _named(request, answer), by=by)
    else:
        raise Http404
    messages.success(
        request, _("记下了。改了要紧的，要另一位专员重新核实。") if act in ("apply", "all") else _("记下了。")
    )
    notify.hand_out()
    return redirect("desk:visit-answers")


def _one(request: Request, answer: EmployerAnswer) -> PostingProposal:
    rows = queries.proposals(actor(request)).filter(submission=answer.submission_id)
    found: PostingProposal = get_object_or_404(rows, pk=uuid_of(request.POST.get("wanted", "")))
    return found


def _named(request: Request, answer: EmployerAnswer) -> Posting | None:
    """None: work that nobody registered."""
    number = request.POST.get("posting", "")
    if number == "new":
        return None
    found: Posting = get_object_or_404(queries.live(answer.employer_id), pk=whole(number))
    return found


@needs(Right.POSTING_VERIFY)
@require_POST
def set_out(request: Request, pk: int) -> HttpResponse:
    """到访 / 电话: he is mine to ask, and the form is open."""
    by = actor(request)
    task = actions.set_out(get_object_or_404(employers.visible_to(by), pk=pk), by=by)
    return redirect("desk:visit-sheet", task.pk)


@needs(Right.POSTING_VERIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Request, pk: int) -> HttpResponse:
    """The whole form on one page: kept as often as one likes, handed in once."""
    by = actor(request)
    task: FieldTask = get_object_or_404(queries.visits(by), pk=pk)
    if task.collector_id != by.pk or task.state not in FieldTask.TO_ANSWER:
        return redirect("desk:employer-visit", task.employer_id)  # a colleague's to ask, or handed in
    if request.method == "POST":
        return _kept(request, task)
    return _show(request, task, _steps(filling.session_of(task, _language(task))))


def _kept(request: Request, task: FieldTask) -> HttpResponse:
    """What an answer brings up or takes away is seen once it is kept."""
    by, language = actor(request), _language(task)
    asked = [each for step in _steps(filling.session_of(task, language)) for each in step.asked]
    found = brought(asked, request.POST, request.FILES)
    problems = filling.keep(task, Said(found.answers, found.files), by=by, language=language)
    session = filling.session_of(task, language)
    wrong = {**told(session, problems), **found.wrong}
    if wrong:
        return _show(request, task, as_typed(_steps(session, wrong), request.POST, wrong), status=422)
    if request.POST.get("do") != "send":
        return redirect("desk:visit-sheet", task.pk)
    made, missing = filling.hand_in(task, by=by)
    if made is None:
        return _show(request, task, _steps(session, told(session, missing)), status=422)
    messages.success(request, _("交上了。要改的在“走访的回话”里等人看。"))
    return redirect("desk:visit-answers")


def _language(task: FieldTask) -> str:
    return reading.language_for(task.wave.version, get_language() or "")


def _steps(session: Session, wrong: dict[str, str] | None = None) -> list[Step]:
    return steps(session, one_by_one=False, wrong=wrong, known=(EMPLOYER_NO,))  # the task says which employer


def _show(request: Request, task: FieldTask, made: list[Step], status: int = 200) -> HttpResponse:
    employer = employers.visible_to(actor(request)).prefetch_related("contacts").get(pk=task.employer_id or 0)
    answer = {
        "task": task,
        "employer": employer,
        "steps": made,
        "wrong": [each for step in made for each in step.asked if each.problem],
        "uploads": any(each.kind == "upload" for step in made for each in step.asked),
        "postings": queries.live(employer.pk).prefetch_related("shifts"),
    }
    response = render(request, "desk/visit_sheet.html", answer, status=status)
    response["Cache-Control"] = "no-store"
    return response
