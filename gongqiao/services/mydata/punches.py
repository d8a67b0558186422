"""我的工时本: his own note of a day, the employer's count beside it, and a copy that can be known again."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files.kinds import PICTURES
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.services.mydata.models import MOST_MINUTES, PunchNote
from gongqiao.services.mydata.queries import digest
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement import rules
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment, WageRecord

MOST_PHOTO = 5_000_000
SHOWN = 60
WENT = (State.ACCEPTED, State.CONFIRMED, State.ON_SITE, State.DONE, State.NO_SHOW, State.CANCELLED)
SCHEMA = "gongqiao.punches/1"


@dataclass(frozen=True)
class Noted:
    """What he writes down; at least one of it."""

    minutes: int | None = None
    place: str = ""
    agreed: str = ""
    witness: str = ""
    photo: tuple[str, bytes] | None = None


@dataclass
class Day:
    """One day's work as both sides tell it."""

    work: Assignment
    notes: list[PunchNote] = field(default_factory=list)

    @property
    def wage(self) -> WageRecord | None:
        found: WageRecord | None = getattr(self.work, "wage", None)
        return found

    @property
    def mine(self) -> int | None:
        """The last that he noted here, else what he told the market."""
        noted = [note.minutes for note in self.notes if note.minutes is not None]
        return noted[-1] if noted else self.work.worker_minutes

    @property
    def differs(self) -> bool:
        theirs = self.work.employer_minutes
        return self.mine is not None and theirs is not None and self.mine != theirs


def days(actor: Membership) -> list[Day]:
    """Work that began, newest first; only his own."""
    if actor.role != Role.WORKER:
        return []
    found = placement.visible_to(actor).filter(state__in=WENT, starts_at__lte=clock.now()).select_related("wage")
    rows = list(found.order_by("-starts_at", "-pk")[:SHOWN])
    notes: dict[int, list[PunchNote]] = defaultdict(list)
    for note in PunchNote.objects.filter(assignment__in=rows).select_related("by", "photo").order_by("at", "pk"):
        notes[note.assignment_id].append(note)
    return [Day(row, notes[row.pk]) for row in rows]


@transaction.atomic
def note(assignment: Assignment, noted: Noted, *, by: Membership, channel: str = "self") -> PunchNote:
    """One more line of his own; it changes neither the hours that count nor what is due."""
    rules.check_answerer(by, assignment)
    if clock.now() < assignment.starts_at:
        raise Refused(_("还没开工，开工以后再记。"))
    words = {name: getattr(noted, name).strip() for name in ("place", "agreed", "witness")}
    if noted.minutes is None and noted.photo is None and not any(words.values()):
        raise Refused(_("请至少写一样：干了多久、在哪里、说好多少钱、谁看见了，或拍一张照。"))
    if noted.minutes is not None and not 0 < noted.minutes <= MOST_MINUTES:
        raise Refused(_("工时要在 1 分钟到 24 小时之间。"))
    check_lengths(PunchNote, **words)
    facts: dict[str, Any] = {**words, "minutes": noted.minutes, "photo": _photo(assignment, noted)}
    row: PunchNote = PunchNote.objects.create(
        market=assignment.market, assignment=assignment, by=by, channel=channel, at=clock.now(), **facts
    )
    told = {"minutes": noted.minutes, "photo": row.photo.sha256 if row.photo else "", "note": row.pk}
    audit.record("punch.noted", assignment, by=by, on_behalf_of=assignment.person, channel=channel, **told)
    return row


def _photo(assignment: Assignment, noted: Noted) -> StoredFile | None:
    if noted.photo is None:
        return None
    name, content = noted.photo
    return files.keep(assignment.market, name, content, allowed=PICTURES, most_bytes=MOST_PHOTO)


def copy(actor: Membership, moment: datetime) -> dict[str, Any]:
    """The whole book with its digest: who noted what when, the employer's count beside it, photos by their SHA-256."""
    zone = actor.market.tz
    facts = {
        "schema": SCHEMA,
        "market": {"code": actor.market.code, "name": actor.market.name, "phone": actor.market.phone},
        "person": {"name": actor.person.name if actor.person else ""},
        "made_at": moment.astimezone(zone).isoformat(timespec="seconds"),
        "days": [_day(day, zone) for day in days(actor)],
    }
    return {**facts, "sha256": digest(facts)}


def _day(day: Day, zone: Any) -> dict[str, Any]:
    work, posting, wage = day.work, day.work.shift.posting, day.wage
    return {
        "day": work.starts_at.astimezone(zone).date().isoformat(),
        "employer": posting.employer.organisation.name,
        "title": posting.title,
        "place": posting.place,
        "pay_fen": posting.pay_fen,
        "pay_unit": posting.pay_unit,
        "pay_when": posting.pay_when,
        "starts_at": work.starts_at.astimezone(zone).isoformat(),
        "ends_at": work.ends_at.astimezone(zone).isoformat(),
        "state": work.state,
        "my_minutes": day.mine,
        "employer_minutes": work.employer_minutes,
        "due_fen": wage.due_fen if wage else None,
        "paid_fen": wage.paid_fen if wage else None,
        "wage_state": wage.state if wage else None,
        "notes": [_note(row, zone) for row in day.notes],
    }


def _note(row: PunchNote, zone: Any) -> dict[str, Any]:
    return {
        "at": row.at.astimezone(zone).isoformat(timespec="seconds"),
        "by": row.by.title,
        "channel": row.channel,
        "minutes": row.minutes,
        "place": row.place,
        "agreed": row.agreed,
        "witness": row.witness,
        "photo_sha256": row.photo.sha256 if row.photo else None,
    }
