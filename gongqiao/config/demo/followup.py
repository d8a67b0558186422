"""The demo's follow-up: who began to work thirty days ago is on a list by itself; most have answered."""

import random
from datetime import date, datetime, time, timedelta

from gongqiao.config.demo.surveys import filled
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Channel, FieldTaskState, Subject
from gongqiao.needs.surveys.forms import FOLLOWUPS
from gongqiao.needs.surveys.models import FieldTask
from gongqiao.services.followup.tick import tick

PURPOSE = "派了活一个月以后，人还在不在干、钱拿到没有、要不要帮（演示）。"
CONSENT = "我同意驿站把我说的记进我的档案。随时可以撤回。"
ANSWERS, TOOK = 0.7, timedelta(minutes=6)
WORKING = (("steady", "same", "all"), ("some", "other_station", "all"), ("some", "other_self", "part"))


def ask_again(market: Market, staff: dict[str, Membership], today: date, seed: int) -> int:
    """Through the real actions, on the morning of `today`; returns how many answered."""
    rng, author = random.Random(f"{seed}/followup"), staff["zhou"]
    with clock.held_at(_at(market, today, 6)):
        version = publishing.add_version(Draft(FOLLOWUPS[30], Subject.WORKER), by=author)
        publishing.publish(version, by=author)
        campaign = fieldwork.start_campaign(
            CampaignFacts("30 天回访（演示）", PURPOSE, CONSENT), [staff["liang"]], by=author
        )
        wave = fieldwork.open_wave(campaign, version, today - timedelta(days=7), today + timedelta(days=60), by=author)
        fieldwork.run(campaign, by=author)
        tick()
    form, answered = reading.form_of(version), 0
    reserved = FieldTask.objects.filter(wave=wave, state=FieldTaskState.RESERVED)
    for number, task in enumerate(reserved.select_related("dossier", "collector").order_by("pk")):
        if task.collector is None or task.dossier is None or rng.random() > ANSWERS:
            continue
        at = _at(market, today, 7) + number * timedelta(minutes=1)
        working, same, paid = rng.choice(WORKING)
        said = {"consent": "yes", "file_no": task.dossier.number, "working": working, "same": same}
        said |= {"days": str(rng.randrange(3, 27)), "paid": paid, "use": rng.choice(("often", "no_class"))}
        content = filled(form, said.copy, at, at + TOOK, seed=task.pk)
        with clock.held_at(at + TOOK):
            intake.receive(Delivery(content, channel=Channel.COLLECT, device=f"collect:{task.pk}"), by=task.collector)
        answered += 1
    return answered


def _at(market: Market, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), market.tz)
