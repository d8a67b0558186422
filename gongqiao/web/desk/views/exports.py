"""Sheets and papers that go out. Each taking is written down, through the audit door where a plain link is enough."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.channels import daypapers
from gongqiao.channels.daypapers import DayPaper
from gongqiao.channels.papers import Paper
from gongqiao.channels.spreadsheet import answer_sheets, exports, ticket_sheet
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.surveys import queries as surveys
from gongqiao.needs.surveys.models import Campaign
from gongqiao.web.access import needs
from gongqiao.web.desk.sheetforms import AnswersForm, DossiersForm, PeriodForm
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.numbers import day_of

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def download(paper: Paper) -> HttpResponse:
    """As a file to save, never kept by the browser or between."""
    answer = HttpResponse(paper.content, content_type=TYPES[paper.filename.rpartition(".")[2]])
    answer["Content-Disposition"] = content_disposition_header(True, paper.filename) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def exports_of(request: Request) -> dict[str, Any]:
    """What the sheets page offers this post to take out."""
    by, today = actor(request), timezone.localdate(request.now)
    day = day_of(request.GET.get("day")) or today + timedelta(days=1)
    offered: dict[str, Any] = {"day": day, "papers": daypapers.open_to(by)}
    if by.may(Right.WAGE_RECORD):
        offered["wages_form"] = PeriodForm.between(today - timedelta(days=6), today, "wages")
    if by.may(Right.EXPORT):
        offered["tickets_form"] = PeriodForm.between(today - timedelta(days=30), today, "tickets")
        offered["postings_form"] = PeriodForm.between(today, today + timedelta(days=6), "postings")
        offered["dossiers_form"] = DossiersForm(whole=by.may(Right.IDENTITY_READ))
    return offered


@needs(Right.PLACEMENT_READ)
@require_safe
def day_paper(request: Request, paper: str) -> HttpResponse:
    """One paper of a day: call list, assignments, open shifts, people left out, the Word report."""
    if paper not in DayPaper.values:
        raise Http404
    day = day_of(request.GET.get("day"))
    if day is None:
        raise Refused(_("没写是哪一天。"))
    with audit_door():
        return download(daypapers.take(DayPaper(paper), day, by=actor(request)))


def _period(request: Request) -> PeriodForm:
    form = PeriodForm(request.GET)
    if not form.is_valid():
        raise Refused(_("请写明从哪天到哪天。"))
    return form


@needs(Right.WAGE_RECORD)
@require_safe
def wages(request: Request) -> HttpResponse:
    """领款表 of a period."""
    period = _period(request).cleaned_data
    with audit_door():
        return download(exports.wages(period["first"], period["last"], by=actor(request)))


@needs(Right.EXPORT)
@require_safe
def postings(request: Request) -> HttpResponse:
    period = _period(request).cleaned_data
    with audit_door():
        return download(exports.postings(period["first"], period["last"], by=actor(request)))


@needs(Right.EXPORT)
@require_safe
def tickets(request: Request) -> HttpResponse:
    """诉求台账 of a period: what this post may see, without a word of what was said."""
    period = _period(request).cleaned_data
    with audit_door():
        return download(ticket_sheet.tickets(period["first"], period["last"], by=actor(request)))


@needs(Right.EXPORT)
@require_POST
def dossiers(request: Request) -> HttpResponse:
    """Many people's files at once: only with a purpose, by a button and never by a link."""
    by = actor(request)
    form = DossiersForm(request.POST, whole=by.may(Right.IDENTITY_READ))
    if not form.is_valid():
        return render(request, "desk/sheets_dossiers.html", {"dossiers_form": form}, status=422)
    data = form.cleaned_data
    whole = data.get("whole_numbers", False)
    return download(exports.dossiers(by=by, purpose=data["purpose"], whole_numbers=whole, text=data["q"]))


@needs(Right.SURVEY_COLLECT)
@require_POST
def answers(request: Request, pk: int) -> HttpResponse:
    """Answers of a campaign as given, those that this colleague may look at one by one: with a purpose, by a button."""
    by = actor(request)
    campaign: Campaign = get_object_or_404(surveys.campaigns(by).select_related("market"), pk=pk)
    form = AnswersForm(request.POST, campaign=campaign)
    if not form.is_valid():
        raise Refused("；".join(str(message) for errors in form.errors.values() for message in errors))
    data = form.cleaned_data
    asked = answer_sheets.Asked(campaign, data["purpose"], data["wave"])
    take = answer_sheets.wide if data["kind"] == "csv" else answer_sheets.workbook
    return download(take(asked, by=by))
