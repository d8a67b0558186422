"""借工具和便民设施: who has what, what is late, what can be lent; the manager's lists."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import cards
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.lending import actions, queries
from gongqiao.services.lending.enums import FacilityKind, LoanState, ToolState
from gongqiao.services.lending.models import Facility, Loan, Tool, ToolKind
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.checking import checked


class ToolsForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("什么工具"), max_length=30)
    count = forms.IntegerField(label=gettext_lazy("加几件"), min_value=1, max_value=actions.MOST_PIECES, initial=1)
    days = forms.IntegerField(label=gettext_lazy("借几天"), min_value=1, max_value=actions.MOST_DAYS, initial=1)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=120, required=False)


class FacilityForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("是什么"), choices=FacilityKind.choices)
    where = forms.CharField(label=gettext_lazy("在哪里"), max_length=60)
    hours = forms.CharField(label=gettext_lazy("什么时候能用"), max_length=40, required=False)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=120, required=False)


@needs(Right.LENDING)
@require_safe
def index(request: Request) -> HttpResponse:
    """What is out, late first; what can be lent; what is broken or lost; for the manager, the lists."""
    by = actor(request)
    answer = {
        "lines": queries.lines(by, request.now),
        "kinds": queries.kinds(),
        "off": queries.off(by),
        "ended": queries.ended(by),
        "facilities": queries.facilities(),
        "tools_form": ToolsForm(auto_id="tools_%s"),
        "facility_form": FacilityForm(auto_id="facility_%s"),
        "who": request.GET.get("who", ""),
    }
    return render(request, "desk/lending.html", answer)


def _borrower(request: Request) -> Dossier:
    """By the card (scanned, or the number on it), or by the file number."""
    by, text = actor(request), request.POST.get("who", "")
    if cards.is_card(text):
        return dossiers.of_card(by.market, cards.read_card(text))
    found = dossiers.numbered(by, text)
    if found is None:
        raise Refused(_("没有这份档案。请扫卡，或者写档案号，像 Y-1002；没登记的先登记。"))
    return found


def _lend(request: Request) -> str:
    kind = ToolKind.objects.filter(pk=whole_number(request.POST.get("kind"))).first()
    if kind is None:
        raise Refused(_("请选要借的工具。"))
    loan = actions.lend(kind, _borrower(request), by=actor(request))
    told = {"tool": loan.tool.name, "who": loan.dossier.person.name}
    return _("%(tool)s借给了%(who)s，不收押金。") % told


def _loan(request: Request) -> Loan:
    found = queries.loans(actor(request)).filter(pk=whole_number(request.POST.get("loan"))).first()
    if found is None:
        raise Refused(_("没有借出这一件，请重新打开这一页。"))
    return found


def _end(request: Request) -> str:
    how = request.POST.get("how", "")
    if how not in LoanState.values:
        raise Refused(_("请选：还了、坏了、丢了。"))
    actions.end(_loan(request), LoanState(how), by=actor(request), note=request.POST.get("note", ""))
    return _("记下了。")


def _call(request: Request) -> str:
    reached = request.POST.get("reached") == "1"
    actions.record_call(_loan(request), by=actor(request), reached=reached, note=request.POST.get("note", ""))
    return _("记下了。")


def _mend(request: Request) -> str:
    tool = Tool.objects.select_related("kind").filter(pk=whole_number(request.POST.get("tool"))).first()
    to = request.POST.get("to", "")
    if tool is None or to not in ToolState.values:
        raise Refused(_("没有这件工具，请重新打开这一页。"))
    actions.mend(tool, ToolState(to), by=actor(request))
    return _("记下了。")


def _tools(request: Request) -> str:
    data = checked(ToolsForm(request.POST)).cleaned_data
    actions.add_tools(data["name"], data["count"], by=actor(request), days=data["days"], note=data["note"])
    return _("加上了。")


def _facility(request: Request) -> str:
    data = checked(FacilityForm(request.POST)).cleaned_data
    kind = FacilityKind(data["kind"])
    actions.add_facility(kind, data["where"], by=actor(request), hours=data["hours"], note=data["note"])
    return _("加上了，公开页上看得到了。")


def _remove(request: Request) -> str:
    row = Facility.objects.filter(pk=whole_number(request.POST.get("facility"))).first()
    if row is None:
        raise Refused(_("没有这一项，请重新打开这一页。"))
    actions.remove_facility(row, by=actor(request))
    return _("去掉了。")


STEPS: dict[str, Callable[[Request], str]] = {
    "lend": _lend,
    "end": _end,
    "call": _call,
    "mend": _mend,
    "tools": _tools,
    "facility": _facility,
    "remove": _remove,
}


@needs(Right.LENDING)
@require_POST
def act(request: Request, act: str) -> HttpResponse:
    """One step; what may not be is refused in words."""
    if act not in STEPS:
        raise Http404
    messages.success(request, STEPS[act](request))
    notify.deliver()
    return redirect("desk:lending")
