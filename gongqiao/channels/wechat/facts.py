"""What a message can say in the few fields of a template: of the work it is about, or of the message itself."""

from dataclasses import replace

from django.utils.translation import gettext as _

from gongqiao.channels.wechat.templates import Facts, Purpose
from gongqiao.foundation.money import pay_words
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.models import Message
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending.queries import recommended

WORK = ("assignment", "news")
PAGES = {Purpose.WORK: "pages/mine/mine", Purpose.TALK: "pages/say/say", Purpose.NEW: "pages/job/job"}


def purpose_of(message: Message) -> Purpose:
    """What he must have agreed to, for this message to come."""
    if message.kind == Kind.SUGGEST:
        return Purpose.NEW
    return Purpose.WORK if message.about.partition(":")[0] in WORK else Purpose.TALK


def page_of(purpose: Purpose, message: Message) -> str:
    """Where a tap on the message leads, to the very job where there is one; the market goes along, as a scanned code
    would bring it."""
    row = recommended(message) if purpose == Purpose.NEW else None
    job = f"id={row.shift_id}&" if row is not None else ""
    return f"{PAGES[purpose]}?{job}scene=m%3D{message.market.code}"


def facts_of(message: Message) -> Facts:
    """Times in the market's zone."""
    market, zone = message.market, message.market.tz
    if message.kind == Kind.SUGGEST and (told := recommended(message)) is not None:
        return replace(_of_work(told.shift, message), why=_("，").join(told.reasons.get("worker", ())))
    row = _assignment(message)
    if row is None:
        return Facts(
            title=market.name,
            words=message.body,
            when=message.created_at.astimezone(zone),
            where=market.address or market.name,
            market=market.name,
            phone=market.phone,
        )
    return _of_work(row.shift, message)


def _of_work(shift: Shift, message: Message) -> Facts:
    posting, market = shift.posting, message.market
    return Facts(
        title=posting.title,
        words=message.body,
        when=shift.starts_at.astimezone(market.tz),
        where=posting.meeting_point or posting.place or market.name,
        market=market.name,
        phone=market.phone,
        pay=pay_words(posting.pay_fen, posting.pay_unit),
        fen=posting.pay_fen,
    )


def _assignment(message: Message) -> Assignment | None:
    kind, _colon, key = message.about.partition(":")
    if kind not in WORK or not key.isdigit():
        return None
    rows = Assignment._base_manager.select_related("shift__posting")
    found: Assignment | None = rows.filter(pk=int(key), market=message.market).first()
    return found
