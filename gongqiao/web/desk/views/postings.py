"""Demand: list, enter, verify."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.postings import actions, queries, rules, screening
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.lint import Severity, missing_elements
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement.actions import endings
from gongqiao.services.recommending import queries as recommending
from gongqiao.web.access import needs
from gongqiao.web.desk.demandforms import DemandEditForm, PostingForm, ShiftsForm, VerifyForm, from_template
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.fields import trade_choices
from gongqiao.web.ui.numbers import whole


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
        initial={"employer": request.GET.get("employer"), **from_template(request.GET.get("trade", ""))},
    )
    if request.method == "POST" and form.is_valid():
        try:
            posting = actions.draft(
                form.cleaned_data["employer"], form.facts(), form.shifts(by.market), by=by, channel="phone"
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:posting", posting.pk)
    status = 422 if request.method == "POST" else 200
    answer = {"form": form, "trades": trade_choices()[1:], "employer": request.GET.get("employer", "")}
    return render(request, "desk/posting_new.html", answer, status=status)


@needs(Right.POSTING_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Correct a wish; pay, place, work or conditions changed send it back to verification."""
    by, posting = actor(request), _opened(request, pk)
    form = DemandEditForm(request.POST or None, market=by.market, posting=posting)
    if request.method == "POST" and form.is_valid():
        try:
            back = actions.change(posting, form.values(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("改好了，要重新核实。") if back else _("改好了。"))
            return redirect("desk:posting", pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/form.html", {"form": form, "heading": posting.title}, status=status)


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
    asked = posting.state == PostingState.SUBMITTED or rules.due_again(posting, request.now)
    may_verify = asked and rules.can_verify(by, posting)
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
            "may_claim": by.may(Right.POSTING_VERIFY) and posting.claimed_by_id != by.pk,
            "methods": Method.choices,
            "shifts_form": ShiftsForm(prefix="more") if posting.state != PostingState.CLOSED else None,
            "today": timezone.localdate(request.now),
            "campaign": recommending.of_posting(by, posting),
        },
        status=422 if bound else 200,
    )


def _form(posting: Posting, data: object) -> VerifyForm:
    undecided = [finding for finding in screening.findings(posting) if finding.severity == Severity.DECIDE]
    return VerifyForm(data, seen=rules.verified_facts(posting), labels=queries.CHECK_LABELS, undecided=undecided)


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
        evidence=data["evidence"],
        checked=data["checked"],
        decisions=form.decisions(),
        seen=rules.verified_facts(posting),
    )
    messages.success(request, _("核实通过，已经上架。"))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_VERIFY)
@require_POST
def refuse(request: Request, pk: int) -> HttpResponse:
    posting, method = _opened(request, pk), request.POST.get("method", "")
    if method not in Method.values:
        raise Refused(_("请选是怎么核实的。"))
    actions.refuse(posting, by=actor(request), method=Method(method), note=request.POST.get("note", ""))
    messages.success(request, _("记下了：不通过。"))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_WRITE)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    told = endings.close_posting(_opened(request, pk), by=actor(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("结束了，有 %(count)s 个人要告诉，都在电话单上。") % {"count": told})
    notify.hand_out()
    return redirect("desk:posting", pk)


@needs(Right.POSTING_VERIFY)
@require_POST
def claim(request: Request, pk: int) -> HttpResponse:
    """我来核实: nobody else need call them."""
    actions.claim(_opened(request, pk), by=actor(request))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_WRITE)
@require_POST
def add_shifts(request: Request, pk: int) -> HttpResponse:
    """More days of the same wish."""
    by, posting = actor(request), _opened(request, pk)
    form = ShiftsForm(request.POST, prefix="more")
    if not form.is_valid():
        wrong = next(iter(form.errors.items()))
        raise Refused(f"{form.fields[wrong[0]].label}：{wrong[1][0]}")
    back = actions.add_shifts(posting, form.shifts(by.market), by=by)
    messages.success(request, _("加上了，要重新核实。") if back else _("加上了。"))
    return redirect("desk:posting", pk)


@needs(Right.POSTING_WRITE)
@require_POST
def shift_act(request: Request, pk: int, act: str) -> HttpResponse:
    """More or fewer hands on one day, or none; everybody concerned is told."""
    by = actor(request)
    shifts = Shift.objects.select_related("posting__employer", "posting__market", "market")
    shift = get_object_or_404(shifts.filter(posting__in=queries.visible_to(by)), pk=pk)
    if act == "cancel":
        told = endings.cancel_shift(shift, by=by, reason=request.POST.get("reason", ""))
        messages.success(request, _("取消了，有 %(count)s 个人要告诉，都在电话单上。") % {"count": told})
        notify.hand_out()
    elif act == "headcount":
        back = actions.set_headcount(shift, whole(request.POST.get("headcount", "")), by=by)
        messages.success(request, _("改好了，要重新核实。") if back else _("改好了。"))
    elif act == "at-least":
        back = actions.set_at_least(shift, whole(request.POST.get("at_least", "")), by=by)
        messages.success(request, _("改好了，要重新核实。") if back else _("改好了。"))
    else:
        raise Http404
    return redirect("desk:posting", shift.posting_id)


@needs(Right.POSTING_VERIFY)
@require_safe
def queue(request: Request) -> HttpResponse:
    """What waits for a specialist; one's own entries are marked, because another must look."""
    by = actor(request)
    rows = [(posting, rules.can_verify(by, posting)) for posting in queries.queue(by)[:100]]
    return render(request, "desk/verify_queue.html", {"rows": rows, "trades": catalogue().trades})
