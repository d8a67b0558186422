"""Delivering from the outbox: lease, choose the line, send, mark; every attempt a row. Safe in several processes."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django_scopes import scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.notify.channels import Line, LineError
from gongqiao.foundation.notify.enums import ASKS, Ending, Kind, MessageState, Result
from gongqiao.foundation.notify.models import Attempt, Message
from gongqiao.foundation.notify.planning import Book, Choice, silence_until, stands

LEASE = timedelta(minutes=2)
MOST_TRIES = 6  # where there is one line and no other
MOST_TRIES_OF_MANY = 3
log = logging.getLogger(__name__)


def deliver(limit: int = 200, *, outside: bool = True) -> dict[str, int]:
    """Lease what is due, send it by the line whose turn it is, mark it; returns counts. Late messages expire.

    Recommendations come last: there are many of them, and nobody waits for one.
    """
    counts = {"sent": 0, "late": 0, "failed": 0}
    with scopes_disabled():
        counts["late"] = _expire(clock.now())
        due = _due(clock.now()) if outside else _due(clock.now()).exclude(kind=Kind.SUGGEST)
        due = due.annotate(can_wait=Case(When(kind=Kind.SUGGEST, then=1), default=0))
        rows = list(due.select_related("market", "person").order_by("can_wait", "created_at")[:limit])
        book = Book(rows)
        for message in rows:
            done = _step(message, book, outside)
            if done is not None:
                counts["sent" if done else "failed"] += 1
    return counts


def hand_out(limit: int = 200) -> dict[str, int]:
    """Within a request: only what needs no network and recommends nothing; the worker does the rest within seconds."""
    return deliver(limit, outside=False)


def _due(moment: datetime) -> QuerySet[Message]:
    waiting = Q(state=MessageState.WAITING, next_at__lte=moment)
    silent = Q(state=MessageState.SENT, escalate_at__lte=moment, expires_at__gt=moment)
    return Message.objects.filter(_free(moment), waiting | silent)


def _free(moment: datetime) -> Q:
    """Nobody has it in hand; a lease that ran out is nobody's."""
    return Q(lease_until=None) | Q(lease_until__lte=moment)


def _expire(moment: datetime) -> int:
    """Too late is dropped, never sent late; what somebody is sending this instant is his to finish."""
    late = Message.objects.filter(_free(moment), state=MessageState.WAITING, expires_at__lte=moment)
    late.filter(secret=True).update(body="")
    return int(late.update(state=MessageState.EXPIRED, ending=Ending.LATE, ended_at=moment))


def _step(message: Message, book: Book, outside: bool) -> bool | None:
    """One message one step on. None: nothing was tried (it waits, it was declined, another has it in hand)."""
    moment = clock.now()
    if book.muted(message):
        _close(message, MessageState.EXPIRED, Ending.MUTED, moment)
        return None
    choice = book.choose(message, moment)
    if choice.line is not None and choice.line.outside and not outside:
        return None
    if not _lease(message, moment):
        return None
    if message.state == MessageState.WAITING and not stands(message):
        _close(message, MessageState.EXPIRED, Ending.SETTLED, moment)
        return None
    _write_passed(message, choice, moment)
    if choice.line is not None:
        return _send(message, choice.line, book)
    if choice.wait is not None:
        _wait(message, choice.wait)
    else:
        _nowhere(message, moment)
    return None


def _lease(message: Message, moment: datetime) -> bool:
    """Taken, if it is still due, free and in time at this very moment: a long round may have overtaken it."""
    mine = _due(moment).filter(pk=message.pk, expires_at__gt=moment)
    return bool(mine.update(lease_until=moment + LEASE))


def _held(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(pk=message.pk, state__in=[MessageState.WAITING, MessageState.SENT])


def _write_passed(message: Message, choice: Choice, moment: datetime) -> None:
    """Why a line was not taken, once for each line and reason."""
    if not choice.passed:
        return
    known = set(Attempt.objects.filter(message=message, result=Result.SKIPPED).values_list("line", "why"))
    Attempt.objects.bulk_create(
        Attempt(
            market=message.market,
            message=message,
            line=each.line,
            at=moment,
            result=Result.SKIPPED,
            why=each.why[:200],
            capped=each.capped,
        )
        for each in choice.passed
        if (each.line, each.why) not in known
    )


def _wait(message: Message, until: datetime) -> None:
    if message.state == MessageState.SENT:
        _held(message).update(lease_until=None, escalate_at=until)
    else:
        _held(message).update(lease_until=None, next_at=until)


def _nowhere(message: Message, moment: datetime) -> None:
    """No line is left. What was sent and only not answered stays sent."""
    if message.state == MessageState.SENT:
        _held(message).update(lease_until=None, escalate_at=None)
    else:
        _close(message, MessageState.DEAD, Ending.NO_LINE, moment)


def _close(message: Message, state: MessageState, ending: Ending, moment: datetime) -> None:
    body = "" if message.secret else message.body
    _held(message).update(state=state, ending=ending, lease_until=None, escalate_at=None, ended_at=moment, body=body)


def _send(message: Message, one: Line, book: Book) -> bool:
    """An outside line is asked in no transaction: a slow gateway must keep no writer waiting."""
    cost = book.cost(one, message)
    try:
        if one.outside:
            one.send(message)
            with transaction.atomic():
                _sent(message, one, cost)
        else:
            with transaction.atomic():
                one.send(message)
                _sent(message, one, cost)
    except LineError as error:
        _failed(message, one, error.words, for_good=error.for_good)
        return False
    except Exception as error:  # a broken outside line must not stop the others; the row keeps what went wrong
        log.exception("message %s by %s", message.pk, one.name)
        _failed(message, one, f"{type(error).__name__}: {error}", for_good=False)
        return False
    book.paid(message, cost)
    return True


def _sent(message: Message, one: Line, cost: int) -> None:
    moment = clock.now()
    result = Result.LISTED if one.human else Result.SENT
    Attempt.objects.create(
        market=message.market, message=message, line=one.name, at=moment, result=result, cost_fen=cost
    )
    asks = message.kind in ASKS and not one.human and not message.fixed
    _held(message).update(
        state=MessageState.SENT,
        channel=one.name,
        tries=0 if not message.fixed else F("tries") + 1,
        lease_until=None,
        escalate_at=silence_until(moment, message.expires_at) if asks else None,
        body="" if message.secret else message.body,
        ended_at=moment,
    )


def _failed(message: Message, one: Line, words: str, *, for_good: bool) -> None:
    """Tried again later and later; then, or at once when it never will, the next line, or none in the open."""
    moment, tries = clock.now(), message.tries + 1
    over = for_good or tries >= (MOST_TRIES if message.fixed else MOST_TRIES_OF_MANY)
    pause = timedelta(seconds=30 * 2**tries) if message.fixed else timedelta(seconds=10 * 3 ** (tries - 1))
    again = {"lease_until": None, "last_error": words[:200], "channel": one.name}
    with transaction.atomic():
        Attempt.objects.create(
            market=message.market,
            message=message,
            line=one.name,
            at=moment,
            result=Result.FAILED if over else Result.AGAIN,
            why=words[:200],
        )
        if not over:
            _held(message).update(state=MessageState.WAITING, tries=tries, next_at=moment + pause, **again)
        elif message.fixed:
            _held(message).update(tries=tries, next_at=moment + pause, **again)
            _close(message, MessageState.DEAD, Ending.NO_LINE, moment)
        else:
            _held(message).update(state=MessageState.WAITING, tries=0, next_at=moment, **again)
