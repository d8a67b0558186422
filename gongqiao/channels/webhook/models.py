"""A line to another system, what is sent by it, and every attempt."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.channels.webhook.enums import DeliveryState, Event, HookState
from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint


class Hook(MarketModel):
    """`seen`: the last number of the market's log that was looked at for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    label = models.CharField(_("哪个系统"), max_length=60)
    url = models.CharField(_("地址"), max_length=300)
    events = models.JSONField(_("要知道什么"))
    state = models.CharField(_("状态"), max_length=6, choices=HookState.choices, default=HookState.ON)
    secret = EncryptedTextField()
    old_secret = EncryptedTextField(blank=True, default="")
    old_until = models.DateTimeField(null=True)  # until then both sign
    seen = models.PositiveBigIntegerField()
    failing_since = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    MOVES: Table = {
        HookState.ON: frozenset({HookState.OFF, HookState.FAILED, HookState.GONE}),
        HookState.OFF: frozenset({HookState.ON, HookState.GONE}),
        HookState.FAILED: frozenset({HookState.ON, HookState.GONE}),
    }

    class Meta:
        constraints = [check_constraint("webhook_state_known", HookState)]

    def __str__(self) -> str:
        return self.label

    @property
    def event_words(self) -> list[str]:
        return [str(Event(each).label) for each in self.events]


class Delivery(MarketModel):
    """One message for one receiver; its id is the receiver's `webhook-id`, the same at every attempt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveBigIntegerField(null=True)  # of the log; none for a test
    event = models.CharField(max_length=20, choices=Event.choices)
    body = models.TextField()  # ids and states: nothing to seal
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    MOVES: Table = {DeliveryState.WAITING: frozenset({DeliveryState.DONE, DeliveryState.GIVEN_UP})}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hook", "number"], name="webhook_told_once"),
            check_constraint("webhook_delivery_state_known", DeliveryState),
        ]
        indexes = [models.Index(fields=["state", "next_at"], name="webhook_due")]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    @property
    def webhook_id(self) -> str:
        return f"msg_{self.pk.hex}"


class Attempt(MarketModel):
    """`status` of the answer, none when there was none; `why` in words."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    why = models.CharField(max_length=120, blank=True)
    milliseconds = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.status or self.why}"
