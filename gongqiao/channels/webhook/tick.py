"""What happens by itself: receivers are told. Safe to repeat, and to be killed anywhere."""

import time

from django_scopes import scope

from gongqiao.channels.webhook.enums import HookState
from gongqiao.channels.webhook.models import Hook
from gongqiao.channels.webhook.outbox import fill
from gongqiao.channels.webhook.sending import MOST_SECONDS, send_due
from gongqiao.foundation.markets.models import Market


def tick() -> dict[str, int]:
    """One round over all markets; returns how many messages were put in and how many were taken."""
    until, put, taken = time.monotonic() + MOST_SECONDS, 0, 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            for hook in Hook.objects.filter(state=HookState.ON).select_related("market").order_by("pk"):
                put += fill(hook)
                taken += send_due(hook, until)
    return {"webhooks_put": put, "webhooks_taken": taken}
