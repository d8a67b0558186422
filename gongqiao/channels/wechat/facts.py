"""What a message can say in the few fields of a template: of the work it is about, or of the message itself."""

from gongqiao.channels.wechat.templates import Facts, Purpose
from gongqiao.foundation.notify.enums import Kind
from gongqiao.foundation.notify.models import Message
from gongqiao.services.placement.models import Assignment

WORK = ("assignment", "news")
PAGES = {Purpose.WORK: "pages/mine/mine", Purpose.TALK: "pages/say/say"}


def purpose_of(message: Message) -> Purpose | None:
    """None: nobody has been asked whether such a message may come (new work that is recommended)."""
    if message.kind == Kind.SUGGEST:
        return None
    return Purpose.WORK if message.about.partition(":")[0] in WORK else Purpose.TALK


def page_of(purpose: Purpose, message: Message) -> str:
    """Where a tap on the message leads; the market goes along, as a scanned code would bring it."""
    return f"{PAGES[purpose]}?scene=m%3D{message.market.code}"


def facts_of(message: Message) -> Facts:
    """Times in the market's zone."""
    market, zone = message.market, message.market.tz
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
    posting = row.shift.posting
    return Facts(
        title=posting.title,
        words=message.body,
        when=row.starts_at.astimezone(zone),
        where=posting.meeting_point or posting.place or market.name,
        market=market.name,
        phone=market.phone,
    )


def _assignment(message: Message) -> Assignment | None:
    kind, _colon, key = message.about.partition(":")
    if kind not in WORK or not key.isdigit():
        return None
    rows = Assignment._base_manager.select_related("shift__posting")
    found: Assignment | None = rows.filter(pk=int(key), market=message.market).first()
    return found
