"""The tenant, and the base of every row that belongs to one."""

from datetime import time
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from gongqiao.foundation.markets.enums import AttendanceWording, DispatchPolicy
from gongqiao.foundation.regions.models import Region

DAYS = [MinValueValidator(1), MaxValueValidator(365)]


class Market(models.Model):
    """One 零工市场 or 驿站."""

    code = models.SlugField(_("代号"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, verbose_name=_("所在地"), related_name="+")
    city = models.ForeignKey(Region, on_delete=models.PROTECT, verbose_name=_("服务范围"), related_name="+")
    address = models.CharField(_("地址"), max_length=120, blank=True)
    phone = models.CharField(_("电话"), max_length=20)
    zone = models.CharField(_("时区"), max_length=40, default="Asia/Shanghai")
    opens_at = models.TimeField(_("开门"), default=time(4, 0))
    closes_at = models.TimeField(_("关门"), default=time(20, 0))
    dispatch_policy = models.CharField(
        _("派工办法"), max_length=12, choices=DispatchPolicy.choices, default=DispatchPolicy.QUEUE
    )
    attendance_wording = models.CharField(
        _("到岗的说法"), max_length=12, choices=AttendanceWording.choices, default=AttendanceWording.ARRIVAL
    )
    answer_minutes = models.PositiveSmallIntegerField(
        _("叫人后等回话（分钟）"), default=60, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    day_labour_valid_days = models.PositiveSmallIntegerField(_("日结需求核实有效（天）"), default=7, validators=DAYS)
    other_valid_days = models.PositiveSmallIntegerField(_("其他需求核实有效（天）"), default=30, validators=DAYS)
    licence_valid_days = models.PositiveSmallIntegerField(_("用工方证照核实有效（天）"), default=180, validators=DAYS)
    holidays = models.JSONField(_("本地放假和补班"), default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="market_opens_first",
                violation_error_message=_("开门要早于关门。"),
            ),
            models.CheckConstraint(
                condition=models.Q(dispatch_policy__in=DispatchPolicy.values), name="market_policy_known"
            ),
            models.CheckConstraint(
                condition=models.Q(attendance_wording__in=AttendanceWording.values), name="market_wording_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class MarketModel(models.Model):
    """A row that belongs to one market; reading without a market in scope raises (django-scopes)."""

    market = models.ForeignKey(Market, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Self]] = ScopedManager(market="market")

    class Meta:
        abstract = True


def scoped(queryset: type[models.QuerySet[Any]]) -> Any:
    """A scoped manager whose querysets know the words of `queryset`."""
    return ScopedManager(market="market", _manager_class=models.Manager.from_queryset(queryset))
