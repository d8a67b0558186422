"""Papers keyed at the desk: one dense page for a form filled by hand, its head first, kept at every save."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.surveys import queries, reading
from gongqiao.needs.surveys.actions import correcting, keying
from gongqiao.needs.surveys.actions.sheets import Said
from gongqiao.needs.surveys.errors import HeadRefused
from gongqiao.needs.surveys.models import Paper, Wave
from gongqiao.web.access import needs
from gongqiao.web.desk.survey_forms import HeadForm
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.media import medium
from gongqiao.web.ui.sheets import Step, as_typed, brought, came_up, steps, told, turn_of


@needs(Right.SURVEY_COLLECT)
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, pk: int) -> HttpResponse:
    """An empty paper of a wave, which the first save makes one that is being keyed; or that one (`?paper=`), for who
    keys it."""
    by = actor(request)
    found = Wave.objects.select_related("campaign", "version__form", "version__market", "market")
    wave = get_object_or_404(found, pk=pk, campaign__in=queries.campaigns(by))
    keying.check_takes_papers(wave, by=by)
    if name := request.GET.get("media"):
        return medium(wave.version, name)
    row = None
    if key := request.GET.get("paper"):
        row = get_object_or_404(queries.papers(by), pk=whole_number(key), wave=wave)
    return _Desk(request, wave, row).answer()


def _address(wave: Wave, **asked: object) -> str:
    address = reverse("desk:survey-paper", args=[wave.pk])
    return f"{address}?{urlencode(asked)}" if asked else address


class _Desk:
    """One paper before one person: what the page shows of it and what a POST does with it."""

    def __init__(self, request: Request, wave: Wave, row: Paper | None) -> None:
        self.request, self.wave, self.row = request, wave, row
        self.by = actor(request)
        self.language = reading.language_for(wave.version, get_language() or "")

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.page(self.form(), self.steps())
        if self.row is not None and self.request.POST.get("do") == "drop":
            keying.drop(self.row, by=self.by)
            messages.success(self.request, _("这一份不录了。"))
            return redirect(_address(self.wave))
        if (left := self.request.POST.get("left")) is not None:
            row = get_object_or_404(Paper.objects.filter(wave=self.wave), pk=whole_number(left))
            correcting.take_over(row, by=self.by)
            return redirect(_address(self.wave, paper=row.pk))
        return self.save()

    def form(self, data: Any = None, files: "MultiValueDict[str, Any] | None" = None) -> HeadForm:
        asked = {name: self.request.GET[name] for name in HeadForm.CARRIED if name in self.request.GET}
        return HeadForm(data, files, by=self.by, wave=self.wave, paper=self.row, carried=asked)

    def steps(self, wrong: Mapping[str, str] | None = None) -> list[Step]:
        """All that is asked now. Who he is stands at the head: his file number is not asked for again."""
        session = keying.session_of(self.wave, self.row, language=self.language)
        media = reading.shown_media(self.wave.version)
        return steps(session, one_by_one=False, wrong=wrong, known=(reading.FILE_NO,), media=media)

    def save(self) -> HttpResponse:
        """What was typed goes with its head or not at all; then, when that is wanted, it is handed in."""
        data, before = self.request.POST, self.steps()
        form = self.form(data, self.request.FILES)
        if not form.is_valid():
            return self.refused(form, before)
        found = brought([each for step in before for each in step.asked], data, self.request.FILES)
        turn = turn_of(data.get("do", ""))
        said = Said(found.answers, found.files, turn.add, turn.remove)
        try:
            problems = self._kept(form, said)
        except HeadRefused as refusal:
            form.add_error(refusal.field, str(refusal))
            return self.refused(form, before)
        session = keying.session_of(self.wave, self.row, language=self.language)
        wrong = {**told(session, problems), **found.wrong}
        if wrong:
            return self.page(self.form(), as_typed(self.steps(wrong), data, wrong), status=422)
        return self.send(before) if data.get("do") == "send" else self.saved(before)

    def _kept(self, form: HeadForm, said: Said) -> list[Any]:
        head, scans = form.head(), form.scans()
        if self.row is None:
            self.row, problems = keying.begin(self.wave, head, said, scans, by=self.by, language=self.language)
            return problems
        seen = self.request.POST.get("seen", "")
        problems = keying.keep(self.row, head, said, scans, by=self.by, seen=seen, language=self.language)
        self.row = queries.papers(self.by).get(pk=self.row.pk)
        return problems

    def refused(self, form: HeadForm, before: list[Step]) -> HttpResponse:
        """Nothing was kept: everything typed stands there again, but for files; the page is as old as it was."""
        return self.page(form, as_typed(before, self.request.POST), self.request.POST.get("seen", ""), status=422)

    def saved(self, before: list[Step]) -> HttpResponse:
        """What an answer brought up is the next to be typed."""
        assert self.row is not None, "it was kept just now"
        address, new = _address(self.wave, paper=self.row.pk), came_up(before, self.steps())
        if not new:
            messages.success(self.request, _("存好了。"))
        return redirect(f"{address}#{quote(new)}" if new else address)

    def send(self, before: list[Step]) -> HttpResponse:
        """Handed in, the next paper of the pile lies there: most were asked by the same person on the same day."""
        assert self.row is not None, "it was kept just now"
        made, problems = keying.hand_in(self.row, by=self.by)
        if made is None:
            session = keying.session_of(self.wave, self.row, language=self.language)
            return self.page(self.form(), self.steps(told(session, problems)), status=422)
        if self.row.corrects_id is not None:
            messages.success(self.request, _("改好了，交上去了。"))
            return redirect("desk:survey-answer", made.pk)
        messages.success(self.request, _("录好了，交上去了。下一份。"))
        return redirect(_address(self.wave, asked_on=self.row.asked_on.isoformat(), collector=self.row.collector_id))

    def page(self, form: HeadForm, made: list[Step], seen: str | None = None, status: int = 200) -> HttpResponse:
        """A page that was refused goes to where the paper is, which it may be only since now."""
        wrong = [each for step in made for each in step.asked if each.problem]
        answer = {
            "wave": self.wave,
            "paper": self.row,
            "seen": keying.mark_of(self.row) if seen is None and self.row is not None else seen or "",
            "address": _address(self.wave, paper=self.row.pk) if self.row is not None else _address(self.wave),
            "form": form,
            "steps": made,
            "wrong": wrong,
            "scans": self.row.draft.files.filter(scan=True).count() if self.row is not None else 0,
            "left": queries.left_papers(self.by, self.wave) if self.row is None else [],
            "others": [row for row in queries.papers(self.by).filter(wave=self.wave) if row != self.row],
        }
        response = render(self.request, "desk/paper.html", answer, status=status)
        response["Cache-Control"] = "no-store"
        return response
