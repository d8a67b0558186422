"""Who goes to which shift, what came of it, and the log that lets a dispatch be replayed."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import MarketModel, scoped
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.enums import HOLDING, Decline, Face, Party, Side, State, WageState

BLIND_FOR = timedelta(days=7)
GIVE_UP = frozenset({State.CANCELLED, State.DECLINED})


class DispatchRun(MarketModel):
    """One dispatch of one day: policy, seed, the whole input and the result; replaying it must give the same."""

    day = models.DateField()
    policy = models.CharField(max_length=12, choices=DispatchPolicy.choices)
    seed = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    inputs = models.BinaryField()  # gzipped canonical JSON of the snapshot's rows
    inputs_digest = models.CharField(max_length=64)
    outcome = models.JSONField()  # [[dossier, shift], ...] in the order of dispatch
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(policy__in=DispatchPolicy.values), name="run_policy")]
        indexes = [models.Index(fields=["market", "-day"], name="run_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.policy}"


class Assignment(MarketModel):
    """One worker, one shift. Seat, overlap and states are facts of the database; `reasons` is what was said and why."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="assignments")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices)
    run = models.ForeignKey(DispatchRun, on_delete=models.PROTECT, null=True, related_name="assignments")
    score = models.IntegerField(null=True)
    reasons = models.JSONField(default=dict, blank=True)
    channel = models.CharField(max_length=12, default="desk")
    created_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    decline = models.CharField(max_length=10, choices=Decline.choices, blank=True)
    ended_note = models.CharField(max_length=120, blank=True)
    ended_by = models.CharField(max_length=8, choices=Party.choices, blank=True)
    promoted_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    worker_minutes = models.PositiveIntegerField(null=True)
    employer_minutes = models.PositiveIntegerField(null=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    MOVES: Table = {
        State.APPLIED: GIVE_UP | {State.OFFERED, State.WAITLISTED, State.EXPIRED},
        State.WAITLISTED: GIVE_UP | {State.OFFERED, State.EXPIRED},
        State.OFFERED: GIVE_UP | {State.ACCEPTED, State.EXPIRED, State.REPLACED},
        State.ACCEPTED: GIVE_UP | {State.CONFIRMED, State.ON_SITE, State.NO_SHOW, State.REPLACED},
        State.CONFIRMED: GIVE_UP | {State.ON_SITE, State.NO_SHOW, State.REPLACED},
        State.ON_SITE: frozenset({State.DONE, State.CANCELLED}),
    }

    class Meta:
        constraints = [
            check_constraint("assignment_state_known", State),
            models.UniqueConstraint(
                fields=["shift", "seat"], condition=models.Q(state__in=HOLDING), name="assignment_one_per_seat"
            ),
            models.UniqueConstraint(
                fields=["shift", "dossier"],
                condition=models.Q(state__in=[*HOLDING, State.APPLIED, State.WAITLISTED]),
                name="assignment_once_per_shift",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=HOLDING) | models.Q(seat__isnull=False), name="assignment_holder_has_seat"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.OFFERED) | models.Q(answer_by__isnull=False),
                name="assignment_offer_has_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.ON_SITE, State.DONE]) | models.Q(arrived_at__isnull=False),
                name="assignment_on_site_arrived",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.DECLINED) | ~models.Q(decline=""), name="assignment_decline_has_reason"
            ),
            models.CheckConstraint(condition=models.Q(ended_by__in=["", *Party.values]), name="assignment_party_known"),
        ]
        indexes = [
            models.Index(fields=["market", "state", "starts_at"], name="assignment_state"),
            models.Index(fields=["person", "starts_at"], name="assignment_person"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}->{self.shift_id} {self.state}"


class WageRecord(MarketModel):
    """工钱: what is due for one assignment, and whether it was paid (保障农民工工资支付条例 第十五条)."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="wage")
    minutes = models.PositiveIntegerField()
    due_fen = models.PositiveBigIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WageState.choices, default=WageState.DUE)
    paid_fen = models.PositiveBigIntegerField(null=True)
    paid_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=120, blank=True)

    MOVES: Table = {
        WageState.DUE: frozenset({WageState.PAID, WageState.DISPUTED}),
        WageState.PAID: frozenset({WageState.DISPUTED}),
        WageState.DISPUTED: frozenset({WageState.PAID}),
    }

    class Meta:
        constraints = [
            check_constraint("wage_state_known", WageState),
            models.CheckConstraint(
                condition=~models.Q(state=WageState.PAID) | models.Q(paid_fen__isnull=False, paid_at__isnull=False),
                name="wage_paid_has_facts",
            ),
        ]
        indexes = [models.Index(fields=["market", "state", "due_at"], name="wage_list")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.due_fen}"


class RatingSet(models.QuerySet["Rating"]):
    def open_at(self, moment: datetime) -> "RatingSet":
        """Those that the other side may know: both have spoken, or a week has passed."""
        other = Rating._base_manager.filter(assignment=models.OuterRef("assignment")).exclude(
            side=models.OuterRef("side")
        )
        return self.filter(models.Q(models.Exists(other)) | models.Q(at__lt=moment - BLIND_FOR))


class Rating(MarketModel):
    """One side's word about the other; blind until both have spoken or a week has passed."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=8, choices=Side.choices)
    face = models.PositiveSmallIntegerField(choices=Face.choices, null=True)
    quality = models.PositiveSmallIntegerField(null=True)
    reliability = models.PositiveSmallIntegerField(null=True)
    clarity = models.PositiveSmallIntegerField(null=True)
    attitude = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    objects: ClassVar[Any] = scoped(RatingSet)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "side"], name="rating_once")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.side}"


class QueueTicket(MarketModel):
    """A place in the turn queue of one day: the order of coming in."""

    day = models.DateField()
    number = models.PositiveIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tickets")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "day", "number"], name="ticket_number"),
            models.UniqueConstraint(fields=["market", "day", "dossier"], name="ticket_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} #{self.number}"
