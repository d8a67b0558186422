"""Organisations, and who is what in them."""

from datetime import date
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.roles import ROLES, Right, Role
from gongqiao.foundation.people.models import Person


class Kind(models.TextChoices):
    OPERATOR = "operator", _("市场运营机构")
    SOCIAL_WORK = "social_work", _("社工机构")
    EMPLOYER = "employer", _("用工方")
    GOVERNMENT = "government", _("政府部门")


class Organisation(MarketModel):
    """A body that people act for, as one market knows it."""

    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "credit_code"], condition=~models.Q(credit_code=""), name="organisation_credit_code"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="organisation_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(MarketModel):
    """One person's post in one organisation of one market; the actor of every action (`by=`)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="memberships")
    # Only of FAMILY: the worker who named this person (needs.family).
    acts_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="acted_for_by")
    role = models.CharField(_("岗位"), max_length=14, choices=Role.choices)
    title = models.CharField(_("称呼"), max_length=30)
    starts_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("收回"), null=True, blank=True)  # at once, not at the end of the day

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=models.Q(role=Role.SYSTEM, person__isnull=True) | models.Q(person__isnull=False),
                name="membership_has_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(role=Role.EMPLOYER) | models.Q(organisation__isnull=False),
                name="membership_employer_has_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.FAMILY, acts_for__isnull=False, ends_on__isnull=False)
                | (~models.Q(role=Role.FAMILY) & models.Q(acts_for__isnull=True)),
                name="membership_family_acts_for_one",
            ),
            models.UniqueConstraint(
                fields=["market"], condition=models.Q(role=Role.SYSTEM), name="membership_one_system"
            ),
            models.UniqueConstraint(
                fields=["market", "person"],
                condition=models.Q(role=Role.WORKER, ends_on__isnull=True),
                name="membership_one_worker",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def may(self, right: Right) -> bool:
        return right in ROLES[Role(self.role)].rights

    def is_current(self, day: date) -> bool:
        within = self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
        return within and self.withdrawn_at is None

    @property
    def worker_id(self) -> UUID | None:
        """Whose work this post may look at and answer: a worker's own, for family that of him who named them."""
        match self.role:
            case Role.WORKER:
                return self.person_id
            case Role.FAMILY:
                return self.acts_for_id
        return None

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)
