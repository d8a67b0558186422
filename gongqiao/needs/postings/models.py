"""Demand: a posting, its shifts, and each time a specialist verified it."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel, scoped
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.enums import Method, Outcome, PayUnit, PayWhen, PostingState, ShiftState


class PostingSet(models.QuerySet["Posting"]):
    def published(self, moment: datetime) -> "PostingSet":
        """Verified and not stale at `moment`: the only ones that are matched, pushed or shown."""
        return self.filter(state=PostingState.OPEN, employer__state="active", verified_until__gt=moment)


class Posting(MarketModel):
    """One wish for hands, with the statutory elements (人力资源市场暂行条例 第二十四条); a missing fact prints 没说."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="postings")
    trade = models.CharField(_("工种"), max_length=40)
    min_level = models.PositiveSmallIntegerField(_("最低程度"), null=True, blank=True)
    certificates = models.JSONField(_("要的证书"), default=list, blank=True)
    title = models.CharField(_("标题"), max_length=60)
    content = models.TextField(_("工作内容"), max_length=1000)
    conditions = models.TextField(_("条件"), max_length=500, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("地点"))
    place = models.CharField(_("详细地点"), max_length=120, blank=True)
    meeting_point = models.CharField(_("集合点"), max_length=120, blank=True)
    pay_fen = models.PositiveBigIntegerField(_("工钱（分）"), null=True)
    pay_unit = models.CharField(_("单位"), max_length=6, choices=PayUnit.choices)
    pay_when = models.CharField(_("什么时候给钱"), max_length=10, choices=PayWhen.choices, blank=True)
    meals = models.CharField(_("管饭"), max_length=60, blank=True)
    travel = models.CharField(_("路费"), max_length=60, blank=True)
    insurance = models.CharField(_("保险"), max_length=120, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True)
    state = models.CharField(_("状态"), max_length=10, choices=PostingState.choices, default=PostingState.DRAFT)
    verified_until = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = scoped(PostingSet)
    MOVES: Table = {
        PostingState.DRAFT: frozenset({PostingState.SUBMITTED, PostingState.CLOSED}),
        PostingState.SUBMITTED: frozenset({PostingState.OPEN, PostingState.REFUSED, PostingState.CLOSED}),
        PostingState.OPEN: frozenset({PostingState.PAUSED, PostingState.SUBMITTED, PostingState.CLOSED}),
        PostingState.PAUSED: frozenset({PostingState.SUBMITTED, PostingState.CLOSED}),
        PostingState.REFUSED: frozenset({PostingState.SUBMITTED, PostingState.CLOSED}),
    }

    class Meta:
        constraints = [
            check_constraint("posting_state_known", PostingState),
            models.CheckConstraint(condition=models.Q(pay_unit__in=PayUnit.values), name="posting_pay_unit_known"),
            models.CheckConstraint(
                condition=~models.Q(state=PostingState.OPEN) | models.Q(verified_until__isnull=False),
                name="posting_open_is_verified",
            ),
            models.CheckConstraint(
                condition=models.Q(pay_fen__isnull=True) | models.Q(pay_fen__lte=10_000_000), name="posting_pay_sane"
            ),
        ]
        indexes = [models.Index(fields=["market", "state"], name="posting_state")]

    def __str__(self) -> str:
        return self.title


class Shift(MarketModel):
    """One stretch of work on one date: half-open in time, so many seats."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    break_minutes = models.PositiveSmallIntegerField(_("休息（分钟）"), default=0)
    headcount = models.PositiveSmallIntegerField(_("人数"))
    at_least = models.PositiveSmallIntegerField(_("少于几个人不开工"), default=1)  # 1: it takes place in any case
    state = models.CharField(max_length=10, choices=ShiftState.choices, default=ShiftState.OPEN)

    MOVES: Table = {ShiftState.OPEN: frozenset({ShiftState.CANCELLED})}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="shift_starts_first"),
            models.CheckConstraint(condition=models.Q(headcount__range=(1, 500)), name="shift_headcount_sane"),
            models.CheckConstraint(
                condition=models.Q(at_least__gte=1, at_least__lte=models.F("headcount")), name="shift_at_least_sane"
            ),
            check_constraint("shift_state_known", ShiftState),
        ]
        indexes = [models.Index(fields=["market", "starts_at"], name="shift_when")]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.starts_at:%m-%d %H:%M}"

    @property
    def minutes(self) -> int:
        """Working minutes: the stretch less its breaks."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60) - self.break_minutes


class Verification(MarketModel):
    """A named specialist checked with the employer: method, what was checked, note, result, until when."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="verifications")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    method = models.CharField(_("怎么核实的"), max_length=8, choices=Method.choices)
    checked = models.JSONField(_("核实了什么"), default=list)
    decisions = models.JSONField(_("专员的判断"), default=dict, blank=True)
    note = models.CharField(_("说明"), max_length=200)
    evidence = models.CharField(_("凭据"), max_length=200, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome.choices)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="verification_outcome_known"),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.REFUSED) | models.Q(valid_until__isnull=False),
                name="verification_passed_has_end",
            ),
        ]
        indexes = [models.Index(fields=["posting", "-at"], name="verification_last")]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.outcome}"
