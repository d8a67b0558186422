"""Sixty tickets of the demo market, each lived through its states by the real actions at its own hours.

A story is a generator: it yields the moment of its next step and is resumed with the clock held there, so that all
stories and the market's days go on side by side, in the order in which they would have happened.
"""

import heapq
import io
import math
import random
import wave
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from gongqiao.config.demo.source import draw, generator, read
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.feedback import actions, queries
from gongqiao.needs.feedback.actions import Said, Voice
from gongqiao.needs.feedback.categories import CATEGORIES, sensitive
from gongqiao.needs.feedback.enums import BY_THEMSELVES, CallBackState, Category, Channel, Outcome, Satisfaction, Why
from gongqiao.needs.feedback.models import Ticket

Story = Iterator[datetime]
# How each of twenty ends by today; three rounds make sixty.
FATES = (
    *("new", "late", "assigned", "working", "asked", "waiting", "approval", "resolved"),
    *("good",) * 6,
    *("fair",) * 2,
    *("bad", "called", "silent", "reopened"),
)
OPEN_FATES = frozenset({"new", "assigned", "working", "asked", "waiting", "approval", "resolved"})
CHANNELS = {Channel.PAGE: 8, Channel.WINDOW: 7, Channel.PHONE: 5, Channel.PAPER: 3, Channel.MINI: 1}
ENDS = {Outcome.DONE: 6, Outcome.EXPLAINED: 3, Outcome.PASSED: 1, Outcome.UNPROVEN: 1}
AGAIN = "回话说办好了，其实没有，请再办一次。"
VOICED = 4  # every fourth one is said aloud
HOUR = timedelta(hours=1)
TRIES = ((True,), (True,), (False, True), ())


@dataclass(frozen=True)
class Cast:
    """Who is at the desk, who came, who is complained about."""

    market: Market
    staff: dict[str, Membership]
    system: Membership
    boss: Membership  # of the first employer
    firms: list[Employer]
    dossiers: list[Dossier]


@dataclass(frozen=True)
class Tale:
    """What one person says and what he is told, of one piece: `kind` for the whole category, `told` for this matter."""

    kind: Mapping[str, Any]
    told: Mapping[str, Any]

    @classmethod
    def drawn(cls, category: Category, rng: random.Random) -> "Tale":
        kind = read("tickets")["kinds"][category.value]
        return cls(kind, rng.choice(kind["stories"]))

    def say(self, name: str, rng: random.Random) -> str:
        return str(rng.choice(self.kind[name]))


class Desk:
    """All stories under way."""

    def __init__(self, stories: list[Story]) -> None:
        self._heap = [(next(story), number, story) for number, story in enumerate(stories)]
        heapq.heapify(self._heap)

    def run_until(self, moment: datetime) -> None:
        """Every step that comes before `moment`."""
        while self._heap and self._heap[0][0] <= moment:
            at, number, story = heapq.heappop(self._heap)
            with clock.held_at(at):
                then = next(story, None)
            if then is not None:
                heapq.heappush(self._heap, (max(then, at), number, story))


def name_handlers(staff: dict[str, Membership]) -> None:
    """莫专员 and 周社工 for what is sensitive; what is said of staff goes to 梁经理 and, past him, to 沈审计."""
    for category in (each for each in Category if sensitive(each)):
        for name in ("liang", "shen") if category == Category.STAFF else ("mo", "zhou"):
            row = actions.name_handler(staff[name], category, by=staff["liang"])
            if row.waits:
                actions.agree_handler(row, by=staff["shen"])


def open_desk(cast: Cast, today: date, days: int, count: int, seed: int) -> Desk:
    stories = [_story(cast, number, today, days, generator(seed, "ticket", number)) for number in range(count)]
    return Desk([*stories, *_changes(cast, today)])


def _at(market: Market, day: date, hour: float) -> datetime:
    return datetime.combine(day, time(0), market.tz) + timedelta(hours=hour)


