"""Demand: list, enter, verify."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.postings import actions, queries, rules, screening
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.lint import Severity, missing_elements
from gongqiao.needs.postings.models import Posting
from gongqiao.web.access import needs
from gongqiao.web.desk.forms import PostingForm, VerifyForm
from gongqiao.web.http import Request, actor


@needs(Right.POSTING_READ)
@require_safe
def index(request: Request) -> HttpResponse:
    state, text = request.GET.get("state", ""), request.GET.get("q", "")
    page = Paginator(queries.listed(actor(request), state, text), 30).get_page(request.GET.get("page"))
    answer = {"page": page, "q": text, "state": state, "states": PostingState.choices, "trades": catalogue().trades}
    return render(request, "desk/postings.html", answer)


@needs(Right.POSTING_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """A specialist writes down what the employer says on the phone."""
    by = actor(request)
    form = PostingForm(
        request.POST or None,
        market=by.market,
        employers=employers.visible_to(by).filter(state="active"),
        initial={"employer": request.GET.get("employer")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            posting = actions.draft(form.cleaned_data["employer"], form.facts(), form.shifts(), by=by, channel="phone")
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:posting", posting.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/form.html", {"form": form, "heading": _("登记用工需求")}, status=status)


def _opened(request: Request, pk: int) -> Posting:
    try:
        return queries.opened(actor(request), pk)
    except Posting.DoesNotExist:
        raise Http404 from None


@needs(Right.POSTING_READ)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    return _page(request, _opened(request, pk), None)


def _page(request: Request, posting: Posting, form: VerifyForm | None) -> HttpResponse:
    by = actor(request)
    findings = screening.findings(posting)
    may_verify = posting.state == PostingState.SUBMITTED and rules.can_verify(by, posting)
    bound = form is not None
    if may_verify and form is None:
        form = _form(posting, None)
    return render(
        request,
        "desk/posting.html",
        {
            "posting": posting,
            "trade": catalogue().trades[posting.trade],
            "certificates": [catalogue().certificates[kind].name for kind in posting.certificates],
            "findings": findings,
            "minimum": screening.minimum_words(posting),
            "missing": missing_elements(screening.draft_of(posting)),
            "form": form if may_verify else None,
            "may_write": by.may(Right.POSTING_WRITE),
            "own_entry": posting.entered_by.person_id == by.person_id,
        },
        status=422 if bound else 200,
    )


def _form(posting: Posting, data: object) -> VerifyForm:
    undecided = [finding for finding in screening.findings(posting) if finding.severity == Severity.DECIDE]
    return VerifyForm(data, labels=queries.CHECK_LABELS, undecided=undecided)


@needs(Right.POSTING_WRITE)
@require_POST
def submit(request: Request, pk: int) -> HttpResponse:
    actions.submit(_opened(request, pk), by=actor(request))
    messages.success(request, _("交给专员核实了。"))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_VERIFY)
@require_POST
def verify(request: Request, pk: int) -> HttpResponse:
    by, posting = actor(request), _opened(request, pk)
    rules.check_can_verify(by, posting)
    form = _form(posting, request.POST)
    if not form.is_valid():
        return _page(request, posting, form)
    data = form.cleaned_data
    actions.verify(
        posting,
        by=by,
        method=Method(data["method"]),
        note=data["note"],
        checked=data["checked"],
        decisions=form.decisions(),
    )
    messages.success(request, _("核实通过，已经上架。"))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_VERIFY)
@require_POST
def refuse(request: Request, pk: int) -> HttpResponse:
    posting = _opened(request, pk)
    actions.refuse(posting, by=actor(request), method=Method.PHONE, note=request.POST.get("note", ""))
    messages.success(request, _("记下了：不通过。"))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_WRITE)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    actions.close(_opened(request, pk), by=actor(request), reason=request.POST.get("reason", ""))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_VERIFY)
@require_safe
def queue(request: Request) -> HttpResponse:
    """What waits for a specialist; one's own entries are marked, because another must look."""
    by = actor(request)
    rows = [(posting, rules.can_verify(by, posting)) for posting in queries.queue(by)[:100]]
    return render(request, "desk/verify_queue.html", {"rows": rows, "trades": catalogue().trades})
