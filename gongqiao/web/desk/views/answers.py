"""One answer sheet: what was said, why one should look twice, what it proposes; the verdict."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation import states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.surveys import queries, reading
from gongqiao.needs.surveys.actions import correcting, intake, proposals, review
from gongqiao.needs.surveys.enums import Subject, SubmissionState
from gongqiao.needs.surveys.models import FormVersion, Slot, Submission
from gongqiao.needs.surveys.results import Labelled, labelled
from gongqiao.web.access import needs
from gongqiao.web.desk.proposed import in_words
from gongqiao.web.desk.survey_forms import VerdictForm
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.numbers import uuid_of


@needs(Right.SURVEY_COLLECT)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """Reading it is written down."""
    by = actor(request)
    row = _sheet(by, pk)
    with audit_door():
        audit.record("survey.answer_read", row, by=by, on_behalf_of=row.dossier.person if row.dossier else None)
    version = row.versions.select_related("version__market", "version__form").order_by("-number").first()
    proposed = list(row.proposals.select_related("base__by", "dossier", "decided_by").order_by("field"))
    standing = proposals.standing_values(proposed)
    reviews = _reviews(by, row)
    answer = {
        "sheet": row,
        "version": version,
        "lines": _lines(row, version.version) if version else [],
        "slots": row.slots.select_related("file").order_by("name"),
        "proposals": [in_words(each, standing.get(each.pk)) for each in proposed],
        "reviews": reviews,
        "reopens": row.keyed_by_id is not None and row.state == SubmissionState.NEEDS_CORRECTION,
        "waits_for_files": row.state == SubmissionState.RECEIVING and row.collector_id == by.pk,
        "form": VerdictForm(initial={"seen": version.number if version else None})
        if reviews and states.can_move(row, SubmissionState.APPROVED)
        else None,
    }
    return render(request, "desk/survey_answer.html", answer)


def _lines(row: Submission, version: FormVersion) -> list[Labelled]:
    """Question and answer in the reader's language, where the form has it."""
    language = reading.language_for(version, get_language() or "")
    return labelled(reading.form_of(version), row.answers.order_by("path", "row"), language)


def _sheet(by: Membership, pk: int) -> Submission:
    found: Submission = get_object_or_404(queries.visible_to(by).prefetch_related("flags"), pk=pk)
    return found


def _reviews(by: Membership, row: Submission) -> bool:
    try:
        review.check_reviewer(by, row)
    except Refused:
        return False
    return row.state not in (SubmissionState.RECEIVING, SubmissionState.WITHDRAWN)


@needs(Right.SURVEY_COLLECT)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    by = actor(request)
    row = _sheet(by, pk)
    if act == "review":
        form = VerdictForm(request.POST)
        if not form.is_valid():
            raise Refused(_("请选怎么看。"))
        data = form.cleaned_data
        review.review(row, SubmissionState(data["verdict"]), note=data["note"], by=by, seen=data["seen"])
    elif act == "link" and row.form.subject == Subject.EMPLOYER:
        intake.link_employer(row, _employer(by, request.POST.get("number", "")), by=by)
    elif act == "link":
        dossier = dossiers.numbered(by, request.POST.get("number", ""))
        if dossier is None:
            raise Refused(_("没有这个档案号。"))
        intake.link(row, dossier, by=by)
    elif act == "without":
        intake.do_without(row, note=request.POST.get("note", ""), by=by)
    elif act == "reopen":
        paper = correcting.reopen(row, by=by)
        return redirect(f"{reverse('desk:survey-paper', args=[paper.wave_id])}?paper={paper.pk}")
    elif act == "withdraw":
        review.withdraw(row, by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:survey-answer", pk)


def _employer(by: Membership, number: str) -> Employer:
    found: Employer | None = employers.visible_to(by).filter(pk=whole_number(number)).first()
    if found is None:
        raise Refused(_("没有这个用工方编号。"))
    return found


@needs(Right.SURVEY_COLLECT)
@require_POST
def proposal(request: Request, pk: int, act: str) -> HttpResponse:
    """The reviewer saw both values with their sources."""
    by = actor(request)
    sheet = _sheet(by, pk)
    review.check_reviewer(by, sheet)
    found = sheet.proposals.select_related("submission", "dossier")
    row = get_object_or_404(found, pk=uuid_of(request.POST.get("proposal", "")))
    if act == "apply":
        proposals.apply(row, by=by, seen=request.POST.get("seen"))
    elif act == "refuse":
        proposals.refuse(row, request.POST.get("reason", ""), by=by)
    else:
        raise Http404
    messages.success(request, _("记下了。"))
    return redirect("desk:survey-answer", pk)


@needs(Right.SURVEY_COLLECT)
@require_safe
def attachment(request: Request, pk: int) -> HttpResponse:
    """A file of an answer, for whoever may see the answer."""
    by = actor(request)
    slot: Slot = get_object_or_404(
        Slot.objects.select_related("file", "submission__dossier__person"),
        pk=pk,
        submission__in=queries.visible_to(by).values("pk"),
        file__forgotten_at=None,
        file__isnull=False,
    )
    if slot.file is None:
        raise Http404
    with audit_door():
        audit.record("survey.answer_read", slot.submission, by=by, file=slot.name)
    response = HttpResponse(files.content(slot.file), slot.file.kind)
    response["Content-Disposition"] = content_disposition_header(True, slot.name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
