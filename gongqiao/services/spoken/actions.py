"""Recording, hearing again, using, replacing, taking down; the market's own tongues and sentences."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.services.spoken import queries, rules
from gongqiao.services.spoken.enums import ClipState
from gongqiao.services.spoken.models import Clip, Prompt, Tongue
from gongqiao.services.spoken.places import BY_KEY

MOST_TONGUES, MOST_OWN = 12, 20


@dataclass(frozen=True)
class Agreed:
    """Who spoke, and that he agreed to be heard by everybody who comes to the page."""

    speaker: str
    on: date
    note: str = ""


@transaction.atomic
def record(key: str, tongue: str, name: str, content: bytes, agreed: Agreed, *, by: Membership) -> Clip:
    """A recording is handed in; nobody hears it on a page before somebody has listened to it again (`accept`)."""
    check_may(by, Right.SPOKEN)
    if not agreed.speaker.strip():
        raise Refused(_("请写是谁的声音。没有他的同意，不能用。"))
    if agreed.on > clock.now().astimezone(by.market.tz).date():
        raise Refused(_("他同意的日子不能在今天以后。"))
    check_lengths(Clip, speaker=agreed.speaker.strip(), agreed_note=agreed.note.strip())
    seconds = rules.check_sound(content)
    prompt, spoken_in = _prompt(key, by), _tongue(tongue, by)
    file = files.keep(by.market, name, content, allowed=rules.KINDS, most_bytes=rules.MOST_BYTES)
    clip: Clip = Clip.objects.create(
        market=by.market,
        prompt=prompt,
        tongue=spoken_in,
        file=file,
        sha256=file.sha256,
        seconds=seconds,
        speaker=agreed.speaker.strip(),
        agreed_on=agreed.on,
        agreed_note=agreed.note.strip(),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    audit.record("clip.recorded", clip, by=by, prompt=key, tongue=tongue, seconds=seconds, sha256=file.sha256)
    return clip


def _prompt(key: str, by: Membership) -> Prompt:
    if key in BY_KEY:
        facts = {"place": key, "written_by": by, "written_at": clock.now()}
        return Prompt.objects.get_or_create(market=by.market, key=key, defaults=facts)[0]
    found: Prompt | None = Prompt.objects.filter(key=key, dropped_at=None).first()
    if found is None:
        raise Refused(_("没有这一句要念的话。"))
    return found


def _tongue(code: str, by: Membership) -> Tongue:
    if code not in queries.tongues():
        raise Refused(_("没有这一种话，请经理先加上。"))
    facts = {"added_by": by, "added_at": clock.now()}
    return Tongue.objects.get_or_create(market=by.market, code=code, defaults=facts)[0]


@transaction.atomic
def accept(clip: Clip, *, by: Membership) -> None:
    """Listened to from beginning to end: the words are those that stand there. It takes the place of the one in use."""
    check_may(by, Right.SPOKEN, clip)
    Prompt.objects.select_for_update().get(pk=clip.prompt_id)  # one at a time takes the place
    if clip.prompt.dropped_at is not None:
        raise Refused(_("这句话已经不念了。"))
    before = Clip.objects.filter(prompt=clip.prompt_id, tongue=clip.tongue_id, state=ClipState.LIVE)
    for old in before.select_related("file"):
        _end(old, ClipState.REPLACED, _("换成了新录的"), by)
    try:
        with transaction.atomic():
            states.move(clip, to=ClipState.LIVE, heard_by=by, heard_at=clock.now())
    except IntegrityError:
        raise Stale from None
    audit.record("clip.accepted", clip, by=by, prompt=clip.prompt.key, tongue=clip.tongue.code)


@transaction.atomic
def refuse(clip: Clip, why: str, *, by: Membership) -> None:
    """Misread, too faint, somebody's name in it: it is not used and its sound is gone."""
    check_may(by, Right.SPOKEN, clip)
    if not why.strip():
        raise Refused(_("请写哪里不行，好重新录。"))
    _end(clip, ClipState.REFUSED, why.strip(), by)


@transaction.atomic
def withdraw(clip: Clip, why: str, *, by: Membership) -> None:
    """Taken off the page at once, for a fault or because whoever spoke no longer wants it; its sound is gone."""
    check_may(by, Right.SPOKEN, clip)
    if not why.strip():
        raise Refused(_("请写为什么撤下。"))
    _end(clip, ClipState.WITHDRAWN, why.strip(), by)


_ENDED = {
    ClipState.REFUSED: "clip.refused",
    ClipState.REPLACED: "clip.replaced",
    ClipState.WITHDRAWN: "clip.withdrawn",
}


def _end(clip: Clip, to: ClipState, why: str, by: Membership) -> None:
    """What is no longer heard is not kept: the digest stays as evidence of what was."""
    states.move(clip, to=to, ended_by=by, ended_at=clock.now(), ended_note=why)
    files.forget(clip.file)
    audit.record(_ENDED[to], clip, by=by, why=why)


@transaction.atomic
def add_tongue(name: str, *, by: Membership) -> Tongue:
    """Another language of the ear, such as 侗话 or 苗话."""
    check_may(by, Right.MARKET_SETTINGS)
    name, known = name.strip(), queries.tongues()
    check_lengths(Tongue, name=name)
    if not name:
        raise Refused(_("请写这种话叫什么。"))
    if name in known.values():
        raise Refused(_("已经有“%(name)s”了。") % {"name": name})
    if len(known) >= MOST_TONGUES:
        raise Refused(_("最多 %(most)d 种话。") % {"most": MOST_TONGUES})
    code = slugify(name)[:12]
    code = code if code and code not in known else f"x-{uuid4().hex[:8]}"
    facts = {"name": name, "added_by": by, "added_at": clock.now()}
    row: Tongue = Tongue.objects.create(market=by.market, code=code, **facts)
    audit.record("tongue.added", row, by=by, name=name)
    return row


@transaction.atomic
def write_prompt(place: str, text: str, *, by: Membership) -> Prompt:
    """A sentence of the market's own for one page: it stands there in writing and is read aloud after the page's."""
    check_may(by, Right.MARKET_SETTINGS)
    text = text.strip()
    check_lengths(Prompt, text=text)
    if place not in BY_KEY or not text:
        raise Refused(_("请选一页，再写要说的话。"))
    if Prompt.objects.exclude(text="").filter(dropped_at=None).count() >= MOST_OWN:
        raise Refused(_("最多 %(most)d 句自己的话，先去掉不用的。") % {"most": MOST_OWN})
    row: Prompt = Prompt.objects.create(
        market=by.market, key=f"own-{uuid4().hex[:12]}", place=place, text=text, written_by=by, written_at=clock.now()
    )
    audit.record("prompt.written", row, by=by, place=place, text=text)
    return row


@transaction.atomic
def drop_prompt(prompt: Prompt, *, by: Membership) -> None:
    """The sentence goes, and whatever was recorded of it."""
    check_may(by, Right.MARKET_SETTINGS, prompt)
    if not prompt.own:
        raise Refused(_("每一页本来的话不能去掉。"))
    if Prompt.objects.filter(pk=prompt.pk, dropped_at=None).update(dropped_at=clock.now()) != 1:
        raise Stale
    for clip in prompt.clips.filter(state__in=[ClipState.LIVE, ClipState.WAITING]).select_related("file"):
        _end(clip, ClipState.WITHDRAWN, _("这句话不念了"), by)
    audit.record("prompt.dropped", prompt, by=by, place=prompt.place)
