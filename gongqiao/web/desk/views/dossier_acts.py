"""What is done to a file from its own page: one step a button; its history; two files of one human."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.audit.queries import about
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import actions, queries, words
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family import actions as family_actions
from gongqiao.needs.family import queries as family
from gongqiao.needs.surveys.actions import heard, proposals
from gongqiao.needs.surveys.models import DossierProposal
from gongqiao.web.access import needs
from gongqiao.web.desk.dossier_forms import CertificateForm, DayForm, HelperHereForm, MergeForm, SaidForm, SkillForm
from gongqiao.web.desk.views.dossiers import opened
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.checking import checked
from gongqiao.web.ui.numbers import day_of, uuid_of

Step = Callable[[Request, Dossier, Membership], None]


def _skill(request: Request, dossier: Dossier, by: Membership) -> None:
    form = checked(SkillForm(request.POST))
    actions.update(dossier, form.facts(), by=by, source=form.cleaned_data["source"])


def _certificate(request: Request, dossier: Dossier, by: Membership) -> None:
    form = checked(CertificateForm(request.POST))
    actions.update(dossier, form.facts(), by=by, source=form.cleaned_data["source"])


def _day(request: Request, dossier: Dossier, by: Membership) -> None:
    form = checked(DayForm(request.POST))
    data = form.cleaned_data
    actions.set_day(dossier, data["day"], form.hours(), by=by, note=data["note"], source=data["source"])


def _clear_day(request: Request, dossier: Dossier, by: Membership) -> None:
    day = day_of(request.POST.get("day"))
    if day is None:
        raise Refused(_("请写日期。"))
    actions.clear_day(dossier, day, by=by)


def _purpose(request: Request) -> Purpose:
    if request.POST.get("purpose") not in Purpose.values:
        raise Refused(_("没有这一份同意书。"))
    return Purpose(request.POST["purpose"])


def _confirm(request: Request, dossier: Dossier, by: Membership) -> None:
    form = checked(SaidForm(request.POST))
    actions.confirm(dossier, request.POST.get("field", ""), by=by, source=form.cleaned_data["source"])


def _unmerge(request: Request, dossier: Dossier, by: Membership) -> None:
    spare: Dossier = get_object_or_404(dossier.merged.all(), pk=whole_number(request.POST.get("spare")))
    actions.unmerge(spare, by=by)


def _heard(request: Request, dossier: Dossier) -> DossierProposal:
    wanted = uuid_of(request.POST.get("proposal", ""))
    found = next((row for row in heard.waiting(dossier) if row.pk == wanted), None)
    if found is None:
        raise Stale
    return found


def _helper(request: Request, dossier: Dossier, by: Membership) -> None:
    """With the worker before the desk."""
    form = checked(HelperHereForm(request.POST))
    family_actions.name_helper(dossier, form.named(), by=by, present=form.cleaned_data["present"])


def _helper_gone(request: Request, dossier: Dossier, by: Membership) -> None:
    rows = family.visible_to(by).filter(dossier=dossier, pk=whole_number(request.POST.get("helper")))
    if (row := rows.first()) is None:
        raise Stale
    family_actions.end(row, by=by)


STEPS: dict[str, Step] = {
    "take-heard": lambda request, dossier, by: proposals.apply(
        _heard(request, dossier), by=by, seen=request.POST.get("seen")
    ),
    "refuse-heard": lambda request, dossier, by: proposals.refuse(
        _heard(request, dossier), request.POST.get("reason", ""), by=by
    ),
    "skill": _skill,
    "drop-skill": lambda request, dossier, by: actions.drop_skill(dossier, request.POST.get("trade", ""), by=by),
    "certificate": _certificate,
    "drop-certificate": lambda request, dossier, by: actions.drop_certificate(
        dossier, request.POST.get("kind", ""), by=by
    ),
    "day": _day,
    "clear-day": _clear_day,
    "confirm": _confirm,
    "agree": lambda request, dossier, by: actions.agree(dossier, _purpose(request), by=by),
    "withdraw": lambda request, dossier, by: actions.withdraw_consent(dossier, _purpose(request), by=by),
    "pause": lambda request, dossier, by: actions.pause(dossier, by=by),
    "resume": lambda request, dossier, by: actions.resume(dossier, by=by),
    "unmerge": _unmerge,
    "helper": _helper,
    "helper-gone": _helper_gone,
}


@needs(Right.DOSSIER_WRITE)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """One step on one file; what cannot be is refused in words and nothing is changed."""
    dossier, step = opened(request, pk), STEPS.get(act)
    if step is None:
        raise Http404
    step(request, dossier, actor(request))
    messages.success(request, _("记下了。"))
    return redirect("desk:dossier", pk)


@needs(Right.DOSSIER_READ)
@require_safe
def history(request: Request, pk: int) -> HttpResponse:
    """Every value the file ever had and who said so; who did what with it, readings included."""
    by, dossier = actor(request), opened(request, pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    values = queries.history(by, dossier)
    homes = words.places(values)
    rows = [(words.label(value.field), words.of_value(value.field, value.value, homes), value) for value in values]
    events = about([dossier, *dossier.merged_here])[:100]  # type: ignore[attr-defined]  # prefetched by `opened`
    return render(request, "desk/dossier_history.html", {"dossier": dossier, "rows": rows, "events": events})


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: Request, pk: int) -> HttpResponse:
    """This file turns out to be another one's human: first both are shown side by side, then it is done."""
    by, spare = actor(request), opened(request, pk)
    form = MergeForm(request.GET if request.method != "POST" and "into" in request.GET else request.POST or None)
    into = queries.numbered(by, form.cleaned_data["into"]) if form.is_valid() else None
    if form.is_valid() and into is None:
        form.add_error("into", _("没有这份档案。"))
    if request.method == "POST" and into is not None:
        actions.merge(spare, into, by=by)
        told = {"spare": spare.number, "into": into.number}
        messages.success(request, _("%(spare)s 并到了 %(into)s，随时可以拆开。") % told)
        return redirect("desk:dossier", into.pk)
    alike = queries.lookalikes(
        by,
        name=spare.person.name,
        phone=spare.person.phone,
        number=spare.person.identity,
        birth=spare.person.birth_date,
    )
    answer = {"dossier": spare, "form": form, "into": into, "alike": [row for row in alike if row.pk != spare.pk]}
    return render(request, "desk/dossier_merge.html", answer, status=422 if request.method == "POST" else 200)
