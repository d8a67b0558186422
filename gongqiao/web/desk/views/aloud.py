"""念给人听的录音: what is recorded in which tongue, what is missing; handing in, hearing again, taking down."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.spoken import actions, queries, rules
from gongqiao.services.spoken.actions import Agreed
from gongqiao.services.spoken.enums import ClipState
from gongqiao.services.spoken.models import Clip, Prompt
from gongqiao.services.spoken.places import PLACES
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.checking import checked
from gongqiao.web.ui.fields import DayField
from gongqiao.web.ui.media import sound


class ClipForm(forms.Form):
    """One recording, whose voice it is, and that he agreed."""

    sound = forms.FileField(
        label=gettext_lazy("录音"),
        widget=forms.ClearableFileInput({"accept": "audio/*,.mp3,.m4a,.wav"}),
        help_text=gettext_lazy("手机录音机录的就行；mp3、m4a 或 wav，最长一分半钟，最大 3 MB。里面不要有人名和电话。"),
    )
    speaker = forms.CharField(
        label=gettext_lazy("谁的声音"), max_length=40, help_text=gettext_lazy("只有工作人员看得到。")
    )
    agreed_on = DayField(label=gettext_lazy("他哪天同意的"))
    agreed_note = forms.CharField(label=gettext_lazy("怎么同意的"), max_length=120, required=False)
    agreed = forms.BooleanField(label=gettext_lazy("跟他说清楚了：放在驿站的网页和大厅里给大家听，不想放了随时撤"))

    def clean_sound(self) -> Any:
        """One that is too large is told before any of it is read."""
        file = self.cleaned_data["sound"]
        if (file.size or 0) > rules.MOST_BYTES:
            raise forms.ValidationError(
                _("录音太大，最多 %(most)d MB；存成 mp3 会小很多。") % {"most": rules.MOST_BYTES // 1_000_000}
            )
        return file


@needs(Right.SPOKEN)
@require_safe
def index(request: Request) -> HttpResponse:
    """Every thing to be read × every tongue; the slot that is asked for stands open beside it."""
    by = actor(request)
    rows = queries.table(by)
    row = next((each for each in rows if each.key == request.GET.get("prompt")), None)
    slot = next((each for each in row.slots if each.tongue == request.GET.get("tongue")), None) if row else None
    answer = {
        "rows": rows,
        "tongues": [each.name for each in rows[0].slots],
        "row": row,
        "slot": slot,
        "missing": [(name, count) for name, count in queries.missing(rows).items() if count],
        "waiting": sum(len(each.waiting) for line in rows for each in line.slots),
        "form": ClipForm(initial={"agreed_on": timezone.localdate(request.now)}),
        "places": PLACES,
        "ended": queries.ended(by),
    }
    return render(request, "desk/aloud.html", answer)


@needs(Right.SPOKEN)
@require_safe
def listen(request: Request, pk: int) -> HttpResponse:
    """A recording at the desk, whether it is used or still waits to be heard."""
    here = queries.clips(actor(request)).filter(state__in=[ClipState.WAITING, ClipState.LIVE])
    return sound(request, get_object_or_404(here, pk=pk).file, "no-store")


def _slot(request: Request) -> str:
    """The address of the slot that the form was sent from."""
    asked = {name: request.POST[name] for name in ("prompt", "tongue") if request.POST.get(name)}
    return reverse("desk:aloud") + (f"?{urlencode(asked)}#slot" if asked else "")


def _clip(request: Request) -> Clip:
    found = queries.clips(actor(request)).filter(pk=whole_number(request.POST.get("clip"))).first()
    if found is None:
        raise Refused(_("没有这一段录音，请重新打开这一页。"))
    return found


def _record(request: Request) -> None:
    form = checked(ClipForm(request.POST, request.FILES))
    data, file = form.cleaned_data, form.cleaned_data["sound"]
    agreed = Agreed(data["speaker"], data["agreed_on"], data["agreed_note"])
    prompt, tongue = request.POST.get("prompt", ""), request.POST.get("tongue", "")
    actions.record(prompt, tongue, file.name or "voice", file.read(), agreed, by=actor(request))


def _accept(request: Request) -> None:
    if request.POST.get("heard") != "on":
        raise Refused(_("请从头听到尾，再打勾。"))
    actions.accept(_clip(request), by=actor(request))


def _drop(request: Request) -> None:
    found = Prompt.objects.filter(key=request.POST.get("key", "")).first()
    if found is None:
        raise Refused(_("没有这一句要念的话。"))
    actions.drop_prompt(found, by=actor(request))


STEPS: dict[str, Callable[[Request], object]] = {
    "record": _record,
    "accept": _accept,
    "refuse": lambda request: actions.refuse(_clip(request), request.POST.get("why", ""), by=actor(request)),
    "withdraw": lambda request: actions.withdraw(_clip(request), request.POST.get("why", ""), by=actor(request)),
    "tongue": lambda request: actions.add_tongue(request.POST.get("name", ""), by=actor(request)),
    "sentence": lambda request: actions.write_prompt(
        request.POST.get("place", ""), request.POST.get("text", ""), by=actor(request)
    ),
    "drop": _drop,
}


@needs(Right.SPOKEN)
@require_POST
def act(request: Request, act: str) -> HttpResponse:
    """One step with one recording, or with what the market adds of its own."""
    if act not in STEPS:
        raise Http404
    STEPS[act](request)
    messages.success(request, _("记下了。"))
    return redirect(_slot(request))
