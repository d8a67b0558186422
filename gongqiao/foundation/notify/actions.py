"""Writing to the outbox, and what became of a call; `delivery` sends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.channels import line
from gongqiao.foundation.notify.delivery import LEASE, MOST_TRIES, deliver, hand_out
from gongqiao.foundation.notify.enums import CallState, Ending, Kind, MessageState, Result
from gongqiao.foundation.notify.models import Attempt, CallTask, Message, Preference
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people.models import Person

__all__ = ["LEASE", "MOST_TRIES", "Note", "call_made", "close_calls", "deliver", "hand_out", "lapse_calls"]
__all__ += ["forget", "list_taken", "record_call", "seen_to", "tell"]
MOST_CALLS = 3


@dataclass(frozen=True, kw_only=True)
class Note:
    """One thing to tell one person; `key` makes writing it twice one message, after `expires_at` it is not sent.

    By which line is decided when it is sent (planning), from his wish, unless `channel` names one and no other.
    `without`: lines that are not for these words. `person`: empty for somebody without a file, who can only be called,
    by what the thing it is `about` knows of him. `secret`: the words are forgotten once they are sent or void.
    `not_before`: by no line, whoever says it.
    """

    person: Person | None
    key: str
    subject: str
    body: str
    about: str
    expires_at: datetime
    kind: Kind = Kind.OTHER
    channel: str = ""
    without: tuple[str, ...] = ()
    secret: bool = False
    not_before: datetime | None = None


def tell(market: Market, notes: Iterable[Note]) -> None:
    """Put messages into the outbox; call it inside the transaction of the acts that they tell of."""
    moment = clock.now()
    rows = [_row(market, note, moment) for note in notes]
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def _row(market: Market, note: Note, moment: datetime) -> Message:
    for name in (note.channel, *note.without):
        if name:
            line(name)
    facts = {**note.__dict__, "without": list(note.without), "fixed": bool(note.channel)}
    not_before = facts.pop("not_before") or moment
    return Message(market=market, created_at=moment, next_at=max(moment, not_before), **facts)


@transaction.atomic
def record_call(task: CallTask, *, by: Membership, reached: bool, note: str = "") -> None:
    """A call of the list that everybody who dispatches works through was made."""
    check_may(by, Right.DISPATCH, task)
    call_made(task, by=by, reached=reached, note=note)
    audit.record("call.recorded", task, by=by, reached=reached, tries=task.tries, about=task.about)


def call_made(task: CallTask, *, by: Membership, reached: bool, note: str = "") -> None:
    """Reached ends the task; three times not reached takes the next line, or gives up, in the open. Whoever calls this
    has checked the right and records the event."""
    moment = clock.now()
    facts = {"tries": task.tries + 1, "last_try_at": moment, "by": by, "note": note}
    check_lengths(CallTask, note=note)
    if reached:
        states.move(task, to=CallState.DONE, **facts)
    elif task.tries + 1 >= MOST_CALLS:
        states.move(task, to=CallState.GIVEN_UP, **facts)
        _next_line(task, moment)
    else:
        CallTask.objects.filter(pk=task.pk, state=CallState.OPEN).update(**facts)
        task.tries += 1
    result = Result.REACHED if reached else Result.MISSED
    Attempt.objects.create(
        market=task.market, message_id=task.message_id, line=task.how, at=moment, result=result, why=note, by=by
    )


def _next_line(task: CallTask, moment: datetime) -> None:
    """The message looks for another line at once; it says itself when there is none."""
    waiting = {"state": MessageState.WAITING, "next_at": moment, "tries": 0, "ended_at": None, "lease_until": None}
    rest = Message.objects.filter(pk=task.message_id, state=MessageState.SENT)
    rest.filter(fixed=False, expires_at__gt=moment).update(**waiting)
    rest.update(state=MessageState.DEAD, ending=Ending.NO_LINE, ended_at=moment)


def close_calls(*about: str, note: str = "") -> None:
    """The matters are settled another way: their open calls end, and their unsent messages expire."""
    CallTask.objects.filter(about__in=about, state=CallState.OPEN).update(
        state=CallState.EXPIRED, note=note or _("已经不用打了")
    )
    rows = Message.objects.filter(about__in=about)
    rows.filter(escalate_at__isnull=False).update(escalate_at=None)
    rows.filter(state=MessageState.WAITING).update(
        state=MessageState.EXPIRED, ending=Ending.SETTLED, ended_at=clock.now()
    )


def lapse_calls() -> int:
    """Calls of the market in scope that nobody made in time end in the open."""
    late = CallTask.objects.filter(state=CallState.OPEN, due_at__lte=clock.now())
    told = list(late.values_list("message_id", flat=True))
    count = int(late.update(state=CallState.EXPIRED))
    Message.objects.filter(pk__in=told, state=MessageState.SENT).update(
        state=MessageState.EXPIRED, ending=Ending.LATE, escalate_at=None
    )
    return count


@transaction.atomic
def list_taken(rows: int, *, by: Membership, how: str, form: str) -> None:
    """Names and phones of many people leave the screen: who took them, when, on what."""
    check_may(by, Right.DISPATCH)
    audit.record("call.list_taken", by, by=by, rows=rows, how=how[:12], form=form)


@transaction.atomic
def seen_to(message: Message, *, by: Membership, note: str) -> None:
    """It reached nobody, and somebody has looked after that: told him in person, or saw that it matters no more."""
    check_may(by, Right.DISPATCH, message)
    check_lengths(CallTask, note=note)
    if Message.objects.filter(pk=message.pk, seen_at=None).update(seen_by=by, seen_at=clock.now()):
        moment = clock.now()
        Attempt.objects.create(
            market=message.market, message=message, line="desk", at=moment, result=Result.REACHED, why=note, by=by
        )
        audit.record("message.seen_to", message, by=by, about=message.about)


def forget(person: Person) -> None:
    """What was told to him and what calls said of him is blanked, what still waits is not sent; that there was a
    message, by which line and when, stays."""
    told = Message.objects.filter(person=person)
    told.filter(state=MessageState.WAITING).update(
        state=MessageState.EXPIRED, ending=Ending.SETTLED, ended_at=clock.now(), lease_until=None, escalate_at=None
    )
    told.update(subject="", body="", last_error="", escalate_at=None)
    Attempt.objects.filter(message__in=told).update(why="")
    calls = CallTask.objects.filter(person=person)
    calls.filter(state=CallState.OPEN).update(state=CallState.EXPIRED)
    calls.update(subject="", body="", note="")
    Preference.objects.filter(person=person).delete()
