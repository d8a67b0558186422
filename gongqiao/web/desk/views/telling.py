"""怎么告诉他: the desk writes down how one person wishes to be told, and sees what was tried."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import queries, wishes
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import actions
from gongqiao.web.access import needs
from gongqiao.web.desk.views.dossiers import opened
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.telling import WishForm


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: Request, pk: int) -> HttpResponse:
    by, dossier = actor(request), opened(request, pk)
    form = WishForm(request.POST or None, market=by.market, person=dossier.person)
    if request.method == "POST" and form.is_valid():
        try:
            wishes.set_preference(dossier.person, form.wish(channel="desk"), by=by)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("记下了，从下一条起照这样告诉他。"))
            return redirect("desk:dossier-told", pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    answer = {"form": form, "dossier": dossier, "told": queries.told(by, dossier.person)}
    return render(request, "desk/dossier_told.html", answer, status=422 if request.method == "POST" else 200)
