"""How the station is for the workers, asked of a few of them; what some want dealt with becomes their ticket."""

from datetime import date, datetime, time, timedelta

from gongqiao.engines.xforms import Form, Session, submission
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Channel, Subject
from gongqiao.needs.surveys.forms import WORKER_SATISFACTION
from gongqiao.needs.surveys.models import FormVersion

FACTS = CampaignFacts("零工满意度（演示）", "知道驿站哪里要改（演示）。", "不留名字，只算总数。", quota=60)
# used, overall, manner, better, and what there is to say: its words, what to do with it, what about, a number
HEARD: tuple[tuple[str, ...], ...] = (
    ("work", "4", "5", "near", "", "", "", ""),
    ("work", "3", "4", "faster", "等活的棚子漏雨，坐的地方都是湿的。", "nameless", "other", ""),
    ("work policy", "4", "4", "pay", "", "", "", ""),
    ("work", "2", "3", "pay", "上个月卸货说好一天一百八，只给了一百五。", "named", "wages", "15500009001"),
    ("training", "5", "5", "nothing", "电工班讲得好。", "no", "", ""),
    ("work", "3", "unsure", "more", "去了才说要上夜班，跟打电话说的不一样。", "nameless", "job", "15500009002"),
    ("rights", "4", "5", "faster", "", "", "", ""),
    ("work", "3", "4", "teach", "想学开叉车。", "no", "", ""),
)


def hear(staff: dict[str, Membership], today: date, days: int) -> int:
    """Through the real actions, on one morning; returns how many answered."""
    author, collector = staff["zhou"], staff["mo"]
    market, asked_on = author.market, today - timedelta(days=min(2, days - 1))
    with clock.held_at(datetime.combine(asked_on, time(8, 30), market.tz)):
        version = _version(author)
        campaign = fieldwork.start_campaign(FACTS, [staff["liang"], author], by=author)
        fieldwork.open_wave(campaign, version, asked_on, today + timedelta(days=12), by=author)
        fieldwork.run(campaign, by=author)
    form = reading.form_of(version)
    for number, heard in enumerate(HEARD):
        ended = datetime.combine(asked_on, time(10), market.tz) + timedelta(minutes=15 * number)
        with clock.held_at(ended):
            content = _sheet(form, heard, ended, seed=number)
            intake.receive(Delivery(content, channel=Channel.COLLECT, device="collect:demo"), by=collector)
    return len(HEARD)


def _version(author: Membership) -> FormVersion:
    """In use, by us or by whoever asked with it before."""
    settings = WORKER_SATISFACTION["settings"][0]
    known = FormVersion.objects.filter(form__code=settings["form_id"], version=settings["version"])
    version = known.select_related("form", "market").first()
    if version is None:
        version = publishing.add_version(Draft(WORKER_SATISFACTION, Subject.WORKER), by=author)
        publishing.publish(version, by=author)
    return version


def _sheet(form: Form, heard: tuple[str, ...], ended: datetime, *, seed: int) -> bytes:
    used, overall, manner, better, words, deal, about, phone = heard
    said = {"used": used, "overall": overall, "fit": "4", "wait": "days", "manner": manner, "paid": "all"}
    said |= {"better": better, "say": words, "open_ticket": deal, "ticket_about": about, "ticket_phone": phone}
    session = Session(form, now=ended - timedelta(minutes=4), seed=seed)
    for name, text in said.items():
        session.answer(session.node(f"/data/{name}"), text)
    session.finish(now=ended)
    return submission.write(session.root)
