"""Messages that wait, every attempt at telling, the calls a person must make, and what market and person wish."""

import uuid
from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.notify.enums import CallState, Ending, Kind, MessageState, Quiet, Result
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.states import Table, check_constraint

__all__ = ["Attempt", "CallState", "CallTask", "LineSettings", "Message", "MessageState", "Preference"]


class Message(MarketModel):
    """One thing to tell one person. `key` makes writing it twice one message; `channel`: the line it went by last."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OTHER)
    channel = models.CharField(max_length=20, blank=True)
    fixed = models.BooleanField(default=False)  # by this line and no other, whatever he wishes
    without = models.JSONField(default=list, blank=True)  # lines that are not for these words
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60)
    body = models.TextField()
    about = models.CharField(max_length=60, blank=True)  # "assignment:12"
    state = models.CharField(max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    next_at = models.DateTimeField()
    escalate_at = models.DateTimeField(null=True)  # sent, and silence until then takes the next line
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)  # of the line it is on
    last_error = models.CharField(max_length=200, blank=True)
    secret = models.BooleanField(default=False)  # the body is blanked once it is sent or void
    ended_at = models.DateTimeField(null=True)  # sent, void or given up
    seen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)  # it reached nobody, and somebody has seen to that

    MOVES: Table = {
        MessageState.WAITING: frozenset({MessageState.SENT, MessageState.EXPIRED, MessageState.DEAD}),
        MessageState.SENT: frozenset({MessageState.WAITING, MessageState.EXPIRED, MessageState.DEAD}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "key"], name="message_once"),
            check_constraint("message_state_known", MessageState),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="message_due"),
            models.Index(fields=["escalate_at"], name="message_silent", condition=Q(escalate_at__isnull=False)),
            models.Index(fields=["about"], name="message_about"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def reached_nobody(self) -> bool:
        return self.state in (MessageState.DEAD, MessageState.EXPIRED) and self.ending in (Ending.LATE, Ending.NO_LINE)


class Attempt(MarketModel):
    """One attempt at telling by one line: when, what came of it, what it cost, who made it. Never changed."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    line = models.CharField(max_length=20)
    at = models.DateTimeField()
    result = models.CharField(max_length=8, choices=Result.choices)
    why = models.CharField(max_length=200, blank=True)
    cost_fen = models.PositiveIntegerField(default=0)
    capped = models.BooleanField(default=False)  # not taken because the market's money for it was used up
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(result__in=Result.values), name="attempt_result_known")]
        indexes = [
            models.Index(fields=["market", "-at"], name="attempt_list"),
            models.Index(fields=["market", "at"], name="attempt_cost", condition=Q(cost_fen__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.result}"


class CallTask(MarketModel):
    """A call (or a shout in the hall) that a named person of the staff makes; every attempt is written down."""

    message_id = models.UUIDField(unique=True)
    # NULL: not on file here; what it is about says whom to call
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60)
    body = models.TextField()
    about = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=12)  # phone, hall, family, manual
    state = models.CharField(max_length=10, choices=CallState.choices, default=CallState.OPEN)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_try_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=120, blank=True)

    MOVES: Table = {
        CallState.OPEN: frozenset({CallState.DONE, CallState.GIVEN_UP, CallState.EXPIRED}),
        CallState.DONE: frozenset({CallState.OPEN}),
        CallState.GIVEN_UP: frozenset({CallState.OPEN}),
    }

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


class LineSettings(MarketModel):
    """By which lines a market tells people, when machines are quiet, and what it may cost. No row: the defaults."""

    machines = models.JSONField(default=list, blank=True)  # names of lines that are on, in the order they are tried
    quiet_from = models.TimeField(_("夜里从几点起不发"), default=time(22, 0))
    quiet_to = models.TimeField(_("到几点"), default=time(5, 0))
    day_fen = models.PositiveIntegerField(_("一天最多花（分）"), default=2000)
    month_fen = models.PositiveIntegerField(_("一个月最多花（分）"), default=30000)
    text_fen = models.PositiveSmallIntegerField(
        _("一条短信多少钱（分）"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    pushes_a_day = models.PositiveSmallIntegerField(
        _("一人一天最多推荐几条新活"), default=2, validators=[MaxValueValidator(10)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market"], name="line_settings_once"),
            models.CheckConstraint(
                condition=Q(day_fen__lte=F("month_fen")),
                name="lines_day_within_month",
                violation_error_message=_("一天的上限不能比一个月的还多。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market_id} {self.machines}"


class Preference(MarketModel):
    """What one person does not want, and when he sleeps. No row: nothing declined, the market's quiet hours."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    no_lines = models.JSONField(default=list, blank=True)
    no_kinds = models.JSONField(default=list, blank=True)
    quiet = models.CharField(max_length=6, choices=Quiet.choices, default=Quiet.MARKET)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_to = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "person"], name="preference_once"),
            models.CheckConstraint(condition=Q(quiet__in=Quiet.values), name="preference_quiet_known"),
            models.CheckConstraint(
                condition=~Q(quiet=Quiet.OWN) | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="preference_own_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.quiet}"
