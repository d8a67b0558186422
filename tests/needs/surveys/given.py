"""A form in use, a running wave, an answer that came in."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from gongqiao.foundation import clock
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys.actions import fieldwork
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.enums import Channel, Subject, SubmissionState, VersionState
from gongqiao.needs.surveys.models import Form, FormVersion, Submission, Wave
from tests.factories import House

_numbers = count(1)


def version(
    house: House, subject: Subject = Subject.WORKER, state: VersionState = VersionState.PUBLISHED
) -> FormVersion:
    moment = clock.now()
    form = Form.objects.create(
        market=house.market,
        code=f"form{next(_numbers)}",
        title="零工需求",
        subject=subject,
        created_by=house.zhou,
        created_at=moment,
    )
    return FormVersion.objects.create(
        market=house.market,
        form=form,
        version="1",
        xform="",
        md5="0" * 32,
        state=state,
        created_by=house.zhou,
        created_at=moment,
        published_at=moment if state == VersionState.PUBLISHED else None,
    )


def wave(house: House, subject: Subject = Subject.WORKER) -> Wave:
    """Running from today for a month; 梁经理 reviews."""
    return running(house, version(house, subject))


def running(house: House, asked_with: FormVersion) -> Wave:
    """A campaign's first wave with this form, from today for a month; 梁经理 reviews."""
    facts = CampaignFacts("秋季需求调查", "知道大家要什么", "我同意把回答写进档案。")
    campaign = fieldwork.start_campaign(facts, [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    row = fieldwork.open_wave(campaign, asked_with, today, today + timedelta(days=30), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return row


def answered(
    house: House, dossier: Dossier | None, *, ended: datetime | None = None, in_wave: Wave | None = None, **facts: Any
) -> Submission:
    """An answer that 莫专员 brought in."""
    row = in_wave or wave(house)
    moment = ended or clock.now()
    filled: date = moment.astimezone(house.market.tz).date()
    return Submission.objects.create(
        market=house.market,
        form=row.version.form,
        wave=row,
        root_instance=f"uuid:{next(_numbers)}",
        channel=Channel.COLLECT,
        collector=house.mo,
        filled_on=filled,
        started_at=moment - timedelta(minutes=12),
        ended_at=moment,
        received_at=clock.now(),
        dossier=dossier,
        state=SubmissionState.RECEIVED,
        **facts,
    )
