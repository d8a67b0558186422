"""Twelve interviews and two focus groups of the demo market, in every state, by the real actions at their own hours.

The words are in data/interviews.json: made up for the demo, as people here would say them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from gongqiao.config.demo.source import read
from gongqiao.config.demo.tickets import spoken
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.interviews.actions import excerpts, studies, talks, withdrawal
from gongqiao.needs.interviews.actions.excerpts import Span
from gongqiao.needs.interviews.actions.studies import StudyFacts
from gongqiao.needs.interviews.actions.talks import Agreed, Part, TalkFacts
from gongqiao.needs.interviews.enums import CancelWhy, Kind
from gongqiao.needs.interviews.models import Code, Study, Talk

STEPS = ("planned", "held", "written", "coded", "closed")  # how far one is by today


@dataclass(frozen=True)
class _Room:
    """A study and whoever sits in it."""

    market: Market
    study: Study
    staff: dict[str, Membership]
    codes: dict[str, Code]
    dossiers: list[Dossier]


def listen(market: Market, staff: dict[str, Membership], today: date, days: int) -> int:
    """The first study is the whole desk's, the second 周社工's and 莫专员's alone. Returns how many talks there are."""
    said = read("interviews")
    people = list(Dossier.objects.select_related("person").order_by("-pk")[:12])
    made = 0
    for number, study in enumerate(said["studies"]):
        with _at(market, today - timedelta(days=days + 3), 9 + number):
            room = _room(market, staff, study, people)
        for each in study["talks"]:
            made += 1
            _live(room, each, today, min(each["ago"], days - 1))
        if study.get("merge"):
            merged, into = (room.codes[name] for name in study["merge"])
            studies.merge_code(merged, into, by=staff["mo"])
    return made


def _room(market: Market, staff: dict[str, Membership], said: dict[str, Any], people: list[Dossier]) -> _Room:
    lead = staff["zhou"]
    study = studies.start(StudyFacts(said["title"], said["purpose"], said["guide"], said["words"]), by=lead)
    for name in said["team"]:
        studies.name_member(study, staff[name], by=lead)
    codes = {name: studies.add_code(study, name, what, by=lead) for name, what in said["codes"].items()}
    return _Room(market, study, staff, codes, people)


@contextmanager
def _at(market: Market, day: date, hour: int) -> Iterator[datetime]:
    moment = datetime.combine(day, time(0), market.tz) + timedelta(hours=hour)
    with clock.held_at(moment):
        yield moment


def _live(room: _Room, said: dict[str, Any], today: date, ago: int) -> None:
    """As far as its fate says; a planned one lies ahead."""
    group = "phases" in said
    lead = room.staff["zhou"]
    day = today - timedelta(days=ago)
    with _at(room.market, min(day - timedelta(days=2), today - timedelta(days=1)), 10):
        talk = _planned(room, said, datetime.combine(day, time(15), room.market.tz), group=group)
    if said["fate"] in ("planned", "cancelled"):
        if said["fate"] == "cancelled":
            with _at(room.market, day, 16):
                talks.cancel(talk, CancelWhy.ABSENT, by=lead)
        return
    with _at(room.market, day, 17):
        _held(talk, said, by=lead)
    with _at(room.market, day, 19):
        _worked(room, talk, said)
    if "withdraws" in said:
        with _at(room.market, day, 20):
            row = talk.participants.select_related("person").get(number=said["withdraws"])
            row.talk = talk
            withdrawal.withdraw(row, by=lead)


def _planned(room: _Room, said: dict[str, Any], starts_at: datetime, *, group: bool) -> Talk:
    staff = room.staff
    facts = TalkFacts(
        kind=Kind.GROUP if group else Kind.INTERVIEW,
        topic=said["topic"],
        place=said["place"],
        starts_at=starts_at,
        leader=staff["zhou"],
        note_taker=staff["mo"] if group else None,
        phases=tuple(Part(title, minutes) for title, minutes in said.get("phases", [])),
    )
    talk = talks.plan(room.study, facts, by=staff["zhou"])
    for name, may in said["people"]:
        dossier = room.dossiers.pop() if name == "" else None
        row = talks.invite(talk, name, by=staff["zhou"], person=dossier.person if dossier else None)
        row.talk = talk
        if said["fate"] != "cancelled":
            talks.agree(row, Agreed(notes="n" in may, audio="a" in may, quote="q" in may), by=staff["zhou"])
    return talk


def _held(talk: Talk, said: dict[str, Any], *, by: Membership) -> None:
    talks.hold(talk, by=by, notes=said.get("notes", ""))
    if all("a" in may for _name, may in said["people"]):
        talks.record(talk, "录音.wav", spoken(talk.number), by=by)
    for phase, text in zip(talk.phases.order_by("number"), said.get("phase_notes", []), strict=False):
        if text:
            phase.talk = talk
            talks.note_phase(phase, text, by=by, began_at=talk.starts_at)


def _worked(room: _Room, talk: Talk, said: dict[str, Any]) -> None:
    """Written down, accepted, picked from and coded."""
    far, by = STEPS.index(said["fate"]), room.staff["mo"]
    if far < STEPS.index("written"):
        return
    row = talks.transcribe(talk, said["text"], by=by)
    talks.accept(row, by=room.staff["zhou"])
    for line, names in said["picks"]:
        excerpts.pick(talk, Span(line), [room.codes[name] for name in names], by=by)
    if far >= STEPS.index("coded"):
        excerpts.finish_coding(talk, by=by)
    if far >= STEPS.index("closed"):
        talks.close(talk, by=room.staff["zhou"])
