"""Messages that wait, and the calls a person must make."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.states import Table, check_constraint


class MessageState(models.TextChoices):
    WAITING = "waiting", _("等着发")
    SENT = "sent", _("发了")
    EXPIRED = "expired", _("过时作废")
    DEAD = "dead", _("发不出去")


class Message(MarketModel):
    """One thing to tell one person by one channel. `key` makes writing it twice one message."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60)
    body = models.TextField()
    about = models.CharField(max_length=60, blank=True)  # "assignment:12"
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    secret = models.BooleanField(default=False)  # the body is blanked once it is sent or void
    ended_at = models.DateTimeField(null=True)  # sent, void or given up

    MOVES: Table = {
        MessageState.WAITING: frozenset({MessageState.SENT, MessageState.EXPIRED, MessageState.DEAD}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "channel"], name="message_once"),
            check_constraint("message_state_known", MessageState),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="message_due"),
            models.Index(fields=["about"], name="message_about"),
        ]

    def __str__(self) -> str:
        return self.subject


class CallState(models.TextChoices):
    OPEN = "open", _("要打")
    DONE = "done", _("打通了")
    GIVEN_UP = "given_up", _("没打通")
    EXPIRED = "expired", _("过时了")


class CallTask(MarketModel):
    """A call (or a shout in the hall) that a named person of the staff makes; every attempt is written down."""

    message_id = models.UUIDField(unique=True)
    # NULL: not on file here; what it is about says whom to call
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60)
    body = models.TextField()
    about = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=12)  # phone, hall, family
    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.OPEN)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=120, blank=True)

    MOVES: Table = {CallState.OPEN: frozenset({CallState.DONE, CallState.GIVEN_UP, CallState.EXPIRED})}

    class Meta:
        constraints = [
            check_constraint("calltask_state_known", CallState),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | ~models.Q(about=""), name="calltask_names_whom"
            ),
        ]
        indexes = [
            models.Index(fields=["market", "state", "due_at"], name="calltask_list"),
            models.Index(fields=["about"], name="calltask_about"),
        ]

    def __str__(self) -> str:
        return self.subject
