"""有人反映: what the market asks the employer about, in the market's words, and his answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.feedback import actions, queries
from gongqiao.needs.feedback.enums import OPEN
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor


@needs(Right.OWN_POSTINGS)
@require_safe
def complaints(request: Request) -> HttpResponse:
    rows = queries.put_to(actor(request))
    return render(request, "employer/complaints.html", {"rows": rows, "open_states": OPEN, "tab": "complaints"})


@needs(Right.OWN_POSTINGS)
@require_POST
def answer(request: Request, pk: UUID) -> HttpResponse:
    by = actor(request)
    ticket = get_object_or_404(queries.visible_to(by), pk=pk)
    actions.answer_as_employer(ticket, request.POST.get("text", ""), by=by)
    messages.success(request, _("收到了。"))
    return redirect("employer:complaints")
