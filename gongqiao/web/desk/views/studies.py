"""Studies by talking: the list, one study with its team and code book, what was found, what may be shown."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.channels.spreadsheet import study_sheet
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.interviews import queries, rules
from gongqiao.needs.interviews.actions import studies, talks
from gongqiao.needs.interviews.models import Code, Study
from gongqiao.web.access import needs
from gongqiao.web.desk.study_forms import StudyForm, TalkForm
from gongqiao.web.desk.views.exports import download
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.readonly import audit_door

PAGE = 30
QUOTES = 3  # of each code on the sheet that is hung up


@needs(Right.STUDY_WORK)
@require_safe
def index(request: Request) -> HttpResponse:
    """Those in whose team one is; a manager has every other one in figures."""
    by = actor(request)
    answer = {
        "page": Paginator(queries.visible_to(by), PAGE).get_page(request.GET.get("page")),
        "counted": queries.counted(by),
    }
    return render(request, "desk/studies.html", answer)


@needs(Right.STUDY_START)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            study = studies.start(form.facts(), by=actor(request))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:study", study.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/form.html", {"form": form, "heading": _("立一个访谈课题")}, status=status)


def opened(request: Request, pk: int) -> Study:
    """A study of one's own team, or none."""
    return get_object_or_404(queries.visible_to(actor(request)), pk=pk)


@needs(Right.STUDY_WORK)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """Team, code book, talks, recordings to cut."""
    by, study = actor(request), opened(request, pk)
    text = request.GET.get("q", "")
    team = queries.team(study)
    codes = list(queries.codes(by).filter(study=study))
    answer = {
        "study": study,
        "team": team,
        "leads": any(row.post_id == by.pk and row.lead for row in team),
        "colleagues": [post for post in queries.colleagues(by) if post.pk not in {row.post_id for row in team}],
        "codes": codes,
        "live_codes": [code for code in codes if code.merged_into_id is None],
        "words": study.words.order_by("-number").first(),
        "page": Paginator(queries.listed(by, study, text), PAGE).get_page(request.GET.get("page")),
        "to_cut": queries.to_cut(by, study),
        "q": text,
    }
    return render(request, "desk/study.html", answer)


class Asked:
    """What a form of the study's page sent."""

    def __init__(self, request: Request, study: Study) -> None:
        self.by, self.study, self._post = actor(request), study, request.POST

    def word(self, name: str = "text") -> str:
        return self._post.get(name, "")

    def code(self, name: str) -> Code:
        found: Code | None = queries.codes(self.by).filter(study=self.study, pk=whole_number(self.word(name))).first()
        if found is None:
            raise Refused(_("请选一个编码。"))
        return found

    def post(self) -> Membership:
        wanted = whole_number(self.word("post"))
        held = [*queries.colleagues(self.by), *(row.post for row in queries.team(self.study))]
        found = next((post for post in held if post.pk == wanted), None)
        if found is None:
            raise Refused(_("请选一位同事。"))
        return found


STEPS: dict[str, Callable[[Asked], object]] = {
    "member": lambda it: studies.name_member(it.study, it.post(), by=it.by, lead=it.word("lead") == "on"),
    "drop": lambda it: studies.drop_member(it.study, it.post(), by=it.by),
    "words": lambda it: studies.put_words(it.study, it.word(), by=it.by),
    "code": lambda it: studies.add_code(it.study, it.word("name"), it.word("definition"), by=it.by),
    "define": lambda it: studies.redefine_code(it.code("code"), it.word("definition"), by=it.by),
    "merge": lambda it: studies.merge_code(it.code("code"), it.code("into"), by=it.by),
    "split": lambda it: studies.split_code(it.code("code"), by=it.by),
    "close": lambda it: studies.close(it.study, by=it.by),
    "reopen": lambda it: studies.reopen(it.study, by=it.by),
}


@needs(Right.STUDY_WORK)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    study = opened(request, pk)
    if act not in STEPS:
        raise Http404
    STEPS[act](Asked(request, study))
    messages.success(request, _("记下了。"))
    if rules.member(actor(request), study) is None:
        return redirect("desk:studies")
    return redirect("desk:study", pk)


@needs(Right.STUDY_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, pk: int) -> HttpResponse:
    """Arrange an interview or a focus group."""
    by, study = actor(request), opened(request, pk)
    form = TalkForm(request.POST or None, team=[row.post for row in queries.team(study)], initial={"leader": by.pk})
    if request.method == "POST" and form.is_valid():
        try:
            talk = talks.plan(study, form.facts(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:talk", talk.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/form.html", {"form": form, "heading": _("约一次访谈或座谈")}, status=status)


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@needs(Right.STUDY_WORK)
@require_safe
def findings(request: Request, pk: int) -> HttpResponse:
    """How many people spoke of what; the words themselves a step further."""
    by, study = actor(request), opened(request, pk)
    with audit_door():
        talks.record_study_reading(study, "findings", by=by)
    text = request.GET.get("q", "")
    answer = {"study": study, "findings": queries.findings(by, study, text), "q": text}
    return _kept(render(request, "desk/study_findings.html", answer))


@needs(Right.STUDY_WORK)
@require_safe
def code(request: Request, pk: int) -> HttpResponse:
    """One code: what it means and every excerpt that counts as it."""
    by = actor(request)
    row = get_object_or_404(queries.codes(by), pk=pk)
    with audit_door():
        talks.record_study_reading(row.study, f"code {row.pk}", by=by)
    root = queries.roots(row.study)[row.pk]
    finding = next(each for each in queries.findings(by, row.study) if each.code.pk == root.pk)
    lines = [(excerpt, rules.may_quote(excerpt)) for excerpt in finding.excerpts]
    return _kept(
        render(request, "desk/study_code.html", {"code": row, "root": root, "finding": finding, "lines": lines})
    )


@needs(Right.STUDY_WORK)
@require_safe
def heard(request: Request, pk: int) -> HttpResponse:
    """我们听到的: one page to hang up or hand in; only what may be quoted, under labels."""
    by, study = actor(request), opened(request, pk)
    with audit_door():
        talks.record_study_reading(study, "heard", by=by)
    parts = [(found, queries.quotes(found.voices(QUOTES))) for found in queries.findings(by, study) if found.excerpts]
    return _kept(render(request, "desk/study_heard.html", {"study": study, "parts": parts}))


@needs(Right.STUDY_WORK)
@require_safe
def export(request: Request, pk: int) -> HttpResponse:
    """Codes × excerpts as a sheet, for the team."""
    study = opened(request, pk)
    with audit_door():
        return download(study_sheet.excerpts(study, by=actor(request)))
