"""Employers: list, register, licence, block."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import actions, queries
from gongqiao.needs.employers.models import Contact
from gongqiao.needs.postings import queries as postings
from gongqiao.services.demand import rounds
from gongqiao.web.access import needs
from gongqiao.web.desk.demandforms import EmployerForm
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.numbers import uuid_of


@needs(Right.EMPLOYER_READ)
@require_safe
def index(request: Request) -> HttpResponse:
    text = request.GET.get("q", "")
    page = Paginator(queries.listed(actor(request), text), 30).get_page(request.GET.get("page"))
    return render(request, "desk/employers.html", {"page": page, "q": text})


@needs(Right.EMPLOYER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    by = actor(request)
    form = EmployerForm(request.POST or None, market=by.market)
    if request.method == "POST" and form.is_valid():
        try:
            employer = actions.register(form.facts(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("登记好了。"))
            return redirect("desk:employer", employer.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/form.html", {"form": form, "heading": _("登记用工方")}, status=status)


@needs(Right.EMPLOYER_READ)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    by = actor(request)
    employer = get_object_or_404(queries.visible_to(by).select_related("licence_seen_by", "keeper"), pk=pk)
    listed = postings.listed(by).filter(employer=employer)[:20]
    return render(
        request,
        "desk/employer.html",
        {
            "employer": employer,
            "contacts": employer.contacts.all(),
            "accounts": queries.accounts(employer),
            "postings": listed,
            "visits": rounds.visits(by, employer)[:3],
            "today": timezone.localdate(request.now),
            "may": {"verify": by.may(Right.POSTING_VERIFY), "write": by.may(Right.EMPLOYER_WRITE)},
        },
    )


@needs(Right.EMPLOYER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    by = actor(request)
    employer = get_object_or_404(queries.visible_to(by), pk=pk)
    form = EmployerForm(request.POST or None, market=by.market, known=employer)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(employer, form.facts(), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("改好了。"))
            return redirect("desk:employer", pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/form.html", {"form": form, "heading": employer.organisation.name}, status=status)


@needs(Right.EMPLOYER_WRITE)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Whom to call there, and who of them may sign in."""
    by = actor(request)
    employer = get_object_or_404(queries.visible_to(by), pk=pk)
    name, phone = request.POST.get("name", ""), request.POST.get("phone", "")
    if act == "contact":
        actions.add_contact(employer, name=name, phone=phone, by=by)
    elif act == "contact-gone":
        contact = get_object_or_404(Contact, employer=employer, pk=uuid_of(request.POST.get("contact", "")))
        actions.remove_contact(contact, by=by)
    elif act == "account":
        actions.give_account(employer, name=name, phone=phone, by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:employer", pk)


@needs(Right.POSTING_VERIFY)
@require_POST
def licence(request: Request, pk: int) -> HttpResponse:
    by = actor(request)
    employer = get_object_or_404(queries.visible_to(by), pk=pk)
    actions.see_licence(employer, by=by, evidence=request.POST.get("evidence", ""))
    messages.success(request, _("记下了。"))
    return redirect("desk:employer", pk)


@needs(Right.POSTING_VERIFY)
@require_POST
def block(request: Request, pk: int) -> HttpResponse:
    by = actor(request)
    employer = get_object_or_404(queries.visible_to(by), pk=pk)
    if request.POST.get("undo"):
        actions.unblock(employer, by=by)
    else:
        actions.block(employer, by=by, reason=request.POST.get("reason", ""))
    return redirect("desk:employer", pk)
