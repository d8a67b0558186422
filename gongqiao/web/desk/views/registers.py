"""台账: of a period, on A4 in Song type or as a sheet."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongqiao.channels import registers
from gongqiao.channels.registers import Register
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.desk.sheetforms import PeriodForm
from gongqiao.web.desk.views.exports import download
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door


@needs(Right.EXPORT)
@require_safe
def index(request: Request) -> HttpResponse:
    """Which register, of which days, on paper or as a file."""
    today = timezone.localdate(request.now)
    form = PeriodForm.between(today.replace(day=1), today, "registers")
    return render(request, "desk/registers.html", {"form": form, "kinds": list(Register)})


@needs(Right.EXPORT)
@require_safe
def register(request: Request, register: str) -> HttpResponse:
    """As it will be printed, or with `?as=xlsx` the file."""
    if register not in Register.values:
        raise Http404
    form, by, kind = PeriodForm(request.GET), actor(request), Register(register)
    if not form.is_valid():
        raise Refused(_("请写明从哪天到哪天。"))
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    with audit_door():
        if request.GET.get("as") == "xlsx":
            return download(registers.sheet(kind, first, last, by=by))
        table = registers.opened(kind, first, last, by=by)
    response = render(request, "desk/register_sheet.html", {"table": table, "kind": kind, "first": first, "last": last})
    response["Cache-Control"] = "no-store"
    return response
