"""A line to another system: made, tried, its key changed, stopped, taken up again, taken away."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.channels.webhook import guard, signing
from gongqiao.channels.webhook.enums import WANTED, DeliveryState, Event, HookState
from gongqiao.channels.webhook.models import Delivery, Hook
from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.audit.models import ChainHead
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may

MOST_HOOKS = 20
OVERLAP = timedelta(days=1)  # both keys sign so long


@dataclass(frozen=True)
class Made:
    """The secret is told this once; it is kept sealed, because we sign with it."""

    hook: Hook
    secret: str


@transaction.atomic
def subscribe(*, label: str, url: str, events: Iterable[str], by: Membership) -> Made:
    """From now on; what happened before is not told."""
    check_may(by, Right.MARKET_SETTINGS)
    words, wanted = label.strip(), sorted(set(events))
    if not words or not words.isprintable():
        raise Refused(_("请写这是哪个系统。"))
    if not wanted or any(event not in WANTED for event in wanted):
        raise Refused(_("请选要告诉它什么。"))
    guard.target(url)
    if Hook.objects.exclude(state=HookState.GONE).count() >= MOST_HOOKS:
        raise Refused(_("太多了，先去掉不用的。"))
    check_lengths(Hook, label=words)
    secret, moment = signing.new_secret(), clock.now()
    seen = ChainHead.objects.filter(chain=by.market.code).values_list("number", flat=True).first() or 0
    facts: dict[str, Any] = {"label": words, "url": url, "events": wanted, "secret": secret, "seen": seen}
    hook = Hook.objects.create(market=by.market, made_by=by, made_at=moment, **facts)
    audit.record("webhook.made", hook, by=by, events=wanted, host=guard.target(url).host)
    return Made(hook, secret)


@transaction.atomic
def rotate(hook: Hook, *, by: Membership) -> Made:
    """A new key; for a day both sign, so that the receiver may change over in between."""
    _check(hook, by)
    held = Hook.objects.select_for_update().get(pk=hook.pk)
    held.old_secret, held.secret, held.old_until = held.secret, signing.new_secret(), clock.now() + OVERLAP
    held.save(update_fields=["old_secret", "secret", "old_until"])
    audit.record("webhook.rotated", hook, by=by)
    return Made(held, held.secret)


@transaction.atomic
def stop(hook: Hook, *, by: Membership) -> None:
    """What waits goes on waiting; what happens meanwhile is told when it is taken up again."""
    _check(hook, by)
    states.move(hook, to=HookState.OFF)
    audit.record("webhook.stopped", hook, by=by)


@transaction.atomic
def resume(hook: Hook, *, by: Membership) -> None:
    _check(hook, by)
    states.move(hook, to=HookState.ON, failing_since=None)
    Delivery.objects.filter(hook=hook, state=DeliveryState.WAITING).update(next_at=clock.now())
    audit.record("webhook.resumed", hook, by=by)


@transaction.atomic
def remove(hook: Hook, *, by: Membership) -> None:
    """Nothing goes there any more; its keys are forgotten."""
    _check(hook, by)
    states.move(hook, to=HookState.GONE)
    hook.secret = hook.old_secret = ""
    hook.save(update_fields=["secret", "old_secret"])
    left = Delivery.objects.filter(hook=hook, state=DeliveryState.WAITING)
    left.update(state=DeliveryState.GIVEN_UP, ended_at=clock.now())
    audit.record("webhook.removed", hook, by=by)


@transaction.atomic
def try_it(hook: Hook, *, by: Membership) -> Delivery:
    """A message that says it is a test, sent in the next round."""
    _check(hook, by)
    if hook.state != HookState.ON:
        raise Refused(_("现在没在发，先打开。"))
    audit.record("webhook.tried", hook, by=by)
    return put(hook, Event.TEST, None, {"market": by.market.code})


def put(hook: Hook, event: Event, number: int | None, data: dict[str, Any]) -> Delivery:
    """Into the outbox, as it will be sent byte for byte; whoever calls this is in a transaction."""
    moment = clock.now()
    body = json.dumps({"type": event.value, "timestamp": moment.isoformat(), "data": data}, separators=(",", ":"))
    facts: dict[str, Any] = {"event": event, "number": number, "body": body, "made_at": moment, "next_at": moment}
    return Delivery.objects.create(market=hook.market, hook=hook, **facts)


def _check(hook: Hook, by: Membership) -> None:
    check_may(by, Right.MARKET_SETTINGS, hook)
    if hook.state == HookState.GONE:
        raise Refused(_("已经去掉了。"))
