"""Picking words out of the accepted transcript and coding them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.interviews import rules, signals, voices
from gongqiao.needs.interviews.actions.talks import enter
from gongqiao.needs.interviews.enums import TalkState
from gongqiao.needs.interviews.models import Code, Excerpt, ExcerptCode, Talk, Transcript


@dataclass(frozen=True)
class Span:
    """Lines by number, or words as they were copied; `first` 0: look for the words."""

    first: int = 0
    last: int = 0
    pasted: str = ""


@transaction.atomic
def pick(talk: Talk, span: Span, codes: Sequence[Code], *, by: Membership, hide: str = "") -> Excerpt:
    """Words of one participant, out of the transcript that is accepted now; coded at once or later."""
    enter(talk, by)
    if talk.state not in (TalkState.WRITTEN, TalkState.CODED):
        raise Refused(_("先定一版听写稿，再摘话。"))
    transcript = Transcript.objects.get(talk=talk, accepted=True)
    first, last = _lines(transcript, span)
    said = [line for line in voices.lines(transcript.text) if first <= line.number <= last]
    words = _words(said, span.pasted)
    label = _voice(said)
    participant = next((each for each in rules.there(talk) if each.label == label), None)
    if participant is None:
        raise Refused(_("%(who)s 撤回了，或者不在里面。") % {"who": label})
    row = Excerpt.objects.create(
        market=talk.market,
        transcript=transcript,
        participant=participant,
        first=first,
        last=last,
        text=words,
        hide=hide.strip()[:500],
        by=by,
        at=clock.now(),
    )
    for code in codes:
        _put(row, code, talk)
    audit.record("talk.excerpt_made", talk, by=by, excerpt=str(row.pk), lines=f"{first}-{last}")
    return row


def _lines(transcript: Transcript, span: Span) -> tuple[int, int]:
    if span.first:
        last = span.last or span.first
        if not 1 <= span.first <= last <= transcript.text.count("\n") + 1:
            raise Refused(_("没有这几行。"))
        return span.first, last
    found = voices.located(transcript.text, span.pasted)
    if not found:
        raise Refused(_("稿子里没有这几句，请照原样复制，或者写第几行到第几行。"))
    if len(found) > 1:
        raise Refused(_("稿子里有 %(many)s 处这样的话，请写第几行到第几行。") % {"many": len(found)})
    return found[0]


def _words(said: Sequence[voices.Line], pasted: str) -> str:
    """What was copied when it is part of the lines, else the lines whole."""
    whole = "\n".join(line.words for line in said).strip()
    part = "\n".join(voices.LABEL.sub("", raw) for raw in pasted.replace("\r\n", "\n").split("\n")).strip()
    return rules.check_words(part or whole, needed=_("这几行没有话。"), most=rules.MOST_EXCERPT)


def _voice(said: Sequence[voices.Line]) -> str:
    heard = {line.voice for line in said if line.words.strip()}
    if len(heard) != 1 or not next(iter(heard)).startswith("P"):
        raise Refused(_("一条摘话只能是一个人说的，不带问的话。"))
    return next(iter(heard))


@transaction.atomic
def code(excerpt: Excerpt, codes: Sequence[Code], *, by: Membership) -> None:
    """These and no others stand on it now."""
    talk = excerpt.transcript.talk
    rules.check_works(by, talk.study)
    if excerpt.blanked_at is not None:
        raise Refused(_("本人撤回了，没有话了。"))
    ExcerptCode.objects.filter(excerpt=excerpt).delete()
    for each in codes:
        _put(excerpt, each, talk)
    audit.record("talk.excerpt_coded", talk, by=by, excerpt=str(excerpt.pk), codes=sorted(each.pk for each in codes))


def _put(excerpt: Excerpt, code: Code, talk: Talk) -> None:
    if code.study_id != talk.study_id:
        raise Refused(_("那不是这个课题的编码。"))
    ExcerptCode.objects.create(market=talk.market, excerpt=excerpt, code=code)


@transaction.atomic
def drop(excerpt: Excerpt, *, by: Membership) -> None:
    """Picked by mistake: its words go, the line that there was one stays."""
    talk = excerpt.transcript.talk
    rules.check_works(by, talk.study)
    blank(excerpt, by=by)
    audit.record("talk.excerpt_dropped", talk, by=by, excerpt=str(excerpt.pk))


def blank(excerpt: Excerpt, *, by: Membership) -> None:
    excerpt.text = excerpt.hide = ""
    excerpt.blanked_at = excerpt.blanked_at or clock.now()
    excerpt.save(update_fields=["text", "hide", "blanked_at"])
    signals.blanked.send(sender=Excerpt, excerpt=excerpt, by=by)


@transaction.atomic
def finish_coding(talk: Talk, *, by: Membership) -> None:
    """Every excerpt has a code, and there is one."""
    rules.check_works(by, talk.study)
    rows = Excerpt.objects.filter(transcript__talk=talk, blanked_at=None)
    if not rows.exists():
        raise Refused(_("还没有摘话。"))
    if rows.filter(coded=None).exists():
        raise Refused(_("还有摘话没有编码。"))
    states.move(talk, to=TalkState.CODED)
    audit.record("talk.coded", talk, by=by, excerpts=rows.count())
