"""Surveys: forms through their gate, campaigns and their waves, whom to ask, phones for the field, what came out."""

import base64
import json
import zlib

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys import queries, reading
from gongqiao.needs.surveys import results as outcome
from gongqiao.needs.surveys.actions import fieldwork, publishing, tokens
from gongqiao.needs.surveys.enums import AttemptOutcome, Channel, FieldTaskState, Subject, VersionState
from gongqiao.needs.surveys.models import Campaign, CollectorToken, FieldTask, Wave
from gongqiao.services.followup import queries as followup
from gongqiao.web.access import needs
from gongqiao.web.desk.sheetforms import AnswersForm
from gongqiao.web.desk.survey_forms import AttemptForm, CampaignForm, ReviewersForm, UploadForm, WaveForm
from gongqiao.web.http import Request, actor, whole_number

MOST_TASKS = 100
PAGE = 30
SHEETS = (("waiting", _l("等着审的")), ("flagged", _l("有疑问的")), ("correction", _l("要改的")), ("all", _l("全部")))


@needs(Right.SURVEY_COLLECT, Right.SURVEY_RESULTS)
@require_safe
def index(request: Request) -> HttpResponse:
    """Campaigns, forms, my list."""
    by = actor(request)
    mine = queries.tasks(by).filter(collector=by, state=FieldTaskState.RESERVED).count()
    answer = {
        "campaigns": queries.campaigns(by).prefetch_related("waves")[:50],
        "versions": queries.versions(by)[:50],
        "mine": mine,
        "phones": queries.phones(by),
    }
    return render(request, "desk/surveys.html", answer)


