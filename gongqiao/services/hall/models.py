"""What a window does, the windows, and the numbers of a day. A number has no name: it stands on a wall."""

import uuid
from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.hall.enums import ENDED, Reason, Source, State

MOST_WINDOWS, MOST_MINUTES = 99, 120
LETTER = RegexValidator(r"^[A-Z]$", _("用一个大写字母 A–Z。"))
LETTERS = RegexValidator(r"^[A-Z]{1,26}$", _("办的事用大写字母连着写，如 AC。"))


class Service(MarketModel):
    """One thing people come to a window for; its letter stands before its numbers and never changes."""

    letter = models.CharField(_("字母"), max_length=1, validators=[LETTER])
    name = models.CharField(_("办什么"), max_length=20)
    minutes = models.PositiveSmallIntegerField(
        _("一位大约几分钟"), default=5, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)]
    )
    offered = models.BooleanField(_("现在办"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "letter"], name="service_letter")]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"


class Window(MarketModel):
    """One counter: which services it calls, and from when to when."""

    number = models.PositiveSmallIntegerField(
        _("几号窗口"), validators=[MinValueValidator(1), MaxValueValidator(MOST_WINDOWS)]
    )
    letters = models.CharField(_("办的事"), max_length=26, validators=[LETTERS])
    opens_at = models.TimeField(_("几点开"), default=time(4, 0))
    closes_at = models.TimeField(_("几点停"), default=time(20, 0))
    on_holidays = models.BooleanField(_("放假也开"), default=True)
    in_use = models.BooleanField(_("在用"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "number"], name="window_number"),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="window_opens_first",
                violation_error_message=_("开门要早于关门。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Number(MarketModel):
    """A place in the line of one service on one day. `turn_at` orders the line: the drawing, unless he came late."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # the address of his own page
    day = models.DateField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="numbers")
    letter = models.CharField(max_length=1)
    number = models.PositiveIntegerField()
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    source = models.CharField(_("在哪取的"), max_length=5, choices=Source.choices)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()
    turn_at = models.DateTimeField()
    window = models.ForeignKey(Window, on_delete=models.PROTECT, null=True, related_name="numbers")
    called_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")  # who called him
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(_("为什么没办"), max_length=9, choices=Reason.choices, blank=True, default="")

    MOVES: Table = {
        State.WAITING: frozenset({State.CALLED, State.GIVEN_UP, State.LEFT}),
        State.CALLED: frozenset({State.SERVED, State.ABSENT, State.WAITING, State.LEFT}),
        State.ABSENT: frozenset({State.WAITING}),
    }

    class Meta:
        constraints = [
            check_constraint("number_state_known", State),
            models.UniqueConstraint(fields=["market", "day", "letter", "number"], name="number_of_the_day"),
            models.UniqueConstraint(
                fields=["window"], condition=models.Q(state=State.CALLED), name="number_one_at_a_window"
            ),
            models.UniqueConstraint(
                fields=["dossier", "day", "letter"],
                condition=models.Q(state__in=[State.WAITING, State.CALLED], dossier__isnull=False),
                name="number_once_each",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.CALLED) | models.Q(window__isnull=False, called_at__isnull=False),
                name="number_called_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ENDED, ended_at__isnull=False)
                | models.Q(~models.Q(state__in=ENDED), ended_at__isnull=True),
                name="number_ended_when_over",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.LEFT, reason__in=Reason.values)
                | models.Q(~models.Q(state=State.LEFT), reason=""),
                name="number_left_says_why",
            ),
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="number_source_known"),
        ]
        indexes = [
            models.Index(fields=["market", "day", "state", "turn_at"], name="number_line"),
            models.Index(fields=["market", "day", "-called_at"], name="number_called_last"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As it is printed, shown and called: A012."""
        return f"{self.letter}{self.number:03d}"
