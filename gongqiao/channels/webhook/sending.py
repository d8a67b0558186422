"""The outbox of webhooks is emptied: due messages are sent, each attempt a row, with a wait that grows; a receiver that
takes nothing for days is left alone, and the manager is told."""

import time
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.channels.webhook import signing
from gongqiao.channels.webhook.enums import DeliveryState, HookState
from gongqiao.channels.webhook.guard import NAME_WAIT
from gongqiao.channels.webhook.models import Attempt, Delivery, Hook
from gongqiao.channels.webhook.post import WAIT, Answer, post
from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Stale
from gongqiao.foundation.language import first_language
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import managers, system_of

# As the specification proposes; after the last the message is given up.
WAITS = (
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5)),
    *(timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24)),
)
LEASE = timedelta(seconds=2 * (NAME_WAIT + WAIT))  # a worker that died while sending is waited for so long
PATIENCE = timedelta(days=5)  # of nothing but failures
GONE = 410  # the receiver says that it wants no more
MOST_SECONDS = 15.0  # of one round: the other work of the worker waits
NOTICE = timedelta(days=7)


def send_due(hook: Hook, until: float) -> int:
    """How many were taken. A receiver that fails is not asked again in this round."""
    taken = 0
    due = Delivery.objects.filter(hook=hook, state=DeliveryState.WAITING, next_at__lte=clock.now())
    for delivery in list(due.order_by("made_at", "pk")[:100]):
        if time.monotonic() > until:
            break
        if not _claim(delivery):
            continue
        answer = _send(hook, delivery)
        _record(hook, delivery, answer)
        if not answer.taken:
            break
        taken += 1
    return taken


def _claim(delivery: Delivery) -> bool:
    """Of two workers one has it."""
    moment = clock.now()
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, next_at=delivery.next_at)
    return mine.update(next_at=moment + LEASE) == 1


def _send(hook: Hook, delivery: Delivery) -> Answer:
    moment, body = clock.now(), delivery.body.encode()
    keys = [hook.secret]
    if hook.old_secret and hook.old_until is not None and moment < hook.old_until:
        keys.append(hook.old_secret)
    signed = signing.headers(keys, delivery.webhook_id, int(moment.timestamp()), body)
    return post(hook.url, body, {"Content-Type": "application/json", **signed})


@transaction.atomic
def _record(hook: Hook, delivery: Delivery, answer: Answer) -> None:
    moment, tries = clock.now(), delivery.tries + 1
    facts = {"status": answer.status, "why": answer.why[:120], "milliseconds": answer.milliseconds}
    Attempt.objects.create(market=hook.market, delivery=delivery, at=moment, **facts)
    if answer.taken:
        states.move(delivery, to=DeliveryState.DONE, tries=tries, ended_at=moment)
        Hook.objects.filter(pk=hook.pk).exclude(failing_since=None).update(failing_since=None)
        return
    if tries > len(WAITS):
        states.move(delivery, to=DeliveryState.GIVEN_UP, tries=tries, ended_at=moment)
    else:
        Delivery.objects.filter(pk=delivery.pk).update(tries=tries, next_at=moment + WAITS[tries - 1])
    Hook.objects.filter(pk=hook.pk, failing_since=None).update(failing_since=moment)
    hook.refresh_from_db(fields=["failing_since", "state"])
    long = hook.failing_since is not None and moment - hook.failing_since >= PATIENCE
    if long or answer.status == GONE:
        _leave(hook, by=system_of(hook.market))


@first_language()
def _leave(hook: Hook, *, by: Membership) -> None:
    """Nothing more goes there until the manager says so; he is told."""
    try:
        states.move(hook, to=HookState.FAILED)
    except Stale:
        return  # stopped by hand a moment ago
    audit.record("webhook.failed", hook, by=by)
    moment = clock.now()
    words = _("给“%(label)s”的通知一直发不成，已经停了。修好以后到“接外面的系统”里打开。") % {"label": hook.label}
    notes = [
        notify.Note(
            person=post.person,
            key=f"webhook:{hook.pk}:{moment:%Y%m%d%H}:{post.pk}",
            subject=_("外面的系统收不到"),
            body=words,
            about=f"webhook:{hook.pk}",
            expires_at=moment + NOTICE,
        )
        for post in managers(by)
        if post.person is not None
    ]
    notify.tell(hook.market, notes)