def _story(cast: Cast, number: int, today: date, days: int, rng: random.Random) -> Story:
    fate = FATES[number % len(FATES)]
    first = min(28, days + 3)
    ago = rng.randint(1, 2) if fate in OPEN_FATES else rng.randint(min(7, first), first)
    filed = _at(cast.market, today - timedelta(days=ago), rng.choice([5, 9, 12, 15, 18]) + rng.random())
    yield filed
    ticket, tale = _filed(cast, fate, number, rng)
    if fate == "new":
        return
    if fate == "late":
        yield ticket.answer_by + HOUR
        actions.escalate(ticket, Why.OVERDUE, by=cast.system)
        return
    yield from _handled(cast, ticket, tale, fate, rng)


def _handled(cast: Cast, ticket: Ticket, tale: Tale, fate: str, rng: random.Random) -> Story:
    """Taken, answered, and brought as far as the fate says."""
    yield clock.now() + HOUR
    by = _handler(cast, ticket, rng)
    actions.take(ticket, by=by)
    if fate == "assigned":
        return
    yield clock.now() + HOUR
    if ticket.voice is not None:
        actions.transcribe(ticket, tale.told["text"], by=by)
        ticket.handler = by
    actions.answer(ticket, tale.say("answers", rng), by=by)
    yield from _told(ticket, by)
    if fate == "asked" or (rng.random() < 0.3 and CATEGORIES[Category(ticket.category)].employer_answers):
        yield from _employer_heard(cast, ticket, tale, by, rng)
    if fate in ("working", "asked"):
        return
    if fate == "waiting" or rng.random() < 0.25:
        yield clock.now() + HOUR
        actions.answer(ticket, tale.say("questions", rng), by=by, ask=True)
        if fate == "waiting":
            return
        yield clock.now() + 5 * HOUR
        actions.reply(ticket, tale.say("replies", rng), by=cast.system)
    yield from _ended(cast, ticket, tale, by, fate, rng)


def _told(ticket: Ticket, by: Membership) -> Story:
    """He is called that there is an answer: most at once, some at the second try, a few not yet."""
    notify.deliver()
    for reached in TRIES[ticket.number % len(TRIES)]:
        yield clock.now() + HOUR / 4
        call = queries.open_call(ticket)
        if call is not None:
            actions.record_told(ticket, call, by=by, reached=reached, note="" if reached else "没人接")


def _employer_heard(cast: Cast, ticket: Ticket, tale: Tale, by: Membership, rng: random.Random) -> Story:
    if ticket.about_employer is None:
        return
    yield clock.now() + HOUR
    actions.ask_employer(ticket, tale.say("to_employer", rng), by=by)
    actions.note(ticket, tale.say("notes", rng), by=by)
    if ticket.about_employer.organisation_id == cast.boss.organisation_id and rng.random() < 0.5:
        yield clock.now() + 3 * HOUR
        actions.answer_as_employer(ticket, tale.say("from_employer", rng), by=cast.boss)


def _ended(cast: Cast, ticket: Ticket, tale: Tale, by: Membership, fate: str, rng: random.Random) -> Story:
    yield clock.now() + timedelta(hours=rng.randint(4, 30) if fate not in OPEN_FATES else 2)
    outcome = draw(rng, {each: ENDS[each] for each in ENDS if each.value in tale.told["ends"]})
    actions.resolve(ticket, outcome, tale.told["ends"][outcome.value], by=by)
    if fate == "approval":
        return
    if ticket.state == "approval":
        yield clock.now() + HOUR
        other = next(post for post in queries.named_for(ticket) if post.pk != by.pk)
        actions.approve(ticket, by=other)
    if fate == "resolved":
        return
    if fate == "silent":
        yield clock.now() + timedelta(days=7, hours=1)
        actions.close_silent(ticket, by=cast.system)
        return
    yield clock.now() + timedelta(hours=rng.randint(3, 40))
    yield from _rated(cast, ticket, tale, fate, rng)


