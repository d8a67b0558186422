"""删除一份档案: what goes, what the law keeps, what stands in the way; proposed by one, done by another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.mydata import erasure, queries
from gongqiao.web.access import needs
from gongqiao.web.desk.views.dossiers import opened
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request, pk: int) -> HttpResponse:
    by, dossier = actor(request), opened(request, pk)
    if request.method == "POST":
        return _act(request, dossier)
    with audit_door():
        dossiers.record_reading(dossier, by=by)
    proposed = erasure.open_one(dossier)
    answer = {
        "dossier": dossier,
        "plan": erasure.plan(dossier, by),
        "proposed": proposed,
        "asked": queries.open_request(dossier.person, "delete"),
        "may_approve": proposed is not None and by.may(Right.ERASE) and proposed.proposed_by_id != by.pk,
    }
    return render(request, "desk/dossier_erasure.html", answer)


def _act(request: Request, dossier: Dossier) -> HttpResponse:
    by, act = actor(request), request.POST.get("act")
    if act == "propose":
        erasure.propose(dossier, by=by)
        messages.success(request, _("提好了，等经理点头。"))
        return redirect("desk:dossier-erasure", dossier.pk)
    proposed = erasure.open_one(dossier)
    if proposed is None or act not in ("approve", "drop"):
        raise Refused(_("没有等着点头的删除。"))
    if act == "drop":
        erasure.drop(proposed, request.POST.get("why", ""), by=by)
        messages.success(request, _("记下了，不删。"))
        return redirect("desk:dossier", dossier.pk)
    erasure.approve(proposed, by=by)
    messages.success(request, _("%(number)s 删好了，从现在起找不到这个人。") % {"number": dossier.number})
    return redirect("desk:dossiers")
