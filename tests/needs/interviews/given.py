"""Studies and talks for tests, through the real actions."""

import io
import wave
from typing import Any

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.interviews import queries
from gongqiao.needs.interviews.actions import excerpts, studies, talks
from gongqiao.needs.interviews.actions.excerpts import Span
from gongqiao.needs.interviews.actions.studies import StudyFacts
from gongqiao.needs.interviews.actions.talks import Agreed, Part, TalkFacts
from gongqiao.needs.interviews.enums import Kind
from gongqiao.needs.interviews.models import Code, Excerpt, Participant, Study, Talk
from tests.factories import House

GUIDE = "您早上几点来？\n最难的是什么？"
WORDS = "您说的只有课题组看得到。可以不谈，随时可以撤回。"
ALL = Agreed(notes=True, audio=True, quote=True)
SAID = "问：早上几点来？\nP1：四点半。\n晚了就没活了。\n问：最难的呢？\nP1：韦师傅的腰不行了，打 15400001234 也没人接。"
ROUND = "问：最难的是什么？\nP1：工钱拖。\nP2：我跟老韦一样，拖了两个月。\nP3：路远。"


def study(house: House, *, by: Membership | None = None, title: str = "早市的难处") -> Study:
    """周社工 leads, 莫专员 is in the team; 梁经理, 罗专员 and 沈审计 are not."""
    row = studies.start(StudyFacts(title, "知道早市最难的是什么", GUIDE, WORDS), by=by or house.zhou)
    studies.name_member(row, house.mo, by=house.zhou)
    return row


def planned(house: House, of: Study, kind: Kind = Kind.INTERVIEW, **facts: Any) -> Talk:
    start = {"topic": "早市", "place": "驿站小屋", "starts_at": clock.now(), "leader": house.zhou}
    return talks.plan(of, TalkFacts(**{"kind": kind, **start, **facts}), by=house.zhou)


def interview(house: House, of: Study, *, agreed: Agreed = ALL, person: Any = None, name: str = "韦建国") -> Talk:
    """Held, with one who agreed."""
    talk = planned(house, of)
    talks.agree(talks.invite(talk, name, by=house.zhou, person=person), agreed, by=house.zhou)
    talks.hold(talk, by=house.zhou)
    return talk


def group(house: House, of: Study, *quote: bool) -> Talk:
    """Held with 韦建国, 陆大海 and 覃秀英, who agreed to everything unless `quote` says otherwise."""
    parts = (Part("开场", 10), Part("工钱", 30))
    talk = planned(house, of, Kind.GROUP, note_taker=house.mo, phases=parts)
    for name, may in zip(("韦建国", "陆大海", "覃秀英"), quote or (True, True, True), strict=True):
        agreed = Agreed(notes=True, audio=True, quote=may)
        talks.agree(talks.invite(talk, name, by=house.zhou), agreed, by=house.zhou)
    talks.hold(talk, by=house.zhou)
    return talk


def written(house: House, talk: Talk, text: str = SAID) -> Talk:
    talks.accept(talks.transcribe(talk, text, by=house.mo), by=house.zhou)
    return talk


def picked(house: House, talk: Talk, first: int, *codes: Code, last: int = 0, hide: str = "") -> Excerpt:
    return excerpts.pick(talk, Span(first, last), codes, by=house.mo, hide=hide)


def code(house: House, of: Study, name: str = "来得早") -> Code:
    return studies.add_code(of, name, f"说到{name}的话", by=house.mo)


def participant(talk: Talk, number: int = 1) -> Participant:
    row = Participant.objects.select_related("person", "talk__study__market", "talk__market").get(
        talk=talk, number=number
    )
    row.talk = talk
    return row


def reread(house: House, talk: Talk) -> Talk:
    return queries.opened(house.zhou, talk.pk)


def tone() -> bytes:
    """A WAV of a twentieth of a second of silence."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([128] * 400))
    return held.getvalue()