def _rated(cast: Cast, ticket: Ticket, tale: Tale, fate: str, rng: random.Random) -> Story:
    faces = {"good": Satisfaction.GOOD, "fair": Satisfaction.FAIR}
    face = faces.get(fate, Satisfaction.BAD)
    words = tale.told["bad"] if face == Satisfaction.BAD else tale.say("good", rng)
    actions.rate(ticket, face, by=cast.system, text=words)
    if fate == "called":
        yield clock.now() + 20 * HOUR
        row = ticket.call_backs.filter(state=CallBackState.OPEN).select_related("ticket__market").get()
        assert ticket.handler is not None
        actions.record_call_back(row, by=ticket.handler, reached=True, note=tale.kind["called"])
    if fate == "reopened":
        yield clock.now() + 20 * HOUR
        actions.reopen(ticket, AGAIN, by=cast.system)


def _filed(cast: Cast, fate: str, number: int, rng: random.Random) -> tuple[Ticket, Tale]:
    category = _category(fate, number, rng)
    tale = Tale.drawn(category, rng)
    aloud = number % VOICED == 0
    channel = draw(rng, {Channel.PAGE: 10, Channel.MINI: 2} if aloud else CHANNELS)
    at_the_desk = channel not in BY_THEMSELVES
    firm = cast.firms[0] if fate == "asked" else rng.choice(cast.firms)
    dossier = rng.choice(cast.dossiers) if rng.random() < (0.5 if at_the_desk else 0.3) else None
    said = Said(
        category=category,
        channel=channel,
        text="" if aloud else tale.told["text"],
        voice=Voice("voice.wav", spoken(number)) if aloud else None,
        person=dossier.person if dossier else None,
        contact_phone="" if dossier or rng.random() < 0.5 else f"1550000{number:04d}",
        about_employer=None if category in (Category.STAFF, Category.OTHER, Category.DATA) else firm,
        key=f"demo-{number}" if channel == Channel.PAGE else "",
    )
    by = cast.staff["zhou"] if at_the_desk else cast.system
    return actions.file(said, by=by).ticket, tale


def _category(fate: str, number: int, rng: random.Random) -> Category:
    """One that may come to the state that the fate names."""
    if fate == "approval":
        return (Category.STAFF, Category.TREATMENT, Category.DATA)[number // len(FATES) % 3]
    if number == 2 * VOICED:
        return Category.OTHER  # one that every desk may open and hear
    if fate == "asked":
        return (Category.WAGES, Category.JOB, Category.JOB)[number // len(FATES) % 3]
    return Category(draw(rng, read("tickets")["weights"]))


def _handler(cast: Cast, ticket: Ticket, rng: random.Random) -> Membership:
    named = queries.named_for(ticket) if ticket.sensitive else [cast.staff[name] for name in ("mo", "luo", "zhou")]
    return rng.choice(named) if named else cast.staff["liang"]


def spoken(number: int) -> bytes:
    """Half a second of a tone: what a voice message is to the system, with nobody's voice in it."""
    rate, held = 8000, io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        pitch = 220 + 20 * (number % 12)
        file.writeframes(bytes(int(128 + 60 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(rate // 2)))
    return held.getvalue()


def _changes(cast: Cast, today: date) -> list[Story]:
    return [_change(cast, today, number, said) for number, said in enumerate(read("tickets")["changes"])]


def _change(cast: Cast, today: date, number: int, said: dict[str, str]) -> Story:
    """Written where tickets of its kind had ended by then; published at once, but for the last."""
    yield _at(cast.market, today - timedelta(days=1 + number), 17)
    by, last = cast.staff["mo"], number == len(read("tickets")["changes"]) - 1
    ended = queries.listed(by, "ended").filter(category=said["category"]).order_by("number")
    row = actions.write_change(
        category=Category(said["category"]),
        said=said["said"],
        did=said["did"],
        changed_on=today - timedelta(days=1 + number),
        tickets=list(ended[:12]),
        by=by,
    )
    if not last:
        actions.publish(row, by=cast.staff["liang"])
