"""Two waves of the questionnaire of worker needs, asked by the specialists, reviewed by the manager, through the real
actions: what people answer is drawn from a seed, each wave a little different from the other."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from gongqiao.engines.xforms import Form, Session, submission
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing, review
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import AttemptOutcome, Channel, FieldTaskState, Subject, SubmissionState
from gongqiao.needs.surveys.forms import WORKER_NEEDS
from gongqiao.needs.surveys.forms.worker_needs import COMMON
from gongqiao.needs.surveys.models import FieldTask, Submission, Wave

PURPOSE = "知道大家想干什么活、要多少钱、想学什么、碰到过什么事，好把活找准，把班开对（演示）。"
CONSENT = "我同意驿站把我说的记进我的档案，用来找活、安排培训。不同意也能来找活。随时可以撤回。"
REFUSES, NOT_FOUND, REVIEWED, HASTY = 0.06, 0.03, 0.7, 0.06
USABLE = SubmissionState.APPROVED, ""
DOUBTED = (
    (SubmissionState.NEEDS_CORRECTION, "二十秒答完的，请再问他一次。"),
    (SubmissionState.REJECTED, "问了本人，说没有人来问过他。"),
    USABLE,
)
WEIGHTS = {
    "often": {"none": 2, "few": 3, "some": 4, "most": 3},
    "travel": {"walk": 2, "bike": 1, "ebike": 6, "bus": 2, "car": 1},
    "when": {"evening": 4, "weekend": 2, "slack": 3},
    "content": {"5": 3, "4": 5, "3": 3, "2": 1, "1": 1},
    "heard": {"friend": 6, "poster": 2, "community": 2, "phone": 2, "other": 1},
}
HARD = {"few_jobs": 5, "pay_low": 4, "far": 2, "age": 3, "skill": 3, "trust": 2, "health": 1, "care": 1}
PARTS = ("weekday_morning", "weekday_afternoon", "weekday_evening", "weekend_morning", "weekend_afternoon")
BEGIN, END, A_DAY, HOUR = 10, 18, 36, timedelta(hours=1)  # of the interviews
PICTURE = "card.jpg"
JPEG = bytes.fromhex(  # one grey dot
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c"
    "20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f000001050101010101010000"
    "0000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191"
    "a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a73"
    "7475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9"
    "dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd3ffd9"
)
SAID = ("活要是近一点就好了。", "工钱当天给最好。", "想学开叉车。", "早上来得早，坐的地方少。", "")


@dataclass(frozen=True)
class _Round:
    """One wave: the day it is asked from, how many answer, what is different this time."""

    wave: Wave
    first: date
    many: int
    pay_low: int  # weight of low pay among what is hard
    learn: float  # how many want to learn


def ask(market: Market, staff: dict[str, Membership], today: date, days: int, answers: int, seed: int) -> int:
    """Through the real actions; returns how many answer sheets there are."""
    rng = random.Random(f"{seed}/surveys")
    author, manager = staff["zhou"], staff["liang"]
    begin, again = today - timedelta(days=days - 2), today - timedelta(days=max(2, days // 3))
    with clock.held_at(_at(market, begin, 9)):
        version = publishing.add_version(Draft(WORKER_NEEDS, Subject.WORKER), by=author)
        publishing.publish(version, by=author)
        facts = CampaignFacts("零工需求调查（演示）", PURPOSE, CONSENT, anonymous_use=True, quota=2 * answers)
        campaign = fieldwork.start_campaign(facts, [manager, staff["luo"], author], by=author)
        first = fieldwork.open_wave(campaign, version, begin, begin + timedelta(days=10), by=author)
        fieldwork.run(campaign, by=author)
    own = first_with_phone(market)  # is asked to fill it himself
    others = Dossier.objects.filter(state="active").exclude(pk=own.pk).select_related("person")
    people = list(others.order_by("file_no")[: 2 * answers])
    asked = _ask(_Round(first, begin, answers, 4, 0.45), people, staff["mo"], rng)
    with clock.held_at(_at(market, again, 9)):
        second = fieldwork.open_wave(campaign, version, again, today + timedelta(days=20), by=author)
    asked += _ask(_Round(second, again, answers, 9, 0.6), people, staff["mo"], rng)
    with clock.held_at(_at(market, today, 7)):
        fieldwork.assign(second, dossiers=[own], by=author)
    _review(manager, rng, _at(market, today, 8))
    return asked


def first_with_phone(market: Market) -> Dossier:
    """Whose phone the demo's check holds; he has a questionnaire to fill."""
    people = Dossier.objects.filter(market=market, state="active").exclude(person__phone_index="")
    found: Dossier = people.select_related("person").order_by("pk")[0]
    return found


def _at(market: Market, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), market.tz)


