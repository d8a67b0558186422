"""The worker's paper card: shown as it will be printed, printed, replaced when it is lost."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.audit.queries import about
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import actions, cards
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.web.access import needs
from gongqiao.web.desk.views.dossiers import opened
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.codes import square

MOST_EVENTS = 8


@needs(Right.DOSSIER_WRITE)
@require_safe
def card(request: Request, pk: int) -> HttpResponse:
    """The card of one file; `?print=1` comes from the button, which has written it down."""
    by, dossier = actor(request), opened(request, pk)
    with audit_door():
        actions.record_reading(dossier, by=by)
    answer = {
        "dossier": dossier,
        "picture": square(cards.card_code(dossier), _("零工卡的码")),
        "number": cards.card_number(dossier),
        "print_now": "print" in request.GET,
        "events": about([dossier]).filter(action__startswith="card.")[:MOST_EVENTS],
    }
    response = render(request, "desk/card.html", answer)
    response["Cache-Control"] = "no-store"
    return response


def _print(dossier: Dossier, by: Membership, request: Request) -> str:
    actions.print_card(dossier, by=by)
    return "?print=1"


def _lost(dossier: Dossier, by: Membership, request: Request) -> str:
    actions.replace_card(dossier, by=by)
    messages.success(request, _("旧卡从现在起不认了。请打一张新的给他。"))
    return ""


STEPS: dict[str, Callable[[Dossier, Membership, Request], str]] = {"print": _print, "lost": _lost}


@needs(Right.DOSSIER_WRITE)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Printed once more, or another code because the card is lost."""
    if act not in STEPS:
        raise Http404
    asked = STEPS[act](opened(request, pk), actor(request), request)
    return redirect(reverse("desk:dossier-card", args=[pk]) + asked)
