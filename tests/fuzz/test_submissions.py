"""Submissions broken by chance, through the address that phones use, into a real database: taken whole, or refused in
words with every table as it was; never a 5xx, never long, never much memory.

GONGQIAO_FUZZ says how many (120 in the gate; 5000 is the measure of the issue), or which: 213:214 is seed 213.
"""

import sys
from collections import Counter
from datetime import timedelta
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client

from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms import Session, load, submission
from gongqiao.engines.xforms.fills import fill
from gongqiao.foundation import clock
from gongqiao.foundation.files.models import StoredFile
from gongqiao.needs.surveys.actions import fieldwork, publishing, tokens
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject, SubmissionState
from gongqiao.needs.surveys.models import Answer, FormMedia, Slot, Submission, SubmissionVersion
from tests import factories
from tests.factories import House
from tests.fuzz.deliveries import JPEG, Sent, broken
from tests.fuzz.watching import Watch, seeds, tables
from tests.needs.surveys.given_forms import FORM, answers

pytestmark = pytest.mark.data
SEEDS = seeds("GONGQIAO_FUZZ", 120)
LONGEST = 2.0  # seconds of the processor, of one request on the machine of docs/measurements.md
MOST_MEMORY = 300.0  # MB beyond the beginning, at the highest moment


def in_use(house: House) -> list[Sent]:
    """Two forms in a running wave, and whole submissions to them."""
    files = {questionnaire.DISTRICTS: questionnaire.DISTRICTS_CSV}
    long = publishing.add_version(Draft(questionnaire.sheets(), Subject.WORKER, media=files), by=house.zhou)
    short = publishing.add_version(Draft(FORM.format(version="1"), Subject.WORKER), by=house.zhou)
    campaign = fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    for version in (long, short):
        publishing.publish(version, by=house.zhou)
        fieldwork.open_wave(campaign, version, today, today + timedelta(days=9), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return [*_long(long.xform, files, house), *_short(house)]


def _long(xform: str, files: dict[str, bytes], house: House) -> list[Sent]:
    form = load(xform, zone=house.market.tz, files=files)
    made = []
    for seed in range(12):
        session = Session(form, now=clock.now(), seed=seed)
        fill(session, Random(seed))
        content = submission.write(session.root)
        made.append(Sent(content, [("f", "photo.jpg", JPEG)] if b"photo.jpg" in content else []))
    return made


def _short(house: House) -> list[Sent]:
    told = {
        "file_no": factories.dossier(house).number,
        "photo": "1.jpg",
        "card": "2.jpg",
        "skill": "瓦工|电焊",
        "trades": "loader cleaner",
    }
    files = [("a", "1.jpg", JPEG), ("b", "2.jpg", JPEG + b"2")]
    return [Sent(answers(pay="18.5", wish=f"愿{n}", took=timedelta(minutes=12), **told), files) for n in range(6)]


def test_submissions_broken_by_chance_then_taken_whole_or_refused_leaving_nothing(house: House) -> None:
    whole = in_use(house)
    path = urlsplit(f"http://testserver/k/{tokens.issue(house.mo, by=house.mo)}").path + "/submission"
    client, watch, told, wrong = Client(), Watch(), Counter[int](), []
    before = tables()
    for seed in SEEDS:
        sent = broken(whole, seed)
        name = f"seed {seed}: {' '.join(sent.how)}"
        try:
            with watch.one(name):
                answer = sent.to(path, client)
        except Exception as why:  # whatever it is, it is a finding, and the rest go on
            wrong.append(f"{name}: {type(why).__name__}: {str(why)[:200]}")
            continue
        told[answer.status_code] += 1
        after = tables()
        if answer.status_code >= 500 or (answer.status_code != 201 and after != before):
            changed = {table: (before[table], rows) for table, rows in after.items() if rows != before[table]}
            wrong.append(f"{name}: {answer.status_code}, {changed}")
        before = after
    sys.stdout.write(watch.said("submissions", told))
    assert not wrong, "\n".join(wrong)
    _nothing_half_written()
    assert watch.slowest[0] <= LONGEST, watch.slowest
    assert watch.grown <= MOST_MEMORY
    if len(SEEDS) >= 100:
        assert {201, 400, 404, 409} <= set(told)  # every kind came up


def _nothing_half_written() -> None:
    connection.check_constraints()  # every foreign key leads somewhere
    waiting = Slot.objects.filter(file=None).values("submission")
    receiving = Submission.objects.filter(state=SubmissionState.RECEIVING)
    assert set(receiving.values_list("pk", flat=True)) == set(waiting.values_list("submission", flat=True))
    assert not Answer.objects.filter(submission__in=receiving.filter(versions__number=1)).exists()
    assert not Submission.objects.filter(versions=None).exists()
    kept = SubmissionVersion.objects.count() + Slot.objects.exclude(file=None).count() + FormMedia.objects.count()
    assert StoredFile.objects.count() == kept
