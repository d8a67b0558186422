"""One interview or focus group: who takes part, what was recorded and written, what is picked out of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.interviews import queries, rules, voices
from gongqiao.needs.interviews.actions import excerpts, talks, withdrawal
from gongqiao.needs.interviews.actions.excerpts import Span
from gongqiao.needs.interviews.actions.talks import Agreed
from gongqiao.needs.interviews.enums import CancelWhy, Kind, RecordingState, TalkState
from gongqiao.needs.interviews.models import Code, Excerpt, Participant, Phase, Recording, Talk, Transcript
from gongqiao.needs.surveys.actions import heard
from gongqiao.web.access import needs
from gongqiao.web.desk.study_forms import HeardForm
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.checking import Form, checked

WORKING = (TalkState.HELD, TalkState.WRITTEN, TalkState.CODED)
CANCELS = (CancelWhy.ABSENT, CancelWhy.UNWILLING, CancelWhy.POSTPONED, CancelWhy.DANGER)


def _opened(request: Request, pk: UUID) -> Talk:
    try:
        return queries.opened(actor(request), pk)
    except Talk.DoesNotExist:
        raise Http404 from None


@needs(Right.STUDY_WORK)
@require_safe
def show(request: Request, pk: UUID) -> HttpResponse:
    """The whole talk on one page, the accepted text beside its recording. Opening it is written down."""
    by, talk = actor(request), _opened(request, pk)
    with audit_door():
        talks.record_reading(talk, by=by)
    transcript = queries.accepted(talk)
    picked = queries.coded(queries.excerpts(by).filter(transcript__talk=talk))
    people = list(talk.participants.all())
    answer = {
        "talk": talk,
        "is_group": talk.kind == Kind.GROUP,
        "working": talk.state in WORKING,
        "may_pick": transcript is not None and talk.state in (TalkState.WRITTEN, TalkState.CODED),
        "people": people,
        "has_room": sum(each.withdrawn_at is None for each in people)
        < (rules.MOST_GROUP if talk.kind == Kind.GROUP else 1),
        "words": talk.study.words.order_by("-number").first(),
        "phases": list(talk.phases.all()),
        "recordings": [row for row in talk.recordings.all() if row.state != RecordingState.FORGOTTEN],
        "transcripts": list(talk.transcripts.all()),
        "transcript": transcript,
        "lines": voices.lines(transcript.text) if transcript else [],
        "excerpts": [(row, rules.may_quote(row), {code.pk for code in row.codes.all()}, _heard(row)) for row in picked],
        "codes": list(queries.codes(by).filter(study=talk.study, merged_into=None)),
        "cancels": [(why.value, why.label) for why in CANCELS],
    }
    response = render(request, "desk/talk.html", answer)
    response["Cache-Control"] = "no-store"
    return response


def _heard(row: Excerpt) -> HeardForm | None:
    """Where there is a file that a fact could go into."""
    known = row.participant.person_id is not None and row.blanked_at is None
    return HeardForm(auto_id=f"heard-{row.pk}-%s") if known else None


@needs(Right.STUDY_WORK)
@require_safe
def recording(request: Request, pk: UUID) -> HttpResponse:
    """A recording as it was made; one that waits to be cut is a file for whoever cuts it. Each is a hearing."""
    by = actor(request)
    found = queries.recordings(by).filter(talk=pk).exclude(state=RecordingState.FORGOTTEN)
    wanted = request.GET.get("recording", "")
    row = found.filter(pk=whole_number(wanted)).first() if wanted else found.first()
    if row is None:
        raise Http404
    if not rules.may_hear(row) and not _cuts(row, request):
        raise Refused(_("有人撤回了，这段录音剪过才能听。"))
    with audit_door():
        talks.record_hearing(row, by=by)
    response = HttpResponse(files.content(row.file), content_type=row.file.kind)
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = "inline" if rules.may_hear(row) else "attachment; filename=to-cut"
    return response


def _cuts(row: Recording, request: Request) -> bool:
    """A lead may take the whole recording to cut a voice out of it."""
    known = rules.member(actor(request), row.talk.study)
    return known is not None and known.lead


class Asked:
    """What a form of the talk's page sent, read as the acts want it."""

    def __init__(self, request: Request, talk: Talk) -> None:
        self.by, self.talk, self._request = actor(request), talk, request

    def word(self, name: str = "text") -> str:
        return self._request.POST.get(name, "")

    def ticked(self, name: str) -> bool:
        return self.word(name) == "on"

    def of(self, rows: Any, name: str) -> Any:
        """The row of this talk that the form names."""
        found = next((row for row in rows if str(row.pk) == self.word(name)), None)
        if found is None:
            raise Refused(_("没有这一条，请重新打开这一页。"))
        found.talk = self.talk
        return found

    def participant(self) -> Participant:
        return self.of(self.talk.participants.all(), "participant")  # type: ignore[no-any-return]

    def transcript(self) -> Transcript:
        return self.of(self.talk.transcripts.all(), "transcript")  # type: ignore[no-any-return]

    def phase(self) -> Phase:
        return self.of(self.talk.phases.all(), "phase")  # type: ignore[no-any-return]

    def recording(self) -> Recording:
        return self.of(self.talk.recordings.all(), "recording")  # type: ignore[no-any-return]

    def excerpt(self) -> Excerpt:
        found = queries.excerpts(self.by).filter(transcript__talk=self.talk)
        row = next((row for row in found if str(row.pk) == self.word("excerpt")), None)
        if row is None:
            raise Refused(_("没有这一条，请重新打开这一页。"))
        row.transcript.talk = self.talk
        return row

    def codes(self) -> list[Code]:
        wanted = {whole_number(each) for each in self._request.POST.getlist("codes")}
        return list(queries.codes(self.by).filter(study=self.talk.study, pk__in=wanted))

    def person(self) -> Person | None:
        number = self.word("file_no").strip()
        found = dossiers.numbered(self.by, number) if number else None
        if number and found is None:
            raise Refused(_("没有这个档案号。"))
        return found.person if found else None

    def audio(self) -> tuple[str, bytes]:
        file = self._request.FILES.get("audio")
        if file is None:
            raise Refused(_("请选录音文件。"))
        if (file.size or 0) > rules.MOST_AUDIO:
            raise Refused(_("录音太大，最多 %(most)d MB。") % {"most": rules.MOST_AUDIO // 1_000_000})
        return file.name or "audio", file.read()

    def span(self) -> Span:
        first, last = whole_number(self.word("first")), whole_number(self.word("last"))
        if not first and not self.word("pasted").strip():
            raise Refused(_("请把话复制过来，或者写第几行。"))
        return Span(first, last, self.word("pasted"))

    def form(self, kind: type[Form]) -> Form:
        """Filled, or Refused naming each field and what is wrong with it."""
        return checked(kind(self._request.POST))

    def why(self) -> CancelWhy:
        if self.word("why") not in CancelWhy.values:
            raise Refused(_("请选为什么。"))
        return CancelWhy(self.word("why"))


def _agree(it: Asked) -> None:
    agreed = Agreed(notes=it.ticked("notes"), audio=it.ticked("audio"), quote=it.ticked("quote"))
    talks.agree(it.participant(), agreed, by=it.by)


def _propose(it: Asked) -> None:
    form = it.form(HeardForm)
    heard.propose_heard(it.excerpt(), form.said(), agreed=form.cleaned_data["agreed"], by=it.by)


STEPS: dict[str, Callable[[Asked], object]] = {
    "invite": lambda it: talks.invite(it.talk, it.word("name"), by=it.by, person=it.person()),
    "agree": _agree,
    "hold": lambda it: talks.hold(it.talk, by=it.by, notes=it.word()),
    "note": lambda it: talks.note(it.talk, it.word(), by=it.by),
    "phase": lambda it: talks.note_phase(it.phase(), it.word(), by=it.by),
    "record": lambda it: talks.record(it.talk, *it.audio(), by=it.by),
    "cut": lambda it: talks.put_cut(it.recording(), *it.audio(), by=it.by),
    "forget": lambda it: talks.drop_recording(it.recording(), by=it.by),
    "transcribe": lambda it: talks.transcribe(it.talk, it.word(), by=it.by),
    "accept": lambda it: talks.accept(it.transcript(), by=it.by),
    "pick": lambda it: excerpts.pick(it.talk, it.span(), it.codes(), by=it.by, hide=it.word("hide")),
    "code": lambda it: excerpts.code(it.excerpt(), it.codes(), by=it.by),
    "drop": lambda it: excerpts.drop(it.excerpt(), by=it.by),
    "propose": _propose,
    "coded": lambda it: excerpts.finish_coding(it.talk, by=it.by),
    "close": lambda it: talks.close(it.talk, by=it.by),
    "cancel": lambda it: talks.cancel(it.talk, it.why(), by=it.by),
    "withdraw": lambda it: withdrawal.withdraw(it.participant(), by=it.by),
}


@needs(Right.STUDY_WORK)
@require_POST
def act(request: Request, pk: UUID, act: str) -> HttpResponse:
    """One step, then the page again."""
    talk = _opened(request, pk)
    if act not in STEPS:
        raise Http404
    STEPS[act](Asked(request, talk))
    messages.success(request, _("记下了。"))
    return redirect("desk:talk", pk)
