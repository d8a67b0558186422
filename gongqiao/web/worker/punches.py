"""我的工时本: days worked as both sides tell them; his own notes, and a copy of them for whoever decides."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.files import queries as files
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.mydata import punches
from gongqiao.services.placement import queries as placement
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.csvs import csv_of
from gongqiao.web.ui.numbers import minutes_of


@needs(Right.OWN_WORK)
@require_safe
def book(request: Request, market: str) -> HttpResponse:
    """For the eye and for paper: the digest at its foot is that of the JSON copy of the same moment."""
    if note := request.GET.get("photo"):
        return _photo(request, note)
    told = punches.copy(actor(request), request.now)
    answer = {"days": punches.days(actor(request)), "told": told, "tab": "pay"}
    return _unkept(render(request, "worker/book.html", answer))


@needs(Right.OWN_WORK)
@require_safe
def data(request: Request, market: str) -> HttpResponse:
    """JSON, or one line a day for a spreadsheet."""
    told = punches.copy(actor(request), request.now)
    if request.GET.get("as") == "csv":
        text, kind, name = _lines(told["days"]), "text/csv; charset=utf-8", "my-hours.csv"
    else:
        text, kind = json.dumps(told, ensure_ascii=False, indent=1), "application/json; charset=utf-8"
        name = "my-hours.json"
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return _unkept(answer)


def _lines(days: list[dict[str, object]]) -> str:
    columns = ["day", "employer", "title", "place", "my_minutes", "employer_minutes", "due_fen", "paid_fen"]
    return csv_of(columns, [[day[name] for name in columns] for day in days])


@needs(Right.OWN_WORK)
@require_POST
def note(request: Request, market: str, pk: int) -> HttpResponse:
    by = actor(request)
    work = get_object_or_404(placement.visible_to(by), pk=pk)
    hours, upload = request.POST.get("hours", "").strip(), request.FILES.get("photo")
    words = {name: request.POST.get(name, "") for name in ("place", "agreed", "witness")}
    photo = (upload.name or "", upload.read(punches.MOST_PHOTO + 1)) if upload else None
    minutes = minutes_of(hours) if hours else None
    punches.note(work, punches.Noted(minutes=minutes, photo=photo, **words), by=by)
    messages.success(request, _("记下了。"))
    return redirect("worker:book", market)


def _photo(request: Request, note: str) -> HttpResponse:
    """A picture of his own book, or none."""
    shown = {str(row.pk): row.photo for day in punches.days(actor(request)) for row in day.notes}
    found = shown.get(note)
    if found is None:
        raise Http404
    answer = HttpResponse(files.content(found), content_type=found.kind)
    answer["Content-Disposition"] = "inline"
    return _unkept(answer)


def _unkept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