def _ask(this: _Round, people: list[Dossier], collector: Membership, rng: random.Random) -> int:
    market, form = collector.market, reading.form_of(this.wave.version)
    chosen = rng.sample(people, min(len(people), round(this.many * 1.2)))
    with clock.held_at(_at(market, this.first, 9, 30)):
        fieldwork.assign(this.wave, dossiers=chosen, by=this.wave.campaign.created_by)
    tasks = list(FieldTask.objects.select_related("wave__campaign", "dossier__person").filter(wave=this.wave))
    asked, last = 0, clock.now().astimezone(market.tz).date() - timedelta(days=1)
    for moment, task in zip(_hours(market, this.first, last, len(tasks)), tasks, strict=True):
        with clock.held_at(moment):
            fieldwork.reserve(task, collector=collector, by=collector)
            luck = rng.random()
            if luck < REFUSES:
                fieldwork.attempt(task, AttemptOutcome.REFUSED, note="忙", by=collector)
            elif luck < REFUSES + NOT_FOUND:
                fieldwork.attempt(task, AttemptOutcome.NOT_FOUND, by=collector)
            elif asked < this.many:
                content = _sheet(form, task, this, moment, rng)
                files = {PICTURE: JPEG} if PICTURE.encode() in content else {}
                intake.receive(Delivery(content, files, Channel.COLLECT, "collect:demo"), by=collector)
                asked += 1
    return asked


def _hours(market: Market, first: date, last: date, many: int) -> Iterator[datetime]:
    """When each is asked: by day, one after the other, on as many days as it takes until `last`."""
    days = max(1, min(-(-many // A_DAY), (last - first).days + 1))
    a_day = -(-many // days)
    for number in range(many):
        day, turn = divmod(number, a_day)
        yield _at(market, first + timedelta(days=day), BEGIN) + turn * (END - BEGIN) * HOUR / a_day


def _sheet(form: Form, task: FieldTask, this: _Round, ended: datetime, rng: random.Random) -> bytes:
    took = timedelta(seconds=20) if rng.random() < HASTY else timedelta(minutes=rng.randrange(7, 13))
    number = task.dossier.number if task.dossier is not None else ""
    return filled(form, lambda: _said(number, this, rng), ended - took, ended, seed=rng.randrange(1 << 30))


def filled(form: Form, say: Callable[[], dict[str, str]], begun: datetime, ended: datetime, *, seed: int) -> bytes:
    """As a phone writes it: answers by the names of the questions, in their order."""
    session = Session(form, now=begun, seed=seed)
    for name, value in say().items():
        path = next(f"/{'/'.join(place)}" for place in form.controls if place[-1] == name)
        session.answer(session.node(path), value)
    session.finish(now=ended)
    return submission.write(session.root)


def _said(number: str, this: _Round, rng: random.Random) -> dict[str, str]:
    """In the order of the questions; what is not relevant then is not handed in."""
    if rng.random() < 0.04:
        return {"consent": "no", "often": _one("often", rng)}
    hard = {**HARD, "pay_low": this.pay_low}
    return {
        "consent": "yes",
        "file_no": number,
        "often": _one("often", rng),
        "preferred": " ".join(rng.sample(COMMON, rng.randrange(1, 4))),
        "free": " ".join(sorted(rng.sample(PARTS, rng.randrange(1, 4)))),
        "pay": str(rng.choice((16, 17, 18, 18, 20, 20, 22, 25))),
        "far": str(rng.choice((3, 5, 5, 8, 10, 15))),
        "travel": _one("travel", rng),
        "hard": " ".join(dict.fromkeys(rng.choices(list(hard), list(hard.values()), k=3))),
        "concerns": rng.choice(("", "", "", "unpaid", "overtime", "no_contract", "no_contract overtime")),
        "help": rng.choice(("yes", "no")),
        "learn": "yes" if rng.random() < this.learn else "no",
        "wishes": " ".join(rng.sample(COMMON, 2)),
        "when": _one("when", rng),
        "content": _one("content", rng),
        "card": PICTURE if rng.random() < 0.3 else "",
        "heard": _one("heard", rng),
        "say": rng.choice(SAID),
    }


def _one(name: str, rng: random.Random) -> str:
    return rng.choices(list(WEIGHTS[name]), list(WEIGHTS[name].values()))[0]


def _review(manager: Membership, rng: random.Random, moment: datetime) -> None:
    """Most are looked at; the rest wait, flagged ones among them."""
    waiting = Submission.objects.filter(state__in=[SubmissionState.RECEIVED, SubmissionState.FLAGGED])
    with clock.held_at(moment):
        for row in waiting.select_related("wave__campaign", "collector").order_by("pk"):
            if rng.random() < REVIEWED:
                verdict, note = rng.choice(DOUBTED) if row.state == SubmissionState.FLAGGED else USABLE
                review.review(row, verdict, note=note, by=manager)
    assert not FieldTask.objects.filter(state=FieldTaskState.DONE, submission=None).exists()