@needs(Right.SURVEY_AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request) -> HttpResponse:
    """A form comes in and meets the gate."""
    by = actor(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = publishing.add_version(form.draft(), by=by)
        except Refused as refusal:
            form.add_error("form", str(refusal))
        else:
            return redirect("desk:survey-form", row.pk)
    answer = {"form": form, "heading": _("加一张调查表"), "files": True}
    return render(request, "desk/survey_upload.html", answer, status=422 if request.method == "POST" else 200)


@needs(Right.SURVEY_COLLECT)
@require_safe
def form(request: Request, pk: int) -> HttpResponse:
    """One version: what the gate said, where it may be filled."""
    row = get_object_or_404(queries.versions(actor(request)).prefetch_related("media"), pk=pk)
    channels = [(channel, channel.value in row.channels) for channel in Channel]
    return render(request, "desk/survey_form.html", {"version": row, "channels": channels})


@needs(Right.SURVEY_AUTHOR)
@require_POST
def form_act(request: Request, pk: int, act: str) -> HttpResponse:
    by = actor(request)
    row = get_object_or_404(queries.versions(by), pk=pk)
    if act == "publish":
        publishing.publish(row, by=by)
    elif act in ("closing", "close"):
        publishing.close(row, by=by, at_once=act == "close")
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:survey-form", pk)


@needs(Right.SURVEY_AUTHOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """A campaign: what for, in which words, who reviews."""
    by = actor(request)
    form = CampaignForm(request.POST or None, colleagues=_colleagues())
    if request.method == "POST" and form.is_valid():
        try:
            row = fieldwork.start_campaign(form.facts(), list(form.cleaned_data["reviewers"]), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:survey", row.pk)
    answer = {"form": form, "heading": _("立一次调查")}
    return render(request, "desk/form.html", answer, status=422 if request.method == "POST" else 200)


def _colleagues() -> QuerySet[Membership]:
    """Who may be asked to review."""
    roles = [Role.SPECIALIST, Role.SOCIAL_WORKER, Role.MANAGER]
    return Membership.objects.filter(role__in=roles, withdrawn_at=None).order_by("role", "pk")


def _campaign(by: Membership, pk: int) -> Campaign:
    return get_object_or_404(queries.campaigns(by).prefetch_related("reviewers"), pk=pk)


@needs(Right.SURVEY_COLLECT, Right.SURVEY_RESULTS)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """Its waves, how many answered, the answers that this colleague may look at."""
    by = actor(request)
    campaign = _campaign(by, pk)
    waves = list(campaign.waves.select_related("version__form").order_by("number"))
    reviews = any(post.pk == by.pk for post in campaign.reviewers.all())
    which = request.GET.get("list", "waiting" if reviews else "all")
    which, counted = which if which in queries.SHEETS else "all", queries.sheet_counts(by, campaign)
    answer = {
        "campaign": campaign,
        "waves": [(wave, outcome.response(wave)) for wave in waves],
        "page": Paginator(queries.sheets(by, campaign, which), PAGE).get_page(request.GET.get("page")),
        "tabs": [(name, label, counted[name]) for name, label in SHEETS],
        "which": which,
        "reviews": reviews,
        "reviewers_form": ReviewersForm(
            colleagues=_colleagues(), initial={"reviewers": list(campaign.reviewers.all())}, auto_id="who_%s"
        )
        if by.may(Right.SURVEY_AUTHOR)
        else None,
        "export_form": AnswersForm(campaign=campaign) if counted["all"] else None,
        "wave_form": _wave_form(by) if by.may(Right.SURVEY_AUTHOR) else None,
    }
    return render(request, "desk/survey.html", answer)


def _wave_form(by: Membership, data: object = None) -> WaveForm:
    return WaveForm(data or None, versions=queries.versions(by).filter(state=VersionState.PUBLISHED))


@needs(Right.SURVEY_AUTHOR)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    by = actor(request)
    campaign = _campaign(by, pk)
    if act == "run":
        fieldwork.run(campaign, by=by)
    elif act == "end":
        fieldwork.end(campaign, by=by)
    elif act == "reviewers":
        who = ReviewersForm(request.POST, colleagues=_colleagues())
        fieldwork.name_reviewers(campaign, list(who.cleaned_data["reviewers"]) if who.is_valid() else [], by=by)
    elif act == "wave":
        form = _wave_form(by, request.POST)
        if not form.is_valid():
            raise Refused("；".join(str(message) for errors in form.errors.values() for message in errors))
        data = form.cleaned_data
        wave = fieldwork.open_wave(campaign, data["version"], data["opens_on"], data["closes_on"], by=by)
        if data["version"].form.subject == Subject.WORKER and data["who"] != "none":
            fieldwork.assign(wave, dossiers=_people(by, data["who"], data["most"], request), by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:survey", pk)


def _people(by: Membership, who: str, most: int, request: Request) -> list[Dossier]:
    """In the order of their files: all who look for work, or those with something to be asked again."""
    rows = dossiers.visible_to(by).filter(state="active").order_by("file_no")
    if who == "stale":
        today = timezone.localdate(request.now)
        rows = rows.filter(values__superseded_at=None, values__fresh_until__lt=today).distinct()
    return list(rows[:most])


@needs(Right.SURVEY_COLLECT)
@require_safe
def tasks(request: Request) -> HttpResponse:
    """Whom I ask, and whom nobody has taken yet."""
    by = actor(request)
    running = queries.tasks(by).filter(wave__campaign__state="running")
    answer = {
        "mine": running.filter(collector=by, state=FieldTaskState.RESERVED).prefetch_related("attempts")[:MOST_TASKS],
        "free": running.filter(state=FieldTaskState.OPEN)[:MOST_TASKS],
        "loose": queries.loose(by)[:MOST_TASKS],
        "form": AttemptForm(),
        "today": timezone.localdate(request.now),
    }
    return render(request, "desk/survey_tasks.html", answer)


@needs(Right.SURVEY_COLLECT)
@require_POST
def task_act(request: Request, pk: int, act: str) -> HttpResponse:
    by = actor(request)
    task: FieldTask = get_object_or_404(queries.tasks(by), pk=pk)
    if act == "reserve":
        fieldwork.reserve(task, collector=by, by=by)
    elif act == "give-back":
        fieldwork.give_back(task, by=by)
    elif act == "attempt":
        form = AttemptForm(request.POST)
        if not form.is_valid():
            raise Refused(_("请选结果。"))
        data = form.cleaned_data
        fieldwork.attempt(task, AttemptOutcome(data["outcome"]), note=data["note"], by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:survey-tasks")


@needs(Right.SURVEY_COLLECT)
@require_POST
def phone(request: Request) -> HttpResponse:
    """The address of my phone, told this once: as a settings QR for Collect, and in words."""
    by = actor(request)
    if request.POST.get("end"):
        row: CollectorToken = get_object_or_404(queries.phones(by), pk=whole_number(request.POST["end"]))
        tokens.revoke(row, by=by)
        messages.success(request, _("停了。"))
        return redirect("desk:surveys")
    token = tokens.issue(by, by=by)
    base = request.build_absolute_uri(reverse("openrosa:form-list", kwargs={"token": token})).removesuffix("/formList")
    response = render(request, "desk/survey_phone.html", {"address": base, "qr": _settings_qr(base, by.market.name)})
    response["Cache-Control"] = "no-store"
    return response


def _settings_qr(address: str, name: str) -> str:
    """What Collect reads to set itself up (docs.getodk.org, Collect settings QR): base64(zlib(JSON))."""
    general = {"protocol": "odk_default", "server_url": address, "autosend": "wifi_and_cellular"}
    facts = {"general": general, "admin": {}, "project": {"name": name, "icon": "工"}}
    packed = base64.b64encode(zlib.compress(json.dumps(facts, ensure_ascii=False).encode(), 9)).decode()
    return str(segno.make(packed, error="l").svg_inline(scale=4, border=2, omitsize=True))


@needs(Right.SURVEY_RESULTS)
@require_safe
def results(request: Request, pk: int) -> HttpResponse:
    """Shares with their numbers and intervals; one choice by community."""
    by = actor(request)
    wave = get_object_or_404(
        Wave.objects.select_related("campaign", "version__form", "version__market"),
        pk=pk,
        campaign__in=queries.campaigns(by),
    )
    path, code = request.GET.get("path", ""), request.GET.get("code", "")
    answer = {
        "wave": wave,
        "results": outcome.results(by, wave, reading.language_for(wave.version, get_language() or "")),
        "placed": followup.placed(by, wave, timezone.localdate(request.now)),
        "places": outcome.by_community(by, wave, path, code) if path and code else [],
        "path": path,
        "code": code,
    }
    return render(request, "desk/survey_results.html", answer)
