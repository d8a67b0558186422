"""Writing to the outbox, delivering from it, and what became of a call."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.channels import sender
from gongqiao.foundation.notify.models import CallState, CallTask, Message, MessageState
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people.models import Person

LEASE = timedelta(minutes=2)
MOST_TRIES = 6
MOST_CALLS = 3
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Note:
    """One thing to tell one person; `key` makes writing it twice one message, after `expires_at` it is not sent.

    `person`: empty for somebody without a file, who can only be called, by what the thing it is `about` knows of him.
    `secret`: the words are forgotten once they are sent or void.
    """

    person: Person | None
    channel: str
    key: str
    subject: str
    body: str
    about: str
    expires_at: datetime
    secret: bool = False


def tell(market: Market, notes: Iterable[Note]) -> None:
    """Put messages into the outbox; call it inside the transaction of the acts that they tell of."""
    moment = clock.now()
    rows = [Message(market=market, created_at=moment, next_at=moment, **note.__dict__) for note in notes]
    for row in rows:
        sender(row.channel)
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def deliver(limit: int = 200) -> dict[str, int]:
    """Lease what is due, send it, mark it; returns counts. Late messages expire. Safe to run in several processes."""
    counts = {"sent": 0, "late": 0, "failed": 0}
    with scopes_disabled():
        counts["late"] = _expire(clock.now())
        due = Message.objects.filter(_free(clock.now()), state=MessageState.WAITING, next_at__lte=clock.now())
        for message in due.select_related("market", "person").order_by("created_at")[:limit]:
            if _lease(message):
                counts["sent" if _send(message) else "failed"] += 1
    return counts


def _free(moment: datetime) -> Q:
    """Nobody has it in hand; a lease that ran out is nobody's."""
    return Q(lease_until=None) | Q(lease_until__lte=moment)


def _expire(moment: datetime) -> int:
    """Too late is dropped, never sent late; what somebody is sending this instant is his to finish."""
    late = Message.objects.filter(_free(moment), state=MessageState.WAITING, expires_at__lte=moment)
    late.filter(secret=True).update(body="")
    return int(late.update(state=MessageState.EXPIRED, ended_at=moment))


def _lease(message: Message) -> bool:
    """Taken, if it is still waiting, free and in time at this very moment: a long round may have overtaken it."""
    moment = clock.now()
    mine = Message.objects.filter(_free(moment), pk=message.pk, state=MessageState.WAITING, expires_at__gt=moment)
    return bool(mine.update(lease_until=moment + LEASE, tries=F("tries") + 1))


def _send(message: Message) -> bool:
    waiting = Message.objects.filter(pk=message.pk, state=MessageState.WAITING)
    try:
        with transaction.atomic():
            sender(message.channel)(message)
            body = "" if message.secret else message.body
            waiting.update(state=MessageState.SENT, lease_until=None, body=body, ended_at=clock.now())
    except Exception as error:  # a broken outside line must not stop the others; the row keeps what went wrong
        log.exception("message %s by %s", message.pk, message.channel)
        tries = message.tries + 1
        dead = tries >= MOST_TRIES
        waiting.update(
            state=MessageState.DEAD if dead else MessageState.WAITING,
            lease_until=None,
            next_at=clock.now() + timedelta(seconds=30 * 2**tries),
            last_error=f"{type(error).__name__}: {error}"[:200],
            ended_at=clock.now() if dead else None,
            body="" if dead and message.secret else message.body,
        )
        return False
    return True


@transaction.atomic
def record_call(task: CallTask, *, by: Membership, reached: bool, note: str = "") -> None:
    """A call of the list that everybody who dispatches works through was made."""
    check_may(by, Right.DISPATCH, task)
    call_made(task, by=by, reached=reached, note=note)
    audit.record("call.recorded", task, by=by, reached=reached, tries=task.tries, about=task.about)


def call_made(task: CallTask, *, by: Membership, reached: bool, note: str = "") -> None:
    """Reached ends the task; three times not reached gives up, in the open. Whoever calls this has checked the right
    and records the event."""
    facts = {"tries": task.tries + 1, "last_try_at": clock.now(), "by": by, "note": note}
    check_lengths(CallTask, note=note)
    if reached:
        states.move(task, to=CallState.DONE, **facts)
    elif task.tries + 1 >= MOST_CALLS:
        states.move(task, to=CallState.GIVEN_UP, **facts)
    else:
        CallTask.objects.filter(pk=task.pk, state=CallState.OPEN).update(**facts)
        task.tries += 1


def close_calls(about: str, *, note: str = "") -> None:
    """The matter is settled another way: its open calls end, and its unsent messages expire."""
    CallTask.objects.filter(about=about, state=CallState.OPEN).update(
        state=CallState.EXPIRED, note=note or _("已经不用打了")
    )
    waiting = Message.objects.filter(about=about, state=MessageState.WAITING)
    waiting.update(state=MessageState.EXPIRED, ended_at=clock.now())
