"""What desks wrote down without a network and sent: what waits for a person, and what became of the rest."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.channels.offline import actions, queries
from gongqiao.channels.offline.enums import Kind, State
from gongqiao.channels.offline.models import Entry
from gongqiao.channels.offline.sent import Visit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import queries as files
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.web.access import needs
from gongqiao.web.desk.forms import DossierForm
from gongqiao.web.desk.offline_forms import querydict, registration, visit
from gongqiao.web.desk.views.dossiers import trade_names
from gongqiao.web.http import Request, actor, whole_number


@needs(Right.DOSSIER_WRITE)
@require_safe
def index(request: Request) -> HttpResponse:
    """What waits first, then the newest."""
    page = Paginator(queries.listed(actor(request)), 30).get_page(request.GET.get("page"))
    return render(request, "desk/arrived.html", {"page": page})


def _opened(request: Request, pk: UUID) -> Entry:
    entry = queries.visible_to(actor(request)).filter(pk=pk).first()
    if entry is None:
        raise Http404
    return entry


@needs(Right.DOSSIER_WRITE)
@require_safe
def show(request: Request, pk: UUID) -> HttpResponse:
    """One entry: what was typed while it waits, why it waits, and what can be done."""
    entry = _opened(request, pk)
    return _page(request, entry, _form(request, entry))


def _form(request: Request, entry: Entry) -> DossierForm | None:
    if entry.kind != Kind.REGISTER or entry.state != State.WAITS:
        return None
    return DossierForm(querydict(_typed(entry)), market=actor(request).market)


def _typed(entry: Entry) -> Any:
    return tuple((name, value) for name, value in json.loads(entry.body)) if entry.body else ()


def _page(request: Request, entry: Entry, form: DossierForm | None, status: int = 200) -> HttpResponse:
    alike: list[Dossier] = []
    if form is not None and form.is_valid():
        alike = _same(request, form)
    answer = {
        "entry": entry,
        "form": form,
        "alike": alike,
        "came": _came(request, entry) if entry.kind == Kind.CHECK_IN else None,
        "trades": trade_names() if form is not None else [],
        "followers": entry.followers.count(),
    }
    return render(request, "desk/arrived_entry.html", answer, status=status)


def _came(request: Request, entry: Entry) -> Visit:
    """Whose number and name were written; sent from a file's own page, the number of that file."""
    came = visit(dict(_typed(entry)))
    found = queries.named_file(came, actor(request)) if came.file else None
    return replace(came, number=found.number) if found is not None else came


def _same(request: Request, form: DossierForm) -> list[Dossier]:
    """Whoever has this number, and those who look alike."""
    by, who = actor(request), form.identity()
    known = list(files.registered([who.number], []).values()) if who.number else []
    return [*known, *(row for row in queries.alike(who, by) if row not in known)]


@needs(Right.DOSSIER_WRITE)
@require_POST
def act(request: Request, pk: UUID, act: str) -> HttpResponse:
    """One step of STEPS for one entry."""
    entry = _opened(request, pk)
    if act not in STEPS:
        raise Http404
    return STEPS[act](request, entry)


def _is_same(request: Request, entry: Entry) -> HttpResponse:
    found = files.visible_to(actor(request)).filter(pk=whole_number(request.POST.get("dossier"))).first()
    if found is None:
        raise Http404
    actions.settle_as(entry, found, by=actor(request))
    messages.success(request, _("记下了：就是 %(number)s，没有另建档案。") % {"number": found.number})
    return redirect("desk:dossier", found.pk)


def _register(request: Request, entry: Entry) -> HttpResponse:
    if entry.kind != Kind.REGISTER:
        raise Refused(_("这一条是报到，不是登记。"))
    form = DossierForm(request.POST, market=actor(request).market)
    if not form.is_valid():
        return _page(request, entry, form, 422)
    try:
        done = actions.settle(entry, registration(form), by=actor(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, entry, form, 422)
    return _told(request, done)


def _check_in(request: Request, entry: Entry) -> HttpResponse:
    if entry.kind != Kind.CHECK_IN:
        raise Refused(_("这一条是登记，不是报到。"))
    number, anyway = request.POST.get("number", "").strip(), "anyway" in request.POST
    return _told(request, actions.settle(entry, Visit(number, anyway=anyway), by=actor(request)))


def _told(request: Request, entry: Entry) -> HttpResponse:
    assert entry.dossier is not None
    said = {"name": entry.dossier.person.name, "number": entry.dossier.number}
    messages.success(request, _("%(name)s 办好了，档案号 %(number)s。") % said)
    return redirect("desk:dossier", entry.dossier.pk)


def _drop(request: Request, entry: Entry) -> HttpResponse:
    actions.drop(entry, request.POST.get("reason", ""), by=actor(request))
    messages.success(request, _("不要了，原因记下了。"))
    return redirect("desk:arrived")


STEPS: dict[str, Callable[[Request, Entry], HttpResponse]] = {
    "same": _is_same,  # he has a file already
    "register": _register,  # as it is corrected now
    "check-in": _check_in,  # under the right number
    "drop": _drop,
}
