"""An employer as one market knows it, and whom to call there."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership, Organisation
from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.states import Table, check_constraint


class State(models.TextChoices):
    ACTIVE = "active", _("正常")
    BLOCKED = "blocked", _("停用")


class Size(models.TextChoices):
    COMPANY = "company", _("公司、厂")
    INDIVIDUAL = "individual", _("个体户、小店")
    HOUSEHOLD = "household", _("家庭")


class Employer(MarketModel):
    """Licence facts carry who saw them and until when they count (人力资源市场暂行条例 第二十六条)."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="employer")
    size = models.CharField(_("类型"), max_length=10, choices=Size.choices)
    short_name = models.CharField(_("平常怎么叫"), max_length=30)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("在哪个社区")
    )
    address = models.CharField(_("地址"), max_length=120, blank=True)
    industry = models.CharField(_("行业"), max_length=60, blank=True)
    licence_evidence = models.CharField(_("证照怎么看的"), max_length=120, blank=True)
    licence_seen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    licence_until = models.DateField(_("证照核实有效到"), null=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ACTIVE)
    blocked_reason = models.CharField(_("停用原因"), max_length=120, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    registered_at = models.DateTimeField()
    keeper = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("归哪位专员跟")
    )

    MOVES: Table = {State.ACTIVE: frozenset({State.BLOCKED}), State.BLOCKED: frozenset({State.ACTIVE})}

    class Meta:
        constraints = [check_constraint("employer_state_known", State)]

    def __str__(self) -> str:
        return self.short_name


class Contact(MarketModel):
    """A person to call at the employer's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("联系人"), max_length=40)
    phone = EncryptedTextField(_("电话"), blank=True, default="")
    phone_last4 = models.CharField(max_length=4, blank=True, default="")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_phone(self) -> str:
        return f"{self.phone[:3]}****{self.phone_last4}" if self.phone else ""


class VisitMethod(models.TextChoices):
    PHONE = "phone", _("打电话")
    VISIT = "visit", _("上门")
    STATION = "station", _("他来驿站")


class Visit(MarketModel):
    """A specialist spoke with the employer about what he needs; rows are never changed."""

    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("怎么问的"), max_length=8, choices=VisitMethod.choices)
    note = models.CharField(_("他说了什么"), max_length=300)
    next_on = models.DateField(_("约好哪天再问"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(method__in=VisitMethod.values), name="visit_method_known")
        ]
        indexes = [models.Index(fields=["employer", "-at"], name="visit_last")]

    def __str__(self) -> str:
        return f"{self.employer_id} {self.at:%Y-%m-%d}"
